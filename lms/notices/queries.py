"""What was said and what was answered. The scope is already on every query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.access.scope import seeing_everything
from lms.db import db
from lms.notices.models import Complaint, Correction
from lms.orgs.models import OrgUnit
from lms.orgs.queries import children, top
from lms.orgs.rules import UnitKind
from lms.people.models import Person

PAGE = 200


@dataclass(frozen=True)
class Said:
    """What a person has said, the latest first."""

    corrections: Sequence[Correction]
    complaints: Sequence[Complaint]


def own(person_id: int) -> Said:
    """What this person said, and the answers."""
    lines = select(Correction).where(Correction.person_id == person_id)
    words = select(Complaint).where(Complaint.person_id == person_id)
    return Said(
        db.session.scalars(lines.order_by(Correction.id.desc()).limit(20)).all(),
        db.session.scalars(
            words.order_by(Complaint.id.desc()).limit(20).options(joinedload(Complaint.org))
        ).all(),
    )


def offices() -> list[OrgUnit]:
    """The units whose organization departments answer: the city, and its counties."""
    city = top()
    if city is None:
        return []
    return [city, *(unit for unit in children(city) if unit.kind is UnitKind.COUNTY)]


def complaints() -> Sequence[Complaint]:
    """Those that this person answers for: first what waits, the oldest first."""
    query = select(Complaint).order_by(
        Complaint.answered_at.is_not(None), Complaint.answered_at.desc(), Complaint.id
    )
    return db.session.scalars(query.limit(PAGE).options(joinedload(Complaint.org))).all()


def names(person_ids: Collection[int]) -> dict[int, str]:
    """The names of those who signed: the unit that they wrote to may know, wherever they are."""
    query = select(Person.id, Person.name).where(Person.id.in_(person_ids))
    with seeing_everything():
        return {row[0]: row[1] for row in db.session.execute(query)}


def corrections() -> Sequence[Correction]:
    """Those of the persons this one answers for: first what waits, the oldest first."""
    query = select(Correction).order_by(
        Correction.answered_at.is_not(None), Correction.answered_at.desc(), Correction.id
    )
    return db.session.scalars(
        query.limit(PAGE).options(joinedload(Correction.org), joinedload(Correction.person))
    ).all()


def waiting(table: type[Complaint] | type[Correction]) -> int:
    """How many wait for an answer of this person's unit."""
    query = select(func.count()).select_from(table).where(table.answered_at.is_(None))
    return db.session.scalar(query) or 0


def waiting_of(person_id: int) -> int:
    """How many lines of a person wait."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Correction)
            .where(Correction.person_id == person_id, Correction.answered_at.is_(None))
        )
        or 0
    )


def sent_since(sent_from: str, since: datetime) -> int:
    """How many complaints came from an address. Asked while there is no scope."""
    query = select(func.count()).select_from(Complaint)
    return (
        db.session.scalar(query.where(Complaint.sent_from == sent_from, Complaint.said_at > since))
        or 0
    )


def with_code(code_digest: str) -> Complaint | None:
    """The complaint that this code was shown for."""
    query = select(Complaint).where(Complaint.code_digest == code_digest)
    return db.session.scalar(query.options(joinedload(Complaint.org)))
