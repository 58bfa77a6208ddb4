"""What can be done to a bank."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import yaml

from lms.access.scope import scope_in
from lms.audit.services import record
from lms.bank import queries
from lms.bank.files import content_hash, read_question
from lms.bank.models import Bank, BankNamed, Question, QuestionVersion
from lms.bank.rules import Pool, Right, State, same_content
from lms.bank.rules import Question as Asked
from lms.bank.writing import add_questions, put_next
from lms.db import db
from lms.errors import Invalid


@dataclass
class Loaded:
    """What came of loading a folder. waiting: codes changed here since, left for review."""

    new: int = 0
    changed: int = 0
    same: int = 0
    waiting: list[str] = field(default_factory=list)


def open_bank(code: str, title: str, org_id: int, now: datetime, public: bool = False) -> Bank:
    """A bank of a unit; the unit is named on it for everything. public: its keys are known."""
    bank = Bank(code=code, title=title, public=public, org_id=org_id, made_at=now)
    db.session.add(bank)
    db.session.flush()
    for right in Right:
        name_on(bank, right, now, org_id=org_id)
    db.session.flush()
    if (scope := scope_in(db.session())) is not None:
        scope.look_again_at_banks()
    record("open bank", now, whom=bank, org_id=org_id, code=code)
    return bank


def name_on(
    bank: Bank,
    right: Right,
    now: datetime,
    person_id: int | None = None,
    org_id: int | None = None,
    by: int | None = None,
) -> None:
    """Name a person or a unit on a bank. by: who does, None for the house."""
    who = {"person_id": person_id, "org_id": org_id}
    db.session.add(BankNamed(bank_id=bank.id, right=right, named_at=now, named_by=by, **who))


def load_folder(
    folder: Path, org_id: int, now: datetime, pool: Pool, state: State
) -> tuple[Bank, Loaded]:
    """Load a bank from its folder: bank.yaml, and one Markdown file a question below it.

    A new question arrives in this pool and state; a new text of a known question makes a new
    version; one that was changed here since keeps what it has, and the file's text waits for
    review, or is left out where somebody's change waits already.
    Raises Invalid, naming the file, and loads nothing where a file cannot be read.
    """
    told = about(folder)
    files = [file for file in sorted(folder.rglob("*.md")) if file.name != "README.md"]
    asked = [_read(file) for file in files]
    bank = queries.bank_by_code(told["code"]) or open_bank(
        told["code"], told["title"], org_id, now, public=pool is not Pool.EXAM
    )
    loaded = _load(bank, asked, pool, state, now)
    record("load bank", now, whom=bank, org_id=org_id, new=loaded.new, changed=loaded.changed)
    return bank, loaded


def about(folder: Path) -> dict[str, str]:
    """What bank.yaml says of the bank in a folder: its code and title."""
    file = folder / "bank.yaml"
    if not file.is_file():
        raise Invalid("文件夹 {folder} 中没有 bank.yaml，不是题库文件夹。", folder=folder.name)
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        told = None
    if not isinstance(told, dict) or not told.get("code") or not told.get("title"):
        raise Invalid("{folder}/bank.yaml 须写明 code 和 title。", folder=folder.name)
    return {key: str(value) for key, value in told.items()}


def _read(file: Path) -> Asked:
    try:
        return read_question(file.read_text(encoding="utf-8"))
    except (Invalid, UnicodeDecodeError) as wrong:
        raise Invalid("{file}：{why}", file=file.name, why=str(wrong)) from wrong


def _load(bank: Bank, asked: Sequence[Asked], pool: Pool, state: State, now: datetime) -> Loaded:
    known, loaded = queries.by_code(bank.id), Loaded()
    fresh = [question for question in asked if question.id not in known]
    add_questions(bank, fresh, pool, state, now, None)
    loaded.new = len(fresh)
    for question in asked:
        if question.id in known:
            _load_again(*known[question.id], question, state, now, loaded)
    return loaded


def _load_again(
    entry: Question,
    newest: QuestionVersion,
    question: Asked,
    state: State,
    now: datetime,
    loaded: Loaded,
) -> None:
    """A new text of a known question; what somebody here is at is never pushed aside."""
    if content_hash(question) == newest.content_hash:
        loaded.same += 1
    elif newest.made_by is None and entry.waiting is None:
        same = state is State.FINAL or same_content(read_question(newest.text), question)
        put_next(entry, question, entry.state if same else State.IN_REVIEW, now, None)
        loaded.changed += 1
    else:
        if newest.made_by is None or (entry.state is State.FINAL and entry.waiting is None):
            put_next(entry, question, State.IN_REVIEW, now, None)
        loaded.waiting.append(question.id)


def copy_for_examination(source: Bank, target: Bank, codes: Sequence[str], now: datetime) -> int:
    """Copy questions into the examination pool of another bank. For the demonstration only.

    The keys of the shipped banks are public, so in a real city they examine nobody.
    """
    known, there = queries.by_code(source.id), queries.by_code(target.id)
    asked = [
        read_question(known[code][1].text) for code in codes if code in known and code not in there
    ]
    return len(add_questions(target, asked, Pool.EXAM, State.FINAL, now, None))
