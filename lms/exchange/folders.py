"""A bank as a folder of question files: on the disk, and in a zip to take home."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import yaml
from sqlalchemy import func, select

from lms.audit.services import record
from lms.bank.files import read_draft
from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.rules import Pool, State, faults
from lms.bank.texts import names_in
from lms.db import db
from lms.errors import Conflict
from lms.exchange.own import PICTURES, README

ABOUT = "bank.yaml"
EPOCH = (2000, 1, 1, 0, 0, 0)  # the same questions give the same zip


def dump_folder(bank: Bank, folder: Path, exam: bool, now: datetime) -> tuple[int, int]:
    """Write the newest version of every question; how many, and how many unfinished are left out.

    exam: those of the examination pool too. What is written loads again without a change.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Conflict("文件夹 {folder} 里已有内容，请换一个空文件夹。", folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ABOUT).write_text(about(bank), encoding="utf-8")
    written = left = 0
    for code, text in newest_texts(bank.id, exam):
        if faults(read_draft(text)):
            left += 1
            continue
        (folder / f"{code}.md").write_text(text, encoding="utf-8")
        written += 1
    if exam:
        record("export", now, whom=bank, org_id=bank.org_id, file=folder.name, rows=written)
    return written, left


def newest_texts(bank_id: int, exam: bool) -> Iterator[tuple[str, str]]:
    """Code and text of the newest version of each question that is not retired."""
    version = QuestionVersion
    newest = version.number == func.coalesce(Question.waiting, Question.latest)
    query = (
        select(Question.code, version.text)
        .join(version, (version.question_id == Question.id) & newest)
        .where(Question.bank_id == bank_id, Question.state != State.RETIRED)
    )
    if not exam:
        query = query.where(Question.pool != Pool.EXAM)
    for row in db.session.execute(query.order_by(Question.code)):
        yield row[0], row[1]


def about(bank: Bank) -> str:
    """What says which bank a folder is."""
    facts = {"code": bank.code, "title": bank.title}
    return yaml.safe_dump(facts, allow_unicode=True, sort_keys=False)


def zip_bytes(
    bank: Bank,
    files: Iterable[tuple[str, str]],
    lines: Iterable[str],
    picture: Callable[[str], bytes | None] = lambda _name: None,
) -> bytes:
    """The folder of a bank as a zip, with the pictures that its questions show.

    files: code and text; lines: what its README says.
    """
    shown: dict[str, None] = {}
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        add = partial(_add, package, bank.code)
        add(ABOUT, about(bank))
        add(README, "\n\n".join([f"# {bank.title}", *lines]) + "\n")
        for code, text in files:
            add(f"{code}.md", text)
            shown |= dict.fromkeys(names_in([text]))
        for name in shown:
            if (data := picture(name)) is not None:
                add(f"{PICTURES}/{name}", data)
    return target.getvalue()


def _add(package: zipfile.ZipFile, folder: str, name: str, text: str | bytes) -> None:
    package.writestr(zipfile.ZipInfo(f"{folder}/{name}", EPOCH), text, zipfile.ZIP_DEFLATED)
