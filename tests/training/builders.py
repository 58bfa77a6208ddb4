"""Builders of courses, cohorts and what hangs on them. They take the `make` of the test."""

from datetime import date, timedelta
from decimal import Decimal

from lms.bank.models import Bank
from lms.competencies.rules import PROJECTS
from lms.courses.models import Course, Lesson, LessonVersion
from lms.courses.rules import LessonKind
from lms.exams.models import Assessment, Attempt, Candidate, Result, Verdict
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind, hundredths
from lms.papers.models import Paper
from lms.training.models import (
    Cohort,
    CohortAssessment,
    CohortCourse,
    Enrolment,
    EnrolmentPost,
    EnrolmentRule,
    Programme,
    ProgrammeProject,
    Project,
)

OPENS, CLOSES = date(2026, 11, 1), date(2026, 12, 5)


def projects(make) -> list[Project]:
    return [make.keep(Project(code=c, name=n, audience=a)) for c, n, a in PROJECTS]


def course(make, org, lessons=2, minutes=9, hours="0.5", title="万人计划课程") -> Course:
    made = make.keep(
        Course(org_id=org.id, code=f"C{make.next()}", title=title, summary="", made_at=make.clock())
    )
    for number in range(1, lessons + 1):
        make.keep(
            Lesson(
                course_id=made.id,
                number=number,
                title=f"第{number}课",
                minutes=minutes,
                hours=Decimal(hours),
                versions=[lesson_version(make, minutes, hours)],
            )
        )
    return made


def lesson_version(make, minutes=9, hours="0.5", number=1, **facts) -> LessonVersion:
    """What a lesson teaches: a text, where nothing else is said."""
    what = {"kind": LessonKind.TEXT, "text": "## 一\n\n正文。"} | facts
    when = {"minutes": minutes, "hours": Decimal(hours), "made_at": make.clock()}
    return LessonVersion(number=number, **when, **what)


def assessment(make, org, title="基层干部测评", opens=timedelta(0), attempts=2) -> Assessment:
    number = make.next()
    bank = make.keep(Bank(org_id=org.id, code=f"B{number}", title="库", made_at=make.clock()))
    paper = make.keep(
        Paper(bank_id=bank.id, title="卷", minutes=60, points=Decimal(100), made_at=make.clock())
    )
    return make.keep(
        Assessment(
            org_id=org.id,
            title=title,
            paper_id=paper.id,
            opens_at=make.clock() + opens,
            closes_at=make.clock() + timedelta(days=12),
            minutes=60,
            attempts=attempts,
            pass_mark=60,
            questions=50,
            points=Decimal(100),
            shuffled=True,
            confirmed_at=make.clock(),
            made_at=make.clock(),
        )
    )


def programme(make, org, code="WR2026", title="万人计划") -> Programme:
    project = next(iter(make.all(Project)), None) or projects(make)[2]
    made = make.keep(
        Programme(org_id=org.id, code=code, title=title, opens_on=OPENS, made_at=make.clock())
    )
    make.keep(ProgrammeProject(programme_id=made.id, project_id=project.id))
    return made


def cohort(make, org, courses=(), assessments=(), hours="1", closes_on=CLOSES, title="第一期"):
    """A cohort in a programme of its own."""
    inside = programme(make, org, code=f"P{make.next()}")
    made = make.keep(
        Cohort(
            org_id=org.id,
            programme_id=inside.id,
            title=title,
            opens_on=OPENS,
            closes_on=closes_on,
            required_hours=Decimal(hours),
            made_at=make.clock(),
        )
    )
    for place, one in enumerate(courses, start=1):
        make.keep(CohortCourse(cohort_id=made.id, course_id=one.id, place=place))
    for one in assessments:
        make.keep(CohortAssessment(cohort_id=made.id, assessment_id=one.id))
    return made


def rule(make, cohort, org, *posts) -> EnrolmentRule:
    return make.keep(
        EnrolmentRule(
            cohort_id=cohort.id,
            org_id=org.id,
            posts=[post.value for post in posts],
            made_at=make.clock(),
        )
    )


def enrolment(make, cohort, person, *posts, org_id=None, from_on=OPENS, **facts) -> Enrolment:
    made = make.keep(
        Enrolment(
            cohort_id=cohort.id,
            person_id=person.id,
            org_id=org_id or person.org_id,
            from_on=from_on,
            recorded_at=make.clock(),
            **facts,
        )
    )
    for post in posts:
        make.keep(
            EnrolmentPost(enrolment_id=made.id, org_id=made.org_id, post=post, from_on=made.from_on)
        )
    return made


def hours(make, person, amount, lesson=None, cohort=None, on=OPENS, reverses=None) -> HourEntry:
    return make.keep(
        HourEntry(
            person_id=person.id,
            org_id=person.org_id,
            lesson_id=lesson.id if lesson else None,
            cohort_id=cohort.id if cohort else None,
            kind=HourKind.ONLINE,
            hundredths=hundredths(Decimal(amount)),
            earned_on=on,
            rule="test",
            reverses_id=reverses.id if reverses else None,
            recorded_at=make.clock(),
        )
    )


def candidate(make, person, assessment, **facts) -> Candidate:
    return make.keep(
        Candidate(
            assessment_id=assessment.id,
            person_id=person.id,
            org_id=person.org_id,
            listed_at=make.clock(),
            **facts,
        )
    )


def verdict(make, person, assessment, passed=True, number=1) -> Verdict:
    attempt = make.keep(
        Attempt(
            person_id=person.id,
            org_id=person.org_id,
            assessment_id=assessment.id,
            paper_id=assessment.paper_id,
            number=number,
            seed=1,
            started_at=make.clock(),
            ends_at=make.clock() + timedelta(minutes=60),
            submitted_at=make.clock(),
        )
    )
    return make.keep(
        Verdict(
            person_id=person.id,
            org_id=person.org_id,
            assessment_id=assessment.id,
            attempt_id=attempt.id,
            passed=passed,
            sat_at=make.clock(),
            recorded_at=make.clock(),
        )
    )


def published(make, person, assessment, passed=True, number=1, at=None) -> Verdict:
    """A verdict with the result it tells of."""
    made = verdict(make, person, assessment, passed=passed, number=number)
    made.sat_at = made.recorded_at = at or make.clock()
    make.keep(
        Result(
            attempt_id=made.attempt_id,
            person_id=person.id,
            org_id=person.org_id,
            assessment_id=assessment.id,
            earned=80 if passed else 20,
            points=100,
            passed=passed,
            level="",
            abilities={},
            published_at=made.sat_at,
        )
    )
    return made
