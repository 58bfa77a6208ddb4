"""What was set, who sat it, what they answered, and what it earned."""

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    column,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access.scope import FlowsDown, FlowsUp, Named, PartOf, Scope
from lms.db import Base, Code, Facts, Line, Moment, Name, Points
from lms.orgs.models import OrgUnit
from lms.papers.models import Paper
from lms.scoring.totals import plain

OPEN = column("submitted_at").is_(None)


class Assessment(FlowsDown, Base):
    """A paper set for a list of candidates, in a window of time.

    Beside those below its unit, its candidates see it wherever they went, and the named officers.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", "in_order"),
        CheckConstraint("minutes > 0 and attempts > 0", "positive"),
        CheckConstraint("pass_mark between 1 and 100", "pass_mark"),
    )

    title: Mapped[Name]
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    questions: Mapped[int]  # how many the paper has: who sets it never sees them
    points: Mapped[Points]
    opens_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    minutes: Mapped[int]
    attempts: Mapped[int]  # how often one may sit; the best counts
    pass_mark: Mapped[int]  # of 100
    shuffled: Mapped[bool]
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


class NamedOfficer(PartOf, Base):
    """An officer named for an assessment: sees its attempts and marks."""

    __tablename__ = "named_officer"
    __table_args__ = (UniqueConstraint("assessment_id", "person_id"),)
    whole_table = Assessment
    whole_key = "assessment_id"

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
    turn: Mapped[int] = mapped_column(default=0)  # the last turn that was given out

    assessment: Mapped[Assessment] = relationship()
    paper: Mapped[Paper] = relationship()
    openings: Mapped[list["Opening"]] = relationship(order_by="Opening.turn")
    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.turn, Answer.sequence")
    marks: Mapped[list["Mark"]] = relationship(order_by="Mark.id")


class Opening(PartOf, Base):
    """An attempt opened on a device: it takes the next turn, and ends that of the one before."""

    __tablename__ = "opening"
    __table_args__ = (UniqueConstraint("attempt_id", "turn"),)
    whole_table = Attempt
    whole_key = "attempt_id"
    own_may_add = True

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    turn: Mapped[int]
    device: Mapped[Code]  # a word that the browser made up and keeps
    opened_at: Mapped[Moment]


class PartOfAttempt(PartOf):
    """Something at one slot of an attempt; seen by whoever sees the attempt."""

    whole_table = Attempt
    whole_key = "attempt_id"

    slot: Mapped[int]


class Answer(PartOfAttempt, Base):
    """One saved answer. Rows are only added; for a slot the highest (turn, sequence) counts.

    Added by saving.py alone. Whether it counts is decided as it arrives, while the attempt cannot
    be submitted under it: in time, and not chosen on a device that had handed over.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("attempt_id", "turn", "sequence"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    turn: Mapped[int]
    sequence: Mapped[int]
    content: Mapped[Any] = mapped_column(JSON)  # letters of the file, or the texts of blanks
    said_at: Mapped[Moment]  # the server's time at the page's last contact + the page's own since
    saved_at: Mapped[Moment]
    counts: Mapped[bool]


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
    """What an attempt earned, frozen when it was published."""

    __tablename__ = "result"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), unique=True)
    earned: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    points: Mapped[Points]
    passed: Mapped[bool]
    level: Mapped[Name]
    abilities: Mapped[Facts]  # code → [right, asked]
    published_at: Mapped[Moment]

    @property
    def score(self) -> str:
        """What was earned, as people write it."""
        return plain(self.earned)


class Verdict(FlowsUp, Base):
    """合格 or 未合格, and nothing more: this is what flows up."""

    __tablename__ = "verdict"
    __table_args__ = (
        # all that a completion table asks of it
        Index("ix_verdict_best", "assessment_id", "person_id", "sat_at", "passed"),
    )

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), unique=True)
    passed: Mapped[bool]
    sat_at: Mapped[Moment]  # the moment from which it holds
    recorded_at: Mapped[Moment]
