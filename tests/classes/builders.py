"""Builders of classes and what hangs on them. They take the `make` of the test."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from lms.access.permissions import Role
from lms.classes.models import (
    AttendanceList,
    AttendanceMark,
    ClassMember,
    ClassSession,
    TrainingClass,
)
from lms.classes.rules import Came, ClassKind, Evidence
from lms.clock import CITY_TIME
from tests.training.builders import programme

FROM, TO = date(2026, 11, 23), date(2026, 11, 25)
MORNING, NOON = time(8, 30), time(12, 0)


def moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, CITY_TIME).astimezone(UTC)


def training_class(make, org, manager=None, inside=None, opened=True, **facts) -> TrainingClass:
    """A class of three days that asks for twelve hours and for attendance."""
    said = {
        "title": "村党组织书记培训班",
        "kind": ClassKind.FULL_TIME,
        "from_on": FROM,
        "to_on": TO,
        "place": "县委党校",
        "capacity": 50,
        "required_hours": Decimal(12),
        "by_hours": True,
        "by_attendance": True,
        "by_assessment": False,
        "lateness_counts": False,
    }
    inside = inside or programme(make, org, code=f"P{make.next()}")
    return make.keep(
        TrainingClass(
            org_id=org.id,
            programme_id=inside.id,
            person_id=manager and manager.id,
            made_at=make.clock(),
            opened_at=make.clock() - timedelta(days=7) if opened else None,
            **said | facts,
        )
    )


def lessons(make, found, n=3, hours="4") -> list[ClassSession]:
    """A lesson on each morning."""
    return [
        make.keep(
            ClassSession(
                class_id=found.id,
                starts_at=moment(found.from_on + timedelta(days=number), MORNING),
                ends_at=moment(found.from_on + timedelta(days=number), NOON),
                hours=Decimal(hours),
                subject=f"第{number + 1}讲",
            )
        )
        for number in range(n)
    ]


def member(make, found, person, came_as=Came.LISTED, **facts) -> ClassMember:
    return make.keep(
        ClassMember(
            class_id=found.id,
            person_id=person.id,
            org_id=person.org_id,
            from_at=make.clock() - timedelta(days=7),
            came_as=came_as,
            **facts,
        )
    )


def manager(make, org, name="班主任甲"):
    """Somebody who holds the role of a class manager and no other."""
    return make.officer(org, Role.CLASS_MANAGER, name=name)


def confirmed(make, lesson, marks) -> AttendanceList:
    """The list of a lesson as its class manager confirmed it. marks: member → mark."""
    for one, mark in marks.items():
        make.keep(
            AttendanceMark(
                session_id=lesson.id,
                member_id=one.id,
                mark=mark,
                evidence=Evidence.LIST,
                marked_at=make.clock(),
            )
        )
    return make.keep(
        AttendanceList(
            session_id=lesson.id,
            confirmed_at=make.clock(),
            confirmed_by=1,
            evidence=Evidence.LIST,
        )
    )
