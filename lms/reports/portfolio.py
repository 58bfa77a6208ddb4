"""All lists of a year by project: each person once in what is said of a project.

Who stands on several lists of a project has come if to one of them, and has completed, sat or
passed if on all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Integer, and_, cast, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lms.courses.models import Lesson
from lms.db import db
from lms.errors import NotFound
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.orgs.models import OrgUnit
from lms.people.keeping import batches
from lms.people.models import Person
from lms.reports import counting, defining, queries, services
from lms.reports.counting import OF_THE_LIST, Roster
from lms.reports.dictionary import USUAL, USUAL_EXAM
from lms.reports.measures import Count, Definition, needed, within
from lms.reports.rules import Only
from lms.reports.services import EVERYBODY
from lms.reports.tables import Line, Tree
from lms.training import queries as training
from lms.training.models import Cohort, CohortCourse, Enrolment, Programme, ProgrammeProject

if TYPE_CHECKING:
    import pandas as pd

CODES = (*USUAL, *USUAL_EXAM, "mean_hours")
BASE = {
    *(Count.REQUIRED, Count.ATTENDED, Count.COMPLETED, Count.OPEN),
    *(Count.SCHEDULED, Count.SAT, Count.PASSED, Count.HOURS),
}
KINDS = {Count.HOURS: None, Count.ORGANISED: HourKind.ORGANISED, Count.ONLINE: HourKind.ONLINE}
PASSES = (Count.FIRST_PASSED, Count.RESIT_PASSED, Count.EXCELLENT)
EXAM = (Count.SAT, Count.PASSED, Count.FIRST_PASSED, Count.EXCELLENT)
# True of somebody only if it is true on all lists; of the exam, on all that have one.
ON_ALL = {Count.COMPLETED, Count.REACHED, Count.GRADUATED, *EXAM}
KEYS = ("cohort_id", "person_id", "org_id", "lists")


@dataclass(frozen=True)
class Project:
    """One of the five projects: its lists, each with its programme, and all their people once."""

    id: int
    name: str
    lists: list[tuple[Cohort, Line]]
    total: Line
    several: int  # persons on more than one of its lists


@dataclass(frozen=True)
class Portfolio:
    """The lists of a year under a unit, as of a day."""

    root: OrgUnit
    as_of: date
    only: Only
    columns: list[Definition]
    projects: list[Project]
    total: Line
    tree: Tree
    rows: "pd.DataFrame"  # one a person and list: cohort_id, person_id, org_id, and the counts

    @cached_property
    def assessed(self) -> bool:
        return bool(self.total.counts[Count.SCHEDULED])


def portfolio(
    paths: Sequence[str], under: int | None, as_of: date, only: Only = EVERYBODY, sort: str = ""
) -> Portfolio:
    """The table. The arguments are those of a completion table."""
    root = services.root_of(paths, under)
    tree = Tree(queries.units(as_of))
    held = defining.holding(as_of, tree.way(root.id))
    columns = [held[code] for code in CODES]
    wanted = needed(columns) | BASE
    cohorts = _cohorts(as_of)
    rows = _rows(cohorts, as_of, only, tree.kept(only, root.id), wanted)
    by = next((one for one in columns if one.code == sort.removeprefix("-")), None)
    projects = [
        _project(part, [one for one in cohorts if part.id in _projects_of(one)], rows, as_of)
        for part in training.projects()
    ]
    if by:
        projects = [_in_order(one, by, sort.startswith("-")) for one in projects]
    total = Line("", "", together(rows, [one.id for one in cohorts], as_of))
    found = Portfolio(root, as_of, only, columns, projects, total, tree, rows)
    if found.assessed:
        return found
    return replace(found, columns=[one for one in columns if not _of_exam(one)])


def _of_exam(one: Definition) -> bool:
    return any(within(count, Count.SCHEDULED) for count in one.needs())


def _cohorts(as_of: date) -> Sequence[Cohort]:
    """The lists in sight that had begun, and ended in that year or later; the earliest first."""
    query = select(Cohort).where(
        Cohort.opens_on <= as_of, Cohort.closes_on >= date(as_of.year, 1, 1)
    )
    programme = joinedload(Cohort.programme)
    parts = programme.selectinload(Programme.projects).joinedload(ProgrammeProject.project)
    order = query.order_by(Cohort.programme_id, Cohort.opens_on, Cohort.id)
    return db.session.scalars(order.options(programme, parts, selectinload(Cohort.courses))).all()


def _projects_of(cohort: Cohort) -> set[int]:
    return {part.project_id for part in cohort.programme.projects}


def _rows(
    cohorts: Sequence[Cohort],
    as_of: date,
    only: Only,
    inside: Sequence[int],
    counts: set[Count],
) -> "pd.DataFrame":
    """Everybody who is 应训 on one of these lists, once for each list."""
    import pandas as pd

    frames = [
        counting.by_person(Roster(one.id, as_of, None, only.post), counts).assign(cohort_id=one.id)
        for one in cohorts
    ]
    names = [*KEYS[:3], *sorted(one.value for one in counts)]
    if not frames:
        return pd.DataFrame(columns=names)
    rows = pd.concat([one for one in frames if len(one)] or frames[:1], ignore_index=True)
    return services.kept(rows[rows[Count.REQUIRED.value] == 1], inside)[names]


def _project(part, cohorts: Sequence[Cohort], rows: "pd.DataFrame", as_of: date) -> Project:
    ids = [one.id for one in cohorts]
    lists = [
        (one, Line(str(one.id), one.title, together(rows, [one.id], as_of))) for one in cohorts
    ]
    mine = rows[rows["cohort_id"].isin(ids)]
    several = int((mine.groupby("person_id").size() > 1).sum())
    total = Line(f"p{part.id}", part.name, together(rows, ids, as_of))
    return Project(part.id, part.name, lists, total, several)


def _in_order(one: Project, by: Definition, downward: bool) -> Project:
    """The lists of a project by a number of theirs; those without it stay last."""
    known = [each for each in one.lists if by.value(each[1].counts) is not None]
    empty = [each for each in one.lists if by.value(each[1].counts) is None]
    known.sort(key=lambda each: by.value(each[1].counts) or 0, reverse=downward)
    return replace(one, lists=[*known, *empty])


# ── each person once ────────────────────────────────────────────────────────────────────────────


def together(rows: "pd.DataFrame", cohort_ids: Sequence[int], as_of: date) -> dict[str, int]:
    """The counts of the people of some lists, each person once."""
    once = persons(rows, cohort_ids)
    counts = {name: int(once[name].sum()) for name in once.columns if name not in KEYS}
    shared = once[once["lists"] > 1]
    if len(shared):  # an hour can count in two lists, and is one hour
        people = shared["person_id"].tolist()
        for count, kind in KINDS.items():
            if count in counts:
                counts[count] -= int(shared[count.value].sum())
                counts[count] += hours_of(people, cohort_ids, as_of, kind)
    return counts


def persons(rows: "pd.DataFrame", cohort_ids: Iterable[int]) -> "pd.DataFrame":
    """One row a person of some lists: person_id, org_id, lists (how many), and the counts."""
    mine = rows[rows["cohort_id"].isin(list(cohort_ids))].assign(lists=1)
    if not mine["person_id"].duplicated().any():
        return mine
    flags = [name for name in mine.columns if name not in KEYS]
    nothing_to_sit = mine[Count.SCHEDULED.value] == 0
    for one in EXAM:
        if one in flags:  # where there is nothing to sit, nothing is missing
            mine[one.value] = mine[one.value].where(~nothing_to_sit, 1)
    how = {name: "min" if name in ON_ALL else "max" for name in flags}
    how |= {name: "sum" for name in flags if name in KINDS}
    once = mine.groupby("person_id", sort=False, as_index=False).agg(
        {"org_id": "first", "lists": "sum", **how}
    )
    sits = once[Count.SCHEDULED.value] == 1
    for one in (*EXAM, *PASSES):
        if one in flags:
            once[one.value] = once[one.value].where(sits, 0)
    for one in PASSES:
        if one in flags:
            once[one.value] = once[one.value].where(once[Count.PASSED.value] == 1, 0)
    once[Count.OPEN.value] = once[Count.REQUIRED.value] - once[Count.COMPLETED.value]
    return once


def hours_of(
    person_ids: Sequence[int], cohort_ids: Sequence[int], as_of: date, kind: HourKind | None
) -> int:
    """Hundredths of the hours of some people that count in any of some lists, each once."""
    lessons = (
        select(Lesson.id)
        .join(CohortCourse, CohortCourse.course_id == Lesson.course_id)
        .where(CohortCourse.cohort_id.in_(cohort_ids))
    )
    by_lesson = and_(HourEntry.cohort_id.is_(None), HourEntry.lesson_id.in_(lessons))
    counts = or_(HourEntry.cohort_id.in_(cohort_ids), by_lesson)
    given = cast(func.coalesce(func.sum(HourEntry.hundredths), 0), Integer)
    found = 0
    for some in batches(person_ids):
        query = select(given).where(HourEntry.person_id.in_(some), HourEntry.earned_on <= as_of)
        query = query.where(counts, *([HourEntry.kind == kind] if kind else []))
        found += db.session.scalar(query, execution_options=OF_THE_LIST) or 0
    return found


# ── the names behind a number ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Behind:
    """Somebody behind a number of a project, and on which lists: its title, whether completed."""

    name: str
    unit: str
    superior: str
    lists: list[tuple[str, bool]]


def behind(
    found: Portfolio, key: str, count: Count, first: int = 0, most: int | None = None
) -> tuple[list[Behind], int]:
    """The persons behind a number of a project, or of all (""), and how many they are."""
    lists = _lists(found, key)
    once = persons(found.rows, lists)
    mine = once[once[count.value] == 1]
    order = {unit: place for place, unit in enumerate(found.tree.inside(found.root.id))}
    held = dict(zip(mine["person_id"].tolist(), mine["org_id"].tolist(), strict=True))
    known = _known(list(held))
    ids = sorted(held, key=lambda one: (order[held[one]], known[one][1], one))
    some = ids[first : first + most] if most else ids
    stands = _stands(found.rows, lists, set(some))
    return [_one(found.tree, known[one][0], held[one], stands[one]) for one in some], len(ids)


def _lists(found: Portfolio, key: str) -> dict[int, str]:
    """The lists of a project with their titles. Raises NotFound where there is no such project."""
    chosen = [one for one in found.projects if not key or one.total.key == key]
    if not chosen:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return {cohort.id: cohort.title for one in chosen for cohort, _line in one.lists}


def _known(person_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Person → name and spelling."""
    found: dict[int, tuple[str, str]] = {}
    for some in batches(person_ids):
        query = (
            select(Enrolment.person_id, Person.name, Person.pinyin)
            .join(Person, Person.id == Enrolment.person_id)
            .where(Enrolment.person_id.in_(some))
        )
        for person, name, pinyin in db.session.execute(query, execution_options=OF_THE_LIST):
            found[person] = name, pinyin
    return found


def _stands(
    rows: "pd.DataFrame", lists: Mapping[int, str], people: set[int]
) -> dict[int, list[tuple[str, bool]]]:
    """Person → the lists, each with whether it is completed."""
    mine = rows[rows["person_id"].isin(people) & rows["cohort_id"].isin(list(lists))]
    found: dict[int, list[tuple[str, bool]]] = {}
    columns = (mine["person_id"], mine["cohort_id"], mine[Count.COMPLETED.value])
    for person, cohort, done in zip(*(one.tolist() for one in columns), strict=True):
        found.setdefault(person, []).append((lists[cohort], bool(done)))
    return found


def _one(tree: Tree, name: str, unit: int, lists: list[tuple[str, bool]]) -> Behind:
    above = tree.units[unit].parent_id
    return Behind(name, tree.name(unit), tree.name(above) if above in tree.units else "", lists)
