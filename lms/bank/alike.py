"""Whether two questions ask the same, in other signs, another order or other words. Pure.

Of many, those that may be alike are found by sketches: of a text's runs of three signs, the
smallest under each of several orders (MinHash: Broder 1997). Two texts agree in one order about as
often as they share runs, so pairs that agree in a band of orders are looked at one by one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import ratio

from lms.bank.found_by import folded
from lms.bank.rules import Part, Question, QuestionType
from lms.scoring.blanks import same_form

if TYPE_CHECKING:
    import numpy as np  # by itself a twentieth of a start: loaded by who compares thousands

ALIKE = 0.8  # of the signs of both, in the same order: from here on a reader sees one question
RUN = 3  # signs
BANDS, ORDERS = 14, 2  # texts that share half of their runs agree in some band 98 times of 100
CROWD = 300  # so many that agree in a band share a phrase of the trade, not a question
PIECES, PIECE = 8, 4  # of one question, to look for in a bank
NO_SIGN = re.compile(r"[\W_]+")
RUNS_OF_SIGNS = re.compile(rf"[^\W_]{{{PIECE},}}")
Pair = tuple[int, int]


class Likeness(StrEnum):
    """How alike two questions are. EQUAL: but for signs, gaps and the order of options."""

    EQUAL = "equal"
    NEAR = "near"


@dataclass(frozen=True)
class Form:
    """What is left of a question when all is away that does not count."""

    stem: str
    options: tuple[str, ...]  # in one order, whatever the file's
    key: frozenset[str] | None  # none where a person marks

    @property
    def whole(self) -> str:
        return "\n".join([self.stem, *self.options])


@dataclass(frozen=True)
class Alike:
    """How another question compares. same_key: none where one of them has no key."""

    likeness: Likeness
    share: float  # of the signs that both have, in order
    same_key: bool | None


def form(question: Question) -> Form:
    """The form in which questions are compared."""
    parts = question.parts
    stem = "\n".join(map(_bare, filter(None, [question.case, *(part.stem for part in parts)])))
    options = sorted(_bare(text) for part in parts for text in _options(part))
    return Form(stem, tuple(options), _key(question))


def _options(part: Part) -> Iterator[str]:
    """True and false are no options of a question: all of that kind have them."""
    if part.type is not QuestionType.TRUE_FALSE:
        yield from part.options.values()


def _bare(text: str) -> str:
    return NO_SIGN.sub("", folded(text))


def _key(question: Question) -> frozenset[str] | None:
    if not all(part.type.by_machine for part in question.parts):
        return None
    found = set()
    for number, part in enumerate(question.parts):
        found |= {f"{number}:{_bare(part.options[letter])}" for letter in part.right}
        for place, variants in enumerate(part.blanks):
            found.add(f"{number}.{place}:" + "|".join(sorted(map(same_form, variants))))
    return frozenset(found)


def compared(one: Form, other: Form) -> Alike | None:
    """How alike two questions are; none where they are not."""
    if one.stem == other.stem and one.options == other.options:
        return Alike(Likeness.EQUAL, 1.0, _same_key(one, other))
    same = share(one.whole, other.whole)
    return Alike(Likeness.NEAR, same, _same_key(one, other)) if same else None


def _same_key(one: Form, other: Form) -> bool | None:
    """Right options may be reworded as well: each must have one on the other side."""
    if one.key is None or other.key is None:
        return None
    if len(one.key) != len(other.key):
        return False
    return all(any(_said_again(a, b) for b in other.key) for a in one.key)


def _said_again(one: str, other: str) -> bool:
    return ratio(one, other) >= ALIKE * 100 and _numbers(one) == _numbers(other)


def _numbers(text: str) -> list[str]:
    """Ten days and thirty days read alike and are not the same answer."""
    return re.findall(r"[0-9]+|[零一二三四五六七八九十百千]+", text)


def loose(words: str) -> str:
    """The words of a question (found_by), without its number and its signs, in one order."""
    return "\n".join(sorted(NO_SIGN.sub("", line) for line in words.split("\n")[1:]))


def share(one: str, other: str) -> float:
    """How much of two loose texts is the same; 0 below what counts as alike."""
    return Indel.normalized_similarity(one, other, score_cutoff=ALIKE)


# ── one question, to be looked for ──────────────────────────────────────────────────────────────


def pieces(question: Question) -> list[str]:
    """A few stretches of its text, spread evenly: what is alike has several of them."""
    texts = [question.case, *(part.stem for part in question.parts)]
    texts += [text for part in question.parts for text in _options(part)]
    runs = [run for text in texts for run in RUNS_OF_SIGNS.findall(folded(text))]
    found = list(
        dict.fromkeys(
            run[at : at + PIECE] for run in runs for at in range(0, len(run) - PIECE + 1, PIECE)
        )
    )
    step = max(1, len(found) / PIECES)
    return [found[int(at * step)] for at in range(min(PIECES, len(found)))]


# ── many, to be compared with many ──────────────────────────────────────────────────────────────


def sketches(texts: Sequence[str]) -> "np.ndarray":
    """A row a text: in each band the smallest of its runs under the orders of that band."""
    import numpy as np

    signs, whose = _signs(texts)
    bands = np.zeros((len(texts), BANDS), dtype=np.uint64)
    if len(signs) < RUN:
        return bands
    runs = np.zeros(max(0, len(signs) - RUN + 1), dtype=np.uint64)
    for place in range(RUN):
        runs = runs * np.uint64(1_000_003) + signs[place : len(signs) - RUN + 1 + place]
    start, end = whose[: len(runs)], whose[RUN - 1 :]
    broken = np.convolve(signs == ord("\n"), np.ones(RUN, dtype=int), "valid") > 0
    inside = (start == end) & ~broken  # no run goes from one line, or one text, to the next
    runs, start = runs[inside], start[inside]
    if not len(runs):  # no run at all: short texts, or none
        return bands
    firsts = np.flatnonzero(np.diff(start, prepend=-1))
    for band in range(BANDS):
        for order in range(ORDERS):
            least = np.minimum.reduceat(_mixed(runs, band * ORDERS + order), firsts)
            bands[start[firsts], band] = bands[start[firsts], band] * np.uint64(31) + least
    return bands


def _signs(texts: Sequence[str]) -> "tuple[np.ndarray, np.ndarray]":
    """The signs of all texts in a row, and beside each the number of its text."""
    import numpy as np

    joined = "".join(texts)
    signs = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return signs.astype(np.uint64), np.repeat(np.arange(len(texts)), lengths)


def _mixed(runs: "np.ndarray", order: int) -> "np.ndarray":
    """The runs in another order: multiplied, shifted, multiplied (Steele and Vigna 2021)."""
    import numpy as np

    seed = np.uint64((2 * order + 1) * 0x9E3779B97F4A7C15 % 2**64)
    mixed = (runs ^ (runs >> np.uint64(29)) ^ seed) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed ^ (mixed >> np.uint64(32))) & np.uint64(0xFFFFFFFF)


def may_be_alike(mine: "np.ndarray", theirs: "np.ndarray") -> set[Pair]:
    """Pairs (row of mine, row of theirs) that agree in a band. Empty texts agree with nothing."""
    import numpy as np

    found: set[Pair] = set()
    for band in range(BANDS):
        order = np.argsort(theirs[:, band], kind="stable")
        column, wanted = theirs[order, band], mine[:, band]
        first = np.searchsorted(column, wanted, "left")
        last = np.searchsorted(column, wanted, "right")
        crowd = last - first
        for row in np.flatnonzero((crowd > 0) & (crowd <= CROWD) & (wanted != 0)):
            found.update((int(row), int(at)) for at in order[first[row] : last[row]])
    return found
