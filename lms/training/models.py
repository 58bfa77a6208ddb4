"""Who is trained in what, and who stands on which list."""

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    column,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, FlowsUp, PartOf, Scope
from lms.courses.models import Course
from lms.db import Base, Code, Line, Moment, Name, Words
from lms.exams.models import Assessment
from lms.orgs.models import OrgUnit
from lms.people.models import Person
from lms.people.rules import Post

ON_THE_LIST = column("to_on").is_(None)


class Project(Base):
    """One of the five projects of ability training."""

    __tablename__ = "project"

    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    audience: Mapped[Line]


class Programme(FlowsDown, Base):
    """A programme inside a project, as 万人计划 in the third."""

    __tablename__ = "programme"

    code: Mapped[Code] = mapped_column(unique=True)
    title: Mapped[Name]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    opens_on: Mapped[date]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    project: Mapped[Project] = relationship()
    org: Mapped[OrgUnit] = relationship()


class Cohort(FlowsDown, Base):
    """Those who go through a programme together, between two days (both included)."""

    __tablename__ = "cohort"
    __table_args__ = (CheckConstraint("closes_on >= opens_on", "in_order"),)

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    title: Mapped[Name]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    required_hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    programme: Mapped[Programme] = relationship()
    org: Mapped[OrgUnit] = relationship()
    courses: Mapped[list["CohortCourse"]] = relationship(order_by="CohortCourse.place")
    assessments: Mapped[list["CohortAssessment"]] = relationship(order_by="CohortAssessment.id")
    rules: Mapped[list["EnrolmentRule"]] = relationship(order_by="EnrolmentRule.id")


class PartOfCohort(PartOf):
    """Something a cohort consists of."""

    whole_table = Cohort
    whole_key = "cohort_id"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)


class CohortCourse(PartOfCohort, Base):
    """A course that the cohort takes."""

    __tablename__ = "cohort_course"
    __table_args__ = (UniqueConstraint("cohort_id", "course_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    place: Mapped[int]

    course: Mapped[Course] = relationship()


class CohortAssessment(PartOfCohort, Base):
    """An assessment that the cohort has to pass."""

    __tablename__ = "cohort_assessment"
    __table_args__ = (UniqueConstraint("cohort_id", "assessment_id"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)

    assessment: Mapped[Assessment] = relationship()


class EnrolmentRule(PartOfCohort, Base):
    """Whom a cohort is for: a subtree of units × some posts. Applied when everybody is listed."""

    __tablename__ = "enrolment_rule"

    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    posts: Mapped[Words]  # words of `Post`; none: every post
    made_at: Mapped[Moment]
    applied_at: Mapped[Moment | None]
    applied_by: Mapped[int | None]

    org: Mapped[OrgUnit] = relationship()


class Enrolment(FlowsUp, Base):
    """A person on the list of a cohort, under the unit of that time.

    From a day to a day (not included). Who comes back to the list gets a new row.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("to_on is null or to_on >= from_on", "in_order"),
        Index(
            "uq_enrolment_on_the_list",
            "cohort_id",
            "person_id",
            unique=True,
            sqlite_where=ON_THE_LIST,
            postgresql_where=ON_THE_LIST,
        ),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    recorded_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]  # when the end was recorded
    ended_by: Mapped[int | None]
    ended_why: Mapped[Line | None]

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship()
    cohort: Mapped[Cohort] = relationship()
    posts: Mapped[list["EnrolmentPost"]] = relationship(order_by="EnrolmentPost.id")

    @classmethod
    def seen_from_activity(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.cohort_id.in_(select(Cohort.id).where(Cohort.org_id.in_(scope.subtree)))


class EnrolmentPost(PartOf, Base):
    """A post for which the person stands on the list; two posts of one person are two rows."""

    __tablename__ = "enrolment_post"
    __table_args__ = (UniqueConstraint("enrolment_id", "org_id", "post"),)
    whole_table = Enrolment
    whole_key = "enrolment_id"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    post: Mapped[Post]
    from_on: Mapped[date]  # since when for this post: a second one can come later

    org: Mapped[OrgUnit] = relationship()


class ListConfirmation(FlowsUp, Base):
    """The head of a unit (`person_id`) stands for its list in a cohort, and for the plan.

    The numbers are those of that moment. Rows are only added; the last one of a unit counts.
    """

    __tablename__ = "list_confirmation"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    confirmed_at: Mapped[Moment]
    persons: Mapped[int]
    posts: Mapped[int]
    closes_on: Mapped[date]  # the plan: by when, and how many hours
    required_hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship()

    @classmethod
    def seen_from_activity(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.cohort_id.in_(select(Cohort.id).where(Cohort.org_id.in_(scope.subtree)))
