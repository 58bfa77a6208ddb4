"""Opening, closing, renaming and re-hanging units, and deciding who took over a closed one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm.attributes import set_committed_value

from lms.audit.services import record
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.orgs import queries
from lms.orgs.files import Change, Division, compare, refuse_bad, refuse_half_a_list
from lms.orgs.models import OrgUnit, Succession, UnitSpan
from lms.orgs.rules import (
    CHOSEN,
    TERRITORY,
    Candidate,
    Proposal,
    SuccessionState,
    UnitKind,
    level_of,
    like,
    propose,
    shown_name,
    whither,
)
from lms.orgs.systems import System


@dataclass(frozen=True)
class NewUnit:
    """A unit to open. parent_code: empty above all others; place: among its neighbours."""

    code: str
    name: str
    kind: UnitKind
    parent_code: str
    place: int
    listed: str | None = None


def load_divisions(
    divisions: list[Division], on: date, now: datetime, *, anyway: bool = False
) -> tuple[Change, int]:
    """Make the territory what the list says it is as of a day; nothing is deleted.

    The list is complete below its topmost rows. New codes are opened, missing ones closed, names
    and superiors changed from that day; successors are proposed. Gives what changed, and the
    number of proposals. anyway: also when more than half of the units would be closed.
    """
    standing = queries.standing()
    refuse_bad(divisions, {code: unit.level for code, unit in standing.items()})
    change = compare(divisions, standing)
    if not anyway:
        refuse_half_a_list(change)
    last = queries.last_change()
    if last is not None and last > on and _changes(change):
        raise Conflict("系统中的单位已更新到 {last}，不能再载入 {on} 的名单。", last=last, on=on)
    units = _by_code()
    opened = open_units([_new(division) for division in change.opened], on)
    units |= opened
    for division in change.renamed:
        rename(units[division.code], shown_name(division.name), on, listed=division.name)
        units[division.code].kind = division.kind
    for division in change.moved:
        rehang(units[division.code], units[division.parent_code], on)
    close([units[code] for code in change.closed], on)
    proposed = propose_successors(change.closed, set(opened), on, now)
    record("load divisions", now, opened=len(opened), closed=len(change.closed), on=str(on))
    return change, proposed


def _changes(change: Change) -> bool:
    return bool(change.opened or change.renamed or change.moved or change.closed)


def _by_code() -> dict[str, OrgUnit]:
    rows = db.session.scalars(select(OrgUnit).where(OrgUnit.code.is_not(None)))
    return {unit.code: unit for unit in rows if unit.code}


def _new(division: Division) -> NewUnit:
    """A division as a unit: its place is the end of its code, below that of its superior."""
    end = division.code.removeprefix(division.parent_code)
    return NewUnit(
        code=division.code,
        name=shown_name(division.name),
        kind=division.kind,
        parent_code="" if division.level == "city" else division.parent_code,
        place=int(end) if end.isdigit() and len(end) < 9 else division.row,
        listed=division.name,
    )


def open_units(wanted: Iterable[NewUnit], on: date) -> dict[str, OrgUnit]:
    """Open units, superiors before those below them; a closed code is opened again. By code."""
    known = _by_code()
    opened: dict[str, OrgUnit] = {}
    waiting = list(wanted)
    while waiting:
        ready = [new for new in waiting if new.parent_code in known or not new.parent_code]
        if not ready:
            raise Invalid("没有找到上级单位：{code}。", code=waiting[0].parent_code)
        units = [_opened(new, known, on) for new in ready]
        db.session.add_all(units)
        db.session.flush()
        for new, unit in zip(ready, units, strict=True):
            superior = known.get(new.parent_code)
            again = _last_system(unit) if unit.path else None
            if unit.path and superior:
                _hang(unit, superior)
            else:
                unit.path = f"{superior.path if superior else '/'}{unit.id}/"
            opened[new.code] = known[new.code] = unit
            _begin_span(unit, on, again)
        done = {new.code for new in ready}
        waiting = [new for new in waiting if new.code not in done]
    db.session.flush()
    return opened


def _opened(new: NewUnit, known: dict[str, OrgUnit], on: date) -> OrgUnit:
    unit = (
        known.get(new.code) or _nameless(new, on) or OrgUnit(code=new.code, path="", opened_on=on)
    )
    parent = known.get(new.parent_code)
    unit.name, unit.listed, unit.kind, unit.place = new.name, new.listed, new.kind, new.place
    unit.parent_id, unit.closed_on = (parent.id if parent else None), None
    return unit


def _nameless(new: NewUnit, on: date) -> OrgUnit | None:
    """The unit that an empty city began with; the first list gives it its name and code."""
    top = None if new.parent_code else queries.top()
    if top is None or top.code is not None:
        return None
    span = _open_span(top)
    if span is not None:
        db.session.delete(span)
    top.code, top.opened_on = new.code, on
    return top


def rename(unit: OrgUnit, name: str, on: date, *, listed: str | None = None) -> None:
    """Call the unit by another name from a day; what it was called before stays on record."""
    unit.name, unit.listed = name, listed
    _turn_span(unit, on)


def rehang(unit: OrgUnit, superior: OrgUnit, on: date) -> None:
    """Put the unit, and all below it, under another superior from a day."""
    _hang(unit, superior)
    _turn_span(unit, on)


def close(units: list[OrgUnit], on: date) -> None:
    """End units as of a day. Each stays where it hangs until its successor is confirmed.

    What they were is asked for once: each question would look through all that is changed.
    """
    spans = {}
    if units:
        there = db.session.scalars(select(UnitSpan).where(UnitSpan.to_on.is_(None)))
        spans = {span.org_id: span for span in there}
    for unit in units:
        unit.closed_on = on
        span = spans.get(unit.id)
        if span is not None and span.from_on < on:
            span.to_on = on
        elif span is not None:  # it never was
            db.session.delete(span)


def _hang(unit: OrgUnit, superior: OrgUnit) -> None:
    """Change the path of a subtree; the closed units that this one took over follow it."""
    before, after = unit.path, f"{superior.path}{unit.id}/"
    if superior.path.startswith(before):
        raise Invalid("单位不能挂到自己的下级单位之下。")
    unit.parent_id = superior.id
    if before == after:
        return
    db.session.flush()
    moved = literal(after) + func.substr(OrgUnit.path, len(before) + 1)
    db.session.execute(
        update(OrgUnit).where(queries.under(before)).values(path=moved),
        execution_options={"synchronize_session": "fetch"},
    )
    for closed in queries.predecessors(unit):
        _hang(closed, superior)


def _open_span(unit: OrgUnit) -> UnitSpan | None:
    return db.session.scalar(
        select(UnitSpan).where(UnitSpan.org_id == unit.id, UnitSpan.to_on.is_(None))
    )


def _last_system(unit: OrgUnit) -> System | None:
    """The system that a unit had by hand when it was closed."""
    last = select(UnitSpan.system).where(UnitSpan.org_id == unit.id)
    return db.session.scalar(last.order_by(UnitSpan.from_on.desc()).limit(1))


def _begin_span(unit: OrgUnit, on: date, system: System | None = None) -> None:
    facts = {"name": unit.name, "listed": unit.listed, "parent_id": unit.parent_id}
    db.session.add(UnitSpan(org_id=unit.id, **facts, from_on=on, system=system))


def _turn_span(unit: OrgUnit, on: date) -> None:
    """End what the unit was, and begin what it is; a second change of one day is the same one."""
    span = _open_span(unit)
    if span is None or span.from_on < on:
        if span is not None:
            span.to_on = on
        _begin_span(unit, on, span.system if span is not None else None)
    elif span.from_on == on:
        span.name, span.listed, span.parent_id = unit.name, unit.listed, unit.parent_id
    else:
        raise Conflict("单位“{name}”在 {on} 之后已有变动，请核对日期。", name=unit.name, on=on)


def propose_successors(closed: list[str], opened: set[str], on: date, now: datetime) -> int:
    """Propose who took over the closed units, townships before villages. Returns how many.

    closed, opened: codes, of one and the same change.
    """
    if not closed:
        return 0
    db.session.flush()
    ids, gone, standing = _candidates(set(closed), opened)
    parts = whither(gone["village"], standing["village"])
    townships = propose(gone["township"], standing["township"], parts=parts)
    heirs = {one.code: one.successor_code for one in townships}
    found = townships + propose(gone["village"], standing["village"], heirs)
    db.session.add_all([_proposed(one, ids, on, now) for one in found])
    db.session.flush()
    return len(found)


def _proposed(one: Proposal, ids: dict[str, int], on: date, now: datetime) -> Succession:
    return Succession(
        org_id=ids[one.code],
        successor_id=ids[one.successor_code],
        on=on,
        confidence=one.confidence,
        why=one.why,
        proposed_at=now,
    )


Levels = dict[str, list[Candidate]]


def _candidates(closed: set[str], opened: set[str]) -> tuple[dict[str, int], Levels, Levels]:
    """Ids by code; the closed units and the open ones as candidates, by level."""
    units = _by_code()
    codes = {unit.id: code for code, unit in units.items()}
    names: dict[int, list[str]] = defaultdict(list)
    spans = select(UnitSpan.org_id, UnitSpan.name).order_by(UnitSpan.from_on)
    for org_id, name in db.session.execute(spans):
        names[org_id].append(name)
    gone: Levels = defaultdict(list)
    standing: Levels = defaultdict(list)
    for code, unit in units.items():
        if unit.kind not in TERRITORY or (unit.closed_on and code not in closed):
            continue
        parent = units.get(codes.get(unit.parent_id or 0, ""))
        candidate = Candidate(
            code=code,
            names=tuple(dict.fromkeys([*names[unit.id], unit.name])),
            parent_code=(parent.code or "") if parent else "",
            region_code=codes.get(parent.parent_id or 0, "") if parent else "",
            is_new=code in opened,
        )
        (gone if code in closed else standing)[level_of(unit.kind)].append(candidate)
    return {code: unit.id for code, unit in units.items()}, gone, standing


def confirm(succession: Succession, by: int, now: datetime) -> None:
    """Accept a proposal: the closed unit now hangs under its successor's superior.

    by: id of the person who decides. What may happen once is decided by the row count.
    """
    _refuse_unfit(succession.unit, succession.successor)
    _decide(succession, SuccessionState.CONFIRMED, by, now)
    _take_over(succession.unit, succession.successor, succession.on)
    _note("confirm successor", succession, now)


def refuse(succession: Succession, by: int, now: datetime) -> None:
    """Say that nobody took the unit over; it stays under its superior."""
    _decide(succession, SuccessionState.REFUSED, by, now)
    _note("refuse successor", succession, now)


def choose(unit: OrgUnit, successor: OrgUnit, by: int, now: datetime) -> None:
    """Name the successor by hand, in place of whatever was proposed or confirmed before."""
    _refuse_unfit(unit, successor)
    before = select(Succession).where(
        Succession.org_id == unit.id, Succession.state != SuccessionState.REFUSED
    )
    for old in db.session.scalars(before):
        old.state, old.decided_at, old.decided_by = SuccessionState.REFUSED, now, by
    succession = Succession(
        org_id=unit.id,
        successor_id=successor.id,
        on=unit.closed_on,
        confidence=100,
        why=CHOSEN,
        state=SuccessionState.CONFIRMED,
        proposed_at=now,
        decided_at=now,
        decided_by=by,
    )
    db.session.add(succession)
    db.session.flush()
    _take_over(unit, successor, succession.on)
    _note("choose successor", succession, now)


def confirm_sure(path: str, least: int, by: int, now: datetime) -> int:
    """Accept every open proposal under a path that is at least so sure. Returns how many."""
    fit = [one for one in queries.proposals(path, least) if one.successor.closed_on is None]
    for proposal in fit:
        confirm(proposal, by, now)
    return len(fit)


def _refuse_unfit(unit: OrgUnit, successor: OrgUnit) -> None:
    if unit.closed_on is None:
        raise Conflict("“{name}”没有撤销，不需要承接单位。", name=unit.name)
    if successor.closed_on is not None:
        raise Conflict("“{name}”已撤销，请另选承接单位。", name=successor.name)
    if successor.kind not in like(unit.kind):
        raise Invalid("承接单位应与“{name}”同级，请另选。", name=unit.name)


def _decide(succession: Succession, state: SuccessionState, by: int, now: datetime) -> None:
    decided = {"state": state, "decided_at": now, "decided_by": by}
    # The session is told by hand: it would look through all it holds, each time of a thousand.
    done = db.session.execute(
        update(Succession)
        .where(Succession.id == succession.id, Succession.state == SuccessionState.PROPOSED)
        .values(decided)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("“{name}”的承接单位已有人办理，请刷新页面。", name=succession.unit.name)
    for name, value in decided.items():
        set_committed_value(succession, name, value)


def _take_over(unit: OrgUnit, successor: OrgUnit, on: date) -> None:
    """The closed unit stands beside its successor; what hung under it, under its successor."""
    superior = db.session.scalar(select(OrgUnit).where(OrgUnit.id == successor.parent_id))
    if superior is not None:
        _hang(unit, superior)
    for child in db.session.scalars(select(OrgUnit).where(OrgUnit.parent_id == unit.id)).all():
        span = _open_span(child)
        if span is None:
            _hang(child, successor)
        else:
            rehang(child, successor, max(on, span.from_on))


def _note(act: str, succession: Succession, now: datetime) -> None:
    record(act, now, whom=succession, org_id=succession.org_id, to=succession.successor_id)
