"""Words that say what follows them: 答案： 解析： 难度： 【考点】, in a line or at its start."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lms.exchange.lines import flat

# data: what is written before each thing, by the thing
WORDS = {
    "count": r"正确答案的?个数|答案个数|正确选项个数",
    "mine": r"(?:我|你|您|考生|学生|学员|用户)的?(?:答案|选择|作答)|作答(?:情况)?",
    "rubric": (
        r"评分(?:标准|要点|细则|说明|参考)|答题要点|参考要点|答案要点|得分(?:要点|点)|采分点|评分点"
    ),
    "explanation": (
        r"(?:答案|试题|题目|参考|本题|详细|考题|习题)?(?:解析|详解|解答|解释|点评|点拨|释义|精析)"
        r"|答案(?:说明|分析|依据|解释)|错误原因|改正|更正|Explanation|Analysis"
    ),
    "answer": (
        r"(?:正确|参考|标准|本题|试题|习题|题目)?的?答\s{0,4}案(?:选项)?|正确选项|正确项|标答|Answers?"
    ),
    "difficulty": r"难度(?:系数|等级|级别|程度)?|难易(?:程度|度)?|难\s?易",
    "topic": r"知识点|考查?(?:知识)?点|知识(?:模块|单元|要点)|命题点",
    "abilities": r"(?:考查|对应|所属)?(?:能力(?:要素|维度|项|点|类别)?|本领)",
    "level": r"认知(?:层次|水平|层级)|思维层次|掌握程度",
    "layer": r"知识层[级次]|层[级次]",
    "projects": r"(?:所属|对应)?(?:培训)?项目",
    "points": r"(?:本题|试题)?(?:分值|分数)|题分|满分",
    "type": r"(?:题目?|试题)(?:类型|型)|类型",
    "id": r"(?:试题|题目)?(?:编号|ID)|题号",
    "source": r"(?:法律|法规|参考|政策|文件|条文)?(?:依据|出处|来源|条款)|试题来源",
    "audience": r"适用(?:对象|岗位|人员|范围)",
    "stem": r"题\s?干|题\s?目(?:内容)?|试题(?:内容)?|问题?",
    "choices": r"备?选\s?项",
    "kept": r"(?:所属)?章节|科目|专业|类别|分类|工种|标签|备注|版本|能力水平|关键[词字]",
    "nothing": r"得分|我的得分|答题时间|用时|正确率|题目数|收藏",
}
STRONG = ("count", "mine", "explanation", "answer", "rubric")  # may follow a text at once
ALL = "|".join(f"(?P<{name}>{words})" for name, words in WORDS.items())
GLUED = "|".join(f"(?P<{name}_>{WORDS[name]})" for name in STRONG)
NAMES = (*WORDS, *(f"{name}_" for name in STRONG))
# Words that a sentence may well hold: only at its start, or after a stop.
TIGHT = {"解析", "解答", "解释", "点评", "说明", "改正", "更正", "释义", "详解", "Answer"}
SIGN_BEFORE = re.compile(r"答案\s*:?\s*(?:对|错|正确|错误|[√×])$")
MOST = 40  # labels in one line, more than any line has
ONLY_FIRST = ("kept", "stem", "choices", "type", "id", "source", "projects", "layer")
LABEL = re.compile(
    rf"[【\[(〔<〈]\s*(?:{ALL})\s*[】\])〕>〉][*_]{{0,2}}\s*:?\s*",
    re.IGNORECASE,
)
WORD_IN_BRACKETS = re.compile(r"[【\[(〔<〈]\s*[\u4e00-\u9fffA-Za-z]")
PLAIN = re.compile(
    rf"(?:^|(?<=[\s。;,)\]】.?!>*\ue000-\ue003]))[*_]{{0,2}}(?:{ALL})[*_]{{0,2}}\s*(?:[:]|(?:是|为)\s*:?(?=\s*[A-Za-z√×对错正]))[*_]{{0,2}}\s*",
    re.IGNORECASE,
)
BEHIND = re.compile(rf"(?:{GLUED})\s*[:]\s*", re.IGNORECASE)
BARE = re.compile(
    r"[\s\ue000-\ue003]*(?P<answer>(?:正确|参考|标准)?答案)\s*(?:是|为|选)?\s*"
    r"(?=[(\[【]?\s*(?:[A-Za-z](?![A-Za-z]{5})|[√×✓✗]|对|错|正确\s*$|错误\s*$))"
)
ANSWERED = re.compile(r"\s*(?P<answer>答)\s*:\s*")
# A fact in brackets, anywhere: （难度系数C） 【分值：2】
ASIDE = re.compile(
    r"\s*[(\[【]\s*(?:"
    + "|".join(
        f"(?P<{name}>{WORDS[name]})"
        for name in ("count", "answer", "difficulty", "topic", "abilities", "level", "points")
    )
    + r")(?:\s*[:为]\s*(?P<value>[^()\[\]【】]{1,40}?)"
    + r"|\s*(?P<short>[A-Za-z]|[\d.]+|较?易|较?难|中等?|适中|简单|困难|容易|一般))\s*[)\]】]\s*"
)
PAID = re.compile(r"\s*[(\[【]\s*(?:本题|满分|共)?\s*(\d{1,3}(?:\.\d{1,2})?)\s*分\s*[)\]】]\s*")


@dataclass(frozen=True)
class Piece:
    """A part of a line: what it is ("" for plain text) and what it says; label: the word."""

    field: str
    text: str
    label: str = ""


def pieces(text: str) -> list[Piece]:
    """A line cut at the words that say what follows. Plain text is a piece of its own."""
    plain = flat(text)
    found = _marks(plain)
    if not found:
        return [Piece("", text)]
    ends = [start for start, _, _, _ in found[1:]] + [len(text)]
    cut = [Piece("", text[: found[0][0]])] if plain[: found[0][0]].strip() else []
    for (_, stop, name, label), end in zip(found, ends, strict=True):
        cut.append(Piece(name, text[stop:end].strip(), label))
    return cut


Mark = tuple[int, int, str, str]  # start, end, field, the word


def _marks(plain: str) -> list[Mark]:
    found: list[Mark] = []
    for pattern in _patterns(plain):
        for match in islice(pattern.finditer(plain), MOST):
            mark = _mark(match)
            if mark and _counts(plain, mark, pattern) and not _within(mark, found):
                found.append(mark)
    if not found or found[0][0] > 0:
        bare = BARE.match(plain) or ANSWERED.match(plain)
        if bare and not _within((bare.start(), bare.end(), "", ""), found):
            found.append((bare.start(), bare.end(), "answer", bare["answer"]))
    return sorted(found)


def _patterns(plain: str) -> Iterator[re.Pattern[str]]:
    """Those that a look at the signs of a line does not rule out."""
    if WORD_IN_BRACKETS.search(plain):
        yield LABEL
    if ":" in plain or "答案" in plain:
        yield PLAIN
    if ":" in plain:
        yield BEHIND


def _mark(match: re.Match[str]) -> Mark | None:
    groups = match.groupdict()
    for name in NAMES:
        if groups.get(name):
            return match.start(), match.end(), name.rstrip("_"), groups[name]
    return None


def _within(mark: Mark, found: list[Mark]) -> bool:
    return any(mark[0] < end and start < mark[1] for start, end, _, _ in found)


def _counts(plain: str, mark: Mark, pattern: re.Pattern[str]) -> bool:
    """A word glued to a text counts only where a sentence would hardly hold it."""
    start, stop, name, label = mark
    if not plain[:start].strip(" \t*_"):
        return True
    if pattern is LABEL and plain[start:].lstrip("*_")[:1] == "(":
        return plain[:stop].rstrip().endswith(":")  # （依据） within a sentence says nothing
    if pattern is BEHIND:
        after_sign = plain[start - 1 : start].isascii() or SIGN_BEFORE.search(plain[:start])
        return label not in TIGHT or bool(after_sign)
    return pattern is not PLAIN or name not in ONLY_FIRST


def asides(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without the facts that stand in brackets, and those facts."""
    found = []
    plain = flat(text)
    while match := ASIDE.search(plain):
        name = next(name for name in WORDS if match.groupdict().get(name))
        group = "value" if match["value"] is not None else "short"
        found.append((name, text[match.start(group) : match.end(group)].strip()))
        text = text[: match.start()] + " " + text[match.end() :]
        plain = flat(text)
    return text.strip() if found else text, found
