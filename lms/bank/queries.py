"""Looking up banks and questions. The scope is already on every query."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from lms.bank.models import Bank, BankNamed, Question, QuestionVersion, VersionAbility
from lms.bank.rules import MAKERS, Pool, Right, Sought, State
from lms.db import db, find

PAGE = 50


def banks() -> Sequence[tuple[Bank, int]]:
    """The banks in sight, each with its number of questions."""
    count = (
        select(func.count(Question.id))
        .where(Question.bank_id == Bank.id, Question.state != State.RETIRED)
        .scalar_subquery()
    )
    return [(bank, n) for bank, n in db.session.execute(select(Bank, count).order_by(Bank.code))]


def bank(bank_id: int) -> Bank:
    return find(Bank, bank_id)


def bank_by_code(code: str) -> Bank | None:
    return db.session.scalar(select(Bank).where(Bank.code == code))


def banks_for(right: Right, person_id: int, units: Sequence[int]) -> Sequence[Bank]:
    """The banks on which this person, or one of these units, is named for something."""
    named = or_(BankNamed.person_id == person_id, BankNamed.org_id.in_(units))
    open_to_me = select(BankNamed.bank_id).where(named, BankNamed.right == right)
    return db.session.scalars(select(Bank).where(Bank.id.in_(open_to_me)).order_by(Bank.code)).all()


def rights(bank_id: int, person_id: int, units: Sequence[int]) -> set[Right]:
    """What this person, or one of these units, is named on a bank for."""
    named = or_(BankNamed.person_id == person_id, BankNamed.org_id.in_(units))
    query = select(BankNamed.right).where(BankNamed.bank_id == bank_id, named)
    return set(db.session.scalars(query))


def _latest() -> ColumnElement[bool]:
    return and_(
        QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.latest
    )


def open_to(held: set[Right]) -> ColumnElement[bool]:
    """The examination pool is for those who write, review or make papers, and nobody else."""
    return or_(Question.pool != Pool.EXAM, bool(held & MAKERS))


def questions(
    bank_id: int, sought: Sought, held: set[Right], first: int = 0
) -> tuple[Sequence[QuestionVersion], int]:
    """The versions in use of a bank's questions, a page of them, and how many in all."""
    query = (
        select(QuestionVersion)
        .join(Question, _latest())
        .where(Question.bank_id == bank_id, open_to(held), *_conditions(sought))
    )
    whole = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    loaded = selectinload(QuestionVersion.abilities).joinedload(VersionAbility.competency)
    page = query.options(loaded, selectinload(QuestionVersion.question))
    rows = db.session.scalars(page.order_by(Question.code).offset(first).limit(PAGE)).all()
    return rows, whole


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.words:
        found.append(
            or_(
                QuestionVersion.text.contains(sought.words, autoescape=True),
                Question.code == sought.words,
            )
        )
    if sought.ability_id:
        found.append(_asks_for(sought.ability_id))
    if sought.type:
        found.append(QuestionVersion.type == sought.type)
    if sought.pool:
        found.append(Question.pool == sought.pool)
    if sought.state:
        found.append(Question.state == sought.state)
    return found


def _asks_for(ability_id: int) -> ColumnElement[bool]:
    asked = select(VersionAbility.version_id).where(VersionAbility.competency_id == ability_id)
    return QuestionVersion.id.in_(asked)


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


def newest(entry: Question) -> QuestionVersion:
    """The newest version: the one that waits, else the one in use."""
    number = entry.waiting or entry.latest
    version = QuestionVersion
    query = select(version).where(version.question_id == entry.id, version.number == number)
    return db.session.scalars(query).one()


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


def usable(banks: Sequence[int], pools: Sequence[Pool], day: date) -> Select:
    """Versions that a paper may take: final, of these pools, with sources in force on a day."""
    version = QuestionVersion
    return (
        select(version)
        .join(Question, _latest())
        .where(
            Question.bank_id.in_(banks),
            Question.state == State.FINAL,
            Question.pool.in_(pools),
            or_(version.valid_from.is_(None), version.valid_from <= day),
            or_(version.valid_to.is_(None), version.valid_to > day),
        )
        .order_by(version.id)
    )
