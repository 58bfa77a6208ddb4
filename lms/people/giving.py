"""Giving and ending roles: each gives only what stands below, within one's own units."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.access.permissions import ADMINISTRATORS, Permission, Role
from lms.audit.services import record
from lms.db import db
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.orgs.models import OrgUnit
from lms.people import queries
from lms.people.models import Person, RoleHeld
from lms.people.rules import Me, may_give, refuse_level, refuse_mixed

PAGE = 100


def give_role(
    person: Person, role: Role, unit: OrgUnit, from_on: date, me: Me, now: datetime
) -> RoleHeld:
    """Give a role for a unit from a day. The person must be in scope."""
    if role not in may_give(me.granting([Permission.GIVE_ROLES]), unit.path):
        raise NotAllowed("您不能为这个单位授予这一角色。")
    if unit.closed_on is not None:
        raise Conflict("“{name}”已撤销，请另选单位。", name=unit.name)
    refuse_level(role, unit.kind)
    queries.one(person.id)
    with queries.whole_city():  # what somebody is for another unit excludes too
        held = queries.roles_of(person.id, from_on)
    refuse_mixed(role, [one.role for one in held])
    if any(one.role is role and one.org_id == unit.id for one in held):
        raise Conflict("{name}已有“{unit}”的这一角色。", name=person.name, unit=unit.name)
    given = RoleHeld(
        person_id=person.id,
        role=role,
        org_id=unit.id,
        from_on=from_on,
        given_by=me.id,
        given_at=now,
    )
    db.session.add(given)
    db.session.flush()
    record("give role", now, whom=person, org_id=unit.id, role=role.value, on=str(from_on))
    return given


def end_role(held: RoleHeld, on: date, me: Me, now: datetime) -> None:
    """End a role as of a day. Who may give it may end it; the last of an administration stays."""
    if not may_end(held, me):
        raise NotAllowed("您不能结束这一角色。")
    if held.ended_at is not None:
        raise Conflict("这一角色已经结束，请刷新页面。")
    if on < held.from_on:
        raise Invalid("结束日期不能早于授予日期 {from_on}，请改正。", from_on=held.from_on)
    if held.role in ADMINISTRATORS and not _another(held, on):
        raise Conflict("这是最后一名该类管理员。请先授予另一人，再结束。")
    held.to_on, held.ended_by, held.ended_at = on, me.id, now
    record("end role", now, whom=held.person, org_id=held.org_id, role=held.role.value, on=str(on))


def _another(held: RoleHeld, on: date) -> bool:
    query = select(RoleHeld.id).where(
        RoleHeld.role == held.role, RoleHeld.id != held.id, queries.holds(RoleHeld, on)
    )
    with queries.whole_city():
        return db.session.scalar(query.limit(1)) is not None


def role_held(held_id: int) -> RoleHeld:
    """The role with its person and unit, if in scope. Raises NotFound."""
    found = db.session.scalar(
        select(RoleHeld)
        .where(RoleHeld.id == held_id)
        .options(joinedload(RoleHeld.person), joinedload(RoleHeld.org))
    )
    if found is None:
        raise NotFound("没有找到这一角色，或不在您的权限范围内。")
    return found


def roles(day: date, role: Role | None = None, page: int = 1) -> tuple[list[RoleHeld], int]:
    """Who holds which role for which unit, in scope; one page, and how many in all."""
    query = select(RoleHeld).where(queries.goes_on(RoleHeld, day))
    if role is not None:
        query = query.where(RoleHeld.role == role)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = (
        query.join(OrgUnit, OrgUnit.id == RoleHeld.org_id)
        .order_by(func.length(OrgUnit.path), OrgUnit.path, RoleHeld.role, RoleHeld.id)
        .options(joinedload(RoleHeld.person), joinedload(RoleHeld.org))
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return list(db.session.scalars(rows)), total


def lines(rows: Iterable[RoleHeld]) -> dict[int, str]:
    """By unit: its name after those of its superiors."""
    return queries.lines(held.org for held in rows)


def may_end(held: RoleHeld, me: Me) -> bool:
    """Whether this person may end the role: who may give it may."""
    return held.role in may_give(me.granting([Permission.GIVE_ROLES]), held.org.path)


def givable(me: Me) -> frozenset[Role]:
    """The roles that this person may give for some unit."""
    granting = me.granting([Permission.GIVE_ROLES])
    return frozenset(role for held in granting for role in may_give(granting, held.path))


def own_line(me: Me) -> str:
    """The name of the unit for which this person gives roles, where there is one."""
    names = set(me.units(Permission.GIVE_ROLES).values())
    return names.pop() if len(names) == 1 else ""
