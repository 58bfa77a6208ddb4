"""What was answered under a unit, paper by paper; of papers that few have sat, nothing."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, func, select

from lms.analyses.hiding import Hiding, Pages
from lms.analyses.models import PaperTally, UnitTally
from lms.analyses.scores import root_of
from lms.bank.models import Question, QuestionVersion, VersionAbility, VersionSource
from lms.bank.rules import Pool
from lms.clock import months_before
from lms.competencies.models import Competency
from lms.db import db
from lms.exams.abilities import MONTHS
from lms.exams.models import Assessment
from lms.orgs.models import OrgUnit
from lms.papers.models import PaperSlot
from lms.reports import queries
from lms.reports.tables import Tree

if TYPE_CHECKING:
    import numpy as np

Paper = tuple[int, int]  # assessment, paper: one population
ON_SEEN_ROWS = {"counted": Assessment}


@dataclass(frozen=True)
class AskedAt:
    """A place of a paper, by what it asks. stem: empty while the question is for examination."""

    number: int
    version_id: int
    part: int
    topic: str
    stem: str
    abilities: tuple[str, ...]
    articles: tuple[tuple[str, str], ...]

    @property
    def question(self) -> tuple[int, int]:
        return self.version_id, self.part


@dataclass(frozen=True)
class Answered:
    """What the people of a unit, or of a line below it, answered; paper by paper."""

    right: Mapping[Paper, "np.ndarray"]  # by place
    persons: Mapping[Paper, int]


@dataclass(frozen=True)
class Gathered:
    """All there is to tell under a unit as of a day. lines: those below it, where they are told."""

    root: OrgUnit
    as_of: date
    since: date
    tree: Tree
    assessments: Sequence[tuple[int, str]]  # that are in it, the newest first
    places: Mapping[int, Sequence[AskedAt]]  # by paper
    whole: Answered
    lines: Mapping[int, Answered]
    hides: bool


def gather(
    paths: Sequence[str], under: int | None, as_of: date, assessment_id: int | None = None
) -> Gathered:
    """What was answered in the year up to a day, or in one assessment, under a unit.

    A paper that few under a unit have sat, or by which those few could be reckoned, is not in it.
    """
    root, tree = root_of(paths, under), queries.tree(as_of)
    pages, since = Pages(tree), months_before(as_of, MONTHS)
    which = [UnitTally.sat_on <= as_of, UnitTally.sat_on > since]
    if assessment_id:
        which = [UnitTally.assessment_id == assessment_id, UnitTally.sat_on <= as_of]
    hiding = {key: Hiding(pages, sizes).at(root.id) for key, sizes in _sizes(which).items()}
    whole = _Adding()
    lines: dict[int, _Adding] = defaultdict(_Adding)
    page = pages.lines(root.id)
    for key, unit, persons, right in _rows(which):
        if unit not in page or key not in hiding:
            continue
        shut, small = hiding[key]
        if not shut:
            whole.add(key, persons, right)
        if page[unit] not in small:
            lines[page[unit]].add(key, persons, right)
    keys = whole.persons.keys() | {key for one in lines.values() for key in one.persons}
    return Gathered(
        root,
        as_of,
        since,
        tree,
        _titles({assessment for assessment, _paper in hiding}),
        _places({paper for _assessment, paper in keys}),
        whole.done(),
        {one: adding.done() for one, adding in lines.items()},
        any(shut or small for shut, small in hiding.values()),
    )


def offered() -> list[tuple[int, str]]:
    """The assessments in sight of which something has been added up, the newest first."""
    tallied = select(PaperTally.assessment_id)
    query = select(Assessment.id, Assessment.title).where(Assessment.id.in_(tallied))
    ordered = query.order_by(Assessment.opens_at.desc(), Assessment.id)
    rows = db.session.execute(ordered, execution_options=ON_SEEN_ROWS)
    return [(key, title) for key, title in rows]


class _Adding:
    """Sums in the making."""

    def __init__(self) -> None:
        self.right: dict[Paper, np.ndarray] = {}
        self.persons: dict[Paper, int] = defaultdict(int)

    def add(self, key: Paper, persons: int, right: "np.ndarray") -> None:
        self.right[key] = self.right[key] + right if key in self.right else right
        self.persons[key] += persons

    def done(self) -> Answered:
        return Answered(self.right, self.persons)


def _rows(which: Sequence[Any]) -> "Iterator[tuple[Paper, int, int, np.ndarray]]":
    """Paper, unit, persons, and how many had each place right.

    The lists of a paper are read in one go: one by one, thousands take longer than all else.
    """
    import numpy as np

    query = (
        select(
            UnitTally.assessment_id,
            UnitTally.paper_id,
            UnitTally.org_id,
            UnitTally.persons,
            cast(UnitTally.right, String),
        )
        .join(Assessment, Assessment.id == UnitTally.assessment_id)
        .where(*which)
    )
    papers: dict[Paper, list[tuple[int, int, str]]] = defaultdict(list)
    for assessment, paper, unit, persons, text in db.session.execute(query):
        papers[assessment, paper].append((unit, persons, text))
    for key, rows in papers.items():
        right = np.array(json.loads(f"[{','.join(text for *_row, text in rows)}]"))
        for (unit, persons, _text), each in zip(rows, right, strict=True):
            yield key, unit, persons, each


def _sizes(which: Sequence[Any]) -> dict[Paper, dict[int, int]]:
    """How many sat each paper, unit by unit; everybody, for what is hidden depends on all."""
    query = (
        select(
            UnitTally.assessment_id,
            UnitTally.paper_id,
            UnitTally.org_id,
            func.sum(UnitTally.persons),
        )
        .join(Assessment, Assessment.id == UnitTally.assessment_id)
        .where(*which)
        .group_by(UnitTally.assessment_id, UnitTally.paper_id, UnitTally.org_id)
    )
    found: dict[Paper, dict[int, int]] = defaultdict(dict)
    for assessment, paper, unit, many in db.session.execute(query, execution_options=ON_SEEN_ROWS):
        found[assessment, paper][unit] = int(many)
    return found


def _titles(assessment_ids: Iterable[int]) -> list[tuple[int, str]]:
    query = select(Assessment.id, Assessment.title).where(Assessment.id.in_(assessment_ids))
    ordered = query.order_by(Assessment.opens_at.desc(), Assessment.id)
    return [(key, title) for key, title in db.session.execute(ordered)]


# ── what the papers ask ─────────────────────────────────────────────────────────────────────────


def _places(paper_ids: Iterable[int]) -> dict[int, list[AskedAt]]:
    query = (
        select(
            PaperSlot.paper_id,
            PaperSlot.number,
            PaperSlot.version_id,
            PaperSlot.part,
            QuestionVersion.topic,
            QuestionVersion.stem,
            Question.pool,
        )
        .join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(PaperSlot.paper_id.in_(paper_ids))
        .order_by(PaperSlot.paper_id, PaperSlot.number)
    )
    rows = db.session.execute(query, execution_options=ON_SEEN_ROWS).all()
    versions = {row.version_id for row in rows}
    asked, cited = _abilities(versions), _articles(versions)
    found: dict[int, list[AskedAt]] = defaultdict(list)
    for row in rows:
        stem = "" if row.pool is Pool.EXAM else row.stem
        more = tuple(asked.get(row.version_id, ())), tuple(cited.get(row.version_id, ()))
        place = AskedAt(row.number, row.version_id, row.part, row.topic or "", stem, *more)
        found[row.paper_id].append(place)
    return found


def _abilities(versions: Iterable[int]) -> dict[int, list[str]]:
    query = (
        select(VersionAbility.version_id, Competency.code)
        .join(Competency, Competency.id == VersionAbility.competency_id)
        .where(VersionAbility.version_id.in_(versions))
        .order_by(VersionAbility.id)
    )
    return _listed(db.session.execute(query, execution_options=ON_SEEN_ROWS))


def _articles(versions: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    query = (
        select(VersionSource.version_id, VersionSource.law, VersionSource.article)
        .where(VersionSource.version_id.in_(versions))
        .order_by(VersionSource.id)
    )
    rows = db.session.execute(query, execution_options=ON_SEEN_ROWS)
    return _listed((version, (law, article)) for version, law, article in rows)


def _listed(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for version, value in rows:
        if value not in found[version]:
            found[version].append(value)
    return found
