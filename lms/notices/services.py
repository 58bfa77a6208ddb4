"""Saying a word to an office, and answering it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from lms.access.scope import seeing_everything
from lms.audit.rules import Actor
from lms.audit.services import acting, record
from lms.ciphers import digest, sealed
from lms.db import db, find
from lms.dice import code
from lms.errors import Invalid, NotFound
from lms.notices import queries, rules
from lms.notices.models import Complaint, Correction
from lms.orgs.models import OrgUnit
from lms.people.queries import one
from lms.settings import Settings


def offices() -> list[OrgUnit]:
    """The units that answer, for a page that is open to everyone."""
    with seeing_everything():
        return queries.offices()


@dataclass(frozen=True)
class Sender:
    """Where a complaint comes from. person_id: who is signed in; named: wants to be known."""

    person_id: int | None
    named: bool
    address: str


@dataclass(frozen=True)
class Sent:
    """A complaint that was kept: who answers, the code shown once, whether it was signed."""

    unit: str
    code: str
    named: bool


def complain(
    org_id: int,
    said: str,
    contact: str,
    sender: Sender,
    now: datetime,
    house: Settings,
) -> Sent:
    """Keep a complaint; gives the code by which its answer is found."""
    person_id = sender.person_id if sender.named else None
    sent_from, most = _counted(sender, house)
    with seeing_everything():
        if org_id not in {unit.id for unit in queries.offices()}:
            raise Invalid("请选择由哪个单位答复。")
        rules.refuse_flood(queries.sent_since(sent_from, now - rules.WINDOW), most)
        shown = code(rules.CODE_DIGITS, rules.CODE_LENGTH)
        complaint = Complaint(
            org_id=org_id,
            person_id=person_id,
            said=rules.refuse_empty(said),
            contact_seal=sealed(contact, house.secrets["cipher"]) if contact else None,
            said_at=now,
            sent_from=sent_from,
            code_digest=_code_digest(shown, house),
        )
        db.session.add(complaint)
        db.session.flush()
        if person_id is None:  # a name, an address or a device in the log would tell who it was
            acting(Actor())
        record("complain", now, whom=complaint, org_id=org_id)
        return Sent(complaint.org.name, shown, person_id is not None)


def _counted(sender: Sender, house: Settings) -> tuple[str, int]:
    """Under which sign complaints are counted for an hour, and how many there may be."""
    secret = house.secrets["digest"]
    if sender.person_id is None:
        return digest(sender.address, secret, "complaint address"), rules.MOST_FROM_ADDRESS
    return digest(str(sender.person_id), secret, "complaint account"), rules.MOST_COMPLAINTS


def forget_senders(now: datetime) -> None:
    """What was counted for an hour tells nobody afterwards who it was, whoever has the keys."""
    over = Complaint.said_at <= now - rules.WINDOW
    known = update(Complaint).where(over, Complaint.sent_from != "")
    db.session.execute(known.values(sent_from=""))


def _code_digest(text: str, house: Settings) -> str:
    return digest(text, house.secrets["digest"], "complaint code")


def answer_to(text: str, house: Settings) -> Complaint:
    """The complaint that this code was shown for. Raises NotFound."""
    with seeing_everything():
        found = queries.with_code(_code_digest(text, house))
    if found is None:
        raise NotFound("没有找到这个查询码，请对照再输一遍。")
    return found


def answer_complaint(complaint_id: int, text: str, by: int, now: datetime) -> None:
    """Answer a complaint, once."""
    complaint = find(Complaint, complaint_id)
    _answer(complaint, now, answer=rules.refuse_empty(text), answered_by=by)
    record("answer complaint", now, whom=complaint, org_id=complaint.org_id)


def correct(person_id: int, said: str, now: datetime) -> None:
    """Send one line to those who keep the roster of one's unit."""
    person = one(person_id)
    rules.refuse_more_corrections(queries.waiting_of(person_id))
    line = Correction(
        person_id=person.id, org_id=person.org_id, said=rules.refuse_empty(said), said_at=now
    )
    db.session.add(line)
    db.session.flush()
    record("ask for correction", now, whom=line, org_id=line.org_id)


def answer_correction(correction_id: int, mended: bool, text: str, by: int, now: datetime) -> None:
    """Say that the roster was mended, or why not, once."""
    correction = find(Correction, correction_id)
    _answer(correction, now, mended=mended, answer=text.strip() or None, answered_by=by)
    record("answer correction", now, whom=correction, org_id=correction.org_id, mended=mended)


def _answer(row: Complaint | Correction, now: datetime, **values: object) -> None:
    """The row count decides who was first; the scope decides who may."""
    table = type(row)
    rules.refuse_answered(row.answered_at is not None)
    for column, value in values.items():
        setattr(row, column, value)
    db.session.flush()  # asks whether this person may
    first = update(table).where(table.id == row.id, table.answered_at.is_(None))
    rules.refuse_answered(
        db.session.execute(first.values(answered_at=now)).rowcount != 1  # type: ignore[attr-defined]
    )
