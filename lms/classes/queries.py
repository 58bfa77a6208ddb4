"""Looking up classes, their timetable and their lists. The scope is already on every query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lms.classes.models import AttendanceList, ClassLeave, ClassMember, ClassSession, TrainingClass
from lms.db import db, find
from lms.orgs.models import OrgUnit
from lms.people.models import Person, Posting
from lms.people.rules import Post

PAGE = 100  # persons of a roster
OF_THE_LIST = {"counted": ClassMember}


def classes() -> Sequence[TrainingClass]:
    """The classes in sight, the latest first."""
    query = select(TrainingClass).options(
        joinedload(TrainingClass.org), joinedload(TrainingClass.manager)
    )
    return db.session.scalars(
        query.order_by(TrainingClass.from_on.desc(), TrainingClass.id.desc())
    ).all()


def one(class_id: int) -> TrainingClass:
    """The class, if in sight. Raises NotFound."""
    return find(TrainingClass, class_id)


def session(session_id: int) -> ClassSession:
    """The row of a timetable, if in sight. Raises NotFound."""
    return find(ClassSession, session_id)


def member(member_id: int) -> ClassMember:
    """Somebody in a class, if in sight. Raises NotFound."""
    return find(ClassMember, member_id)


def leave(leave_id: int) -> ClassLeave:
    """A leave, if in sight. Raises NotFound."""
    return find(ClassLeave, leave_id)


def persons_by_class(ids: Sequence[int]) -> dict[int, int]:
    """Class → how many persons are in it now, as far as one sees."""
    query = select(ClassMember.class_id, func.count(ClassMember.id)).where(
        ClassMember.class_id.in_(ids), ClassMember.to_at.is_(None)
    )
    rows = db.session.execute(query.group_by(ClassMember.class_id))
    return {row[0]: row[1] for row in rows}


def persons_in(class_id: int) -> set[int]:
    """The persons who are in a class now."""
    query = select(ClassMember.person_id).where(
        ClassMember.class_id == class_id, ClassMember.to_at.is_(None)
    )
    return set(db.session.scalars(query))


def lessons_of(found: TrainingClass) -> list[ClassSession]:
    """The timetable without what was cancelled."""
    return [one for one in found.sessions if one.cancelled_at is None]


def is_confirmed(session_id: int) -> bool:
    """Whether the list of a lesson has been confirmed."""
    query = select(AttendanceList.id).where(AttendanceList.session_id == session_id)
    return db.session.scalar(query.limit(1)) is not None


def confirmed(class_id: int) -> set[int]:
    """The lessons of a class whose list has been confirmed."""
    query = (
        select(AttendanceList.session_id)
        .join(ClassSession, ClassSession.id == AttendanceList.session_id)
        .where(ClassSession.class_id == class_id)
    )
    return set(db.session.scalars(query))


# ── who is in it ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    """A person in a class, as a list shows one: the unit of that time, with its superior."""

    member: ClassMember
    name: str
    pinyin: str
    sex: str | None
    number: str  # to sign in with
    personnel: str | None
    unit: str
    above: str | None
    posts: tuple[Post, ...]


def roster(class_id: int, left: bool = False) -> list[Row]:
    """Those in a class, or those who left it, unit by unit."""
    superior = select(OrgUnit.id, OrgUnit.name).subquery()
    query = (
        select(ClassMember, Person, OrgUnit.name, superior.c.name.label("above"))
        .join(Person, Person.id == ClassMember.person_id)
        .join(OrgUnit, OrgUnit.id == ClassMember.org_id)
        .outerjoin(superior, superior.c.id == OrgUnit.parent_id)
        .where(ClassMember.class_id == class_id)
        .where(ClassMember.to_at.is_not(None) if left else ClassMember.to_at.is_(None))
        .order_by(OrgUnit.path, ClassMember.id)
    )
    rows = db.session.execute(query, execution_options=OF_THE_LIST).all()
    posts = _posts(class_id)
    return [
        Row(
            row.ClassMember,
            row.Person.name,
            row.Person.pinyin,
            row.Person.sex,
            row.Person.short_number,
            row.Person.number,
            row.name,
            row.above,
            posts.get(row.ClassMember.id, ()),
        )
        for row in rows
    ]


def meant(rows: Sequence[Row], words: str) -> list[Row]:
    """Those of a roster whom these words mean: name, pinyin, number or unit; nothing means all."""
    if not words:
        return list(rows)
    low = words.lower()
    return [
        row
        for row in rows
        if words in row.name
        or low in row.pinyin
        or words in (row.number, row.personnel)
        or words in row.unit
        or words in (row.above or "")
    ]


def _posts(class_id: int) -> dict[int, tuple[Post, ...]]:
    """Member → the posts held when the person came in."""
    came_on = func.date(ClassMember.from_at)
    query: Select = (
        select(ClassMember.id, Posting.post)
        .join(
            Posting,
            and_(
                Posting.person_id == ClassMember.person_id,
                Posting.from_on <= came_on,
                or_(Posting.to_on.is_(None), Posting.to_on > came_on),
            ),
        )
        .where(ClassMember.class_id == class_id)
        .order_by(ClassMember.id, Posting.id)
    )
    found: dict[int, tuple[Post, ...]] = {}
    for member_id, post in db.session.execute(query, execution_options=OF_THE_LIST):
        found[member_id] = (*found.get(member_id, ()), post)
    return found


def elsewhere(found: TrainingClass) -> Sequence[Any]:
    """多头调训: person, name and the other class, of who is in one on days of this, in order."""
    other = select(ClassMember).where(ClassMember.to_at.is_(None)).subquery()
    query = (
        select(Person.id, Person.name, TrainingClass.title)
        .select_from(ClassMember)
        .join(other, other.c.person_id == ClassMember.person_id)
        .join(TrainingClass, TrainingClass.id == other.c.class_id)
        .join(Person, Person.id == ClassMember.person_id)
        .where(ClassMember.class_id == found.id, ClassMember.to_at.is_(None))
        .where(TrainingClass.id != found.id, TrainingClass.closed_at.is_(None))
        .where(TrainingClass.from_on <= found.to_on, TrainingClass.to_on >= found.from_on)
        .order_by(ClassMember.id, TrainingClass.from_on, TrainingClass.id)
    )
    return db.session.execute(query, execution_options=OF_THE_LIST).all()


def memberships(person_id: int) -> Sequence[ClassMember]:
    """The opened classes that a person is in, the latest first."""
    query = (
        select(ClassMember)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(
            ClassMember.person_id == person_id,
            ClassMember.to_at.is_(None),
            TrainingClass.opened_at.is_not(None),
        )
        .order_by(TrainingClass.from_on.desc())
        .options(
            joinedload(ClassMember.whole_class).options(
                joinedload(TrainingClass.org),
                joinedload(TrainingClass.manager),
                selectinload(TrainingClass.sessions).joinedload(ClassSession.listed_teacher),
            )
        )
    )
    return db.session.scalars(query, execution_options=OF_THE_LIST).all()


def own_membership(person_id: int, class_id: int) -> ClassMember | None:
    """The person's own place in a class, while in it."""
    query = select(ClassMember).where(
        ClassMember.person_id == person_id,
        ClassMember.class_id == class_id,
        ClassMember.to_at.is_(None),
    )
    return db.session.scalar(query, execution_options=OF_THE_LIST)


def busy_teachers(found: TrainingClass) -> dict[int, tuple[str, datetime]]:
    """Lesson → the other class in which its teacher stands at that time."""
    other = select(ClassSession).subquery()
    query = (
        select(ClassSession.id, TrainingClass.title, other.c.starts_at)
        .join(other, other.c.teacher_id == ClassSession.teacher_id)
        .join(TrainingClass, TrainingClass.id == other.c.class_id)
        .where(ClassSession.class_id == found.id, other.c.class_id != found.id)
        .where(other.c.starts_at < ClassSession.ends_at, other.c.ends_at > ClassSession.starts_at)
        .where(ClassSession.cancelled_at.is_(None), other.c.cancelled_at.is_(None))
    )
    rows = db.session.execute(query, execution_options={"counted": ClassSession})
    return {row[0]: (row[1], row[2]) for row in rows}
