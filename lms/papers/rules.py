"""What a paper is to be made of: the cells of a blueprint, and the questions that fit. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from lms.bank.rules import Difficulty, Layer, Question, QuestionType, Thinking
from lms.errors import Invalid
from lms.scoring.totals import rounded
from lms.words import N_

# The share of its points that people earn with a question, by the word of its writer (按命题人估计)
# until it is known from use. Only differences count: they keep parallel forms alike.
EASE = {Difficulty.EASY: 0.85, Difficulty.MEDIUM: 0.65, Difficulty.HARD: 0.45}
# First answers that make it known: chance then moves a share by less than half a band (one in six
# is further off than 0.09), and what a writer thinks is off by more.
KNOWN_FROM = 30
# Known, it is easy or hard from halfway between the estimates on.
EASY_FROM, MEDIUM_FROM = 0.75, 0.55
MOST_FORMS = 20


@dataclass(frozen=True)
class Use:
    """How often a version was answered, of each person the first time; what share of its points
    was earned."""

    answered: int
    share: float


def known(used: Mapping[int, Use]) -> dict[int, float]:
    """Version → the share that people earn, of those that enough have answered."""
    return {key: one.share for key, one in used.items() if one.answered >= KNOWN_FROM}


def difficulty_of(share: float) -> Difficulty:
    """How hard a question is by the share of its points that people earn."""
    if share >= EASY_FROM:
        return Difficulty.EASY
    return Difficulty.MEDIUM if share >= MEDIUM_FROM else Difficulty.HARD


@dataclass(frozen=True)
class Item:
    """A question that may be taken. open: from the open bank; used: stands in a paper already.

    difficulty: as its writer thinks; share: of its points that people earn, once it is known.
    """

    version_id: int
    type: QuestionType
    ability_ids: frozenset[int] = frozenset()
    projects: frozenset[str] = frozenset()
    topic: str = ""
    layer: Layer | None = None
    level: Thinking | None = None
    difficulty: Difficulty | None = None
    open: bool = False
    used: bool = False
    share: float | None = None

    @property
    def ease(self) -> float:
        if self.share is not None:
            return self.share
        return EASE[self.difficulty or Difficulty.MEDIUM]

    @property
    def stands(self) -> Difficulty | None:
        """How hard it is: as people found it, until then as its writer thinks."""
        return self.difficulty if self.share is None else difficulty_of(self.share)


@dataclass(frozen=True)
class Cell:
    """A row of a blueprint: so many questions of a kind at so many points each. None, "": any."""

    type: QuestionType
    count: int
    points: Decimal = Decimal(1)
    ability_id: int | None = None
    ability: str = ""  # its name
    project: str = ""
    topic: str = ""
    layer: Layer | None = None
    level: Thinking | None = None
    difficulty: Difficulty | None = None

    def takes(self, item: Item) -> bool:
        return (
            self.type is item.type
            and (self.ability_id is None or self.ability_id in item.ability_ids)
            and (not self.project or self.project in item.projects)
            and (not self.topic or self.topic == item.topic)
            and self.layer in (None, item.layer)
            and self.level in (None, item.level)
            and self.difficulty in (None, item.stands)
        )


@dataclass(frozen=True)
class Rule:
    """What papers are to be: row by row, from which banks, and what must and must not meet.

    open_percent: the share that comes from the open bank, none unless everyone is told so;
    unused_months: no question that stood in a paper of so many months; must: codes that stand in
    every form; apart: groups of codes of which no two meet in one form.
    """

    title: str
    minutes: int
    banks: tuple[int, ...]  # the first keeps the blueprint and its papers
    cells: tuple[Cell, ...]
    project: str = ""
    open_percent: int = 0
    unused_months: int = 0
    must: tuple[str, ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()

    @property
    def questions(self) -> int:
        return sum(cell.count for cell in self.cells)

    @property
    def points(self) -> Decimal:
        return sum((cell.points * cell.count for cell in self.cells), Decimal(0))

    @property
    def open(self) -> int:
        """How many questions come from the open bank, half up."""
        share = Decimal(self.questions * self.open_percent) / 100
        return int(share.quantize(Decimal(1), ROUND_HALF_UP))


class Forms(StrEnum):
    """How many papers are made at once, and what for."""

    ONE = "one"
    PAIR = "pair"
    RESIT = "resit"
    MANY = "many"


FORMS_NAMES = {
    Forms.ONE: N_("一份试卷"),
    Forms.PAIR: N_("A、B 两份平行卷"),
    Forms.RESIT: N_("A、B 两份平行卷和一份补考卷"),
    Forms.MANY: N_("多份平行卷"),
}
RESIT = N_("补考")
QUIZ = N_("小测")  # the form of what was drawn for one: no paper of a set


def form_names(forms: Forms, count: int) -> list[str]:
    """What the papers of a set are called. count: how many, for MANY."""
    if forms is Forms.ONE:
        return [""]
    if forms is Forms.MANY:
        return [str(number) for number in range(1, count + 1)]
    return ["A", "B", RESIT] if forms is Forms.RESIT else ["A", "B"]


def refuse_unusable(rule: Rule) -> None:
    """A blueprint that asks for nothing, or for more than a paper can be."""
    if not rule.cells:
        raise Invalid("还没有填写组卷规则：请至少填写一行（本领、题型、题数、每题分值）。")
    if rule.questions > 200:
        raise Invalid("一份试卷最多 200 题，现在是 {n} 题。", n=rule.questions)
    if lonely := [group[0] for group in rule.apart if len(group) == 1]:
        raise Invalid(
            "“不能同卷的题”每行要写两个以上的编号；只写了一个的：{codes}。",
            codes="、".join(lonely),
        )
    for group in rule.apart:
        if len(both := [code for code in group if code in rule.must]) > 1:
            raise Invalid(
                "{codes} 既写成必选题，又写成不能同卷，请改掉一处。", codes="、".join(both)
            )


def points_of_parts(question: Question, points: Decimal) -> list[Decimal]:
    """The points of a question shared out over its parts as its writer weighed them; to the cent,
    and together just the points."""
    whole, found, told = sum(part.points for part in question.parts), [], Decimal(0)
    weight = Decimal(0)
    for part in question.parts:
        weight += part.points
        upto = rounded(Fraction(points) * Fraction(weight) / Fraction(whole))
        found.append(upto - told)
        told = upto
    return found


def pairs_of(groups: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    """Every two of a group, for each group."""
    return tuple(
        (group[a], group[b])
        for group in groups
        for a in range(len(group))
        for b in range(a + 1, len(group))
    )
