"""What was set, who sat it, what they answered, and what it earned."""

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    and_,
    column,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, FlowsUp, Named, PartOf, Scope
from lms.db import Base, Code, Facts, Line, Moment, Name, Points
from lms.exams.rules import Counting, Leaving, Publishing
from lms.orgs.models import OrgUnit
from lms.papers.models import Paper
from lms.scoring.totals import plain

OPEN = column("submitted_at").is_(None)
STANDS, COUNTS = column("replaced_at").is_(None), column("counts", Boolean)
LATE = ~column("counts", Boolean)  # few: what came too late, or after a hand-over


class Assessment(FlowsDown, Base):
    """A paper set for a list of candidates, in a window of time.

    Beside those below its unit, its candidates see it wherever they went, and the named officers.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", "in_order"),
        CheckConstraint("minutes > 0 and attempts > 0", "positive"),
        CheckConstraint("pass_mark between 1 and 100", "pass_mark"),
        CheckConstraint("least_minutes between 0 and minutes", "least_minutes"),
    )

    title: Mapped[Name]
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    questions: Mapped[int]  # how many the paper has: who sets it never sees them
    points: Mapped[Points]
    opens_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    minutes: Mapped[int]
    least_minutes: Mapped[int] = mapped_column(server_default="0")  # nobody hands in before
    attempts: Mapped[int]  # how often one may sit
    which_counts: Mapped[Counting] = mapped_column(server_default=Counting.BEST.value)
    pass_mark: Mapped[int]  # of 100, as the two above it: 良好, 优秀
    merit: Mapped[int] = mapped_column(server_default="80")
    distinction: Mapped[int] = mapped_column(server_default="90")
    shuffled: Mapped[bool]  # the order of the questions
    options_shuffled: Mapped[bool] = mapped_column(server_default=true())
    category: Mapped[Code | None]  # 分类专业能力测评: one of the five projects
    audience: Mapped[Line | None]  # whom it is for, in words
    password: Mapped[Name | None]  # said aloud in the room
    place: Mapped[Name | None]
    # when (during, after, closed) → what of right, points, explanation, key; rules.shown reads it
    shown: Mapped[Facts] = mapped_column(server_default="{}")
    leaving: Mapped[Leaving] = mapped_column(server_default=Leaving.COUNTED.value)
    leaves_most: Mapped[int | None]  # for Leaving.COLLECTED
    late_until: Mapped[Moment | None]  # what arrives after the end is kept until; none: that day
    late_counts: Mapped[bool] = mapped_column(server_default=false())  # unasked
    publishing: Mapped[Publishing] = mapped_column(server_default=Publishing.AT_ONCE.value)
    published_at: Mapped[Moment | None]  # of Publishing.IN_ONE_ACT
    appeal_days: Mapped[int] = mapped_column(server_default="5")  # so long one may appeal
    keys_changed: Mapped[bool] = mapped_column(server_default=false())  # a KeyChange stands for it
    # 小测: who holds one of these posts under the unit may sit it, listed or not (none: any post);
    # empty for what is sat by its list alone
    posts: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    confirmed_at: Mapped[Moment]  # for training, not for recruitment, promotion or selection
    made_at: Mapped[Moment]
    made_by: Mapped[int | None]

    paper: Mapped[Paper] = relationship()
    org: Mapped[OrgUnit] = relationship()

    @property
    def full(self) -> str:
        """All the points there are, as people write them."""
        return plain(self.points)

    @property
    def quiz(self) -> bool:
        """Whether it is a 小测: no clock, and the keys right after."""
        return self.posts is not None

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        mine = select(Candidate.assessment_id).where(Candidate.person_id == scope.person_id)
        return or_(super().seen_by(scope), cls.id.in_(mine), cls.id.in_(scope.assessments))


class PartOfAssessment(PartOf):
    """Something that belongs to an assessment; seen by whoever sees the assessment."""

    whole_table = Assessment
    whole_key = "assessment_id"


class SetPaper(PartOfAssessment, Base):
    """One of several papers of an assessment: dealt in turn, or for who sits again (补考)."""

    __tablename__ = "set_paper"
    __table_args__ = (UniqueConstraint("assessment_id", "resit", "place"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    resit: Mapped[bool]
    place: Mapped[int]


class Allowance(PartOfAssessment, Base):
    """An exception for a person or for those under a unit; terms.Terms says what they come to."""

    __tablename__ = "allowance"
    __table_args__ = (
        CheckConstraint("(person_id is null) <> (org_id is null)", "for_whom"),
        CheckConstraint("closes_at > opens_at", "in_order"),
    )

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    org_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))  # and all below it
    more_minutes: Mapped[int | None]
    more_attempts: Mapped[int | None]
    opens_at: Mapped[Moment | None]
    closes_at: Mapped[Moment | None]
    reason: Mapped[Line]
    made_at: Mapped[Moment]
    made_by: Mapped[int]
    ended_at: Mapped[Moment | None]  # taken back

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        """By those who run the assessment; a person's own by the person."""
        own = or_(cls.person_id == scope.person_id, cls.person_id.is_(None))
        return or_(cls.changed_by(scope), and_(own, super().seen_by(scope)))


class Announcement(PartOfAssessment, Base):
    """A word to all who sit, shown on every exam page at its next contact."""

    __tablename__ = "announcement"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    text: Mapped[Line]
    said_at: Mapped[Moment]
    said_by: Mapped[int]


class NamedOfficer(PartOfAssessment, Base):
    """An officer named for an assessment: sees its attempts and marks."""

    __tablename__ = "named_officer"
    __table_args__ = (UniqueConstraint("assessment_id", "person_id"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    named_at: Mapped[Moment]


class Candidate(FlowsUp, Base):
    """A person who may sit an assessment, under the unit of that time."""

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("assessment_id", "person_id"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    listed_at: Mapped[Moment]
    attempts_begun: Mapped[int] = mapped_column(default=0)  # the last number that was given out
    voided: Mapped[int] = mapped_column(server_default="0")  # so many of them count no more


class Attempt(Named, Base):
    """One person sitting one assessment, once."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("assessment_id", "person_id", "number"),
        Index("ix_attempt_open", "ends_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    number: Mapped[int]  # the first, the second …
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    seed: Mapped[int]  # every shuffle this person saw follows from it
    started_at: Mapped[Moment]
    ends_at: Mapped[Moment]  # the earlier of start + minutes and the close of the window
    submitted_at: Mapped[Moment | None]
    pledged_at: Mapped[Moment | None]
    voided_at: Mapped[Moment | None]  # somebody else sat it
    turn: Mapped[int] = mapped_column(default=0)  # the last turn that was given out
    # slot → when right and wrong were looked at; what arrives for it later does not count
    looked: Mapped[Facts] = mapped_column(default=dict, server_default="{}")

    assessment: Mapped[Assessment] = relationship()
    paper: Mapped[Paper] = relationship()
    openings: Mapped[list["Opening"]] = relationship(order_by="Opening.turn")
    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.turn, Answer.sequence")
    marks: Mapped[list["Mark"]] = relationship(order_by="Mark.id")


class OfAttempt(PartOf):
    """Something of an attempt; seen by whoever sees the attempt."""

    whole_table = Attempt
    whole_key = "attempt_id"


class Opening(OfAttempt, Base):
    """An attempt opened on a device: it takes the next turn, and ends that of the one before."""

    __tablename__ = "opening"
    __table_args__ = (UniqueConstraint("attempt_id", "turn"),)
    own_may_add = True

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    turn: Mapped[int]
    device: Mapped[Code]  # a word that the browser made up and keeps
    opened_at: Mapped[Moment]


class Pulse(OfAttempt, Base):
    """The one small row of an attempt that each contact touches; the board is made from it."""

    __tablename__ = "pulse"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), unique=True)
    contact_at: Mapped[Moment]
    in_time_at: Mapped[Moment]  # the last contact before the end
    answered: Mapped[int]
    unsent: Mapped[int]  # as the page last said
    leaves: Mapped[int]  # how often the page was left


class Supervision(OfAttempt, Base):
    """An attempt opened by an invigilator on a supervised device, for who has no phone."""

    __tablename__ = "supervision"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    invigilator_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    checked: Mapped[Name]  # how it was made sure who sits there
    opened_at: Mapped[Moment]


class PaperEntry(OfAttempt, Base):
    """Answers given on paper, keyed in. Two rounds are compared before they count."""

    __tablename__ = "paper_entry"
    __table_args__ = (UniqueConstraint("attempt_id", "round"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    round: Mapped[int]  # the first, the second; the third settles where they differ
    answers: Mapped[Facts]  # slot → letters of the file, or texts
    entered_at: Mapped[Moment]
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class LateDecision(OfAttempt, Base):
    """Whether what arrived after the end counts. The last decision stands."""

    __tablename__ = "late_decision"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    accepted: Mapped[bool]
    reason: Mapped[Line | None]
    decided_at: Mapped[Moment]
    decided_by: Mapped[int | None]  # none: the assessment says so


class PartOfAttempt(OfAttempt):
    """Something at one slot of an attempt."""

    slot: Mapped[int]


class Answer(PartOfAttempt, Base):
    """One saved answer. Rows are only added; for a slot the highest (turn, sequence) counts.

    Added by saving.py, from paper by keying.py. Whether it counts is decided as it arrives: 0011.
    """

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("attempt_id", "turn", "sequence"),
        Index("ix_answer_late", "attempt_id", sqlite_where=LATE, postgresql_where=LATE),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    turn: Mapped[int]
    sequence: Mapped[int]
    content: Mapped[Any] = mapped_column(JSON)  # letters of the file, or the texts of blanks
    said_at: Mapped[Moment]  # the server's time at the page's last contact + the page's own since
    saved_at: Mapped[Moment]
    counts: Mapped[bool]
    sure: Mapped[bool] = mapped_column(server_default=true())  # the page ran on until said_at


class Mark(PartOfAttempt, Base):
    """One judgement of one answer. Rows are only added; the last one for a slot counts."""

    __tablename__ = "mark"
    __table_args__ = (CheckConstraint("share_of > 0 and share between 0 and share_of", "share"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    share: Mapped[int]  # of the points: share / share_of, exact
    share_of: Mapped[int]
    points: Mapped[Points]
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # none: the machine
    why: Mapped[Line | None]
    marked_at: Mapped[Moment]


class Result(Named, Base):
    """What an attempt earned, frozen when it was published. What changes it is the next result."""

    __tablename__ = "result"
    follows_from = (Attempt, "attempt_id")
    __table_args__ = (
        UniqueConstraint("attempt_id", "number"),
        Index(
            "ix_result_stands",
            "attempt_id",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int] = mapped_column(default=1, server_default="1")
    earned: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    points: Mapped[Points]
    passed: Mapped[bool]
    level: Mapped[Name]
    abilities: Mapped[Facts]  # code → [right, asked]
    published_at: Mapped[Moment]
    replaced_at: Mapped[Moment | None]
    why: Mapped[Line | None]  # why it is not the first

    @property
    def score(self) -> str:
        """What was earned, as people write it."""
        return plain(self.earned)


class Verdict(FlowsUp, Base):
    """合格 or 未合格, and nothing more: this is what flows up.

    It counts until a later verdict on the same attempt, or an attempt that counts instead.
    """

    __tablename__ = "verdict"
    follows_from = (Attempt, "attempt_id")
    __table_args__ = (
        # all that a completion table asks of it
        Index(
            "ix_verdict_counts",
            "assessment_id",
            "person_id",
            "sat_at",
            "passed",
            sqlite_where=COUNTS,
            postgresql_where=COUNTS,
        ),
    )

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    passed: Mapped[bool]
    counts: Mapped[bool] = mapped_column(default=True, server_default=true())
    sat_at: Mapped[Moment]  # the moment from which it holds
    recorded_at: Mapped[Moment]
