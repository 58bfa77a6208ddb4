"""The number that a question begins with, in any style."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from lms.exchange.lines import Line, flat
from lms.exchange.sections import is_type_name
from lms.exchange.truths import truth


class Style(StrEnum):
    """How a number is dressed; questions of one section wear the same."""

    PLAIN = "plain"  # 1、 1. 1． 1<TAB>
    WORD = "word"  # 第1题 题目1：
    PAREN = "paren"  # （1）
    HALF = "half"  # 1)
    CIRCLE = "circle"  # ①
    HAN = "han"  # 一、


@dataclass(frozen=True)
class Number:
    """A number at the start of a line. rest_at: where the stem begins in the text.

    firm: its mark is one that numbers have, not a mere space. before: what stands in the brackets
    before it (an answer, a type), None where there are none.
    """

    style: Style
    value: int
    rest_at: int
    firm: bool = True
    before: str | None = None


HAN = "零一二三四五六七八九"  # data: digits
HAN_NUMBER = r"[一二三四五六七八九十百]{1,5}"
BRACKETED = r"(?:[(\[【]\s*(?P<before>[^()\[\]【】]{0,14}?)\s*[)\]】]\s*)?"
NUMBER = re.compile(
    rf"[\s*#\ue000-\ue003]*{BRACKETED}\s*(?:"
    rf"第\s*(?P<word>\d{{1,4}}|{HAN_NUMBER})\s*(?:小?题|道)\s*[:.、,]?"
    r"|(?:题目?|试题|Q|No\.?|问题?)\s*(?P<named>\d{1,4})\s*[:.、)]"
    r"|[(\[【]\s*(?P<paren>\d{1,4})\s*[)\]】]\s*[、.:]?"
    r"|(?P<half>\d{1,4})\s*\)\s*[、.:]?"
    r"|(?P<circle>[①-⑳])\s*[、.]?"
    r"|(?P<plain>\d{1,4})(?:\s*(?:[、．:]|\.(?!\d)|\.(?=\d{4}[年-])|,(?!\d))|(?=\s*[\[【]))"
    r"|(?P<tight>\d{1,4})\s*\.(?=\d)"
    r"|(?P<tab>\d{1,4})\t+"
    r"|(?P<loose>\d{1,4})(?:\s+(?=\D)|(?=[\u4e00-\u9fff《“(]))"
    rf"|(?P<han>{HAN_NUMBER})\s*[、.](?!\s*$)"
    r")\s*"
)
UNBRACKETED = re.compile(NUMBER.pattern.replace(BRACKETED, "(?P<before>(?!))?", 1))
QUOTED = re.compile(
    r"[年月日时分秒个名人元万亿岁度级类条款项章次以至~%％~\-－—米吨公千克小周天倍号楼]"
)


def number_of(line: Line) -> Number | None:
    """The number at the start of a line, or None. Whether it counts a question others decide."""
    if line.fixed:
        return None
    text = flat(line.text)
    match = NUMBER.match(text)
    if not match:
        return None
    before = match["before"]
    if before is not None and not _may_precede(before):
        match, before = UNBRACKETED.match(text), None
        if not match:
            return None
    return _made(match, line, before)


def _may_precede(before: str) -> bool:
    """An empty blank, an answer or a type may stand before a number."""
    word = before.strip()
    return (
        not word
        or truth(word) is not None
        or re.fullmatch(r"[A-Za-z](?:[\s,、]*[A-Za-z]){0,9}", word) is not None
        or is_type_name(word)
    )


PLAINLY = ("plain", "tight", "tab", "loose")
STYLES = dict.fromkeys(PLAINLY, Style.PLAIN) | {
    "word": Style.WORD,
    "named": Style.WORD,
    "paren": Style.PAREN,
    "half": Style.HALF,
    "circle": Style.CIRCLE,
    "han": Style.HAN,
}


def _made(match: re.Match[str], line: Line, before: str | None) -> Number | None:
    kind = next(name for name in STYLES if match[name] is not None)
    value = read_number(match[kind])
    if value is None:
        return None
    if kind == "loose":
        rest = flat(line.text)[match.end() :]
        if QUOTED.match(rest) or (before and before.strip().isascii()):
            return None
    firm = kind not in ("loose", "tight") or line.auto
    return Number(STYLES[kind], value, match.end(), firm, before)


def read_number(written: str) -> int | None:
    """12, ⑫, 十二."""
    if written.isdecimal():
        return int(written)
    if len(written) == 1 and "①" <= written <= "⑳":
        return int(unicodedata.normalize("NFKC", written))
    total, digit = 0, 0
    for sign in written:
        if sign in HAN:
            if digit:
                return None
            digit = HAN.index(sign)
        else:
            total += (digit or 1) * (100 if sign == "百" else 10)
            digit = 0
    return total + digit
