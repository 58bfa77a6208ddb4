"""What is amiss with a paper before anybody sits it. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Protocol

from lms.bank.rules import Part, Question
from lms.bank.texts import names_in
from lms.errors import Conflict, Refusal
from lms.scoring.blanks import same_form
from lms.scoring.totals import plain

# An option that speaks of others: 以上都对, 上述三项均不正确, A和B, 都不是.
REFERRING = re.compile(
    r"(?:以上|上述|前述|上面|前面)\S{0,6}"
    r"|\S{0,4}(?:都|均|皆)(?:不?(?:对|是|正确|可以|可)|错|错误|有|包括|属于)[。.]?"
    r"|(?:选项)?[A-H](?:[、,，和与及]{1,2}[A-H])+\S{0,4}|[A-H]{2,4}"
)
HEAVY = 300 * 1024  # bytes of pictures in one question: ten seconds on a line in a valley


@dataclass(frozen=True)
class Checked:
    """A slot of a paper. pictures: bytes."""

    number: int
    question: Question
    part: int
    points: Decimal
    pictures: int = 0

    @property
    def asks(self) -> Part:
        return self.question.parts[self.part]


class Placed(Protocol):
    """What a slot of a paper says here."""

    @property
    def number(self) -> int: ...

    @property
    def part(self) -> int: ...

    @property
    def points(self) -> Decimal: ...


def looked_through(
    stated: Decimal, slots: Sequence[tuple[Placed, Question]], weighed: Callable[[str], int]
) -> dict[str, list[Refusal]]:
    """What is amiss with a paper, and what is good to know of it. weighed: bytes of a picture."""
    checked = [
        Checked(one.number, question, one.part, one.points, _pictures(question, one.part, weighed))
        for one, question in slots
    ]
    return {"troubles": troubles(checked, stated), "remarks": remarks(checked)}


def _pictures(question: Question, part: int, weighed: Callable[[str], int]) -> int:
    asked = question.parts[part]
    return sum(map(weighed, names_in([question.case, asked.stem, *asked.options.values()])))


def refers(options: Sequence[str]) -> bool:
    """Whether one of some options speaks of the others, so that their order must stay."""
    return any(REFERRING.fullmatch(option.strip()) for option in options)


def troubles(slots: Sequence[Checked], stated: Decimal) -> list[Refusal]:
    """Everything that would wrong who sits it, or slow their phones. stated: the total it names."""
    return [*_of_slots(slots), *_of_total(slots, stated)]


def remarks(slots: Sequence[Checked]) -> list[Refusal]:
    """What is as it should be, and good to know."""
    kept = [one.number for one in slots if refers(list(one.asks.options.values()))]
    if not kept:
        return []
    numbers = "、".join(map(str, kept))
    return [Conflict("第 {n} 题有“以上都对”一类的选项，打乱顺序时它们的选项不打乱。", n=numbers)]


def _of_slots(slots: Sequence[Checked]) -> Iterator[Refusal]:
    for one in slots:
        part = one.asks
        keyed = part.right if part.type.by_letters else part.blanks or part.rubric
        if not keyed:
            yield Conflict("第 {n} 题没有答案。", n=one.number)
        for a, b in combinations(part.options, 2):
            if same_form(part.options[a]) == same_form(part.options[b]):
                yield Conflict("第 {n} 题的选项 {a} 与 {b} 相同。", n=one.number, a=a, b=b)
        if one.pictures > HEAVY:
            size = one.pictures // 1024
            yield Conflict("第 {n} 题的图片共 {size} KB，手机上会慢。", n=one.number, size=size)


def _of_total(slots: Sequence[Checked], stated: Decimal) -> Iterator[Refusal]:
    found = sum((one.points for one in slots), Decimal(0))
    if found != stated:
        yield Conflict(
            "各题分值之和是 {sum} 分，与试卷总分 {points} 分不符。",
            sum=plain(found),
            points=plain(stated),
        )
