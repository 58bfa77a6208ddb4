"""Taking an import back as a whole, while nothing rests on what it brought."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from lms.clock import day_of
from lms.db import Base, db
from lms.errors import Conflict
from lms.jobs.rules import Progress
from lms.people import bulk
from lms.people.facts import PersonFacts
from lms.people.keeping import Keys, batches, correct
from lms.people.models import Person, Posting, Transfer
from lms.people.queries import whole_city
from lms.people.rules import TransferState
from lms.people.transfers import withdraw_transfers
from lms.rosters import queries
from lms.rosters.committing import whole_persons
from lms.rosters.drafts import Made
from lms.rosters.models import RosterImport, RosterLine
from lms.rosters.opening import facts_before, made_of, opened_draft
from lms.rosters.rules import State, Status
from lms.rosters.staging import House
from lms.words import N_

TAKING_BACK, TAKEN_BACK = N_("正在撤回…"), N_("名册已撤回。")
NAMED = 3  # names in a sentence
KNOWN = ("name", "number", "sex", "born", "id_number", "phone", "own_columns")
# What may rest on a person, by the table that keeps it.
RESTS: dict[str, str] = {
    "enrolment": N_("不能撤回：{names}等 {n} 人已列入培训班次。请先把他们移出班次。"),
    "candidate": N_("不能撤回：{names}等 {n} 人已列入测评名单。"),
    "attempt": N_("不能撤回：{names}等 {n} 人已参加测评。"),
    "account": N_("不能撤回：{names}等 {n} 人已领取登录凭条。"),
    "sign_in": N_("不能撤回：{names}等 {n} 人已登录。"),
    "posting": N_("不能撤回：{names}等 {n} 人后来又有任职记录。"),
    "role_held": N_("不能撤回：{names}等 {n} 人已授予角色。"),
    "transfer": N_("不能撤回：{names}等 {n} 人有调动申请。请先办理或撤回调动。"),
}
OTHERWISE = N_("不能撤回：{names}等 {n} 人已有其他记录。")
ENDED = N_("不能撤回：{names}等 {n} 人由名册录入的任职，后来又有变动。")
CORRECTED = N_("不能撤回：{names}等 {n} 人的资料，后来又有更正。")
TRANSFERRED = N_("不能撤回：{names}等 {n} 人的调动申请已办理。")
MERGED = N_("不能撤回：{names}等 {n} 人的记录已与另一记录合并。")


def refuse_resting(one: RosterImport, keys: Keys) -> None:
    """Raise Conflict where something rests on what an import brought, and say on whom."""
    lines = list(db.session.scalars(queries.written(one.id)))
    made = {line.id: made_of(line, keys["cipher"]) for line in lines}
    new = queries.written(one.id).where(RosterLine.status == Status.NEW)
    persons = new.with_only_columns(RosterLine.about_id)
    begun = {posting for one_made in made.values() for posting in one_made.postings}
    with whole_city():
        _refuse(_merged(persons), MERGED)
        _refuse(_posted(persons, begun), RESTS["posting"])
        for table, column in _pointing_to_persons():
            found = db.session.scalars(select(column).where(column.in_(persons)).distinct())
            _refuse(found, RESTS.get(table, OTHERWISE))
        _refuse(_changed(begun), ENDED)
        _refuse(_decided(made.values()), TRANSFERRED)
        _refuse(_corrected(lines, made, keys), CORRECTED)


def _refuse(person_ids: Iterable[int], why: str) -> None:
    found = sorted(set(person_ids))
    if found:
        query = select(Person.name).where(Person.id.in_(found[:NAMED])).order_by(Person.id)
        raise Conflict(why, names="、".join(db.session.scalars(query)), n=len(found))


def _merged(persons: Select) -> Iterable[int]:
    away = select(Person.id).where(Person.id.in_(persons), Person.merged_into_id.is_not(None))
    return db.session.scalars(away)


def _posted(persons: Select, begun: set[int]) -> Iterable[int]:
    """Who has a posting that the import did not begin."""
    query = select(Posting.id, Posting.person_id).where(Posting.person_id.in_(persons))
    return [
        person_id for posting_id, person_id in db.session.execute(query) if posting_id not in begun
    ]


def _pointing_to_persons() -> Iterator[tuple[str, Any]]:
    """The columns of the house that lead to a person, postings apart."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "person" and table.name != "posting":
                yield table.name, key.parent


def _changed(begun: Iterable[int]) -> Iterable[int]:
    for some in batches(begun):
        ended = select(Posting.person_id).where(Posting.id.in_(some), Posting.ended_at.is_not(None))
        yield from db.session.scalars(ended)


def _decided(made: Iterable[Made]) -> Iterable[int]:
    for some in batches(one.transfer for one in made if one.transfer):
        confirmed = Transfer.state == TransferState.CONFIRMED
        query = select(Transfer.person_id).where(Transfer.id.in_(some), confirmed)
        yield from db.session.scalars(query)


def _corrected(lines: Sequence[RosterLine], made: Mapping[int, Made], keys: Keys) -> Iterator[int]:
    """Whose facts are no longer what the import made of them."""
    changed = [line for line in lines if made[line.id].before]
    persons = queries.persons(line.about_id or 0 for line in changed)
    for line in changed:
        facts = opened_draft(line, keys["cipher"]).facts
        person = persons.get(line.about_id or 0)
        if facts and person:
            now = facts_before(person, keys, made[line.id].before)
            if any(_otherwise(now[name], getattr(facts, name)) for name in now):
                yield person.id


def _otherwise(now: Any, written: Any) -> bool:
    if isinstance(now, dict):
        return any(now.get(name) != value for name, value in written.items())
    return now != written


def take_back(import_id: int, house: House, now: datetime, url: str = "") -> Iterator[Progress]:
    """Undo every line that was carried out, a slice at a time. Broken off, it goes on."""
    one = queries.roster(import_id)
    refuse_resting(one, house.keys)
    lines = queries.written(import_id)
    left = total = queries.count(lines)
    while some := whole_persons(lines, _all, RosterLine.who.desc(), RosterLine.number):
        _undo(some, one.returned_by or 0, house.keys, now)
        left -= len(some)
        yield Progress(total - left, total, line=TAKING_BACK)
    one.state, one.returned_at = State.RETURNED, now
    yield Progress(total, total, line=TAKEN_BACK, result={"url": url})


def _all(query: Select) -> list[RosterLine]:
    return list(db.session.scalars(query))


def _undo(lines: Sequence[RosterLine], by: int, keys: Keys, now: datetime) -> None:
    """Take back what these lines made, the last things first."""
    day = day_of(now)
    made = {line.id: made_of(line, keys["cipher"]) for line in lines}
    bulk.remove_postings([one for each in made.values() for one in each.postings], day)
    ends = {key: end for each in made.values() for key, end in each.ends.items()}
    bulk.reopen_postings(ends, day)
    _empty(made.values())
    _restore(lines, made, keys)
    withdraw_transfers(_waiting(made.values()), by, now)
    bulk.remove_people(line.about_id or 0 for line in lines if made[line.id].new)
    for line in lines:
        line.written_at = line.made = None
        if line.status is Status.NEW:
            line.about_id = None
    db.session.flush()


def _empty(made: Iterable[Made]) -> None:
    """Postings say again what they said before they were filled in."""
    filled = {int(key): values for one in made for key, values in one.filled.items()}
    for posting_id, posting in queries.postings(filled).items():
        for column, value in filled[posting_id].items():
            day = date.fromisoformat(value) if column == "to_on" and value else value
            setattr(posting, column, day)
    db.session.flush()


def _restore(lines: Sequence[RosterLine], made: Mapping[int, Made], keys: Keys) -> None:
    """Facts are again what they were."""
    changed = [line for line in lines if made[line.id].before]
    persons = queries.persons(line.about_id or 0 for line in changed)
    for line in changed:
        person = persons[line.about_id or 0]
        facts = facts_before(person, keys, KNOWN) | made[line.id].before
        correct(person, PersonFacts(**facts), keys, clear=True)
    db.session.flush()


def _waiting(made: Iterable[Made]) -> list[int]:
    """The transfers that nobody has decided on."""
    ids = [one.transfer for one in made if one.transfer]
    asked = select(Transfer.id).where(Transfer.id.in_(ids), Transfer.state == TransferState.ASKED)
    return list(db.session.scalars(asked))
