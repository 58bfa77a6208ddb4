"""How much may be said, and how often. Pure."""

import unicodedata
from datetime import timedelta

from lms.errors import Conflict, Invalid, TooMany

LONGEST = 2000  # characters of a complaint and of its answer
LINE = 200  # characters of a correction and of its answer
WINDOW = timedelta(hours=1)
MOST_COMPLAINTS = 5  # of one account in that time
MOST_FROM_ADDRESS = 30  # of who is not signed in: an office or a hall has but one address
MOST_CORRECTIONS = 5  # of one person that wait for an answer
CODE_DIGITS, CODE_LENGTH = "23456789", 12


def refuse_flood(sent: int, most: int) -> None:
    """Refuse one more complaint from an account or an address that has just sent so many."""
    if sent >= most:
        raise TooMany("刚才已收到 {n} 条，请一小时以后再提，或合并成一条。", n=sent)


def refuse_more_corrections(waiting: int) -> None:
    """Refuse one more line where several still wait."""
    if waiting >= MOST_CORRECTIONS:
        raise TooMany("您有 {n} 条还在等答复，请等答复后再提。", n=waiting)


def refuse_answered(answered: bool) -> None:
    if answered:
        raise Conflict("这一条刚刚已有人答复，请刷新页面。")


def refuse_empty(text: str) -> str:
    """The text without what surrounds it."""
    said = text.strip()
    if not said:
        raise Invalid("请写下要说的话。")
    return said


def read_code(text: str | None) -> str:
    """The digits of a code as it was typed."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text or "") if sign.isdigit())
