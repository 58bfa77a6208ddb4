"""What happened to the list of the 万人计划 since it was fixed: who came and went, 免训, 缓训."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lms.access.permissions import Role
from lms.db import db, look_anew
from lms.demonstration.accounts import COUNTY, TOWNSHIP, visitors
from lms.demonstration.city import City, at
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY
from lms.orgs.labels import label_unit
from lms.orgs.models import OrgUnit
from lms.people.facts import PersonFacts
from lms.people.models import Person, Posting
from lms.people.rules import Post
from lms.people.services import add_person, end_posting, post_person
from lms.training import confirming, following, lists, relieving, requesting, teaching
from lms.training.completion import completion
from lms.training.models import Cohort, Enrolment
from lms.training.relieving import Wanted
from lms.training.rules import Coming, ReliefKind, ReliefReason
from lms.training.teaching import Known as Teaches
from lms.web import transaction
from lms.words import N_

NEIGHBOUR = "140827100"  # 新城镇
WEAK = N_("软弱涣散村")
CALLED_UP, RESIGNED = N_("调到镇里工作"), N_("本人辞职")
NEW = ("畅新民", "樊志高", "仪建业")  # 演示数据，人名虚构
TEACHERS = (
    Teaches("高明德", N_("市委党校（演示）"), N_("教授"), (N_("基层治理"), N_("党章党规"))),
    Teaches("裴文静", N_("市委党校（演示）"), N_("副教授"), (N_("公文写作"), N_("信访工作"))),
    Teaches("卫长河", N_("市应急管理局（演示）"), N_("高级工程师"), (N_("防汛抢险"),)),
    Teaches("柴玉梅", N_("某律师事务所（演示）"), N_("律师"), (N_("村民自治"), N_("土地承包"))),
)


def leave_changes(city: City, offices: list[Office], main: Cohort) -> None:
    """Two newcomers and three leavers stand in the table; two more changes wait for a word."""
    by = {(office.role, office.unit): office.person.id for office in offices}
    county = by[Role.COUNTY_OFFICER, COUNTY]
    early, late = city.today - timedelta(days=20), city.today - timedelta(days=2)
    _join(city, NEW[:2], early)
    first, second, third, fourth = _leavers(city, main)[:4]
    _leave(first, early, CALLED_UP, to=_unit(city.units[NEIGHBOUR]))
    for one in (second, third):
        _leave(one, city.today - timedelta(days=6), RESIGNED)
    _follow(city, main, by[Role.CITY_OFFICER, CITY])
    _join(city, NEW[2:], late)
    _leave(fourth, late, RESIGNED)
    _relieve(city, main, county, by[Role.TOWNSHIP_OFFICER, TOWNSHIP])
    _confirm(city, offices, main)
    _label(city, county)
    for teacher in TEACHERS:
        teaching.add_teacher(city.id, teacher, city.began, by[Role.CITY_OFFICER, CITY])
    transaction.finish()
    city.say(N_("名单变动"))


def _join(city: City, names: Sequence[str], on: date) -> None:
    """New on the committees of the township's villages, and in the roster."""
    villages = [code for code in sorted(city.units) if code[:9] == TOWNSHIP != code]
    moment = at(on, time(10))
    for name, code in zip(names, villages[2:], strict=False):
        unit = _unit(city.units[code])
        person = add_person(PersonFacts(name, sex="男"), unit, moment, city.house.secrets)
        post_person(person, unit, Post.VPM, on, moment)


def _leavers(city: City, main: Cohort) -> list[Enrolment]:
    """Members of the county's other townships who have completed, and hold one post."""
    inside, outside = (_unit(city.units[code]).path for code in (COUNTY, TOWNSHIP))
    row = completion(city.today - timedelta(days=7), main.id).subquery()
    query = (
        select(Enrolment)
        .join(row, row.c.enrolment_id == Enrolment.id)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_id)
        .where(OrgUnit.path.startswith(inside), ~OrgUnit.path.startswith(outside))
        .where(row.c.completed == 1)
        .order_by(Enrolment.id)
        .options(selectinload(Enrolment.posts))
    )
    kept = {known.id for known in visitors(city)}
    return [
        one
        for one in db.session.scalars(query)
        if len(one.posts) == 1 and one.posts[0].post is Post.VCM and one.person_id not in kept
    ]


def _leave(one: Enrolment, on: date, why: str, to: OrgUnit | None = None) -> None:
    mine = select(Posting).where(Posting.person_id == one.person_id, Posting.to_on.is_(None))
    moment = at(on, time(9))
    for posting in db.session.scalars(mine).all():
        end_posting(posting, on, why, moment)
    if to is not None:
        post_person(_person(one.person_id), to, Post.STAFF, on, moment)


def _follow(city: City, main: Cohort, officer: int) -> None:
    """The city's officer confirmed what the roster offered, five days ago."""
    look_anew()
    moment = at(city.today - timedelta(days=5), time(9, 30))
    for _ in following.follow({"cohort_id": main.id, "by": officer}, {}, moment):
        transaction.finish()


def _relieve(city: City, main: Cohort, county: int, township: int) -> None:
    """One exemption and one deferral of the township hold; one of each waits for the county.

    A deferral that somebody asked for on the phone waits for the township.
    """
    path = _unit(city.units[TOWNSHIP]).path
    kept = {known.id for known in visitors(city)}
    query = (
        select(Enrolment)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_id)
        .where(Enrolment.cohort_id == main.id, Enrolment.to_on.is_(None))
        .where(Enrolment.came_by == Coming.INITIAL)
        .where(OrgUnit.path.startswith(path), Enrolment.person_id.not_in(kept))
        .order_by(Enrolment.id.desc())
    )
    *four, fifth = db.session.scalars(query.limit(5)).all()
    asked = (
        (ReliefKind.EXEMPT, ReliefReason.ILL, 12, 40),
        (ReliefKind.DEFERRED, ReliefReason.WORK, 8, 20),
        (ReliefKind.EXEMPT, ReliefReason.OLD_AND_WEAK, -1, 60),
        (ReliefKind.DEFERRED, ReliefReason.FAMILY, -1, 15),
    )
    for enrolment, (kind, reason, ago, days) in zip(four, asked, strict=True):
        from_on = city.today - timedelta(days=ago)
        wanted = Wanted(kind, reason, from_on, from_on + timedelta(days=days))
        moment = at(city.today - timedelta(days=max(ago, 1)), time(15))
        made = relieving.ask([enrolment], wanted, moment, township)
        if ago > 0:
            relieving.approve(made, True, moment + timedelta(hours=1), county)
    span = city.today + timedelta(days=2), city.today + timedelta(days=7)
    wanted = Wanted(ReliefKind.DEFERRED, ReliefReason.WORK, *span)
    requesting.ask(fifth, wanted, at(city.today - timedelta(days=1), time(20)))


def _confirm(city: City, offices: Sequence[Office], main: Cohort) -> None:
    """Most heads have stood for their lists; the one whom a visitor plays has not."""
    for number, office in enumerate(one for one in offices if one.role is Role.HEAD):
        org = _unit(city.units[office.unit])
        listed = lists.count(main.id, org.path).persons
        if office.unit != TOWNSHIP and number % 4 and listed:
            moment = city.began + timedelta(days=2, minutes=number)
            confirming.confirm_list(main, org.id, org.path, office.person.id, moment)


def _label(city: City, county: int) -> None:
    villages = [code for code in sorted(city.units) if code.startswith(COUNTY) and len(code) == 12]
    for code in villages[5:200:60]:
        org = _unit(city.units[code])
        label_unit(org, WEAK, city.today - timedelta(days=200), city.began, county)


def _unit(org_id: int) -> OrgUnit:
    return db.session.get_one(OrgUnit, org_id)


def _person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)
