"""Rosters: lists of cadres as offices keep them, read into persons and postings."""
