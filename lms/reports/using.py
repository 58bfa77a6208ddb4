"""A question's use: in which papers, when last, how often, and how it did. No person appears."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Float, Select, and_, cast, func, select
from sqlalchemy.orm import aliased

from lms.bank.models import Question, QuestionVersion
from lms.db import db
from lms.exams.models import Assessment, Attempt, Mark, Result
from lms.papers.models import Paper, PaperSlot
from lms.psychometrics.items import (
    Ease,
    Sharpness,
    Sums,
    discrimination,
    ease,
    share,
    sharpness,
)
from lms.words import N_

EASE_NAMES: dict[Ease, str] = {
    Ease.HARD: N_("偏难"),
    Ease.FITTING: N_("难度适中"),
    Ease.EASY: N_("偏易，几乎人人答对"),
}
SHARPNESS_NAMES: dict[Sharpness, str] = {
    Sharpness.GOOD: N_("区分度良好"),
    Sharpness.FAIR: N_("区分度尚可"),
    Sharpness.LOW: N_("区分度偏低，建议检查题干和干扰项"),
    Sharpness.NEGATIVE: N_("成绩好的人反而更容易答错，请先核对答案"),
}


@dataclass(frozen=True)
class Did:
    """How one version did. share and correlation: none where too few answered."""

    number: int
    answered: int
    last_at: datetime
    share: float | None
    correlation: float | None

    @property
    def ease(self) -> str | None:
        return None if self.share is None else EASE_NAMES[ease(self.share)]

    @property
    def sharp(self) -> Sharpness | None:
        return None if self.correlation is None else sharpness(self.correlation)

    @property
    def sharpness(self) -> str | None:
        return SHARPNESS_NAMES[self.sharp] if self.sharp else None


def did(question_id: int) -> list[Did]:
    """How each version did that was answered and marked, the newest first.

    The first attempt of each person counts. Who answered is summed up by the database: the scope
    lies on the question, and nothing of anybody comes out.
    """
    mark, later = Mark, aliased(Mark)
    x = cast(mark.share, Float) / mark.share_of
    rest = cast(Result.points - PaperSlot.points, Float)
    y = (cast(Result.earned, Float) - x * cast(mark.points, Float)) / rest
    query: Select = (
        select(
            QuestionVersion.number,
            func.count(),
            func.max(Attempt.submitted_at),
            *(func.sum(one) for one in (x, y, x * x, y * y, x * y)),
        )
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(PaperSlot, PaperSlot.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.paper_id == PaperSlot.paper_id)
        .join(Result, and_(Result.attempt_id == Attempt.id, Result.replaced_at.is_(None)))
        .join(mark, (mark.attempt_id == Attempt.id) & (mark.slot == PaperSlot.number))
        .where(
            Question.id == question_id,
            Attempt.number == 1,
            Result.points > PaperSlot.points,
            ~select(later.id)
            .where(later.attempt_id == mark.attempt_id, later.slot == mark.slot, later.id > mark.id)
            .exists(),
        )
        .group_by(QuestionVersion.number)
        .order_by(QuestionVersion.number.desc())
    )
    rows = db.session.execute(query, execution_options={"counted": Question})
    return [_did(*row) for row in rows]


def _did(
    number: int,
    answered: int,
    last_at: datetime,
    x: float,
    y: float,
    xx: float,
    yy: float,
    xy: float,
) -> Did:
    sums = Sums(answered, x, y, xx, yy, xy)
    return Did(number, answered, last_at, share(sums), discrimination(sums))


@dataclass(frozen=True)
class Stood:
    """A paper in sight that asks a version, and the assessments held with it."""

    paper: Paper
    number: int  # of the version
    assessments: int
    last_at: datetime | None


def stood(question_id: int) -> Sequence[Stood]:
    """The papers in sight that ask the question, the newest first."""
    held = (
        select(
            Assessment.paper_id,
            func.count().label("many"),
            func.max(Assessment.opens_at).label("last"),
        )
        .group_by(Assessment.paper_id)
        .subquery()
    )
    query = (
        select(Paper, QuestionVersion.number, func.coalesce(held.c.many, 0), held.c.last)
        .join(PaperSlot, PaperSlot.paper_id == Paper.id)
        .join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
        .outerjoin(held, held.c.paper_id == Paper.id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(Paper.id.desc())
        .distinct()
    )
    rows = db.session.execute(query, execution_options={"counted": Paper})
    return [Stood(*row) for row in rows]
