"""The workbook of the house: its columns, questions as rows, three examples, a page of notes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from lms.bank.rules import (
    BLANK,
    CREDIT_NAMES,
    DIFFICULTY_NAMES,
    LAYER_NAMES,
    LETTERS,
    ORIGIN_NAMES,
    THINKING_NAMES,
    TRUE_FALSE,
    TYPE_NAMES,
    Question,
    QuestionType,
)
from lms.exchange.becoming import to_found
from lms.exchange.rules import Answer, Found, Place
from lms.sheets.cells import label
from lms.sheets.pages import Column, Kind, Page
from lms.words import N_

Names = Mapping[str, str]  # code → name of abilities
SHEET, NOTES_SHEET = "试题", "填写说明"
NUMBER, PART, TYPE, STEM, ANSWER = "编号", "小题", "题型*", "题干*", "答案"
EXPLANATION, POINTS, REMARK = "解析", "分值", "备注"
REASONS = "错误原因"  # stands beside what could not be taken
OPTION = "选项"
EXAMPLE = "示例，请删去这一行"  # data: stands in the remark of a row that is none
OPTIONS = 6  # columns of options that are always there
CELL = 32_767  # characters that a cell can hold
BLANK_ROWS = 300
FACTS = {
    "难度": "difficulty",
    "本领": "abilities",
    "工程": "projects",
    "知识点": "topic",
    "内容层次": "layer",
    "认知层次": "level",
    "计分": "credit",
    "适用对象": "audience",
    "依据": "source",
    "有效期起": "valid_from",
    "有效期止": "valid_to",
    "来源": "origin",
}  # by their heads
LETTER_MARK = re.compile(r"\s*([A-Za-zＡ-Ｚａ-ｚ])\s*[.、．:：]\s*")  # noqa: RUF001
HINTS = {
    NUMBER: N_("可以不填；再次带入时，编号相同的作为修改，不会重复。"),
    PART: N_("只有材料题的小题填写：1、2、3……；材料写在上面一行，题型选“材料题”。"),
    STEM: N_("填空题在空的地方写四个下划线 ____。"),
    ANSWER: N_("选择题写字母，如 A 或 ACD；判断题写 正确 或 错误；填空题一空一行。"),
    POINTS: N_("数字，如 2 或 1.5。"),
    REASONS: N_("改好以后请清空这一格，没有清空的再次带入时仍列为待核。"),
    "依据": N_("如 《公务员法》第六十条；有几处时一处一行。"),
    "本领": N_("名称或代码；有几种时用“、”隔开。"),
}
TOO_LONG = N_("这些题有超过 {n} 字的内容，表格放不下，没有写出，请改用 Markdown 导出：{codes}")
NOTES = (
    N_("一、本系统为非涉密系统，严禁填写国家秘密和工作秘密。"),
    N_("二、每题一行，带 * 的必填；没有答案的题可以带入，但只能作为草稿。"),
    N_("三、单选、多选、不定项：选项一格一个，答案写字母，如 A 或 ACD。"),
    N_("四、判断：不填选项，答案写“正确”或“错误”。"),
    N_(
        "五、填空：题干中空的地方写 ____；答案一空一行，同一空有几种写法时用“ 或 ”（两边各空一格）"
        "隔开，数字可以带误差，如 3.14 ± 0.01。"
    ),
    N_("六、简答、论述：答案写要点；要按要点给分时，每个要点一行，前面写分值，如 [2] 应当回避。"),
    N_("七、材料题：先写一行“材料题”，题干写材料；下面每个小题一行，“小题”一列写 1、2、3……"),
    N_("八、难度、层次、计分从下拉列表中选；本领可以填名称，也可以填代码，不认识的会请您选定。"),
    N_("九、可以增加自己的列，系统会说明哪些列没有用到；第一行示例填写时请删去。"),
)


def pages(
    questions: Iterable[Question], names: Names, demonstration: str = "", blank_rows: int = 0
) -> list[Page]:
    """The workbook of these questions: their sheet, and the page of notes."""
    found = [to_found(question, names=names) for question in questions]
    width = max([OPTIONS, *(len(one.options) for top in found for one in (top, *top.parts))])
    rows = [row for one in found for row in _rows(one, width)]
    return _book(rows, names, width, demonstration, blank_rows)


def template(names: Names, demonstration: str = "") -> list[Page]:
    """The empty workbook, with three examples that are not read."""
    rows = [row for one in _examples() for row in _rows(one, OPTIONS, EXAMPLE)]
    return _book(rows, names, OPTIONS, demonstration, BLANK_ROWS)


def faulty(found: Sequence[tuple[Found, str]], names: Names, demonstration: str) -> list[Page]:
    """Questions that could not be taken, each with why, in the columns of the house."""
    width = max([OPTIONS, *(len(one.options) for top, _ in found for one in (top, *top.parts))])
    columns = [*_columns(names, width), Column(REASONS, width=60, hint=HINTS[REASONS])]
    rows: list[list[object]] = []
    for one, why in found:
        first, *more = _rows(one, width)
        rows += [[*first, why], *([*row, None] for row in more)]
    return [Page(SHEET, columns, rows, demonstration=demonstration), _notes()]


def too_long(question: Question) -> bool:
    """Whether a text of the question is longer than a cell can hold."""
    found = to_found(question)
    return any(
        isinstance(value, str) and len(value) > CELL
        for row in _rows(found, len(LETTERS))
        for value in row
    )


def with_left_out(made: list[Page], codes: Sequence[str]) -> list[Page]:
    """The same, with a word on the page of notes about what no cell could hold."""
    if not codes:
        return made
    *sheets, notes = made
    line = TOO_LONG.format(n=CELL, codes="、".join(codes))
    return [*sheets, replace(notes, rows=[[line], *([text] for text in NOTES)])]


def _book(
    rows: list[list[object]], names: Names, width: int, demonstration: str, blank_rows: int
) -> list[Page]:
    page = Page(
        SHEET,
        _columns(names, width),
        rows,
        demonstration=demonstration,
        blank_rows=blank_rows,
    )
    return [page, _notes()]


def _notes() -> Page:
    return Page(NOTES_SHEET, [Column(NOTES_SHEET, width=100)], [[line] for line in NOTES])


def heads(width: int = OPTIONS) -> list[str]:
    """The heads of the columns. width: how many options."""
    options = [f"{OPTION}{letter}" for letter in LETTERS[:width]]
    return [
        *(NUMBER, PART, TYPE, STEM, *options),
        *(ANSWER, EXPLANATION, POINTS, *FACTS, REMARK),
    ]


def _columns(names: Names, width: int) -> list[Column]:
    choices: dict[str, tuple[str, ...]] = {
        TYPE: tuple(TYPE_NAMES.values()),
        "难度": tuple(DIFFICULTY_NAMES.values()),
        "内容层次": tuple(LAYER_NAMES.values()),
        "认知层次": tuple(THINKING_NAMES.values()),
        "计分": tuple(CREDIT_NAMES.values()),
        "来源": tuple(ORIGIN_NAMES.values()),
        "本领": tuple(names.values()),
    }
    widths = {STEM: 50.0, EXPLANATION: 30.0, "依据": 30.0, "本领": 16.0, REMARK: 18.0}
    return [
        Column(
            head,
            Kind.NUMBER if head == POINTS else Kind.TEXT,
            width=widths.get(head, 16.0 if head.startswith(OPTION) else 10.0),
            choices=choices.get(head, ()),
            hint=HINTS.get(head, ""),
        )
        for head in heads(width)
    ]


def _rows(found: Found, width: int, remark: str = "") -> Iterator[list[object]]:
    """The row of a question; a case is followed by the rows of its parts."""
    yield _row(found, width, found.number, "", remark)
    for number, part in enumerate(found.parts, start=1):
        yield _row(part, width, "", str(number), remark)


def _row(found: Found, width: int, number: str, part: str, remark: str) -> list[object]:
    options = _option_cells(found.options)
    written = [
        *(number, part, TYPE_NAMES[found.type] if found.type else "", found.stem),
        *(options.get(letter, "") for letter in LETTERS[:width]),
        *(written_answer(found.answer), found.explanation, found.points),
        *(found.facts.get(fact, "") for fact in FACTS.values()),
        remark,
    ]
    return [value or None for value in written]


def _option_cells(options: Mapping[str, str]) -> Mapping[str, str]:
    """Where every option seems to begin with its own letter, it gets another that is read off."""
    if options and all(own_mark(letter, option) for letter, option in options.items()):
        return {letter: f"{letter}. {option}" for letter, option in options.items()}
    return options


def own_mark(letter: str, option: str) -> re.Match[str] | None:
    mark = LETTER_MARK.match(option)
    return mark if mark and label(mark[1]).upper() == letter else None


def written_answer(answer: Answer | None) -> str:
    """An answer as a cell has it."""
    if isinstance(answer, bool):
        return TRUE_FALSE["A" if answer else "B"]
    if isinstance(answer, frozenset):
        return "".join(sorted(answer))
    if isinstance(answer, tuple):
        return "\n".join(" 或 ".join(variants) for variants in answer)
    return answer or ""


def _examples() -> list[Found]:
    """data: three questions that show how rows are filled in."""
    here = Place()
    single = Found(
        here,
        QuestionType.SINGLE,
        stem="村民会议由谁召集？",  # data: an example
        options={"A": "村民委员会", "B": "乡镇人民政府", "C": "县人民政府"},  # data: an example
        answer=frozenset("A"),
        explanation="见《村民委员会组织法》。",  # data: an example
        points=Decimal(2),
    )
    blank = Found(
        here,
        QuestionType.BLANK,
        stem=f"圆周率约为{BLANK}，一年有{BLANK}个月。",  # data: an example
        answer=(("3.14 ± 0.01",), ("12", "十二")),
        points=Decimal(2),
    )
    case = Found(
        here,
        QuestionType.CASE,
        stem="某村要修路，村委会主任李某打算请他弟弟的公司来修。",  # data: an example
        points=Decimal(5),
        parts=[
            Found(
                here,
                QuestionType.TRUE_FALSE,
                stem="李某可以不经讨论自己决定。",  # data: an example
                answer=False,
                points=Decimal(1),
            ),
            Found(
                here,
                QuestionType.SHORT,
                stem="这件事应当怎样办？",  # data: an example
                # data: an example
                answer="[2] 李某应当回避\n[2] 由村民会议讨论决定",
                points=Decimal(4),
            ),
        ],
    )
    return [single, blank, case]
