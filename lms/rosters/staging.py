"""Reading an import: its rows are compared and wait, until one small write makes them count."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete

from lms.access import add_rows
from lms.ciphers import sealed_many
from lms.clock import day_of
from lms.db import db
from lms.jobs.rules import Progress
from lms.orgs.models import OrgUnit
from lms.orgs.queries import mine_all
from lms.people.keeping import Keys
from lms.rosters import queries
from lms.rosters.drafting import Drafted, Setting, draft
from lms.rosters.drafts import Draft
from lms.rosters.models import RosterImport, RosterLine
from lms.rosters.placing import Places, shown
from lms.rosters.reading import Roster, read_roster
from lms.rosters.rules import UPLOADS, State, without_numbers
from lms.sheets.books import Book
from lms.sheets.packing import unpacked
from lms.web.uploads import kept
from lms.words import N_

SLICE = 1000  # lines: a tenth of a second
NOTED = 200  # notes on sheets that are kept
ASKED = 100  # questions of each kind
MAY_BE_EMPTY = ("about_id", "unit_id", "ends_on", "ends_why")
READING, COMPARING = N_("正在读取文件…"), N_("正在与现有人员比对…")
READ = N_("名册已读取，请核对。")


@dataclass(frozen=True)
class House:
    """Where files lie, with which keys, and whether invented numbers are taken."""

    var: Path
    keys: Keys
    demonstration: bool


def read(import_id: int, house: House, now: datetime, url: str = "") -> Iterator[Progress]:
    """Read the files of an import and compare every row. Repeated, it begins anew."""
    yield Progress(0, 0, line=READING)
    with _no_search_for_rings():
        yield from _read(import_id, house, now, url)


@contextmanager
def _no_search_for_rings() -> Iterator[None]:
    """Rows by the thousand hold no rings; to look for some again and again takes a third longer."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _read(import_id: int, house: House, now: datetime, url: str) -> Iterator[Progress]:
    one = queries.roster(import_id)
    if one.state is not State.READING:
        return
    drafted, roster = drafted_of(one, house, now)
    reading, total = one.reading + 1, len(drafted.lines)
    marks = _marks(one)
    _forget(import_id, reading)
    for start in range(0, total, SLICE):
        batch = drafted.lines[start : start + SLICE]
        same = {"import_id": import_id, "reading": reading}
        drafts = sealed_many([line.packed() for line in batch], house.keys["cipher"])
        rows = [
            same | _columns(line, marks) | {"draft": kept}
            for line, kept in zip(batch, drafts, strict=True)
        ]
        add_rows(RosterLine, _without_empty(rows))
        yield Progress(start + len(batch), total, line=COMPARING)
    one = queries.roster(import_id)
    one.state, one.reading, one.counts = State.READ, reading, drafted.counts
    one.found = _found(drafted, roster)
    db.session.flush()
    _forget_before(import_id, reading)
    yield Progress(total, total, line=READ, result={"url": url})


def drafted_of(one: RosterImport, house: House, now: datetime) -> tuple[Drafted, Roster]:
    """What the files of an import would do today. Nothing is written."""
    cipher = house.keys["cipher"]
    files = [(file.name, kept(house.var, UPLOADS, file.stored, cipher)) for file in one.files]
    books = [replace(unpacked(data), name=name) for name, data in files]
    wanted = Wanted(one.org, books, complete_for(one), one.as_of, one.choices)
    return compared(wanted, house, now)


@dataclass(frozen=True)
class Wanted:
    """Books to be compared for a unit, and for which units they are complete."""

    unit: OrgUnit
    books: Sequence[Book]
    complete: Sequence[OrgUnit] = ()
    as_of: date | None = None
    choices: Mapping[str, int] = field(default_factory=dict)


def compared(wanted: Wanted, house: House, now: datetime) -> tuple[Drafted, Roster]:
    """What books would do today. Nothing is written."""
    day = day_of(now)
    units, mine = queries.named_units(wanted.unit)
    roster = read_roster(
        wanted.books,
        queries.learned(wanted.unit),
        house.demonstration,
        today=day,
        townships={unit.name for unit in units if unit.level == "township"},
        counties={unit.name for unit in units if unit.level == "county"},
    )
    setting = Setting(
        path=wanted.unit.path,
        complete=frozenset(queries.below([unit.path for unit in wanted.complete])),
        day=day,
        as_of=wanted.as_of or day,
        keys=house.keys,
    )
    places = Places(units, mine, wanted.unit.name, wanted.choices)
    return draft(roster, places, setting), roster


def complete_for(one: RosterImport) -> list[OrgUnit]:
    """The units for which an import is complete; none outside of its own unit."""
    return [unit for unit in mine_all(one.complete_ids) if unit.path.startswith(one.org.path)]


Marks = dict[tuple[int | None, tuple[int, ...]], str | None]


def _marks(one: RosterImport) -> Marks:
    """What the officer has said already of postings that end: a new reading keeps it."""
    said = queries.current(one).where(RosterLine.ends_why.is_not(None))
    found = db.session.scalars(said)
    return {(line.about_id, tuple(line.loose)): line.ends_why for line in found}


def _columns(line: Draft, marks: Marks) -> dict[str, Any]:
    return {
        "number": line.number,
        "source": line.source,
        "row": line.row,
        "who": line.who,
        "status": line.status,
        "about_id": line.person_id,
        "unit_id": line.unit_id,
        "loose": line.loose,
        "ends_on": line.ends_on,
        "ends_why": marks.get((line.person_id, tuple(line.loose))) if line.loose else None,
    }


def _without_empty(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without the columns in which none of them says anything: less to be written."""
    empty = [name for name in MAY_BE_EMPTY if all(row[name] is None for row in rows)]
    return [{name: row[name] for name in row.keys() - empty} for row in rows] if empty else rows


def forget(import_id: int) -> None:
    """Take out every line that has not been carried out."""
    _forget(import_id, 0)


def _forget(import_id: int, reading: int) -> None:
    """Take out what a reading left that was broken off."""
    _delete(import_id, RosterLine.reading >= reading)


def _forget_before(import_id: int, reading: int) -> None:
    """Take out the lines of earlier readings, but for what has been carried out."""
    _delete(import_id, RosterLine.reading < reading)


def _delete(import_id: int, which: Any) -> None:
    lines = delete(RosterLine).where(RosterLine.import_id == import_id, which)
    unwritten = lines.where(RosterLine.written_at.is_(None))
    db.session.execute(unwritten.execution_options(synchronize_session=False))


def _found(drafted: Drafted, roster: Roster) -> dict[str, Any]:
    """What the pages say of the import as a whole. No number of a person stands in it."""
    return {
        "sheets": [[without_numbers(word) for word in sheet] for sheet in drafted.sheets],
        "heads": [[without_numbers(head) for head in heads] for heads in roster.heads.values()],
        "own": [without_numbers(name) for name in roster.own_columns],
        "notes": [
            [note.file, note.sheet, note.row, without_numbers(note.text), _words(note.values)]
            for note in roster.notes[:NOTED]
        ],
        "posts": [[post, rows] for post, rows in drafted.posts.items()][:ASKED],
        "units": [
            [words, rows, [[unit.id, shown(unit)] for unit in placed.candidates]]
            for words, (placed, rows) in drafted.units.items()
        ][:ASKED],
        "persons": len({line.who for line in drafted.lines if line.row}),
    }


def _words(values: Any) -> dict[str, str]:
    return {key: str(value) for key, value in values.items()}
