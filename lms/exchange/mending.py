"""What a trainer does with the questions of an import before it counts: one, or many at once."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from lms.bank.rules import LETTERS, Difficulty, Pool, QuestionType
from lms.bank.texts import Shown, as_markdown, numbered, pictures_in
from lms.db import db
from lms.errors import Conflict
from lms.exchange import queries
from lms.exchange.answers import read_answer
from lms.exchange.becoming import Became, become
from lms.exchange.comparing import case_of, chosen
from lms.exchange.drafts import packed, unpacked
from lms.exchange.facts import AS_TOPIC, CHOICES, LEFT_OUT, Names, ask_of, write_facts
from lms.exchange.matching import merged, whole_stem
from lms.exchange.models import BankImport, BankLine
from lms.exchange.paid import typed_rubric
from lms.exchange.rules import Found, texts_of
from lms.exchange.single import RUNS
from lms.exchange.staging import STEM, listed
from lms.exchange.standings import Choice, Like, Step, status_of
from lms.exchange.template import own_mark

BATCH = 500  # questions looked at together


def moved_on() -> Conflict:
    return Conflict("这次带入的状态已有变化，请刷新页面后再办理。")


def refuse_unless_read(one: BankImport) -> None:
    """Nothing is changed while it is read, and when it has been written."""
    if one.step is not Step.READ:
        raise moved_on()


# ── one question ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Typed:
    """One thing to answer as the trainer typed it: options and blanks one a line."""

    type: QuestionType
    stem: str
    options: str = ""
    answer: str = ""
    explanation: str = ""
    points: Decimal | None = None


def mend(one: BankImport, line: BankLine, case: str, parts: Sequence[Typed]) -> None:
    """Take what was typed instead of what was read; it is checked anew at once."""
    refuse_unless_read(one)
    found = unpacked(line.draft)
    asked = found.parts if found.type is QuestionType.CASE else [found]
    if len(parts) != len(asked):
        raise moved_on()
    known = texts_of(found)
    pictures = pictures_in(known, numbered(known))
    found.doubts, found.guessed = [], set()
    for part, typed in zip(asked, parts, strict=True):
        _retype(part, typed, pictures)
    if found.type is QuestionType.CASE:
        found.stem, found.points = as_markdown(case, pictures), None
    line.draft, line.accepted = packed(found), False
    restand(one, [line])
    _recount(one)


def _retype(found: Found, typed: Typed, pictures: Mapping[int, Shown]) -> None:
    kind = typed.type
    found.type, found.points = kind, typed.points
    found.stem = as_markdown(typed.stem, pictures, gaps=kind is QuestionType.BLANK)
    found.explanation = as_markdown(typed.explanation, pictures)
    choosing = kind.by_letters and kind is not QuestionType.TRUE_FALSE
    options = typed_options(typed.options) if choosing else {}
    found.options = {letter: as_markdown(text, pictures) for letter, text in options.items()}
    gaps = len(RUNS.findall(found.stem)) if kind is QuestionType.BLANK else 0
    answer = typed.answer
    if kind in (QuestionType.SHORT, QuestionType.ESSAY):
        answer = typed_rubric(answer, as_markdown)
    meant = read_answer(answer, kind, found.options, gaps)
    found.answer, found.guessed, found.doubts = meant.answer, set(), list(meant.doubts)


def typed_options(text: str) -> dict[str, str]:
    """Options one a line, with their letters or without."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    options = dict(zip(LETTERS, lines, strict=False))
    marks = [own_mark(letter, option) for letter, option in options.items()]
    if not all(marks):
        return options
    pairs = zip(options.items(), marks, strict=True)
    return {letter: option[mark.end() :].strip() for (letter, option), mark in pairs if mark}


def accept(one: BankImport, lines: Sequence[BankLine]) -> int:
    """Somebody looked: what was doubted is right as it stands. Faults stay faults."""
    refuse_unless_read(one)
    for line in lines:
        line.accepted = True
    return _restood(one, lines)


def leave(one: BankImport, line: BankLine, left: bool) -> None:
    """This question is not taken, or is after all."""
    refuse_unless_read(one)
    line.left, line.choice = left, None
    _restood(one, [line])


def choose(one: BankImport, lines: Sequence[BankLine], choice: Choice | None) -> int:
    """Whether questions are others than those they look like, these changed, or not taken."""
    refuse_unless_read(one)
    for line in lines:
        line.choice = choice
    return _restood(one, lines)


# ── many at once ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Which:
    """Which questions are meant: those under a heading, with these words, of this type; all."""

    heading: int | None = None
    words: str = ""
    type: QuestionType | None = None


@dataclass(frozen=True)
class Settings:
    """What is set; None: as it is. An empty list of abilities takes them away."""

    abilities: Sequence[str] | None = None
    topic: str | None = None
    difficulty: Difficulty | None = None
    pool: Pool | None = None

    @property
    def changes(self) -> dict[str, Any]:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


def set_many(one: BankImport, which: Which, settings: Settings) -> int:
    """Set the same for many questions; how many."""
    refuse_unless_read(one)
    query = queries.current(one).where(BankLine.left.is_(False))
    if which.heading is not None:
        query = query.where(BankLine.heading == which.heading)
    if which.type:
        query = query.where(BankLine.type == which.type)
    for word in which.words.split():
        query = query.where(BankLine.stem.contains(word, autoescape=True))
    lines = list(db.session.scalars(query))
    for line in lines:
        for name, value in settings.changes.items():
            setattr(line, name, value)
    restand(one, [line for line in lines if line.about_id or line.choice])
    _recount(one)
    return len(lines)


def answer(one: BankImport, said: Mapping[tuple[str, str], str]) -> int:
    """What unknown words mean: a value of their fact, a topic, or nothing. How many questions."""
    refuse_unless_read(one)
    asked = {(fact, word) for fact, word, _count in one.found.get("asks", [])}
    known = {
        ask_of(fact, word): value
        for (fact, word), value in said.items()
        if (fact, word) in asked and _may_mean(fact, value)
    }
    one.said = one.said | known
    lines = list(db.session.scalars(queries.current(one).where(BankLine.asks.is_(True))))
    still: Counter[tuple[str, str]] = Counter()
    for start in range(0, len(lines), BATCH):
        for became in restand(one, lines[start : start + BATCH]):
            still.update(became.asks)
    one.found = one.found | {"asks": listed(still)}
    _recount(one)
    return sum(not line.asks for line in lines)


def _may_mean(fact: str, value: str) -> bool:
    if value == LEFT_OUT:
        return True
    if fact == "abilities":
        return value == AS_TOPIC or value in queries.ability_names()
    return fact == "projects" or value in CHOICES.get(fact, {})


# ── where they stand then ──────────────────────────────────────────────────────────────────────


def question_of(line: BankLine, names: Names) -> Became:
    """The question of a line, with what was set for it."""
    became = become(unpacked(line.draft), names, line.code)
    settings = Settings(line.abilities, line.topic, line.difficulty).changes
    if not settings:
        return became
    values = settings | ({"abilities": tuple(line.abilities)} if line.abilities else {})
    question = replace(became.question, **values)
    return replace(became, question=question, said=became.said | set(values))


def facts_set(line: BankLine, became: Became, names: Mapping[str, str]) -> dict[str, str]:
    """What was set for a line, as a file says it. names: of abilities, by code."""
    written = write_facts(became.question, names)
    settings = Settings(line.abilities, line.topic, line.difficulty).changes
    return {fact: written.get(fact, "") for fact in settings}


def restand(one: BankImport, lines: Iterable[BankLine]) -> list[Became]:
    """Find out anew where these lines stand."""
    lines, names = list(lines), queries.names(one)
    known = queries.asked({about for line in lines if (about := chosen(line))})
    return [_restand(line, question_of(line, names), known) for line in lines]


def _restand(line: BankLine, became: Became, known: Mapping[int, Any]) -> Became:
    about = chosen(line)
    line.same = about in known and merged(known[about], became) == known[about]  # type: ignore[index]
    likes = [Like(*like) for like in line.likes]
    found = unpacked(line.draft)
    line.status = status_of(case_of(found, became, about, line.same, likes, line))
    line.type, line.asks = found.type, bool(became.asks)
    line.stem = whole_stem(became.question)[:STEM]
    return became


def _restood(one: BankImport, lines: Collection[BankLine]) -> int:
    restand(one, lines)
    _recount(one)
    return len(lines)


def _recount(one: BankImport) -> None:
    db.session.flush()
    one.counts = queries.counted(one)
