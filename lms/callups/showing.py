"""What pages on splits say: how many, how full, who is left out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from lms.callups.models import ClassSplit
from lms.callups.rules import AUDIENCE_NAMES, OUT_NAMES, Area, Out, Planned, days_off
from lms.callups.services import still_to_make
from lms.callups.untrained import Long
from lms.holidays.keeping import calendar
from lms.orgs.models import OrgUnit
from lms.orgs.queries import parts as parts_of
from lms.people.rules import POST_NAMES
from lms.settings import Settings
from lms.sheets.pages import DEMONSTRATION, Column, Kind, Page
from lms.training.models import Cohort
from lms.web.here import settings
from lms.words import N_

ELSEWHERE, AGAIN, LOST = N_("多头调训"), N_("重复培训"), N_("确认后已变动，未编入")
SCHOOL = N_("{unit}委党校")


def parts(units: Mapping[int, str]) -> dict[int, str]:
    """What part of a list an officer may split: the own units, and those right below."""
    return {unit.id: unit.name for unit in parts_of(units)} or dict(units)


def usual(cohort: Cohort, areas: Sequence[Area]) -> dict[str, Any]:
    """What stands in the form before anything is typed."""
    return {
        "name": cohort.title[:80],
        "required_hours": cohort.required_hours,
        "by_assessment": bool(cohort.assessments),
        "places": [{"area": one.id, "place": SCHOOL.format(unit=one.name)} for one in areas],
    }


def off(classes: Iterable[Planned]) -> dict[int, list[date]]:
    """Class → the weekends and holidays in it, of those that have any."""
    worked = calendar(settings().var)
    found = {one.number: days_off(one.days, worked) for one in classes}
    return {number: days for number, days in found.items() if days}


def unknown_years(days: Iterable[date]) -> list[int]:
    """The years of these days whose holidays nobody has entered yet: only weekends are known."""
    known = calendar(settings().var).years
    return sorted({day.year for day in days} - known)


@dataclass(frozen=True)
class Figures:
    """What a plan comes to."""

    classes: int
    people: int
    seated: int
    out: int
    least: int
    most: int
    elsewhere: int
    again: int
    lost: int
    to_make: int


def figures(found: ClassSplit) -> Figures | None:
    """None until it has been found."""
    if found.found is None:
        return None
    sizes = [len(members) for members in found.found["seats"].values()]
    out = len(found.found["out"])
    return Figures(
        classes=len(sizes),
        people=sum(sizes) + out,
        seated=sum(sizes),
        out=out,
        least=min(sizes, default=0),
        most=max(sizes, default=0),
        elsewhere=len({row[0] for row in found.found["elsewhere"]}),
        again=len(found.found["again"]),
        lost=len((found.made or {}).get("lost", ())),
        to_make=still_to_make(found) if found.confirmed_at else 0,
    )


def reasons(found: ClassSplit) -> list[tuple[Out, int]]:
    """Why people are left out, and how many for each reason."""
    count = Counter(row[1] for row in (found.found or {}).get("out", ()))
    return [(why, count[why]) for why in OUT_NAMES if count[why]]


def named(
    found: ClassSplit, which: str, number: int | None
) -> tuple[list[tuple[int, Any, Any]] | None, str]:
    """The persons behind a number of a plan, and what they are; none where there is no such."""
    kept = found.found or {"seats": {}, "out": [], "elsewhere": [], "again": []}
    if number is not None:
        title = next((one["title"] for one in found.plan["classes"] if one["number"] == number), "")
        members = kept["seats"].get(str(number), ())
        return ([(one, None, None) for one in members] if title else None), title
    if which == "elsewhere":
        return [(row[0], None, row[2]) for row in kept["elsewhere"]], ELSEWHERE
    if which == "again":
        return [(row[0], None, row[1]) for row in kept["again"]], AGAIN
    if which == "lost":
        return [(one, None, None) for one in (found.made or {}).get("lost", ())], LOST
    wanted = [row for row in kept["out"] if which in ("", "out", row[1])]
    return [(row[0], Out(row[1]), row[2]) for row in wanted], ""


def untrained_page(
    org: OrgUnit, found: Sequence[Long], units: Mapping[int, str], day: date, house: Settings
) -> Page:
    """长期不训 as a sheet."""
    columns = [
        Column(_("序号"), Kind.NUMBER, 6),
        Column(_("姓名"), width=10),
        Column(_("单位"), width=34),
        Column(_("职务"), width=24),
        Column(_("对象"), width=16),
        Column(_("最早任职"), Kind.DATE, 12),
        Column(_("最近一次集中培训"), Kind.DATE, 16),
    ]
    rows = [
        (
            number,
            one.name,
            units[one.org_id],
            _("、").join(_(POST_NAMES[post]) for post in one.posts),
            _(AUDIENCE_NAMES[one.audience]),
            one.since,
            one.last,
        )
        for number, one in enumerate(found, start=1)
    ]
    return Page(
        _("长期不训"),
        columns,
        rows,
        title=_("%(unit)s长期不训人员名单", unit=org.name),
        below=[_("数据截至 %(day)s。", day=day.isoformat())],
        demonstration=_(DEMONSTRATION) if house.demonstration else "",
    )
