"""What a sent file becomes: sheets of plain rows."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Value = str | int | float | bool | date | datetime | time | timedelta
Row = list[Value]
Merge = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1


@dataclass
class Sheet:
    """One sheet. The cell of row 3, column 2 is `rows[2][1]`; an empty cell is ""."""

    name: str
    rows: list[Row]
    hidden: bool = False
    merged: tuple[Merge, ...] = ()
    formulas: frozenset[tuple[int, int]] = field(default=frozenset())  # row, column, from 1
    page_heads: tuple[str, ...] = ()  # printed heads and feet, text boxes

    def cell(self, row: int, column: int) -> Value:
        """The value at row and column, counted from 1; "" outside of what is written."""
        if not (0 < row <= len(self.rows) and 0 < column <= len(self.rows[row - 1])):
            return ""
        return self.rows[row - 1][column - 1]


@dataclass(frozen=True)
class Book:
    """A file as it was read. name: of the file, without folders."""

    name: str
    sheets: tuple[Sheet, ...]
