"""Options that have no letters: lines 正确 and 错误, or lines between a stem and its answer."""

import re
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import normalize

from lms.exchange.lines import Line, flat, tidy
from lms.exchange.numbers import Style, number_of
from lms.exchange.options import letter_at_start
from lms.exchange.raw import Raw
from lms.exchange.truths import plain_word, truth

BOX = re.compile(r"^[\s□○◯☐•●\-*]+")
ASKS = re.compile(r"[(\[【][\s_]*[)\]】]|_{2,}|(?:[?:]|的是|有哪些|包括)[\s。.]*$")
COUNTED = (Style.PAREN, Style.CIRCLE, Style.HALF)
NUMBERS_ALONE = re.compile(r"(?:[\s,、()]*(?:\d|[①-⑳])[)]?)+[\s。.]*")
PAIR = re.compile(r"[\s□○☐]*(?:A|正确|对|√)?[\s.、]*(正确|对|√)\s*[/\s□○☐]+\s*(错误|错|×)\s*")


def take_truth_lines(raw: Raw) -> bool:
    """Whether the last lines of the stem are the options 正确 and 错误, which are taken off."""
    lines = raw.stem_lines
    if len(lines) >= 2 and PAIR.fullmatch(flat(lines[-1][0])):
        _keep(raw, lines[:-1])
        return True
    if len(lines) < 3:
        return False
    words = [truth(BOX.sub("", text)) for text, _ in lines[-2:]]
    if set(words) != {True, False} or any(len(plain_word(text)) < 1 for text, _ in lines[-2:]):
        return False
    _keep(raw, lines[:-2])
    return True


def take_unlettered(raw: Raw) -> bool:
    """Whether the lines after the question itself can be its options, which then get letters.

    The stem must show where it ends; otherwise a broken line would move every letter by one.
    """
    lines = raw.stem_lines
    ends = [n for n, (text, _) in enumerate(lines) if ASKS.search(flat(text).strip())]
    if not ends:
        return False
    end = _end_of_stem(lines, ends)
    options = lines[end + 1 :]
    if not 2 <= len(options) <= 8 or any(len(text) > 200 for text, _ in options):
        return False
    _keep(raw, lines[: end + 1])
    for text, at in options:
        raw.options.add(raw.options.expected, BOX.sub("", text), at)
    return True


def _end_of_stem(lines: Sequence[tuple[str, int]], ends: Sequence[int]) -> int:
    """The first line that ends as a question does; options may end so by a slip."""
    return ends[0] if len(lines) - ends[0] > 2 else ends[-1]


def _keep(raw: Raw, lines: Sequence[tuple[str, int]]) -> None:
    raw.stem_lines = list(lines)
    raw.stem = "\n\n".join(tidy(text) for text, _ in lines)


def take_numbered(raw: Raw) -> bool:
    """Options that are counted （1） （2） or ① ②, where the answer is one of these numbers."""
    told = [numbers_told(written.text) for written in raw.answers]
    if not told or not all(told):
        return False
    numbers = [number_of(Line(text, at)) for text, at in raw.stem_lines]
    starts = [n for n, number in enumerate(numbers) if number and number.style in COUNTED]
    values = [number.value for number in numbers if number and number.style in COUNTED]
    if len(values) < 2 or values != list(range(1, len(values) + 1)) or not starts[0]:
        return False
    if starts != list(range(starts[0], len(raw.stem_lines))) or max(map(max, told)) > len(values):
        return False
    options = raw.stem_lines[starts[0] :]
    _keep(raw, raw.stem_lines[: starts[0]])
    for (text, at), number in zip(options, numbers[starts[0] :], strict=True):
        raw.options.add(raw.options.expected, text[number.rest_at if number else 0 :], at)
    letters = [*raw.options.texts]
    raw.answers = [
        replace(written, text="".join(letters[number - 1] for number in found))
        for written, found in zip(raw.answers, told, strict=True)
    ]
    return True


def numbers_told(text: str) -> list[int]:
    """The numbers of an answer that holds nothing else."""
    plain = flat(text)
    if not NUMBERS_ALONE.fullmatch(plain):
        return []
    return [int(normalize("NFKC", sign)) for sign in re.findall(r"\d+|[①-⑳]", plain)]


def begins_another(line: str) -> bool:
    """Whether a line within an answer looks like a question, or the options of one."""
    number = number_of(Line(line.replace("\\", ""), 0))
    counted = number is not None and number.firm and number.value > 1
    return letter_at_start(line) is not None or (counted and bool(ASKS.search(flat(line).strip())))
