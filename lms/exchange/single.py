"""One thing to answer as it was found, and what keeps it from being one. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from lms.bank.rules import BLANK, LETTERS, TRUE_FALSE, Part, QuestionType
from lms.exchange.paid import clean, closed, read_rubric, tidied
from lms.exchange.rules import Doubt, Found
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
UNPAYABLE = N_("分值要大于 0、不超过 1000，最多两位小数。")
POINTS_DIFFER = N_("各项分值之和是 {sum}，与全题的 {points} 分不等，请核对。")
PART_IN_PART = N_("小题里不能再有小题，请拆开。")

RUNS = re.compile("_{2,}")
EMPTY_BRACKETS = re.compile(r"[（(][\s　]*[)）]")  # noqa: RUF001 - as they are written
USUAL = {
    QuestionType.MULTIPLE: Decimal(2),
    QuestionType.INDEFINITE: Decimal(2),
    QuestionType.SHORT: Decimal(5),
    QuestionType.ESSAY: Decimal(10),
}  # points where the file says none; one for all others
ONE = Decimal(1)


class OnePart:
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
            explanation=tidied(found.explanation),
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
        options = {letter: closed(text) for letter, text in self.found.options.items()}
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
