"""Carrying out an import, some questions a slice; broken off, it goes on where it was."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from lms.bank import states, writing
from lms.bank.files import read_draft
from lms.bank.models import Question
from lms.bank.queries import newest_of
from lms.bank.rules import Pool, State
from lms.bank.rules import Question as Asked
from lms.db import db
from lms.exchange import queries
from lms.exchange.coding import Coding
from lms.exchange.comparing import chosen
from lms.exchange.drafts import packed, unpacked
from lms.exchange.matching import merged
from lms.exchange.mending import question_of
from lms.exchange.models import BankImport, BankLine
from lms.exchange.rules import Doubt
from lms.exchange.staging import Store
from lms.exchange.standings import TAKEN, UPLOADS, Status, Step
from lms.jobs.rules import Progress
from lms.web.uploads import remove
from lms.words import N_

NEW, CHANGES = 100, 40  # questions a slice; one shuts others out for well under 200 ms
WRITING, WRITTEN = N_("正在写入…"), N_("试题已带入。")
GONE = N_("题库里的这道题已停用或不在您的权限范围内，没有修改。")


def write(import_id: int, store: Store, now: datetime, url: str = "") -> Iterator[Progress]:
    """Carry out every line that waits; then it is done."""
    one = queries.one_import(import_id)
    waits = queries.count(queries.unwritten(one, TAKEN))
    total = waits + queries.count(queries.written(import_id))
    for statuses, size, act in (
        ((Status.NEW, Status.UNANSWERED), NEW, _add),
        ((Status.CHANGED,), CHANGES, _change),
    ):
        waiting = queries.unwritten(one, statuses).order_by(BankLine.number).limit(size)
        while lines := list(db.session.scalars(waiting)):
            act(one, lines, now)
            db.session.flush()
            left = queries.count(queries.unwritten(one, TAKEN))
            yield Progress(total - left, total, line=WRITING)
    stored = [file.stored for file in one.files]
    if one.step is Step.WRITING:
        _finish(one, now)
    yield Progress(total, total, line=WRITTEN, result={"url": url})
    for name in stored:
        remove(store.var, UPLOADS, name)


def _finish(one: BankImport, now: datetime) -> None:
    """One small write says that it is done."""
    one.step, one.done_at, one.counts = Step.DONE, now, queries.counted(one)
    for file in one.files:
        file.stored = None
    db.session.flush()


def _add(one: BankImport, lines: Sequence[BankLine], now: datetime) -> None:
    """New entries; what has no answer is a draft, all else goes to the reviewers."""
    names = queries.names(one)
    taken = queries.taken(one.bank_id, [line.code for line in lines])
    coding = Coding(one.bank.code, taken | {line.code for line in lines})
    batches: dict[tuple[Pool, State], list[tuple[BankLine, Asked]]] = {}
    for line in lines:
        question = question_of(line, names).question
        if line.code in taken:  # meanwhile
            line.code = coding.code(question, unpacked(line.draft).number)
        state = State.DRAFT if line.status is Status.UNANSWERED else State.IN_REVIEW
        key = line.pool or one.pool, state
        batches.setdefault(key, []).append((line, replace(question, id=line.code)))
    for (pool, state), pairs in batches.items():
        asked = [question for _, question in pairs]
        added = writing.add_questions(one.bank, asked, pool, state, now, one.uploaded_by)
        for (line, _), entry in zip(pairs, added, strict=True):
            line.about_id, line.made, line.written_at = entry.id, {"new": True}, now


def _change(one: BankImport, lines: Sequence[BankLine], now: datetime) -> None:
    """What the bank has becomes what the file says; a change of what is final is reviewed.

    Of two lines about one question, the second waits for the next slice.
    """
    names = queries.names(one)
    entries = queries.entries({key for line in lines if (key := chosen(line))})
    texts = {each.question_id: each.text for each in newest_of(entries)}
    asked: dict[int, Asked] = {}
    before: dict[int, tuple[int, dict[str, Any]]] = {}  # by line: its entry, how that stood
    for line in lines:
        entry = entries.get(chosen(line) or 0)
        if entry is None or entry.state is State.RETIRED:
            _is_gone(line)
        elif entry.id not in asked:
            asked[entry.id] = merged(read_draft(texts[entry.id]), question_of(line, names))
            before[line.id] = entry.id, _before(entry, texts[entry.id])
    changes = [(entries[key], question) for key, question in asked.items()]
    writing.change_many(changes, now, one.uploaded_by)
    db.session.flush()
    states.send_many([key for key in asked if _is_draft(entries[key])], now)
    entries = queries.entries(asked)
    for line in queries.some(one, before):
        entry, told = entries[before[line.id][0]], before[line.id][1]
        after = [entry.state, entry.waiting_state]
        line.made = told | {"version": writing.newest_number(entry), "after": after}
        line.about_id, line.written_at = entry.id, now


def _is_draft(entry: Question) -> bool:
    return (entry.waiting_state or entry.state) is State.DRAFT


def _is_gone(line: BankLine) -> None:
    """What the line would change is out of use, or out of sight: its trainer looks again."""
    found = unpacked(line.draft)
    found.doubts.append(Doubt(GONE))
    line.draft, line.status, line.accepted = packed(found), Status.CHECK, False


def _before(entry: Question, text: str) -> dict[str, Any]:
    """How an entry stood, to put it back."""
    return {
        "latest": entry.latest,
        "waiting": entry.waiting,
        "state": entry.state,
        "waiting_state": entry.waiting_state,
        "text": text,
    }
