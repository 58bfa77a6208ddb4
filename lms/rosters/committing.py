"""Carrying out what an import would do, a few hundred persons a slice; each may be repeated."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Select, select

from lms.access import change_rows
from lms.ciphers import sealed
from lms.clock import day_of
from lms.db import db
from lms.jobs.rules import Progress
from lms.people import bulk
from lms.people.facts import PersonFacts
from lms.people.identity import recognize, trace_of
from lms.people.keeping import Keys, columns_of, next_serials
from lms.people.models import Transfer
from lms.people.transfers import NewPost, Wanted, ask_transfers
from lms.rosters import queries
from lms.rosters.drafts import Draft, Made
from lms.rosters.knowing import SENT
from lms.rosters.models import RosterImport, RosterLine
from lms.rosters.opening import facts_before, kept, opened_draft
from lms.rosters.rules import GOOD, UPLOADS, Fault, State, Status
from lms.rosters.staging import House
from lms.rosters.vocabulary import FIELD_NAMES, Field
from lms.web.uploads import remove
from lms.words import N_

SLICE = 200  # lines
WRITING, WRITTEN = N_("正在写入…"), N_("名册已导入。")
TAKEN_MEANWHILE = N_("核对之后，此人已由别的途径录入。请重新核对这份名册。")
FOLLOWED = N_("换届或职级变动")  # why the posting before ended


def write(import_id: int, house: House, now: datetime, url: str = "") -> Iterator[Progress]:
    """Carry out every line that waits. Broken off, it goes on where it was; then it is done."""
    one = queries.roster(import_id)
    waiting = queries.unwritten(one, GOOD)
    left = queries.count(waiting)
    total = left + queries.count(queries.written(import_id))
    while lines := whole_persons(waiting, Waiting.all, RosterLine.who, RosterLine.number):
        Slice(lines, one, house.keys, now).write()
        left -= len(lines)
        yield Progress(total - left, total, line=WRITING)
    stored = [file.stored for file in one.files]
    if one.state is State.WRITING:
        _finish(one, now)
    yield Progress(total, total, line=WRITTEN, result={"url": url})
    for name in stored:
        remove(house.var, UPLOADS, name)


L = TypeVar("L", RosterLine, "Waiting")


def whole_persons(
    query: Select, take: Callable[[Select], list[L]], who: Any, *then: Any
) -> list[L]:
    """The first lines of a query, a slice of them, nobody's lines taken apart."""
    lines = take(query.order_by(who, *then).limit(SLICE + 1))
    if len(lines) <= SLICE:
        return lines
    last = lines[-1].who
    whole = [line for line in lines if line.who != last]
    return whole or take(query.where(RosterLine.who == last))


@dataclass(slots=True)
class Waiting:
    """A line that is to be carried out: that part of its row which is needed for it."""

    id: int
    number: int
    source: int
    row: int
    who: int
    status: Status
    about_id: int | None
    unit_id: int | None
    loose: list[int]
    ends_on: date | None
    ends_why: str | None
    draft: str

    @classmethod
    def all(cls, query: Select) -> "list[Waiting]":
        columns = [getattr(RosterLine, one.name) for one in fields(cls)]
        return [cls(*row) for row in db.session.execute(query.with_only_columns(*columns))]


def _finish(one: RosterImport, now: datetime) -> None:
    """One small write says that it is done."""
    one.state, one.done_at = State.DONE, now
    one.counts = one.counts | {"left": queries.count(queries.unwritten(one, GOOD))}
    for file in one.files:
        file.stored = None
    db.session.flush()


class Slice:
    """The lines of some persons, carried out together."""

    def __init__(
        self, lines: Sequence[Waiting], one: RosterImport, keys: Keys, now: datetime
    ) -> None:
        self.one = one
        self.keys = keys
        self.now = now
        self.day = day_of(now)
        self.lines = list(lines)
        self.drafts = {line.id: opened_draft(line, keys["cipher"]) for line in lines}
        self.made = {line.id: Made() for line in lines}
        self.persons = {line.id: line.about_id or 0 for line in lines}
        self.fresh: dict[int, int] = {}  # whom this slice adds, and where they are at home
        # Made before the first write: sealing takes time in which nobody should wait.
        self.columns = {line.id: columns_of(self._facts(line), keys) for line in self._first()}

    def write(self) -> None:
        """All that these lines would do, and a note on each of what was made."""
        self._refuse_known()
        self._add()
        self._correct()
        self._fill()
        self._end()
        self._post()
        self._transfer()
        done = [
            {
                "id": line.id,
                "about_id": self.persons[line.id],
                "made": kept(self.made[line.id], self.keys["cipher"]),
                "written_at": self.now,
            }
            for line in self.lines
        ]
        change_rows(RosterLine, done)

    def _of(self, *statuses: Status) -> list[Waiting]:
        return [line for line in self.lines if line.status in statuses]

    def _first(self) -> list[Waiting]:
        """The lines on which a new person stands first."""
        return [line for line in self._of(Status.NEW) if self.drafts[line.id].facts]

    def _refuse_known(self) -> None:
        """Who was new when the rows were compared may have come by another way since."""
        first = self._first()
        if not first:
            return
        next_serials(0)  # whoever adds persons waits for this row: nobody comes in between
        traces = [trace_of(self.columns[line.id], line.unit_id) for line in first]
        matches = recognize(traces, self.keys, self.day)
        stale = {line.who for line, match in zip(first, matches, strict=True) if match}
        self._refuse([line for line in self.lines if line.who in stale])

    def _refuse(self, lines: Sequence[Waiting]) -> None:
        """These lines are errors now, and are not carried out."""
        for line in lines:
            self.drafts[line.id].faults.append(Fault(FIELD_NAMES[Field.NAME], TAKEN_MEANWHILE))
            self.lines.remove(line)
        cipher = self.keys["cipher"]
        packed = {line.id: sealed(self.drafts[line.id].packed(), cipher) for line in lines}
        wrong = [{"id": key, "status": Status.ERROR, "draft": packed[key]} for key in packed]
        change_rows(RosterLine, wrong)

    def _facts(self, line: Waiting) -> PersonFacts:
        facts = self.drafts[line.id].facts
        assert facts is not None
        return facts

    def _add(self) -> None:
        """Keep the new persons."""
        first = self._first()
        wanted = [
            bulk.NewPerson(self._facts(line), line.unit_id or 0, self.columns[line.id])
            for line in first
        ]
        ids = bulk.add_people(wanted, self.now, self.keys)
        self.fresh = {key: new.unit_id for key, new in zip(ids, wanted, strict=True)}
        added = {line.who: key for line, key in zip(first, ids, strict=True)}
        for line in first:
            self.made[line.id].new = True
        for line in self._of(Status.NEW):
            self.persons[line.id] = added[line.who]

    def _correct(self) -> None:
        """Put right what is known, keeping what was known before."""
        wanted = [
            (line, self._facts(line))
            for line in self._of(Status.CHANGED, Status.MOVED)
            if self.drafts[line.id].changes
        ]
        persons = queries.persons(line.about_id or 0 for line, _ in wanted)
        for line, _facts in wanted:
            if line.about_id in persons:
                changes = self.drafts[line.id].changes
                before = facts_before(persons[line.about_id], self.keys, changes)
                self.made[line.id].before = before
        bulk.correct_people([(line.about_id or 0, facts) for line, facts in wanted], self.keys)

    def _fill(self) -> None:
        """Complete postings with what they did not say."""
        wanted = {
            posting_id: (line, values)
            for line in self.lines
            for posting_id, values in self.drafts[line.id].fills.items()
        }
        for posting_id, posting in queries.postings(wanted).items():
            line, values = wanted[posting_id]
            before = {column: getattr(posting, column) for column in values}
            self.made[line.id].filled[str(posting_id)] = _plain(before)
            for column, value in values.items():
                setattr(posting, column, value)
        db.session.flush()

    def _end(self) -> None:
        """End what another posting takes the place of, and what the officer said is over."""
        wanted = [
            (begin.from_on, FOLLOWED, begin.ends, line)
            for line in self.lines
            for begin in self.drafts[line.id].begins
            if begin.ends
        ]
        wanted += [
            (line.ends_on or self.day, line.ends_why, posting_id, line)
            for line in self.lines
            if line.ends_why
            for posting_id in line.loose
        ]
        for (on, why), some in groupby(sorted(wanted, key=_how), key=_how):
            bearers = {posting_id: line for _on, _why, posting_id, line in some}
            for posting_id, planned in bulk.end_postings(bearers, on, why, self.now).items():
                ended = self.made[bearers[posting_id].id].ended
                ended[str(posting_id)] = planned.isoformat() if planned else None

    def _post(self) -> None:
        """Begin the postings of everybody who belongs here."""
        wanted = [
            (line, begin)
            for line in self._of(Status.NEW, Status.CHANGED, Status.MOVED)
            for begin in self.drafts[line.id].begins
        ]
        new = [
            bulk.NewPosting(
                person_id=self.persons[line.id],
                unit_id=line.unit_id or 0,
                post=begin.post,
                from_on=begin.from_on,
                to_on=begin.to_on,
                rank=begin.rank,
                term_number=begin.term,
                home_unit_id=begin.home_id,
                title=begin.title,
            )
            for line, begin in wanted
        ]
        ids = bulk.post_people(new, self.now, self.fresh)
        for (line, _begin), posting_id in zip(wanted, ids, strict=True):
            self.made[line.id].postings.append(posting_id)

    def _transfer(self) -> None:
        """Ask for those who belong elsewhere."""
        lines = self._of(Status.TRANSFER)
        if not lines:
            return
        wanted = [_wanted(line, self.drafts[line.id]) for line in lines]
        ids = ask_transfers(wanted, self.one.confirmed_by or 0, self.now)
        asked = select(Transfer.id).where(Transfer.id.in_(ids), Transfer.asked_at == self.now)
        new = set(db.session.scalars(asked))  # the others had been asked for before
        for line, transfer_id in zip(lines, ids, strict=True):
            self.made[line.id].transfer = transfer_id if transfer_id in new else None


def _how(one: tuple[Any, ...]) -> tuple[date, str]:
    return one[0], one[1]


def _wanted(line: Waiting, draft: Draft) -> Wanted:
    posts = tuple(
        NewPost(begin.post, begin.rank or None, begin.title or None, begin.term)
        for begin in draft.begins
    )
    keeps = all(begin.post in SENT for begin in draft.begins)
    on = max(begin.from_on for begin in draft.begins)
    return Wanted(line.about_id or 0, line.unit_id or 0, on, posts, keeps=keeps)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in values.items()
    }
