"""Refusals: the ways the house says no. `web.refusals` turns each into a page."""

from typing import Any


class Refusal(Exception):
    """Base of all refusals: a constant Chinese sentence and the values that stand in it.

    The sentence is the message id; it is translated where it is shown.
    """

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text)
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return self.text.format(**self.values) if self.values else self.text


class Listed(tuple[str | Refusal, ...]):
    """Several words or sentences in the place of one value of a refusal."""

    def __str__(self) -> str:
        return "；".join(map(str, self))


class NotFound(Refusal):
    """It does not exist, or lies outside what this person may see."""


class NotAllowed(Refusal):
    """This person may not do this."""


class NotSignedIn(NotAllowed):
    """Nobody is signed in, or the page has locked; signing in may mend it."""


class Conflict(Refusal):
    """It cannot be done now: the state has moved on."""


class Invalid(Refusal):
    """What was sent does not make sense."""


class TooMany(Refusal):
    """Too much at once; it can be tried again later."""
