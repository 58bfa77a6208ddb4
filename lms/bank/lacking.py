"""What a question lacks, told beside the fields in which it is written. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from lms.bank.rules import Question, QuestionType, faults
from lms.errors import Invalid
from lms.words import N_

POINTS_WRONG = N_("{id}：分值要大于 0、不超过 1000，最多两位小数。")
POINTS = N_("分值要大于 0、不超过 1000，最多两位小数。")
# A fault as a file is told of it → the field it is about, and the words for one who sees no file.
OF_WHOLE = {
    POINTS_WRONG: ("points", POINTS),
    N_("{id}：有效期的止日早于起日。"): ("valid_to", N_("有效期的止日早于起日。")),
    N_("{id}：条号“{article}”应写成数字，如 60 或 120之一。"): (
        "sources",
        N_("条号“{article}”应写成第几条，如 60 或 120之一。"),
    ),
    N_("{id}：材料题缺少材料。"): ("case", N_("请写材料。")),
}
OF_PART = {
    POINTS_WRONG: ("points", POINTS),
    N_("{id}：缺少题干。"): ("stem", N_("请写题干。")),
    N_("{id}：选项要有 2 至 26 个。"): ("options", N_("至少写两个选项。")),
    N_("{id}：没有正确答案，请在正确的选项前写 [x]。"): (
        "options",
        N_("请标出正确答案。"),
    ),
    N_("{id}：正确答案个数与题型 {type} 不符。"): (
        "options",
        N_("正确答案的个数与题型不符：单选题一个，多选题至少两个。"),
    ),
    N_("{id}：选项 {letter} 是空的，或者中间有空行。"): (
        "options",
        N_("选项 {letter} 标为正确，但没有文字。"),
    ),
    N_("{id}：选项 {a} 与 {b} 相同。"): ("options", N_("选项 {a} 与 {b} 相同。")),
    N_("{id}：没有空，请把答案写成 {mark}。"): (
        "stem",
        N_("题干里还没有空：请用四条下划线 ____ 标出要填的地方。"),
    ),
    N_("{id}：题干里除空以外不能有大括号和连着的下划线。"): (
        "stem",
        N_("题干里除空 ____ 以外，不能有大括号和连着的下划线。"),
    ),
    N_("{id}：第 {number} 空没有答案。"): ("blanks", N_("第 {number} 空没有答案。")),
    N_("{id}：第 {number} 空的答案里有大括号、换行或“或”字两边的空格。"): (
        "blanks",
        N_("第 {number} 空的答案里有大括号，或单独的“或”字：几个答案请分行写。"),
    ),
    N_("{id}：没有评分要点，每个要点写一行“- [2] 要点”。"): (
        "rubric",
        N_("请至少写一个评分要点和它的分值。"),
    ),
}
# What no form can bring about: its fields make the number, the shape and the sum.
NOT_BY_FORM = frozenset(
    {
        N_("{id}：编号要以字母开头，只用字母、数字和 . _ -，不超过 40 个。"),
        N_("{id}：材料题没有小题，小题标题写成“## 问题一 · 2 分”。"),
        N_("{id}：各小题分值之和不等于 {points}。"),
        N_("{id}：评分要点之和不等于 {points}。"),
        N_("{id}：题型 {type} 不应有选项。"),
        N_("{id}：题型 {type} 不应有评分要点。"),
        N_("{id}：题型 {type} 不应有填空。"),
        N_("{id}：判断题的选项依次是“正确”“错误”。"),
    }
)
Lack = tuple[str, Invalid]  # the name of the field, and what is lacking


def lacks(question: Question) -> list[Lack]:
    """All that a question lacks, each with the field where it is mended."""
    case = question.type is QuestionType.CASE
    found = [
        (OF_WHOLE[fault.text][0], _told(fault, OF_WHOLE[fault.text][1]))
        for fault in faults(replace(question, parts=()) if case else question)
        if fault.text in OF_WHOLE and not (case and fault.text == POINTS_WRONG)
    ]
    for place, part in enumerate(question.parts):
        bare = Question(id="q", type=part.type, parts=(part,), points=part.points)
        for fault in _of_part(bare, case):
            field, words = OF_PART[fault.text]
            found.append((f"parts-{place}-{field}", _told(fault, words)))
    return found


def _of_part(bare: Question, case: bool) -> Iterable[Invalid]:
    """The points of a plain question stand above, not in its part."""
    for fault in faults(bare):
        if fault.text in OF_PART and (case or fault.text not in OF_WHOLE):
            yield fault


def _told(fault: Invalid, words: str) -> Invalid:
    return Invalid(words, **{name: value for name, value in fault.values.items() if name != "id"})
