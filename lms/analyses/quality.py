"""试卷质量分析表: a paper as it was sat, for who runs the assessment and for who makes papers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.analyses.figures import Item, Quality, Tallied, items, quality, read, together
from lms.analyses.models import PaperTally
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Pool, QuestionType
from lms.db import db
from lms.errors import NotAllowed, NotFound
from lms.exams import queries as exams
from lms.exams.keys import NONE, Changes
from lms.exams.models import Assessment
from lms.exams.publishing import changes_of
from lms.exams.questions import known_question
from lms.papers.models import Paper, PaperSlot
from lms.papers.queries import paper as seen_paper

OF_ASSESSMENT, OF_PAPER = {"counted": Assessment}, {"counted": Paper}


@dataclass(frozen=True)
class Place:
    """A place of a paper. stem, options, key: empty while its question is kept secret."""

    number: int
    type: QuestionType
    points: float
    topic: str
    told: bool
    stem: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    key: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sheet:
    """The table of a paper. rows: each place with its numbers; none for one nobody was asked."""

    title: str
    paper_id: int
    quality: Quality
    rows: Sequence[tuple[Place, Item | None]]
    made_at: datetime | None
    assessments: int  # how many are in it


def refuse_stranger(assessment: Assessment, person_id: int, runs: bool) -> None:
    """The quality of a paper is for those who run the assessment, and the officers named."""
    if not runs and exams.named(assessment.id, person_id) is None:
        raise NotAllowed("试卷质量由组织这次测评的单位和指定人员查看。")


def papers_of(assessment: Assessment) -> list[tuple[int, str]]:
    """The papers with which it was sat, the one that was set first: id, title."""
    query = (
        select(Paper.id, Paper.title, Paper.form)
        .join(PaperTally, PaperTally.paper_id == Paper.id)
        .where(PaperTally.assessment_id == assessment.id)
        .order_by(Paper.id != assessment.paper_id, Paper.id)
    )
    rows = db.session.execute(query, execution_options=OF_ASSESSMENT)
    return [(key, f"{title}（{form}）" if form else title) for key, title, form in rows]


def of_assessment(assessment: Assessment, paper_id: int | None) -> Sheet | None:
    """A paper as it was sat in this assessment; none where nothing has been added up.

    A question's text, options and key are told only when it is no longer for examination.
    """
    titles = dict(papers_of(assessment))
    if not titles and paper_id in (None, assessment.paper_id):
        return None
    paper_id = paper_id or next(iter(titles))
    if paper_id not in titles:
        raise NotFound("没有找到，或不在您的权限范围内。")
    query = select(PaperTally).where(
        PaperTally.assessment_id == assessment.id, PaperTally.paper_id == paper_id
    )
    row = db.session.scalars(query, execution_options=OF_ASSESSMENT).one()
    rows = _slots(paper_id, OF_ASSESSMENT)
    told = {version_id for version_id, pool in _pools(rows) if pool is not Pool.EXAM}
    places = _places(rows, told, changes_of(assessment))
    return _sheet(titles[paper_id], paper_id, read(row.figures), places, [row.made_at])


def there(sheet: Sheet | None) -> Sheet:
    """A table to take away. Raises NotFound where nothing has been added up yet."""
    if sheet is None:
        raise NotFound("还没有公布成绩的答卷，没有可导出的分析。")
    return sheet


def of_paper(paper_id: int) -> Sheet:
    """A paper in sight over all its assessments; the questions that are open to who looks."""
    paper = seen_paper(paper_id)
    query = (
        select(PaperTally.figures, PaperTally.made_at)
        .join(Paper, Paper.id == PaperTally.paper_id)
        .where(Paper.id == paper_id)
    )
    kept = db.session.execute(query, execution_options=OF_PAPER).all()
    rows = _slots(paper_id, OF_PAPER)
    asked = select(QuestionVersion.id).where(
        QuestionVersion.id.in_([row.version_id for row in rows])
    )
    places = _places(rows, set(db.session.scalars(asked)), NONE)
    tallied = together([read(figures) for figures, _made in kept])
    return _sheet(paper.full_title, paper_id, tallied, places, [made for _figures, made in kept])


def _slots(paper_id: int, options: Mapping[str, Any]) -> Sequence[Any]:
    query = (
        select(
            PaperSlot.number,
            PaperSlot.version_id,
            PaperSlot.part,
            PaperSlot.points,
            QuestionVersion.topic,
            QuestionVersion.text,
            Question.pool,
        )
        .join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(PaperSlot.paper_id == paper_id)
        .order_by(PaperSlot.number)
    )
    return db.session.execute(query, execution_options=dict(options)).all()


def _pools(rows: Iterable[Any]) -> Iterable[tuple[int, Pool]]:
    return ((row.version_id, row.pool) for row in rows)


def _places(rows: Iterable[Any], told: set[int], changes: Changes) -> list[Place]:
    return [_place(row, row.version_id in told, changes) for row in rows]


def _place(row: Any, told: bool, changes: Changes) -> Place:
    part = known_question(row.text).parts[row.part]
    same = (row.number, part.type, float(row.points), row.topic or "", told)
    if not told:
        return Place(*same)
    changed = changes.get((row.version_id, row.part), part.right)
    key = frozenset(changed or ()) if part.options else frozenset()
    return Place(*same, part.stem, part.options, key)


def _sheet(
    title: str, paper_id: int, tallied: Tallied, places: list[Place], made: list[datetime]
) -> Sheet:
    found = {one.number: one for one in items(tallied)}
    return Sheet(
        title,
        paper_id,
        quality(tallied, {place.number: place.points for place in places}),
        [(place, found.get(place.number)) for place in places],
        max(made, default=None),
        len(made),
    )
