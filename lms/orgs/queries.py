"""Walks over the tree, and what became of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from lms.access.scope import scope_in
from lms.db import db
from lms.errors import NotFound
from lms.orgs.files import Standing
from lms.orgs.models import OrgUnit, Succession, UnitSpan
from lms.orgs.rules import BELOW, TERRITORY, SuccessionState, UnitKind, level_of

PROPOSED, CONFIRMED = SuccessionState.PROPOSED, SuccessionState.CONFIRMED
PAGE = 50
WALKS = 2048  # walks kept as statements: every request begins with some, and people share units


def under(path: str, column: InstrumentedAttribute[str] = OrgUnit.path) -> ColumnElement[bool]:
    """Whether a path lies in the subtree of another. A range, so that an index serves it."""
    return and_(column >= path, column < f"{path[:-1]}0")  # "0" is the sign after "/"


def subtrees(paths: Iterable[str]) -> Select:
    """Ids of these units and of every unit below them."""
    return _subtrees(tuple(paths))


@lru_cache(WALKS)
def _subtrees(paths: tuple[str, ...]) -> Select:
    found = [under(path) for path in paths]
    return select(OrgUnit.id).where(or_(*found) if found else false())


def lineages(paths: Iterable[str]) -> Select:
    """Ids of these units and of every unit above them."""
    return _lineages(tuple(paths))


@lru_cache(WALKS)
def _lineages(paths: tuple[str, ...]) -> Select:
    ids = {int(step) for path in paths for step in path.strip("/").split("/") if step}
    return select(OrgUnit.id).where(OrgUnit.id.in_(sorted(ids)))


def nowhere() -> Select:
    return select(OrgUnit.id).where(false())


def mine(unit_id: int) -> OrgUnit:
    """The unit, if this request answers for it. Raises NotFound, for we do not tell of others."""
    found = select(OrgUnit).where(OrgUnit.id == unit_id, OrgUnit.id.in_(answered_for()))
    unit = db.session.scalar(found)
    if unit is None:
        raise NotFound("没有找到该单位，或不在您的管理范围内。")
    return unit


def mine_all(unit_ids: Iterable[int]) -> list[OrgUnit]:
    """Those of the units for which this request answers, the highest first."""
    found = select(OrgUnit).where(OrgUnit.id.in_(list(unit_ids)), OrgUnit.id.in_(answered_for()))
    return list(db.session.scalars(found.order_by(func.length(OrgUnit.path), OrgUnit.path)))


def parts(unit_ids: Iterable[int]) -> list[OrgUnit]:
    """The units, and right below them what is open of the territory: for a choice of units."""
    tops = mine_all(unit_ids)
    return tops + [part for top in tops for part in children(top) if part.kind in TERRITORY]


def answered_for() -> Select:
    """Ids of the units this request answers for."""
    scope = scope_in(db.session())
    return select(OrgUnit.id) if scope is None else scope.subtree


def unit_by_code(code: str) -> OrgUnit | None:
    """The unit with this code, closed ones included."""
    return db.session.scalar(select(OrgUnit).where(OrgUnit.code == code))


def kinds() -> dict[str, UnitKind]:
    """Code → kind, of all units that stand."""
    query = select(OrgUnit.code, OrgUnit.kind).where(
        OrgUnit.code.is_not(None), OrgUnit.closed_on.is_(None)
    )
    return {code: kind for code, kind in db.session.execute(query) if code}


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


def below(unit: OrgUnit) -> list[OrgUnit]:
    """The open units of the territory, two steps down, in administrative order."""
    kinds = BELOW.get(unit.kind, frozenset())
    return list(
        db.session.scalars(
            select(OrgUnit)
            .where(under(unit.path), OrgUnit.kind.in_(kinds), OrgUnit.closed_on.is_(None))
            .order_by(OrgUnit.place, OrgUnit.code)
        )
    )


def beside(unit: OrgUnit) -> list[OrgUnit]:
    """The open offices, firms and Party organizations right under the unit."""
    return [child for child in children(unit) if child.kind not in TERRITORY]


def line(unit: OrgUnit) -> list[OrgUnit]:
    """The unit's superiors from the city down, itself last. One statement."""
    above = select(OrgUnit).where(OrgUnit.id.in_(lineages([unit.path])))
    return list(db.session.scalars(above.order_by(func.length(OrgUnit.path))))


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


@dataclass(frozen=True)
class Found:
    """A unit that a search found, with the names of the two above it."""

    unit: OrgUnit
    above: str


def searched(
    words: str, kinds: Collection[UnitKind] = (), near: str = "/", limit: int = 30
) -> list[Found]:
    """Units this request answers for, by a part of the name or by the code; short names first.

    kinds: only these, and only open ones; any unit where none is given. near: a path; what lies
    under it, or under the one above it, comes first; without words nothing else is looked through.
    """
    sought = words.strip()
    if not sought and not kinds:
        return []
    upper, upmost = aliased(OrgUnit), aliased(OrgUnit)
    by_name = OrgUnit.name.contains(sought, autoescape=True)
    query = (
        select(OrgUnit, upmost.name, upper.name)
        .outerjoin(upper, upper.id == OrgUnit.parent_id)
        .outerjoin(upmost, upmost.id == upper.parent_id)
        .where(OrgUnit.id.in_(answered_for()))
        .where(or_(by_name, OrgUnit.code == sought) if sought else under(near))
        .order_by(OrgUnit.closed_on.is_not(None))
        .order_by(not_(under(near)), not_(under(near[: near.rfind("/", 0, -1) + 1] or "/")))
        .order_by(func.length(OrgUnit.name), OrgUnit.path)
    )
    if kinds:
        query = query.where(OrgUnit.kind.in_(kinds), OrgUnit.closed_on.is_(None))
    rows = db.session.execute(query.limit(limit))
    return [Found(unit, " · ".join(filter(None, above))) for unit, *above in rows]


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


@dataclass(frozen=True)
class Undecided:
    """A page of closed units to decide on. sure: how many proposals may be accepted at once."""

    top: OrgUnit
    units: list[Pending]
    page: int
    total: int
    sure: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.units) - 1


def undecided(
    unit: OrgUnit, *, least: int = 0, most: int = 100, page: int = 1, sure: int = 100
) -> Undecided:
    """Closed units at and below one, the surest proposals first. Two statements.

    least, most: bounds of the confidence, 0 where nothing is proposed.
    """
    counts = _by_confidence(unit.path)
    return Undecided(
        top=unit,
        units=_pending(unit.path, least, most, (page - 1) * PAGE),
        page=page,
        total=sum(many for confidence, many in counts.items() if least <= confidence <= most),
        sure=sum(many for confidence, many in counts.items() if confidence >= sure),
    )


def _pending(path: str, least: int, most: int, skip: int) -> list[Pending]:
    superior = aliased(OrgUnit)
    confidence = func.coalesce(Succession.confidence, 0)
    query = (
        _undecided(path)
        .outerjoin(Succession, and_(_ends(), Succession.state == PROPOSED))
        .outerjoin(superior, superior.id == OrgUnit.parent_id)
        .add_columns(superior.name, Succession)
        .where(confidence.between(least, most))
        .options(joinedload(Succession.successor))
        .order_by(confidence.desc(), OrgUnit.path)
    )
    rows = db.session.execute(query.offset(skip).limit(PAGE))
    return [Pending(unit, name or "", proposal) for unit, name, proposal in rows]


def _by_confidence(path: str) -> dict[int, int]:
    """Confidence of the proposal (0: none) → how many closed units are still undecided."""
    confidence = func.coalesce(Succession.confidence, 0)
    query = (
        _undecided(path)
        .outerjoin(Succession, and_(_ends(), Succession.state == PROPOSED))
        .with_only_columns(confidence, func.count(), maintain_column_froms=True)
        .group_by(confidence)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


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


def undecided_units(path: str, most: int) -> tuple[int, list[OrgUnit]]:
    """How many closed units under a path wait for a decision, and those closed the longest ago."""
    query = _undecided(path).add_columns(func.count().over().label("whole"))
    rows = db.session.execute(query.order_by(OrgUnit.closed_on, OrgUnit.path).limit(most)).all()
    return (rows[0].whole if rows else 0), [row[0] for row in rows]


def proposal_for(unit: OrgUnit) -> Succession | None:
    """The open proposal for a closed unit."""
    return db.session.scalar(
        select(Succession)
        .where(Succession.org_id == unit.id, Succession.on == unit.closed_on)
        .where(Succession.state == PROPOSED)
    )


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


@dataclass(frozen=True)
class About:
    """One unit, what stands around it, and what became of it. line: the part answered for."""

    unit: OrgUnit
    line: list[OrgUnit]
    beside: list[OrgUnit]
    spans: list[tuple[UnitSpan, str | None]]
    succession: Succession | None
    predecessors: list[OrgUnit]

    @property
    def above(self) -> str:
        """The names of the superiors, where there are any."""
        return " · ".join(one.name for one in self.line[:-1])


def about(unit: OrgUnit) -> About:
    """All that a page on a unit shows but its people."""
    mine = set(db.session.scalars(answered_for().where(OrgUnit.id.in_(lineages([unit.path])))))
    return About(
        unit=unit,
        line=[one for one in line(unit) if one.id in mine],
        beside=beside(unit),
        spans=spans(unit),
        succession=succession_of(unit) if unit.closed_on else None,
        predecessors=predecessors(unit),
    )
