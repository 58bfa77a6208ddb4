"""What a question is for: practice, the open bank, examination. Out of the last, never back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update

from lms.audit.services import record
from lms.bank import queries
from lms.bank.models import Bank, Question
from lms.bank.rules import Pool, Right, State
from lms.bank.sharing import keeps
from lms.db import db
from lms.errors import Invalid, NotAllowed
from lms.people.rules import Me

BATCH = 500


def set_pool(question_ids: Sequence[int], pool: Pool, now: datetime, me: Me, why: str = "") -> int:
    """Say what these questions are for; how many are for something else now.

    From examination to practice or the open bank: by who keeps the bank, with a reason. To
    examination: drafts alone, for what was ever handed out examines nobody; and in no bank whose
    keys are public.
    """
    refuse(question_ids, pool, me, why)
    by_bank = _by_bank(question_ids)
    return sum(_moved(bank, ids, pool, why.strip(), now) for bank, ids in by_bank)


def refuse(question_ids: Sequence[int], pool: Pool, me: Me, why: str) -> None:
    """Told before anything is moved, and while it is shown what would be."""
    leaving = 0 if pool is Pool.EXAM else _count(question_ids, Question.pool == Pool.EXAM)
    if leaving and len(why.strip()) < 2:
        raise Invalid("有 {n} 题在考试题库中，出库后不能再用于考试。请写明出库理由。", n=leaving)
    for bank, ids in _by_bank(question_ids):
        _refuse(bank, pool, ids, me)


def _refuse(bank: Bank, pool: Pool, ids: Sequence[int], me: Me) -> None:
    if Right.WRITE not in queries.rights(bank.id):
        raise NotAllowed("您没有改写题库“{title}”的权限。", title=bank.title)
    if pool is Pool.EXAM and bank.public:
        raise Invalid("题库“{title}”的答案是公开的，其中的题不能用于考试。", title=bank.title)
    if pool is Pool.EXAM:
        known = and_(Question.pool != Pool.EXAM, Question.state != State.DRAFT)
        if many := _count(ids, known):
            raise Invalid("有 {n} 题已不是草稿，可能有人见过，不能转入考试题库。", n=many)
    elif _count(ids, Question.pool == Pool.EXAM) and not keeps(bank, me):
        raise NotAllowed("出库由题库“{title}”的管理单位办理。", title=bank.title)


def _moved(bank: Bank, ids: Sequence[int], pool: Pool, why: str, now: datetime) -> int:
    """Each batch is one conditional update; the log names every question that moved."""
    done = 0
    for first in range(0, len(ids), BATCH):
        some = and_(Question.id.in_(ids[first : first + BATCH]), Question.pool != pool)
        rows = db.session.execute(select(Question.code, Question.pool).where(some)).all()
        once = update(Question).where(some).values(pool=pool)
        moved = db.session.execute(once.execution_options(synchronize_session=False))
        done += moved.rowcount  # type: ignore[attr-defined]
        if left := [code for code, before in rows if before is Pool.EXAM]:
            facts: dict[str, Any] = {"to": pool, "why": why, "codes": left}
            record("release from examination", now, whom=bank, org_id=bank.org_id, **facts)
        if others := [code for code, before in rows if before is not Pool.EXAM]:
            record("set pool", now, whom=bank, org_id=bank.org_id, to=pool, codes=others)
    db.session.expire_all()
    return done


def _by_bank(question_ids: Sequence[int]) -> Iterator[tuple[Bank, list[int]]]:
    found: dict[int, list[int]] = {}
    for first in range(0, len(question_ids), BATCH):
        some = question_ids[first : first + BATCH]
        query = select(Question.bank_id, Question.id).where(Question.id.in_(some))
        for bank_id, key in db.session.execute(query.order_by(Question.id)):
            found.setdefault(bank_id, []).append(key)
    for bank_id, ids in found.items():
        yield queries.bank(bank_id), ids


def _count(question_ids: Sequence[int], which: ColumnElement[bool]) -> int:
    """How many of these are so."""
    many = 0
    for first in range(0, len(question_ids), BATCH):
        some = question_ids[first : first + BATCH]
        many += len(
            db.session.scalars(select(Question.id).where(Question.id.in_(some), which)).all()
        )
    return many
