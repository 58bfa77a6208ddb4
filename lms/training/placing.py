"""Where units hung on the days of a period: what was re-hung since is told as it hung then."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import not_, or_, select

from lms.db import db
from lms.orgs.models import OrgUnit, UnitSpan
from lms.orgs.queries import answered_for, under
from lms.training.tables import Period, Steps

Above = dict[int, int | None]  # unit → its superior
MANY = 500  # units


@dataclass
class Placing:
    """Under which part of a unit the others lay: on the first day, and when one was re-hung."""

    org: OrgUnit
    days: list[date]
    above: list[Above]  # of each of these days
    gone: Collection[int] = ()  # what lay below and hangs elsewhere today
    elsewhere: Sequence[str] = ()  # of these the names of those of whose people we are not told
    _known: dict[tuple[int, int], int | None] = field(default_factory=dict)

    def part(self, unit: int, place: int) -> int | None:
        """The unit right below in which it lay on a day; 0: the unit itself; none: elsewhere."""
        if unit == self.org.id:
            return 0
        key = place, unit
        if key not in self._known:
            superior = self.above[place].get(unit)
            part = None if superior is None else self.part(superior, place)
            self._known[key] = unit if part == 0 else part
        return self._known[key]

    def steps(self, unit: int) -> Steps:
        """From when on it lay where, the earliest first."""
        found: Steps = []
        for place, day in enumerate(self.days):
            part = self.part(unit, place)
            if not found or found[-1][1] != part:
                found.append((day, part))
        return found

    def inside(self, unit: int) -> Steps:
        """The same with the parts as one: from when on it lay below, and from when elsewhere."""
        found: Steps = []
        for day, part in self.steps(unit):
            there = None if part is None else 0
            if not found or found[-1][1] != there:
                found.append((day, there))
        return found

    def part_before(self, unit: int, day: date) -> int | None:
        """Where it lay on the day before."""
        steps = self.steps(unit)
        return [part for on, part in steps if on < day or on == self.days[0]][-1]

    def units(self) -> set[int]:
        """All that lay below at any time of the period."""
        places = range(len(self.days))
        return {u for u in self.above[-1] if any(self.part(u, n) is not None for n in places)}


def placing(org: OrgUnit, period: Period) -> Placing:
    """The tree of the units on the days of a period, as it is seen from one of them."""
    today: Above = dict(db.session.execute(select(OrgUnit.id, OrgUnit.parent_id)).all())  # type: ignore[arg-type]
    spans = list(_spans_since(period.after))
    turns = {day for one in spans for day in (one.from_on, one.to_on) if day is not None}
    days = [period.after, *sorted(day for day in turns if period.after < day <= period.until)]
    there = Placing(org, days, [today | dict(_on(day, spans)) for day in days])
    if spans:
        there.gone = gone_since(there.units(), org)
        there.elsewhere = untold(there.gone)
    return there


def _spans_since(day: date) -> Iterator[UnitSpan]:
    """What of units that have changed after a day held on it and since."""
    after = or_(UnitSpan.from_on > day, UnitSpan.to_on > day)
    changed = select(UnitSpan.org_id).where(after)
    held = select(UnitSpan).where(UnitSpan.org_id.in_(changed))
    return iter(db.session.scalars(held.where(or_(UnitSpan.to_on.is_(None), UnitSpan.to_on > day))))


def _on(day: date, spans: Collection[UnitSpan]) -> Iterator[tuple[int, int | None]]:
    for one in spans:
        if one.from_on <= day and (one.to_on is None or one.to_on > day):
            yield one.org_id, one.parent_id


def gone_since(units: Collection[int], org: OrgUnit) -> set[int]:
    """Those of the units that do not hang below another one today."""
    below = under(org.path)
    if len(units) > MANY:  # of nearly all there are, fewer hang elsewhere
        return set(units) & set(db.session.scalars(select(OrgUnit.id).where(not_(below))).all())
    return set(units) - set(db.session.scalars(select(OrgUnit.id).where(below)).all())


def untold(units: Collection[int]) -> list[str]:
    """The names of those of the units whose people this request does not see."""
    if not units:
        return []
    query = select(OrgUnit.name).where(OrgUnit.id.in_(units), OrgUnit.id.not_in(answered_for()))
    return list(db.session.scalars(query.order_by(OrgUnit.path)))
