"""Understands the heads and lines of a blank table; what is unclear is asked, never guessed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from rapidfuzz import fuzz, process

from lms.reports.dictionary import SHIPPED
from lms.reports.grids import Block, Column, Row
from lms.reports.measures import Topic
from lms.reports.rules import Placed
from lms.reports.vocabulary import (
    ABOUT,
    KNOWN,
    MEASURE_WORDS,
    RATE_OF,
    Meaning,
    Sense,
    key,
    names_of,
)

ALIKE = 50  # of 100: so near a word is proposed
PROPOSED = 4
REST_WORDS = frozenset(
    {
        *("市直", "市直单位", "市直机关", "市直及其他", "县直", "县直单位", "县直机关"),
        *("县直及其他", "乡镇机关", "其他", "其他单位"),
    }
)
REST = "rest"  # the value of a line for whoever is in none of the units beside it


class Words:
    """What words mean here: those of the field, the units of the day, what was learned."""

    def __init__(
        self,
        units: Mapping[str, Sequence[int]],
        activities: Mapping[str, str],
        learned: Mapping[str, Meaning],
    ) -> None:
        self.units, self.learned = units, learned
        self.activities = {key(name): value for name, value in activities.items()}

    def __call__(self, word: str) -> list[Meaning]:
        """What a word may mean: one meaning, several, or none that is known."""
        bare = key(word)
        if bare in self.learned:
            return [self.learned[bare]]
        if bare in KNOWN:
            return [KNOWN[bare]]
        if bare in self.units:
            return [Meaning(Sense.UNIT, str(unit)) for unit in self.units[bare]]
        if bare in self.activities:
            return [Meaning(Sense.ACTIVITY, self.activities[bare])]
        if bare in REST_WORDS:
            return [Meaning(Sense.UNIT, REST)]
        return []

    def proposals(self, word: str) -> list[Meaning]:
        """The likeliest meanings of an unknown word, the likeliest first."""
        bare = key(word)
        near = {w: Meaning(Sense.MEASURE, code) for w, code in MEASURE_WORDS.items()}
        near |= {w: Meaning(Sense.UNIT, str(u[0])) for w, u in self.units.items() if len(u) == 1}
        found = process.extract(bare, near.keys(), scorer=fuzz.ratio, limit=12, score_cutoff=ALIKE)
        begun = [word for word in near if word.startswith(bare)]
        nearest = [*begun, *(word for word, _score, _place in found)]
        meanings = dict.fromkeys(near[word] for word in nearest)
        return list(meanings)[:PROPOSED]


def unit_names(units: Iterable[Placed]) -> dict[str, list[int]]:
    """Word → the units that may be called so; of one name, those that stand before the closed.

    A unit may have the name of its superior before its own: 垣曲县历山镇.
    """
    there = {one.id: one for one in units}
    found: dict[str, list[int]] = {}
    for one in sorted(there.values(), key=lambda one: one.closed):
        above = there.get(one.parent_id or 0)
        for word in names_of(one.name):
            for said in (word, f"{key(above.name)}{word}") if above else (word,):
                known = found.setdefault(said, [])
                if not one.closed or not known or there[known[0]].closed:
                    known.append(one.id)
    return {word: list(dict.fromkeys(those)) for word, those in found.items()}


@dataclass(frozen=True)
class Facets:
    """What a head or a line says of its cells. why: what is contradictory in it, if anything."""

    measure: str = ""
    posts: frozenset[str] = frozenset()
    units: tuple[str, ...] = ()  # from the superior down; the last one counts
    activity: str = ""
    total: bool = False
    skip: bool = False
    unknown: tuple[str, ...] = ()  # words to be asked about
    why: str = ""


@dataclass
class Reading:
    """A block with what its heads and lines mean."""

    block: Block
    columns: dict[int, Facets] = field(default_factory=dict)
    rows: dict[int, Facets] = field(default_factory=dict)


@dataclass(frozen=True)
class Above:
    """Who is above whom among the units: for names that several units bear."""

    above: Mapping[int, int | None]

    def inside(self, unit: int, superior: int) -> bool:
        found: int | None = unit
        while found is not None:
            if found == superior:
                return True
            found = self.above.get(found)
        return False


def read(block: Block, words: Words, tree: Above) -> Reading:
    """What each head and each line of a block means."""
    found = Reading(block)
    found.columns = {one.number: _facets(one.words, words, tree) for one in block.columns}
    silent = {
        one.number
        for one in block.labels
        if any(meant.sense is Sense.SKIP for word in one.words for meant in words(word))
    }
    found.rows = {one.number: _facets(_said(one, silent), words, tree) for one in block.rows}
    return found


def _said(row: Row, silent: set[int]) -> list[str]:
    """The words of a line, but those under a head like 计量单位 or 备注."""
    return [word for word, at in zip(row.words, row.places, strict=True) if at not in silent]


def _facets(path: Sequence[str], words: Words, tree: Above) -> Facets:
    """Each word for itself; the last two as one where together they are a word of the field."""
    last = words("".join(path[-2:])) if len(path) > 1 else []
    if len(last) == 1 and last[0].sense is Sense.MEASURE:
        path = [*path[:-2], "".join(path[-2:])]
    meanings = [(word, words(word)) for word in _told_apart(path, words)]
    unknown = tuple(dict.fromkeys(word for word, meant in meanings if not meant))
    chosen = _chosen([meant for _word, meant in meanings if meant], tree)
    if chosen is None:
        several = [word for word, meant in meanings if len(meant) > 1]
        return Facets(unknown=(*unknown, *several))
    return _joined(chosen, unknown)


def _told_apart(path: Sequence[str], words: Words) -> list[str]:
    """合格 under 学时 is no mark: a number that its head speaks against is asked about with it."""
    found: list[str] = []
    for word in path:
        about = ABOUT.get(key(found[-1])) if found else None
        meant = words(word)
        if about and len(meant) == 1 and meant[0].sense is Sense.MEASURE:
            topic = SHIPPED[meant[0].value].topic if meant[0].value in SHIPPED else Topic.LIST
            if topic not in (about, Topic.LIST):
                word = found.pop() + word
        found.append(word)
    return found


def _chosen(meanings: list[list[Meaning]], tree: Above) -> list[Meaning] | None:
    """One meaning a word: where several units bear a name, the one that fits the others."""
    fitting = [way for way in product(*meanings) if _nested(way, tree)]
    return list(fitting[0]) if len(fitting) == 1 else None


def _nested(way: Sequence[Meaning], tree: Above) -> bool:
    units = [int(one.value) for one in way if one.sense is Sense.UNIT and one.value.isdigit()]
    return all(tree.inside(low, high) for high, low in zip(units, units[1:], strict=False))


def _joined(chosen: list[Meaning], unknown: tuple[str, ...]) -> Facets:
    def those(sense: Sense) -> list[str]:
        return list(dict.fromkeys(one.value for one in chosen if one.sense is sense))

    senses = {one.sense for one in chosen}
    measure, why = _measure(those(Sense.MEASURE), Sense.RATIO in senses)
    activities, posts = those(Sense.ACTIVITY), those(Sense.POST)
    if len(posts) > 1 or len(activities) > 1:
        why = "contradiction"
    return Facets(
        measure=measure,
        posts=frozenset(posts),
        units=tuple(those(Sense.UNIT)),
        activity=activities[-1] if activities else "",
        total=Sense.TOTAL in senses,
        skip=Sense.SKIP in senses and Sense.MEASURE not in senses,
        unknown=unknown,
        why=why,
    )


def _measure(codes: list[str], ratio: bool) -> tuple[str, str]:
    """The number that heads name together: 参训 over 率 is 参训率."""
    if len(codes) == 2:
        rates = [code for code in codes if _is_rate_of(code, codes)]
        codes = rates if len(rates) == 1 else codes
    if len(codes) > 1:
        return "", "contradiction"
    if not ratio or not codes or SHIPPED[codes[0]].denominator:
        return (codes[0] if codes else ""), ""
    return (RATE_OF[codes[0]], "") if codes[0] in RATE_OF else ("", "ambiguous")


def _is_rate_of(code: str, codes: list[str]) -> bool:
    """Whether one of two numbers is a rate made of the other."""
    other = next(one for one in codes if one != code)
    shipped, plain = SHIPPED.get(code), SHIPPED.get(other)
    if shipped is None or plain is None or not shipped.denominator or plain.denominator:
        return False
    return plain.numerator in shipped.needs()


def asked(readings: Iterable[Reading]) -> dict[str, list[str]]:
    """Every word that is not understood → where it stands (the letters, the rows)."""
    found: dict[str, list[str]] = {}
    for reading in readings:
        for place, facets in _facing(reading):
            for word in facets.unknown:
                found.setdefault(key(word), []).append(place)
    return found


def _facing(reading: Reading) -> Iterable[tuple[str, Facets]]:
    """Heads and lines with anything to be filled."""
    block = reading.block
    columns: dict[int, Column] = {one.number: one for one in block.columns}
    rows: dict[int, Row] = {one.number: one for one in block.rows}
    for number in sorted({column for _row, column in block.empty}):
        if not reading.columns[number].skip:
            yield columns[number].letters, reading.columns[number]
    for number in sorted({row for row, _column in block.empty}):
        if not reading.rows[number].skip:
            yield str(rows[number].number), reading.rows[number]
