"""What is done from a shell: set up, start, keep safe.

Light on purpose: `environment` is run before anything is installed.
"""
