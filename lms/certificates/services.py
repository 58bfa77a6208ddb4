"""Issuing a certificate, making it anew, revoking it, and confirming it to whoever asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from lms.access.scope import seeing_everything
from lms.accounts import trying
from lms.accounts.rules import Bound
from lms.audit.services import record
from lms.certificates import earning, keeping, queries, rules
from lms.certificates.fonts import missing
from lms.certificates.models import Certificate, CertificateEnd
from lms.certificates.queries import Known
from lms.certificates.rules import Completion, HoursOfYear, Kind
from lms.ciphers import digest
from lms.clock import day_of
from lms.db import db
from lms.dice import code
from lms.errors import NotFound
from lms.people.models import NumberSeries
from lms.people.queries import one as person_of
from lms.settings import Settings

MOST_WRONG, WAIT = 20, timedelta(hours=1)  # wrong codes from one address in that time


# ── numbers and codes ───────────────────────────────────────────────────────────────────────────


def numbers(kind: Kind, year: int, count: int) -> list[str]:
    """Take the next numbers of a year. Whoever comes at the same time waits."""
    name = rules.series(kind, year)
    last = _take(name, count)
    if last is None:
        db.session.execute(insert(NumberSeries).values(name=name, last=0))
        last = _take(name, count) or count
    return [rules.number(kind, year, last - count + 1 + at) for at in range(count)]


def _take(name: str, count: int) -> int | None:
    return db.session.scalar(
        update(NumberSeries)
        .where(NumberSeries.name == name)
        .values(last=NumberSeries.last + count)
        .returning(NumberSeries.last)
    )


def new_code() -> str:
    return code(rules.CODE_SIGNS, rules.CODE_LENGTH)


# ── one person ──────────────────────────────────────────────────────────────────────────────────


def certify_hours(person_id: int, year: int, now: datetime, var: Path) -> Certificate:
    """A person asks for the 学时证明 of a year. Where nothing is new, it is the one there is."""
    person = person_of(person_id)
    facts = earning.facts_of_year(person, year, now)
    rules.refuse_no_hours(facts.lines)
    rules.refuse_unprintable(facts.name, missing(facts.name + facts.unit, var))
    last = queries.of_year(person_id, year)
    if last is not None and last.state is rules.State.VALID:
        before = rules.read_facts(Kind.HOURS, last.certificate.facts)
        if isinstance(before, HoursOfYear) and facts.says_the_same(before):
            return last.certificate
    about = f"hours {year} person {person_id}"
    made = Certificate(
        kind=Kind.HOURS,
        person_id=person_id,
        org_id=person.org_id,
        issuer_id=_county(person.org_id),
        year=year,
        facts=facts.kept(),
        **_begun(Kind.HOURS, about, now, person_id),
    )
    return _kept(made, "certify hours", now, year=year, hours=str(facts.total))


def _county(org_id: int) -> int:
    return earning.stands_for(earning.above([org_id])[org_id]).id


def _begun(kind: Kind, about: str, now: datetime, by: int | None) -> dict[str, Any]:
    """What every new certificate has; the next turn of what it is about."""
    turn = queries.turn(about)
    return {
        "number": numbers(kind, day_of(now).year, 1)[0],
        "code": new_code(),
        "about": f"{about} · {turn + 1}" if turn else about,
        "issued_at": now,
        "issued_by": by,
    }


def _kept(made: Certificate, act: str, now: datetime, **facts: Any) -> Certificate:
    db.session.add(made)
    db.session.flush()
    record(act, now, whom=made, org_id=made.org_id, number=made.number, **facts)
    return made


def reissue(known: Known, why: str, now: datetime, by: int, house: Settings) -> Certificate:
    """Make it anew with the name and unit as the roster has them today; the old one ends by it."""
    old = known.certificate
    rules.refuse_replaced(known.state)
    said = rules.refuse_without_why(why)
    facts = _anew(old, now)
    rules.refuse_unprintable(facts.name, missing(facts.name + facts.unit, house.var))
    about, _, _ = old.about.partition(" · ")
    made = Certificate(
        kind=old.kind,
        person_id=old.person_id,
        org_id=old.org_id,
        issuer_id=old.issuer_id,
        cohort_id=old.cohort_id,
        class_id=old.class_id,
        year=old.year,
        facts=facts.kept(),
        replaces_id=old.id,
        why=said,
        **_begun(old.kind, about, now, by),
    )
    keeping.let_go(old, house)
    return _kept(made, "reissue certificate", now, replaces=old.number, why=said)


def _anew(old: Certificate, now: datetime) -> Completion | HoursOfYear:
    """The facts of before; name and unit as they are written today, the day of today."""
    person = person_of(old.person_id)
    unit = earning.unit_names([old.org_id])[old.org_id]
    kept = {**old.facts, "name": person.name, "unit": unit, "issued_on": str(day_of(now))}
    return rules.read_facts(old.kind, kept)


def revoke(known: Known, why: str, now: datetime, by: int, house: Settings) -> None:
    """End a certificate, with a reason. The row stays, and says so to whoever checks it."""
    rules.refuse_not_valid(known.state)
    said = rules.refuse_without_why(why)
    certificate_id = known.certificate.id
    db.session.add(
        CertificateEnd(certificate_id=certificate_id, why=said, revoked_at=now, revoked_by=by)
    )
    db.session.flush()
    old = known.certificate
    keeping.let_go(old, house)
    record("revoke certificate", now, whom=old, org_id=old.org_id, number=old.number, why=said)


# ── whoever asks ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Confirmed:
    """What the public page says: what stands on the certificate, and what it is worth today."""

    number: str
    kind: Kind
    state: rules.State
    facts: Completion | HoursOfYear


def confirm(
    typed: str, address: str, now: datetime, house: Settings, later: Callable[..., object]
) -> Confirmed:
    """The certificate that bears a code. Raises NotFound; after many wrong ones, Locked.

    later: takes what is written when the request is over, for a reader writes nothing.
    """
    sent_from = digest(address, house.secrets["digest"], "certificate address")
    bound = Bound(f"certificates {sent_from}", MOST_WRONG, WAIT)
    with seeing_everything():
        trying.refuse_over(bound, now)
        known = queries.with_code(rules.read_code(typed))
        if known is not None:
            found = known.certificate
            facts = rules.read_facts(found.kind, found.facts)
            return Confirmed(found.number, found.kind, known.state, facts)
    later(partial(trying.take, [bound], now))
    raise NotFound("没有这个核验码的证书。请对照证书重新输入；如仍查不到，这份证书不能采信。")
