"""What is done from a shell: set up, start, keep safe. Light: it is imported before anything is installed."""
