"""What officers ask of one another: numbers of many at once, 缓考; decided, and waiting."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta

from sqlalchemy import select

from lms.access.permissions import Role
from lms.db import db, find
from lms.demonstration.accounts import COUNTY, TOWNSHIP
from lms.demonstration.city import City, at
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY
from lms.exams import deferring
from lms.exams.models import Assessment, Candidate
from lms.exams.terms import DeferReason
from lms.orgs.models import OrgUnit
from lms.orgs.queries import subtrees
from lms.people.models import Person
from lms.people.rules import Assignment, Me
from lms.reports import unmasking
from lms.reports.purposes import Numbers, Purpose
from lms.training.models import Cohort
from lms.web import transaction
from lms.words import N_

Officers = Mapping[tuple[Role, str], int]
POSTED = N_("{unit}在职人员")
PHONES = N_("测评临近，需逐人电话通知")
IDS = N_("冬季轮训住宿登记，由党校统一办理")
ILL, BUSY = N_("住院手术，附医院证明"), N_("防汛值守，走不开")
DEFERRED = ((DeferReason.ILL, ILL), (DeferReason.WORK, BUSY))  # the first is approved, one waits


def leave_requests(city: City, offices: Sequence[Office], main: Cohort) -> None:
    """The township waits for the county's word, the county has the city's; two shall sit later."""
    by = {(office.role, office.unit): office.person.id for office in offices}
    township = _me(city, by, Role.TOWNSHIP_OFFICER, TOWNSHIP)
    county = _me(city, by, Role.COUNTY_OFFICER, COUNTY)
    _numbers(city, township, unmasking.Why(Numbers.PHONES, Purpose.CALLING, PHONES), 20)
    asked = _numbers(city, county, unmasking.Why(Numbers.IDS, Purpose.LODGING, IDS), 3)
    above = _me(city, by, Role.CITY_OFFICER, CITY)
    unmasking.decide(asked, True, "", above, city.now - timedelta(hours=2))
    for part in main.assessments:
        _defer(city, part.assessment, county.id, above.id)
    transaction.finish()
    city.say(N_("号码申请和缓考"))


def _me(city: City, by: Officers, role: Role, code: str) -> Me:
    person, unit = find(Person, by[role, code]), find(OrgUnit, city.units[code])
    held = (Assignment(role, unit.id, unit.path, unit.name),)
    return Me(person.id, person.name, unit.id, held)


def _numbers(city: City, me: Me, why: unmasking.Why, hours: int) -> unmasking.NumbersAsked:
    """Of all who are posted under a unit."""
    unit = find(OrgUnit, me.assignments[0].org_id)
    many = len(unmasking.posted(unit, city.today))
    title = POSTED.format(unit=unit.name)
    wanted = unmasking.Wanted(title, {"unit": str(unit.id), "post": ""}, many)
    return unmasking.ask(wanted, why, unit.id, me, city.now - timedelta(hours=hours))


def _defer(city: City, assessment: Assessment, asker: int, decider: int) -> None:
    """Two of the county who have not begun, but none of the township where visitors are."""
    county, visited = (
        subtrees([find(OrgUnit, city.units[code]).path]) for code in (COUNTY, TOWNSHIP)
    )
    query = (
        select(Candidate.id)
        .where(Candidate.assessment_id == assessment.id, Candidate.attempts_begun == 0)
        .where(Candidate.org_id.in_(county), Candidate.org_id.not_in(visited))
        .order_by(Candidate.id)
        .limit(len(DEFERRED))
    )
    asked = city.now - timedelta(days=4)
    for candidate_id, (reason, note) in zip(db.session.scalars(query), DEFERRED, strict=False):
        wanted = deferring.Wanted(reason, note, city.today - timedelta(days=5))
        made = deferring.ask(assessment, candidate_id, wanted, asked, asker)
        if reason is DeferReason.ILL:
            first, last = (city.today + timedelta(days=days) for days in (30, 37))
            hours = at(first, time(8)), at(last, time(18))
            deferring.approve(made, *hours, asked + timedelta(days=1), decider, seen=None)
