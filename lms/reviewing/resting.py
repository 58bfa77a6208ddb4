"""What rests on an edition of a law that ended or was given its text: questions and papers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import selectinload

from lms.bank.files import read_draft
from lms.bank.models import Question, QuestionVersion, VersionSource
from lms.bank.rules import Question as Asked
from lms.bank.rules import State
from lms.db import db
from lms.laws.models import LawEdition
from lms.laws.queries import known_articles
from lms.laws.rules import Checked, Standing, Verdict, checked, standing
from lms.papers.models import Paper, PaperSlot
from lms.reviewing.models import SourceCheck

PAGE = 20


def ends(row: LawEdition) -> bool:
    """Whether an edition has ended, or is known to end."""
    return row.status is Standing.ENDED or row.to_on is not None


def target(row: LawEdition) -> LawEdition | None:
    """The edition that questions are held against: what follows one that ends, else itself."""
    return row.successor if ends(row) else row


@dataclass(frozen=True)
class Place:
    """A source of a question, its article as it was, and as it is in the edition that follows.

    moved: the article that has the key words now, where it is another.
    """

    source: VersionSource
    before: str
    now: Checked
    moved: str


@dataclass(frozen=True)
class Resting:
    """A question on an edition, each of its sources there beside the text."""

    version: QuestionVersion
    places: list[Place]

    @property
    def asked(self) -> Asked:
        return read_draft(self.version.text)

    @property
    def agrees(self) -> bool:
        return all(place.now.verdict is Verdict.AGREES for place in self.places)

    @property
    def waits(self) -> bool:
        """There is no text yet that it could be held against."""
        return any(place.now.verdict is Verdict.NO_TEXT for place in self.places)


def _cites(row: LawEdition) -> ColumnElement[bool]:
    here = VersionSource.law == row.law, VersionSource.edition == row.edition
    return QuestionVersion.id.in_(select(VersionSource.version_id).where(*here))


def _waiting(row: LawEdition) -> Select:
    """The versions in use that rest on an edition and were not released since its text came."""
    in_use = and_(
        QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.latest
    )
    query = select(QuestionVersion).join(Question, in_use)
    query = query.where(Question.state != State.RETIRED, _cites(row))
    if ends(row):
        return query
    released = select(SourceCheck.version_id).where(
        SourceCheck.law_edition_id == row.id, SourceCheck.checked_at >= row.text_at
    )
    return query.where(QuestionVersion.id.not_in(released))


def count(row: LawEdition) -> int:
    """How many questions on an edition wait to be released."""
    if not ends(row) and row.text_at is None:
        return 0
    query = _waiting(row).with_only_columns(QuestionVersion.id).subquery()
    return db.session.scalar(select(func.count()).select_from(query)) or 0


def resting(row: LawEdition, first: int = 0) -> tuple[list[Resting], int]:
    """A page of the questions on an edition that wait, those that do not agree first; and all."""
    if not ends(row) and row.text_at is None:
        return [], 0
    loaded = selectinload(QuestionVersion.sources), selectinload(QuestionVersion.question)
    versions = db.session.scalars(_waiting(row).options(*loaded).order_by(QuestionVersion.id)).all()
    before, after = known_articles(row), known_articles(target(row))
    found = [_beside(version, row, before, after) for version in versions]
    found.sort(key=lambda one: one.agrees)
    return found[first : first + PAGE], len(found)


def _beside(
    version: QuestionVersion,
    row: LawEdition,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
) -> Resting:
    cited = [one for one in version.sources if (one.law, one.edition) == (row.law, row.edition)]
    return Resting(version, [_place(one, before or {}, after) for one in cited])


def _place(source: VersionSource, before: dict[str, str], after: dict[str, str] | None) -> Place:
    now = checked(after, source.article, source.key)
    moved = after[now.elsewhere[0]] if after and now.elsewhere else ""
    return Place(source, before.get(source.article, ""), now, moved)


def touched(day: date) -> Sequence[tuple[LawEdition, int]]:
    """The editions on which questions wait: ended, ending, or with a text that was added."""
    asks = or_(
        LawEdition.status == Standing.ENDED,
        LawEdition.to_on.is_not(None),
        LawEdition.text_at.is_not(None),
    )
    rows = db.session.scalars(select(LawEdition).where(asks).order_by(LawEdition.id)).all()
    counted = [(row, count(row)) for row in rows]
    return [(row, n) for row, n in counted if n]


def has_ended(row: LawEdition, day: date) -> bool:
    return standing(row.status, row.from_on, row.to_on, day) is Standing.ENDED


def papers_on(row: LawEdition) -> list[tuple[Paper, int]]:
    """The papers that ask something on an edition, and how many questions of each do."""
    query = (
        select(Paper, func.count(PaperSlot.id))
        .join(PaperSlot, PaperSlot.paper_id == Paper.id)
        .join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
        .where(_cites(row))
        .group_by(Paper.id)
        .order_by(Paper.id.desc())
    )
    # a paper is seen by those named on its own bank, whatever banks its questions are of
    rows = db.session.execute(query, execution_options={"counted": Paper})
    return [(paper, n) for paper, n in rows]


def in_order(
    papers: Collection[tuple[Paper, int]], planned: dict[int, tuple[datetime, str]]
) -> list[tuple[Paper, int, tuple[datetime, str] | None]]:
    """Papers of assessments that are still to be held first, the next one before all."""
    rows = [(paper, n, planned.get(paper.id)) for paper, n in papers]
    return sorted(rows, key=lambda row: (row[2] is None, row[2] and row[2][0]))
