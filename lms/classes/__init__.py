"""Training classes: their timetable, their list, who came, and how each of them ended."""
