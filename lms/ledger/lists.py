"""Lists of hours from outside: sent by one officer, confirmed by another, taken back whole."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import joinedload

from lms.access import add_rows
from lms.audit.services import record
from lms.ciphers import opened, sealed
from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid, NotFound
from lms.ledger import matching, ruling
from lms.ledger.matching import Matched
from lms.ledger.models import HourEntry, HourLine, HourList
from lms.ledger.reading import NAME, Claim, Row, same
from lms.ledger.reckoning import certain_number
from lms.ledger.rules import Credit, HourKind, LineState, ListState, RuleKey, hundredths, in_hours
from lms.ledger.services import credit, reverse_all
from lms.orgs.models import OrgUnit
from lms.people.keeping import Keys, batches
from lms.people.models import Person
from lms.words import N_

TWICE_HERE = N_("与第 {row} 行是同一人、同一时间的培训，请删去一行。")
PAGE = 50
UNDECIDED = (LineState.DOUBT, LineState.TWICE)


@dataclass(frozen=True)
class Sent:
    """A file that was sent, and what is said of it as a whole."""

    name: str
    data: bytes
    rows: Sequence[Row]
    title: str
    source: str


def receive(unit: OrgUnit, sent: Sent, keys: Keys, by: int, now: datetime) -> HourList:
    """Keep a list as it waits: who is meant, what is wrong, what seems to be there already."""
    return _keep(unit.id, sent, matching.match(sent.rows, keys, day_of(now)), keys, by, now)


def enter_one(person: Person, sent: Sent, keys: Keys, by: int, now: datetime) -> HourList:
    """The hours of one person whom the officer has before them: a list of one row.

    Where the ledger seems to have them already, that is decided first; else it waits for a second
    person at once.
    """
    homes = matching.homes([person.id], day_of(now))
    if person.id not in homes:
        raise Conflict("此人不在您的管理范围内，请由其所在县（市、区）登记。")
    _refuse_again(homes[person.id], sent)
    one = _keep(homes[person.id], sent, [Matched(sent.rows[0], person_id=person.id)], keys, by, now)
    if counts(one.id).get(LineState.GOOD):
        hand_on(one, by, now)
    return one


def _refuse_again(org_id: int, sent: Sent) -> None:
    """What was typed before and still waits is not entered a second time."""
    waits = select(HourList.id).where(
        HourList.org_id == org_id,
        HourList.sha256 == sha256(sent.data).hexdigest(),
        HourList.state.in_((ListState.READ, ListState.HANDED_ON)),
    )
    if db.session.scalar(waits.limit(1)) is not None:
        raise Conflict("同样的内容已经登记，正在等核对或第二人确认，请到“外部学时名单”查看。")


def _keep(
    org_id: int, sent: Sent, found: Sequence[Matched], keys: Keys, by: int, now: datetime
) -> HourList:
    _look_for_twins(found)
    one = HourList(
        org_id=org_id,
        title=sent.title,
        source=sent.source,
        name=sent.name[-120:],
        sha256=sha256(sent.data).hexdigest(),
        sent_by=by,
        sent_at=now,
    )
    db.session.add(one)
    db.session.flush()
    add_rows(HourLine, [_columns(one.id, line, keys["cipher"]) for line in found])
    record("send hours", now, whom=one, org_id=org_id, rows=len(found), digest=one.sha256)
    return one


def _columns(list_id: int, line: Matched, secret: str) -> dict[str, Any]:
    row = line.row
    said = {"name": row.name, "number": row.number, "unit": row.unit}
    return {
        "list_id": list_id,
        "row": row.row,
        "state": line.state,
        "said": sealed(json.dumps(said, ensure_ascii=False), secret),
        "about_id": line.person_id,
        "might_be": list(line.might_be),
        "twice_id": line.twice_id,
        "activity": row.activity,
        "kind": row.kind,
        "hundredths": None if row.hours is None else hundredths(row.hours),
        "began_on": row.began_on,
        "earned_on": row.ended_on,
        "faults": [list(fault) for fault in row.faults],
    }


def _look_for_twins(found: Sequence[Matched]) -> None:
    """Within the list a second row is wrong; what the ledger has already is asked about."""
    sound = [one for one in found if one.person_id and one.state is LineState.GOOD]
    seen: dict[int, list[tuple[int, Claim]]] = {}
    claims = {}
    for one in sound:
        assert one.person_id and one.row.hours is not None
        mine = matching.claim(one.row, hundredths(one.row.hours))
        before = seen.setdefault(one.person_id, [])
        twin = next((row for row, other in before if same(mine, other)), None)
        if twin is not None:
            one.row.blame(NAME, TWICE_HERE, row=twin)
            one.state = LineState.WRONG
            continue
        before.append((one.row.row, mine))
        claims[one.row.row] = one.person_id, mine
    for row, entry in matching.twins(claims).items():
        twice = next(one for one in sound if one.row.row == row)
        twice.state, twice.twice_id = LineState.TWICE, entry


# ── looked up ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Lists:
    """One page of lists, and how many there are."""

    rows: Sequence[HourList]
    first: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def lists(words: str = "", state: ListState | None = None, page: int = 1) -> Lists:
    """The lists in sight with these words in their title or source, the latest first."""
    query = select(HourList)
    if words.strip():
        fits = (HourList.title, HourList.source)
        query = query.where(or_(*(one.contains(words.strip(), autoescape=True) for one in fits)))
    if state:
        query = query.where(HourList.state == state)
    total = db.session.scalar(query.with_only_columns(func.count(HourList.id))) or 0
    first = (page - 1) * PAGE
    rows = query.order_by(HourList.id.desc()).limit(PAGE).offset(first)
    found = db.session.scalars(rows.options(joinedload(HourList.org))).all()
    return Lists(found, first + 1, total)


def one_list(list_id: int) -> HourList:
    """A list with its unit, if in scope. Raises NotFound."""
    query = select(HourList).where(HourList.id == list_id).options(joinedload(HourList.org))
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("没有找到这份名单，或不在您的权限范围内。")
    return found


def counts(list_id: int) -> dict[LineState, int]:
    """State → rows."""
    query = select(HourLine.state, func.count()).where(HourLine.list_id == list_id)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(HourLine.state))}


def lines_of(list_id: int, state: LineState, most: int = 200) -> list[HourLine]:
    """The rows with a state, in their order."""
    query = select(HourLine).where(HourLine.list_id == list_id, HourLine.state == state)
    return list(db.session.scalars(query.order_by(HourLine.row).limit(most)))


def entries(entry_ids: Collection[int | None]) -> dict[int, HourEntry]:
    """Entries of the ledger in sight, by id."""
    wanted = [one for one in entry_ids if one]
    found = db.session.scalars(select(HourEntry).where(HourEntry.id.in_(wanted)))
    return {one.id: one for one in found}


def said_by(line: HourLine, secret: str) -> Mapping[str, str]:
    """Whom a row names, as it was written. Only what the house has sealed is opened."""
    found = json.loads(opened(line.said, secret))
    return found if isinstance(found, dict) else {}


# ── decided ─────────────────────────────────────────────────────────────────────────────────────


def answer(one: HourList, chosen: Mapping[int, int], keep: Mapping[int, bool]) -> None:
    """Say who is meant, and what is to become of rows that seem to be there already.

    chosen: row → person, 0 to leave the row out; keep: row → whether it is entered all the same.
    """
    _refuse_unless(one, ListState.READ)
    for line in lines_of(one.id, LineState.DOUBT, 10_000):
        person = chosen.get(line.row)
        if person == 0:
            line.state = LineState.LEFT
        elif person in line.might_be:
            line.about_id, line.state = person, LineState.GOOD
            line.twice_id = _twins([line], one.id).get(line.row)
            line.state = LineState.TWICE if line.twice_id else LineState.GOOD
    for line in lines_of(one.id, LineState.TWICE, 10_000):
        if line.row in keep:
            line.state = LineState.GOOD if keep[line.row] else LineState.LEFT
    db.session.flush()


def _twins(some: Sequence[HourLine], list_id: int) -> dict[int, int]:
    claims = {
        line.row: (
            line.about_id,
            Claim(
                HourKind(line.kind),
                line.began_on or line.earned_on,
                line.earned_on,
                line.activity or "",
                line.hundredths or 0,
            ),
        )
        for line in some
        if line.about_id and line.kind and line.earned_on
    }
    return matching.twins(claims, list_id)


def hand_on(one: HourList, by: int, now: datetime) -> None:
    """Give a list to a second person, once nothing of it is open."""
    held = counts(one.id)
    if any(held.get(state) for state in UNDECIDED):
        raise Conflict("还有没选定人员或可能重复的行，请先逐行决定。")
    if not held.get(LineState.GOOD):
        raise Conflict("这份名单没有可以记入的行。")
    _advance(one, ListState.READ, ListState.HANDED_ON, handed_by=by, handed_at=now, ended_why=None)
    record("hand hours on", now, whom=one, org_id=one.org_id, rows=held[LineState.GOOD])


def hand_back(one: HourList, why: str, by: int, now: datetime) -> None:
    """The second person does not confirm: whoever sent it looks again."""
    said = _reason(why)
    _advance(one, ListState.HANDED_ON, ListState.READ, ended_why=said)
    record("hand hours back", now, whom=one, org_id=one.org_id, why=said, by=by)


def confirm(one: HourList, by: int, now: datetime) -> int:
    """A second person stands for the list; its hours are entered. How many entries."""
    refuse_same_person(one, by)
    good = lines_of(one.id, LineState.GOOD, 10_000)
    fresh = [line for line in good if line.twice_id is None]
    _advance(one, ListState.HANDED_ON, ListState.DONE, confirmed_by=by, confirmed_at=now)
    _one_after_another({line.about_id for line in fresh if line.about_id})
    if again := _twins(fresh, one.id):
        raise Conflict("有 {n} 行刚与台账里的学时重复，请退回送交人再核对。", n=len(again))
    entered = credit(_credits(one, good, day_of(now)), now, by=one.handed_by, confirmed_by=by)
    record("confirm hours", now, whom=one, org_id=one.org_id, entries=entered)
    return entered


def _one_after_another(persons: Collection[int]) -> None:
    """Of two lists that name one person and are confirmed at once, the second sees the first's."""
    for some in batches(persons):
        mine = select(Person.id).where(Person.id.in_(some)).order_by(Person.id)
        db.session.execute(mine.with_for_update(key_share=True))


def refuse_same_person(one: HourList, by: int) -> None:
    """Two persons stand for a list: where a unit has one officer, the next level confirms."""
    if by in (one.sent_by, one.handed_by):
        raise Conflict("名单要由送交人以外的另一位培训管理员确认；本单位没有的，请上一级确认。")


def _credits(one: HourList, good: Sequence[HourLine], day: date) -> list[Credit]:
    rules = ruling.rules_on(day)
    weight, rule = certain_number(rules, RuleKey.OUTSIDE), rules[RuleKey.OUTSIDE, ""].name
    units = matching.units_then(((line.about_id or 0, line.earned_on or day) for line in good), day)
    lost = [line.row for line in good if (line.about_id, line.earned_on or day) not in units]
    if lost:
        raise Conflict("第 {row} 行的人已不在您的管理范围内，请退回送交人。", row=lost[0])
    return [
        Credit(
            person_id=line.about_id or 0,
            org_id=units[line.about_id or 0, line.earned_on or day],
            hours=in_hours(line.hundredths or 0) * weight,
            kind=HourKind(line.kind or ""),
            earned_on=line.earned_on or day,
            rule=rule,
            activity=line.activity,
            planned=in_hours(line.hundredths or 0),
            began_on=line.began_on,
            evidence=f"{one.source} {one.name}",
            list_id=one.id,
        )
        for line in good
    ]


def drop(one: HourList, by: int, now: datetime) -> None:
    """Give a list up before it counts; of its rows nothing is kept."""
    _advance(one, one.state, ListState.DROPPED, ended_by=by, ended_at=now)
    for state in LineState:
        for line in lines_of(one.id, state, 10_000):
            db.session.delete(line)
    record("drop hours", now, whom=one, org_id=one.org_id)


def take_back(one: HourList, why: str, by: int, now: datetime) -> int:
    """Reverse everything that a list brought, with a reason. How many entries."""
    said = _reason(why)
    _advance(one, ListState.DONE, ListState.RETURNED, ended_by=by, ended_at=now, ended_why=said)
    entries = db.session.scalars(select(HourEntry).where(HourEntry.list_id == one.id)).all()
    if len(entries) < counts(one.id).get(LineState.GOOD, 0):
        raise Conflict("名单里有人已不在您的管理范围内，请由上一级撤回。")
    done = reverse_all(entries, said, now, by)
    record("take hours back", now, whom=one, org_id=one.org_id, why=said, entries=done)
    return done


def _reason(why: str) -> str:
    if not why.strip():
        raise Invalid("请写明原因。")
    return why.strip()


def _refuse_unless(one: HourList, state: ListState) -> None:
    if one.state is not state:
        raise _moved_on()


def _advance(one: HourList, before: ListState, after: ListState, **values: Any) -> None:
    """Go on from a state; of two who press at once, one does."""
    if before in (ListState.DONE, ListState.RETURNED, ListState.DROPPED) and (
        after is ListState.DROPPED
    ):
        raise _moved_on()
    here = update(HourList).where(HourList.id == one.id, HourList.state == before)
    done = db.session.execute(here.values(state=after, **values))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise _moved_on()
    db.session.refresh(one)


def _moved_on() -> Conflict:
    return Conflict("这份名单的状态已有变化，请刷新页面后再办理。")
