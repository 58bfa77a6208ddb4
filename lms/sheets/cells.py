"""Reads single cells: text without the dirt of keyboards and spreadsheets, names, numbers."""

import re
import unicodedata
from datetime import date, datetime

from lms.errors import Invalid
from lms.sheets.books import Value

WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
WIDE |= {code: code - 0xFEE0 for code in range(0xFF41, 0xFF5B)}
SPACES = dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x09), " ")
UNSEEN = dict.fromkeys(
    (0xAD, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065)),
    "",
)
CONTROLS = dict.fromkeys((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F), "")
CLEAN = {**WIDE, **SPACES, **UNSEEN, **CONTROLS}
DIRT = re.compile(
    f"[{re.escape(''.join(map(chr, CLEAN)))}\u2e9f\u2ef3\u2f00-\u2fd5\\n\\r]|^ | $|_x000"
)
RADICAL = re.compile(
    "[\u2e9f\u2ef3\u2f00-\u2fd5]"
)  # text copied out of a PDF has these for the characters
DOTS = dict.fromkeys(map(ord, "•‧∙・･⋅·．"), "·")
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3007"  # data: ranges
SPLIT_NAME = re.compile(f"[{HAN}]+( [{HAN}]+)+")
LATIN_DOT = re.compile(f"(?<=[{HAN}])\\.(?=[{HAN}])")
POWER = re.compile(r"\d(\.\d+)?[eE]\+?(1[5-9]|[2-9]\d)")
EXACT = 1e15  # a number keeps 15 digits; the rest of a longer one is lost

LETTERS = 26


def text(value: Value | None) -> str:
    """A cell as clean text: half-width letters and digits, no unseen characters, stripped.

    Numbers without a fraction lose their ".0"; a line break in the cell stays "\\n".
    """
    if isinstance(value, str):
        return _clean(value) if DIRT.search(value) else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _clean(value: str) -> str:
    if "_x000" in value:
        value = value.replace("_x000D_", "\r").replace("_x000A_", "\n")
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = value.translate(CLEAN)
    if RADICAL.search(value):
        value = _without_radicals(value)
    return value.strip()


def _without_radicals(value: str) -> str:
    return RADICAL.sub(lambda found: unicodedata.normalize("NFKC", found[0]), value)


def label(value: Value | None) -> str:
    """A head's words without any space or line break, brackets half-width: 县(市、区)."""
    found = "".join(text(value).split())
    return found.translate({0xFF08: "(", 0xFF09: ")", 0xFF0F: "/", 0xFF1A: ":"})


def name(value: Value | None) -> str:
    """A person's name: one dot of the nations (·), no spaces between Chinese characters.

    A space inside a long name stays, for it may stand for a dot; rare characters stay.
    """
    found = " ".join(text(value).split()).translate(DOTS)
    found = LATIN_DOT.sub("·", found)
    found = re.sub(r" *· *", "·", found)
    if SPLIT_NAME.fullmatch(found) and len(found.replace(" ", "")) <= 4:
        return found.replace(" ", "")
    return found


def number(value: Value | None) -> str:
    """A long number (ID, phone, personnel number) without spaces and dashes.

    Refuses a number so long that the spreadsheet has already destroyed its last digits.
    """
    refuse_destroyed(value)
    return re.sub(r"[\s\-‐-―－—]", "", text(value))


def destroyed(value: Value | None) -> bool:
    """Whether a long number lost its last digits by standing in a numeric cell."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return abs(value) >= EXACT
    if not isinstance(value, str) or value.isdecimal():
        return False
    return ("E" in value or "e" in value) and bool(POWER.fullmatch(text(value)))


def refuse_destroyed(value: Value | None) -> None:
    if destroyed(value):
        raise Invalid(
            "长号码放在了数字格式的单元格里，Excel 只保留前 15 位，末几位已变成 0，无法恢复。"
            "请把这一列设为“文本”格式，再重新填写完整号码。"
        )


def letters(column: int) -> str:
    """The letters over a column. column: from 1."""
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, LETTERS)
        found = chr(ord("A") + rest) + found
    return found


def place(found: str) -> int:
    """The number of the column, from 1, under these letters."""
    column = 0
    for letter in found:
        column = column * LETTERS + ord(letter) - ord("A") + 1
    return column
