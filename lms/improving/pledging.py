"""Pledges: given, replaced, and how each stands by the measures themselves as of a day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lms.audit.services import record
from lms.clock import day_of
from lms.db import db
from lms.errors import Invalid
from lms.improving import queries, rules
from lms.improving.models import Pledge
from lms.improving.rules import PLEDGED, Rate, State
from lms.orgs.models import OrgUnit
from lms.reports import counting, defining
from lms.reports import queries as units
from lms.reports.counting import Roster
from lms.reports.dictionary import SHIPPED
from lms.reports.measures import Definition, Kind, in_force, needed
from lms.reports.tables import Tree
from lms.training.models import Cohort

if TYPE_CHECKING:
    import pandas as pd

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Wanted:
    """A pledge as an officer gives it."""

    code: str
    value: Decimal
    by_on: date
    owner_id: int
    words: str = ""


def is_rate(code: str) -> bool:
    return SHIPPED[code].kind is Kind.RATE


def give(unit: OrgUnit, cohort: Cohort, wanted: Wanted, by: int, now: datetime) -> Pledge:
    """A unit pledges a number of a list by a day."""
    made = _made(unit, cohort.id, wanted, by, now)
    record("give pledge", now, whom=made, org_id=unit.id, **_facts(made))
    return made


def replace(one: Pledge, wanted: Wanted, why: str, by: int, now: datetime) -> Pledge:
    """Another pledge in the place of one that is not due yet; the first stays on record."""
    replaced = queries.replacing(one) is not None
    rules.refuse_replacing(one.by_on, day_of(now), replaced, why)
    made = _made(one.org, one.cohort_id, wanted, by, now, replaces=one.id, why=why.strip())
    record("replace pledge", now, whom=made, org_id=one.org_id, replaces=one.id, **_facts(made))
    return made


def _made(
    unit: OrgUnit,
    cohort_id: int,
    wanted: Wanted,
    by: int,
    now: datetime,
    replaces: int | None = None,
    why: str | None = None,
) -> Pledge:
    if wanted.code not in PLEDGED:
        raise Invalid("这个指标不能作承诺，请改选。")
    rules.refuse_pledge(wanted.value, is_rate(wanted.code), wanted.by_on, day_of(now))
    queries.refuse_stranger(unit, wanted.owner_id, day_of(now))
    made = Pledge(
        org_id=unit.id,
        cohort_id=cohort_id,
        code=wanted.code,
        value=wanted.value,
        by_on=wanted.by_on,
        words=wanted.words.strip() or None,
        owner_id=wanted.owner_id,
        made_at=now,
        made_by=by,
        replaces_id=replaces,
        why=why,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _facts(one: Pledge) -> dict[str, Any]:
    return {
        "cohort": one.cohort_id,
        "measure": one.code,
        "value": str(one.value),
        "by_on": one.by_on.isoformat(),
        "owner": one.owner_id,
    }


# ── how they stand ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Number:
    """A measured number: its value (percent, or persons), and of a rate its two parts."""

    value: Rate
    part: int
    whole: int | None


@dataclass(frozen=True)
class Standing:
    """A pledge, what was measured on which day, and what that makes of it."""

    pledge: Pledge
    on: date
    number: Number
    state: State


class Measures:
    """Numbers of units on days; each list is counted once a day, however many ask."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = set(codes)
        self.frames: dict[tuple[int, date], pd.DataFrame] = {}
        self.trees: dict[date, Tree] = {}

    @cached_property
    def versions(self) -> list[Definition]:
        return defining.versions()

    def number(self, unit: int, cohort: int, code: str, day: date) -> Number:
        """What a number of a unit was on a day, by the definition that held for it."""
        tree = self._tree(day)
        one = in_force(self.versions, day, tree.way(unit))[code]
        frame = self._frame(cohort, day)
        mine = frame[frame["org_id"].isin(tree.inside(unit))]
        counts = {name.value: int(mine[name.value].sum()) for name in one.needs()}
        value = one.value(counts)
        if one.kind is Kind.RATE and value is not None:
            value = value * HUNDRED
        whole = counts[one.denominator.value] if one.denominator else None
        return Number(value, counts[one.numerator.value], whole)

    def _tree(self, day: date) -> Tree:
        if day not in self.trees:
            self.trees[day] = units.tree(day)
        return self.trees[day]

    def _frame(self, cohort: int, day: date) -> "pd.DataFrame":
        """Counted for every number there is, as few lists have more than one or two."""
        key = cohort, day
        if key not in self.frames:
            asked = [one for one in self.versions if one.code in self.codes]
            self.frames[key] = counting.by_unit(Roster(cohort, day), needed(asked))
        return self.frames[key]


def standings(pledges: Sequence[Pledge], today: date) -> list[Standing]:
    """How each stands on a day; a pledge that is due, as it stood on its own day."""
    measures = Measures([one.code for one in pledges])
    return [_standing(one, measures, today) for one in pledges]


def _standing(one: Pledge, measures: Measures, today: date) -> Standing:
    on, before = rules.looked_at(one.by_on, today)
    number = measures.number(one.org_id, one.cohort_id, one.code, on)
    earlier = number
    if before != on:
        earlier = measures.number(one.org_id, one.cohort_id, one.code, before)
    return Standing(
        one, on, number, rules.state(one.value, one.by_on, today, number.value, earlier.value)
    )


@dataclass(frozen=True)
class Tally:
    """How many pledges of a unit stand how."""

    unit: OrgUnit
    of: Mapping[State, int]

    @property
    def whole(self) -> int:
        return sum(self.of.values())


def tallies(found: Sequence[Standing]) -> list[Tally]:
    """By unit, in the order in which the pledges come."""
    counted: dict[int, Counter[State]] = {}
    orgs: dict[int, OrgUnit] = {}
    for one in found:
        orgs.setdefault(one.pledge.org_id, one.pledge.org)
        counted.setdefault(one.pledge.org_id, Counter())[one.state] += 1
    return [Tally(orgs[unit], counts) for unit, counts in counted.items()]
