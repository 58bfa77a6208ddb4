"""调班 and 补训: a person goes on in another class, and the rule of the village is asked again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.callups import gathering, queries
from lms.callups.gathering import Busy
from lms.callups.rules import overlap
from lms.classes import listing
from lms.classes.models import ClassMember, TrainingClass
from lms.classes.queries import persons_by_class
from lms.classes.rules import Came
from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.people.queries import names

OF_CLASSES = {"counted": ClassMember}


@dataclass(frozen=True)
class Choice:
    """A class that somebody could go to. others: who of the village is away then, and where."""

    training_class: TrainingClass
    seated: int
    others: tuple[tuple[str, Busy], ...]
    elsewhere: tuple[Busy, ...]

    @property
    def full(self) -> bool:
        return self.seated >= self.training_class.capacity


def choices(person_id: int, programme_id: int, but: int | None, day: date) -> list[Choice]:
    """The classes of a programme that have not ended, with what speaks against each."""
    query = select(TrainingClass).where(
        TrainingClass.programme_id == programme_id,
        TrainingClass.closed_at.is_(None),
        TrainingClass.to_on >= day,
        TrainingClass.id != (but or 0),
    )
    rows = db.session.scalars(query.order_by(TrainingClass.from_on, TrainingClass.id)).all()
    seated = persons_by_class([one.id for one in rows])
    away = _away(person_id, day)
    own = gathering.busy_of([person_id], day).get(person_id, [])
    own = [one for one in own if one.class_id != but]
    return [_choice(one, seated.get(one.id, 0), away, own) for one in rows]


def _away(person_id: int, day: date) -> list[tuple[str, Busy]]:
    """Who of the village must not be away together with a person, and when they are."""
    others = gathering.others_of(person_id, day)
    called = names(others)
    busy = gathering.busy_of(others, day)
    return [(called[other], one) for other, held in busy.items() for one in held]


def _choice(
    one: TrainingClass, seated: int, away: Sequence[tuple[str, Busy]], own: Sequence[Busy]
) -> Choice:
    days = (one.from_on, one.to_on)
    return Choice(
        one,
        seated,
        tuple((name, busy) for name, busy in away if overlap(busy.days, days)),
        tuple(busy for busy in own if overlap(busy.days, days) and busy.class_id != one.id),
    )


def makes_up(member: ClassMember, day: date) -> bool:
    """补训, not 调班: the class has ended, or the person was taken out of it."""
    found = member.whole_class
    return bool(member.to_at or found.closed_at or found.to_on < day)


def move(
    member: ClassMember, to: TrainingClass, why: str, although: bool, now: datetime, by: int
) -> ClassMember:
    """The person goes on in another class; a written reason may stand against the rule in 补训."""
    day = day_of(now)
    making_up = makes_up(member, day)
    _refuse_together(member.person_id, to, day, making_up, although)
    came_as = Came.MAKING_UP if making_up else Came.MOVED
    return listing.move(member, to, came_as, _reason(why), now, by)


def seat(
    cohort_id: int,
    person_id: int,
    to: TrainingClass,
    why: str,
    although: bool,
    now: datetime,
    by: int,
) -> None:
    """Somebody of a list who is in none of its classes comes into one (补训)."""
    org_id = queries.units_on_list(cohort_id, [person_id]).get(person_id)
    if org_id is None or queries.in_a_class(cohort_id, [person_id]):
        raise Conflict("此人已不在名单上，或已编入班级，请刷新页面。")
    _refuse_together(person_id, to, day_of(now), True, although)
    listing.put_in(to, [(person_id, org_id)], Came.MAKING_UP, now, by, _reason(why))


def _reason(why: str) -> str:
    if not why.strip():
        raise Invalid("请写明原因。")
    return why.strip()


def _refuse_together(
    person_id: int, to: TrainingClass, day: date, making_up: bool, although: bool
) -> None:
    away = _choice(to, 0, _away(person_id, day), ()).others
    if away and not (making_up and although):
        name, busy = away[0]
        raise Conflict(
            "同村的{name}这几天在“{title}”，两人不能同时离村。请换一个班，"
            "或先给{name}调班；补训确需同期的，可勾选并写明原因。",
            name=name,
            title=busy.title,
        )


def history(person_id: int, programme_id: int) -> Sequence[ClassMember]:
    """Every class of a programme that a person was put into, in order."""
    query = (
        select(ClassMember)
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .where(ClassMember.person_id == person_id, TrainingClass.programme_id == programme_id)
        .options(joinedload(ClassMember.whole_class))
    )
    return db.session.scalars(query.order_by(ClassMember.id), execution_options=OF_CLASSES).all()
