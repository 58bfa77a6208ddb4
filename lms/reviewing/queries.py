"""What waits for a reviewer, and what was said. The scope is already on every query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from lms.bank.models import Bank, Question, QuestionVersion, VersionAbility
from lms.bank.rules import Origin, Pool, State
from lms.competencies.models import Competency
from lms.db import db, find
from lms.errors import NotFound
from lms.papers.models import PaperSlot
from lms.people.models import Person
from lms.reviewing.models import Review, Sample
from lms.reviewing.rules import CLAIM, SampleState

PAGE = 50
BROUGHT = (Origin.BROUGHT, Origin.MACHINE)


@dataclass(frozen=True)
class Narrowed:
    """What a queue is narrowed to; empty: all that waits for this reviewer."""

    bank_id: int | None = None
    ability_id: int | None = None
    paper_id: int | None = None


def state_of() -> ColumnElement[State]:
    """The state of the newest version: the one beside, or the one in use."""
    return func.coalesce(Question.waiting_state, Question.state)


def number_of() -> ColumnElement[int]:
    return func.coalesce(Question.waiting, Question.latest)


def newest() -> ColumnElement[bool]:
    """Joins a question with its newest version."""
    return and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == number_of())


def in_review() -> ColumnElement[bool]:
    return and_(state_of() == State.IN_REVIEW, Question.state != State.RETIRED)


def _for(person_id: int, banks: Collection[int], now: datetime) -> list[ColumnElement[bool]]:
    """In these banks, not one's own, and not with another reviewer."""
    mine = or_(Question.made_by == person_id, QuestionVersion.made_by == person_id)
    with_another = select(Review.version_id).where(
        Review.person_id != person_id,
        Review.decision.is_(None),
        Review.answered_at.is_not(None),
        Review.answered_at > now - CLAIM,
    )
    drawn = (
        select(Review.version_id)
        .join(Sample, Sample.id == Review.sample_id)
        .where(Sample.state == SampleState.OPEN)
    )
    return [
        in_review(),
        Question.bank_id.in_(banks),
        or_(mine.is_(None), ~mine),
        QuestionVersion.id.not_in(with_another),
        QuestionVersion.id.not_in(drawn),
    ]


def _narrowed(by: Narrowed) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if by.bank_id:
        found.append(Question.bank_id == by.bank_id)
    if by.ability_id is not None:
        asked = select(VersionAbility.version_id)
        if by.ability_id:
            asked = asked.where(VersionAbility.competency_id == by.ability_id)
            found.append(QuestionVersion.id.in_(asked))
        else:
            found.append(QuestionVersion.id.not_in(asked))
    if by.paper_id:
        taken = aliased(QuestionVersion)
        slots = (
            select(taken.question_id)
            .join(PaperSlot, PaperSlot.version_id == taken.id)
            .where(PaperSlot.paper_id == by.paper_id)
        )
        found.append(Question.id.in_(slots))
    return found


def _queue(person_id: int, banks: Collection[int], by: Narrowed, now: datetime) -> Select:
    return (
        select(QuestionVersion)
        .join(Question, newest())
        .where(*_for(person_id, banks, now), *_narrowed(by))
    )


def queue(
    person_id: int, banks: Collection[int], by: Narrowed, now: datetime, first: int = 0
) -> tuple[Sequence[QuestionVersion], int]:
    """What waits for this reviewer, the oldest first: a page of it, and how many in all."""
    query = _queue(person_id, banks, by, now)
    whole = _count(query)
    loaded = selectinload(QuestionVersion.abilities).joinedload(VersionAbility.competency)
    page = query.options(loaded, selectinload(QuestionVersion.question))
    order = page.order_by(QuestionVersion.made_at, QuestionVersion.id)
    return db.session.scalars(order.offset(first).limit(PAGE)).all(), whole


def next_in(
    person_id: int, banks: Collection[int], by: Narrowed, now: datetime, but: int = 0
) -> int | None:
    """The question that comes next in a queue. but: one that is not meant."""
    query = _queue(person_id, banks, by, now).where(Question.id != but)
    oldest = query.order_by(QuestionVersion.made_at, QuestionVersion.id).limit(1)
    return db.session.scalar(oldest.with_only_columns(Question.id, maintain_column_froms=True))


def codes_waiting(
    person_id: int, banks: Collection[int], now: datetime
) -> tuple[Select, SQLColumnExpression[datetime]]:
    """The codes of the questions that wait for this reviewer, and since when, as a statement."""
    query = _queue(person_id, banks, Narrowed(), now)
    code = query.with_only_columns(Question.code, maintain_column_froms=True)
    return code, QuestionVersion.made_at


@dataclass(frozen=True)
class Heap:
    """So many questions of a bank and an ability wait."""

    bank_id: int
    bank: str
    ability_id: int  # 0: of none
    ability: str
    count: int


def heaps(person_id: int, banks: Collection[int], now: datetime) -> list[Heap]:
    """What waits for this reviewer by bank and ability; one of two abilities counts in both."""
    query = (
        select(Bank.id, Bank.title, Competency.id, Competency.name, func.count())
        .select_from(QuestionVersion)
        .join(Question, newest())
        .join(Bank, Bank.id == Question.bank_id)
        .outerjoin(VersionAbility, VersionAbility.version_id == QuestionVersion.id)
        .outerjoin(Competency, Competency.id == VersionAbility.competency_id)
        .where(*_for(person_id, banks, now))
        .group_by(Bank.id, Bank.title, Competency.id, Competency.name, Competency.place)
        .order_by(Bank.title, Competency.place)
    )
    rows = db.session.execute(query)
    return [Heap(bank, title, one or 0, name or "", n) for bank, title, one, name, n in rows]


def entry(question_id: int) -> tuple[Question, QuestionVersion]:
    """A question, and its newest version."""
    query = select(Question, QuestionVersion).join(QuestionVersion, newest())
    found = db.session.execute(query.where(Question.id == question_id)).first()
    if found is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found[0], found[1]


def review(version_id: int, person_id: int) -> Review | None:
    """What a person said of a version."""
    mine = Review.version_id == version_id, Review.person_id == person_id
    return db.session.scalar(select(Review).where(*mine))


def with_another(version_id: int, person_id: int, now: datetime) -> str | None:
    """The name of the reviewer who has answered a version and not decided yet."""
    query = (
        select(Person.name)
        .join(Review, Review.person_id == Person.id)
        .where(
            Review.version_id == version_id,
            Review.person_id != person_id,
            Review.decision.is_(None),
            Review.answered_at > now - CLAIM,
        )
    )
    return db.session.scalar(query.limit(1), execution_options={"counted": Review})


def history(question_id: int) -> Sequence[tuple[Review, str, int]]:
    """What was decided on a question, newest first: with the reviewer's name and the version."""
    query = (
        select(Review, Person.name, QuestionVersion.number)
        .join(Person, Person.id == Review.person_id)
        .join(QuestionVersion, QuestionVersion.id == Review.version_id)
        .where(Review.question_id == question_id, Review.decision.is_not(None))
        .order_by(Review.decided_at.desc(), Review.id.desc())
    )
    rows = db.session.execute(query, execution_options={"counted": Review})
    return [(one, name, number) for one, name, number in rows]


def _of(person_id: int) -> ColumnElement[bool]:
    """Written by this person: the newest version, or the whole entry."""
    return or_(QuestionVersion.made_by == person_id, Question.made_by == person_id)


def returned(person_id: int, banks: Collection[int]) -> list[tuple[QuestionVersion, Review | None]]:
    """What came back to a writer, with the last word on it.

    What a file brought has no writer; it comes back to those who write in the bank.
    """
    nobody = and_(QuestionVersion.made_by.is_(None), Question.bank_id.in_(banks))
    query = (
        select(QuestionVersion)
        .join(Question, newest())
        .where(state_of() == State.RETURNED, or_(_of(person_id), nobody))
        .options(selectinload(QuestionVersion.question))
        .order_by(QuestionVersion.id)
    )
    versions = db.session.scalars(query).all()
    said = select(Review).where(Review.version_id.in_([one.id for one in versions]))
    last = {one.version_id: one for one in db.session.scalars(said.order_by(Review.decided_at))}
    return [(one, last.get(one.id)) for one in versions]


def codes_returned(
    person_id: int, banks: Collection[int]
) -> tuple[Select, SQLColumnExpression[datetime]]:
    """The codes of the questions that lie on a writer's desk, and since when, as a statement."""
    nobody = and_(QuestionVersion.made_by.is_(None), Question.bank_id.in_(banks))
    query = (
        select(Question.code)
        .join(QuestionVersion, newest())
        .where(state_of() == State.RETURNED, or_(_of(person_id), nobody))
    )
    return query, QuestionVersion.made_at


def sample(sample_id: int) -> Sample:
    return find(Sample, sample_id)


def samples(banks: Collection[int]) -> Sequence[tuple[Sample, str, str, int]]:
    """Samples of these banks, newest first: bank, reviewer, how many were looked at."""
    looked = (
        select(func.count(Review.id))
        .where(Review.sample_id == Sample.id, Review.decision.is_not(None))
        .scalar_subquery()
    )
    query = (
        select(Sample, Bank.title, Person.name, looked)
        .join(Bank, Bank.id == Sample.bank_id)
        .join(Person, Person.id == Sample.person_id)
        .where(Sample.bank_id.in_(banks))
        .order_by(Sample.id.desc())
    )
    rows = db.session.execute(query, execution_options={"counted": Sample})
    return [(one, title, name, n or 0) for one, title, name, n in rows]


def open_sample(bank_id: int) -> Sample | None:
    """The sample of a bank that has been drawn and is not decided."""
    here = Sample.bank_id == bank_id, Sample.state == SampleState.OPEN
    return db.session.scalar(select(Sample).where(*here).limit(1))


def gave_up(bank_id: int, person_id: int) -> bool:
    """Whether this reviewer gave up a sample of the bank, with nothing read to its end."""
    mine = Sample.bank_id == bank_id, Sample.person_id == person_id, Sample.passed == 0
    query = select(Sample.id).where(*mine, Sample.state == SampleState.DROPPED)
    return db.session.scalar(query.limit(1)) is not None


def speaks_for(bank_id: int, until: datetime) -> Select:
    """The questions that a sample of a bank speaks for: brought, in review, made by then.

    Those of the examination pool never; nor those a failed sample was drawn for: they are read
    one by one.
    """
    failed = select(func.max(Sample.drawn_at)).where(
        Sample.bank_id == bank_id, Sample.state == SampleState.FAILED
    )
    since = failed.scalar_subquery()
    return (
        select(Question.id)
        .join(QuestionVersion, newest())
        .where(
            Question.bank_id == bank_id,
            Question.state == State.IN_REVIEW,
            Question.waiting.is_(None),
            Question.pool != Pool.EXAM,
            QuestionVersion.origin.in_(BROUGHT),
            QuestionVersion.made_at <= until,
            or_(since.is_(None), Question.made_at > since),
        )
    )


def brought(bank_id: int, until: datetime) -> list[int]:
    """The ids of the questions that a sample speaks for."""
    return list(db.session.scalars(speaks_for(bank_id, until)))


def bringers(bank_id: int, until: datetime) -> set[int]:
    """Who made the questions that a sample speaks for."""
    ids = speaks_for(bank_id, until)
    query = select(Question.made_by).where(Question.id.in_(ids)).distinct()
    made = select(QuestionVersion.made_by).where(QuestionVersion.question_id.in_(ids)).distinct()
    found = {*db.session.scalars(query), *db.session.scalars(made)}
    return {one for one in found if one is not None}


def to_sample(banks: Sequence[Bank], now: datetime) -> list[tuple[Bank, int]]:
    """The banks of which something could pass by a sample, and how many questions."""
    counted = [(bank, _count(speaks_for(bank.id, now))) for bank in banks]
    return [(bank, n) for bank, n in counted if n and open_sample(bank.id) is None]


def _count(query: Select) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def drawn(sample_id: int) -> Sequence[Review]:
    """The questions of a sample in their order.

    What was changed, decided or put out of use since, and not read by then, is in it no more.
    """
    still = (
        select(QuestionVersion.id)
        .join(Question, newest())
        .where(in_review(), QuestionVersion.id == Review.version_id)
    )
    query = select(Review).where(
        Review.sample_id == sample_id, or_(Review.decision.is_not(None), still.exists())
    )
    return db.session.scalars(query.order_by(Review.place)).all()


def drawn_one(review_id: int) -> Review:
    return find(Review, review_id)


def versions_of(ids: Sequence[int]) -> Sequence[QuestionVersion]:
    """The newest versions of these questions."""
    query = select(QuestionVersion).join(Question, newest()).where(Question.id.in_(ids))
    return db.session.scalars(query).all()


def reviews_by(person_id: int, versions: Collection[int]) -> dict[int, Review]:
    """What a person has said of these versions, by version."""
    mine = Review.person_id == person_id, Review.version_id.in_(versions)
    return {one.version_id: one for one in db.session.scalars(select(Review).where(*mine))}
