"""The roll of a unit: who is there, and how far each has come with signing in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, or_, select

from lms.access.permissions import Permission, Role
from lms.accounts.models import Account, Slip
from lms.accounts.rules import SlipState, may_issue, slip_state
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.orgs import queries as orgs
from lms.orgs.models import OrgUnit
from lms.people.models import Person, Posting, RoleHeld
from lms.people.queries import holds, still_one
from lms.people.rules import Assignment, Me

ISSUERS = (Permission.ISSUE_SLIPS, Permission.KEEP_SECURITY)
MOST_LINES = 400  # shown at once; of more, the units below are shown
MOST_AT_ONCE = 400  # printed at once: drawing takes some milliseconds each
UNSCOPED = {"counted": Person}  # the scope is on the persons, and on nothing that is said of them


class Line(NamedTuple):
    """A person on the roll of a unit, and how far that person has come with signing in."""

    person_id: int
    name: str
    short_number: str
    unit: str
    path: str
    state: SlipState
    held: tuple[Assignment, ...]  # the place on the roll, and every role beside cadre

    @property
    def sheet_id(self) -> int:
        """The unit by which sheets are cut: the third from above, a township."""
        return _steps(self.path)[:3][-1]

    @property
    def roles(self) -> list[Role]:
        return [one.role for one in self.held if one.role is not Role.CADRE]


@lru_cache(8192)  # thousands of persons stand in the same units
def _steps(path: str) -> tuple[int, ...]:
    return tuple(map(int, path.strip("/").split("/")))


@dataclass(frozen=True)
class Roll:
    """What the page of slips shows. above: from the city down; below: units with counts by state.

    lines: none where there are too many; may: for whom one may issue; words: what was sought.
    """

    unit: OrgUnit
    above: list[OrgUnit]
    below: list[tuple[OrgUnit, Counter[SlipState]]]
    lines: list[Line]
    count: Counter[SlipState]
    may: set[int]
    words: str = ""


def of_unit(unit_id: int | None, me: Me, day: date) -> Roll:
    """The roll of a unit; of the first that one answers for where none is named."""
    tops = orgs.mine_all(me.units(*ISSUERS))
    unit = orgs.mine(unit_id or 0) if unit_id or not tops else tops[0]
    lines = _for(me, everyone(unit.path, day))
    parts = _count_by_part(lines, unit.path)
    below = [(part, parts[part.id]) for part in orgs.children(unit) if part.id in parts]
    above = [one for one in orgs.line(unit) if any(one.path.startswith(t.path) for t in tops)]
    shown = lines if len(lines) <= MOST_LINES else []
    return Roll(unit, above, below, shown, _count(lines), _may(me, shown))


def of_words(words: str, me: Me, day: date) -> Roll:
    """Persons by name or short number, wherever one answers for them."""
    tops = orgs.mine_all(me.units(*ISSUERS))
    sought = words.strip()
    if not sought or not tops:
        raise Invalid("请输入姓名或短号。")
    same = or_(Person.name.contains(sought, autoescape=True), Person.short_number == sought)
    found = {line.person_id: line for top in tops for line in everyone(top.path, day, same)}
    lines = _for(me, found.values())[:MOST_LINES]
    return Roll(tops[0], [], [], lines, _count(lines), _may(me, lines), sought)


def _for(me: Me, lines: Iterable[Line]) -> list[Line]:
    """The security administrator looks after those who hold a role, and after nobody else."""
    officer = me.may(Permission.ISSUE_SLIPS)
    return [line for line in lines if officer or line.roles]


def _count(lines: Iterable[Line]) -> Counter[SlipState]:
    return Counter([line.state for line in lines])


def _count_by_part(lines: Iterable[Line], path: str) -> dict[int, Counter[SlipState]]:
    """By the units right below a unit; those of the unit itself are in none of them."""
    found: dict[int, Counter[SlipState]] = {}
    level = len(_steps(path))
    for line in lines:
        steps = _steps(line.path)
        if len(steps) > level:
            found.setdefault(steps[level], Counter())[line.state] += 1
    return found


def _may(me: Me, lines: Iterable[Line]) -> set[int]:
    mine = me.granting(ISSUERS)
    return {line.person_id for line in lines if may_issue(mine, line.held)}


def to_print(unit_id: int, me: Me, day: date, *, unused: bool, used: bool) -> list[Line]:
    """For whom to print: who has no slip; where asked, also who has one, or a PIN already."""
    wanted = {SlipState.NONE}
    wanted |= {SlipState.ISSUED, SlipState.RESET} if unused else set()
    wanted |= {SlipState.IN_USE} if used else set()
    lines = _for(me, everyone(orgs.mine(unit_id).path, day))
    may = _may(me, lines)
    found = [line for line in lines if line.state in wanted and line.person_id in may]
    if not found:
        raise Conflict("没有需要打印的凭条：都已发过。要重打，请勾选相应的选项。")
    if len(found) > MOST_AT_ONCE:
        raise Invalid(
            "一次最多打印 {most} 张，这里有 {n} 张。请按乡镇分批打印。",
            most=MOST_AT_ONCE,
            n=len(found),
        )
    return found


# ── from the tables ─────────────────────────────────────────────────────────────────────────────


def everyone(path: str, day: date, who: ColumnElement[bool] | None = None) -> list[Line]:
    """Everyone posted in a unit or below it, and who holds a role there; by unit and name.

    The unit must be one that is answered for. A person stands once, at the first of the units;
    `held` are the roles held anywhere, so that nobody is taken for less than they are.
    """
    places: dict[int, Assignment] = {}
    for person_id, *where in db.session.execute(_places(path, day), execution_options=UNSCOPED):
        one, before = Assignment(Role.CADRE, *where), places.get(person_id)
        if before is None or _steps(one.path) < _steps(before.path):
            places[person_id] = one
    held: dict[int, list[Assignment]] = {}
    for person_id, role, *where in db.session.execute(_roles(day), execution_options=UNSCOPED):
        held.setdefault(person_id, []).append(Assignment(role, *where))
    query = _accounts(path, day) if who is None else _accounts(path, day).where(who)
    found = []
    for row in db.session.execute(query, execution_options=UNSCOPED):
        state = slip_state(row.ended, row.chosen, row.issued, bool(row.resets))
        at, more = places[row.id], held.get(row.id, ())
        found.append(Line(row.id, row.name, row.short_number, at.unit, at.path, state, (at, *more)))
    return sorted(found, key=lambda line: (_steps(line.path), line.name, line.short_number))


def _places(path: str, day: date) -> CompoundSelect:
    """person_id and unit, for each posting and each role under a path."""
    columns = (OrgUnit.id, OrgUnit.path, OrgUnit.name)
    posts = select(Posting.person_id, *columns).join(OrgUnit, OrgUnit.id == Posting.org_id)
    roles = select(RoleHeld.person_id, *columns).join(OrgUnit, OrgUnit.id == RoleHeld.org_id)
    return posts.where(orgs.under(path), holds(Posting, day)).union_all(
        roles.where(orgs.under(path), holds(RoleHeld, day))
    )


def _roles(day: date) -> Select:
    """Every role held: few hold one."""
    return (
        select(RoleHeld.person_id, RoleHeld.role, OrgUnit.id, OrgUnit.path, OrgUnit.name)
        .select_from(RoleHeld)
        .join(OrgUnit, OrgUnit.id == RoleHeld.org_id)
        .where(holds(RoleHeld, day))
    )


def _accounts(path: str, day: date) -> Select:
    there = _places(path, day).subquery()
    return (
        select(
            Person.id,
            Person.name,
            Person.short_number,
            Account.ended_at.is_not(None).label("ended"),
            or_(Account.pin_hash.is_not(None), Account.password_hash.is_not(None)).label("chosen"),
            Slip.id.is_not(None).label("issued"),
            Slip.resets,
        )
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(Slip, (Slip.person_id == Person.id) & Slip.replaced_at.is_(None))
        .where(Person.id.in_(select(there.c.person_id)), still_one())
    )


def sheet_names(lines: Sequence[Line]) -> dict[int, str]:
    """The names of the units by which sheets are cut."""
    query = select(OrgUnit.id, OrgUnit.name).where(OrgUnit.id.in_({one.sheet_id for one in lines}))
    return {row[0]: row[1] for row in db.session.execute(query)}
