"""A short training that has ended: certificates, one made anew; reminders; lists handed on."""

from datetime import date, time, timedelta
from decimal import Decimal

from lms.access.permissions import Role
from lms.certificates import queries as certificates
from lms.certificates.earning import of_cohort
from lms.certificates.issuing import issue_all
from lms.certificates.services import certify_hours, reissue
from lms.db import find
from lms.demonstration.accounts import COUNTY, TOWNSHIP
from lms.demonstration.city import City, at
from lms.demonstration.officers import Office
from lms.holidays.days import calendar
from lms.ledger.rules import Credit, HourKind
from lms.ledger.services import credit
from lms.orgs.models import OrgUnit
from lms.people.rules import Post
from lms.today import asking, reminders
from lms.today.channels import OnPage
from lms.today.steps import Step, own_day
from lms.training import enrolling, services
from lms.training.lists import people_on_list
from lms.training.models import Cohort
from lms.training.rules import Asked
from lms.web import transaction
from lms.words import N_

TITLE, ACTIVITY = N_("副书记“一天一课”短训"), N_("副书记短训（县委党校）")
RULE = N_("集中培训每天 8 学时")
HOURS = Decimal(8)
NOT_YET = 3  # of four one has not come yet
WHY = N_("单位名称更正")
STEPS = (Step.WEEK, Step.THREE, Step.ONE, Step.OVER, Step.TOWNSHIP)


def leave_certificates(city: City, offices: list[Office], main: Cohort) -> None:
    """Most have come and are certified; the others were reminded, and their township was told."""
    by = {(office.role, office.unit): office.person.id for office in offices}
    officer = by[Role.COUNTY_OFFICER, COUNTY]
    cohort = _ended(city, main, officer)
    came = _came(city, cohort)
    now = at(city.today - timedelta(days=2), time(10))
    for _ in issue_all(of_cohort(cohort), {"by": officer}, {}, now):
        transaction.finish()
    first = certificates.of_occasion("cohort_id", cohort.id, 1).rows[0]
    reissue(first, WHY, city.now - timedelta(days=1), officer, city.house)
    certify_hours(came[0][0], city.today.year, city.now - timedelta(hours=2), city.house.var)
    _remind(city, cohort)
    transaction.finish()


def _ended(city: City, main: Cohort, officer: int) -> Cohort:
    """A training of one township, whose list is full and whose last day is over."""
    town, began = find(OrgUnit, city.units[TOWNSHIP]), city.began + timedelta(days=1)
    cohort = services.open_cohort(
        main.programme,
        city.units[COUNTY],
        title=TITLE,
        opens_on=city.today - timedelta(days=30),
        closes_on=_last_day(city),
        required_hours=HOURS,
        course_ids=[],
        assessment_ids=[],
        now=began,
        by=officer,
    )
    rule = enrolling.add_rule(cohort, town, Asked((Post.VDS,), None), began, officer)
    for _ in enrolling.enrol({"rule_id": rule.id, "by": officer}, {}, began):
        transaction.finish()
    return cohort


def _last_day(city: City) -> date:
    """So long ago that the list has just been handed to the township."""
    days, day = calendar(city.house.var), city.today
    while own_day(Step.TOWNSHIP, day, days) >= city.today:
        day -= timedelta(days=1)
    return day


def _came(city: City, cohort: Cohort) -> list[tuple[int, int]]:
    """Three of four have had their day; their hours are in the ledger."""
    people = people_on_list(cohort.id)
    came = [one for number, one in enumerate(people) if number % 4 != NOT_YET]
    day = cohort.closes_on - timedelta(days=8)
    credit(
        [
            Credit(
                person_id=person_id,
                org_id=org_id,
                hours=HOURS,
                kind=HourKind.ORGANISED,
                earned_on=day,
                rule=RULE,
                activity=ACTIVITY,
                cohort_id=cohort.id,
                programme_id=cohort.programme_id,
            )
            for person_id, org_id in came
        ],
        at(day + timedelta(days=1), time(9)),
    )
    transaction.finish()
    return came


def _remind(city: City, cohort: Cohort) -> None:
    """Every step up to the one that speaks to the township, on its own day."""
    days, thing = calendar(city.house.var), asking.cohort(cohort.id)
    for step in STEPS:
        day = own_day(step, thing.closes_on, days)
        for _ in reminders.take(thing, step, day, at(day, time(9)), [OnPage()]):
            transaction.finish()
