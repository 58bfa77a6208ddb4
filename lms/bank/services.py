"""What can be done to a bank."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import yaml

from lms.audit.services import record
from lms.bank import queries
from lms.bank.files import content_hash, read_question, write_question
from lms.bank.models import (
    Bank,
    BankNamed,
    Question,
    QuestionVersion,
    VersionAbility,
    VersionSource,
)
from lms.bank.rules import Pool, Right, State
from lms.bank.rules import Question as Asked
from lms.competencies.models import Competency
from lms.competencies.queries import abilities
from lms.db import db
from lms.errors import Invalid

STEM = 400  # characters kept apart, to search and to list


@dataclass
class Loaded:
    """What came of loading a folder. waiting: codes changed here since, left for review."""

    new: int = 0
    changed: int = 0
    same: int = 0
    waiting: list[str] = field(default_factory=list)


def open_bank(code: str, title: str, org_id: int, now: datetime) -> Bank:
    """A bank of a unit; the unit is named on it for everything."""
    bank = Bank(code=code, title=title, org_id=org_id, made_at=now)
    db.session.add(bank)
    db.session.flush()
    for right in Right:
        name_on(bank, right, now, org_id=org_id)
    record("open bank", now, whom=bank, org_id=org_id, code=code)
    return bank


def name_on(
    bank: Bank,
    right: Right,
    now: datetime,
    person_id: int | None = None,
    org_id: int | None = None,
) -> None:
    """Name a person or a unit on a bank."""
    db.session.add(
        BankNamed(bank_id=bank.id, person_id=person_id, org_id=org_id, right=right, named_at=now)
    )


def load_folder(
    folder: Path, org_id: int, now: datetime, pool: Pool, state: State
) -> tuple[Bank, Loaded]:
    """Load a bank from its folder: bank.yaml, and one Markdown file a question below it.

    A new question arrives in this pool and state; a new text of a known question makes a new
    version; one that was changed here since keeps what it has, and the file's text waits.
    Raises Invalid, naming the file, and loads nothing where a file cannot be read.
    """
    about = _about(folder)
    files = [file for file in sorted(folder.rglob("*.md")) if file.name != "README.md"]
    asked = [_read(file) for file in files]
    bank = queries.bank_by_code(about["code"]) or open_bank(
        about["code"], about["title"], org_id, now
    )
    known, found, loaded = queries.by_code(bank.id), abilities(), Loaded()
    for question in asked:
        _load(bank, question, known, found, (pool, state), now, loaded)
    record("load bank", now, whom=bank, org_id=org_id, new=loaded.new, changed=loaded.changed)
    return bank, loaded


def _about(folder: Path) -> dict[str, str]:
    file = folder / "bank.yaml"
    if not file.is_file():
        raise Invalid("文件夹 {folder} 中没有 bank.yaml，不是题库文件夹。", folder=folder.name)
    try:
        about = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        about = None
    if not isinstance(about, dict) or not about.get("code") or not about.get("title"):
        raise Invalid("{folder}/bank.yaml 须写明 code 和 title。", folder=folder.name)
    return {key: str(value) for key, value in about.items()}


def _read(file: Path) -> Asked:
    try:
        return read_question(file.read_text(encoding="utf-8"))
    except (Invalid, UnicodeDecodeError) as wrong:
        raise Invalid("{file}：{why}", file=file.name, why=str(wrong)) from wrong


def _load(
    bank: Bank,
    question: Asked,
    known: dict[str, tuple[Question, QuestionVersion]],
    found: dict[str, Competency],
    fresh: tuple[Pool, State],
    now: datetime,
    loaded: Loaded,
) -> None:
    pool, state = fresh
    if question.id not in known:
        entry = Question(
            bank_id=bank.id, code=question.id, pool=pool, state=state, latest=1, made_at=now
        )
        entry.versions.append(version_of(question, 1, found, now))
        db.session.add(entry)
        loaded.new += 1
        return
    entry, newest = known[question.id]
    if content_hash(question) == newest.content_hash:
        loaded.same += 1
        return
    entry.versions.append(version_of(question, newest.number + 1, found, now))
    if newest.made_by is None:
        entry.latest = newest.number + 1
        loaded.changed += 1
    else:
        loaded.waiting.append(question.id)


def version_of(
    question: Asked,
    number: int,
    found: dict[str, Competency],
    now: datetime,
    by: int | None = None,
) -> QuestionVersion:
    """The frozen version of a question. Raises Invalid for an ability that nobody knows."""
    unknown = sorted(set(question.abilities) - set(found))
    if unknown:
        raise Invalid("{id}：没有这样的本领：{codes}。", id=question.id, codes="、".join(unknown))
    stem = "\n".join([question.case, *(part.stem for part in question.parts)]).strip()
    return QuestionVersion(
        number=number,
        content_hash=content_hash(question),
        text=write_question(question),
        stem=stem[:STEM],
        type=question.type,
        difficulty=question.difficulty,
        layer=question.layer,
        level=question.level,
        points=question.points,
        topic=question.topic or None,
        origin=question.origin,
        valid_from=question.valid_from,
        valid_to=question.valid_to,
        made_at=now,
        made_by=by,
        abilities=[VersionAbility(competency_id=found[code].id) for code in question.abilities],
        sources=_sources(question),
    )


def _sources(question: Asked) -> list[VersionSource]:
    return [
        VersionSource(
            law=one.law,
            edition=one.edition.isoformat() if one.edition else "",
            article=one.article,
            key=one.key,
        )
        for one in question.sources
    ]


def copy_for_examination(source: Bank, target: Bank, codes: Sequence[str], now: datetime) -> int:
    """Copy questions into the examination pool of another bank. For the demonstration only.

    The keys of the shipped banks are public, so in a real city they examine nobody.
    """
    known, found, copied = queries.by_code(source.id), abilities(), 0
    there = queries.by_code(target.id)
    for code in codes:
        if code in there or code not in known:
            continue
        entry = Question(
            bank_id=target.id,
            code=code,
            pool=Pool.EXAM,
            state=State.FINAL,
            latest=1,
            made_at=now,
        )
        question = read_question(known[code][1].text)
        entry.versions.append(version_of(question, 1, found, now))
        db.session.add(entry)
        copied += 1
    db.session.flush()
    return copied
