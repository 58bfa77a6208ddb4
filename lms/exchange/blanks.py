"""What is written for the blanks of a stem: one answer for each, with its variants."""

import re
import unicodedata
from dataclasses import dataclass

Blanks = tuple[tuple[str, ...], ...]

# data: marks of a blank in a stem, and between answers
GAP = re.compile(
    r"_{2,}(?:\s*_{2,})*|[（(][\s\u3000_]*[)）]|\{\{.*?\}\}|[＿]{2,}|﹍{2,}|[—－-]{4,}"
)
NUMBERED = re.compile(
    r"(?:^|(?<=[\s；;，,、。]))(?:[（(]?(\d{1,2})[)）.．、:：](?!\d)|第(\d{1,2})空[:：]?)\s*"
)
CIRCLED = re.compile(r"[①②③④⑤⑥⑦⑧⑨⑩]")
STRONG = re.compile(r"\s*(?:[；;|｜\n\t\v]|[ \u3000\xa0]{2,}|#{2,}|={3,})\s*")
WEAKER: tuple[re.Pattern[str], ...] = (
    re.compile(r"\s*[，,]\s*"),
    re.compile(r"\s*[、]\s*"),
    re.compile(r"\s+"),
    re.compile(r"\s*[/／]\s*"),
    re.compile(r"\s*[，,、\s]\s*"),
)
SPACED_OR = re.compile(r"\s+(?:或|或者|or)\s+|\s+[/／]\s+")
BARE_OR = re.compile(
    r"(?<=[^\s，,])或(?!者)(?=[^\s，,])|(?<=[\u4e00-\u9fff])[/／](?=[\u4e00-\u9fff])"
)
BRACES = re.compile(r"\{\{(.*?)\}\}")


@dataclass(frozen=True)
class Filled:
    """The answers, whether they were parted by guess, and whether their number agrees."""

    blanks: Blanks
    guessed: bool = False
    agrees: bool = True


def gaps_in(stem: str) -> int:
    """How many blanks a stem shows."""
    return len(GAP.findall(stem))


def fill(written: str, count: int = 0) -> Filled:
    """The answers of `count` blanks; 0: nobody knows how many there are."""
    text = written.strip()
    pieces = _parted(text)
    guessed = False
    if count and len(pieces) != count:
        other = _by_weaker_marks(text, count) if len(pieces) == 1 and count > 1 else None
        if other:
            pieces, guessed = other, True
    found, unsure = _variants_of_all(pieces)
    return Filled(found, guessed or unsure, not count or len(found) == count)


def _parted(text: str) -> list[str]:
    braces = BRACES.findall(text)
    if braces:
        return [piece.strip() for piece in braces]
    for parted in (_by_numbers(text), _by_circles(text)):
        if parted:
            return parted
    return [piece for piece in STRONG.split(text) if piece.strip(" 。")]


def _by_numbers(text: str) -> list[str] | None:
    marks = list(NUMBERED.finditer(text))
    told = [int(mark[1] or mark[2]) for mark in marks]
    if len(marks) < 2 or marks[0].start() or told != list(range(1, len(told) + 1)):
        return None
    return _between(text, [(mark.start(), mark.end()) for mark in marks])


def _by_circles(text: str) -> list[str] | None:
    marks = list(CIRCLED.finditer(text))
    told = [int(unicodedata.normalize("NFKC", mark[0])) for mark in marks]
    if len(marks) < 2 or marks[0].start() or told != list(range(1, len(told) + 1)):
        return None
    return _between(text, [mark.span() for mark in marks])


def _between(text: str, marks: list[tuple[int, int]]) -> list[str]:
    ends = [start for start, _ in marks[1:]] + [len(text)]
    found = [text[end:stop] for (_, end), stop in zip(marks, ends, strict=True)]
    return [piece.strip(" \t\n；;，,、。") for piece in found]


def _by_weaker_marks(text: str, count: int) -> list[str] | None:
    """Parted by commas, 、 or single spaces, where just that gives the number of blanks."""
    splits = ([piece for piece in mark.split(text) if piece] for mark in WEAKER)
    return next((found for found in splits if len(found) == count), None)


def _variants_of_all(pieces: list[str]) -> tuple[Blanks, bool]:
    unsure = False
    found = []
    for piece in pieces:
        variants = SPACED_OR.split(piece)
        if len(variants) == 1:
            variants = BARE_OR.split(piece)
            unsure = unsure or len(variants) > 1
        kept = tuple(dict.fromkeys(v for v in map(_clean, variants) if v))
        if kept:
            found.append(kept)
    return tuple(found), unsure


def _clean(text: str) -> str:
    return text.strip().rstrip("。").strip()
