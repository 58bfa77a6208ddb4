"""Looking up banks and questions. The scope is already on every query."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from lms.access.scope import scope_in
from lms.bank.finding import in_use
from lms.bank.models import (
    Bank,
    Question,
    QuestionVersion,
    VersionSource,
)
from lms.bank.rules import Pool, Right, State
from lms.db import db, find
from lms.laws.models import LawEdition
from lms.laws.queries import not_in_force
from lms.orgs.models import OrgUnit


@dataclass(frozen=True)
class Shelf:
    """A bank in a list: whose it is, what the reader may do, and what lies in it."""

    bank: Bank
    owner: str
    rights: list[Right]
    final: int
    in_review: int
    draft: int
    practice: int
    open: int
    exam: int


def banks() -> list[Shelf]:
    """The banks in sight, each with what lies in it; those in use first."""
    lying = _lying()
    rows = db.session.execute(
        select(Bank, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == Bank.org_id)
        .order_by(Bank.retired_at.is_not(None), Bank.code)
    )
    return [
        Shelf(bank, owner, [one for one in Right if one in rights(bank.id)], *counts)
        for bank, owner in rows
        for counts in [lying.get(bank.id, [0] * 6)]
    ]


def _lying() -> dict[int, list[int]]:
    """By bank: final, in review, drafts (a change that waits counts too); and by pool."""
    drafts = (State.DRAFT, State.RETURNED)
    here = Question.state != State.RETIRED
    counted = (
        Question.state == State.FINAL,
        or_(Question.state == State.IN_REVIEW, Question.waiting_state == State.IN_REVIEW),
        or_(Question.state.in_(drafts), Question.waiting_state.in_(drafts)),
        *(Question.pool == pool for pool in (Pool.PRACTICE, Pool.OPEN, Pool.EXAM)),
    )
    sums = [func.sum(case((and_(here, one), 1), else_=0)) for one in counted]
    rows = db.session.execute(select(Question.bank_id, *sums).group_by(Question.bank_id))
    return {row[0]: [int(n) for n in row[1:]] for row in rows}


def size(bank_id: int) -> int:
    """How many questions of a bank are in sight and not retired."""
    here = select(func.count(Question.id)).where(
        Question.bank_id == bank_id, Question.state != State.RETIRED
    )
    return db.session.scalar(here) or 0


def banks_in_sight() -> Sequence[Bank]:
    return db.session.scalars(select(Bank).order_by(Bank.code)).all()


def bank(bank_id: int) -> Bank:
    return find(Bank, bank_id)


def bank_by_code(code: str) -> Bank | None:
    return db.session.scalar(select(Bank).where(Bank.code == code))


def banks_for(right: Right) -> Sequence[Bank]:
    """The banks on which this person, or the unit, is named for something."""
    scope = scope_in(db.session())
    query = select(Bank).where(Bank.retired_at.is_(None)).order_by(Bank.code)
    if scope is not None:
        query = query.where(Bank.id.in_(scope.banks(right)))
    return db.session.scalars(query).all()


def written() -> frozenset[int]:
    """The banks into which this person may write."""
    scope = scope_in(db.session())
    return frozenset() if scope is None else scope.banks(Right.WRITE)


def rights(bank_id: int) -> frozenset[Right]:
    """What this person, or the unit, is named on a bank for."""
    scope = scope_in(db.session())
    return frozenset(right for right in Right if scope is None or bank_id in scope.banks(right))


def entry(question_id: int) -> Question:
    return find(Question, question_id)


def version(version_id: int) -> QuestionVersion:
    return find(QuestionVersion, version_id)


def by_code(bank_id: int) -> dict[str, tuple[Question, QuestionVersion]]:
    """Every question of a bank with its newest version, by the code in its file."""
    other = aliased(QuestionVersion)
    newest = select(func.max(other.number)).where(other.question_id == Question.id)
    query = (
        select(Question, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.bank_id == bank_id, QuestionVersion.number == newest.scalar_subquery())
    )
    return {row[0].code: (row[0], row[1]) for row in db.session.execute(query)}


def entries(bank_id: int, codes: Sequence[str]) -> dict[str, Question]:
    """The entries of a bank that have these codes."""
    query = select(Question).where(Question.bank_id == bank_id, Question.code.in_(codes))
    return {row.code: row for row in db.session.scalars(query)}


def passed(bank_id: int) -> set[int]:
    """The questions of a bank of which nothing waits for a review."""
    state = func.coalesce(Question.waiting_state, Question.state)
    through = state.in_([State.FINAL, State.RETIRED])
    return set(db.session.scalars(select(Question.id).where(Question.bank_id == bank_id, through)))


def newest(entry: Question) -> QuestionVersion:
    """The newest version: the one that waits, else the one in use."""
    number = entry.waiting or entry.latest
    version = QuestionVersion
    query = select(version).where(version.question_id == entry.id, version.number == number)
    return db.session.scalars(query).one()


def version_in_use(entry: Question) -> QuestionVersion:
    """The version in use."""
    version = QuestionVersion
    query = select(version).where(version.question_id == entry.id, version.number == entry.latest)
    return db.session.scalars(query).one()


def newest_of(ids: Collection[int]) -> Iterator[QuestionVersion]:
    """The newest versions of these questions, some at a time."""
    version, number = QuestionVersion, func.coalesce(Question.waiting, Question.latest)
    query = select(version).join(
        Question, and_(version.question_id == Question.id, version.number == number)
    )
    asked = sorted(ids)
    for first in range(0, len(asked), 1000):
        some = asked[first : first + 1000]
        yield from db.session.scalars(query.where(Question.id.in_(some)))


def standing(
    entries: Sequence[Question],
) -> dict[int, tuple[QuestionVersion, QuestionVersion | None]]:
    """For each entry its version in use, and the one that waits beside it."""
    query = (
        select(QuestionVersion)
        .join(Question, QuestionVersion.question_id == Question.id)
        .where(
            Question.id.in_([entry.id for entry in entries]),
            QuestionVersion.number.in_([Question.latest, Question.waiting]),
        )
    )
    found = {(one.question_id, one.number): one for one in db.session.scalars(query)}
    return {
        entry.id: (found[entry.id, entry.latest], found.get((entry.id, entry.waiting or 0)))
        for entry in entries
    }


def resting_on_what_does_not_hold(day: date) -> Select:
    """Versions of which a source is an edition that has ended by a day, or has not begun."""
    named = and_(LawEdition.law == VersionSource.law, LawEdition.edition == VersionSource.edition)
    query = select(VersionSource.version_id).join(LawEdition, named)
    return query.where(not_in_force(day))


def usable(
    banks: Sequence[int], pools: Sequence[Pool], day: date, unreviewed: bool = False
) -> Select:
    """Versions that a paper may take: final, of these pools, with sources in force on a day.

    unreviewed: those in review as well; their paper waits until each of them has been reviewed.
    """
    version, states = QuestionVersion, {State.FINAL}
    if unreviewed:
        states.add(State.IN_REVIEW)
    return (
        select(version)
        .join(Question, in_use())
        .where(
            Question.bank_id.in_(banks),
            Question.state.in_(states),
            Question.pool.in_(pools),
            or_(version.valid_from.is_(None), version.valid_from <= day),
            or_(version.valid_to.is_(None), version.valid_to > day),
            version.id.not_in(resting_on_what_does_not_hold(day)),
        )
        .order_by(version.id)
    )
