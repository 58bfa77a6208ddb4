"""Refuses what is no list of questions, with a sentence that says what it is."""

import re
from collections.abc import Sequence

from lms.bank.rules import QuestionType
from lms.errors import Invalid
from lms.exchange.answers import NO_OPTIONS
from lms.exchange.keys import Key
from lms.exchange.lines import Line, flat
from lms.exchange.pairs import read_pairs
from lms.exchange.rules import Found
from lms.sheets.guards import web_page

TAG = re.compile(
    r"</?(?:div|span|td|tr|table|p|li|ul|a|script|style|br|input|label|img|h\d)\b", re.I
)
ID_NUMBER = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
)
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
ASKED = re.compile(r"[?]\s*$|[(\[【]\s*[)\]】]|_{2,}")
FEWEST = 3
MOST_LINES, LONGEST_LINE = 50_000, 20_000


def too_many_lines(name: str) -> Invalid:
    """The refusal of a text with more lines than anybody looks through."""
    return Invalid("“{file}”超过 {limit} 行。请分成几个文件。", file=name, limit=MOST_LINES)


def refuse_too_long(name: str, lines: Sequence[Line]) -> None:
    """Refuse too many lines, and a line that is no line."""
    if len(lines) > MOST_LINES:
        raise too_many_lines(name)
    long = next((line for line in lines if len(line.text) > LONGEST_LINE), None)
    if long:
        raise Invalid(
            "“{file}”第 {row} 行超过 {limit} 字，不像题目。请把每道题、每个选项分行。",
            file=name,
            row=long.at,
            limit=LONGEST_LINE,
        )


def refuse_web_page(name: str, text: str) -> None:
    """Refuse the source of a web page, whatever it is called."""
    lines = [line for line in text.split("\n")[:3000] if line.strip()]
    tagged = sum(bool(TAG.search(line)) for line in lines)
    if tagged >= FEWEST and tagged * 10 >= len(lines) * 3:
        raise web_page(name)


def refuse_people(name: str, lines: Sequence[Line]) -> None:
    """Refuse a list of persons: identity numbers or phone numbers, line after line."""
    full = [line.text for line in lines if line.text.strip()]
    named = sum(bool(ID_NUMBER.search(text) or PHONE.search(text)) for text in full)
    if named >= FEWEST and named * 3 >= len(full):
        raise Invalid(
            "“{file}”像是人员名单（有身份证号或手机号），不是题目文件，没有读取。请到“名册”导入人员。",
            file=name,
        )


def refuse_whole(
    name: str, lines: Sequence[Line], found: Sequence[Found], keys: Sequence[Key]
) -> None:
    """Refuse what holds no question that anybody could answer."""
    if not any(line.text.strip() for line in lines):
        raise Invalid("“{file}”里没有文字，请检查是否选错了文件。", file=name)
    refuse_people(name, lines)
    _refuse_answers_alone(name, lines, found, keys)
    if not any(_is_question(one) for one in found):
        raise Invalid(
            "“{file}”里没有读到题目。每道题前请写题号（如“1、”），选择题的选项各占一行（如“A、”）。",
            file=name,
        )
    _refuse_letters_alone(name, found)


def _refuse_answers_alone(
    name: str, lines: Sequence[Line], found: Sequence[Found], keys: Sequence[Key]
) -> None:
    full = [line.text for line in lines if line.text.strip()]
    rows = sum(read_pairs(text) is not None for text in full)
    asked = any(one.options or one.stem.strip() for one in found)
    if (rows * 2 >= len(full) and rows) or (keys and not asked):
        raise Invalid(
            "“{file}”里只有答案，没有题目。请把题目和答案放在同一个文件里，或在题目文件末尾附上答案。",
            file=name,
        )


def _is_question(found: Found) -> bool:
    if found.parts:
        return True
    if found.options or found.answer is not None or found.type:
        return True
    return bool(ASKED.search(flat(found.stem)))


def _refuse_letters_alone(name: str, found: Sequence[Found]) -> None:
    """Letters without options say nothing to anybody."""
    choices = (None, QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.INDEFINITE)
    asked = [one for one in found if one.type in choices and not one.parts]
    alone = [one for one in asked if any(d.text == NO_OPTIONS for d in one.doubts)]
    if len(alone) * 2 > len(asked) and len(alone) * 2 > len(found):
        raise Invalid(
            "“{file}”里的答案是字母，题目却没有选项，字母指什么无从知道，不能带入。请补上选项后再带入。",
            file=name,
        )
