"""A table laid out once, for the screen and for the file alike. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from lms.sheets.pages import Column, Kind, Page

NONE = "—"
WORDS = (Kind.TEXT, Kind.CENTRED)


@dataclass(frozen=True)
class Cell:
    """One value, and where it leads: a number to its names, a name to what lies below it."""

    value: object = None
    url: str = ""

    def said(self, kind: Kind) -> str:
        """As the screen shows it."""
        if self.value is None or isinstance(self.value, str):
            return self.value or ""
        if kind is Kind.PERCENT:
            return f"{self.value:.2%}"
        return f"{self.value:,.2f}" if kind is Kind.DECIMAL else f"{self.value:,}"


def number(value: int | Decimal | None, url: str = "") -> Cell:
    """A number; — where there is none. Nothing leads to nobody."""
    return Cell(NONE) if value is None else Cell(value, url if value else "")


@dataclass(frozen=True)
class Head:
    """A head on the screen, and over how many columns and rows it stands."""

    text: str
    across: int = 1
    down: int = 1
    number: bool = True


@dataclass(frozen=True)
class Laid:
    """The whole table. The first column, 序号, stands in the file alone.

    notes, definitions: under it; foot: under it in the file alone.

    totals: the places of the sums in rows, from 0.
    """

    title: str
    sheet: str
    stem: str  # of the name of the file
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    unit_line: str = ""
    notes: Sequence[str] = ()
    definitions: Sequence[str] = ()
    foot: Sequence[str] = ()
    totals: frozenset[int] = frozenset()

    @property
    def named(self) -> int:
        """The place on the screen of the names of the lines: the first column of words."""
        return next(n for n, column in enumerate(self.shown) if column.kind in WORDS)

    @property
    def shown(self) -> Sequence[Column]:
        """The columns on the screen."""
        return self.columns[1:]

    @property
    def heads(self) -> list[list[Head]]:
        """The rows of heads: two where some columns stand under a common one."""
        high = any(column.group for column in self.shown)
        first: list[Head] = []
        for group, found in groupby(self.shown, lambda column: column.group):
            some = list(found)
            if group:
                first.append(Head(group, len(some), number=False))
            else:
                first += [Head(one.head, 1, 2 if high else 1, _counts(one)) for one in some]
        second = [Head(one.head, number=_counts(one)) for one in self.shown if one.group]
        return [first, second] if high else [first]

    def page(self, demonstration: str) -> Page:
        """The same as a page of a workbook."""
        return Page(
            name=self.sheet,
            columns=self.columns,
            rows=[[cell.value for cell in row] for row in self.rows],
            title=self.title,
            unit_line=self.unit_line,
            below=[*self.notes, *self.definitions, *self.foot],
            demonstration=demonstration,
            totals=self.totals,
        )


def _counts(column: Column) -> bool:
    return column.kind not in WORDS
