"""What a question is, and what may be wrong with one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from lms.errors import Invalid, NotAllowed
from lms.laws.rules import ARTICLE, numeral
from lms.scoring.blanks import Blanks, same_form
from lms.scoring.choice import Credit, Key
from lms.scoring.marks import AnyKey
from lms.words import N_

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BLANK = "____"  # where a blank stands in a stem
TRUE_FALSE = {"A": "正确", "B": "错误"}
ID = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,39}")


class QuestionType(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    INDEFINITE = "indefinite"
    TRUE_FALSE = "true_false"
    BLANK = "blank"
    SHORT = "short"
    ESSAY = "essay"
    CASE = "case"

    @property
    def by_letters(self) -> bool:
        return self in (self.SINGLE, self.MULTIPLE, self.INDEFINITE, self.TRUE_FALSE)

    @property
    def by_machine(self) -> bool:
        return self.by_letters or self is self.BLANK


class Layer(StrEnum):
    """知识 技能 专业."""

    KNOWLEDGE = "knowledge"
    SKILL = "skill"
    PROFESSIONAL = "professional"


class Thinking(StrEnum):
    """识记 理解 应用 分析."""

    RECALL = "recall"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYSE = "analyse"


class Difficulty(StrEnum):
    """As its writer thinks."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Pool(StrEnum):
    """Practice, the open bank that is handed out before a test, and examination are apart."""

    PRACTICE = "practice"
    OPEN = "open"
    EXAM = "exam"


class State(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    FINAL = "final"
    RETIRED = "retired"


class Move(StrEnum):
    """How a question goes from state to state."""

    SEND = "send"
    SEND_BACK = "send back"
    APPROVE = "approve"
    RETIRE = "retire"
    REOPEN = "reopen"
    RECALL = "recall"


# From which states a move may begin, and where it ends. What waits beside a version in use is
# moved by the first three; the others take the whole entry.
MOVES: dict[Move, tuple[frozenset[State], State]] = {
    Move.SEND: (frozenset({State.DRAFT, State.RETURNED}), State.IN_REVIEW),
    Move.SEND_BACK: (frozenset({State.IN_REVIEW}), State.RETURNED),
    Move.APPROVE: (frozenset({State.IN_REVIEW}), State.FINAL),
    Move.RETIRE: (frozenset(State) - {State.RETIRED}, State.RETIRED),
    Move.REOPEN: (frozenset({State.RETIRED}), State.RETURNED),
    Move.RECALL: (frozenset({State.FINAL}), State.RETURNED),
}


class Origin(StrEnum):
    OWN = "own"
    BROUGHT = "brought"
    MACHINE = "machine"


class Right(StrEnum):
    """What a person or a unit is named on a bank for."""

    PRACTISE = "practise"
    WRITE = "write"
    REVIEW = "review"
    MAKE_PAPERS = "make_papers"


TYPE_NAMES: dict[QuestionType, str] = {
    QuestionType.SINGLE: N_("单选"),
    QuestionType.MULTIPLE: N_("多选"),
    QuestionType.INDEFINITE: N_("不定项"),
    QuestionType.TRUE_FALSE: N_("判断"),
    QuestionType.BLANK: N_("填空"),
    QuestionType.SHORT: N_("简答"),
    QuestionType.ESSAY: N_("论述"),
    QuestionType.CASE: N_("材料题"),
}
LAYER_NAMES = dict(zip(Layer, (N_("知识"), N_("技能"), N_("专业")), strict=True))
THINKING_NAMES = dict(zip(Thinking, (N_("识记"), N_("理解"), N_("应用"), N_("分析")), strict=True))
DIFFICULTY_NAMES = dict(zip(Difficulty, (N_("易"), N_("中"), N_("难")), strict=True))
POOL_NAMES = dict(zip(Pool, (N_("练习题库"), N_("公开题库"), N_("考试题库")), strict=True))
STATE_NAMES = dict(
    zip(State, (N_("草稿"), N_("待审"), N_("已退回"), N_("已定稿"), N_("已停用")), strict=True)
)
RIGHT_NAMES = dict(zip(Right, (N_("查看"), N_("编写"), N_("审核"), N_("组卷")), strict=True))
ORIGIN_NAMES = dict(zip(Origin, (N_("自编"), N_("带入"), N_("机器起草")), strict=True))
CREDIT_NAMES = dict(
    zip(
        Credit,
        (N_("全对才得分"), N_("少选得一半分、错选不得分"), N_("每选对一项得一份、错选不得分")),
        strict=True,
    )
)


@dataclass(frozen=True)
class Source:
    """Where the answer stands: law, edition, article (60 or 120之一), a few of its words."""

    law: str
    edition: date | None = None
    article: str = ""
    key: str = ""


@dataclass(frozen=True)
class Line:
    """One point that a marker pays."""

    points: Decimal
    text: str


@dataclass(frozen=True)
class Part:
    """One thing to answer. A plain question has one part, a case several on one text.

    options: letter → text. right: the right letters. blanks: for each ____ of the stem its
    accepted variants. rubric: what a marker pays for. All texts are Markdown.
    """

    type: QuestionType
    stem: str
    points: Decimal
    options: dict[str, str] = field(default_factory=dict)
    right: frozenset[str] = frozenset()
    blanks: tuple[tuple[str, ...], ...] = ()
    rubric: tuple[Line, ...] = ()
    explanation: str = ""

    def key(self, credit: Credit | None = None) -> AnyKey | None:
        """What the machine marks by; None where a person marks. credit: the question's own."""
        if self.type is QuestionType.BLANK:
            return Blanks(self.blanks, credit or Credit.PER_OPTION)
        if not self.type.by_letters:
            return None
        one = self.type in (QuestionType.SINGLE, QuestionType.TRUE_FALSE)
        return Key(self.right, Credit.ALL_OR_NOTHING if one else credit or Credit.ALL_OR_NOTHING)


@dataclass(frozen=True)
class Question:
    """A question as its file has it; `case` is the text that several parts share."""

    id: str
    type: QuestionType
    parts: tuple[Part, ...]
    points: Decimal
    case: str = ""
    abilities: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    layer: Layer | None = None
    level: Thinking | None = None
    difficulty: Difficulty | None = None
    credit: Credit | None = None  # None: as the type has it
    topic: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    audience: tuple[str, ...] = ()
    origin: Origin = Origin.OWN
    sources: tuple[Source, ...] = ()

    @property
    def texts(self) -> list[str]:
        """Every text that a reader meets, in the order of the page."""
        found = [self.case]
        for part in self.parts:
            found += [part.stem, *part.options.values()]
            found += [*(line.text for line in part.rubric), part.explanation]
        return found

    def key(self, part: int = 0) -> AnyKey | None:
        """What the machine marks the part by (counted from 0); None where a person marks."""
        return self.parts[part].key(self.credit)


# Facts that leave stem, options, key and explanation alone: changing them asks for no new review.
FREE_FACTS = (
    *("abilities", "projects", "topic", "layer", "level", "difficulty"),
    *("audience", "valid_from", "valid_to"),
)


def same_content(one: Question, other: Question) -> bool:
    """Whether two differ in nothing that a reviewer looked at."""
    return replace(one, **{name: getattr(other, name) for name in FREE_FACTS}) == other


def refuse_own(by: int, *writers: int | None) -> None:
    """Nobody approves their own: neither who wrote a question nor who changed it last."""
    if by in writers:
        raise NotAllowed("这道题由您编写或修改，须由他人审核。")


def faults(question: Question) -> list[Invalid]:
    """All that is wrong with a question, in words its author understands; empty when it is well."""
    return [*_faults_of_whole(question), *_faults_of_parts(question)]


def _faults_of_whole(question: Question) -> Iterator[Invalid]:
    me = question.id
    if not ID.fullmatch(me):
        yield Invalid("{id}：编号要以字母开头，只用字母、数字和 . _ -，不超过 40 个。", id=me)
    if not _payable(question.points):
        yield Invalid("{id}：分值要大于 0、不超过 1000，最多两位小数。", id=me)
    if question.valid_from and question.valid_to and question.valid_to < question.valid_from:
        yield Invalid("{id}：有效期的止日早于起日。", id=me)
    for source in question.sources:
        if not ARTICLE.fullmatch(source.article):
            yield Invalid(
                "{id}：条号“{article}”应写成数字，如 60 或 120之一。", id=me, article=source.article
            )
    if question.type is QuestionType.CASE and not question.case:
        yield Invalid("{id}：材料题缺少材料。", id=me)
    if question.type is QuestionType.CASE and not question.parts:
        yield Invalid("{id}：材料题没有小题，小题标题写成“## 问题一 · 2 分”。", id=me)
    elif sum(part.points for part in question.parts) != question.points:
        yield Invalid("{id}：各小题分值之和不等于 {points}。", id=me, points=question.points)


def _payable(points: Decimal) -> bool:
    return 0 < points <= 1000 and points * 100 % 1 == 0


def _faults_of_parts(question: Question) -> Iterator[Invalid]:
    for number, part in enumerate(question.parts, start=1):
        case = question.type is QuestionType.CASE
        me = f"{question.id} 问题{numeral(number)}" if case else question.id
        if not part.stem:
            yield Invalid("{id}：缺少题干。", id=me)
        if case and not _payable(part.points):
            yield Invalid("{id}：分值要大于 0、不超过 1000，最多两位小数。", id=me)
        yield from _faults_of_shape(me, part)
        if part.type.by_letters:
            yield from _faults_of_letters(me, part)
        elif part.type is QuestionType.BLANK:
            yield from _faults_of_blanks(me, part)
        else:
            yield from _faults_of_rubric(me, part)


def _faults_of_shape(me: str, part: Part) -> Iterator[Invalid]:
    """A mark that belongs to another type of question."""
    values = {"id": me, "type": part.type.value}
    if part.options and not part.type.by_letters:
        yield Invalid("{id}：题型 {type} 不应有选项。", **values)
    if part.rubric and part.type.by_machine:
        yield Invalid("{id}：题型 {type} 不应有评分要点。", **values)
    if part.blanks and part.type is not QuestionType.BLANK:
        yield Invalid("{id}：题型 {type} 不应有填空。", **values)


def _faults_of_letters(me: str, part: Part) -> Iterator[Invalid]:
    right = len(part.right)
    if part.type is QuestionType.TRUE_FALSE and part.options != TRUE_FALSE:
        yield Invalid("{id}：判断题的选项依次是“正确”“错误”。", id=me)
    if not 2 <= len(part.options) <= len(LETTERS):
        yield Invalid("{id}：选项要有 2 至 26 个。", id=me)
    if not right:
        yield Invalid("{id}：没有正确答案，请在正确的选项前写 [x]。", id=me)
    elif not _as_many_as_the_type_has(part.type, right):
        yield Invalid("{id}：正确答案个数与题型 {type} 不符。", id=me, type=part.type.value)
    seen: dict[str, str] = {}
    for letter, text in part.options.items():
        if not text.strip() or "\n\n" in text:
            yield Invalid("{id}：选项 {letter} 是空的，或者中间有空行。", id=me, letter=letter)
        first = seen.setdefault(" ".join(text.split()), letter)
        if first != letter:
            yield Invalid("{id}：选项 {a} 与 {b} 相同。", id=me, a=first, b=letter)


def _as_many_as_the_type_has(kind: QuestionType, right: int) -> bool:
    if kind in (QuestionType.SINGLE, QuestionType.TRUE_FALSE):
        return right == 1
    return right >= 2 or kind is QuestionType.INDEFINITE


def _faults_of_blanks(me: str, part: Part) -> Iterator[Invalid]:
    if not part.blanks:
        yield Invalid("{id}：没有空，请把答案写成 {mark}。", id=me, mark="{{答案}}")
    runs = [run for run in re.findall("_+", part.stem) if len(run) > 1]
    if set("{}") & set(part.stem) or runs != [BLANK] * len(part.blanks):
        yield Invalid("{id}：题干里除空以外不能有大括号和连着的下划线。", id=me)
    for number, variants in enumerate(part.blanks, start=1):
        if not variants or not all(same_form(variant) for variant in variants):
            yield Invalid("{id}：第 {number} 空没有答案。", id=me, number=number)
        if any(_unwritable(variant) for variant in variants):
            yield Invalid(
                "{id}：第 {number} 空的答案里有大括号、换行或“或”字两边的空格。",
                id=me,
                number=number,
            )


def _unwritable(variant: str) -> bool:
    """Whether a variant could not be told from the marks around it."""
    return (
        bool(re.search(r"[{}\n]", variant))
        or " 或 " in f" {variant} "
        or variant != variant.strip()
    )


def _faults_of_rubric(me: str, part: Part) -> Iterator[Invalid]:
    if not part.rubric:
        yield Invalid("{id}：没有评分要点，每个要点写一行“- [2] 要点”。", id=me)
    elif sum(line.points for line in part.rubric) != part.points:
        yield Invalid("{id}：评分要点之和不等于 {points}。", id=me, points=part.points)
