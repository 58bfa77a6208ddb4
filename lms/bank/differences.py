"""What differs between two versions of a question: by field, and word by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from lms.bank.rules import (
    CREDIT_NAMES,
    DIFFICULTY_NAMES,
    LAYER_NAMES,
    ORIGIN_NAMES,
    THINKING_NAMES,
    TYPE_NAMES,
    Part,
    Question,
    QuestionType,
)
from lms.bank.texts import as_field, numbered
from lms.scoring.totals import plain
from lms.words import N_

TOKEN = re.compile(r"[A-Za-z0-9.]+|\s+|.", re.DOTALL)
MOST = 2000  # tokens compared one by one; longer texts line by line


class Kind(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: in both, only before, or only after."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Field:
    """One field of a question. number: of its part where there are several. word: it is a name
    of the house, to be translated."""

    label: str
    text: str
    number: int = 0
    letter: str = ""
    word: bool = False


@dataclass(frozen=True)
class Difference:
    """A field that differs. pieces: of its text; before and after where it is one word."""

    field: Field
    pieces: tuple[Piece, ...] = ()
    before: str = ""
    after: str = ""


def pieces(before: str, after: str) -> list[Piece]:
    """Both texts in one, in stretches that are in both, only before, or only after."""
    one, other = _tokens(before), _tokens(after)
    found: list[Piece] = []
    for how, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(Piece(Kind.SAME, "".join(one[a:b])))
            continue
        if a < b:
            found.append(Piece(Kind.GONE, "".join(one[a:b])))
        if c < d:
            found.append(Piece(Kind.NEW, "".join(other[c:d])))
    return found


def differences(before: Question, after: Question) -> list[Difference]:
    """The fields that are not the same, in the order of the page."""
    one = {(f.label, f.number, f.letter): f for f in fields(before)}
    other = {(f.label, f.number, f.letter): f for f in fields(after)}
    order = [*other, *(key for key in one if key not in other)]
    found = []
    for key in sorted(order, key=lambda key: (key[1], order.index(key))):
        field = other.get(key) or one[key]
        old, new = (side[key].text if key in side else "" for side in (one, other))
        if old != new and field.word:
            found.append(Difference(field, before=old, after=new))
        elif old != new:
            found.append(Difference(field, tuple(pieces(old, new))))
    return found


def fields(question: Question) -> Iterator[Field]:
    """Every field that holds something, as a reader sees it. Facts first, then part by part."""
    numbers = numbered(question.texts)

    def named(label: str, names: dict, value: object) -> Iterator[Field]:
        if value is not None:
            yield Field(label, names[value], word=True)

    yield from named(N_("题型"), TYPE_NAMES, question.type)
    yield Field(N_("分值"), plain(question.points))
    yield from named(N_("计分"), CREDIT_NAMES, question.credit)
    yield from _facts(question)
    yield from named(N_("内容层次"), LAYER_NAMES, question.layer)
    yield from named(N_("认知层次"), THINKING_NAMES, question.level)
    yield from named(N_("难度（命题人估计）"), DIFFICULTY_NAMES, question.difficulty)
    yield from named(N_("来源"), ORIGIN_NAMES, question.origin)
    if question.case:
        yield Field(N_("材料"), as_field(question.case, numbers))
    case = question.type is QuestionType.CASE
    for place, part in enumerate(question.parts, start=1):
        yield from _part(part, place if case else 1, numbers, case)


def _facts(question: Question) -> Iterator[Field]:
    several = {
        N_("本领"): question.abilities,
        N_("工程"): question.projects,
        N_("适用岗位"): question.audience,
        N_("知识点"): (question.topic,),
        N_("有效期自"): (question.valid_from,),
        N_("有效期至"): (question.valid_to,),
        N_("依据"): tuple(
            " ".join(filter(None, (one.law, str(one.edition or ""), one.article, one.key)))
            for one in question.sources
        ),
    }
    for label, values in several.items():
        if text := "\n".join(str(value) for value in values if value):
            yield Field(label, text)


def _part(part: Part, number: int, numbers: dict[str, int], case: bool) -> Iterator[Field]:
    def text(label: str, value: str, letter: str = "") -> Iterator[Field]:
        if value:
            yield Field(label, as_field(value, numbers), number, letter)

    if case:
        yield Field(N_("题型"), TYPE_NAMES[part.type], number, word=True)
        yield Field(N_("分值"), plain(part.points), number)
    yield from text(N_("题干"), part.stem)
    for letter, option in part.options.items():
        yield from text(N_("选项"), option, letter)
    yield from text(N_("正确答案"), "".join(sorted(part.right)))
    for place, variants in enumerate(part.blanks, start=1):
        yield from text(N_("空"), "\n".join(variants), str(place))
    lines: Sequence[str] = [f"{plain(line.points)}  {line.text}" for line in part.rubric]
    yield from text(N_("评分要点"), "\n".join(lines))
    yield from text(N_("解析"), part.explanation)


def _tokens(text: str) -> list[str]:
    found = TOKEN.findall(text)
    return found if len(found) <= MOST else text.splitlines(keepends=True)
