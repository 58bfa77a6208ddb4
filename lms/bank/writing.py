"""Putting questions into a bank, changing them, setting their facts.

A draft is written over: it never left its writer. What left its writer stays as it is, and a
change of it is the next version: beside the one in use where that is final, else in its place.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value

from lms.access.listeners import add_rows
from lms.audit.services import record
from lms.bank import finding, queries
from lms.bank.files import content_hash, read_draft
from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.rules import FREE_FACTS, Origin, Pool, State, faults, same_content
from lms.bank.rules import Question as Asked
from lms.bank.versions import Fresh, add_versions, refuse_unknown, rewrite
from lms.competencies.models import Competency
from lms.competencies.queries import abilities
from lms.db import db
from lms.dice import code
from lms.errors import Conflict, Invalid, Listed
from lms.words import N_

BATCH = 500  # questions written at once
Thing = TypeVar("Thing")
MEANWHILE = N_("题目 {code} 刚才有人改过，请看清现在的内容后再保存。")


def add_questions(
    bank: Bank,
    asked: Sequence[Asked],
    pool: Pool,
    state: State,
    now: datetime,
    by: int | None,
    origin: Origin | None = None,
) -> list[Question]:
    """New entries of a bank, in the order given, each with its first version.

    by: who writes them, None for a file. origin: for all of them, None as each one says.
    Raises Invalid for one with faults (a draft may have them), for an ability nobody knows and
    for a number that is taken.
    """
    if origin is not None:
        asked = [replace(one, origin=origin) for one in asked]
    refuse_public(bank, pool)
    refuse_put_away(bank)
    found = abilities()
    refuse_unknown(asked, found)
    _refuse_faulty(asked, state)
    _refuse_taken(bank, [one.id for one in asked])
    entries: list[Question] = []
    for some in _batches(asked):
        facts = {"bank_id": bank.id, "pool": pool, "state": state, "latest": 1}
        made = {"made_at": now, "made_by": by, "waiting": None, "waiting_state": None}
        add_rows(
            Question,
            [{"code": one.id, **facts, **made, **finding.columns(one, found)} for one in some],
        )
        rows = queries.entries(bank.id, [one.id for one in some])
        entries += [rows[one.id] for one in some]
        add_versions([Fresh(rows[one.id].id, 1, one) for one in some], found, now, by)
    if asked:
        record("add questions", now, whom=bank, org_id=bank.org_id, count=len(asked))
    return entries


def refuse_put_away(bank: Bank) -> None:
    """Nothing new comes into a bank that is out of use."""
    if bank.retired_at is not None:
        raise Conflict("题库“{title}”已停用，不能再写入试题。请先恢复使用。", title=bank.title)


def refuse_public(bank: Bank, pool: Pool) -> None:
    """What everyone may look up examines nobody."""
    if bank.public and pool is Pool.EXAM:
        raise Invalid("“{bank}”的答案是公开的，里面的题不能放进考试题库。", bank=bank.title)


def fresh_code(day: date) -> str:
    """A number that nobody has: of what is written here, by the day."""
    return f"q-{day:%y%m%d}-{code('abcdefghjkmnpqrstuvwxyz23456789', 6)}"


def change(
    entry: Question, asked: Asked, now: datetime, by: int | None, seen: str | None = None
) -> QuestionVersion:
    """What the question asks from now on, in its newest version. Returns that version.

    A draft is written over. Where only facts changed that no reviewer looks at, a new version
    keeps the state of the one before; else it is a draft.
    seen: the hash of the version that the writer had before them; Conflict where it is no more.
    """
    newest = queries.newest(entry)
    before, asked = newest.content_hash, replace(asked, id=entry.code)
    if seen is not None and before != seen:
        raise Conflict(MEANWHILE, code=entry.code)
    if content_hash(asked) == before:
        return newest
    if entry.state is State.RETIRED:
        raise Conflict("题目 {code} 已停用，请先恢复使用，再修改。", code=entry.code)
    state = entry.waiting_state or entry.state
    if state is not State.DRAFT:
        same = same_content(read_draft(newest.text), asked)
        newest = put_next(entry, asked, state if same else State.DRAFT, now, by)
    else:
        refuse_unknown([asked], abilities())
        _claim([entry], {"latest": entry.latest})
        db.session.refresh(newest)
        if newest.content_hash != before:
            raise Conflict(MEANWHILE, code=entry.code)
        rewrite([(newest, asked)], abilities(), now, by)
        finding.follow([entry.id])
    record("change question", now, whom=entry, code=entry.code, version=newest.number)
    return newest


def change_many(changes: Sequence[tuple[Question, Asked]], now: datetime, by: int | None) -> int:
    """As `change`, for many at once: what each of these entries asks from now on.

    Returns how many questions changed.
    """
    found, done = abilities(), 0
    for some in _batches(changes):
        newest = {one.question_id: one for one in queries.newest_of({e.id for e, _ in some})}
        moves = [_to(entry, newest[entry.id], asked) for entry, asked in some]
        done += _carry_out([move for move in moves if move.changed], found, now, by)
    record("change questions", now, whom="question", asked=len(changes), done=done)
    return done


def put_next(
    entry: Question, asked: Asked, state: State, now: datetime, by: int | None
) -> QuestionVersion:
    """The next version, in this state: beside the one in use where that is final, else instead.

    A final one is in use at once.
    """
    move = _next(entry, asked, state)
    refuse_unknown([asked], abilities())
    _claim([entry], move.values)
    add_versions(move.fresh, abilities(), now, by)
    finding.follow([entry.id])
    return queries.newest(entry)


def set_facts(
    entries: Sequence[Question], changes: Mapping[str, Any], now: datetime, by: int | None
) -> int:
    """Set the same facts of many questions. changes: names in rules.FREE_FACTS, and values.

    A version in use and one that waits beside it both get them, and keep their states. Returns
    how many questions changed.
    """
    if unknown := set(changes) - set(FREE_FACTS):
        raise ValueError(f"these need a review: {unknown}")
    found, done = abilities(), 0
    for some in _batches(entries):
        standing = queries.standing(some)
        moves = [_with_facts(entry, *standing[entry.id], changes) for entry in some]
        done += _carry_out([move for move in moves if move.changed], found, now, by)
    record("set facts", now, whom="question", facts=sorted(changes), asked=len(entries), done=done)
    return done


@dataclass
class _Move:
    """What a change does to one entry."""

    entry: Question
    values: dict[str, Any] = field(default_factory=dict)  # of the entry's columns
    drafts: list[tuple[QuestionVersion, Asked]] = field(default_factory=list)
    fresh: list[Fresh] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.drafts or self.fresh)


def _to(entry: Question, newest: QuestionVersion, asked: Asked) -> _Move:
    """What makes an entry ask this: its draft is written over, else its next version."""
    asked, state = replace(asked, id=entry.code), entry.waiting_state or entry.state
    if content_hash(asked) == newest.content_hash:
        return _Move(entry)
    if state is State.DRAFT:
        return _Move(entry, drafts=[(newest, asked)])
    same = same_content(read_draft(newest.text), asked)
    return _next(entry, asked, state if same else State.DRAFT)


def _next(entry: Question, asked: Asked, state: State) -> _Move:
    """The next version in this state: beside the one in use where that is final, else instead."""
    _refuse_faulty([asked], state)
    number = newest_number(entry) + 1
    values: dict[str, Any] = {"waiting": number, "waiting_state": state}
    if state is State.FINAL or entry.state is not State.FINAL:
        values = {"latest": number, "state": state, "waiting": None, "waiting_state": None}
    return _Move(entry, values, fresh=[Fresh(entry.id, number, asked)])


def _with_facts(
    entry: Question,
    used: QuestionVersion,
    beside: QuestionVersion | None,
    changes: Mapping[str, Any],
) -> _Move:
    """A version that waits always has a higher number than the one in use."""
    move, number = _Move(entry), newest_number(entry)
    if new := _changed(used, changes, entry.state):
        if entry.state is State.DRAFT:
            move.drafts.append((used, new))
        elif beside and entry.waiting_state is State.DRAFT:
            move.fresh.append(Fresh(entry.id, number, new))
            move.values = {"latest": number, "waiting": number + 1}
        else:
            number += 1
            move.fresh.append(Fresh(entry.id, number, new))
            move.values = {"latest": number}
    if beside is None or entry.waiting_state is None:
        return move
    waiting = _changed(beside, changes, entry.waiting_state)
    if not (waiting or move.fresh):
        return move
    asked = waiting or read_draft(beside.text)
    if entry.waiting_state is State.DRAFT:
        move.drafts.append((beside, asked))
    else:
        move.fresh.append(Fresh(entry.id, number + 1, asked))
        move.values["waiting"] = number + 1
    return move


def _changed(version: QuestionVersion, changes: Mapping[str, Any], state: State) -> Asked | None:
    """The question with these facts; None where it has them already."""
    before = read_draft(version.text)
    after = replace(before, **changes)
    if after == before:
        return None
    _refuse_faulty([after], state)
    return after


def _carry_out(
    moves: Sequence[_Move], found: Mapping[str, Competency], now: datetime, by: int | None
) -> int:
    refuse_unknown([asked for move in moves for _, asked in move.drafts], found)
    refuse_unknown([one.asked for move in moves for one in move.fresh], found)
    alike: dict[tuple[object, ...], list[_Move]] = defaultdict(list)
    for move in moves:
        stands = (move.entry.latest, move.entry.waiting, move.entry.state, move.entry.waiting_state)
        alike[stands, *sorted(move.values.items())].append(move)
    for group in alike.values():
        values = group[0].values or {"latest": group[0].entry.latest}
        _claim([move.entry for move in group], values)
    _refuse_rewritten([draft for move in moves for draft, _ in move.drafts])
    for move in moves:
        for draft, _ in move.drafts:
            draft.number = newest_number(move.entry)
    rewrite([draft for move in moves for draft in move.drafts], found, now, by)
    add_versions([one for move in moves for one in move.fresh], found, now, by)
    finding.follow([move.entry.id for move in moves])
    return len(moves)


def _refuse_rewritten(drafts: Sequence[QuestionVersion]) -> None:
    """Whoever wrote over a draft meanwhile keeps what they wrote."""
    before = {draft.id: draft.content_hash for draft in drafts}
    if not before:
        return
    query = select(QuestionVersion.id, QuestionVersion.content_hash, Question.code)
    query = query.join(Question).where(QuestionVersion.id.in_(before))
    for key, digest, name in db.session.execute(query):
        if digest != before[key]:
            raise Conflict(MEANWHILE, code=name)


def newest_number(entry: Question) -> int:
    """The number of the newest version: one that waits is newer than the one in use."""
    return entry.waiting or entry.latest


def _claim(entries: Sequence[Question], values: Mapping[str, Any]) -> None:
    """Move entries that stand alike; Conflict where one of them was moved meanwhile."""
    first = entries[0]
    once = update(Question).where(
        Question.id.in_([entry.id for entry in entries]),
        Question.latest == first.latest,
        Question.waiting.is_not_distinct_from(first.waiting),
        Question.state == first.state,
        Question.waiting_state.is_not_distinct_from(first.waiting_state),
    )
    once = once.values(**values).execution_options(synchronize_session=False)
    done = db.session.execute(once)
    if done.rowcount != len(entries):  # type: ignore[attr-defined]
        raise Conflict(MEANWHILE, code=first.code)
    for entry in entries:
        for name, value in values.items():
            set_committed_value(entry, name, value)
        db.session.expire(entry, ["versions"])


def _refuse_faulty(asked: Sequence[Asked], state: State) -> None:
    """A draft may lack what it likes; what is sent, reviewed or final may not."""
    if state in (State.DRAFT, State.RETURNED):
        return
    for question in asked:
        for fault in faults(question):
            raise fault


def _refuse_taken(bank: Bank, codes: Sequence[str]) -> None:
    """Each number stands once in a bank."""
    twice = [code for code, times in Counter(codes).items() if times > 1]
    for some in _batches(codes):
        twice += queries.entries(bank.id, some)
    if twice:
        raise Invalid("题库里已有这些编号：{codes}。", codes=Listed(sorted(twice)[:20]))


def _batches(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    return (things[first : first + BATCH] for first in range(0, len(things), BATCH))
