"""How the values and heads of a page stand on paper: as text, under merged heads. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from lms.sheets.pages import Column, Kind, Page

Number = int | float | Decimal | Fraction


class Merged(NamedTuple):
    """A head over the columns from first to last."""

    text: str
    first: int
    last: int


def groups(columns: Sequence[Column]) -> list[Merged]:
    """The upper heads; a column without any is its own. Empty where no column has one."""
    if not any(column.group for column in columns):
        return []
    found: list[Merged] = []
    for place, column in enumerate(columns):
        if column.group and found and found[-1].text == column.group:
            found[-1] = found[-1]._replace(last=place)
        else:
            found.append(Merged(column.group or column.head, place, place))
    return found


def written(value: object, kind: Kind) -> str:
    """A value as it is read: 0.985 as 98.50%, hours with two places, nothing as nothing."""
    if value is None or value != value:  # NaN is not itself
        return ""
    if isinstance(value, Number) and not isinstance(value, bool):
        if kind is Kind.PERCENT:
            return f"{value * 100:.2f}%" if isinstance(value, Decimal) else f"{float(value):.2%}"
        if kind is Kind.DECIMAL:
            return f"{value:.2f}" if isinstance(value, Decimal) else f"{float(value):.2f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def rows(page: Page) -> list[list[str]]:
    """The rows of a page as text."""
    kinds = [column.kind for column in page.columns]
    return [
        [written(value, kind) for value, kind in zip(row, kinds, strict=False)] for row in page.rows
    ]


def run_on(below: Sequence[str]) -> list[str]:
    """The lines under a table as one note, and the last, which is signed, by itself."""
    return ["　".join(below[:-1]), *below[-1:]] if len(below) > 2 else list(below)


def is_words(column: Column) -> bool:
    """Whether a column is set from the left; numbers stand in the middle."""
    return column.kind is Kind.TEXT
