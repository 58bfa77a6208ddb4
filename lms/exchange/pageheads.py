"""Leaves out the heads, feet and numbers of pages, which stand in the middle of questions."""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from lms.exchange.labels import pieces
from lms.exchange.lines import TERMINAL, Line, flat
from lms.exchange.options import letter_at_start
from lms.exchange.rules import Doubt
from lms.exchange.sections import heading_of
from lms.exchange.truths import truth
from lms.words import N_

LEFT_OUT = N_("略去了页眉页脚“{text}”，共 {count} 处。")
NUMBERS_LEFT_OUT = N_("略去了单独成行的页码，共 {count} 处。")

# data: how pages are numbered, and what stands at their head
PAGE = re.compile(
    r"\s*(?:第\s*\d{1,4}\s*页\s*[,/]?\s*(?:[(（]?\s*共\s*\d{1,4}\s*页\s*[)）]?)?|共\s*\d{1,4}\s*页\s*第\s*\d{1,4}\s*页"
    r"|[-—–－·]\s*\d{1,4}\s*[-—–－·]|\d{1,4}\s*/\s*\d{1,4}|page\s*\d{1,4}(?:\s*of\s*\d{1,4})?)\s*",
    re.IGNORECASE,
)
BARE = re.compile(r"\s*(\d{1,4})\s*")
TITLE = re.compile(
    r"题库|试题|试卷|考试|考核|培训|手册|资料|讲义|答案|页|版权|内部|公司|练习|复习|汇编|大全"
)
SENTENCE = re.compile(r"[。?;,!]|[(\[【]\s*[)\]】]|__")
FEWEST, OFTEN, APART, SHORTEST = 3, 5, 8, 6


def without_page_heads(lines: Sequence[Line]) -> tuple[list[Line], list[Doubt]]:
    """The lines without those that a page repeats, and what was left out."""
    heads = _heads(lines)
    numbers = {n for n, line in enumerate(lines) if PAGE.fullmatch(flat(line.text))}
    numbers = numbers if len(numbers) > 1 else set()
    numbers |= _bare_numbers(lines)
    notes = [Doubt(LEFT_OUT, {"text": text[:40], "count": len(at)}) for text, at in heads.items()]
    if numbers:
        notes.append(Doubt(NUMBERS_LEFT_OUT, {"count": len(numbers)}))
    gone = numbers.union(*heads.values()) if heads else numbers
    return [line for n, line in enumerate(lines) if n not in gone], notes


def _heads(lines: Sequence[Line]) -> dict[str, list[int]]:
    """Text → where it stands, for lines that come again and again, far apart."""
    places: dict[str, list[int]] = defaultdict(list)
    for n, line in enumerate(lines):
        key = re.sub(r"\d+", "#", "".join(flat(line.text).split()))
        if len(key) >= SHORTEST:
            places[key].append(n)
    title = "".join("".join(flat(line.text).split()) for line in lines[:12])
    found = {}
    for key, at in places.items():
        if len(at) >= FEWEST and _is_head(lines, at, key, title):
            found[lines[at[0]].text.strip()] = at
    return found


def _is_head(lines: Sequence[Line], at: Sequence[int], key: str, title: str) -> bool:
    text = lines[at[0]].text
    if median(b - a for a, b in pairwise(at)) < APART or heading_of(lines[at[0]]):
        return False
    if letter_at_start(text) or truth(text) is not None or len(pieces(text)) > 1:
        return False
    if pieces(text)[0].field or re.match(r"\s*\d{1,4}\s*[、.．]", text):
        return False
    if SENTENCE.search(flat(text)):
        return False
    titled = bool(TITLE.search(text)) or (len(key) >= 8 and key in re.sub(r"\d+", "#", title))
    return titled or (len(at) >= OFTEN and _breaks_in(lines, at))


def _breaks_in(lines: Sequence[Line], at: Sequence[int]) -> bool:
    """Most of these lines stand within a sentence."""
    before = [next((line.text.strip() for line in lines[n - 1 : n]), "") for n in at if n]
    within = [text for text in before if text and text[-1] not in TERMINAL + ")）"]
    return len(within) * 3 >= len(at) * 2 and any(len(text) > 20 for text in within)


def _bare_numbers(lines: Sequence[Line]) -> set[int]:
    """Lines that are only a number, where all of them count the pages one by one."""
    found = [(n, int(m[1])) for n, line in enumerate(lines) if (m := BARE.fullmatch(line.text))]
    if len(found) < FEWEST:
        return set()
    counted = all(b[1] == a[1] + 1 and b[0] - a[0] >= APART for a, b in pairwise(found))
    return {n for n, _ in found} if counted else set()
