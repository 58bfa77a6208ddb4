"""教学评价: five questions, answered once and by nobody in particular.

An answer adds one to a count for each question; who has answered is kept apart, without a time.
Nothing tells which count somebody added to. What was said is shown when no answer comes any more:
who looks after five answers and again after six would know the sixth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from lms.classes.models import (
    ClassMember,
    ClassSession,
    Evaluated,
    EvaluationCount,
    TrainingClass,
)
from lms.clock import day_of, start_of
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.training.models import Teacher
from lms.words import N_

FEWEST = 5  # answers from which on anything is shown
OPEN_FOR = timedelta(days=7)  # after the last day of a class
QUESTIONS: dict[int, str] = {
    1: N_("教学安排和组织"),
    2: N_("教师授课"),
    3: N_("内容切合实际工作"),
    4: N_("学习收获"),
    5: N_("总体评价"),
}
SCORES: dict[int, str] = {
    5: N_("很满意"),
    4: N_("满意"),
    3: N_("一般"),
    2: N_("不太满意"),
    1: N_("不满意"),
}
OVERALL, TEACHING = 5, 2
SATISFIED = 4  # this score and above


@dataclass(frozen=True)
class Opinion:
    """What was said to one question. satisfied: how many gave four or five."""

    answers: int
    satisfied: int
    total: int

    @property
    def mean(self) -> Decimal:
        return (Decimal(self.total) / self.answers).quantize(Decimal("0.01"))


def opinion(counts: Mapping[int, int]) -> Opinion:
    """counts: score → how many gave it."""
    return Opinion(
        answers=sum(counts.values()),
        satisfied=sum(n for score, n in counts.items() if score >= SATISFIED),
        total=sum(score * n for score, n in counts.items()),
    )


def summed(many: Sequence[Opinion]) -> Opinion | None:
    """Several classes together, of those alone that are shown; none where there is none."""
    shown = [one for one in many if one.answers >= FEWEST]
    if not shown:
        return None
    return Opinion(
        sum(one.answers for one in shown),
        sum(one.satisfied for one in shown),
        sum(one.total for one in shown),
    )


# ── answering ───────────────────────────────────────────────────────────────────────────────────


def opens_at(ends: Sequence[datetime], to_on: date) -> datetime:
    """When the teaching is over: after the last lesson, and never before the last day begins.

    ends: when the lessons end. Without a timetable the last day has to be over.
    """
    return max([*ends, start_of(to_on)]) if ends else start_of(to_on + timedelta(days=1))


def is_over(found: TrainingClass, day: date) -> bool:
    """Whether no answer comes any more; from then on what was said is shown."""
    return day > found.to_on + OPEN_FOR


def is_open(found: TrainingClass, now: datetime) -> bool:
    """From the end of the last lesson on, until a week after the last day."""
    if found.opened_at is None or is_over(found, day_of(now)):
        return False
    ends = [one.ends_at for one in found.sessions if one.cancelled_at is None]
    return opens_at(ends, found.to_on) <= now


def closed() -> Conflict:
    """When one answers: said to who comes too early or too late."""
    return Conflict(
        "教学评价在最后一节课结束后开放，到培训结束后 {days} 天为止，现在不能评价。",
        days=OPEN_FOR.days,
    )


def refuse_again(found: TrainingClass, to_on: date, day: date) -> None:
    """What was shown is not asked anew: who compares both knows who answered in between."""
    if to_on > found.to_on and is_over(found, day) and answered(found.id) >= FEWEST:
        raise Invalid(
            "这个班的教学评价已经截止并显示，结束日期不能再往后改。还要上课的，请另开一个班。"
        )


def has_answered(member_id: int) -> bool:
    """Whether a member has answered."""
    query = select(Evaluated.id).where(Evaluated.member_id == member_id)
    return db.session.scalar(query) is not None


def answer(member: ClassMember, scores: Mapping[int, int], now: datetime) -> None:
    """One answer to all five questions, once a member; whose it is, is not kept."""
    found = member.whole_class
    if not is_open(found, now):
        raise closed()
    if has_answered(member.id):
        raise Conflict("您已经评价过，谢谢。")
    if set(scores) != set(QUESTIONS) or not set(scores.values()) <= set(SCORES):
        raise Invalid("五个问题都要选。")
    db.session.add(Evaluated(member_id=member.id))
    db.session.flush()
    for question, score in sorted(scores.items()):
        one = update(EvaluationCount).where(
            EvaluationCount.class_id == found.id,
            EvaluationCount.question == question,
            EvaluationCount.score == score,
        )
        more = one.values(answers=EvaluationCount.answers + 1)
        done = db.session.execute(more.execution_options(synchronize_session=False))
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict("这个班没有开放教学评价，请告诉班主任。")


# ── what was said ───────────────────────────────────────────────────────────────────────────────


def opinions(class_ids: Sequence[int], day: date) -> dict[int, dict[int, Opinion]]:
    """Class → question → what was said, of classes with enough answers that were over by a day."""
    query = (
        select(EvaluationCount)
        .join(TrainingClass, TrainingClass.id == EvaluationCount.class_id)
        .where(EvaluationCount.class_id.in_(class_ids), TrainingClass.to_on < day - OPEN_FOR)
    )
    counts: dict[int, dict[int, dict[int, int]]] = {}
    for one in db.session.scalars(query):
        counts.setdefault(one.class_id, {}).setdefault(one.question, {})[one.score] = one.answers
    found = {
        key: {question: opinion(said) for question, said in sorted(asked.items())}
        for key, asked in counts.items()
    }
    return {key: said for key, said in found.items() if said[OVERALL].answers >= FEWEST}


def answered(class_id: int) -> int:
    """How many have answered."""
    query = select(EvaluationCount.answers).where(
        EvaluationCount.class_id == class_id, EvaluationCount.question == OVERALL
    )
    return sum(db.session.scalars(query))


def by_teacher(class_ids: Sequence[int], day: date) -> list[tuple[str, int, Opinion]]:
    """Name, number of classes, what was said of teaching in the classes where each taught."""
    query = (
        select(Teacher.id, Teacher.name, ClassSession.class_id)
        .join(ClassSession, ClassSession.teacher_id == Teacher.id)
        .where(ClassSession.class_id.in_(class_ids), ClassSession.cancelled_at.is_(None))
        .distinct()
        .order_by(Teacher.name, Teacher.id)
    )
    rows = db.session.execute(query, execution_options={"counted": ClassSession})
    said = opinions(class_ids, day)
    taught: dict[tuple[str, int], list[Opinion]] = {}
    for teacher_id, name, class_id in rows:
        if class_id in said:
            taught.setdefault((name, teacher_id), []).append(said[class_id][TEACHING])
    found = [(name, len(some), summed(some)) for (name, _), some in taught.items()]
    return [(name, n, one) for name, n, one in found if one is not None]
