"""Writing the log, sealing it, and checking the seal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from lms.audit.models import AuditBlock, AuditEntry
from lms.audit.rules import FIRST, Act, Actor, Outcome, seal_of
from lms.db import db

BLOCK = 5000  # rows sealed at once, so that sealing never takes long


def acting(actor: Actor) -> None:
    """Say who acts in this session. The gate, the worker and commands do."""
    db.session.info["actor"] = actor


def record(
    act: str,
    now: datetime,
    *,
    whom: object = "",
    org_id: int | None = None,
    outcome: Outcome = Outcome.DONE,
    **facts: Any,
) -> None:
    """Note an act in the same transaction. whom: a row, or a word. facts: plain values only."""
    db.session.add(AuditEntry(**_noted(act, now, whom, org_id, outcome, facts)))


def own_act(
    act: str, now: datetime, whom: object, org_id: int, **facts: Any
) -> tuple[type[AuditEntry], dict[str, Any]]:
    """The same of what a person did with what is that person's own, for `own.add_each`."""
    return AuditEntry, _noted(act, now, whom, org_id, Outcome.DONE, facts)


def _noted(
    act: str,
    now: datetime,
    whom: Any,
    org_id: int | None,
    outcome: Outcome,
    facts: dict[str, Any],
) -> dict[str, Any]:
    actor = db.session.info.get("actor") or Actor(address="machine")
    name = f"{whom.__tablename__} {whom.id}" if hasattr(whom, "__tablename__") else str(whom)
    return {
        "at": now,
        "person_id": actor.person_id,
        "name": actor.name,
        "address": actor.address,
        "device": actor.device[:120],
        "act": act,
        "whom": name,
        "org_id": org_id,
        "outcome": outcome,
        "facts": facts,
    }


def seal(now: datetime, secret: str) -> int:
    """Chain the rows that are committed and not sealed yet. Returns how many."""
    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.block_id.is_(None)).order_by(AuditEntry.id).limit(BLOCK)
    ).all()
    if not rows:
        return 0
    last = db.session.scalar(select(AuditBlock).order_by(AuditBlock.id.desc()).limit(1))
    value = seal_of([_act(row) for row in rows], last.seal if last else FIRST, secret)
    block = AuditBlock(sealed_at=now, rows=len(rows), seal=value)
    db.session.add(block)
    db.session.flush()
    db.session.execute(
        update(AuditEntry)
        .where(AuditEntry.id.in_([row.id for row in rows]), AuditEntry.block_id.is_(None))
        .values(block_id=block.id)
    )
    return len(rows)


@dataclass(frozen=True)
class Verdict:
    """What checking the seal found. broken: the first block that does not hold, or none."""

    blocks: int
    rows: int
    unsealed: int
    broken: int | None
    reaches: datetime | None


def verify(secret: str) -> Verdict:
    """Recompute every block from its rows."""
    before, rows, reaches = FIRST, 0, None
    blocks = db.session.scalars(select(AuditBlock).order_by(AuditBlock.id)).all()
    unsealed = db.session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.block_id.is_(None))
    )
    for block in blocks:
        acts = _acts_of(block)
        if len(acts) != block.rows or seal_of(acts, before, secret) != block.seal:
            return Verdict(len(blocks), rows, unsealed or 0, block.id, reaches)
        before, rows, reaches = block.seal, rows + len(acts), block.sealed_at
    return Verdict(len(blocks), rows, unsealed or 0, None, reaches)


def _acts_of(block: AuditBlock) -> list[Act]:
    query = select(AuditEntry).where(AuditEntry.block_id == block.id).order_by(AuditEntry.id)
    return [_act(row) for row in db.session.scalars(query)]


def _act(row: AuditEntry) -> Act:
    return Act(
        row.id,
        row.at,
        row.person_id,
        row.name,
        row.address,
        row.device,
        row.act,
        row.whom,
        row.org_id,
        row.outcome.value,
        row.facts,
    )
