"""Reading and watching lessons: what a person has seen, and when a lesson is done."""
