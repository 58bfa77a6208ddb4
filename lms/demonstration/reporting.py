"""An incident in a class, read and decided; the class evaluated by three angles, by teacher."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta

from sqlalchemy import select

from lms.access.permissions import Role
from lms.classes import angles, evaluating
from lms.classes.models import TrainingClass
from lms.classes.rules import Angle
from lms.db import db, find
from lms.demonstration.accounts import COUNTY
from lms.demonstration.city import City, at
from lms.demonstration.classes import ENDED
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY
from lms.incidents import services
from lms.incidents.rules import Kind, State
from lms.orgs.models import OrgUnit
from lms.people.models import Person
from lms.people.rules import Assignment, Me
from lms.web import transaction
from lms.words import N_

TITLE = N_("培训班午餐后三名学员腹泻")
HAPPENED = N_("第二天午餐后约一小时，三名学员先后腹泻，无发热，能自行行走。其余学员没有不适。")
AT_ONCE = N_("已送镇卫生院就诊，食堂停餐留样，下午的课照常。")
FIRST, LAST = (
    N_("请食品安全部门取样检验，每天报告病情。"),
    N_("三人当晚好转；检验结果合格，恢复供餐。"),
)
SAID = {
    Angle.MANAGER: N_("学员发言踊跃，食堂要加强管理。"),
    Angle.ORGANISER: N_("课程贴近实际，住宿安排还要改进。"),
}


def leave_incidents(city: City, offices: Sequence[Office]) -> None:
    """The class manager of the first class reported it; county and city have dealt with it."""
    people = {(office.role, office.unit): office.person.id for office in offices}
    found = db.session.scalars(
        select(TrainingClass).where(TrainingClass.title == ENDED.title)
    ).one()
    manager = _me(city, people, Role.CLASS_MANAGER, COUNTY)
    county = _me(city, people, Role.COUNTY_OFFICER, COUNTY)
    above = _me(city, people, Role.CITY_OFFICER, CITY)
    _incident(found, manager, county, above)
    _evaluate(found, {Angle.MANAGER: manager, Angle.ORGANISER: above})
    transaction.finish()
    city.say(N_("重大事项和多角度评价"))


def _me(city: City, people: Mapping[tuple[Role, str], int], role: Role, code: str) -> Me:
    person, unit = find(Person, people[role, code]), find(OrgUnit, city.units[code])
    held = (Assignment(role, unit.id, unit.path, unit.name),)
    return Me(person.id, person.name, unit.id, held)


def _incident(found: TrainingClass, manager: Me, county: Me, above: Me) -> None:
    day = found.from_on + timedelta(days=1)
    said = services.Report(
        org_id=manager.org_id,
        kind=Kind.SAFETY,
        title=TITLE,
        happened=HAPPENED,
        at_once=AT_ONCE,
        happened_at=at(day, time(13, 20)),
        class_id=found.id,
        assessment_id=None,
    )
    made = services.report(said, manager, at(day, time(14)))
    services.decide(made, FIRST, State.HANDLING, county, at(day, time(14, 30)))
    services.read(made, above, at(day, time(15)))
    services.decide(made, LAST, State.CLOSED, county, at(day + timedelta(days=1), time(17)))


def _evaluate(found: TrainingClass, offices: Mapping[Angle, Me]) -> None:
    """What both offices say on the day after; what trainees said of teachers is with the class."""
    day = found.to_on + timedelta(days=1)
    teachers = {one.key: 4 + place % 2 for place, one in enumerate(angles.taught(found))}
    for place, (angle, me) in enumerate(offices.items()):
        scores = {question: 4 + (question + place) % 2 for question in evaluating.QUESTIONS}
        now = at(day, time(9 + place))
        angles.say(found, angle, scores, teachers, SAID[angle], me, now)
