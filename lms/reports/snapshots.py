"""A table as it is frozen: figures, the rows under them, definitions, units; its digest. Pure."""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from lms.orgs.rules import UnitKind
from lms.orgs.systems import System
from lms.reports.measures import Count, Definition, Kind, Topic
from lms.reports.rules import Level, Placed
from lms.reports.tables import Line, Table

FORM = 1  # of what is kept, so that a later program can still read it
KEYS = ("person_id", "org_id", "posts", "from_on", "came_by", "left_by")


@dataclass(frozen=True)
class Snapshot:
    """Everything a frozen table is made of.

    rows: one a person and stay on the list, the values of `columns`: KEYS, then the counts.
    """

    heading: str
    notes: tuple[str, ...]
    root: int  # the unit whose table it is
    cohort: str
    opening: bool
    as_of: date
    definitions: tuple[Definition, ...]
    table: Table
    units: tuple[Placed, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def plain(self) -> dict[str, Any]:
        """As JSON has it; no name of a person and no number of one is in it, ids alone."""
        table = self.table
        return {
            "form": FORM,
            "heading": self.heading,
            "notes": list(self.notes),
            "root": self.root,
            "cohort": self.cohort,
            "opening": self.opening,
            "as_of": self.as_of.isoformat(),
            "definitions": [_plain_definition(one) for one in self.definitions],
            "level": table.level.value,
            "lines": [asdict(line) for line in table.lines],
            "total": asdict(table.total),
            "table_notes": table.notes,
            "units": [list(unit) for unit in self.units],
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
        }

    @property
    def unit(self) -> str:
        return next(one.name for one in self.units if one.id == self.root)

    def persons(self) -> dict[int, dict[str, Any]]:
        """Person → the row that counts: on the list, before one that has left it."""
        listed = self.columns.index(Count.LISTED.value)
        order = sorted(self.rows, key=lambda row: row[listed])
        return {row[0]: dict(zip(self.columns, row, strict=True)) for row in order}


def _plain_definition(one: Definition) -> dict[str, Any]:
    return asdict(one) | {"from_on": one.from_on.isoformat()}


def read(plain: Mapping[str, Any]) -> Snapshot:
    """What `Snapshot.plain` gave."""
    lines = [_line(one) for one in plain["lines"]]
    table = Table(Level(plain["level"]), lines, _line(plain["total"]), plain["table_notes"])
    return Snapshot(
        plain["heading"],
        tuple(plain["notes"]),
        plain["root"],
        plain["cohort"],
        plain["opening"],
        date.fromisoformat(plain["as_of"]),
        tuple(_definition(one) for one in plain["definitions"]),
        table,
        tuple(_placed(*one) for one in plain["units"]),
        tuple(plain["columns"]),
        tuple(tuple(row) for row in plain["rows"]),
    )


def _placed(
    id: int,
    name: str,
    kind: str,
    above: int | None,
    place: int,
    code: str | None,
    closed: bool,
    system: str | None = None,
) -> Placed:
    """system: of tables that were frozen before one could be given, none."""
    given = System(system) if system else None
    return Placed(id, name, UnitKind(kind), above, place, code, closed, given)


def _line(plain: Mapping[str, Any]) -> Line:
    return Line(plain["key"], plain["name"], plain["counts"])


def _definition(plain: Mapping[str, Any]) -> Definition:
    below = plain["denominator"]
    changed = {
        "kind": Kind(plain["kind"]),
        "topic": Topic(plain["topic"]),
        "numerator": Count(plain["numerator"]),
        "denominator": Count(below) if below else None,
        "from_on": date.fromisoformat(plain["from_on"]),
    }
    return Definition(**(dict(plain) | changed))


def canonical(plain: Mapping[str, Any]) -> bytes:
    """The one way to write it: names in order, no spaces, UTF-8."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(data: bytes) -> str:
    """The SM3 digest of what is frozen (GB/T 32905): 64 hex digits."""
    return hashlib.new("sm3", data).hexdigest()


def packed(data: bytes) -> str:
    """A tenth of its size, as letters that every database keeps alike."""
    return base64.b64encode(zlib.compress(data)).decode()


def unpacked(kept: str) -> bytes:
    return zlib.decompress(base64.b64decode(kept))


# ── a file that came back ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Unlike:
    """A cell that differs. at: row and column from 1."""

    at: tuple[int, int]
    frozen: str
    sent: str


def compared(frozen: Sequence[Sequence[str]], sent: Sequence[Sequence[str]]) -> list[Unlike]:
    """The cells that differ, in reading order; a cell that is missing is empty."""
    found = []
    for row in range(max(len(frozen), len(sent))):
        ours, theirs = _at(frozen, row), _at(sent, row)
        for column in range(max(len(ours), len(theirs))):
            mine, other = _text(ours, column), _text(theirs, column)
            if mine != other:
                found.append(Unlike((row + 1, column + 1), mine, other))
    return found


def _at(rows: Sequence[Sequence[str]], place: int) -> Sequence[str]:
    return rows[place] if place < len(rows) else ()


def _text(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""
