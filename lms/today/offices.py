"""What waits about units, people and files: a statement for each kind, the oldest by name."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Select,
    SQLColumnExpression,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from lms.access.permissions import Permission
from lms.bank.models import Bank
from lms.clock import day_of, start_of
from lms.db import db
from lms.exchange.models import BankImport
from lms.exchange.standings import Step
from lms.holidays.keeping import NEXT_IN, lacking
from lms.jobs.models import Job
from lms.jobs.rules import JobStatus
from lms.notices.models import Complaint, Correction
from lms.orgs.models import OrgUnit
from lms.orgs.queries import subtrees, undecided_units
from lms.orgs.rules import VILLAGE_LEVEL, UnitKind
from lms.people.models import Person, Transfer
from lms.people.rules import Me, TransferState
from lms.reports import unmasking
from lms.rosters.models import RosterImport
from lms.rosters.rules import State
from lms.today.carrying import SHOWN, Found
from lms.training.confirming import unit_lists
from lms.web.here import handlers, settings

P = Permission
RECENT = timedelta(days=7)
BEGINS = 24  # signs of a complaint by which it is known again


def found(query: Select, since: SQLColumnExpression[Any], **options: Any) -> Found:
    """query: what, whose it is. The oldest of them, and how many in all, in one statement."""
    whole = query.add_columns(since.label("since"), func.count().over().label("whole"))
    rows = db.session.execute(whole.order_by(since).limit(SHOWN), execution_options=options).all()
    return (rows[0].whole if rows else 0), [(row[0], row[1], row.since, None) for row in rows]


def paths(me: Me, *permissions: Permission) -> list[str]:
    """The subtrees in which this person may do one of these."""
    return [held.path for held in me.granting(permissions)]


def whose(me: Me, permission: Permission, *units: Any) -> SQLColumnExpression[Any]:
    """Whose it is: of the county below one's own unit in which all of these lie, else one's own."""
    county = aliased(OrgUnit)
    below = [
        and_(county.path.startswith(path), county.path != path) for path in paths(me, permission)
    ]
    theirs = (
        select(county.name)
        .where(county.kind == UnitKind.COUNTY, or_(false(), *below))
        .where(*(unit.path.startswith(county.path) for unit in units))
        .order_by(county.path)
        .limit(1)
        .correlate(*units)
    )
    return func.coalesce(theirs.scalar_subquery(), literal(me.name))


def lists(me: Me, now: datetime) -> Found:
    """Lists of one's unit that were never confirmed, or changed since."""
    open_ = [one for one in unit_lists(me.granting([P.CONFIRM_LIST])) if one.waits]
    open_.sort(key=lambda one: one.cohort.made_at)
    return len(open_), [
        (one.cohort.title, one.unit.unit, one.cohort.made_at, None) for one in open_
    ]


def corrections(me: Me, now: datetime) -> Found:
    """信息有误 of the persons of one's units that nobody has answered."""
    above = aliased(OrgUnit)
    # a village keeps no roster: its township does
    keeps = case((OrgUnit.kind.in_(VILLAGE_LEVEL), above.name), else_=OrgUnit.name)
    query = (
        select(Person.name + literal(" · ") + OrgUnit.name, keeps)
        .select_from(Correction)
        .join(Person, Person.id == Correction.person_id)
        .join(OrgUnit, OrgUnit.id == Correction.org_id)
        .outerjoin(above, above.id == OrgUnit.parent_id)
        .where(Correction.answered_at.is_(None))
        .where(Correction.org_id.in_(subtrees(paths(me, P.KEEP_ROSTER))))
    )
    return found(query, Correction.said_at, counted=Correction)


def complaints(me: Me, now: datetime) -> Found:
    """Complaints to one's own unit or one below that nobody has answered."""
    query = (
        select(func.substr(Complaint.said, 1, BEGINS), OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == Complaint.org_id)
        .where(Complaint.answered_at.is_(None))
        .where(Complaint.org_id.in_(subtrees(paths(me, P.ANSWER_COMPLAINTS))))
    )
    return found(query, Complaint.said_at)


def imports(me: Me, now: datetime) -> Found:
    """Rosters that were read and wait to be confirmed or dropped."""
    query = (
        select(OrgUnit.name, func.coalesce(Person.name, ""))
        .select_from(RosterImport)
        .join(OrgUnit, OrgUnit.id == RosterImport.org_id)
        .outerjoin(Person, Person.id == RosterImport.uploaded_by)
        .where(RosterImport.state == State.READ)
        .where(RosterImport.org_id.in_(subtrees(paths(me, P.KEEP_ROSTER))))
    )
    return found(query, RosterImport.uploaded_at, counted=RosterImport)


def bank_imports(me: Me, now: datetime) -> Found:
    """Questions that one has brought and not taken in yet."""
    query = (
        select(Bank.title, literal(me.name))
        .select_from(BankImport)
        .join(Bank, Bank.id == BankImport.bank_id)
        .where(BankImport.step == Step.READ, BankImport.uploaded_by == me.id)
    )
    return found(query, BankImport.uploaded_at, counted=BankImport)


def transfers(me: Me, now: datetime) -> Found:
    """Transfers between two units that both lie under one's own."""
    units = subtrees(paths(me, P.CONFIRM_TRANSFER))
    there = aliased(OrgUnit)
    query = (
        select(
            OrgUnit.name + literal(" → ") + there.name,
            whose(me, P.CONFIRM_TRANSFER, OrgUnit, there),
        )
        .select_from(Transfer)
        .join(OrgUnit, OrgUnit.id == Transfer.from_org_id)
        .join(there, there.id == Transfer.to_org_id)
        .where(Transfer.state == TransferState.ASKED)
        .where(Transfer.from_org_id.in_(units), Transfer.to_org_id.in_(units))
    )
    return found(query, Transfer.asked_at, counted=Transfer)


def holidays(me: Me, now: datetime) -> Found:
    """Years whose arrangement of holidays nobody has entered, since their notice was due."""
    rows = [
        (str(year), me.name, start_of(date(year - 1, NEXT_IN, 1)), None)
        for year in lacking(settings().var, day_of(now))
    ]
    return len(rows), rows


def successors(me: Me, now: datetime) -> Found:
    """Closed units of which nobody has said yet who took over."""
    count, rows = 0, []
    for path in paths(me, P.KEEP_UNITS):
        many, units = undecided_units(path, SHOWN)
        count += many
        rows += [
            (one.name, me.name, start_of(one.closed_on), None) for one in units if one.closed_on
        ]
    return count, sorted(rows, key=lambda row: row[2])


def numbers(me: Me, now: datetime) -> Found:
    """ID numbers or phones of a whole list that somebody asks for, and I am the second person."""
    open_ = unmasking.waiting(me, now)
    return len(open_), [(one.title, one.asker, one.asked_at, None) for one in open_]


def failed_jobs(me: Me, now: datetime) -> Found:
    """Jobs that one asked for in the last days and that failed."""
    query = select(Job.kind, literal(me.name)).where(
        Job.person_id == me.id, Job.status == JobStatus.FAILED, Job.ended_at > now - RECENT
    )
    count, rows = found(query, Job.ended_at)
    titles = {kind: handler.title for kind, handler in handlers().items()}
    return count, [(titles.get(kind, kind), *rest) for kind, *rest in rows]  # type: ignore[misc]
