"""What codes mean in one file: types 1 2 3, right and wrong 1 2, options by their number.

Decided by what the rest of the file shows, never by habit alone.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lms.bank.rules import QuestionType
from lms.exchange.answers import letters_in
from lms.exchange.explained import truth_told
from lms.exchange.records import Record
from lms.exchange.truths import truth, truth_options
from lms.exchange.vocabulary import type_of

CODE = re.compile(r"\d{1,2}|[A-Za-z]{1,2}")
WHOLE = re.compile(r"\d{1,2}")
LIST_OF_NUMBERS = re.compile(r"[\[(]?\d{1,2}(?:[\s,，、;；|]+\d{1,2})*[\])]?")
# data: 1为正确，2为错误 · 1-对 · 正确=1 · A表示正确
LEGEND = re.compile(
    r"(?<!\d)(?P<code>[0-9AB])\s*(?:[:：=＝\-—、.]|为|是|表示|代表|指)\s*[“\"'「]?"
    r"(?P<word>正确|错误|对|错|√|×)"
    r"|(?P<word2>正确|错误|对|错|√|×)[”\"'」]?\s*(?:[:：=＝\-—]|为|是|用|填|写|选)\s*[“\"'「]?"
    r"(?P<code2>[0-9AB])(?![0-9])"
)
TYPE_LEGEND = re.compile(
    r"(?<!\d)(?P<code>\d{1,2})\s*(?:[:：=＝\-—、.]|为|是|表示|代表)\s*[“\"'「]?"
    r"(?P<word>[^\s\d,，;；、/。]{1,8}?)(?=[\s,，;；、/。”\"'」)）]|$|\d)"
)
ENOUGH = 3  # explanations that agree
CODED_TRUTH = ("0", "1", "2")


@dataclass
class Codes:
    """What the codes of a file mean. truth: 1 → True, where more than habit says so.

    first: the number of the first option, 0 or 1; None where it cannot be told.
    """

    types: dict[str, QuestionType] = field(default_factory=dict)
    truth: dict[str, bool] = field(default_factory=dict)
    first: int | None = None


def codes_of(records: Sequence[Record], legends: Iterable[str] = ()) -> Codes:
    """What the codes of these questions mean. legends: lines that stand around the table."""
    lines = [line for line in legends if len(line) < 500]
    types = _types(records, lines)
    return Codes(types, _truth(records, lines, types), _first(records))


# ── types ──────────────────────────────────────────────────────────────────────────────────────


def _types(records: Sequence[Record], legends: Sequence[str]) -> dict[str, QuestionType]:
    """Each code means what all its questions look like; a legend says it outright."""
    shapes: dict[str, Counter[QuestionType]] = defaultdict(Counter)
    for record in records:
        if record.type and CODE.fullmatch(record.type) and type_of(record.type) is None:
            shape = shape_of(record)
            if shape:
                shapes[record.type][shape] += 1
    found = _type_legend(legends, set(shapes))
    for code, counts in shapes.items():
        if code not in found and (kind := _clearly(counts)):
            found[code] = kind
    return found


def _clearly(counts: Counter[QuestionType]) -> QuestionType | None:
    """What nearly all are. Some single letters among many several are multiple choices."""
    (kind, most), *_ = counts.most_common(1)
    total = counts.total()
    if most >= 0.8 * total:
        return kind
    choices = counts[QuestionType.SINGLE] + counts[QuestionType.MULTIPLE]
    if choices == total and counts[QuestionType.MULTIPLE] >= 0.3 * total:
        return QuestionType.MULTIPLE
    return None


def _type_legend(legends: Sequence[str], codes: set[str]) -> dict[str, QuestionType]:
    found: dict[str, QuestionType] = {}
    for line in legends:
        for match in TYPE_LEGEND.finditer(line):
            kind = type_of(match["word"])
            if match["code"] in codes and kind:
                found[match["code"]] = kind
    return found


def shape_of(record: Record) -> QuestionType | None:
    """What a question looks like, whatever it is called."""
    if record.options:
        if truth_options(record.options):
            return QuestionType.TRUE_FALSE
        letters = set(letters_in(record.answer) or ()) or record.ticked
        if letters and letters <= set(record.options):
            return QuestionType.MULTIPLE if len(letters) > 1 else QuestionType.SINGLE
        return None
    if truth(record.answer) is not None or record.answer in CODED_TRUTH:
        return QuestionType.TRUE_FALSE
    return None


# ── right and wrong ────────────────────────────────────────────────────────────────────────────


def is_coded_truth(record: Record, types: dict[str, QuestionType]) -> bool:
    """Whether the answer is 0, 1 or 2 for right or wrong."""
    if record.answer not in CODED_TRUTH or (record.options and not truth_options(record.options)):
        return False
    told = type_of(record.type) or types.get(record.type) or record.told_type
    return told in (None, QuestionType.TRUE_FALSE)


def _truth(
    records: Sequence[Record], legends: Sequence[str], types: dict[str, QuestionType]
) -> dict[str, bool]:
    """By a legend, or by the explanations where they agree."""
    coded = [record for record in records if is_coded_truth(record, types)]
    return (_legend(legends) or _by_explanations(coded)) if coded else {}


def _legend(legends: Sequence[str]) -> dict[str, bool]:
    told: dict[str, set[bool]] = defaultdict(set)
    for line in legends:
        for match in LEGEND.finditer(line):
            value = truth(match["word"] or match["word2"])
            if value is not None:
                told[match["code"] or match["code2"]].add(value)
    if any(len(values) > 1 for values in told.values()):
        return {}
    found = {code: next(iter(values)) for code, values in told.items()}
    return found if set(found.values()) == {True, False} else {}


def _by_explanations(coded: Sequence[Record]) -> dict[str, bool]:
    votes: dict[str, Counter[bool]] = defaultdict(Counter)
    for record in coded:
        value = truth_told(record.explanation)
        if value is not None:
            votes[record.answer][value] += 1
    if sum(counts.total() for counts in votes.values()) < ENOUGH:
        return {}
    found: dict[str, bool] = {}
    for code, counts in votes.items():
        (value, most), *_ = counts.most_common(1)
        if most < 0.9 * counts.total():
            return {}
        found[code] = value
    if len(found) > 1 and len(set(found.values())) == 1:
        return {}
    others = {record.answer for record in coded} - set(found)
    if len(found) == 1 and len(others) == 1:
        (value,) = found.values()
        found[others.pop()] = not value
    return found


# ── options by number ──────────────────────────────────────────────────────────────────────────


def _first(records: Sequence[Record]) -> int | None:
    """Whether numbers count options from 0 or from 1: a 0 shows the one, the last the other."""
    zero = last = False
    for record in records:
        if not record.options or truth_options(record.options) or not is_numbered(record.answer):
            continue
        numbers = [int(word) for word in WHOLE.findall(record.answer)]
        zero = zero or 0 in numbers
        last = last or len(record.options) in numbers
    if zero == last:
        return None
    return 0 if zero else 1


def is_numbered(answer: str) -> bool:
    """Whether an answer is made of numbers alone."""
    return LIST_OF_NUMBERS.fullmatch(answer) is not None
