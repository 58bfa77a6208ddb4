"""Who is in a class: put in, taken out, moved. Rows end and others begin; nothing is rewritten."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lms.access import add_rows
from lms.audit.services import record
from lms.classes import queries
from lms.classes.models import ClassMember, TrainingClass
from lms.classes.rules import Came, Left, refuse_closed, refuse_crowd
from lms.db import alone, db
from lms.errors import Conflict, Invalid


def put_in(
    found: TrainingClass,
    persons: Iterable[tuple[int, int]],
    came_as: Came,
    now: datetime,
    by: int | None,
    why: str | None = None,
) -> int:
    """Put persons into a class. persons: each with the unit of this time. How many came in.

    Who is in it already stays. Raises Conflict where there is no room for all of them.
    """
    refuse_closed(found.closed_at is not None)
    alone(found)  # of two who fill a class at once the second sees how full it is
    there = queries.persons_in(found.id)
    coming = {person: org for person, org in persons if person not in there}
    refuse_crowd(len(there), len(coming), found.capacity)
    rows = [_row(found.id, person, org, came_as, now, by, why) for person, org in coming.items()]
    add_rows(ClassMember, rows)
    facts: dict[str, Any] = {"persons": sorted(coming), "as": came_as.value}
    record("put into class", now, whom=found, org_id=found.org_id, **facts)
    return len(rows)


def _row(
    class_id: int,
    person_id: int,
    org_id: int,
    came_as: Came,
    now: datetime,
    by: int | None,
    why: str | None,
) -> dict[str, Any]:
    return {
        "class_id": class_id,
        "person_id": person_id,
        "org_id": org_id,
        "from_at": now,
        "came_as": came_as,
        "came_why": why,
        "made_by": by,
    }


def take_out(member: ClassMember, left_as: Left, why: str, now: datetime, by: int) -> None:
    """A person is in the class no more, with a reason. What was recorded stays."""
    refuse_closed(member.whole_class.closed_at is not None)
    if member.to_at is not None:
        raise Conflict("此人已经不在这个班，请刷新页面。")
    if not why.strip():
        raise Invalid("请写明原因。")
    member.to_at, member.left_as = now, left_as
    member.left_why, member.ended_by = why.strip(), by
    _note("take out of class", member, now, why=why.strip(), left=left_as.value)


def move(
    member: ClassMember, to: TrainingClass, came_as: Came, why: str, now: datetime, by: int
) -> ClassMember:
    """A person goes on in another class, in one act (调班, 补训). The old row stays behind.

    A class that has ended keeps its members: who makes up for it was in it to its end.
    """
    refuse_closed(to.closed_at is not None)
    if to.id == member.class_id:
        raise Conflict("此人已在这个班。")
    alone(to)
    there = queries.persons_in(to.id)
    if member.person_id in there:
        raise Conflict("此人已在那个班，请刷新页面。")
    refuse_crowd(len(there), 1, to.capacity)
    if member.to_at is None and member.whole_class.closed_at is None:
        take_out(member, Left.MOVED, why, now, by)
    made = ClassMember(
        **_row(to.id, member.person_id, member.org_id, came_as, now, by, why.strip()),
        moved_from_id=member.id,
    )
    db.session.add(made)
    db.session.flush()
    _note("move to class", made, now, came_from=member.class_id, why=why.strip())
    return made


def _note(act: str, member: ClassMember, now: datetime, **facts: Any) -> None:
    record(
        act,
        now,
        whom=member,
        org_id=member.org_id,
        person=member.person_id,
        training_class=member.class_id,
        **facts,
    )
