"""Taking an import back as a whole, while nothing rests on what it brought."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from lms.access.scope import seeing_everything
from lms.bank.files import read_draft
from lms.bank.finding import follow
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import State
from lms.bank.versions import rewrite
from lms.competencies.queries import abilities
from lms.db import Base, db
from lms.errors import Conflict
from lms.exchange import queries
from lms.exchange.models import BankImport, BankLine
from lms.exchange.standings import Step
from lms.jobs.rules import Progress
from lms.words import N_

SLICE = 60  # questions
NAMED = 3  # codes in a sentence
TAKING_BACK, TAKEN_BACK = N_("正在撤回…"), N_("带入的试题已撤回。")
REVIEWED = N_("不能撤回：{codes}等 {n} 题已定稿或停用。")
CHANGED = N_("不能撤回：{codes}等 {n} 题后来又有修改。")
USED = N_("不能撤回：{codes}等 {n} 题已被组卷、审题或其他记录使用。")
BANK = "lms.bank."  # what hangs on a question in this room goes with it
OPENED = frozenset({State.DRAFT, State.IN_REVIEW, State.RETURNED})


def refuse_resting(one: BankImport) -> None:
    """Raise Conflict where something rests on what an import brought, and say on what."""
    lines = list(db.session.scalars(queries.written(one.id)))
    entries = queries.entries({line.about_id for line in lines if line.about_id})
    made = [(line.made, entries[line.about_id]) for line in lines if line.about_id in entries]
    _refuse([entry for told, entry in made if _is_reviewed(told, entry)], REVIEWED)
    _refuse([entry for told, entry in made if _is_changed(told, entry)], CHANGED)
    new = {entry.id for told, entry in made if _is_new(told)}
    versions = {(entry.id, told["version"]) for told, entry in made if not _is_new(told)}
    used = _used(new, _version_ids(new, versions))
    _refuse([entry for _, entry in made if entry.id in used], USED)


def _refuse(found: Sequence[Question], why: str) -> None:
    if found:
        codes = sorted({each.code for each in found})
        raise Conflict(why, codes="、".join(codes[:NAMED]), n=len(codes))


def _is_new(told: dict[str, Any]) -> bool:
    return bool(told.get("new"))


def _is_reviewed(told: dict[str, Any], entry: Question) -> bool:
    """Whether somebody has decided on it since."""
    if _is_new(told):
        return entry.state not in OPENED
    return told["after"] != [entry.state, entry.waiting_state]


def _is_changed(told: dict[str, Any], entry: Question) -> bool:
    """Whether somebody has been at it since: a later version is the newest."""
    newest = entry.waiting or entry.latest
    return newest != (1 if _is_new(told) else told["version"])


def _version_ids(new: Collection[int], changed: Collection[tuple[int, int]]) -> set[int]:
    """The versions that an import made: all of its new questions, one of each that it changed."""
    version = QuestionVersion
    entries = {*new, *(entry for entry, _ in changed)}
    query = select(version.id, version.question_id, version.number)
    rows = db.session.execute(query.where(version.question_id.in_(entries)))
    return {key for key, entry, number in rows if entry in new or (entry, number) in changed}


def _hanging(on: str) -> Iterator[tuple[type[Any], Any]]:
    """Every table with a column that leads to this one, the parts of parts last."""
    for mapper in Base.registry.mappers:
        for column in mapper.local_table.columns:
            if any(key.column.table.name == on for key in column.foreign_keys):
                yield mapper.class_, column


def _used(entry_ids: Collection[int], version_ids: Collection[int]) -> set[int]:
    """Those of the questions that something of another room leads to, in sight or not."""
    found: set[int] = set()
    with seeing_everything():
        for table, column in _hanging("question"):
            if not table.__module__.startswith(BANK):
                found |= set(db.session.scalars(select(column).where(column.in_(entry_ids))))
        for table, column in _hanging("question_version"):
            if not table.__module__.startswith(BANK):
                led = select(QuestionVersion.question_id).join(table, column == QuestionVersion.id)
                found |= set(db.session.scalars(led.where(column.in_(version_ids))))
    return found


def take_back(import_id: int, now: datetime, url: str = "") -> Iterator[Progress]:
    """Undo every line that was carried out, a slice at a time. Broken off, it goes on."""
    one = queries.one_import(import_id)
    refuse_resting(one)
    written = queries.written(import_id).order_by(BankLine.number.desc())
    left = total = queries.count(written)
    while lines := list(db.session.scalars(written.limit(SLICE))):
        _undo(lines, now, one.uploaded_by)
        left -= len(lines)
        yield Progress(total - left, total, line=TAKING_BACK)
    one.step, one.returned_at = Step.RETURNED, now
    yield Progress(total, total, line=TAKEN_BACK, result={"url": url})


def _undo(lines: Sequence[BankLine], now: datetime, by: int | None) -> None:
    entries = queries.entries({line.about_id for line in lines if line.about_id})
    new = {line.about_id for line in lines if _is_new(line.made) and line.about_id in entries}
    changed = [line for line in lines if not _is_new(line.made) and line.about_id in entries]
    versions = {
        (line.about_id, line.made["version"]) for line in changed if not _in_place(line.made)
    }
    for line in changed:
        _put_back(entries[line.about_id or 0], line.made)
    db.session.flush()
    _remove_versions(_version_ids({key for key in new if key}, {(k or 0, n) for k, n in versions}))
    if new:
        db.session.execute(_gone(Question, Question.id, {key for key in new if key}))
    _rewrite([line for line in changed if _in_place(line.made)], now, by)
    follow({line.about_id for line in changed if line.about_id})
    for line in lines:
        line.written_at, line.made = None, {}
        if line.about_id in new:
            line.about_id = None
    db.session.flush()


def _in_place(told: dict[str, Any]) -> bool:
    """Whether a draft was written over, and no version added."""
    return told["version"] == (told["waiting"] or told["latest"])


def _put_back(entry: Question, told: dict[str, Any]) -> None:
    entry.latest, entry.waiting = told["latest"], told["waiting"]
    entry.state = State(told["state"])
    entry.waiting_state = State(told["waiting_state"]) if told["waiting_state"] else None


def _remove_versions(version_ids: Collection[int]) -> None:
    for table, column in _hanging("question_version"):
        if table.__module__.startswith(BANK):
            db.session.execute(_gone(table, column, version_ids))
    db.session.execute(_gone(QuestionVersion, QuestionVersion.id, version_ids))


def _gone(table: type[Any], column: Any, keys: Collection[int]) -> Any:
    return delete(table).where(column.in_(keys)).execution_options(synchronize_session=False)


def _rewrite(lines: Iterable[BankLine], now: datetime, by: int | None) -> None:
    """Drafts say again what they said before."""
    texts = {(line.about_id, line.made["version"]): line.made["text"] for line in lines}
    version = QuestionVersion
    query = select(version).where(version.question_id.in_({entry for entry, _ in texts}))
    drafts = [
        (each, read_draft(texts[each.question_id, each.number]))
        for each in db.session.scalars(query)
        if (each.question_id, each.number) in texts
    ]
    if drafts:
        rewrite(drafts, abilities(), now, by)
