"""A unit is put into a 系统（条线） by hand, from a day; earlier days stay as they were."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select

from lms.audit.services import record
from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.orgs.models import OrgUnit, UnitSpan
from lms.orgs.offices import Office
from lms.orgs.queries import line
from lms.orgs.rules import TERRITORY
from lms.orgs.services import NewUnit, open_units, rehang, rename
from lms.orgs.systems import SYSTEM_NAMES, System, system_of

BESIDE = 1_000_000  # the place of offices among their neighbours: after the territory


def may_be_given(unit: OrgUnit) -> bool:
    """Whether a unit can be put into a system: what is no county, township or village."""
    return unit.kind not in TERRITORY


def given(unit: OrgUnit) -> System | None:
    """The system that a unit has by hand; none: it goes by its kind and name."""
    return spans[-1].system if (spans := _spans(unit)) else None


def belongs(unit: OrgUnit) -> System:
    """The system of a unit today."""
    above = System.OTHER
    for one in line(unit):
        above = system_of(one.kind, one.name, above, given(one) if may_be_given(one) else None)
    return above


def put(unit: OrgUnit, system: System | None, on: date, now: datetime) -> None:
    """The unit belongs to a system from a day on. system: none, by its kind and name again.

    What was said for later days is replaced; what held before the day stays.
    """
    if not may_be_given(unit):
        raise Invalid("县、乡镇、村按行政区划归类，不能另定系统。")
    spans = _spans(unit)
    first = spans[0].from_on if spans else unit.opened_on
    if not first <= on <= day_of(now):
        raise Invalid("起始日期应在 {first}（单位设立）至今天之间，请改正。", first=first)
    later = [span for span in spans if span.to_on is None or span.to_on > on]
    if not later:
        raise Conflict("“{name}”在 {on} 以前已撤销，请改选更早的日期。", name=unit.name, on=on)
    if all(span.system is system for span in later):
        raise Conflict("“{name}”在这一天已属这个系统，不需要再改。", name=unit.name)
    for span in later:
        _give(span, system, on)
    db.session.flush()
    said = SYSTEM_NAMES[system] if system else None
    record("put unit into system", now, whom=unit, org_id=unit.id, system=said, on=str(on))


def load_offices(offices: Iterable[Office], on: date, now: datetime) -> Counter[str]:
    """Open, rename, re-hang and group what stands beside the territory; what is left out stays.

    Gives how many were opened, changed and put into a system. Raises as the single acts do.
    """
    wanted, done = list(offices), Counter[str]()
    there = {unit.code: unit for unit in _open() if unit.code}
    opened = open_units([_new(one) for one in wanted if one.code not in there], on)
    there |= opened
    for one in wanted:
        unit, above = there[one.code], there[one.parent_code]
        if (unit.name, unit.kind, unit.parent_id) != (one.name, one.kind, above.id):
            unit.kind = one.kind
            rename(unit, one.name, on)
            rehang(unit, above, on)
            done["changed"] += 1
        if given(unit) is not one.system:
            put(unit, one.system, on, now)
            done["grouped"] += 1
    done["opened"] = len(opened)
    record("load offices", now, opened=len(opened), changed=done["changed"], on=str(on))
    return done


def _open() -> Iterable[OrgUnit]:
    query = select(OrgUnit).where(OrgUnit.code.is_not(None), OrgUnit.closed_on.is_(None))
    return db.session.scalars(query)


def _new(one: Office) -> NewUnit:
    return NewUnit(one.code, one.name, one.kind, one.parent_code, BESIDE + one.row)


def _give(span: UnitSpan, system: System | None, on: date) -> None:
    """What holds from a day on begins anew there; what begins later is changed as a whole."""
    if span.from_on >= on:
        span.system = system
        return
    same = {"org_id": span.org_id, "name": span.name, "listed": span.listed}
    begun = UnitSpan(**same, parent_id=span.parent_id, from_on=on, to_on=span.to_on, system=system)
    span.to_on = on
    db.session.add(begun)


def _spans(unit: OrgUnit) -> Sequence[UnitSpan]:
    query = select(UnitSpan).where(UnitSpan.org_id == unit.id).order_by(UnitSpan.from_on)
    return db.session.scalars(query).all()
