"""Headings: which type of question follows, for how many points, and at times its very answer."""

import re
from dataclasses import dataclass
from decimal import Decimal

from lms.bank.rules import QuestionType
from lms.exchange.lines import Line, flat, tidy
from lms.exchange.truths import truth

# data: how types are called, the longer names first
TYPES: tuple[tuple[str, QuestionType | None], ...] = (
    (r"不定项(?:选择)?题?", QuestionType.INDEFINITE),
    (r"(?:单项选择|单项|单选)题?", QuestionType.SINGLE),
    (r"(?:多项选择|多项|多选)题?", QuestionType.MULTIPLE),
    (r"选择题", None),
    (r"(?:判断(?:改错|正误|对错|说明)?|是非|正误(?:判断)?|对错)题?", QuestionType.TRUE_FALSE),
    (r"填空题?", QuestionType.BLANK),
    (r"(?:简答|问答|简述|名词解释|名词辨析|简析|回答)题?", QuestionType.SHORT),
    (r"(?:论述|申论|议论|写作|作文|论文)题?", QuestionType.ESSAY),
    (
        r"(?:案例(?:分析|选择)?|材料(?:分析|处理)?|情[景境](?:分析|模拟)?|案情分析)题?",
        QuestionType.CASE,
    ),
    (r"(?:综合(?:应用|分析)?|应用|计算|分析|实务|操作|实操|改错|辨析|画图|作图)题", None),
)
NAMES = "|".join(pattern for pattern, _ in TYPES)
NUMBERED = (
    r"(?:[一二三四五六七八九十]{1,3}\s*[、.:,]|第[一二三四五六七八九十\d]{1,3}(?:部分|大题|题型|篇|类|单元)\s*[、.:]?"
    r"|[(（][一二三四五六七八九十]{1,3}[)）]\s*[、.]?|[IVXⅠⅡⅢⅣⅤⅥⅦⅧ]{1,4}\s*[、.])"
)
HEADING = re.compile(
    rf"[\s#*★☆●■◆▲【\[(<《=-]*(?P<number>{NUMBERED}|(?P<digits>\d{{1,2}}[、.]))?\s*[【\[(<《]?(?P<before>[^,。;:?!、()\[\]【】]{{0,14}}?)"
    rf"(?P<type>{NAMES})(?P<mark>[】\])>》]?)(?P<rest>.*)",
    re.DOTALL,
)
# What may follow the name of a type in a heading that has no number of its own.
REST = re.compile(
    r"\s*(?:[(\[【].*[)\]】]|[:*=#-]|:\s*(?:下列|以下|请|每|将|在|正确的?|对的|本题).*|[,，:\s]*共\s*\d+\s*[道个]?小?题|[,，:\s]*共?\s*\d+(?:\.\d+)?\s*[分道题个]\S{0,30}"
    r"|[,，:\s]*每小?[题空].*|[一二三四五六七八九十\d]{1,2}|部分|汇总|题库|练习|试题)*\s*[。.:]?\s*"
)
REST_OF_NUMBERED = re.compile(r"\s*(?:$|[(\[【:,。;\s*]|共|每|部分|本|[\d一二三四五六七八九十])")
POINTS = re.compile(
    r"每\s*(?:小)?\s*(?P<unit>[题空道个问])\s*(?:小题)?\s*(?:计|得|为|满分)?\s*(?P<points>\d{1,3}(?:\.\d{1,2})?)\s*分"
)
COUNT = re.compile(r"(?:共|计|合计|总计)?\s*(\d{1,4})\s*(?:道|个)?\s*(?:小|试)?题")
BRACKET = re.compile(r"[(\[【]\s*([^()\[\]【】]{1,8}?)\s*[)\]】]")
ALL_SO = re.compile(
    r"(?:以下|下列|本部分|本节|答案)?\s*(?:均|全|都)\s*(?:部)?(?:为|是)?\s*(正确|错误|对|错)"
)
CHAPTER = re.compile(
    r"\s*(?:第\s*[一二三四五六七八九十百\d]{1,4}\s*[章节篇编讲课单模][元块]?\s*\S{0,40}"
    r"|[-—=*─]{2,}\s*[^-—=*─\s].{0,50}?\s*[-—=*─]{2,}|#{1,4}\s*\S.{0,50}"
    r"|(?:模块|专题|单元|项目|章节|科目)\s*[一二三四五六七八九十\d]{1,3}\s*[:、.\s]\s*\S.{0,40})\s*"
)
LETTERED = re.compile(r"\s*[(\[【]?[A-Za-z][)\]】.、:]")
LONGEST = 160  # of a heading with its instructions


@dataclass(frozen=True)
class Heading:
    """A heading. typed: it says a type, if only "choice". answer: of all its questions.

    per_blank: the points are for each blank. level: 0 a chapter, 1 a section.
    """

    text: str
    typed: bool = False
    type: QuestionType | None = None
    points: Decimal | None = None
    per_blank: bool = False
    count: int | None = None
    answer: bool | None = None
    level: int = 1
    numbered: bool = False


def type_named(words: str) -> QuestionType | None:
    """The type that a word such as 单选题 or [多选] means."""
    name = flat(words).strip(" []()【】:")
    return next((kind for pattern, kind in TYPES if re.fullmatch(pattern, name)), None)


def is_type_name(words: str) -> bool:
    return re.fullmatch(NAMES, flat(words).strip(" []()【】:")) is not None


def heading_of(line: Line) -> Heading | None:
    """The heading that a line is by itself, whatever stands around it."""
    text = flat(line.text).strip()
    if not text or len(text) > LONGEST or line.fixed or LETTERED.match(text):
        return None
    match = HEADING.fullmatch(text)
    if match and _is_heading(match, text):
        return _typed(text, match, line)
    if CHAPTER.fullmatch(text) or (line.outline and len(text) <= 60):
        return Heading(tidy(line.text).strip("#-—=*─ "), level=0)
    return None


def _is_heading(match: re.Match[str], text: str) -> bool:
    rest, numbered = match["rest"], bool(match["number"])
    before = match["before"].strip()
    if match["digits"]:  # 3.单选题的特点…: a question may begin so
        return "题" in match["type"] and bool(REST.fullmatch(rest))
    if numbered:
        known = "题" in match["type"] or not before
        return known and bool(REST_OF_NUMBERED.match(rest)) and "____" not in rest
    if len(text) > 80 or not REST.fullmatch(rest):
        return False
    whole = "题" in match["type"] or bool(re.match(r"\s*[(\[【].*分|部分", rest))
    return whole or (not before and not rest.strip(" :()[]【】*#"))


def _typed(text: str, match: re.Match[str], line: Line) -> Heading:
    rest = match["rest"]
    points = POINTS.search(rest)
    count = COUNT.search(POINTS.sub("", rest))
    return Heading(
        text=tidy(line.text).strip("#* "),
        typed=True,
        type=next((kind for p, kind in TYPES if re.fullmatch(p, match["type"])), None),
        points=Decimal(points["points"]) if points else None,
        per_blank=points is not None and points["unit"] == "空",
        count=int(count[1]) if count else None,
        answer=_answer_of_all(rest),
        numbered=bool(match["number"]),
    )


def _answer_of_all(rest: str) -> bool | None:
    """判断题(正确): the answer of every question below; not 正确的填√，错误的填×."""
    told = [truth(found) for found in BRACKET.findall(rest)]
    told += [truth(found) for found in ALL_SO.findall(rest)]
    known = {value for value in told if value is not None}
    return known.pop() if len(known) == 1 else None
