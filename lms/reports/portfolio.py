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
from lms.db import among, db
from lms.errors import NotFound
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.orgs.models import OrgUnit
from lms.people.keeping import batches
from lms.people.models import Person
from lms.reports import defining, holding, queries, services
from lms.reports.counting import OF_THE_LIST, Roster
from lms.reports.dictionary import USUAL, USUAL_EXAM
from lms.reports.measures import Count, Definition, needed, within
from lms.reports.rules import Only
from lms.reports.services import EVERYBODY
from lms.reports.tables import Line, Tree
from lms.training import queries as training
from lms.training.models import Cohort, CohortCourse, Enrolment, Programme, ProgrammeProject
from lms.training.models import Project as TheProject

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

    @cached_property
    def assessed(self) -> bool:
        return bool(self.total.counts[Count.SCHEDULED])


def portfolio(
    paths: Sequence[str], under: int | None, as_of: date, only: Only = EVERYBODY, sort: str = ""
) -> Portfolio:
    """The table. The arguments are those of a completion table."""
    root = services.root_of(paths, under)
    tree = queries.tree(as_of)
    held = defining.holding(as_of, tree.way(root.id))
    columns = [held[code] for code in CODES]
    wanted = needed(columns) | BASE
    cohorts = _cohorts(as_of)
    ids = [one.id for one in cohorts]
    counted = _counted(ids, as_of, only, _looked_at(tree, only, root), wanted)
    by = next((one for one in columns if one.code == sort.removeprefix("-")), None)
    projects = [
        _project(part, [one for one in cohorts if part.id in _projects_of(one)], counted)
        for part in training.projects()
    ]
    if by:
        projects = [_in_order(one, by, sort.startswith("-")) for one in projects]
    total = Line("", "", counted.of(ids))
    found = Portfolio(root, as_of, only, columns, projects, total, tree)
    if found.assessed:
        return found
    return replace(found, columns=[one for one in columns if not _of_exam(one)])


def _looked_at(tree: Tree, only: Only, root: OrgUnit) -> Sequence[int] | None:
    """The units of whose people the table tells; none: all there are."""
    inside = tree.kept(only, root.id)
    return inside if len(inside) < len(tree.units) else None


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


@dataclass(frozen=True)
class _Counted:
    """What each list comes to, and one by one who is on several of them."""

    as_of: date
    lists: Mapping[int, Mapping[str, int]]
    several: "pd.DataFrame"

    def shared(self, cohort_ids: Sequence[int]) -> "pd.DataFrame":
        """Who is on more than one of some lists, once for each list."""
        if len(cohort_ids) < 2:
            return self.several[:0]
        mine = self.several[self.several["cohort_id"].isin(cohort_ids)]
        return mine[mine["person_id"].duplicated(keep=False)]

    def of(self, cohort_ids: Sequence[int]) -> dict[str, int]:
        """The counts of the people of some lists, each person once."""
        names = [name for name in self.several.columns if name not in KEYS]
        sums = [self.lists[one] for one in cohort_ids if one in self.lists]
        counts = {name: sum(one[name] for one in sums) for name in names}
        shared = self.shared(cohort_ids)
        if len(shared):
            once = together(shared, cohort_ids, self.as_of)
            twice = shared[names].sum().to_dict()
            counts = {name: counts[name] - int(twice[name]) + once[name] for name in names}
        return counts


def _counted(
    cohort_ids: Sequence[int],
    as_of: date,
    only: Only,
    inside: Sequence[int] | None,
    counts: set[Count],
) -> _Counted:
    """Each list added up; the rows of who is on several."""
    rows = _rows(cohort_ids, as_of, only, inside, counts)
    names = [one.value for one in counts]
    sums = rows.groupby("cohort_id")[names].sum().astype("int64").to_dict("index")
    return _Counted(as_of, sums, rows[rows["person_id"].duplicated(keep=False)])


def _rows(
    cohort_ids: Sequence[int],
    as_of: date,
    only: Only,
    inside: Sequence[int] | None,
    counts: set[Count],
) -> "pd.DataFrame":
    """Who is 应训 on these lists, once for each."""
    import pandas as pd

    names = [*KEYS[:3], *sorted(one.value for one in counts)]
    if not cohort_ids:
        return pd.DataFrame(columns=names)
    rosters = [Roster(one, as_of, None, only.post, inside) for one in cohort_ids]
    return holding.by_list(rosters, counts)[names]


def _project(part: TheProject, cohorts: Sequence[Cohort], counted: _Counted) -> Project:
    ids = [one.id for one in cohorts]
    lists = [(one, Line(str(one.id), one.title, counted.of([one.id]))) for one in cohorts]
    several = counted.shared(ids)["person_id"].nunique()
    total = Line(f"p{part.id}", part.name, counted.of(ids))
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
    return _once(mine.sort_values("person_id", kind="stable"))


def _once(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Those of one person, that stand together, as one; a column at a time."""
    import numpy as np
    import pandas as pd

    ids = rows["person_id"].to_numpy()
    first = np.flatnonzero(np.append(True, ids[1:] != ids[:-1]))
    values = {name: rows[name].to_numpy(dtype="int64") for name in rows.columns}
    exam = [one.value for one in EXAM if one in values]
    for name in exam:  # where there is nothing to sit, nothing is missing
        values[name] = np.where(values[Count.SCHEDULED.value] == 0, 1, values[name])
    once = {name: held[first] for name, held in values.items() if name in KEYS[:3]}
    for name in values.keys() - once.keys():
        added = name in KINDS or name == "lists"
        how = np.add if added else np.minimum if name in ON_ALL else np.maximum
        once[name] = how.reduceat(values[name], first)
    for name in (*exam, *(one.value for one in PASSES if one in once)):
        once[name] *= once[Count.SCHEDULED.value]
    for name in PASSES:
        if name in once:
            once[name.value] *= once[Count.PASSED.value]
    once[Count.OPEN.value] = once[Count.REQUIRED.value] - once[Count.COMPLETED.value]
    return pd.DataFrame(once)


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
    query = select(given).where(
        among(HourEntry.person_id, person_ids), HourEntry.earned_on <= as_of
    )
    query = query.where(counts, *([HourEntry.kind == kind] if kind else []))
    return db.session.scalar(query, execution_options=OF_THE_LIST) or 0


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
    inside = _looked_at(found.tree, found.only, found.root)
    counts = needed(found.columns) | BASE
    rows = _rows(list(lists), found.as_of, found.only, inside, counts | {count})
    once = persons(rows, lists)
    mine = once[once[count.value] == 1]
    order = {unit: place for place, unit in enumerate(found.tree.inside(found.root.id))}
    held = dict(zip(mine["person_id"].tolist(), mine["org_id"].tolist(), strict=True))
    known = _known(list(held))
    ids = sorted(held, key=lambda one: (order[held[one]], known[one][1], one))
    some = ids[first : first + most] if most else ids
    stands = _stands(rows, lists, set(some))
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
    mine = mine.sort_values("cohort_id", kind="stable")  # a server gives groups in any order
    found: dict[int, list[tuple[str, bool]]] = {}
    columns = (mine["person_id"], mine["cohort_id"], mine[Count.COMPLETED.value])
    for person, cohort, done in zip(*(one.tolist() for one in columns), strict=True):
        found.setdefault(person, []).append((lists[cohort], bool(done)))
    return found


def _one(tree: Tree, name: str, unit: int, lists: list[tuple[str, bool]]) -> Behind:
    above = tree.units[unit].parent_id
    return Behind(name, tree.name(unit), tree.name(above) if above in tree.units else "", lists)
