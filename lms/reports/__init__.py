"""Completion tables: who was to come, who came, who is done; by unit and by post."""
