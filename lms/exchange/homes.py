"""The files in which a bank goes home, and those of what could not be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from lms.bank import finding, pictures
from lms.bank.files import read_draft
from lms.bank.found_by import Sought
from lms.bank.models import Bank, QuestionVersion
from lms.bank.rules import Pool, Question
from lms.errors import NotFound
from lms.exchange import queries, showing
from lms.exchange import template as workbook
from lms.exchange.drafts import unpacked
from lms.exchange.folders import zip_bytes
from lms.exchange.mending import facts_set, question_of
from lms.exchange.models import BankImport
from lms.exchange.standings import Status
from lms.sheets.pages import DEMONSTRATION, Page
from lms.sheets.writing import workbook_bytes
from lms.web.here import secret, settings
from lms.words import N_

BATCH = 500  # questions looked up together
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}
NOTE = N_("每题一个 .md 文件。在题库页面“带入试题”可以读回，或用命令 bank load 载入。")


@dataclass(frozen=True)
class Home:
    """A file to take home. exam: how many of its questions are of the examination pool."""

    data: bytes
    name: str
    format: str
    count: int = 0
    exam: int = 0

    @property
    def type(self) -> str:
        return TYPES[self.format]


def chosen(bank: Bank, sought: Sought) -> list[int]:
    """The questions of a bank that a filter shows; those in sight."""
    return finding.found_ids(sought, [bank.id])


def home(bank: Bank, question_ids: Sequence[int], format: str, now: datetime) -> Home:
    """These questions as a workbook, a Word paper, or a zip of question files."""
    if format not in TYPES:
        raise _no_such_format()
    versions = _versions(question_ids)
    asked = [read_draft(one.text) for one in versions]
    if format == "xlsx":
        data = workbook_bytes(_pages(asked), now)
    elif format == "docx":
        data = _paper(bank.title, asked)
    else:
        files = [(one.question.code, one.text) for one in versions]
        data = zip_bytes(bank, files, filter(None, [_(NOTE), _mark()]), _picture)
    exam = sum(one.question.pool is Pool.EXAM for one in versions)
    name = f"{bank.title}{now:%Y%m%d}"
    return Home(data, name, format, len(versions), exam)


def _no_such_format() -> NotFound:
    return NotFound("没有这种格式，请从页面上选择。")


def _versions(question_ids: Sequence[int]) -> list[QuestionVersion]:
    return [
        version
        for start in range(0, len(question_ids), BATCH)
        for version in queries.in_use(question_ids[start : start + BATCH])
    ]


def _mark() -> str:
    return _(DEMONSTRATION) if settings().demonstration else ""


def _picture(name: str) -> bytes | None:
    try:
        return pictures.original(settings().var, name, secret("cipher"))
    except NotFound:
        return None


def _paper(title: str, asked: Sequence[Question], notes: Mapping[str, str] | None = None) -> bytes:
    from lms.exchange.word import paper_bytes  # loaded by who takes a paper home

    return paper_bytes(title, asked, _mark(), _picture, notes)


def _pages(asked: Sequence[Question]) -> list[Page]:
    fitting = [one for one in asked if not workbook.too_long(one)]
    left = [one.id for one in asked if workbook.too_long(one)]
    pages = workbook.pages(fitting, queries.ability_names(), _mark())
    return workbook.with_left_out(pages, left)


def template() -> Home:
    """The empty workbook."""
    pages = workbook.template(queries.ability_names(), _mark())
    return Home(workbook_bytes(pages), _("题库模板"), "xlsx")


def faulty(one: BankImport, format: str, now: datetime) -> Home:
    """The questions of an import that wait to be mended, each with why."""
    lines = queries.lines_with(one, Status.CHECK)
    if format not in ("xlsx", "docx"):
        raise _no_such_format()
    if not lines:
        raise NotFound("这次带入没有待核的题。")
    names = queries.names(one)
    name = _("%(bank)s待核", bank=one.bank.title)
    told = [(unpacked(line.draft), question_of(line, names)) for line in lines]
    why = ["\n".join(showing.reasons(one, found, became)) for found, became in told]
    if format == "xlsx":
        for line, (found, became) in zip(lines, told, strict=True):
            found.facts |= facts_set(line, became, queries.ability_names())
        pairs = [(found, reason) for (found, _became), reason in zip(told, why, strict=True)]
        pages = workbook.faulty(pairs, queries.ability_names(), _mark())
        return Home(workbook_bytes(pages, now), name, format, len(lines))
    asked = [became.question for _found, became in told]
    notes = {one.id: reason for one, reason in zip(asked, why, strict=True)}
    return Home(_paper(name, asked, notes), name, format, len(lines))
