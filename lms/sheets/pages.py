"""What a page of a workbook says, before anyone writes it, and the names it may have."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.words import N_

FORBIDDEN_IN_SHEET = re.compile(r"[:\\/?*\[\]\x00-\x1f]")
FORBIDDEN_IN_FILE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
SHEET_NAME, FILE_NAME = 31, 100  # characters
# The foot that every table sent upward ends with, and the name of its file.
SIGNED = N_("填报单位（盖章）：{unit}        填表人：            审核人：            填报日期：")
UNTIL = N_("{title}(截至{day})")
DEMONSTRATION = N_("演示数据，人名虚构")  # stands on every page that a demonstration gives away


class Kind(StrEnum):
    """How the values of a column are written."""

    TEXT = "text"  # as it is, at the left: names, IDs, phones; never a formula, never a number
    CENTRED = "centred"  # the same, in the middle
    NUMBER = "number"
    DECIMAL = "decimal"  # two places
    PERCENT = "percent"  # 0.985 is shown as 98.50%
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column. head: its words; group: those of the merged head above it, or "".

    width: in characters; choices: a drop-down list for those who fill the sheet in;
    hint: a line shown at the chosen cell.
    """

    head: str
    kind: Kind = Kind.TEXT
    width: float = 12
    group: str = ""
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class Page:
    """One sheet to write. rows: values in the order of the columns; None is an empty cell.

    unit_line stands at the right above the head (单位：人); below: the lines under the table;
    demonstration: a line on the page and in its printed foot; totals: the places in rows, from 0,
    that are set in bold; blank_rows: how many empty rows follow, to be filled in.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]] = ()
    title: str = ""
    unit_line: str = ""
    below: Sequence[str] = ()
    demonstration: str = ""
    totals: frozenset[int] = frozenset()
    blank_rows: int = 0
    landscape: bool = True
    foot: str = ""  # at the right of the printed foot of every page


def sheet_name(wanted: str, taken: Collection[str] = ()) -> str:
    """A name that a sheet may have. taken: names in use, which it differs from."""
    name = FORBIDDEN_IN_SHEET.sub(" ", wanted).strip(" '")[:SHEET_NAME].rstrip(" '") or "Sheet"
    lower = {other.lower() for other in taken} | {"history"}
    count, found = 1, name
    while found.lower() in lower:
        count += 1
        end = f"({count})"
        found = name[: SHEET_NAME - len(end)] + end
    return found


def file_name(wanted: str, extension: str = ".xlsx") -> str:
    """A name that a file may have on any system. extension: with its dot."""
    name = FORBIDDEN_IN_FILE.sub("_", wanted).strip(" .")[:FILE_NAME].rstrip(" .")
    return (name or "file") + extension
