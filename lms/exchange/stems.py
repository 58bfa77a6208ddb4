"""What a stem says beside its question: how many options are right; options behind it."""

import re
from dataclasses import dataclass

from lms.bank.rules import QuestionType
from lms.exchange.lines import flat
from lms.exchange.options import cuts
from lms.exchange.vocabulary import type_of

# data: （选二项） （选择一项） （多选） [单选题] (正确答案个数：3个)
COUNT = re.compile(
    r"[(\[【]\s{0,4}(?:请|限|只|任|本题)?\s{0,4}(?:可|应)?选\s{0,4}(?:择|出)?\s{0,4}(?P<count>[一二两三四五六七八]|\d)\s{0,4}[项个]\s{0,4}[)\]】]"
    r"|[(\[【]\s{0,4}正确(?:答案|选项)的?(?:个数)?\s{0,4}[:]?\s{0,4}(?P<told>\d)\s{0,4}个?\s{0,4}[)\]】]"
)
TAG = re.compile(r"[(\[【<]\s*(?P<type>[^()\[\]【】<>\s]{1,8}(?:题|选|断|空|项))\s*[)\]】>]")
# data: digits
COUNTS = {sign: count for count, sign in enumerate("一二三四五六七八", start=1)} | {"两": 2}
HINTS = ("选", "题", "断", "空", "正确", "项")


@dataclass(frozen=True)
class Asked:
    """What a stem asks for. count: of right options, 0 where it does not say."""

    count: int = 0
    type: QuestionType | None = None


def asked_in(stem: str) -> Asked:
    """What the brackets of a stem say of the type of the question."""
    if not any(sign in stem for sign in "(（[【<") or not any(hint in stem for hint in HINTS):
        return Asked()
    plain = flat(stem)
    if counted := COUNT.search(plain):
        sign = counted["count"] or counted["told"]
        count = COUNTS.get(sign) or int(sign)
        return Asked(count, QuestionType.SINGLE if count == 1 else QuestionType.MULTIPLE)
    told = {type_of(tag["type"]) for tag in TAG.finditer(plain)} - {None}
    return Asked(type=told.pop()) if len(told) == 1 else Asked()


def options_behind(stem: str) -> tuple[str, dict[str, str]] | None:
    """The stem and the options that stand behind it in the same cell."""
    if not re.search(r"[AaＡ]", stem):
        return None
    parts = cuts(stem, "A", False)
    if len(parts) < 2 or not parts[0].start or parts[0].letter != "A":
        return None
    if not stem[: parts[0].start].strip():
        return None
    ends = [part.start for part in parts[1:]] + [len(stem)]
    options = {
        part.letter: stem[part.text_at : end].strip() for part, end in zip(parts, ends, strict=True)
    }
    return stem[: parts[0].start].strip(), options
