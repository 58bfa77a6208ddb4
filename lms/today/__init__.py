"""What waits for whom: a cadre's tasks, and the desk of those who keep things going."""
