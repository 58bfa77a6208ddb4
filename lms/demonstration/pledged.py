"""A township's plan of improvement under way, and three pledges: kept, not kept, still running."""

from datetime import date, time, timedelta
from decimal import Decimal

from lms.access.permissions import Role
from lms.db import find, look_anew
from lms.demonstration.accounts import COUNTY, TOWNSHIP
from lms.demonstration.city import City, at
from lms.demonstration.officers import Office
from lms.improving import pledging, services
from lms.improving.pledging import Measures
from lms.improving.rules import Mark
from lms.improving.services import Step, Wanted
from lms.orgs.models import OrgUnit
from lms.training.models import Cohort
from lms.web import transaction
from lms.words import N_

NEIGHBOUR = "140827100"  # 新城镇
CAUSES = N_("几个山区村集中培训时信号不好，没有学完；补考还没有组织。")
STEPS = (
    (N_("逐村核对没有学完的人，下载课程文字稿送到村"), -6),
    (N_("在镇上集中补课半天"), 6),
    (N_("组织一次补考"), 18),
)
WORDS = (
    N_("村干部轮训人人参加"),
    N_("本月底前完成轮训"),
    N_("全县村干部轮训按期完成"),
)
ASIDE = Decimal(15)  # percentage points


def leave_improving(city: City, offices: list[Office], main: Cohort) -> None:
    """The officer of the county made a plan with a township, and three units gave pledges."""
    by = {(office.role, office.unit): office.person.id for office in offices}
    look_anew()
    _plan(city, by, main)
    _pledges(city, by, main)
    transaction.finish()
    city.say(N_("承诺与改进"))


def _plan(city: City, by: dict[tuple[Role, str], int], main: Cohort) -> None:
    made = at(city.today - timedelta(days=12), time(9))
    town = _furthest(city, by, main)
    head, organiser = by[Role.HEAD, town], by[Role.TOWNSHIP_OFFICER, town]
    steps = [
        Step(what, city.today + timedelta(days=days), organiser if place else head)
        for place, (what, days) in enumerate(STEPS)
    ]
    wanted = Wanted(Decimal(90), city.today + timedelta(days=20), head, CAUSES)
    officer = by[Role.COUNTY_OFFICER, COUNTY]
    plan = services.make_plan(_unit(city, town), main, wanted, steps, officer, made)
    transaction.finish()
    first, on = plan.steps[0], city.today - timedelta(days=7)
    services.mark_step(first, Mark.DONE, on, "", officer, at(on, time(17)))


def _furthest(city: City, by: dict[tuple[Role, str], int], main: Cohort) -> str:
    """The township of the county that has come least far: nobody else is told of it."""
    towns = [unit for role, unit in by if role is Role.HEAD and unit[:6] == COUNTY != unit]
    measures, day = Measures(["completion_rate"]), city.today
    rates = {
        unit: measures.number(city.units[unit], main.id, "completion_rate", day).value
        for unit in towns
    }
    known = {unit: rate for unit, rate in rates.items() if rate is not None}
    return min(known, key=lambda unit: (known[unit], unit))


def _pledges(city: City, by: dict[tuple[Role, str], int], main: Cohort) -> None:
    """Two are due, and what was reached by then is known; the third runs to the end."""
    made, officer = at(city.today - timedelta(days=25), time(15)), by[Role.COUNTY_OFFICER, COUNTY]
    due = city.today - timedelta(days=3)
    reached = _reached(city, main, TOWNSHIP, "attendance_rate", due)
    missed = _reached(city, main, NEIGHBOUR, "completion_rate", due)
    asked = (
        (TOWNSHIP, "attendance_rate", reached // 5 * 5, due),
        (NEIGHBOUR, "completion_rate", min(missed + ASIDE, Decimal(100)), due),
        (COUNTY, "completion_rate", Decimal(98), city.today + timedelta(days=30)),
    )
    for words, (unit, code, value, by_on) in zip(WORDS, asked, strict=True):
        wanted = pledging.Wanted(
            code, value.quantize(Decimal(1)), by_on, by[Role.HEAD, unit], words
        )
        pledging.give(_unit(city, unit), main, wanted, officer, made)


def _reached(city: City, main: Cohort, unit: str, code: str, day: date) -> Decimal:
    number = Measures([code]).number(city.units[unit], main.id, code, day)
    return Decimal(number.value or 0)


def _unit(city: City, code: str) -> OrgUnit:
    return find(OrgUnit, city.units[code])
