"""What the classes of a list say of its people: who was called, who came, who came through."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    not_,
    select,
)
from sqlalchemy.orm import aliased

from lms.callups.models import CallUp, Quota
from lms.classes.absence import CAME
from lms.classes.models import (
    AttendanceList,
    AttendanceMark,
    ClassMember,
    ClassOutcome,
    ClassSession,
    TrainingClass,
)
from lms.classes.rules import Came, Left
from lms.db import db, once
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.reports.days import over
from lms.reports.frames import frame
from lms.reports.measures import Count
from lms.training.models import Enrolment

if TYPE_CHECKING:
    import pandas as pd

# Asked of the classes of a list, one row a person.
BY_CLASS = {
    *(Count.CALLED, Count.GRADUATED, Count.MADE_UP, Count.QUOTA_CAME, Count.VISITS),
    *(Count.PLANNED, Count.PRESENT),
}


def has_classes(cohort_id: int) -> bool:
    """Whether any class is held for a list; else it is trained wholly on line."""
    return once(("classes", cohort_id), lambda: bool(with_classes([cohort_id])))


def with_classes(cohort_ids: Collection[int]) -> set[int]:
    """Those of some lists for which any class is held."""
    query = select(TrainingClass.cohort_id).where(TrainingClass.cohort_id.in_(cohort_ids))
    return set(db.session.scalars(query.distinct(), execution_options={"counted": Enrolment}))


def came(cohort_id: int, as_of: date) -> Select:
    """person_id of everybody who was at a confirmed lesson, or has hours of a confirmed list.

    Few beside those who read on line: looked up once, and never joined to thousands.
    """
    marked = marks(as_of, TrainingClass.cohort_id == cohort_id).subquery()
    credited = (
        select(HourEntry.person_id)
        .where(HourEntry.cohort_id == cohort_id, HourEntry.kind == HourKind.ORGANISED)
        .where(HourEntry.earned_on <= as_of)
        .group_by(HourEntry.person_id)
        .having(func.sum(HourEntry.hundredths) > 0)
    )
    either = select(marked.c.person_id).where(marked.c.came == 1).union_all(credited).subquery()
    return select(either.c.person_id)


def members(cohort_id: int, as_of: date) -> Select:
    """person_id of everybody who was put into a class of the list: on line is not enough then."""
    of_list = select(TrainingClass.id).where(TrainingClass.cohort_id == cohort_id)
    return select(ClassMember.person_id).where(
        ClassMember.class_id.in_(of_list),
        ClassMember.from_at < over(as_of),
        not_(_taken_off(over(as_of))),
    )


def placed(cohort_id: int, as_of: date) -> Select:
    """enrolment_id, class_id, title: who of a list is in which of its classes at a day's end."""
    return (
        select(Enrolment.id.label("enrolment_id"), ClassMember.class_id, TrainingClass.title)
        .join(ClassMember, ClassMember.person_id == Enrolment.person_id)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(Enrolment.cohort_id == cohort_id, TrainingClass.cohort_id == cohort_id)
        .where(_sits(as_of))
        .order_by(TrainingClass.from_on, ClassMember.class_id)
    )


def classes_of(person: Any, cohort_id: int, as_of: date) -> ScalarSelect[str]:
    """The same of one person, in one word: the numbers of the classes; none: in no class."""
    word = func.aggregate_strings(cast(ClassMember.class_id, String), " ")
    query = select(word).join(TrainingClass, TrainingClass.id == ClassMember.class_id)
    here = ClassMember.person_id == person, TrainingClass.cohort_id == cohort_id
    return query.where(*here, _sits(as_of)).scalar_subquery()


def _sits(as_of: date) -> ColumnElement[bool]:
    """In a class at a day's end."""
    end = over(as_of)
    gone = and_(ClassMember.to_at.is_not(None), ClassMember.to_at < end)
    return and_(ClassMember.from_at < end, not_(gone))


@dataclass(frozen=True)
class Facts:
    """One row a person of the classes: person_id, and the counts of BY_CLASS as flags."""

    row: Subquery

    def flags(self) -> dict[Count, Any]:
        return {one: func.coalesce(self.row.c[one.value], 0) for one in BY_CLASS}


def facts(cohort_id: int, as_of: date) -> Facts:
    """All that the classes of a list say of each person, as of a day."""
    marked = marks(as_of, TrainingClass.cohort_id == cohort_id).subquery()
    by_member = (
        select(
            marked.c.member_id,
            func.max(marked.c.came).label("came"),
            func.sum(marked.c.hundredths).label("planned"),
            func.sum(marked.c.hundredths * marked.c.came).label("present"),
        )
        .group_by(marked.c.member_id)
        .subquery()
    )
    through = _through(as_of)
    there = func.coalesce(by_member.c.came, 0)
    of_class = and_(TrainingClass.id == ClassMember.class_id, TrainingClass.cohort_id == cohort_id)
    sums = {
        Count.CALLED: func.max(_one(_called(as_of))),
        Count.GRADUATED: func.max(_one(ClassMember.id.in_(through)) * there),
        Count.MADE_UP: func.max(_one(ClassMember.came_as == Came.MAKING_UP) * there),
        Count.QUOTA_CAME: func.max(_one(ClassMember.came_as == Came.CALLED_UP) * there),
        Count.VISITS: func.sum(there),
        Count.PLANNED: func.coalesce(func.sum(by_member.c.planned), 0),
        Count.PRESENT: func.coalesce(func.sum(by_member.c.present), 0),
    }
    query = (
        select(
            ClassMember.person_id,
            *(cast(value, Integer).label(one.value) for one, value in sums.items()),
        )
        .join(TrainingClass, of_class)
        .outerjoin(by_member, by_member.c.member_id == ClassMember.id)
        .group_by(ClassMember.person_id)
    )
    return Facts(query.subquery())


def _one(held: ColumnElement[bool]) -> Any:
    return case((held, 1), else_=0)


def _called(as_of: date) -> ColumnElement[bool]:
    """Put into a class that was opened, and not taken off its list again."""
    end = over(as_of)
    return and_(
        ClassMember.from_at < end,
        TrainingClass.opened_at.is_not(None),
        TrainingClass.opened_at < end,
        not_(_taken_off(end)),
    )


def _taken_off(end: datetime) -> ColumnElement[bool]:
    """移出名册 by a moment; until then somebody was in the class."""
    off = and_(ClassMember.left_as == Left.OFF_THE_LIST, ClassMember.to_at < end)
    return func.coalesce(off, False)


def _through(as_of: date) -> Select:
    """The members whose last outcome, as of a day, is 结业."""
    later = aliased(ClassOutcome)
    end = over(as_of)
    again = select(later.id).where(
        later.member_id == ClassOutcome.member_id,
        later.id > ClassOutcome.id,
        later.decided_at < end,
    )
    return select(ClassOutcome.member_id).where(
        ClassOutcome.completed, ClassOutcome.decided_at < end, ~again.exists()
    )


def marks(as_of: date, which: ColumnElement[bool]) -> Select:
    """Each member at each confirmed lesson: member_id, person_id, came, hundredths (of hours).

    which: of which classes.
    """
    later = aliased(AttendanceMark)
    again = select(later.id).where(
        later.session_id == AttendanceMark.session_id,
        later.member_id == AttendanceMark.member_id,
        later.id > AttendanceMark.id,
    )
    confirmed = select(AttendanceList.session_id)
    return (
        select(
            AttendanceMark.member_id,
            ClassMember.person_id,
            _one(AttendanceMark.mark.in_(CAME)).label("came"),
            cast(func.round(ClassSession.hours * 100), Integer).label("hundredths"),
        )
        .join(ClassSession, ClassSession.id == AttendanceMark.session_id)
        .join(TrainingClass, TrainingClass.id == ClassSession.class_id)
        .join(ClassMember, ClassMember.id == AttendanceMark.member_id)
        .where(which, ClassSession.cancelled_at.is_(None))
        .where(ClassSession.starts_at < over(as_of), ClassSession.id.in_(confirmed))
        .where(~again.exists())
    )


def quotas(cohort_id: int, as_of: date, counts: Collection[Count]) -> "pd.DataFrame | None":
    """One row a unit that was given places in the classes of a list: org_id, quota."""
    if Count.QUOTA not in counts:
        return None
    places = cast(func.sum(Quota.places), Integer).label(Count.QUOTA.value)
    query = (
        select(Quota.org_id, places)
        .join(CallUp, CallUp.id == Quota.call_up_id)
        .join(TrainingClass, TrainingClass.id == CallUp.class_id)
        .where(TrainingClass.cohort_id == cohort_id, CallUp.sent_at < over(as_of))
        .group_by(Quota.org_id)
    )
    return frame(query, counted=Enrolment)
