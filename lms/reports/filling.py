"""A table from above: kept as it was sent, understood, filled from a list; doubts are asked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.clock import day_of
from lms.db import db, find
from lms.errors import Conflict, Invalid
from lms.orgs.queries import mine
from lms.people.rules import Post
from lms.reports import counting, defining, queries
from lms.reports.cells import EXTRA, Cell, People, Planner
from lms.reports.counting import KEYS, Roster
from lms.reports.dictionary import SHIPPED
from lms.reports.grids import blocks
from lms.reports.meanings import REST, Above, Reading, Words, asked, read, unit_names
from lms.reports.measures import Count, Definition, needed
from lms.reports.models import BlankSheet, LearnedHead
from lms.reports.tables import Tree
from lms.reports.vocabulary import Meaning, Sense
from lms.sheets.books import Book
from lms.sheets.converting import XLSX, converted, refuse_program
from lms.sheets.filled import filled
from lms.sheets.reading import read_book
from lms.training import queries as training
from lms.training.models import Cohort
from lms.web import uploads

if TYPE_CHECKING:
    import pandas as pd

UPLOADS = "sheets"
SHOWN = 30
# Always counted: who is in the whole of every rate, and what several lists are joined by.
COUNTABLE = counting.KNOWN - {Count.QUOTA}  # of persons: a quota is given to a unit
BASE = {Count.LISTED, Count.REQUIRED, Count.EXEMPTED, Count.SCHEDULED, Count.COMPLETED}
BASE |= {Count.PASSED, Count.FIRST_PASSED}


@dataclass(frozen=True)
class Wanted:
    """From which list, of which day, a table is to be filled."""

    cohort_id: int
    as_of: date
    opening: bool = False


def sheets() -> Sequence[BlankSheet]:
    """The blank tables in sight, the latest first."""
    query = select(BlankSheet).options(joinedload(BlankSheet.org), joinedload(BlankSheet.cohort))
    return db.session.scalars(query.order_by(BlankSheet.id.desc()).limit(SHOWN)).all()


def sheet(sheet_id: int) -> BlankSheet:
    return find(BlankSheet, sheet_id)


def blank(name: str, data: bytes) -> tuple[str, bytes]:
    """The name and the bytes of a table that can be filled, an .xls turned into .xlsx first."""
    book = read_book(name, data)
    if PurePath(book.name).suffix.lower() != ".xlsx":
        book, data = _as_xlsx(book, data)
    if not any(block.empty for one in book.sheets for block in blocks(one)):
        raise Invalid(
            "“{file}”里没有找到要填的表：要有表头，左边有单位或职务，右边有空格。", file=book.name
        )
    return book.name, data


def _as_xlsx(book: Book, data: bytes) -> tuple[Book, bytes]:
    """By way of LibreOffice, where it is there. What it makes passes the same guards."""
    if PurePath(book.name).suffix.lower() != ".xls":
        raise Invalid("“{file}”不是 Excel 表。请上传 .xlsx 或 .xls 的空白表。", file=book.name)
    refuse_program(book.name, data)
    made = converted(book.name, data, XLSX)
    return read_book(f"{PurePath(book.name).stem}.xlsx", made), made


def receive(
    org_id: int,
    file: tuple[str, bytes],
    wanted: Wanted,
    place: tuple[Path, str],
    by: int,
    now: datetime,
) -> BlankSheet:
    """Keep a table as it was sent. place: the folder and the key under which files are kept."""
    unit, (name, data) = mine(org_id), file
    cohort = training.cohort(wanted.cohort_id)
    _roster(cohort, wanted.as_of, wanted.opening)
    made = BlankSheet(
        org_id=unit.id,
        name=name[-120:],
        size=len(data),
        sha256=sha256(data).hexdigest(),
        stored=uploads.keep(place[0], UPLOADS, data, place[1]),
        cohort_id=cohort.id,
        as_of=wanted.as_of,
        opening=wanted.opening,
        uploaded_by=by,
        uploaded_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def choose(one: BlankSheet, wanted: Wanted) -> None:
    """Fill the same table from another list, or as of another day."""
    cohort = training.cohort(wanted.cohort_id)
    _roster(cohort, wanted.as_of, wanted.opening)
    one.cohort, one.as_of, one.opening = cohort, wanted.as_of, wanted.opening


def answer(
    one: BlankSheet, answers: Mapping[str, Meaning], by: int, now: datetime
) -> list[LearnedHead]:
    """Remember what words mean, for the unit of the table and those below it."""
    _refuse_strange(one, answers.values())
    known = {row.words: row for row in _learned() if row.org_id == one.org_id}
    kept = []
    for words, meaning in answers.items():
        row = known.get(words)
        if row is None:
            row = LearnedHead(org_id=one.org_id, words=words[:120])
            db.session.add(row)
        row.meaning, row.learned_by, row.learned_at = meaning.kept, by, now
        kept.append(row)
    db.session.flush()
    return kept


def _refuse_strange(one: BlankSheet, meanings: Iterable[Meaning]) -> None:
    """A number that is in no dictionary, a unit that is not the officer's."""
    units = {row.value for row in meanings if row.sense is Sense.UNIT and row.value != REST}
    tree = queries.tree(one.as_of) if units else None
    mine_ = {str(unit) for unit in tree.inside(one.org_id)} if tree else set()
    for row in meanings:
        known = {Sense.MEASURE: {*SHIPPED, *EXTRA}, Sense.POST: {*Post}, Sense.UNIT: {*mine_, REST}}
        if row.sense in known and row.value not in known[row.sense]:
            raise Invalid("没有这个选项，请重新选择。")


def forget(one: BlankSheet, words: str) -> None:
    """Ask about a word again."""
    for row in _learned():
        if row.org_id == one.org_id and row.words == words:
            db.session.delete(row)


def drop(one: BlankSheet, place: Path) -> None:
    uploads.remove(place, UPLOADS, one.stored)
    db.session.delete(one)


def _learned() -> Sequence[LearnedHead]:
    return db.session.scalars(select(LearnedHead).order_by(LearnedHead.id)).all()


@dataclass
class Plan:
    """A table with what each of its cells gets."""

    sheet: BlankSheet
    data: bytes
    names: list[str]  # of the sheets
    readings: dict[int, list[Reading]]  # place of the sheet → its tables
    cells: dict[int, list[Cell]]
    tree: Tree
    definitions: Mapping[str, Definition]
    words: Words
    learned: Mapping[str, Meaning]
    roster: Roster
    cohorts: Sequence[Cohort] = field(default_factory=list)

    @cached_property
    def questions(self) -> dict[str, list[str]]:
        """Words that nobody has explained yet → where they stand."""
        return asked(one for held in self.readings.values() for one in held)

    @property
    def open(self) -> list[tuple[int, Cell]]:
        """The cells for which there is no number, by the place of their sheet."""
        return [(n, one) for n, held in self.cells.items() for one in held if one.why]

    def file(self) -> bytes:
        """The table with its numbers, what is open in yellow; the rest as it was sent."""
        values = {
            n: {one.at: one.value for one in held if one.value is not None}
            for n, held in self.cells.items()
        }
        marked = {n: [one.at for one in held if one.why] for n, held in self.cells.items()}
        return filled(self.sheet.name, self.data, values, marked)


def plan(one: BlankSheet, place: tuple[Path, str]) -> Plan:
    """Read a table anew and reckon every cell of it."""
    data = uploads.kept(place[0], UPLOADS, one.stored, place[1])
    book = read_book(one.name, data)
    tree = queries.tree(one.as_of)
    way = tree.way(one.org_id)
    learned = _known_to(way)
    cohorts = list(training.cohorts())
    words = Words(_unit_names(tree, one.org_id), _activities(cohorts), learned)
    above = Above({unit: row.parent_id for unit, row in tree.units.items()})
    readings = {
        n: [read(block, words, above) for block in blocks(found)]
        for n, found in enumerate(book.sheets)
        if not found.hidden
    }
    roster = _roster(one.cohort, one.as_of, one.opening)
    definitions = defining.holding(one.as_of, way)
    lists = _Lists(one, cohorts, _counts(readings, definitions))
    cells = {
        n: [
            cell
            for reading in held
            for cell in Planner(
                reading, one.org_id, tree, definitions, COUNTABLE, lists.people
            ).cells()
        ]
        for n, held in readings.items()
    }
    names = [found.name for found in book.sheets]
    return Plan(
        one, data, names, readings, cells, tree, definitions, words, learned, roster, cohorts
    )


def _known_to(way: Sequence[int]) -> dict[str, Meaning]:
    """What was learned by the units of a line; the nearest is heard last."""
    near = {unit: place for place, unit in enumerate(way)}
    rows = sorted(
        (row for row in _learned() if row.org_id in near), key=lambda row: near[row.org_id]
    )
    return {row.words: Meaning.read(row.meaning) for row in rows}


def _unit_names(tree: Tree, root: int) -> dict[str, list[int]]:
    return unit_names(tree.units[unit] for unit in tree.inside(root))


def _activities(cohorts: Sequence[Cohort]) -> dict[str, str]:
    """The names of projects, programmes and cohorts in sight → what is meant."""
    found = {one.title: f"programme {one.id}" for one in {c.programme for c in cohorts}}
    found |= {one.name: f"project {one.id}" for one in training.projects()}
    return found | {one.title: f"cohort {one.id}" for one in cohorts}


def _roster(cohort: Cohort, as_of: date, opening: bool) -> Roster:
    if opening and cohort.fixed_at is None:
        raise Conflict("“{title}”的期初名单还没有固定，请改用现任名单。", title=cohort.title)
    fixed = day_of(cohort.fixed_at) if opening and cohort.fixed_at else None
    return Roster(cohort.id, as_of, fixed)


def _counts(
    readings: Mapping[int, Sequence[Reading]], definitions: Mapping[str, Definition]
) -> set[Count]:
    """The counts that the numbers of a table are made of."""
    facets = [
        one
        for held in readings.values()
        for reading in held
        for one in (*reading.columns.values(), *reading.rows.values())
    ]
    wanted = {one.measure for one in facets if one.measure in definitions}
    return (needed(definitions[code] for code in wanted) & COUNTABLE) | BASE


class _Lists:
    """The people of the lists that a table speaks of, each looked up once."""

    def __init__(
        self, one: BlankSheet, cohorts: Sequence[Cohort], counts: Collection[Count]
    ) -> None:
        self.one, self.cohorts, self.counts = one, {c.id: c for c in cohorts}, counts
        self.known: dict[frozenset[int], People] = {}

    def people(self, activities: frozenset[str]) -> People:
        lists = frozenset(n for activity in activities for n in self._of(activity))
        return self._people(lists if activities else frozenset({self.one.cohort_id}))

    def _of(self, activity: str) -> list[int]:
        kind, number = activity.split()
        if kind == "cohort":
            return [int(number)]
        cohorts = self.cohorts.values()
        if kind == "programme":
            return [one.id for one in cohorts if one.programme_id == int(number)]
        return [
            one.id
            for one in cohorts
            if int(number) in {part.project_id for part in one.programme.projects}
        ]

    def _people(self, lists: frozenset[int]) -> People:
        if lists not in self.known:
            import pandas as pd

            rosters = [
                _roster(self.cohorts[one], self.one.as_of, self.one.opening)
                for one in sorted(lists)
            ]
            frames = [counting.by_person(roster, self.counts) for roster in rosters]
            posts = [counting.posts(roster) for roster in rosters]
            if not rosters:
                frames, posts = [_nobody(self.counts)], [_nobody(["post"])]
            self.known[lists] = People(frames, pd.concat(posts, ignore_index=True))
        return self.known[lists]


def _nobody(columns: Collection[str]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame({str(name): pd.Series(dtype="int64") for name in (*KEYS, *columns)})
