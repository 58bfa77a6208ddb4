"""What a file says of a question beside it: words in, plain facts out, and back."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from lms.bank.rules import (
    CREDIT_NAMES,
    DIFFICULTY_NAMES,
    ID,
    LAYER_NAMES,
    ORIGIN_NAMES,
    THINKING_NAMES,
    Difficulty,
    Layer,
    Question,
    Thinking,
)
from lms.competencies.rules import PROJECTS, SHIPPED
from lms.errors import Invalid
from lms.exchange.rules import Doubt
from lms.exchange.sources import flow, read_sources, read_yaml, written_source
from lms.people.rules import POST_NAMES
from lms.scoring.choice import Credit
from lms.sheets.cells import label
from lms.sheets.days import read_day
from lms.words import N_

LEFT_OUT, AS_TOPIC = "-", "topic"  # answers to an ask
LONGEST = 120  # characters of the name of a law or a topic, as its column has it
NO_DAY = N_("“{written}”不是可读的日期，请写成 2026-01-05。")
TOO_LONG = N_("知识点超过 {n} 字，请写短一些。")

# data: how teachers write these facts, beside the names that the program uses
DIFFICULTIES: dict[Difficulty, tuple[str, ...]] = {
    Difficulty.EASY: ("易", "容易", "较易", "简单", "低", "基础", "easy", "1", "2", "★", "★★"),
    Difficulty.MEDIUM: ("中", "中等", "适中", "一般", "普通", "medium", "3", "★★★"),
    Difficulty.HARD: ("难", "较难", "困难", "很难", "高", "hard", "4", "5", "★★★★", "★★★★★"),
}
LAYERS: dict[Layer, tuple[str, ...]] = {
    Layer.KNOWLEDGE: ("知识", "知识类", "通用知识", "knowledge"),
    Layer.SKILL: ("技能", "技能类", "能力", "skill"),
    Layer.PROFESSIONAL: ("专业", "专业类", "专业知识", "professional"),
}
LEVELS: dict[Thinking, tuple[str, ...]] = {
    Thinking.RECALL: ("识记", "记忆", "了解", "recall"),
    Thinking.UNDERSTAND: ("理解", "领会", "熟悉", "understand"),
    Thinking.APPLY: ("应用", "运用", "掌握", "apply"),
    Thinking.ANALYSE: ("分析", "综合", "评价", "analyse"),
}
CREDITS: dict[Credit, tuple[str, ...]] = {
    # data: the same
    Credit.ALL_OR_NOTHING: ("全对得分", "全对才得分", "错选漏选不得分", "多选少选不得分"),
    # data: the same
    Credit.HALF_IF_INCOMPLETE: ("少选得一半分", "漏选得一半分", "少选得半分", "漏选得半分"),
    # data: the same
    Credit.PER_OPTION: ("每选对一项得一份", "按项得分", "每空得分", "按空得分"),
}
EASY_FROM, HARD_BELOW = Decimal("0.7"), Decimal("0.4")  # of a share right: 0.85 is easy
COEFFICIENT = re.compile(r"(?:难度)?(?:系数)?[:：]?(0?\.\d+|1\.0+)")
BETWEEN = re.compile(r"[、,，;；/|\n]+")


@dataclass(frozen=True)
class Names:
    """The words by which abilities and projects are known → their codes.

    said: what an unknown word means, as a person answered: the ask (`ask_of`) → a value of the
    fact, or LEFT_OUT, or AS_TOPIC.
    """

    abilities: Mapping[str, str]
    projects: Mapping[str, str]

    said: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, abilities: Iterable[tuple[str, str]], said: Mapping[str, str] | None = None
    ) -> "Names":
        """abilities: code and name of each. said: what a person answered to an ask."""
        projects = _by_words((code, name) for code, name, _ in PROJECTS)
        return cls(_by_words(abilities), projects, said or {})


@dataclass
class Told:
    """What the facts of a question say. asks: the fact and the word that nobody knows."""

    values: dict[str, Any] = field(default_factory=dict)
    asks: list[tuple[str, str]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def _plain(word: str) -> str:
    return label(word).casefold()


def _by_words(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Code, name, and the name without its ending: 群众工作 for 群众工作本领."""
    found: dict[str, str] = {}
    for code, name in named:
        short = name.removesuffix("本领").removesuffix("提升工程").removesuffix("工程")
        words = (code, name, short, f"{short}能力", f"{code} {name}", f"{code}{short}")
        found |= {_plain(word): code for word in words}
    return found


SHIPPED_NAMES = Names.of((code, name) for one in SHIPPED for code, name, _ in one.abilities)


def read_facts(facts: Mapping[str, str], names: Names) -> Told:
    """The facts of `Found.facts` as `rules.Question` takes them."""
    told = Told()
    for fact, written in facts.items():
        if written.strip():
            READERS[fact](told, fact, written, names)
    return told


def ask_of(fact: str, word: str) -> str:
    """An unknown word of a fact, as one key."""
    return f"{fact}:{word[:LONGEST]}"


# ── words of a list that the program has ───────────────────────────────────────────────────────


def _listed(kinds: Mapping[Any, Iterable[str]], shown: Mapping[Any, str]) -> dict[str, Any]:
    found = {_plain(word): one for one, words in kinds.items() for word in words}
    found |= {_plain(name): one for one, name in shown.items()}
    return found | {_plain(one.value): one for one in shown}


CHOICES: dict[str, dict[str, Any]] = {
    "difficulty": _listed(DIFFICULTIES, DIFFICULTY_NAMES),
    "layer": _listed(LAYERS, LAYER_NAMES),
    "level": _listed(LEVELS, THINKING_NAMES),
    "credit": _listed(CREDITS, CREDIT_NAMES),
    "origin": _listed({}, ORIGIN_NAMES),
}
SHOWN: dict[str, Mapping[Any, str]] = {
    "difficulty": DIFFICULTY_NAMES,
    "layer": LAYER_NAMES,
    "level": THINKING_NAMES,
    "credit": CREDIT_NAMES,
    "origin": ORIGIN_NAMES,
}


def _choice(told: Told, fact: str, written: str, names: Names) -> None:
    value = CHOICES[fact].get(_plain(written))
    if value is None and fact == "difficulty":
        value = _by_coefficient(written)
    if value is None:
        said = names.said.get(ask_of(fact, written.strip()))
        value = CHOICES[fact].get(said or "")
        if said is None:
            told.asks.append((fact, written.strip()[:LONGEST]))
    if value is not None:
        told.values[fact] = value


def _by_coefficient(written: str) -> Difficulty | None:
    """0.85: so many answer it right."""
    found = COEFFICIENT.fullmatch(_plain(written))
    if not found:
        return None
    try:
        share = Decimal(found[1])
    except InvalidOperation:  # pragma: no cover - the pattern holds digits alone
        return None
    if share >= EASY_FROM:
        return Difficulty.EASY
    return Difficulty.HARD if share < HARD_BELOW else Difficulty.MEDIUM


# ── lists of names ─────────────────────────────────────────────────────────────────────────────


def _codes(told: Told, fact: str, written: str, names: Names) -> None:
    known = names.abilities if fact == "abilities" else names.projects
    found: list[str] = []
    for word in _words(written):
        code = known.get(_plain(word)) or names.said.get(ask_of(fact, word))
        if code is None:
            told.asks.append((fact, word[:LONGEST]))
        elif code == AS_TOPIC:
            told.values.setdefault("topic", word[:LONGEST])
        elif code != LEFT_OUT and code not in found:
            found.append(code)
    if found or not any(asked == fact for asked, _ in told.asks):
        told.values[fact] = tuple(found)


POSTS = {_plain(name): post.value for post, name in POST_NAMES.items()}


def _audience(told: Told, fact: str, written: str, names: Names) -> None:
    told.values[fact] = _posts(written)


def _posts(written: str) -> tuple[str, ...]:
    exact = _exact_words(written)
    if exact is not None:
        return tuple(exact)
    return tuple(POSTS.get(_plain(word), word) for word in _words(written))


def _words(written: str) -> list[str]:
    """The words of a list; one that needs it is written as YAML has it."""
    exact = _exact_words(written)
    if exact is not None:
        return exact
    return [word.strip() for word in BETWEEN.split(written) if word.strip()]


def _exact_words(written: str) -> list[str] | None:
    if not written.lstrip().startswith("["):
        return None
    found = read_yaml(written)
    exact = isinstance(found, list) and all(isinstance(one, str) for one in found)
    return found if exact else None


# ── single values ──────────────────────────────────────────────────────────────────────────────


def _text(told: Told, fact: str, written: str, names: Names) -> None:
    told.values[fact] = written.strip()[:LONGEST]
    if len(written.strip()) > LONGEST:
        told.doubts.append(Doubt(TOO_LONG, {"n": LONGEST}, fact))


def _day(told: Told, fact: str, written: str, names: Names) -> None:
    try:
        found = read_day(written)
    except Invalid:
        told.doubts.append(Doubt(NO_DAY, {"written": written[:30]}, fact))
    else:
        told.values[fact] = found.first if found else None


def _id(told: Told, fact: str, written: str, names: Names) -> None:
    """What cannot be the name of a question is a mere number in a list."""
    if ID.fullmatch(written.strip()):
        told.values[fact] = written.strip()


def _source(told: Told, fact: str, written: str, names: Names) -> None:
    told.values["sources"] = read_sources(written)


READERS: dict[str, Callable[[Told, str, str, Names], None]] = {
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys(("abilities", "projects"), _codes),
    **dict.fromkeys(("valid_from", "valid_to"), _day),
    "audience": _audience,
    "topic": _text,
    "source": _source,
    "id": _id,
}


# ── back into words ────────────────────────────────────────────────────────────────────────────


def write_facts(question: Question, names: Mapping[str, str] | None = None) -> dict[str, str]:
    """The facts of a question in words that read back the same. names: code → name of abilities."""
    facts = {
        "id": question.id,
        "abilities": _joined([(names or {}).get(code, code) for code in question.abilities]),
        "projects": _joined(question.projects),
        "audience": _audience_words(question.audience),
        "topic": question.topic,
        "valid_from": question.valid_from.isoformat() if question.valid_from else "",
        "valid_to": question.valid_to.isoformat() if question.valid_to else "",
        "source": "\n".join(map(written_source, question.sources)),
    }
    for fact, shown in SHOWN.items():
        value: StrEnum | None = getattr(question, fact)
        facts[fact] = shown[value] if value is not None else ""
    return {fact: written for fact, written in facts.items() if written}


POST_WORDS = {post.value: name for post, name in POST_NAMES.items()}


def _audience_words(codes: tuple[str, ...]) -> str:
    plain = "、".join(POST_WORDS.get(code, code) for code in codes)
    return plain if _posts(plain) == codes else flow(list(codes))


def _joined(words: Iterable[str]) -> str:
    words = list(words)
    plain = "、".join(words)
    return plain if _words(plain) == words else flow(words)
