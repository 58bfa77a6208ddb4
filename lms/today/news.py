"""What became of a person since the last look: moved, listed, answered. A line each, until seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import null as nothing

from lms.access import own
from lms.access.scope import Scoped
from lms.classes.models import ClassLeave, ClassMember, TrainingClass
from lms.classes.rules import Left
from lms.db import Utc, db
from lms.errors import Invalid
from lms.notices.models import Correction
from lms.today.models import NewsSeen
from lms.training.models import Cohort, Relief, ReliefStep

SHOWN_FOR = timedelta(days=30)  # unseen or not
MOST = 8
BEGINS = 24  # signs of what was said, by which it is known again
ME, SINCE = bindparam("me", type_=Integer), bindparam("since", type_=Utc)


class Kind(StrEnum):
    """What a line is about."""

    RELIEF = "relief"
    LEAVE = "leave"
    CAME = "came"
    LEFT = "left"
    CORRECTION = "correction"


@dataclass(frozen=True)
class News:
    """One thing that happened. word: what became of it; on: the day from which it holds."""

    kind: str
    word: str
    title: str
    at: datetime
    on: date | None
    why: str | None
    class_id: int | None


def _part(kind: Kind, word: Any, title: Any, at: Any, on: Any, why: Any, class_id: Any) -> Select:
    named = (literal(kind.value).label("kind"), word.label("word"), title.label("title"))
    return select(*named, at.label("at"), on.label("on"), why.label("why"), class_id.label("key"))


def _text(column: Any) -> Any:
    return type_coerce(column, String)


NO_DAY, NO_TEXT, NO_CLASS = cast(nothing(), Date), cast(nothing(), String), cast(nothing(), Integer)


def _reliefs() -> Select:
    """Answers to 免训 and 缓训, whoever asked. word: the kind, and what became of it."""
    word = _text(Relief.kind) + literal(" ") + _text(ReliefStep.state)
    part = _part(
        Kind.RELIEF,
        word,
        Cohort.title,
        ReliefStep.recorded_at,
        Relief.from_on,
        ReliefStep.why,
        NO_CLASS,
    )
    return (
        part.select_from(Relief)
        .join(ReliefStep, ReliefStep.relief_id == Relief.id)
        .join(Cohort, Cohort.id == Relief.cohort_id)
        .where(Relief.person_id == ME)
        .where(or_(ReliefStep.recorded_by.is_(None), ReliefStep.recorded_by != ME))
    )


def _leaves() -> Select:
    word = case((ClassLeave.granted.is_(True), literal("granted")), else_=literal("refused"))
    part = _part(
        Kind.LEAVE,
        word,
        TrainingClass.title,
        ClassLeave.decided_at,
        NO_DAY,
        ClassLeave.decided_why,
        TrainingClass.id,
    )
    return (
        part.select_from(ClassMember)
        .join(ClassLeave, ClassLeave.member_id == ClassMember.id)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(ClassMember.person_id == ME, ClassLeave.decided_at.is_not(None))
    )


def _of_class(kind: Kind, word: Any, at: Any) -> Select:
    part = _part(
        kind, _text(word), TrainingClass.title, at, TrainingClass.from_on, NO_TEXT, TrainingClass.id
    )
    return (
        part.select_from(ClassMember)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(ClassMember.person_id == ME)
    )


def _came() -> Select:
    """Classes that were opened and that one came into: told once both are so."""
    opened = TrainingClass.opened_at
    at = case((opened > ClassMember.from_at, opened), else_=ClassMember.from_at)
    here = and_(opened.is_not(None), TrainingClass.closed_at.is_(None))
    return _of_class(Kind.CAME, ClassMember.came_as, at).where(ClassMember.to_at.is_(None), here)


def _left() -> Select:
    """Classes that one is in no more; who went on in another reads that one's line."""
    part = _of_class(Kind.LEFT, ClassMember.left_as, ClassMember.to_at)
    return part.where(ClassMember.left_as != Left.MOVED, TrainingClass.opened_at.is_not(None))


def _corrections() -> Select:
    word = case((Correction.mended.is_(True), literal("mended")), else_=literal("answered"))
    said = func.substr(Correction.said, 1, BEGINS)
    part = _part(
        Kind.CORRECTION, word, said, Correction.answered_at, NO_DAY, Correction.answer, NO_CLASS
    )
    return part.where(Correction.person_id == ME, Correction.answered_at.is_not(None))


# The first page is opened more often than any other: its statement is built once.
PARTS = union_all(_reliefs(), _leaves(), _came(), _left(), _corrections()).subquery()
SEEN = select(func.max(NewsSeen.seen_at)).where(NewsSeen.person_id == ME).scalar_subquery()
NEWS = (
    select(PARTS)
    .where(PARTS.c.at > SINCE, or_(SEEN.is_(None), PARTS.c.at > SEEN))
    .order_by(PARTS.c.at.desc())
    .limit(MOST)
)


def news(person_id: int, now: datetime) -> Sequence[News]:
    """What the person has not seen yet of the last days, the latest first."""
    known = {"me": person_id, "since": now - SHOWN_FOR}
    return [News(*row) for row in own.execute(NEWS, person_id, known, Scoped)]


def see(person_id: int, until: str, now: datetime) -> None:
    """The person has seen what the page showed; what came meanwhile is shown again."""
    try:
        moment = datetime.fromisoformat(until)
    except ValueError as wrong:
        raise Invalid("页面已过期，请返回上一页，刷新后再提交。") from wrong
    if moment.tzinfo is None:
        raise Invalid("页面已过期，请返回上一页，刷新后再提交。")
    db.session.add(NewsSeen(person_id=person_id, seen_at=min(moment, now)))
    db.session.flush()
