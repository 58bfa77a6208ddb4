"""Asking those who have not done it: one text for the group, and whom to call, one at a time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from lms.audit.services import record
from lms.classes.models import ClassMember
from lms.classes.queries import one as class_of
from lms.clock import day_of
from lms.db import db, find
from lms.exams.models import Assessment
from lms.orgs.models import OrgUnit
from lms.orgs.queries import line, under
from lms.orgs.rules import TOWNSHIP_LEVEL, VILLAGE_LEVEL
from lms.people.models import Person
from lms.people.numbers import read_seals
from lms.people.queries import one as person_of
from lms.today.reminders import Thing, open_for
from lms.today.steps import Open
from lms.training.models import Cohort
from lms.words import N_

MOST_NAMED = 300  # persons on one page
# Said to a group of cadres, so always in Chinese; no name stands in it.
FOR_THE_GROUP = {
    "cohort_id": N_("【{title}】请在{month}月{day}日前完成。"),
    "assessment_id": N_("【{title}】请在{month}月{day}日前参加测评。"),
    "class_id": N_("【{title}】{month}月{day}日开班，请按时参加。"),
}
STILL_OPEN = N_("还没有完成的：{units}，共 {n} 人。")
MEANT = N_("参加的人：{units}，共 {n} 人。")
EACH = N_("{unit} {n} 人")
NOBODY = N_("大家都完成了，谢谢。")
OPEN_LINK = N_("点开链接登录，首页就是要办的事：")


def cohort(cohort_id: int) -> Thing:
    found = find(Cohort, cohort_id)
    title = f"{found.programme.title} {found.title}"
    return Thing("cohort_id", found.id, found.org_id, title, found.closes_on)


def assessment(assessment_id: int) -> Thing:
    found = find(Assessment, assessment_id)
    return Thing("assessment_id", found.id, found.org_id, found.title, day_of(found.closes_at))


def training_class(class_id: int) -> Thing:
    found = class_of(class_id)
    return Thing("class_id", found.id, found.org_id, found.title, found.from_on)


def people(thing: Thing, day: date) -> list[Open]:
    """Who has not done it; of a class, who is in it."""
    if thing.key != "class_id":
        return open_for(thing, day)
    query = (
        select(ClassMember.person_id, Person.name, ClassMember.org_id, OrgUnit.name, OrgUnit.path)
        .join(Person, Person.id == ClassMember.person_id)
        .join(OrgUnit, OrgUnit.id == ClassMember.org_id)
        .where(ClassMember.class_id == thing.id, ClassMember.to_at.is_(None))
        .order_by(OrgUnit.path, Person.pinyin, Person.id)
    )
    rows = db.session.execute(query, execution_options={"counted": ClassMember})
    return [Open(*row) for row in rows]


@dataclass(frozen=True)
class Asked:
    """Who has not done it under a unit: counted by the units right below, and named where few."""

    unit: OrgUnit
    line: list[OrgUnit]
    units: list[tuple[OrgUnit, int]]
    own: int  # of the unit itself
    people: list[Open]

    @property
    def total(self) -> int:
        return sum(many for _unit, many in self.units) + self.own

    @property
    def named(self) -> bool:
        """Whether the names stand on the page: of a township and what lies below it."""
        low = self.unit.kind in TOWNSHIP_LEVEL | VILLAGE_LEVEL or not self.units
        return low and len(self.people) <= MOST_NAMED


def under_unit(found: Sequence[Open], unit: OrgUnit) -> Asked:
    """Those of the people who are in or under a unit."""
    mine = [who for who in found if who.path.startswith(unit.path)]
    below = Counter(_next(who.path, unit.path) for who in mine)
    own = below.pop(0, 0)
    children = select(OrgUnit).where(OrgUnit.id.in_(below), under(unit.path))
    ordered = db.session.scalars(children.order_by(OrgUnit.place, OrgUnit.code, OrgUnit.id))
    units = [(child, below[child.id]) for child in ordered]
    return Asked(unit, line(unit), units, own, mine)


def _next(path: str, top: str) -> int:
    """The unit right below a path in which another lies; 0 for the unit itself."""
    rest = path[len(top) :].strip("/")
    return int(rest.split("/")[0]) if rest else 0


def for_the_group(thing: Thing, asked: Asked, link: str) -> str:
    """The words to paste: what, until when, how many by unit, and where; nobody by name."""
    head = FOR_THE_GROUP[thing.key].format(
        title=thing.title, month=thing.closes_on.month, day=thing.closes_on.day
    )
    units = [(unit.name, many) for unit, many in asked.units]
    units += [(asked.unit.name, asked.own)] if asked.own else []
    said = "、".join(EACH.format(unit=name, n=many) for name, many in units)
    meant = MEANT if thing.key == "class_id" else STILL_OPEN
    body = meant.format(units=said, n=asked.total) if asked.total else NOBODY
    return f"{head}{body}\n{OPEN_LINK}\n{link}"


def phones(people: Sequence[Open], secret: str) -> dict[int, str | None]:
    """Person → the phone, masked; none where the roster has none."""
    ids = [who.person_id for who in people]
    query = select(Person.id, Person.phone_seal).where(Person.id.in_(ids))
    return {
        person_id: read_seals(None, seal, secret).phone
        for person_id, seal in db.session.execute(query)
    }


def call(person_id: int, secret: str, now: datetime) -> str | None:
    """The phone of one person, in full: that somebody looked is written down."""
    person = person_of(person_id)
    record("see phone", now, whom=person, org_id=person.org_id)
    return read_seals(None, person.phone_seal, secret, masked=False).phone
