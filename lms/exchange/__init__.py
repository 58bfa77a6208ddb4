"""Banks are brought in from any file, and taken home again."""
