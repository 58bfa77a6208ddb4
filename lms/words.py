"""Marks a text for people where it stands; it is translated where it is shown."""


def N_(text: str) -> str:
    """The text itself: the mark is for the collector of messages."""
    return text
