"""What is said to be right or wrong: √ × 对 错 正确 错误 是 否 T F, in words, signs and options."""

import re
import unicodedata
from collections.abc import Mapping

# data: how people write right and wrong
RIGHT = {"√", "✓", "✔", "☑", "对", "對", "正确", "正確", "是", "真", "对的", "正确的", "是的"}
RIGHT |= {"T", "TRUE", "Y", "YES", "R", "RIGHT", "CORRECT", "○", "〇", "说法正确", "表述正确"}
WRONG = {"×", "✕", "✗", "✘", "✖", "╳", "☒", "⨯", "错", "錯", "错误", "錯誤", "否", "假", "非"}
WRONG |= {"F", "FALSE", "N", "NO", "W", "WRONG", "INCORRECT", "不对", "不正确", "不是", "错的"}
WRONG |= {"错误的", "说法错误", "表述错误", "X", "╳"}
RIGHT |= {"V", "Ｖ"}
WEAK = {"V", "X", "R", "W", "○", "〇", "1", "0", "2"}  # stand for other things as well
DIGITS = {"1": True, "0": False, "2": False}
AROUND = " \t\u3000。.，,；;、：:！!()（）[]【】〔〕「」“”\"'‘’《》<>"
TOLD = re.compile(
    r"(?P<word>[√✓✔☑×✕✗✘✖╳☒]|(?:正确|错误|不正确|不对|对|错)(?=[\s，,。.；;：:（(]))"
    r"[\s，,。.；;：:]*(?P<rest>\S.*)",
    re.DOTALL,
)


def plain_word(written: str) -> str:
    """The bare word in one width and case, without the marks around it."""
    return unicodedata.normalize("NFKC", written).strip(AROUND).upper()


def truth(written: str) -> bool | None:
    """Right or wrong, when the whole text is a word or sign for it."""
    word = plain_word(written)
    if word in RIGHT:
        return True
    return False if word in WRONG else None


def is_weak(written: str) -> bool:
    """Whether the sign might mean something else (V typed for √, 1 for right)."""
    return plain_word(written) in WEAK


def truth_and_rest(written: str) -> tuple[bool | None, str]:
    """Right or wrong, and what is said behind it: ×，应为三日."""
    whole = truth(written)
    if whole is not None:
        return whole, ""
    match = TOLD.fullmatch(written.strip().lstrip("(（[【 "))
    if not match:
        return None, ""
    rest = match["rest"].strip()
    if truth(rest[:1]) is not None or truth(rest) is not None:
        return None, ""  # both signs, or one twice: nobody can tell
    return truth(match["word"]), rest


def truth_options(options: Mapping[str, str]) -> dict[str, bool] | None:
    """Letter → right or wrong, where the two options are the words for it."""
    found = {letter: truth(text) for letter, text in options.items()}
    if len(found) != 2 or set(found.values()) != {True, False}:
        return None
    if any(is_weak(text) for text in options.values()):
        return None
    return {letter: bool(value) for letter, value in found.items()}
