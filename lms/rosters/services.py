"""What an officer does with an import: send, answer, choose, confirm, take back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import update

from lms.audit.services import record
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.jobs.rules import JobStatus
from lms.jobs.services import ask
from lms.orgs.models import OrgUnit
from lms.orgs.queries import mine
from lms.rosters import queries
from lms.rosters.models import LearnedPost, RosterFile, RosterImport
from lms.rosters.placing import Places
from lms.rosters.returning import refuse_resting
from lms.rosters.rules import GOOD, UPLOADS, State, Status
from lms.rosters.staging import House, forget
from lms.sheets.books import Book
from lms.sheets.packing import packed
from lms.web.uploads import keep, remove

READ, WRITE, TAKE_BACK = "read roster", "write roster", "take roster back"
LONGEST = 120  # characters of a file's name
Sent = Sequence[tuple[str, bytes]]  # names and contents of files


def receive(
    unit: OrgUnit,
    sent: Sent,
    books: Sequence[Book],
    house: House,
    by: int | None,
    now: datetime,
) -> RosterImport:
    """Keep the files that were sent together, as they were read and checked: books."""
    stored = [keep(house.var, UPLOADS, packed(book), house.keys["cipher"]) for book in books]
    one = RosterImport(org_id=unit.id, uploaded_by=by, uploaded_at=now)
    one.files = [
        RosterFile(name=name, size=len(data), sha256=sha256(data).hexdigest(), stored=kept)
        for (name, data), kept in zip(apart(sent), stored, strict=True)
    ]
    db.session.add(one)
    db.session.flush()
    digests = [file.sha256 for file in one.files]
    record("upload roster", now, whom=one, org_id=unit.id, files=len(sent), digests=digests)
    return one


def apart(sent: Sent) -> list[tuple[str, bytes]]:
    """Files of one name get a number, for rows are told by file and sheet."""
    found: dict[str, bytes] = {}
    for name, data in sent:
        stem, dot, end = name.rpartition(".")
        stem = stem[-LONGEST + len(end) + 5 :]
        apart, count = f"{stem}{dot}{end}", 1
        while apart in found:
            count += 1
            apart = f"{stem}({count}){dot}{end}"
        found[apart] = data
    return list(found.items())


def read(one: RosterImport, by: int, url: str, now: datetime) -> None:
    """Have the files read, anew where they have been read. url: where that leads."""
    if one.reading or one.job_id:
        _advance(one, (State.READ, *_stuck(one, State.READING, State.WRITING)), State.READING)
    one.job_id = ask(READ, {"import_id": one.id, "url": url}, by, now).id


def go_on(one: RosterImport, by: int, url: str, now: datetime) -> None:
    """What was broken off is taken up again."""
    kinds = {State.READING: READ, State.WRITING: WRITE, State.RETURNING: TAKE_BACK}
    if one.state not in _stuck(one, *kinds):
        raise _moved_on()
    one.job_id = ask(kinds[one.state], {"import_id": one.id, "url": url}, by, now).id


def _stuck(one: RosterImport, *states: State) -> tuple[State, ...]:
    """Those of the states in which it stands although nobody works on it."""
    job = queries.job_of(one)
    return states if job is None or job.status is JobStatus.FAILED else ()


def _advance(one: RosterImport, before: Collection[State], after: State, **values: Any) -> None:
    """Go on from one of these states; of two who press at once, one does."""
    here = RosterImport.id == one.id, RosterImport.state.in_(before)
    reading = RosterImport.reading == one.reading
    done = db.session.execute(
        update(RosterImport).where(*here, reading).values(state=after, **values)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise _moved_on()
    db.session.refresh(one)


def _moved_on() -> Conflict:
    return Conflict("这次导入的状态已有变化，请刷新页面后再办理。")


@dataclass(frozen=True)
class Answers:
    """What the officer said. posts: name → codes, none for what is no post; units: words → id,
    0 to leave the rows out; typed: words → what she wrote instead."""

    posts: Mapping[str, list[str]]
    units: Mapping[str, int]
    typed: Mapping[str, str]


def answer(one: RosterImport, answers: Answers, by: int, now: datetime) -> list[str]:
    """Learn what names of posts mean, and which units are meant; gives back what was not found."""
    asked = {post for post, _rows in one.found.get("posts", [])}
    for name, codes in answers.posts.items():
        if name in asked:
            _learn(one, name, codes, by, now)
    units, here = queries.named_units(one.org)
    places = Places(units, here, one.org.name, {})
    found = {words: places.meant(written) for words, written in answers.typed.items()}
    wanted = dict(answers.units) | {words: unit.id for words, unit in found.items() if unit}
    known = {words for words, *_rest in one.found.get("units", [])}
    sound = {words: key for words, key in wanted.items() if words in known and key in {0, *here}}
    one.choices = one.choices | sound
    return [answers.typed[words] for words, unit in found.items() if unit is None]


def _learn(one: RosterImport, name: str, codes: list[str], by: int, now: datetime) -> None:
    known = queries.learned_here(one.org_id, name) or LearnedPost(org_id=one.org_id, name=name)
    known.codes, known.learned_by, known.learned_at = codes, by, now
    db.session.add(known)
    db.session.flush()
    record("learn post", now, whom=known, org_id=one.org_id, name=name, codes=codes)


def set_complete(one: RosterImport, unit_ids: Sequence[int], as_of: date | None) -> None:
    """Say for which units the files name everybody, and as of which day."""
    units = [mine(unit_id) for unit_id in unit_ids]
    if not all(unit.path.startswith(one.org.path) for unit in units):
        raise Invalid("只能选择这次导入范围内的单位。")
    one.complete_ids, one.as_of = [unit.id for unit in units], as_of


@dataclass(frozen=True)
class Whose:
    """Whose postings are meant: some lines, all of some units, or all of a kind."""

    lines: Collection[int]
    units: Collection[int]
    everyone: bool


def mark(one: RosterImport, status: Status, whose: Whose, why: str | None) -> int:
    """Say that postings which the roster does not name end, and why; None: they do not. How many.

    They end when the import is confirmed, not before.
    """
    if one.state is not State.READ:
        raise _moved_on()
    done = 0
    for line in queries.loose_lines(one, status):
        if whose.everyone or line.id in whose.lines or line.unit_id in whose.units:
            line.ends_why = why
            done += 1
    return done


def confirm(one: RosterImport, reading: int, by: int | None, now: datetime) -> None:
    """Have done what the preview showed. reading: the one that was looked at."""
    waiting = queries.count(queries.unwritten(one, GOOD))
    if reading != one.reading:
        raise _moved_on()
    if not waiting:
        raise Conflict("没有需要导入的内容。")
    ending, _could = queries.ending(one)
    _advance(one, (State.READ,), State.WRITING, confirmed_by=by, confirmed_at=now)
    record("confirm roster", now, whom=one, org_id=one.org_id, ending=ending, **one.counts)


def write(one: RosterImport, by: int, url: str, now: datetime) -> None:
    """Have what was confirmed carried out."""
    one.job_id = ask(WRITE, {"import_id": one.id, "url": url}, by, now).id


def drop(one: RosterImport, house: House, now: datetime) -> None:
    """Give an import up; of what has been carried out already nothing is undone."""
    if queries.count(queries.written(one.id)):
        raise Conflict("已有一部分写入，不能放弃；请继续写入，或撤回整次导入。")
    _advance(one, (State.READ, *_stuck(one, State.READING)), State.DROPPED)
    record("drop roster", now, whom=one, org_id=one.org_id)
    forget(one.id)
    for file in one.files:
        remove(house.var, UPLOADS, file.stored)
        file.stored = None


def take_back(one: RosterImport, house: House, by: int, url: str, now: datetime) -> None:
    """Have everything undone that an import brought, if nothing rests on it."""
    refuse_resting(one, house.keys)
    before = (State.DONE, *_stuck(one, State.WRITING))
    _advance(one, before, State.RETURNING, returned_by=by)
    record("take roster back", now, whom=one, org_id=one.org_id, **one.counts)
    one.job_id = ask(TAKE_BACK, {"import_id": one.id, "url": url}, by, now).id
