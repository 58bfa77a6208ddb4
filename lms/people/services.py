"""Recording persons, and what they become and cease to be. Nothing that was is rewritten."""

from datetime import date, datetime

from sqlalchemy import select

from lms.audit.services import record
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.orgs.models import OrgUnit
from lms.people import queries
from lms.people.facts import PersonFacts, refuse_contradiction
from lms.people.keeping import (
    TAKEN,
    Keys,
    begun,
    columns_of,
    correct,
    keep_homes,
    next_serials,
)
from lms.people.models import Person, Posting
from lms.people.rules import Post, refuse_end


def add_person(facts: PersonFacts, unit: OrgUnit, now: datetime, keys: Keys) -> Person:
    """Keep a new person, at home in a unit and posted nowhere yet. keys: "cipher" and "digest"."""
    refuse_contradiction(facts)
    _refuse_taken(facts, keys)
    serial = next_serials(1)
    person = Person(**columns_of(facts, keys), **begun(unit.id, serial, now))
    db.session.add(person)
    db.session.flush()
    record("add person", now, whom=person, org_id=unit.id)
    return person


def _refuse_taken(facts: PersonFacts, keys: Keys, person_id: int | None = None) -> None:
    """Personnel number and ID number belong to one person in the whole city."""
    wanted = columns_of(facts, keys)
    with queries.whole_city():
        for column in (Person.number, Person.id_digest):
            value = wanted[column.key]
            holder = value and db.session.scalar(
                select(Person.id).where(column == value, Person.id != (person_id or 0)).limit(1)
            )
            if holder:
                raise Conflict(TAKEN[column.key])


def correct_person(
    person: Person, facts: PersonFacts, now: datetime, keys: Keys, *, clear: bool = False
) -> list[str]:
    """Put right what is known of a person; gives the names of the facts that changed.

    What is empty in `facts` stays as it is; with `clear`, it is taken away.
    """
    refuse_contradiction(facts)
    _refuse_taken(facts, keys, person.id)
    changed = correct(person, facts, keys, clear=clear)
    if changed:
        record("correct person", now, whom=person, org_id=person.org_id, changed=changed)
    return changed


def post_person(
    person: Person,
    unit: OrgUnit,
    post: Post,
    from_on: date,
    now: datetime,
    *,
    rank: str | None = None,
    term_number: int | None = None,
    home_unit: OrgUnit | None = None,
    title: str | None = None,
    to_on: date | None = None,
) -> Posting:
    """Begin a posting. The person must be in scope, and so must the unit."""
    if to_on is not None and to_on < from_on:
        raise Invalid("任期结束日期不能早于开始日期，请改正。")
    if unit.closed_on is not None and from_on >= unit.closed_on:
        raise Conflict("“{name}”已撤销，不能再安排任职。", name=unit.name)
    held = queries.going_on(queries.one(person.id).id, from_on)
    if any(one.org_id == unit.id and one.post == post for one in held):
        raise Conflict("{name}已在“{unit}”担任这一职务。", name=person.name, unit=unit.name)
    posting = Posting(
        person_id=person.id,
        org_id=unit.id,
        post=post,
        from_on=from_on,
        to_on=to_on,
        rank=rank or None,
        term_number=term_number,
        title=title or None,
        home_org_id=home_unit.id if home_unit else None,
        recorded_at=now,
    )
    db.session.add(posting)
    db.session.flush()
    keep_homes([person.id], from_on)
    record("post person", now, whom=person, org_id=unit.id, post=post.value, on=str(from_on))
    return posting


def end_posting(posting: Posting, on: date, why: str, now: datetime) -> None:
    """End a posting; it holds up to the day before. What it was stays on record."""
    refuse_end(posting.from_on, posting.ended_at is not None, on)
    if posting.to_on is not None and on > posting.to_on:
        raise Invalid("这项任职到 {to_on} 为止，结束日期不能再晚。", to_on=posting.to_on)
    posting.to_on, posting.ended_at, posting.ended_why = on, now, why[:120]
    db.session.flush()
    keep_homes([posting.person_id], on)
    record("end posting", now, whom=posting, org_id=posting.org_id, on=str(on), why=why[:120])


def move_person(
    person: Person,
    unit: OrgUnit,
    post: Post,
    on: date,
    now: datetime,
    *,
    why: str,
    ending: list[Posting] | None = None,
    rank: str | None = None,
    term_number: int | None = None,
    home_unit: OrgUnit | None = None,
    title: str | None = None,
) -> Posting:
    """End postings here and begin one there, from the same day. ending: none means all."""
    going = queries.going_on(person.id, on) if ending is None else ending
    for posting in going:
        end_posting(posting, on, why, now)
    return post_person(
        person,
        unit,
        post,
        on,
        now,
        rank=rank,
        term_number=term_number,
        home_unit=home_unit,
        title=title,
    )
