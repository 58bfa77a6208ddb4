"""Looks for what should not be left within a question: numbers, letters, headings, signs."""

import re
from collections.abc import Iterator

from lms.bank.rules import QuestionType
from lms.exchange.answers import bare
from lms.exchange.blanks import gaps_in
from lms.exchange.lines import Line, flat
from lms.exchange.numbers import Style, number_of
from lms.exchange.options import LETTERS, letter_at_start
from lms.exchange.raw import Raw
from lms.exchange.rules import Doubt, Found
from lms.exchange.sections import NAMES
from lms.words import N_

TOGETHER = N_("这里可能连着两道题，或有几行连在了一起。请检查题号和分行。")
SAME = N_("选项 {a} 与 {b} 相同。请改其中一个。")
NO_GAP = N_("填空题的题干里没有空。请在填空处写 ____。")
LETTERED = N_("选项的字母没有全部认出来（如“{text}”）。请在每个字母后面加“、”。")

# data: what only stands between questions
HEADING = re.compile(rf"[一二三四五六七八九十]\s*、\s*[^,。;]{{0,6}}(?:{NAMES})")
PAGE = re.compile(r"第\s*\d{1,4}\s*页")
BOX = re.compile(r"[-*]\s*\[[ xX√]\]\s*\S")
KEY = re.compile(r"^\s*(?:(?:参考|标准)?答案|题号.*)\s*$", re.MULTILINE)
ASKS = re.compile(r"[?]\s*$|[(【]\s*[)】]")
ROUND = re.compile(r"\S\s*[○□◯☐]\s*\S")
SIGN = re.compile(r"[(【]\s*(?:[√×✓✔✗✘]|对|错)\s*[)】]")
NEXT = re.compile(r"(?<=[。?!)】√×对错确误])\s*(\d{1,4})\s*[、.](?!\d)")
LOOSE = re.compile(r"[A-H](?=[\u4e00-\u9fff])")
WITHIN = re.compile(r"(?<=[\u4e00-\u9fff])[B-H](?=[\u4e00-\u9fff])")
COUNTED_WITHIN = re.compile(r"\S\s*(?:[(]\d[)]|[②-⑨])\s*\S")
COUNTED = (Style.PLAIN, Style.WORD)


def leftovers(raw: Raw, found: Found) -> Iterator[Doubt]:
    """What makes a question, complete by itself, look like two or like a half."""
    stem = [text for text, _ in raw.stem_lines]
    texts = [*raw.options.texts.values()]
    if _numbers_within(raw, stem) or _letters_within(raw, stem) or _next_within(raw, stem + texts):
        yield Doubt(TOGETHER, {}, "stem")
    elif any(map(_is_left, stem + texts)) or any(map(_goes_on, texts)) or _heading_in_answer(found):
        yield Doubt(TOGETHER, {}, "")
    elif found.type is QuestionType.TRUE_FALSE and SIGN.search(flat(found.stem)):
        yield Doubt(TOGETHER, {}, "stem")
    yield from _strange_options(raw)
    if found.type is QuestionType.BLANK and found.answer is not None and not gaps_in(found.stem):
        yield Doubt(NO_GAP, {}, "stem")


def _numbers_within(raw: Raw, stem: list[str]) -> bool:
    """A later line of the stem begins with a number as questions have."""
    numbers = [number_of(Line(text, 0)) for text in stem]
    firm = [bool(n and n.firm and n.style in COUNTED) for n in numbers]
    own = raw.block.number
    if own is None:
        return sum(firm) > 1 or any(firm[1:])
    near = (own.value, own.value + 1)
    again = [n is not None and n.style is own.style and n.value in near for n in numbers]
    return (own.style in COUNTED and any(firm[1:])) or any(again[1:])


def _letters_within(raw: Raw, stem: list[str]) -> bool:
    """A later line of the stem begins as an option does."""
    return bool(raw.options.texts) and any(letter_at_start(text) for text in stem[1:])


def _next_within(raw: Raw, texts: list[str]) -> bool:
    """The number of the next question stands within a line."""
    if not raw.number:
        return False
    after = str(int(raw.number) + 1)
    return any(match[1] == after for text in texts for match in NEXT.finditer(flat(text)))


def _is_left(text: str) -> bool:
    plain = flat(text)
    return any(pattern.search(plain) for pattern in (HEADING, PAGE, BOX, ROUND, KEY))


def _goes_on(option: str) -> bool:
    """A later line of an option asks, or begins with a number: it is of another question."""
    for line in option.split("\n")[1:]:
        number = number_of(Line(line, 0))
        if ASKS.search(flat(line)) or (number and number.firm and number.style in COUNTED):
            return True
    return False


def _heading_in_answer(found: Found) -> bool:
    if not isinstance(found.answer, str):
        return False
    return any(HEADING.match(flat(line).strip()) for line in found.answer.split("\n"))


def _strange_options(raw: Raw) -> Iterator[Doubt]:
    """Two that are equal; letters that stand within the texts of options."""
    options = raw.options.texts
    seen: dict[str, str] = {}
    for letter, text in options.items():
        first = seen.setdefault(bare(text), letter)
        if first != letter and text.strip():
            yield Doubt(SAME, {"a": first, "b": letter}, "options")
    unlettered = "options" in raw.guessed or not any(raw.options.marked.values())
    for letter, text in options.items():
        plain = flat(text).strip()
        after = LETTERS[LETTERS.index(letter) + 1 : LETTERS.index(letter) + 2]
        within = after not in options and any(m[0] == after for m in WITHIN.finditer(plain))
        if unlettered and (LOOSE.match(plain) or within or COUNTED_WITHIN.search(plain)):
            yield Doubt(LETTERED, {"text": text.strip()[:20]}, "options")
            return
