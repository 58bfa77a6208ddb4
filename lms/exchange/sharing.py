"""Lines that announce a text which several questions share."""

import re

from lms.exchange.lines import flat

# data: 根据以下材料回答 21—25 题 · 案例一： · （3—5题共用题干）
ANSWER_FROM = re.compile(
    r"(?:根据|阅读|结合|依据|针对|分析).{0,60}?(?:回答|完成|作答|解答).{0,14}?"
    r"(\d{1,4})\s*(?:[-－—–~～至到、和]|题至第?)\s*第?\s*(\d{1,4})\s*(?:小?题|问题?)?"
)
SHARED = re.compile(
    r"[(\[【]?\s*(?:第\s*)?(\d{1,4})\s*[-－—–~～至到]\s*(\d{1,4})\s*题?\s*(?:共用|公用|基于|为|题).{0,8}(?:题干|材料|案例|选择)"
)
TITLED = re.compile(
    r"\s*[【\[(《]?\s*(?:背景|案例|阅读)?(?:案例|材料|资料|情[景境]|案情|背景)(?:分析|介绍|描述|题)?\s*"
    r"[一二三四五六七八九十\d①-⑨]{0,3}\s*(?:[】\])》]|[:、.．]|\s*$)"
)
READ = re.compile(
    r".{0,10}(?:阅读|根据)(?:下列|以下|下面|上述)(?:的)?(?:材料|案例|资料|短文|案情).{0,20}"
)


def shared_text(text: str) -> tuple[bool, tuple[int, int] | None]:
    """Whether a line begins a text for several questions, and of which numbers."""
    plain = flat(text).strip()
    match = ANSWER_FROM.search(plain[:160]) or SHARED.match(plain)
    if match:
        first, last = int(match[1]), int(match[2])
        return (True, (first, last)) if 0 < last - first < 40 else (False, None)
    return TITLED.match(plain) is not None or (READ.fullmatch(plain) is not None), None
