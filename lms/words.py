"""Marks a text for people where it stands; it is translated where it is shown, and filled in."""

import re
from collections.abc import Mapping

# In an English text: "{n} [n:person is|persons are] listed". Chinese counts without such forms, and
# a sentence may count several things, which a catalogue's own plurals cannot.
FORMS = re.compile(r"\[(\w+):([^|\]]*)\|([^\]]*)\]")
MARKS = re.compile(r"<[^>]*>")  # a count may be a link to what it counts


def N_(text: str) -> str:
    """The text itself: the mark is for the collector of messages."""
    return text


def counted(text: str, values: Mapping[str, object]) -> str:
    """The text with the form that fits each count: the first for 1, the second for all others."""
    if "[" not in text:
        return text
    return FORMS.sub(lambda form: form[2 if _is_one(values.get(form[1])) else 3], text)


def filled(text: str, values: Mapping[str, object]) -> str:
    """The text with its counted forms, its values in the places of their {names}."""
    return counted(text, values).format(**values) if values else text


def _is_one(value: object) -> bool:
    return MARKS.sub("", str(value)).strip() == "1"
