"""缓训 that a person asks for on the phone, and what became of it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid, NotFound
from lms.training import relieving
from lms.training.models import Cohort, Enrolment, Relief
from lms.training.relieving import Wanted

OF_MY_LIST = {"counted": Enrolment}
WITHDRAWN = "本人撤回"  # data: as an officer would write it


def own_lists(person_id: int, day: date) -> Sequence[Enrolment]:
    """The lists on which a person stands and that have not closed, what closes first first."""
    query = (
        select(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.person_id == person_id, Enrolment.to_on.is_(None))
        .where(Cohort.closes_on >= day)
        .order_by(Cohort.closes_on, Enrolment.id)
        .options(joinedload(Enrolment.cohort).joinedload(Cohort.programme))
    )
    return db.session.scalars(query, execution_options=OF_MY_LIST).all()


def own(person_id: int) -> Sequence[Relief]:
    """免训 and 缓训 of a person, by whomever they were asked for, the last first."""
    query = select(Relief).where(Relief.person_id == person_id).order_by(Relief.id.desc())
    parts = (joinedload(Relief.cohort), selectinload(Relief.steps))
    return db.session.scalars(query.options(*parts)).all()


def own_list(person_id: int, cohort_id: int, day: date) -> Enrolment:
    """This person's place on a list that has not closed."""
    for one in own_lists(person_id, day):
        if one.cohort_id == cohort_id:
            return one
    raise NotFound("没有找到这个班次，或您已不在名单上。")


def ask(place: Enrolment, wanted: Wanted, now: datetime) -> Relief:
    """The person asks not to come yet; it waits for the township's officer, then for the county."""
    if wanted.to_on <= day_of(now):
        raise Invalid("这些日子已经过去，请改正日期；已缺的课请与班主任联系。")
    return relieving.ask([place], wanted, now, place.person_id)[0]


def withdraw(one: Relief, person_id: int, now: datetime) -> None:
    """Who asked wants it no more; only as long as nobody has passed it on or answered."""
    if one.person_id != person_id:
        raise NotFound("没有找到，或不在您的权限范围内。")
    if not relieving.waits_below(one):
        raise Conflict("这份申请已经有人办理，请联系单位的培训管理员。")
    relieving.take_back(one, one.from_on, WITHDRAWN, now, person_id)
