"""The dictionary of measures: what was shipped, and what units have defined anew."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.db import db
from lms.errors import Invalid
from lms.orgs.queries import mine
from lms.reports.counting import KNOWN
from lms.reports.dictionary import ALL, SHIPPED, USUAL, USUAL_EXAM
from lms.reports.measures import (
    PERSONS,
    SUMS_OF_PERSONS,
    Count,
    Definition,
    Kind,
    in_force,
    needed,
    within,
)
from lms.reports.models import MeasureVersion


def versions() -> list[Definition]:
    """Every definition in sight: the shipped ones first."""
    return [*SHIPPED.values(), *(definition(row) for row in own())]


def own() -> Sequence[MeasureVersion]:
    """What units have defined anew, as far as one sees, the oldest first."""
    query = select(MeasureVersion).options(joinedload(MeasureVersion.org))
    return db.session.scalars(query.order_by(MeasureVersion.id)).all()


def definition(row: MeasureVersion) -> Definition:
    """A unit's own version as a definition."""
    return replace(
        SHIPPED[row.code],
        words=row.words,
        numerator=Count(row.numerator),
        denominator=Count(row.denominator),
        version=row.version,
        from_on=row.from_on,
        org_id=row.org_id,
    )


def holding(day: date, units: Iterable[int]) -> dict[str, Definition]:
    """Code → the definition that holds for a unit on a day. units: as for `in_force`."""
    return in_force(versions(), day, units)


def columns(
    held: dict[str, Definition], every: bool, assessed: bool, by_post: bool = False
) -> list[Definition]:
    """The columns of a completion table: the usual ones, or all that can be counted.

    by_post: places of a quota are given to units, so they are in no line of a post.
    """
    countable = KNOWN - {Count.QUOTA} if by_post else KNOWN
    if every:
        found = [held[code] for code in ALL if needed([held[code]]) <= countable]
    else:
        found = [held[code] for code in (*USUAL, *USUAL_EXAM, "mean_hours")]
    return [one for one in found if assessed or Count.SCHEDULED not in _wholes(one)]


def _wholes(one: Definition) -> set[Count]:
    """The counts that a number is made of, and SCHEDULED where they are parts of it."""
    exam = {count for count in one.needs() if within(count, Count.SCHEDULED)}
    return one.needs() | ({Count.SCHEDULED} if exam else set())


# ── a unit's own ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Wanted:
    """A definition as an officer wants it."""

    code: str
    words: str
    numerator: Count
    denominator: Count
    from_on: date


def changeable() -> list[Definition]:
    """The numbers that a unit may define anew: what is divided by persons."""
    return [one for one in SHIPPED.values() if one.denominator in PERSONS]


def numerators(one: Definition) -> Collection[Count]:
    """What may stand above the line of this number."""
    return SUMS_OF_PERSONS if one.kind is Kind.MEAN else PERSONS


def define(wanted: Wanted, org_id: int, by: int, now: datetime) -> MeasureVersion:
    """A new version for a unit and all below it; the earlier ones stay for earlier days."""
    unit, shipped = mine(org_id), SHIPPED[wanted.code]
    _refuse_unfit(wanted, shipped)
    earlier = [row for row in own() if row.code == wanted.code and row.org_id == unit.id]
    if any(row.from_on >= wanted.from_on for row in earlier):
        raise Invalid(
            "“{name}”已有从 {day} 起的版本，新版本的起用日期要晚于这一天。",
            name=shipped.name,
            day=max(row.from_on for row in earlier),
        )
    made = MeasureVersion(
        org_id=unit.id,
        code=wanted.code,
        version=max((row.version for row in earlier), default=1) + 1,
        from_on=wanted.from_on,
        words=wanted.words,
        numerator=wanted.numerator.value,
        denominator=wanted.denominator.value,
        made_at=now,
        made_by=by,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _refuse_unfit(wanted: Wanted, shipped: Definition) -> None:
    if wanted.numerator not in numerators(shipped) or wanted.denominator not in PERSONS:
        raise Invalid("分子或分母不适合这个指标，请重新选择。")
    if shipped.kind is Kind.RATE and not within(wanted.numerator, wanted.denominator):
        raise Invalid("分子的人员必须都在分母之内，否则比率会超过 100%。请换一个分母。")
