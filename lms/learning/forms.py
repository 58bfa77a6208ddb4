"""What a player tells, and what is chosen at a gate."""

import unicodedata
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.errors import Invalid
from lms.learning.rules import MOST_PIECES, Piece

LONGEST = 16 * 1024  # bytes of a message
FAR = 24 * 3600 * 10  # tenths: no video is a day long


def pieces_in(sent: Any) -> list[Piece]:
    """The stretches of a message: [[number, from, to], …]. Raises Invalid."""
    try:
        rows = sent["pieces"]
        if not isinstance(rows, list) or len(rows) > MOST_PIECES:
            raise ValueError(rows)
        return [_piece(*row) for row in rows]
    except (KeyError, TypeError, ValueError) as wrong:
        raise Invalid("观看记录的格式不对。") from wrong


def _piece(number: int, start: int, end: int) -> Piece:
    for value, most in ((number, 10**9), (start, FAR), (end, FAR)):
        if type(value) is not int or not 0 <= value <= most:
            raise ValueError(value)
    return Piece(number, start, end)


def answers_in(form: MultiDict[str, str], count: int) -> list[list[str]]:
    """What was answered to each question of a gate; texts as they were typed."""
    return [[_plain(one) for one in form.getlist(f"s{n}")[:26]] for n in range(1, count + 1)]


def _plain(text: str) -> str:
    """The text without signs that no database keeps."""
    return "".join(one for one in text[:200] if unicodedata.category(one) not in ("Cc", "Cs"))
