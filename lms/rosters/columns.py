"""The columns of one person's cells, and how each of them is read. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from lms.people.facts import read_id_number, read_name, read_number, read_phone, read_sex
from lms.rosters.rules import read_term
from lms.rosters.vocabulary import FIELD_NAMES, Field
from lms.sheets import cells
from lms.sheets.books import Row, Value
from lms.sheets.days import Day, read_day
from lms.sheets.heads import Heading

Reader = Callable[[Value], Any]
NOWHERE = 1_000_000  # a column that the sheet does not have


@dataclass(frozen=True, eq=False)
class Block:
    """The columns of one person in a row; a wide sheet has several. post: said by the head."""

    columns: Mapping[Field, Heading]
    post: str = ""

    def value(self, row: Row, field: Field) -> Value:
        heading = self.columns.get(field)
        return row[heading.column - 1] if heading and heading.column <= len(row) else ""

    def label(self, field: Field) -> str:
        """What the sheet calls this column."""
        heading = self.columns.get(field)
        return heading.full if heading else FIELD_NAMES[field]


def _one_line(value: Value) -> str:
    return " ".join(cells.text(value).split())


def _read_end(value: Value) -> Day | None:
    """The end of a posting; 至今 is none."""
    return None if cells.text(value) in ("至今", "今", "在任", "—", "-", "无") else read_day(value)


# In the order in which the faults of a row are told.
READ: dict[Field, Reader] = {
    Field.NAME: read_name,
    Field.SEX: read_sex,
    Field.BORN: read_day,
    Field.ID_NUMBER: read_id_number,
    Field.PHONE: read_phone,
    Field.NUMBER: read_number,
    Field.SINCE: read_day,
    Field.UNTIL: _read_end,
    Field.TERM: read_term,
    Field.RANK: _one_line,
    Field.POLITICS: _one_line,
    Field.EDUCATION: _one_line,
    Field.REMARK: _one_line,
    Field.UNIT_AND_POST: _one_line,
    Field.HOST_UNIT: _one_line,
    Field.HOME_UNIT: _one_line,
    Field.POST: cells.text,
}
ASKED_ABOUT = frozenset({Field.ID_NUMBER, Field.UNIT_AND_POST, Field.HOST_UNIT, Field.POST})
ONE_EACH = frozenset({Field.NAME, Field.ID_NUMBER, Field.PHONE, Field.NUMBER})


class Column(NamedTuple):
    """A column to be read. place: from 1; kept_as: the part of a row that keeps it, "" none.

    known: what its texts were read as, for rows repeat what others say; none where each has
    its own.
    """

    field: Field
    place: int
    label: str
    kept_as: str
    read: Reader
    known: dict[Any, Any] | None

    def found(self, value: Value) -> Any:
        """What a cell says. Raises Invalid; what is refused is not kept, and refused again."""
        if self.known is None or not isinstance(value, str):
            return self.read(value)
        if value not in self.known:
            self.known[value] = self.read(value)
        return self.known[value]


def columns_of(block: Block, readers: Mapping[Field, Reader]) -> list[Column]:
    """The columns that a sheet has, in the order in which they are read; always one for the name.

    Most sheets have half of the columns that there might be.
    """
    found = []
    for field in READ:
        heading = block.columns.get(field)
        if heading or field is Field.NAME:
            place = heading.column if heading else NOWHERE
            kept_as = "" if field in ASKED_ABOUT else field.value
            known: dict[Any, Any] | None = None if field in ONE_EACH else {}
            label = block.label(field)
            found.append(Column(field, place, label, kept_as, readers[field], known))
    return found


def readers(demonstration: bool) -> dict[Field, Reader]:
    """How each column is read. demonstration: invented numbers are taken."""
    return READ | {
        Field.ID_NUMBER: partial(read_id_number, demonstration=demonstration),
        Field.PHONE: partial(read_phone, demonstration=demonstration),
    }
