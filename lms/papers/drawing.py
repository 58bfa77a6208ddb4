"""Drawing a few questions for a 小测: by the dice, the abilities in turn, examination never."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Select, func, select

from lms.bank.files import read_question
from lms.bank.models import Bank, Question, QuestionVersion, VersionAbility
from lms.bank.queries import usable
from lms.bank.rules import Pool, QuestionType
from lms.db import db
from lms.dice import shuffled
from lms.errors import Invalid
from lms.papers.making import credit_of
from lms.papers.models import Paper, PaperSlot
from lms.papers.queries import versions
from lms.papers.rules import QUIZ

POOLS = (Pool.PRACTICE, Pool.OPEN)
KINDS = [kind for kind in QuestionType if kind.by_machine]
EACH = Decimal(1)  # point


def _askable(banks: Collection[int], day: date) -> Select:
    return usable(list(banks), POOLS, day).where(QuestionVersion.type.in_(KINDS)).order_by(None)


def askable(banks: Collection[int], day: date) -> dict[int, int]:
    """By bank: how many questions a 小测 may take. None where there is none."""
    counted = _askable(banks, day).with_only_columns(Question.bank_id, func.count())
    return dict(db.session.execute(counted.group_by(Question.bank_id)).all())


def draw(bank_id: int, count: int, seed: int, day: date) -> list[int]:
    """The versions that a 小测 asks. Raises Invalid where the bank has too few."""
    ids = _askable([bank_id], day).with_only_columns(QuestionVersion.id)
    abilities: dict[int, list[int]] = {one: [] for one in db.session.scalars(ids)}
    if len(abilities) < count:
        raise Invalid("这个题库能出小测的题只有 {n} 道，请减少题数。", n=len(abilities))
    its = select(VersionAbility.version_id, VersionAbility.competency_id)
    for version_id, ability in db.session.execute(
        its.where(VersionAbility.version_id.in_(ids)), execution_options={"counted": Question}
    ):
        abilities[version_id].append(ability)
    return spread(abilities, count, seed)


def spread(abilities: Mapping[int, Collection[int]], count: int, seed: int) -> list[int]:
    """So many of these versions, the abilities taking turns. abilities: version → its own."""
    shelves: dict[int, list[int]] = {}
    for version_id, its in abilities.items():
        for one in its or (0,):
            shelves.setdefault(one, []).append(version_id)
    order = shuffled(sorted(shelves), seed, "abilities")
    turns = [shuffled(shelves[one], seed, one) for one in order]
    taken: dict[int, None] = {}
    wanted = min(count, len(abilities))
    while len(taken) < wanted:
        for turn in turns:
            while turn and turn[-1] in taken:
                turn.pop()
            if turn and len(taken) < wanted:
                taken[turn.pop()] = None
    return list(taken)


def frozen(bank: Bank, title: str, drawn: Sequence[int], now: datetime, by: int) -> Paper:
    """A paper of these versions, a point each, kind by kind as papers are printed."""
    texts = versions(drawn)
    order = sorted(drawn, key=lambda one: KINDS.index(texts[one].type))
    slots = [
        PaperSlot(
            number=number,
            version_id=one,
            part=0,
            points=EACH,
            credit=credit_of(read_question(texts[one].text), 0),
        )
        for number, one in enumerate(order, start=1)
    ]
    return Paper(
        bank_id=bank.id,
        title=title,
        form=QUIZ,
        minutes=len(slots),
        points=EACH * len(slots),
        made_at=now,
        made_by=by,
        slots=slots,
    )
