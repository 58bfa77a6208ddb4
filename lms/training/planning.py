"""What a programme asks of whom: hours, courses and an assessment by audience, dated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lms.audit.services import record
from lms.clock import day_of
from lms.db import db, find
from lms.errors import Conflict, Invalid
from lms.people.rules import Post, in_force
from lms.training import queries
from lms.training.models import Cohort, Programme, Requirement, RequirementCourse


@dataclass(frozen=True)
class Demand:
    """What is asked of an audience. posts: none means every post."""

    audience: str
    posts: tuple[Post, ...]
    hours: Decimal
    assessed: bool
    course_ids: tuple[int, ...]
    from_on: date
    basis: str = ""


def require(programme: Programme, demand: Demand, now: datetime, by: int | None) -> Requirement:
    """From a day on a programme asks this of an audience. What was asked before stays readable."""
    if not set(demand.course_ids) <= {course.id for course in queries.usable_courses()}:
        raise Invalid("所选课程不存在，或不在您的权限范围内，请刷新页面后重选。")
    made = Requirement(
        programme_id=programme.id,
        audience=demand.audience,
        posts=[post.value for post in demand.posts],
        hours=demand.hours,
        assessed=demand.assessed,
        basis=demand.basis or None,
        from_on=demand.from_on,
        made_at=now,
        made_by=by,
    )
    db.session.add(made)
    db.session.flush()
    for place, course_id in enumerate(demand.course_ids, start=1):
        db.session.add(RequirementCourse(requirement_id=made.id, course_id=course_id, place=place))
    db.session.flush()
    facts: dict[str, Any] = {
        "hours": str(made.hours),
        "posts": made.posts,
        "from_on": str(made.from_on),
    }
    record("set requirement", now, whom=made, org_id=programme.org_id, **facts)
    return made


def end_requirement(made: Requirement, programme: Programme, now: datetime, by: int) -> None:
    """From today on it is asked no more; cohorts that were opened under it keep their plan."""
    if made.to_on is not None:
        raise Conflict("这条要求已经结束，请刷新页面。")
    made.to_on = max(day_of(now), made.from_on)
    made.ended_at, made.ended_by = now, by
    db.session.flush()
    record("end requirement", now, whom=made, org_id=programme.org_id)


def requirement(requirement_id: int) -> Requirement:
    return find(Requirement, requirement_id)


def requirements(programme_id: int) -> Sequence[Requirement]:
    """What a programme asks, what holds or is to come first."""
    query = db.select(Requirement).where(Requirement.programme_id == programme_id)
    return db.session.scalars(
        query.order_by(Requirement.to_on.is_not(None), Requirement.from_on.desc(), Requirement.id)
    ).all()


def asked_of(cohort: Cohort) -> list[Requirement]:
    """The requirements in force when a cohort begins that concern whom its rules name.

    Without a rule yet, all of them. A person in two audiences owes the greater, not the sum.
    """
    named = {word for rule in cohort.rules for word in rule.posts}
    everybody = not cohort.rules or any(not rule.posts for rule in cohort.rules)
    return [
        one
        for one in requirements(cohort.programme_id)
        if in_force(one.from_on, one.to_on, cohort.opens_on)
        and (everybody or not one.posts or named & set(one.posts))
    ]


def plan_from(made: Requirement) -> dict[str, object]:
    """What the form of a new cohort begins with."""
    return {
        "required_hours": made.hours,
        "courses": [part.course_id for part in made.courses],
    }
