"""Walks over the tree, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from lms.db import db
from lms.orgs.files import Standing
from lms.orgs.models import OrgUnit, Succession, UnitSpan
from lms.orgs.rules import TERRITORY, SuccessionState, level_of

PROPOSED, CONFIRMED = SuccessionState.PROPOSED, SuccessionState.CONFIRMED
PAGE = 50


def under(path: str, column: InstrumentedAttribute[str] = OrgUnit.path) -> ColumnElement[bool]:
    """Whether a path lies in the subtree of another. A range, so that an index serves it."""
    return and_(column >= path, column < f"{path[:-1]}0")  # "0" is the sign after "/"


def subtrees(paths: Iterable[str]) -> Select:
    """Ids of these units and of every unit below them."""
    found = [under(path) for path in paths]
    return select(OrgUnit.id).where(or_(*found) if found else false())


def lineages(paths: Iterable[str]) -> Select:
    """Ids of these units and of every unit above them."""
    ids = {int(step) for path in paths for step in path.strip("/").split("/") if step}
    return select(OrgUnit.id).where(OrgUnit.id.in_(sorted(ids)))


def nowhere() -> Select:
    return select(OrgUnit.id).where(false())


def unit_by_code(code: str) -> OrgUnit | None:
    """The unit with this code, closed ones included."""
    return db.session.scalar(select(OrgUnit).where(OrgUnit.code == code))


def top() -> OrgUnit | None:
    """The unit above all others: the city."""
    return db.session.scalar(
        select(OrgUnit).where(OrgUnit.parent_id.is_(None)).order_by(OrgUnit.id).limit(1)
    )


def children(unit: OrgUnit, *, closed: bool = False) -> list[OrgUnit]:
    """The units right below, in administrative order; the closed ones instead where asked."""
    state = OrgUnit.closed_on.is_not(None) if closed else OrgUnit.closed_on.is_(None)
    return list(
        db.session.scalars(
            select(OrgUnit)
            .where(OrgUnit.parent_id == unit.id, state)
            .order_by(OrgUnit.place, OrgUnit.code, OrgUnit.id)
        )
    )


def line(unit: OrgUnit) -> list[OrgUnit]:
    """The unit's superiors from the city down, itself last. One statement."""
    return list(
        db.session.scalars(
            select(OrgUnit)
            .where(OrgUnit.id.in_(lineages([unit.path])))
            .order_by(func.length(OrgUnit.path))
        )
    )


def spans(unit: OrgUnit) -> list[tuple[UnitSpan, str | None]]:
    """What the unit was called, and under whom (by today's name), the oldest first."""
    superior = aliased(OrgUnit)
    query = (
        select(UnitSpan, superior.name)
        .outerjoin(superior, superior.id == UnitSpan.parent_id)
        .where(UnitSpan.org_id == unit.id)
        .order_by(UnitSpan.from_on)
    )
    return [(span, name) for span, name in db.session.execute(query)]


def as_of(day: date) -> Select:
    """org_id, name, parent_id of every unit that stood on a day, as it stood then."""
    return select(UnitSpan.org_id, UnitSpan.name, UnitSpan.parent_id).where(
        UnitSpan.from_on <= day, or_(UnitSpan.to_on.is_(None), UnitSpan.to_on > day)
    )


def searched(words: str, within: Select | None = None, limit: int = 30) -> list[OrgUnit]:
    """Units by a part of the name, or by the code; shorter names first."""
    sought = words.strip()
    if not sought:
        return []
    query = select(OrgUnit).where(
        or_(OrgUnit.name.contains(sought, autoescape=True), OrgUnit.code == sought)
    )
    if within is not None:
        query = query.where(OrgUnit.id.in_(within))
    order = (OrgUnit.closed_on.is_not(None), func.length(OrgUnit.name), OrgUnit.path)
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def standing() -> dict[str, Standing]:
    """The territory as it stands, by code."""
    superior = aliased(OrgUnit)
    query = (
        select(OrgUnit.code, OrgUnit.listed, OrgUnit.name, superior.code, OrgUnit.kind)
        .add_columns(OrgUnit.closed_on)
        .outerjoin(superior, superior.id == OrgUnit.parent_id)
        .where(OrgUnit.kind.in_(TERRITORY), OrgUnit.code.is_not(None))
    )
    return {
        code: Standing(code, listed or name, above or "", level_of(kind), closed_on is None)
        for code, listed, name, above, kind, closed_on in db.session.execute(query)
    }


def last_change() -> date | None:
    """The latest day on which a unit of the territory began to be what it is."""
    return db.session.scalar(
        select(func.max(UnitSpan.from_on))
        .join(OrgUnit, OrgUnit.id == UnitSpan.org_id)
        .where(OrgUnit.kind.in_(TERRITORY), OrgUnit.code.is_not(None))
    )


@dataclass(frozen=True)
class Pending:
    """A closed unit whose successor nobody has decided on. proposal: the likeliest, if any."""

    unit: OrgUnit
    superior: str
    proposal: Succession | None


def _ends(succession: type[Succession] = Succession) -> ColumnElement[bool]:
    """Whether a succession belongs to this closing of a unit, which may have reopened since."""
    return and_(succession.org_id == OrgUnit.id, succession.on == OrgUnit.closed_on)


def _undecided(path: str) -> Select:
    """Closed units of the territory under a path, without a decision."""
    made = aliased(Succession)
    decided = select(made.id).where(_ends(made), made.state != PROPOSED)
    return select(OrgUnit).where(
        under(path), OrgUnit.closed_on.is_not(None), OrgUnit.kind.in_(TERRITORY), ~decided.exists()
    )


def undecided(path: str, *, least: int = 0, most: int = 100, skip: int = 0) -> list[Pending]:
    """Closed units to decide on, the surest proposals first; `PAGE` of them. One statement."""
    superior = aliased(OrgUnit)
    confidence = func.coalesce(Succession.confidence, 0)
    query = (
        _undecided(path)
        .outerjoin(Succession, and_(Succession.org_id == OrgUnit.id, Succession.state == PROPOSED))
        .outerjoin(superior, superior.id == OrgUnit.parent_id)
        .add_columns(superior.name, Succession)
        .where(confidence.between(least, most))
        .options(joinedload(Succession.successor))
        .order_by(confidence.desc(), OrgUnit.path)
    )
    rows = db.session.execute(query.offset(skip).limit(PAGE))
    return [Pending(unit, name or "", proposal) for unit, name, proposal in rows]


def proposals(path: str, least: int) -> list[Succession]:
    """Open proposals under a path that are at least so sure."""
    unit = aliased(OrgUnit)
    return list(
        db.session.scalars(
            select(Succession)
            .join(unit, unit.id == Succession.org_id)
            .where(under(path, unit.path), Succession.on == unit.closed_on)
            .where(Succession.state == PROPOSED, Succession.confidence >= least)
            .options(joinedload(Succession.unit), joinedload(Succession.successor))
            .order_by(unit.path)
        )
    )


def undecided_by_confidence(path: str) -> dict[int, int]:
    """Confidence of the proposal (0: none) → how many closed units are still undecided."""
    confidence = func.coalesce(Succession.confidence, 0)
    query = (
        _undecided(path)
        .outerjoin(Succession, and_(_ends(), Succession.state == PROPOSED))
        .with_only_columns(confidence, func.count(), maintain_column_froms=True)
        .group_by(confidence)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def succession_of(unit: OrgUnit) -> Succession | None:
    """The confirmed succession of a closed unit."""
    return db.session.scalar(
        select(Succession)
        .where(Succession.org_id == unit.id, Succession.on == unit.closed_on)
        .where(Succession.state == CONFIRMED)
    )


def predecessors(unit: OrgUnit) -> list[OrgUnit]:
    """The closed units that this one has taken over."""
    return list(
        db.session.scalars(
            select(OrgUnit)
            .join(Succession, _ends())
            .where(Succession.successor_id == unit.id, Succession.state == CONFIRMED)
            .order_by(OrgUnit.code)
        )
    )
