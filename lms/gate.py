"""The front door. Every request passes here: who is it, may they, how far can they see."""

from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from flask import Flask, g, request, session
from sqlalchemy import Select, and_, or_, select, update

from lms.access.permissions import (
    ANSWERING,
    OPEN,
    ROLE_PERMISSIONS,
    SIGNED_IN,
    TICKET,
    Permission,
    Role,
)
from lms.access.scope import Scope, seeing_everything, set_scope
from lms.accounts import queries as accounts
from lms.accounts import rules
from lms.accounts.models import SignIn
from lms.accounts.rules import State
from lms.audit.rules import Actor, Outcome
from lms.audit.services import acting, record
from lms.bank.models import BankNamed
from lms.bank.rules import Right
from lms.ciphers import digest
from lms.clock import day_of
from lms.db import db
from lms.errors import NotAllowed, NotSignedIn
from lms.exams.models import Assessment, Attempt, NamedOfficer
from lms.orgs.queries import lineages, subtrees
from lms.people import queries as people
from lms.people.rules import Assignment, Me
from lms.web import transaction
from lms.web.forms import refuse_forged
from lms.web.here import address, now, secret
from lms.words import N_

# What one must be allowed to do, to use what one, or one's unit, is named on a bank for.
RIGHTS: dict[Right, Permission | None] = {
    Right.PRACTISE: None,
    Right.WRITE: Permission.KEEP_BANK,
    Right.REVIEW: Permission.REVIEW,
    Right.MAKE_PAPERS: Permission.MAKE_PAPERS,
}
LOCKED = N_("页面闲置较久，已锁定。请重新验证后继续，已填写的内容不会丢失。")


def install(app: Flask) -> None:
    app.extensions["scope for"] = scope_for

    @app.before_request
    def gate() -> None:
        g.me, g.locked = None, False
        transaction.begin()
        label = getattr(app.view_functions.get(request.endpoint or ""), "needs", None)
        if label == (TICKET,):
            return
        if request.method not in transaction.READS:
            refuse_forged()
        if request.endpoint is None:
            return
        enter(label)


def enter(label: tuple[Permission | str, ...] | None) -> None:
    """Let the request in as far as its view's label says; without a label, not at all."""
    moment = now()
    me = g.me = who(moment)
    acting(_actor(me))
    if label == (OPEN,):
        if me is not None:
            set_scope(scope_of(me, [], moment))
        return
    if me is None:
        raise NotSignedIn(LOCKED if g.locked else N_("请先登录。"))
    if label == (SIGNED_IN,):
        set_scope(scope_of(me, [], moment))
        return
    permissions = [need for need in label or () if isinstance(need, Permission)]
    if not me.may(*permissions):
        transaction.afterwards(partial(_note_refusal, request.endpoint, moment))
        raise NotAllowed("您没有办理这项工作的权限。")
    set_scope(scope_of(me, permissions, moment))


def _actor(me: Me | None) -> Actor:
    device = request.user_agent.string
    return Actor(me.id, address(), device, me.name) if me else Actor(None, address(), device)


def who(moment: datetime) -> Me | None:
    """The signed-in person, with what they are for which unit; none where nobody is."""
    token = session.get("token")
    if not token:
        return None
    with seeing_everything():
        known = digest(token, secret("session"), "sign-in")
        entered = accounts.entered(known, day_of(moment))
        if entered is None:
            return None
        found, assignments = entered
        held = rules.carried(found.means, assignments)
        state = rules.state(found.started_at, found.seen_at, moment, held)
        if state is not State.OPEN and held and not _sits(found.person_id, moment):
            g.locked = state is State.LOCKED
            return None
    if moment - found.seen_at > rules.SEEN_EVERY:
        transaction.afterwards(partial(_note_contact, found.id, moment))
    return Me(found.person_id, found.name, found.org_id, held) if held else None


def _sits(person_id: int, moment: datetime) -> bool:
    """Whether an attempt is open, or was a moment ago: that never locks.

    But for a 小测: it is open for days.
    """
    return bool(
        db.session.scalar(
            select(Attempt.id)
            .join(Assessment, Assessment.id == Attempt.assessment_id)
            .where(Attempt.person_id == person_id, Attempt.ends_at > moment - rules.IDLE)
            .where(Assessment.posts.is_(None))
            .where(or_(Attempt.submitted_at.is_(None), Attempt.submitted_at > moment - rules.IDLE))
            .limit(1)
        )
    )


def scope_of(me: Me, permissions: list[Permission], moment: datetime) -> Scope:
    """How far this person sees, by the assignments that grant one of these permissions."""
    granted = me.granting(permissions)
    answered = [held.path for held in granted if held.role in ANSWERING]
    made = [held.path for held in granted if held.role is not Role.CADRE]
    units = subtrees(answered)
    return Scope(
        person_id=me.id,
        subtree=units,
        content=subtrees(made),
        lineage=lineages(held.path for held in me.assignments),
        posted=people.posted_in(units, day_of(moment)),
        rights_on_banks=partial(_rights, me.id, granted),
        named_for=partial(_assessments, me.id),
        audits=Permission.READ_AUDIT in permissions and me.may(Permission.READ_AUDIT),
        jobs=Permission.KEEP_SYSTEM in permissions and me.may(Permission.KEEP_SYSTEM),
        answers=bool(answered),
        makes=bool(made),
    )


@lru_cache(2048)
def _assessments(person_id: int) -> Select:
    """For which somebody is named."""
    return select(NamedOfficer.assessment_id).where(NamedOfficer.person_id == person_id)


def scope_for(
    person_id: int | None, permissions: list[Permission], moment: datetime
) -> Scope | None:
    """The scope of a person for a job; none where a permission is gone."""
    if person_id is None:
        return None
    with seeing_everything():
        held = people.assignments(person_id, day_of(moment))
    me = Me(person_id, "", 0, held)
    return scope_of(me, permissions, moment) if me.may(*permissions) else None


def _rights(person_id: int, granted: list[Assignment]) -> dict[str, frozenset[int]]:
    """The banks on which this person, or a unit, is named today, by right.

    A right opens nothing to who may not use it: a unit named to review is named for its reviewers.
    """
    units = {right: _using(right, granted) for right in Right}
    mine = [
        and_(
            BankNamed.right == right,
            or_(BankNamed.person_id == person_id, BankNamed.org_id.in_(ids)),
        )
        for right, ids in units.items()
        if ids
    ]
    if not mine:
        return {}
    query = select(BankNamed.right, BankNamed.bank_id).where(BankNamed.ended_at.is_(None))
    found: dict[str, set[int]] = {}
    with db.session.no_autoflush:
        for right, bank_id in db.session.execute(query.where(or_(*mine))):
            found.setdefault(right, set()).add(bank_id)
    return {right: frozenset(banks) for right, banks in found.items()}


def _using(right: Right, granted: list[Assignment]) -> list[int]:
    """The units for which these assignments let one use a right.

    What a unit may practise, who is posted below it may: content flows down.
    """
    need = RIGHTS[right]
    using = [held for held in granted if need is None or need in ROLE_PERMISSIONS[held.role]]
    units = {held.org_id for held in using}
    if right is Right.PRACTISE:
        posted = [held.path for held in using if held.role is Role.CADRE]
        units |= {int(step) for path in posted for step in path.strip("/").split("/") if step}
    return sorted(units)


def _note_contact(sign_in_id: int, moment: datetime) -> None:
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=moment))


def _note_refusal(endpoint: str | None, moment: datetime, **facts: Any) -> None:
    record("open", moment, whom=endpoint, outcome=Outcome.REFUSED, **facts)
