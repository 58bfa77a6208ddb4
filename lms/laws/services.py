"""Keeping the register of laws: loaded and dumped as files, editions added, ended, given texts."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import update

from lms.audit.services import record
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.laws import queries
from lms.laws.files import read_register, write_register
from lms.laws.models import LawEdition
from lms.laws.reading import Law
from lms.laws.rules import Edition, Standing

REGISTER, TEXTS = "laws.yaml", "laws"


@dataclass
class Loaded:
    """What came of loading a folder."""

    new: int = 0
    texts: int = 0
    same: int = 0


def load_register(folder: Path, now: datetime) -> Loaded:
    """Load laws.yaml and laws/<law>/<edition>.md. What was changed here since stays as it is."""
    file = folder / REGISTER
    if not file.is_file():
        raise Invalid("文件夹 {folder} 中没有 {file}。", folder=folder.name, file=REGISTER)
    planned = read_register(file.read_text(encoding="utf-8"))
    known = {(one.law, one.edition): one for one in queries.editions()}
    loaded = Loaded()
    for one in planned:
        pair = one.law, one.edition.isoformat()
        if pair not in known:
            known[pair] = _row(one)
            db.session.add(known[pair])
            loaded.new += 1
        else:
            loaded.same += 1
        loaded.texts += _give_text(known[pair], folder / TEXTS / pair[0] / f"{pair[1]}.md")
    db.session.flush()
    if loaded.new or loaded.texts:
        record("load laws", now, whom="law_edition", new=loaded.new, texts=loaded.texts)
    return loaded


def _give_text(row: LawEdition, file: Path) -> bool:
    """The shipped text, where nobody here added a whole one. Whether it is another than before."""
    if row.text_at is not None or not file.is_file():
        return False
    text = file.read_text(encoding="utf-8")
    changed, row.text = row.text != text, text
    return changed


def dump_register(folder: Path) -> int:
    """Write the register and its texts as `load_register` reads them. Returns how many."""
    rows = queries.editions()
    folder.mkdir(parents=True, exist_ok=True)
    planned = [planned_of(row) for row in rows]
    (folder / REGISTER).write_text(write_register(planned), encoding="utf-8")
    for row in rows:
        if row.text:
            file = folder / TEXTS / row.law / f"{row.edition}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(row.text, encoding="utf-8")
    return len(rows)


def planned_of(row: LawEdition) -> Edition:
    """An edition as the file has it."""
    day = date.fromisoformat(row.edition)
    return Edition(row.law, row.title, day, row.from_on, row.to_on, row.status)


def _row(one: Edition) -> LawEdition:
    return LawEdition(
        law=one.law,
        title=one.title,
        edition=one.edition.isoformat(),
        from_on=one.in_force_from,
        to_on=one.in_force_to,
        status=one.status,
    )


def add_edition(one: Edition, now: datetime) -> LawEdition:
    """Enter an edition that the register does not know."""
    if one.in_force_from < one.edition:
        raise Invalid("施行日期早于通过日期，请核对。")
    if queries.edition_of(one.law, one.edition.isoformat()) is not None:
        raise Conflict("《{law}》{edition} 版已经登记。", law=one.law, edition=one.edition)
    row = _row(one)
    db.session.add(row)
    db.session.flush()
    record("add law edition", now, whom=row, law=row.law, edition=row.edition)
    return row


def end_edition(row: LawEdition, to_on: date, successor: LawEdition | None, now: datetime) -> None:
    """Say on which day an edition holds for the last time, and which one follows it.

    Questions that rest on it wait to be checked against the successor; nothing of them changes.
    """
    if to_on < row.from_on:
        raise Invalid("失效日期早于施行日期，请核对。")
    _refuse_itself(row, successor)
    once = (
        update(LawEdition)
        .where(LawEdition.id == row.id, LawEdition.status != Standing.ENDED)
        .where(LawEdition.to_on.is_(None) if row.to_on is None else LawEdition.to_on == row.to_on)
        .values(to_on=to_on, successor_id=successor.id if successor else None)
    )
    if db.session.execute(once).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("《{law}》{edition} 版已经结束。", law=row.law, edition=row.edition)
    db.session.refresh(row)
    last = to_on.isoformat()
    record("end law edition", now, whom=row, law=row.law, edition=row.edition, to=last)


def choose_successor(row: LawEdition, successor: LawEdition | None, now: datetime) -> None:
    """Say which edition follows one, or that none does."""
    _refuse_itself(row, successor)
    row.successor_id = successor.id if successor else None
    db.session.flush()
    record(
        "choose law successor", now, whom=row, successor=successor.edition if successor else None
    )


def _refuse_itself(row: LawEdition, successor: LawEdition | None) -> None:
    if successor is not None and successor.id == row.id:
        raise Invalid("接替的版本不能是它自己。")


def add_text(row: LawEdition, law: Law, now: datetime, by: int) -> None:
    """Keep the whole text of an edition; what rests on it is checked against it anew."""
    row.text, row.text_at, row.text_by = law.text, now, by
    db.session.flush()
    record("add law text", now, whom=row, law=row.law, articles=len(law.articles))
