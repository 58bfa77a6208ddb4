"""Opening programmes and cohorts, and keeping their lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from lms.access import add_rows
from lms.audit.services import record
from lms.clock import day_of
from lms.competencies.rules import PROJECTS
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.exams.services import list_candidates
from lms.training import lists, queries
from lms.training.models import (
    Cohort,
    CohortAssessment,
    CohortCourse,
    Enrolment,
    EnrolmentPost,
    Programme,
    ProgrammeProject,
    Project,
)
from lms.training.rules import (
    Coming,
    Leaving,
    refuse_day_off_the_list,
    refuse_days_out_of_order,
    refuse_unreasoned,
)


def load_reference(now: datetime) -> None:
    """Add the five projects where they are not there yet. Run again, it changes nothing."""
    there = set(db.session.scalars(select(Project.code)))
    for code, name, audience in PROJECTS:
        if code not in there:
            db.session.add(Project(code=code, name=name, audience=audience))
    db.session.flush()


def open_programme(
    org_id: int,
    code: str,
    title: str,
    project_ids: Sequence[int],
    opens_on: date,
    now: datetime,
    by: int | None,
) -> Programme:
    """A programme of a unit, inside one or more projects. Its code is unique in the city."""
    if queries.code_is_taken(code):
        raise Conflict("编码“{code}”已被使用，请换一个。", code=code)
    programme = Programme(
        org_id=org_id,
        code=code,
        title=title,
        opens_on=opens_on,
        made_at=now,
        made_by=by,
    )
    db.session.add(programme)
    db.session.flush()
    for project_id in project_ids:
        db.session.add(ProgrammeProject(programme_id=programme.id, project_id=project_id))
    db.session.flush()
    record("open programme", now, whom=programme, org_id=org_id, code=code, title=title)
    return programme


def open_cohort(
    programme: Programme,
    org_id: int,
    *,
    title: str,
    opens_on: date,
    closes_on: date,
    required_hours: Decimal,
    course_ids: Sequence[int],
    assessment_ids: Sequence[int],
    now: datetime,
    by: int | None,
) -> Cohort:
    """A cohort of a unit in a programme of its own or of a superior."""
    refuse_days_out_of_order(opens_on, closes_on)
    cohort = Cohort(
        org_id=org_id,
        programme_id=programme.id,
        title=title,
        opens_on=opens_on,
        closes_on=closes_on,
        required_hours=required_hours,
        made_at=now,
        made_by=by,
    )
    db.session.add(cohort)
    db.session.flush()
    _set_courses(cohort, course_ids)
    _set_assessments(cohort, assessment_ids)
    record("open cohort", now, whom=cohort, org_id=org_id, **_plan(cohort))
    return cohort


def change_cohort(
    cohort: Cohort,
    *,
    title: str,
    opens_on: date,
    closes_on: date,
    required_hours: Decimal,
    course_ids: Sequence[int],
    assessment_ids: Sequence[int],
    now: datetime,
) -> bool:
    """Change the plan of a cohort. Whether an assessment came in that its list must be told of."""
    refuse_days_out_of_order(opens_on, closes_on)
    was = _plan(cohort)
    cohort.title, cohort.required_hours = title, required_hours
    cohort.opens_on, cohort.closes_on = opens_on, closes_on
    _set_courses(cohort, course_ids)
    new = _set_assessments(cohort, assessment_ids)
    record("change cohort", now, whom=cohort, org_id=cohort.org_id, was=was, **_plan(cohort))
    return bool(new) and lists.count(cohort.id).persons > 0


def _set_courses(cohort: Cohort, ids: Sequence[int]) -> None:
    seen = {course.id for course in queries.usable_courses()}
    kept = {part.course_id: part for part in cohort.courses}
    if not set(ids) <= seen | set(kept):
        raise Invalid("所选课程不存在，或不在您的权限范围内，请刷新页面后重选。")
    for gone in set(kept) - set(ids):
        db.session.delete(kept[gone])
    for place, course_id in enumerate(ids, start=1):
        part = kept.get(course_id) or CohortCourse(cohort_id=cohort.id, course_id=course_id)
        part.place = place
        db.session.add(part)
    db.session.flush()
    db.session.expire(cohort, ["courses"])


def _set_assessments(cohort: Cohort, ids: Sequence[int]) -> set[int]:
    """The assessments that were not there before."""
    kept = {part.assessment_id: part for part in cohort.assessments}
    seen = set(queries.assessments_in_sight(ids))
    if not set(ids) <= seen | set(kept):
        raise Invalid("所选测评不存在，或不在您的权限范围内，请刷新页面后重选。")
    for gone in set(kept) - set(ids):
        db.session.delete(kept[gone])
    new = set(ids) - set(kept)
    for assessment_id in sorted(new):
        db.session.add(CohortAssessment(cohort_id=cohort.id, assessment_id=assessment_id))
    db.session.flush()
    db.session.expire(cohort, ["assessments"])
    return new


def _plan(cohort: Cohort) -> dict:
    return {
        "title": cohort.title,
        "opens_on": str(cohort.opens_on),
        "closes_on": str(cohort.closes_on),
        "required_hours": str(cohort.required_hours),
        "courses": [part.course_id for part in cohort.courses],
        "assessments": [part.assessment_id for part in cohort.assessments],
    }


def take_off(
    enrolment: Enrolment, on: date, left_by: Leaving, why: str, now: datetime, by: int
) -> None:
    """Take a person off the list from a day on, with a reason of the fixed set.

    From a list that is fixed, from the day after at the earliest: who stood there at the beginning
    stays in 期初应训.
    """
    refuse_unreasoned(left_by, why)
    refuse_day_off_the_list(first_day_off(enrolment), on, day_of(now))
    end(enrolment.cohort_id, [Ending(enrolment, on, left_by, why.strip() or None)], now, by)


def first_day_off(enrolment: Enrolment) -> date:
    """The first day from which somebody can be off a list."""
    fixed_at = enrolment.cohort.fixed_at
    if fixed_at is None:
        return enrolment.from_on
    return max(enrolment.from_on, day_of(fixed_at)) + timedelta(days=1)


@dataclass(frozen=True)
class Ending:
    """Somebody on a list, and from which day on, and why, no more."""

    enrolment: Enrolment
    on: date
    left_by: Leaving
    why: str | None = None


def end(cohort_id: int, endings: Sequence[Ending], now: datetime, by: int) -> None:
    """These are on the list of a cohort no more; who has begun nothing of it sits it no more.

    A few statements, however many they are.
    """
    people = [one.enrolment.person_id for one in endings]
    for candidate in lists.candidates_of(cohort_id, people):
        db.session.delete(candidate)
    for one in endings:
        gone = one.enrolment
        if gone.to_on is not None:
            raise Conflict("此人已经移出名单，不需要再次移出。")
        gone.to_on, gone.left_by, gone.ended_why = one.on, one.left_by, one.why
        gone.ended_at, gone.ended_by = now, by
        said = {"reason": one.left_by.value, "why": one.why, "on": str(one.on)}
        _note("take off list", gone, now, **said)


def put_back(enrolment: Enrolment, now: datetime) -> Enrolment:
    """Put a person on the list again, from today on, for the same posts."""
    if enrolment.to_on is None or lists.on_list_now(enrolment):
        raise Conflict("此人已在名单中。")
    again = Enrolment(
        cohort_id=enrolment.cohort_id,
        person_id=enrolment.person_id,
        org_id=enrolment.org_id,
        from_on=max(day_of(now), enrolment.to_on),
        came_by=Coming.ADDED if enrolment.cohort.fixed_at else None,
        recorded_at=now,
    )
    db.session.add(again)
    db.session.flush()
    rows = [
        {"enrolment_id": again.id, "org_id": one.org_id, "post": one.post, "from_on": again.from_on}
        for one in enrolment.posts
    ]
    add_rows(EnrolmentPost, rows)
    assessments = [part.assessment_id for part in again.cohort.assessments]
    list_candidates(assessments, [(again.person_id, again.org_id)], now)
    _note("put back on list", again, now)
    return again


def _note(act: str, enrolment: Enrolment, now: datetime, **facts: Any) -> None:
    """What happened to a list, and to whom on it."""
    record(
        act,
        now,
        whom=enrolment,
        org_id=enrolment.org_id,
        person=enrolment.person_id,
        cohort=enrolment.cohort_id,
        **facts,
    )
