"""Classes, their timetable, who is in them, who came, and how each of them ended."""

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
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, FlowsUp, PartOf, Scope
from lms.classes.rules import Angle, Came, ClassKind, Evidence, Left, Mark, Purpose
from lms.clock import day_of
from lms.courses.models import Course
from lms.db import Base, Code, Digest, Facts, Line, Moment, Name, Words
from lms.exams.models import Assessment
from lms.orgs.models import OrgUnit
from lms.people.models import Person
from lms.training.models import Cohort, Programme, Teacher

IN_CLASS = column("to_at").is_(None)


class TrainingClass(FlowsDown, Base):
    """A class (培训班) of the unit that organises it, between two days (both included).

    Beside those below its unit, its members see it wherever they came from, and its class manager
    (`person_id`), who also keeps its timetable and its lists.
    """

    __tablename__ = "training_class"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", "in_order"),
        CheckConstraint("capacity > 0", "capacity"),
        CheckConstraint("required_hours >= 0", "hours"),
        CheckConstraint("most_absent >= 0", "most_absent"),
    )

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    title: Mapped[Name]
    kind: Mapped[ClassKind]
    for_org_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))  # for whose people
    batch: Mapped[int | None]  # 第几期
    from_on: Mapped[date]
    to_on: Mapped[date]
    place: Mapped[Line | None]  # a unit outside the city has classes without one
    capacity: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    required_hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    # The rule of completion: each part is on or off.
    by_hours: Mapped[bool]
    by_attendance: Mapped[bool]
    by_assessment: Mapped[bool]
    most_absent: Mapped[int | None]  # sessions missed without leave; none: not limited
    lateness_counts: Mapped[bool]  # late, or gone early, is missed as well
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]
    opened_at: Mapped[Moment | None]  # its list was told of it
    opened_by: Mapped[int | None]
    closed_at: Mapped[Moment | None]  # its end was decided, and its hours credited
    closed_by: Mapped[int | None]

    programme: Mapped[Programme] = relationship()
    cohort: Mapped[Cohort | None] = relationship()
    org: Mapped[OrgUnit] = relationship(foreign_keys="TrainingClass.org_id")
    for_org: Mapped[OrgUnit | None] = relationship(foreign_keys=for_org_id)
    manager: Mapped[Person | None] = relationship()
    sessions: Mapped[list["ClassSession"]] = relationship(
        order_by="ClassSession.starts_at, ClassSession.id"
    )
    courses: Mapped[list["ClassCourse"]] = relationship(order_by="ClassCourse.number")
    assessments: Mapped[list["ClassAssessment"]] = relationship(order_by="ClassAssessment.id")

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        mine = select(ClassMember.class_id).where(ClassMember.person_id == scope.person_id)
        mine = mine.correlate(None)  # also where the statement itself asks for members
        return or_(super().seen_by(scope), cls.id.in_(mine), cls.managed_by(scope))

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return or_(super().changed_by(scope), cls.managed_by(scope))

    @classmethod
    def managed_by(cls, scope: Scope) -> ColumnElement[bool]:
        """Only while the role is held: a cadre's own request makes nothing."""
        return cls.person_id == scope.person_id if scope.makes else false()


class PartOfClass(PartOf):
    """Something a class consists of."""

    whole_table = TrainingClass
    whole_key = "class_id"

    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), index=True)


class ClassCourse(PartOfClass, Base):
    """A course that the class takes beside its timetable."""

    __tablename__ = "class_course"
    __table_args__ = (UniqueConstraint("class_id", "course_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]  # in which order

    course: Mapped[Course] = relationship()


class ClassAssessment(PartOfClass, Base):
    """An assessment of the class: before it, after it, or the one that has to be passed."""

    __tablename__ = "class_assessment"
    __table_args__ = (UniqueConstraint("class_id", "assessment_id"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    purpose: Mapped[Purpose]

    assessment: Mapped[Assessment] = relationship()


class ClassSession(PartOfClass, Base):
    """One row of the timetable. Its hours count once its list is confirmed."""

    __tablename__ = "class_session"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", "in_order"),
        CheckConstraint("hours > 0", "hours"),
    )

    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    subject: Mapped[Name]
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey("teacher.id"), index=True)
    teacher: Mapped[Name | None]  # as the timetable names whoever stands on no list of teachers
    place: Mapped[Line | None]  # where it is not the place of the class
    cancelled_at: Mapped[Moment | None]

    whole_class: Mapped[TrainingClass] = relationship(back_populates="sessions")
    listed_teacher: Mapped[Teacher | None] = relationship()

    @property
    def on(self) -> date:
        """The day, by the city's calendar."""
        return day_of(self.starts_at)

    @property
    def teacher_name(self) -> str | None:
        """Who teaches, from the roster of teachers or as it was typed."""
        return self.listed_teacher.name if self.listed_teacher else self.teacher


class ClassMember(FlowsUp, Base):
    """A person in a class, under the unit of that time, from a moment to a moment.

    Who moves to another class leaves this row behind and gets one there.
    """

    __tablename__ = "class_member"
    __table_args__ = (
        CheckConstraint("to_at is null or to_at >= from_at", "in_order"),
        CheckConstraint("(to_at is null) = (left_as is null)", "how_it_ended"),
        Index(
            "uq_class_member_in_class",
            "class_id",
            "person_id",
            unique=True,
            sqlite_where=IN_CLASS,
            postgresql_where=IN_CLASS,
        ),
    )

    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), index=True)
    from_at: Mapped[Moment]
    came_as: Mapped[Came]
    came_why: Mapped[Line | None]
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("class_member.id"))
    made_by: Mapped[int | None]
    to_at: Mapped[Moment | None]
    left_as: Mapped[Left | None]
    left_why: Mapped[Line | None]
    ended_by: Mapped[int | None]

    person: Mapped[Person] = relationship()
    org: Mapped[OrgUnit] = relationship()
    whole_class: Mapped[TrainingClass] = relationship()

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        """Those who answer for the person or for the class; and its class manager."""
        if not scope.makes:
            return false()
        managed = select(TrainingClass.id).where(TrainingClass.managed_by(scope)).correlate(None)
        return or_(super().changed_by(scope), cls.class_id.in_(managed))

    @classmethod
    def seen_from_activity(cls, scope: Scope) -> ColumnElement[bool]:
        organised = select(TrainingClass.id).where(TrainingClass.org_id.in_(scope.subtree))
        return cls.class_id.in_(organised.correlate(None))


class OfMember(PartOf):
    """Something about one person in one class; seen by whoever sees that."""

    whole_table = ClassMember
    whole_key = "member_id"


class AttendanceMark(OfMember, Base):
    """What is said of one person at one session. Rows are only added; the last one counts."""

    __tablename__ = "attendance_mark"
    __table_args__ = (Index("ix_attendance_mark_list", "session_id", "member_id", "id"),)
    own_may_add = True  # who scans the code on the wall

    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("class_member.id"), index=True)
    mark: Mapped[Mark]
    evidence: Mapped[Evidence]
    came_at: Mapped[Moment | None]  # the moment of the code on the wall
    why: Mapped[Line | None]  # of a correction
    marked_at: Mapped[Moment]
    marked_by: Mapped[int | None]


class AttendanceList(PartOf, Base):
    """The list of a session, confirmed; again when it was corrected. Rows are only added."""

    __tablename__ = "attendance_list"
    whole_table = ClassSession
    whole_key = "session_id"

    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"), index=True)
    confirmed_at: Mapped[Moment]
    confirmed_by: Mapped[int]
    evidence: Mapped[Evidence]
    file_name: Mapped[Name | None]
    file_digest: Mapped[Digest | None]
    why: Mapped[Line | None]  # of a correction


class WallCode(PartOf, Base):
    """The code on the wall of one session, from when it was switched on until it is off.

    What is shown follows from a key of the house, this salt and the half minute.
    """

    __tablename__ = "wall_code"
    whole_table = ClassSession
    whole_key = "session_id"

    session_id: Mapped[int] = mapped_column(ForeignKey("class_session.id"), index=True)
    salt: Mapped[Code]
    on_at: Mapped[Moment]
    on_by: Mapped[int]
    off_at: Mapped[Moment | None]


class ClassLeave(OfMember, Base):
    """A leave from a class: asked for by the person, or entered by who runs the class."""

    __tablename__ = "class_leave"
    __table_args__ = (CheckConstraint("to_at > from_at", "in_order"),)
    own_may_add = True

    member_id: Mapped[int] = mapped_column(ForeignKey("class_member.id"), index=True)
    from_at: Mapped[Moment]
    to_at: Mapped[Moment]
    reason: Mapped[Line]
    asked_at: Mapped[Moment]
    asked_by: Mapped[int]
    granted: Mapped[bool | None]  # none: not decided yet
    decided_at: Mapped[Moment | None]
    decided_by: Mapped[int | None]
    decided_why: Mapped[Line | None]

    member: Mapped[ClassMember] = relationship()


class LeaveDecision(OfMember, Base):
    """What the organiser decided on a leave beyond 1/7 of all hours. The last one counts."""

    __tablename__ = "leave_decision"
    __table_args__ = (CheckConstraint("leave_hours <= class_hours", "part"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("class_member.id"), index=True)
    withdrawn: Mapped[bool]  # 退学; else the person stays
    leave_hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))  # the exact fraction of that moment
    class_hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    why: Mapped[Line]
    decided_at: Mapped[Moment]
    decided_by: Mapped[int]


class ClassOutcome(OfMember, Base):
    """How a class ended for a person: 结业 or 未结业. Rows are only added; the last one counts."""

    __tablename__ = "class_outcome"

    member_id: Mapped[int] = mapped_column(ForeignKey("class_member.id"), index=True)
    completed: Mapped[bool]
    hours: Mapped[Decimal] = mapped_column(Numeric(7, 2))  # of confirmed sessions attended
    missing: Mapped[Words]  # what the rule of completion found lacking
    why: Mapped[Line | None]  # of a correction
    decided_at: Mapped[Moment]
    decided_by: Mapped[int]


class EvaluationCount(PartOfClass, Base):
    """How many gave a question of the 教学评价 a score. Nobody's answers are kept as such."""

    __tablename__ = "evaluation_count"
    __table_args__ = (
        UniqueConstraint("class_id", "question", "score"),
        CheckConstraint("score between 1 and 5", "score"),
    )

    question: Mapped[int]
    score: Mapped[int]
    answers: Mapped[int]


class TeacherCount(PartOfClass, Base):
    """How many trainees gave a teacher of a class a score. Nobody's answers are kept as such."""

    __tablename__ = "teacher_count"
    __table_args__ = (
        UniqueConstraint("class_id", "teacher_key", "score"),
        CheckConstraint("score between 1 and 5", "score"),
    )

    teacher_key: Mapped[Name]  # the id on the list of teachers, else the name as it was typed
    name: Mapped[Name]
    score: Mapped[int]
    answers: Mapped[int]


class OfficeWord(PartOfClass, Base):
    """What a class manager or an organiser says of a class and its teachers, by their office.

    Rows are only added; the last one of an angle counts.
    """

    __tablename__ = "office_word"
    only_added = True

    angle: Mapped[Angle]
    scores: Mapped[Facts]  # question → score
    teachers: Mapped[Facts]  # teacher_key → score, of those who were heard
    said: Mapped[Line | None]
    said_at: Mapped[Moment]
    said_by: Mapped[int]
    speaker: Mapped[Name]  # the name of that person, then


class Evaluated(OfMember, Base):
    """This member has answered the 教学评价: that alone, and not when."""

    __tablename__ = "evaluated"
    own_may_add = True

    member_id: Mapped[int] = mapped_column(ForeignKey("class_member.id"), unique=True)
