"""What an inspection asks for: the state of the basic work, and a bundle of masked evidence."""
