"""What was found becomes a question of the bank, as far as it goes; and back."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from lms.bank.front import CONTROLS
from lms.bank.rules import (
    BLANK,
    LETTERS,
    TRUE_FALSE,
    Line,
    Origin,
    Part,
    Question,
    QuestionType,
    faults,
)
from lms.exchange.facts import Names, read_facts, write_facts
from lms.exchange.rules import Doubt, Found, Place
from lms.scoring.totals import plain
from lms.words import N_

NO_TYPE = N_("看不出题型，请选择题型。")
NO_STEM = N_("没有题干，请补上。")
FEW_OPTIONS = N_("选项不到两个，请补上选项，一行一个。")
MANY_OPTIONS = N_("选项超过 {n} 个，请删减。")
NOT_IN_ORDER = N_("选项没有从 A 依次排列（现为 {letters}），可能漏了选项，请核对。")
EMPTY_OPTION = N_("选项 {letter} 是空的，请补上文字，或删去这个选项。")
SAME_OPTIONS = N_("选项 {a} 与 {b} 相同，请改其中一个。")
BEYOND = N_("答案 {written} 不在选项 {letters} 里，请核对答案和选项。")
ONE_RIGHT = N_("单选题只能有一个答案，现有 {n} 个，请核对题型和答案。")
MORE_RIGHT = N_("多选题至少要有两个答案，现有 {n} 个，请核对题型和答案。")
NO_LETTERS = N_("选择题的答案应是选项的字母，请核对。")
NO_TRUTH = N_("判断题的答案应是“正确”或“错误”，请核对。")
NO_GAP = N_("题干里没有空，请在填空处写 {mark}。")
BLANKS_DIFFER = N_("题干有 {gaps} 个空，答案有 {n} 个，请核对。")
BRACES = N_("题干里不能有大括号，请删去。")
NO_TEXT = N_("简答题、论述题的答案应是一段文字，请核对。")
NO_CASE = N_("材料题没有材料，请补上。")
NO_PARTS = N_("材料题没有小题，请补上。")
UNPAYABLE = N_("分值要大于 0、不超过 1000，最多两位小数。")
POINTS_DIFFER = N_("各项分值之和是 {sum}，与全题的 {points} 分不等，请核对。")
PART_IN_PART = N_("小题里不能再有小题，请拆开。")
TOO_LONG = N_("一道题超过 {n} 字，请拆开或删减。")
OTHERWISE = N_("这道题还有错误：{why}")

RUNS = re.compile("_{2,}")
EMPTY_BRACKETS = re.compile(r"[（(][\s　]*[)）]")  # noqa: RUF001 - as they are written
PAID = re.compile(r"\[([0-9]{1,4}(?:\.[0-9]{1,2})?)\] ?(.*)")
USUAL = {
    QuestionType.MULTIPLE: Decimal(2),
    QuestionType.INDEFINITE: Decimal(2),
    QuestionType.SHORT: Decimal(5),
    QuestionType.ESSAY: Decimal(10),
}  # points where the file says none; one for all others
ONE = Decimal(1)
LONGEST = 60_000  # characters of a question, well within what its file may have
DRAFT_ID = "draft"  # until the question has one


@dataclass(frozen=True)
class Became:
    """The question as far as it is known, and what keeps it from being one.

    answered: every part has its answer. asks: the facts and words that nobody knows.
    said: names of facts that the file itself says.
    """

    question: Question
    faults: tuple[Doubt, ...]
    answered: bool
    asks: tuple[tuple[str, str], ...] = ()
    said: frozenset[str] = frozenset()


def become(found: Found, names: Names, id: str = "") -> Became:
    """The question of what was found. id: what it is called where the file has no id."""
    told = read_facts({fact: clean(text) for fact, text in found.facts.items()}, names)
    wrong = list(told.doubts)
    case = found.type is QuestionType.CASE
    asked = found.parts if case else [found]
    parts = [_Part(one) for one in asked]
    wrong += list(_of_case(found, parts)) if case else parts[0].faults
    points = sum((one.part.points for one in parts), Decimal(0)) if case else parts[0].part.points
    values = {"id": id or DRAFT_ID, "origin": Origin.BROUGHT} | told.values
    question = Question(
        type=QuestionType.CASE if case else parts[0].part.type,
        parts=tuple(one.part for one in parts),
        points=points,
        case=clean(found.stem).strip() if case else "",
        **values,
    )
    answered = bool(parts) and all(one.answered for one in parts)
    if sum(map(len, _texts(question))) > LONGEST:
        wrong.append(Doubt(TOO_LONG, {"n": LONGEST}))
    if not wrong and answered:
        wrong = list(_what_else(question))
    said = frozenset(told.values) | _said(found)
    return Became(question, tuple(wrong), answered, tuple(told.asks), said)


def _texts(question: Question) -> Iterator[str]:
    yield question.case
    for part in question.parts:
        yield from (part.stem, part.explanation, *part.options.values())
        yield from (line.text for line in part.rubric)


def _said(found: Found) -> frozenset[str]:
    """Of what may be missing, what the file has."""
    explained = [one.explanation for one in (found, *found.parts)]
    return frozenset(
        name
        for name, there in (
            ("explanation", any(explained)),
            ("points", found.points is not None),
        )
        if there
    )


def _of_case(found: Found, parts: list["_Part"]) -> Iterator[Doubt]:
    if not found.stem.strip():
        yield Doubt(NO_CASE, what="stem")
    if not parts:
        yield Doubt(NO_PARTS, what="parts")
    whole = sum((one.part.points for one in parts), Decimal(0))
    told = found.points is not None and all(one.points is not None for one in found.parts)
    if told and found.points != whole:
        yield Doubt(POINTS_DIFFER, {"sum": whole, "points": found.points}, "points")
    for number, one in enumerate(parts, start=1):
        for fault in one.faults:
            yield replace(fault, place=fault.place or Place(), what=f"{number}.{fault.what}")


def _what_else(question: Question) -> Iterator[Doubt]:
    """The bank's own rules have the last word."""
    for fault in faults(question):
        yield Doubt(OTHERWISE, {"why": str(fault).partition("：")[2] or str(fault)})


class _Part:
    """One thing to answer, and what is wrong with it."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.faults: list[Doubt] = []
        kind = found.type or self._shown()
        self.answered = found.answer is not None
        self.part = Part(
            type=kind,
            stem=clean(found.stem).strip(),
            points=self._points(kind),
            explanation=_tidy(found.explanation),
        )
        if not self.part.stem:
            self._wrong(NO_STEM, "stem")
        if found.parts:
            self._wrong(PART_IN_PART, "parts")
        if kind.by_letters:
            self._letters()
        elif kind is QuestionType.BLANK:
            self._blanks()
        else:
            self._rubric()

    def _wrong(self, text: str, what: str, **values: object) -> None:
        self.faults.append(Doubt(text, values, what))

    def _shown(self) -> QuestionType:
        self._wrong(NO_TYPE, "type")
        return QuestionType.SINGLE if self.found.options else QuestionType.SHORT

    def _points(self, kind: QuestionType) -> Decimal:
        points = self.found.points
        if points is None:
            return USUAL.get(kind, ONE)
        if not 0 < points <= 1000 or points * 100 % 1:
            self._wrong(UNPAYABLE, "points")
            return USUAL.get(kind, ONE)
        return points

    def _letters(self) -> None:
        found, true_false = self.found, self.part.type is QuestionType.TRUE_FALSE
        options = TRUE_FALSE if true_false else self._options()
        right: frozenset[str] = frozenset()
        if true_false and isinstance(found.answer, bool):
            right = frozenset("A" if found.answer else "B")
        elif isinstance(found.answer, frozenset) and not true_false:
            right = found.answer
            self._right(right, options)
        elif found.answer is not None:
            self._wrong(NO_TRUTH if true_false else NO_LETTERS, "answer")
        self.part = replace(self.part, options=dict(options), right=right & set(options))

    def _options(self) -> dict[str, str]:
        options = {letter: _closed(text) for letter, text in self.found.options.items()}
        if len(options) < 2:
            self._wrong(FEW_OPTIONS, "options")
        if len(options) > len(LETTERS):
            self._wrong(MANY_OPTIONS, "options", n=len(LETTERS))
        elif [*options] != [*LETTERS[: len(options)]]:
            self._wrong(NOT_IN_ORDER, "options", letters="、".join(options))
        seen: dict[str, str] = {}
        for letter, text in options.items():
            first = seen.setdefault(" ".join(text.split()), letter)
            if not text:
                self._wrong(EMPTY_OPTION, "options", letter=letter)
            elif first != letter:
                self._wrong(SAME_OPTIONS, "options", a=first, b=letter)
        return dict(zip(LETTERS, options.values(), strict=False))

    def _right(self, right: frozenset[str], options: Mapping[str, str]) -> None:
        kind, count = self.part.type, len(right)
        self.answered = bool(right)
        if not right <= set(options):
            letters = "、".join(options) or "—"
            self._wrong(BEYOND, "answer", written="".join(sorted(right)), letters=letters)
        elif kind is QuestionType.SINGLE and count > 1:
            self._wrong(ONE_RIGHT, "answer", n=count)
        elif kind is QuestionType.MULTIPLE and count == 1:
            self._wrong(MORE_RIGHT, "answer", n=count)

    def _blanks(self) -> None:
        stem = RUNS.sub(BLANK, self.part.stem)
        if BLANK not in stem:
            stem = EMPTY_BRACKETS.sub(BLANK, stem)
        gaps, answer = stem.count(BLANK), self.found.answer
        if not gaps:
            self._wrong(NO_GAP, "stem", mark=BLANK)
        if set("{}") & set(stem):
            self._wrong(BRACES, "stem")
        blanks = answer if isinstance(answer, tuple) else ()
        if isinstance(answer, str):
            blanks = ((answer,),)
        if answer is not None and gaps and len(blanks) != gaps:
            self._wrong(BLANKS_DIFFER, "answer", gaps=gaps, n=len(blanks))
        self.part = replace(
            self.part, stem=stem, blanks=tuple(tuple(map(clean, one)) for one in blanks)
        )

    def _rubric(self) -> None:
        answer = self.found.answer
        if answer is not None and not isinstance(answer, str):
            self._wrong(NO_TEXT, "answer")
            return
        if not (answer or "").strip():
            self.answered = False
            return
        rubric = read_rubric(clean(answer or ""), self.part.points)
        points = sum((line.points for line in rubric), Decimal(0))
        if self.found.points is not None and points != self.found.points:
            self._wrong(POINTS_DIFFER, "points", sum=points, points=self.found.points)
        self.part = replace(self.part, rubric=rubric, points=points)


def clean(text: str) -> str:
    """A text without signs that nobody sees, which a question file may not hold."""
    return CONTROLS.sub("", text) if CONTROLS.search(text) else text


def _tidy(text: str) -> str:
    """Without spaces at the ends of lines."""
    return "\n".join(line.rstrip() for line in clean(text).strip().split("\n"))


def _closed(text: str) -> str:
    """An option without empty lines: there the question file would end it."""
    return re.sub(r"\n\s*\n+", "\n", _tidy(text))


def all_doubts(found: Found) -> list[Doubt]:
    """What the reader doubts in a question and in its parts."""
    return [*found.doubts, *(one for part in found.parts for one in all_doubts(part))]


# ── what a marker pays for ─────────────────────────────────────────────────────────────────────


def read_rubric(text: str, points: Decimal) -> tuple[Line, ...]:
    """The points of a rubric: lines that begin with [2]; one point for all where none does."""
    found: list[Line] = []
    for line in text.strip().split("\n"):
        mark = PAID.fullmatch(line)
        if mark:
            found.append(Line(Decimal(mark[1]), mark[2].strip()))
        elif not found:
            return (Line(points, _closed(text)),)
        elif line.strip():
            last = found[-1]
            found[-1] = Line(last.points, f"{last.text}\n{line.removeprefix('  ').rstrip()}")
    payable = all(line.points > 0 for line in found)
    return tuple(found) if payable else (Line(points, _closed(text)),)


def typed_rubric(text: str, change: Callable[[str], str]) -> str:
    """A rubric with its texts changed and its points as they are."""
    lines = []
    for line in text.split("\n"):
        mark = PAID.fullmatch(line)
        if mark:
            lines.append(f"[{mark[1]}] {change(mark[2])}")
        else:
            lines.append(("  " if line.startswith("  ") else "") + change(line.strip()))
    return "\n".join(lines)


def write_rubric(rubric: Iterable[Line], points: Decimal) -> str:
    """The rubric as it is read back: the points of each line in brackets."""
    lines = list(rubric)
    if len(lines) == 1 and lines[0].points == points and not PAID.match(lines[0].text):
        return lines[0].text
    return "\n".join(f"[{plain(line.points)}] " + line.text.replace("\n", "\n  ") for line in lines)


# ── and back ───────────────────────────────────────────────────────────────────────────────────


def to_found(
    question: Question, place: Place | None = None, names: Mapping[str, str] | None = None
) -> Found:
    """A question of the bank as a reader would have found it, with everything it says."""
    place = place or Place()
    facts = write_facts(question, names)
    if question.type is not QuestionType.CASE:
        found = _of_part(question.parts[0], place)
        found.number, found.facts = question.id, facts
        return found
    parts = [_of_part(part, place) for part in question.parts]
    for number, part in enumerate(parts, start=1):
        part.number = str(number)
    return Found(
        place=place,
        type=QuestionType.CASE,
        number=question.id,
        stem=question.case,
        points=question.points,
        parts=parts,
        facts=facts,
    )


def _of_part(part: Part, place: Place) -> Found:
    found = Found(
        place=place,
        type=part.type,
        stem=part.stem,
        explanation=part.explanation,
        points=part.points,
    )
    if part.type is QuestionType.TRUE_FALSE:
        found.answer = "A" in part.right if part.right else None
    elif part.type.by_letters:
        found.options, found.answer = dict(part.options), part.right or None
    elif part.type is QuestionType.BLANK:
        found.answer = part.blanks or None
    else:
        found.answer = write_rubric(part.rubric, part.points) if part.rubric else None
    return found
