"""Imports of questions and their lines, and what the bank has already."""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from lms.access.scope import seeing_everything
from lms.bank import finding
from lms.bank import queries as bank
from lms.bank.files import read_draft
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Question as Asked
from lms.bank.rules import State
from lms.competencies.queries import abilities
from lms.db import db
from lms.errors import NotFound
from lms.exchange.facts import Names
from lms.exchange.matching import Entry, Shelf
from lms.exchange.models import BankImport, BankLine
from lms.exchange.standings import Status, Step
from lms.jobs.models import Job
from lms.people.queries import whole_city

PAGE = 20


def one_import(import_id: int) -> BankImport:
    """The import with its bank and files, if in scope. Raises NotFound."""
    query = select(BankImport).where(BankImport.id == import_id)
    loaded = query.options(joinedload(BankImport.bank), selectinload(BankImport.files))
    found = db.session.scalar(loaded.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("没有找到这次带入，或不在您的权限范围内。")
    return found


def imports(bank_id: int, most: int = 20) -> list[BankImport]:
    """The reader's own imports into a bank, the latest first."""
    query = select(BankImport).where(BankImport.bank_id == bank_id)
    loaded = query.options(selectinload(BankImport.files)).order_by(BankImport.id.desc())
    return list(db.session.scalars(loaded.limit(most)))


def job_of(one: BankImport) -> Job | None:
    """The job at work on an import; whoever sees the import sees how far it is."""
    with whole_city():
        return db.session.scalar(select(Job).where(Job.id == (one.job_id or 0)))


def names(one: BankImport) -> Names:
    """The words that mean abilities, and what the trainer said that unknown ones mean."""
    return Names.of(((code, each.name) for code, each in abilities().items()), one.said)


def ability_names() -> dict[str, str]:
    """Code → name of every ability."""
    return {code: one.name for code, one in abilities().items()}


# ── lines ──────────────────────────────────────────────────────────────────────────────────────


def current(one: BankImport) -> Select:
    """The lines of the reading that counts."""
    return select(BankLine).where(BankLine.import_id == one.id, BankLine.reading == one.reading)


def lines(one: BankImport, status: Status, page: int) -> list[BankLine]:
    """A page of the lines with a status, in their order."""
    query = current(one).where(BankLine.status == status).order_by(BankLine.number)
    return list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE)))


def line(one: BankImport, line_id: int) -> BankLine:
    found = db.session.scalar(current(one).where(BankLine.id == line_id))
    if found is None:
        raise NotFound("没有找到这道题，或不在您的权限范围内。")
    return found


def next_with(one: BankImport, status: Status, number: int) -> BankLine | None:
    """The next line with this status after a number; from the beginning where there is none."""
    query = current(one).where(BankLine.status == status)
    return db.session.scalar(query.order_by(BankLine.number <= number, BankLine.number).limit(1))


def some(one: BankImport, line_ids: Collection[int]) -> list[BankLine]:
    """The lines of these ids, in their order."""
    query = current(one).where(BankLine.id.in_(line_ids)).order_by(BankLine.number)
    return list(db.session.scalars(query))


def lines_with(one: BankImport, *statuses: Status) -> list[BankLine]:
    """All lines with one of these statuses, in their order."""
    query = current(one).where(BankLine.status.in_(statuses))
    return list(db.session.scalars(query.order_by(BankLine.number)))


def of_reading(import_id: int, reading: int, numbers: Collection[int]) -> list[BankLine]:
    """Lines of a reading by their numbers, whether it counts yet or not."""
    here = BankLine.import_id == import_id, BankLine.reading == reading
    query = select(BankLine).where(*here, BankLine.number.in_(numbers))
    return list(db.session.scalars(query.order_by(BankLine.number)))


def numbered(one: BankImport, numbers: Collection[int]) -> dict[int, BankLine]:
    """Lines by their numbers."""
    query = current(one).where(BankLine.number.in_(numbers))
    return {each.number: each for each in db.session.scalars(query)}


def count(query: Select) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def counted(one: BankImport) -> dict[str, int]:
    """How many lines stand where."""
    query = (
        select(BankLine.status, func.count())
        .where(BankLine.import_id == one.id, BankLine.reading == one.reading)
        .group_by(BankLine.status)
    )
    return {row[0].value: row[1] for row in db.session.execute(query)}


def grouped(one: BankImport) -> dict[int, list[tuple[list[str] | None, int]]]:
    """By heading: what abilities the trainer set there, and for how many questions."""
    key = (BankLine.heading, BankLine.abilities)
    query = select(*key, BankLine.id).where(
        BankLine.import_id == one.id,
        BankLine.reading == one.reading,
        BankLine.status != Status.LEFT,
    )
    found: dict[int, dict[str, int]] = {}
    for heading, set_, _id in db.session.execute(query):
        words = "、".join(set_ or ())
        group = found.setdefault(heading, {})
        group[words] = group.get(words, 0) + 1
    return {
        heading: [(words.split("、") if words else None, n) for words, n in sets.items()]
        for heading, sets in found.items()
    }


def unwritten(one: BankImport, statuses: Collection[Status]) -> Select:
    """The lines that are still to be carried out."""
    return current(one).where(BankLine.written_at.is_(None), BankLine.status.in_(statuses))


def written(import_id: int) -> Select:
    """The lines that have been carried out."""
    return select(BankLine).where(BankLine.import_id == import_id, BankLine.written_at.is_not(None))


# ── the bank ───────────────────────────────────────────────────────────────────────────────────


def shelf(bank_id: int) -> Shelf:
    """What the bank has, as new questions are looked for in it. The scope narrows it."""
    version, newest = QuestionVersion, func.coalesce(Question.waiting, Question.latest)
    query = (
        select(Question.id, Question.code, version.stem)
        .join(version, and_(version.question_id == Question.id, version.number == newest))
        .where(Question.bank_id == bank_id, Question.state != State.RETIRED)
    )
    entries = [Entry(*row) for row in db.session.execute(query.order_by(Question.id))]
    return Shelf(entries, _numbers(bank_id))


def _numbers(bank_id: int) -> dict[str, list[int]]:
    """Under which number in its section a question came before."""
    query = (
        select(BankLine.number_key, BankLine.about_id)
        .join(BankImport, BankImport.id == BankLine.import_id)
        .where(
            BankImport.bank_id == bank_id,
            BankImport.step == Step.DONE,
            BankLine.number_key != "",
            BankLine.about_id.is_not(None),
        )
    )
    found: dict[str, list[int]] = {}
    for key, entry_id in db.session.execute(query):
        found.setdefault(key, []).append(entry_id or 0)
    return found


def codes(bank_id: int) -> set[str]:
    """Every code of a bank, in sight or not: a name may be used once."""
    with seeing_everything():
        query = select(Question.code).where(Question.bank_id == bank_id)
        return set(db.session.scalars(query))


def taken(bank_id: int, wanted: Collection[str]) -> set[str]:
    """Those of the codes that a bank has, in sight or not."""
    with seeing_everything():
        here = Question.bank_id == bank_id
        return set(db.session.scalars(select(Question.code).where(here, Question.code.in_(wanted))))


def entries(entry_ids: Collection[int]) -> dict[int, Question]:
    """Questions of the bank in sight, by id."""
    query = select(Question).where(Question.id.in_(entry_ids))
    return {one.id: one for one in db.session.scalars(query)}


def in_use(entry_ids: Collection[int]) -> list[QuestionVersion]:
    """The versions in use of these questions, each with its question, in their order."""
    query = (
        select(QuestionVersion)
        .join(Question, finding.in_use())
        .where(Question.id.in_(entry_ids))
        .options(joinedload(QuestionVersion.question))
    )
    rows = {one.question_id: one for one in db.session.scalars(query)}
    return [rows[key] for key in entry_ids if key in rows]


def asked(entry_ids: Iterable[int]) -> dict[int, Asked]:
    """What questions of the bank ask in their newest version, by entry."""
    return {one.question_id: read_draft(one.text) for one in _newest(entry_ids)}


def _newest(entry_ids: Iterable[int]) -> Iterator[QuestionVersion]:
    return bank.newest_of(set(entry_ids))
