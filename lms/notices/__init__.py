"""A word from a person to an office, and the answer: complaints, and errors in the roster."""
