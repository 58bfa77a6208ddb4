"""What the page of an import shows: each question as the cadre will see it, and what is unsure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from lms.bank import alike
from lms.bank.differences import Difference, Kind, Piece, differences, fields, pieces
from lms.bank.rules import Question, QuestionType
from lms.bank.texts import as_field, numbered
from lms.competencies.rules import PROJECTS
from lms.exchange import queries
from lms.exchange.becoming import Became, all_doubts
from lms.exchange.comparing import chosen
from lms.exchange.drafts import unpacked
from lms.exchange.facts import AS_TOPIC, LEFT_OUT, SHOWN, Names
from lms.exchange.matching import merged
from lms.exchange.mending import question_of
from lms.exchange.models import BankImport, BankLine
from lms.exchange.rules import Doubt, Found, Place, texts_of
from lms.exchange.standings import Like, Status
from lms.exchange.template import written_answer
from lms.words import N_, filled

# What needs a person's eye comes first.
ORDER = tuple(Status)
LONGEST = 3000  # characters of a question that are laid beside another
FIELDS: dict[str, str] = {
    "type": N_("题型"),
    "stem": N_("题干"),
    "options": N_("选项"),
    "answer": N_("答案"),
    "explanation": N_("解析"),
    "points": N_("分值"),
    "case": N_("材料"),
    "number": N_("编号"),
    "parts": N_("小题"),
    "difficulty": N_("难度"),
    "abilities": N_("本领"),
    "projects": N_("工程"),
    "topic": N_("知识点"),
    "layer": N_("内容层次"),
    "level": N_("认知层次"),
    "credit": N_("计分"),
    "audience": N_("适用对象"),
    "source": N_("依据"),
    "valid_from": N_("有效期起"),
    "valid_to": N_("有效期止"),
    "origin": N_("来源"),
    "id": N_("编号"),
}


@dataclass(frozen=True)
class Twin:
    """Another question that looks alike: what it is called, its words with those that differ.

    same_key: none where one of them has no key.
    """

    name: str
    share: int
    same_key: bool | None
    mine: list[Piece]
    other: list[Piece]


@dataclass
class Shown:
    """A question of an import as its page shows it."""

    line: BankLine
    where: str
    asked: Question
    answered: bool
    guessed: list[str]
    faults: list[str]
    doubts: list[str]
    changes: list[Difference] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)

    @property
    def typed(self) -> dict[str, Any]:
        """What the small form is filled with."""
        return fields_of(unpacked(self.line.draft))


@dataclass(frozen=True)
class View:
    """One kind of questions of an import, a page of them."""

    status: Status
    rows: list[Shown]
    page: int
    total: int

    @property
    def first(self) -> int:
        return (self.page - 1) * queries.PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def view(one: BankImport, status: Status, page: int) -> View:
    """The questions of one kind, with what they are compared with. A few statements."""
    lines = queries.lines(one, status, page)
    names, known = queries.names(one), _Known(one, lines)
    rows = [_shown(one, line, names, known) for line in lines]
    return View(status, rows, page, one.counts.get(status.value, 0))


def shown(one: BankImport, line: BankLine) -> Shown:
    """One question of an import."""
    return _shown(one, line, queries.names(one), _Known(one, [line]))


def _shown(one: BankImport, line: BankLine, names: Names, known: "_Known") -> Shown:
    became, found = question_of(line, names), unpacked(line.draft)
    about = known.asked.get(chosen(line) or 0)
    wanted = about is not None and line.status is Status.CHANGED and not line.written_at
    return Shown(
        line=line,
        where=where(found.place, len(one.files) > 1),
        asked=became.question,
        answered=became.answered,
        guessed=_guessed(found),
        faults=_sentences(became.faults),
        doubts=[] if line.accepted else _sentences(all_doubts(found)),
        changes=differences(about, merged(about, became)) if about and wanted else [],
        twins=[known.twin(became.question, Like(*like)) for like in line.likes],
    )


def _sentences(doubts: Iterable[Doubt]) -> list[str]:
    return list(dict.fromkeys(sentence(doubt) for doubt in doubts))


def _guessed(found: Found) -> list[str]:
    names = found.guessed.union(*(part.guessed for part in found.parts))
    return [_(FIELDS.get(name, name)) for name in sorted(names)]


def reasons(one: BankImport, found: Found, became: Became) -> list[str]:
    """Where a question stands, what is wrong or unsure in it, what was guessed."""
    said = [where(found.place, len(one.files) > 1)]
    said += _sentences([*became.faults, *all_doubts(found)])
    if guessed := _guessed(found):
        said.append(_("推断得出，请核对：%(what)s", what=_("、").join(guessed)))
    return said


class _Known:
    """What the lines of a page are compared with."""

    def __init__(self, one: BankImport, lines: Sequence[BankLine]) -> None:
        likes = [Like(*like) for line in lines for like in line.likes]
        wanted = {like.entry_id for like in likes if like.entry_id}
        wanted |= {about for line in lines if (about := chosen(line))}
        self.asked = queries.asked(wanted)
        self.lines = queries.numbered(one, {like.number for like in likes if like.number})
        self.names = queries.names(one)
        self.files = len(one.files)

    def twin(self, mine: Question, like: Like) -> Twin:
        if like.entry_id:
            other = self.asked.get(like.entry_id)
            name = _("题库中 %(code)s", code=other.id) if other else _("题库中的一题")
        else:
            line = self.lines.get(like.number)
            other = question_of(line, self.names).question if line else None
            place = unpacked(line.draft).place if line else Place()
            name = _("本次带入 %(where)s", where=where(place, self.files > 1))
        if other is None:
            return Twin(name, like.share, None, [Piece(Kind.SAME, _written(mine))], [])
        both = pieces(_written(mine), _written(other))
        how = alike.compared(alike.form(mine), alike.form(other))
        left = [one for one in both if one.kind is not Kind.NEW]
        right = [one for one in both if one.kind is not Kind.GONE]
        return Twin(name, like.share, how.same_key if how else None, left, right)


def _written(asked: Question) -> str:
    """All that a question asks, and its answers, a line each."""
    lines = (
        f"{one.letter}. {one.text}" if one.letter else one.text
        for one in fields(asked)
        if one.number or one.label == FIELDS["case"]
    )
    return "\n".join(lines)[:LONGEST]


# ── words ──────────────────────────────────────────────────────────────────────────────────────


def sentence(doubt: Doubt) -> str:
    """What is wrong, in the reader's language; of a case, in which part."""
    said = filled(_(doubt.text), doubt.values)
    number, dot, _what = doubt.what.partition(".")
    if dot and number.isdecimal():
        return _("第 %(n)s 小题：%(what)s", n=number, what=said)
    return said


def where(place: Place, several: bool = False) -> str:
    """Where a question stands in its file; the file is named where there are several."""
    words = [place.file] if several and place.file else []
    words += [place.sheet] if place.sheet else []
    if place.row:
        words.append(_("第 %(n)s 行", n=place.row))
    elif place.paragraph:
        words.append(_("第 %(n)s 段", n=place.paragraph))
    elif place.line:
        words.append(_("第 %(n)s 行", n=place.line))
    return " · ".join(words)


# ── the small form ─────────────────────────────────────────────────────────────────────────────


def fields_of(found: Found) -> dict[str, Any]:
    """The fields of a question as they are typed: no marks of Markdown, pictures by number."""
    numbers = numbered(texts_of(found))
    parts = found.parts if found.type is QuestionType.CASE else [found]
    return {
        "case": as_field(found.stem, numbers) if found.type is QuestionType.CASE else "",
        "parts": [
            {
                "type": part.type.value if part.type else QuestionType.SINGLE.value,
                "stem": as_field(part.stem, numbers),
                "options": "\n".join(
                    f"{letter}. " + " ".join(as_field(text, numbers).split("\n"))
                    for letter, text in part.options.items()
                ),
                "answer": as_field(written_answer(part.answer)),
                "explanation": as_field(part.explanation, numbers),
                "points": f"{part.points.normalize():f}" if part.points is not None else "",
            }
            for part in parts
        ],
    }


# ── the import as a whole ──────────────────────────────────────────────────────────────────────


def notes(one: BankImport) -> list[str]:
    """What the reading found in the files beside questions."""
    found = []
    for file, text, values in one.found.get("notes", []):
        said = filled(_(text), values)
        found.append(said if len(one.files) == 1 else f"{file}：{said}")
    kept = one.found.get("kept", [])
    if kept:
        heads = _("、").join(_("%(head)s（%(n)s 题）", head=head, n=n) for head, n in kept)
        found.append(_("这些内容系统不认识，没有带入：%(heads)s", heads=heads))
    return found


def refused(one: BankImport) -> list[str]:
    """The files of which nothing can be taken, and why."""
    return [
        said if file in said else f"{file}：{said}"
        for file, text, values in one.found.get("refused", [])
        for said in [filled(_(text), values)]
    ]


def layout(one: BankImport) -> str:
    """What those who sent these files write in: a workbook, or a document."""
    books = (".xlsx", ".xls", ".csv", ".json")
    return "xlsx" if any(file.name.lower().endswith(books) for file in one.files) else "docx"


def asks(one: BankImport) -> list[tuple[str, str, str, int, list[tuple[str, str]]]]:
    """The unknown words: fact, its name, the word, of how many questions, what it may mean."""
    names = [(code, _(name)) for code, name in queries.ability_names().items()]
    return [
        (fact, _(FIELDS[fact]), word, count, _may_mean(fact, names))
        for fact, word, count in one.found.get("asks", [])
    ]


def _may_mean(fact: str, abilities: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if fact == "abilities":
        found = [*abilities, (AS_TOPIC, _("作为知识点"))]
    elif fact == "projects":
        found = [(code, f"{code} {_(name)}") for code, name, _audience in PROJECTS]
    else:
        found = [(one.value, _(name)) for one, name in SHOWN[fact].items()]
    return [*found, (LEFT_OUT, _("不带入这一项"))]


@dataclass(frozen=True)
class Group:
    """The questions under one heading: how many, and what abilities the trainer set for them."""

    place: int
    words: str
    count: int
    set: list[str]


def groups(one: BankImport) -> list[Group]:
    """The headings of the files, in their order."""
    names = queries.ability_names()
    sets = queries.grouped(one)
    found = []
    for place, words in enumerate(one.found.get("groups", [])):
        here = sets.get(place, [])
        told = [
            _("、").join(_(names.get(code, code)) for code in codes) for codes, _n in here if codes
        ]
        whole = sum(n for _codes, n in here)
        if whole:
            found.append(Group(place, words or _("（没有标题）"), whole, told))
    return found
