"""What waits on the desk of those who keep things going: a few counts, each with its door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from lms.access.permissions import Permission
from lms.bank.queries import banks_for
from lms.bank.rules import Right
from lms.clock import day_of
from lms.db import db
from lms.jobs.models import Job
from lms.jobs.rules import JobStatus
from lms.notices.models import Complaint, Correction
from lms.orgs.queries import subtrees, undecided_by_confidence
from lms.people.models import Transfer
from lms.people.rules import Me, TransferState
from lms.practice.queries import reports_waiting
from lms.reviewing import queries as reviewing
from lms.reviewing.resting import touched
from lms.rosters.models import RosterImport
from lms.rosters.rules import State
from lms.training.lists import unit_lists

P = Permission
RECENT = timedelta(days=7)
# Everyone but those who only learn and sit has a desk.
DESK = tuple(sorted(set(Permission) - {P.LEARN, P.SIT_EXAM}))


@dataclass(frozen=True)
class Waiting:
    """So many things of a kind wait; the page knows their words and their door."""

    kind: str
    count: int


def waiting(me: Me, now: datetime) -> list[Waiting]:
    """What waits for this person, only kinds of which there is something."""
    found = [
        Waiting(kind, count(me, now))
        for kind, (permission, count) in KINDS.items()
        if me.may(*permission)
    ]
    return [one for one in found if one.count]


def _paths(me: Me, permission: Permission) -> list[str]:
    return [held.path for held in me.granting([permission])]


def _transfers(me: Me, now: datetime) -> int:
    """Transfers between two units that both lie under one's own."""
    units = subtrees(_paths(me, P.CONFIRM_TRANSFER))
    query = select(func.count(Transfer.id)).where(
        Transfer.state == TransferState.ASKED,
        Transfer.from_org_id.in_(units),
        Transfer.to_org_id.in_(units),
    )
    return db.session.scalar(query) or 0


def _successors(me: Me, now: datetime) -> int:
    """Closed units of which nobody has said yet who took over."""
    paths = _paths(me, P.KEEP_UNITS)
    return sum(sum(undecided_by_confidence(path).values()) for path in paths)


def _failed_jobs(me: Me, now: datetime) -> int:
    """Jobs that one asked for in the last days and that failed."""
    query = select(func.count(Job.id)).where(
        Job.person_id == me.id, Job.status == JobStatus.FAILED, Job.ended_at > now - RECENT
    )
    return db.session.scalar(query) or 0


def _lists(me: Me, now: datetime) -> int:
    """Lists of one's unit that were never confirmed, or changed since."""
    return sum(one.waits for one in unit_lists(me.granting([P.CONFIRM_LIST])))


def _complaints(me: Me, now: datetime) -> int:
    """Complaints to one's own unit or one below that nobody has answered."""
    return _unanswered(Complaint, me, P.ANSWER_COMPLAINTS)


def _corrections(me: Me, now: datetime) -> int:
    """信息有误 of the persons of one's units that nobody has answered."""
    return _unanswered(Correction, me, P.KEEP_ROSTER)


def _unanswered(table: type[Complaint] | type[Correction], me: Me, permission: Permission) -> int:
    units = subtrees(_paths(me, permission))
    query = select(func.count(table.id)).where(table.answered_at.is_(None), table.org_id.in_(units))
    return db.session.scalar(query) or 0


def _imports(me: Me, now: datetime) -> int:
    """Rosters that were read and wait to be confirmed or dropped."""
    units = subtrees(_paths(me, P.KEEP_ROSTER))
    query = select(func.count(RosterImport.id)).where(
        RosterImport.state == State.READ, RosterImport.org_id.in_(units)
    )
    return db.session.scalar(query) or 0


def _reviews(me: Me, now: datetime) -> int:
    """Questions that wait to be reviewed, none of them one's own."""
    banks = [one.id for one in banks_for(Right.REVIEW)]
    return reviewing.waits_for(me.id, banks, now) if banks else 0


def _returned(me: Me, now: datetime) -> int:
    """Questions that came back from their reviewer."""
    return reviewing.come_back(me.id, [one.id for one in banks_for(Right.WRITE)])


def _faults(me: Me, now: datetime) -> int:
    """本题有误 about the banks that one writes or reviews."""
    rights = (Right.WRITE, Right.REVIEW)
    return reports_waiting({one.id for right in rights for one in banks_for(right)})


def _laws(me: Me, now: datetime) -> int:
    """Editions of laws that ended or were given a text, on which questions wait."""
    return len(touched(day_of(now))) if banks_for(Right.REVIEW) else 0


Count = Callable[[Me, datetime], int]
KINDS: dict[str, tuple[tuple[Permission, ...], Count]] = {
    "lists": ((P.CONFIRM_LIST,), _lists),
    "corrections": ((P.KEEP_ROSTER,), _corrections),
    "complaints": ((P.ANSWER_COMPLAINTS,), _complaints),
    "imports": ((P.KEEP_ROSTER,), _imports),
    "transfers": ((P.CONFIRM_TRANSFER,), _transfers),
    "successors": ((P.KEEP_UNITS,), _successors),
    "reviews": ((P.REVIEW,), _reviews),
    "faults": ((P.KEEP_BANK, P.REVIEW), _faults),
    "laws": ((P.REVIEW,), _laws),
    "returned": ((P.KEEP_BANK,), _returned),
    "failed jobs": ((P.KEEP_ROSTER, P.RUN_TRAINING, P.KEEP_SYSTEM), _failed_jobs),
}
