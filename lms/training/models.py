"""Who is trained in what, and who stands on which list."""

from datetime import date, timedelta
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
from lms.training.rules import Coming, Leaving, ReliefKind, ReliefReason, ReliefState

ON_THE_LIST = column("to_on").is_(None)


class Project(Base):
    """One of the five projects of ability training."""

    __tablename__ = "project"

    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    audience: Mapped[Line]


class Programme(FlowsDown, Base):
    """A programme inside one or more projects, as 万人计划 in the third."""

    __tablename__ = "programme"

    code: Mapped[Code] = mapped_column(unique=True)
    title: Mapped[Name]
    opens_on: Mapped[date]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    org: Mapped[OrgUnit] = relationship()
    projects: Mapped[list["ProgrammeProject"]] = relationship(
        order_by="ProgrammeProject.project_id"
    )


class PartOfProgramme(PartOf):
    """Something a programme consists of."""

    whole_table = Programme
    whole_key = "programme_id"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)


class ProgrammeProject(PartOfProgramme, Base):
    """A project that the programme belongs to."""

    __tablename__ = "programme_project"
    __table_args__ = (UniqueConstraint("programme_id", "project_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))

    project: Mapped[Project] = relationship()


class Requirement(PartOfProgramme, Base):
    """What a programme asks of an audience, from a day to a day (not included)."""

    __tablename__ = "requirement"
    __table_args__ = (CheckConstraint("to_on is null or to_on >= from_on", "in_order"),)

    audience: Mapped[Name]
    posts: Mapped[Words]  # words of `Post`; none: every post
    hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    assessed: Mapped[bool]
    basis: Mapped[Line | None]  # the document it rests on
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]
    ended_at: Mapped[Moment | None]  # when the end was recorded
    ended_by: Mapped[int | None]

    courses: Mapped[list["RequirementCourse"]] = relationship(order_by="RequirementCourse.place")


class RequirementCourse(PartOf, Base):
    """A course that belongs to what a programme asks."""

    __tablename__ = "requirement_course"
    __table_args__ = (UniqueConstraint("requirement_id", "course_id"),)
    whole_table = Requirement
    whole_key = "requirement_id"

    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    place: Mapped[int]

    course: Mapped[Course] = relationship()


class Teacher(FlowsDown, Base):
    """Somebody on the roster of teachers (师资库) of a unit: a person of the city, or a guest."""

    __tablename__ = "teacher"

    name: Mapped[Name]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit: Mapped[Name]  # where they work
    title: Mapped[Name]
    subjects: Mapped[Words]  # what they teach
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]
    closed_at: Mapped[Moment | None]

    org: Mapped[OrgUnit] = relationship()
    person: Mapped[Person | None] = relationship()


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
    fixed_at: Mapped[Moment | None]  # since when the list is 期初应训 and its changes
    fixed_by: Mapped[int | None]  # none: by the clock, when the cohort had begun

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
    """Whom a cohort is for: a subtree of units × some posts × the term × a label of the units.

    Applied when everybody is listed. The label is for county and city officers alone.
    """

    __tablename__ = "enrolment_rule"

    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    posts: Mapped[Words]  # words of `Post`; none: every post
    since: Mapped[date | None]  # 换届后: posts begun on this day or later
    label: Mapped[Name | None]  # units that bear it
    made_at: Mapped[Moment]
    applied_at: Mapped[Moment | None]
    applied_by: Mapped[int | None]

    org: Mapped[OrgUnit] = relationship()


class ListChange(PartOfCohort, Base):
    """So many persons the roster would put on a fixed list, or take off it, as last counted."""

    __tablename__ = "list_change"
    __table_args__ = (UniqueConstraint("cohort_id"), CheckConstraint("persons >= 0", "persons"))

    persons: Mapped[int]
    since_on: Mapped[date]  # the earliest day from which one of them holds
    counted_at: Mapped[Moment]


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
    came_by: Mapped[Coming | None]  # none: the list was not fixed yet
    left_by: Mapped[Leaving | None]
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


class Relief(FlowsUp, Base):
    """免训 or 缓训 of somebody on a list, as it was asked for: from a day to a day (not included).

    What became of it are its steps, which are only added.
    """

    __tablename__ = "relief"
    __table_args__ = (CheckConstraint("to_on > from_on", "in_order"),)
    own_may_add = True  # 缓训 is asked for by the person, too

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    kind: Mapped[ReliefKind]
    reason: Mapped[ReliefReason]
    note: Mapped[Line | None]
    from_on: Mapped[date]
    to_on: Mapped[date]
    recorded_at: Mapped[Moment]
    asked_by: Mapped[int | None]

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship()
    cohort: Mapped[Cohort] = relationship()
    steps: Mapped[list["ReliefStep"]] = relationship(order_by="ReliefStep.id")

    @property
    def last_on(self) -> date:
        """The last day on which it holds, as people say it."""
        return self.to_on - timedelta(days=1)

    @classmethod
    def seen_from_activity(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.cohort_id.in_(select(Cohort.id).where(Cohort.org_id.in_(scope.subtree)))


class ReliefStep(PartOf, Base):
    """It was passed on, approved, refused, or taken back from a day on."""

    __tablename__ = "relief_step"
    own_may_add = True  # who asked takes it back while nobody has answered
    __table_args__ = (UniqueConstraint("relief_id", "state"),)
    whole_table = Relief
    whole_key = "relief_id"

    relief_id: Mapped[int] = mapped_column(ForeignKey("relief.id"))
    state: Mapped[ReliefState]
    on: Mapped[date]
    originals_seen: Mapped[bool]  # 已核验原件
    why: Mapped[Line | None]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int | None]


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
