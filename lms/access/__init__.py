"""Who may do what, and how far they may see. Importing the room puts the listeners in place."""

from lms.access import listeners

add_rows, change_rows = listeners.add_rows, listeners.change_rows
