"""Cases: several questions on one text, numbered within it or following it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from lms.bank.rules import QuestionType
from lms.exchange.answers import letters_in, normal
from lms.exchange.blocks import read_block
from lms.exchange.lines import flat
from lms.exchange.looking import Look
from lms.exchange.numbers import Number, Style
from lms.exchange.pairs import read_pairs
from lms.exchange.raw import Raw, Written
from lms.exchange.rules import Doubt
from lms.exchange.splitting import Block
from lms.words import N_

PARTS_DIFFER = N_("材料题有 {parts} 道小题，答案却有 {answers} 个：“{written}”。请逐题写明答案。")
UNCLEAR = N_("看不出“{written}”里哪个答案属于哪道小题。请逐题写明答案。")

# data: the marks between the answers of several parts
SUBSTYLES = (Style.PAREN, Style.WORD, Style.HALF, Style.CIRCLE, Style.PLAIN)
PARTED = re.compile(r"\s*[、,，;；/|\s]+\s*")
ONE = re.compile(r"[A-Za-z]+|[√×✓✗]|对|错|正确|错误")
SUBNUMBER = re.compile(r"(?:^|(?<=[\s;；。,，、]))[(（]?\s*(\d{1,2}|[①-⑨])\s*[)）.、．]\s*")


def with_parts(block: Block, wrap: int) -> Raw:
    """The block as a question; where it holds numbered questions of its own, as a case."""
    starts = _starts_of_parts(block)
    if not starts:
        return read_block(block, wrap)
    case = read_block(replace(block, looks=block.looks[: starts[0]]), wrap)
    ends = [*starts[1:], len(block.looks)]
    for start, end in zip(starts, ends, strict=True):
        part = replace(block, looks=block.looks[start:end], number=block.looks[start].number)
        case.parts.append(read_block(part, wrap))
    case.type = QuestionType.CASE
    return case


def _starts_of_parts(block: Block) -> list[int]:
    """Where the questions of a case begin: numbers 1, 2, 3 … of another style than its own."""
    kind = block.section.type if block.section else None
    case = kind is QuestionType.CASE or block.shares
    own = block.number.style if block.number else None
    for style in SUBSTYLES:
        if style is own:
            continue
        starts = _sequence(block.looks, style)
        if len(starts) > 1 and _are_parts(block.looks, starts, case):
            return starts
        if starts and case and kind is QuestionType.CASE and _asks(block.looks[starts[0]]):
            return starts
    return []


def _sequence(looks: Sequence[Look], style: Style) -> list[int]:
    starts: list[int] = []
    for at, look in enumerate(looks):
        number = look.number
        fits = number is not None and number.style is style and number.value == len(starts) + 1
        if at and fits and not (starts and _answering(looks[starts[-1] : at], look)):
            starts.append(at)
    return starts


def _answering(before: Sequence[Look], look: Look) -> bool:
    """A list within an answer in words is not a list of questions."""
    labels = [piece.field for one in before for piece in one.pieces if piece.field]
    return bool(labels) and labels[-1] == "rubric" and not _asks(look)


def _asks(look: Look) -> bool:
    return look.gap or flat(look.line.text).rstrip().endswith(("?", "。", ")", ":", ";"))


def _are_parts(looks: Sequence[Look], starts: Sequence[int], case: bool) -> bool:
    """Each has options, an answer or a blank of its own; in a case they may just ask."""
    ends = [*starts[1:], len(looks)]
    spans = [looks[start:end] for start, end in zip(starts, ends, strict=True)]
    if any(look.labelled and look.answered for look in looks[1 : starts[0]]):
        return False  # what is numbered there is the answer itself
    opened = [any(look.opens or look.letter for look in span) for span in spans]
    answered = [any(look.answered for look in span) for span in spans]
    if case:
        return any(opened) or any(_asks(span[0]) for span in spans)
    return all(opened) or (all(answered) and len(spans) > 1)


def _share_out(case: Raw, custom: bool) -> None:
    """One line of answers under the last part is of all parts: C、B、A、C、B.

    custom: other cases of the document have them there beyond doubt.
    """
    *before, last = case.parts
    if any(part.answers for part in before) or len(last.answers) != 1:
        return
    written = last.answers[0]
    told = _answers_of_parts(written.text, len(case.parts))
    values: dict[str, object] = {"written": written.text.strip()[:60]}
    if told is None:
        one = letters_in(written.text)
        if one and (len(one) == 1 or re.fullmatch("[A-Za-z]+", flat(written.text).strip())):
            return  # of the last part alone
        last.answers = []
        case.doubts.append(Doubt(UNCLEAR, values, "answer"))
    elif not custom and not _numbered(written.text) and _could_be_one(told):
        last.answers = []
        case.doubts.append(Doubt(UNCLEAR, values, "answer"))
    elif len(told) != len(case.parts):
        last.answers = []
        values |= {"parts": len(case.parts), "answers": len(told)}
        case.doubts.append(Doubt(PARTS_DIFFER, values, "answer"))
    else:
        for part, answer in zip(case.parts, told, strict=True):
            part.answers = [Written(answer, written.at, written.how)]


def _answers_of_parts(text: str, count: int) -> list[str] | None:
    """The answers of all parts in their order; None where it is no such list."""
    shown = flat(text).strip()
    marks = list(SUBNUMBER.finditer(shown))
    if len(marks) == count and not shown[: marks[0].start()].strip():
        ends = [mark.start() for mark in marks[1:]] + [len(shown)]
        told = [text.strip()[m.end() : end] for m, end in zip(marks, ends, strict=True)]
        return [one.strip(" ;；,，、\n") for one in told]
    plain = normal(text).strip("。")
    pairs = read_pairs(plain)
    if pairs and len(pairs) > 1:
        ordered = sorted(pairs)
        fits = ordered == list(range(1, len(ordered) + 1)) and not pairs.bad
        return [pairs[number] for number in ordered] if fits else None
    pieces = [piece for piece in PARTED.split(plain) if piece]
    if len(pieces) > 1 and all(ONE.fullmatch(piece) for piece in pieces):
        return pieces
    return list(plain) if re.fullmatch(r"[A-Z]+", plain) and len(plain) == count > 1 else None


def _numbered(text: str) -> bool:
    return bool(SUBNUMBER.match(flat(text).strip()))


def grouped(raws: Sequence[Raw]) -> list[Raw]:
    """Questions that follow a text they share become its parts."""
    found: list[Raw] = []
    case: Raw | None = None
    for raw in raws:
        block = raw.block
        if block.shares and not raw.parts:
            case = raw
            raw.type = QuestionType.CASE
            found.append(raw)
        elif case and _belongs(case, raw):
            case.parts.append(raw)
        else:
            case = None
            found.append(raw)
    cases = [raw for raw in found if len(raw.parts) > 1]
    custom = any(map(_is_surely_shared, cases))
    for raw in cases:
        _share_out(raw, custom)
    return found


def _is_surely_shared(case: Raw) -> bool:
    """The line of answers can be no answer of the last part alone: C、B、A, or A、A."""
    *before, last = case.parts
    if any(part.answers for part in before) or len(last.answers) != 1:
        return False
    told = _answers_of_parts(last.answers[0].text, len(case.parts))
    return told is not None and len(told) == len(case.parts) and not _could_be_one(told)


def _could_be_one(told: Sequence[str]) -> bool:
    """Whether answers of parts could as well be the letters of one multiple choice."""
    return all(len(one) == 1 for one in told) and list(told) == sorted(set(told))


def _belongs(case: Raw, raw: Raw) -> bool:
    if raw.block.part != case.block.part or raw.parts:
        return False
    upto = case.block.shares_with
    number: Number | None = raw.block.number
    return number is not None and (upto is None or upto[0] <= number.value <= upto[1])
