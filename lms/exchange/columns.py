"""Which column of a table holds what: by its head or, without one, by what stands in it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import mean

from lms.bank.rules import LETTERS, QuestionType
from lms.exchange.answers import letters_in
from lms.exchange.option_cells import lettered
from lms.exchange.records import written
from lms.exchange.truths import truth
from lms.exchange.vocabulary import FACTS, Column, Named, column_of, type_of
from lms.sheets.books import Row, Value
from lms.sheets.heads import Heading

SAMPLE = 60  # rows that are looked at
FIRM = 0.7  # of the rows, before a column is taken for something
AT_LEAST = 3  # rows before anything is guessed from what stands in them
SHORT = 14  # characters of a head


@dataclass
class Layout:
    """The columns of a table, by what they hold; places count from 0.

    options: letter → place. beside: columns without heads to the right of that of all options.
    blanks: places of the answers to several blanks. kept: place → head.
    guessed: nothing but their contents said what the columns hold.
    """

    places: dict[Column, int] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)
    beside: list[int] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)
    ticks: dict[str, int] = field(default_factory=dict)  # letter → whether that option is right
    truths: dict[bool, int] = field(default_factory=dict)  # columns 正确 and 错误, one is ticked
    kept: dict[int, str] = field(default_factory=dict)
    width: int = 0
    guessed: bool = False
    facts: list[tuple[str, int]] = field(default_factory=list)  # names of facts, with their places

    def has(self, *columns: Column) -> bool:
        return all(column in self.places for column in columns)

    @property
    def is_of_questions(self) -> bool:
        """A stem, and something that a question has beside it."""
        told = (Column.ANSWER, Column.OPTIONS, Column.TYPE, Column.EXPLANATION, Column.CORRECT)
        beside = any(column in self.places for column in told)
        return Column.STEM in self.places and (beside or len(self.options) > 1 or self._more)

    @property
    def _more(self) -> bool:
        return len(self.truths) == 2 or bool(self.blanks) or bool(self.ticks)


def layout_of(headings: Iterable[Heading]) -> Layout:
    """The columns that these heads name."""
    found = Layout()
    ranks: dict[Column, int] = {}
    doubtful: list[tuple[int, Named, str]] = []
    ticks: list[int] = []
    spread: list[int] = []  # one head 选项 over several columns
    for heading in headings:
        place = heading.column - 1
        found.width = max(found.width, heading.column)
        named = _named(heading)
        value = truth(heading.label) if named is None else None
        if value is not None and value not in found.truths:
            found.truths[value] = place
        elif named is None:
            found.kept[place] = heading.full
        elif named.column is Column.OPTION:
            doubtful.append((place, named, heading.full))
        elif named.column is Column.OPTIONS and found.places.get(Column.OPTIONS) == place - 1 - len(
            spread
        ):
            spread.append(place)
        elif named.column is Column.CORRECT and Column.CORRECT in found.places:
            ticks.append(place)
        elif named.rank < ranks.get(named.column, 1000):
            if named.column in found.places:
                before = found.places[named.column]
                found.kept[before] = next(h.full for h in headings if h.column - 1 == before)
            found.places[named.column], ranks[named.column] = place, named.rank
        else:
            found.kept[place] = heading.full
    _place_options(found, doubtful)
    _spread_options(found, spread)
    _place_ticks(found, ticks)
    found.facts = [(column.value, found.places[column]) for column in FACTS if found.has(column)]
    if len(found.truths) < 2:
        found.kept |= dict.fromkeys(found.truths.values(), "")
        found.truths = {}
    return found


def _named(heading: Heading) -> Named | None:
    """By its own words; A under 选项 is an option, 1 under 答案 an answer."""
    named = column_of(heading.label)
    if named is None and heading.group:
        named = column_of(f"{heading.group}{heading.label}") or column_of(heading.group)
    if named and named.column is Column.OPTION and heading.group:
        group = column_of(heading.group)
        if group and group.column is Column.ANSWER:
            return Named(Column.OPTION, 0, named.letter, answer_or_option=True)
    return named


def _place_options(found: Layout, options: Sequence[tuple[int, Named, str]]) -> None:
    """答案A … D are options where another column holds the answer, else answers to blanks."""
    answered = Column.ANSWER in found.places
    for place, named, head in options:
        if named.letter in found.options:
            found.kept[place] = head
        elif named.answer_or_option and not answered:
            found.blanks.append(place)
        else:
            found.options[named.letter] = place
    found.options = dict(sorted(found.options.items()))


def _spread_options(found: Layout, more: Sequence[int]) -> None:
    """One head over several columns holds an option each: merged, or followed by empty heads."""
    first = found.places.get(Column.OPTIONS)
    if first is None or found.options:
        return
    if more:
        found.options = dict(zip(LETTERS, [first, *more], strict=False))
        del found.places[Column.OPTIONS]
        return
    named = {*found.places.values(), *found.kept, *found.truths.values(), *found.blanks}
    while first + 1 < found.width and first + 1 not in named:
        first += 1
        found.beside.append(first)


def _place_ticks(found: Layout, more: Sequence[int]) -> None:
    """是否正确 behind every option says so of each."""
    places = sorted([found.places.get(Column.CORRECT, -1), *more])
    before = {place: letter for letter, place in found.options.items()}
    if more and len(places) == len(found.options) and all(p - 1 in before for p in places):
        found.ticks = {before[place - 1]: place for place in places}
        del found.places[Column.CORRECT]
    else:
        found.kept |= dict.fromkeys(more, "")


def is_head(row: Row) -> bool:
    """Whether a row below the first head is a head again: short words, nearly all known."""
    words = [value for value in row if value != ""]
    if len(words) < 2 or not all(isinstance(word, str) and len(word) <= SHORT for word in words):
        return False
    named = [column_of(str(word)) for word in words]
    columns = {one.column for one in named if one}
    known = sum(one is not None for one in named)
    told = columns & {Column.STEM, Column.ANSWER, Column.TYPE} or len(columns) > 2
    return bool(told) and known >= 2 and known * 3 >= len(words) * 2 and Column.STEM in columns


# ── without heads ──────────────────────────────────────────────────────────────────────────────


@dataclass
class _Looks:
    """What stands in one column, as shares of the rows that have something in it."""

    place: int
    filled: int = 0
    counts: bool = False  # 1, 2, 3 …
    types: float = 0
    answers: float = 0
    words: float = 0  # characters on average
    several: float = 0  # distinct values


def guess_layout(rows: Sequence[Row]) -> Layout | None:
    """The columns of a table without heads; None where they cannot be told for certain."""
    sample = [row for row in rows if sum(value != "" for value in row) > 1][:SAMPLE]
    if len(sample) < AT_LEAST:
        return None
    width = max(map(len, sample))
    looks = [_look(sample, place) for place in range(min(width, 40))]
    looks = [look for look in looks if look.filled]
    types = [look for look in looks if look.types >= FIRM]
    texts = [look for look in looks if look.words >= 6 and look.filled >= FIRM * len(sample)]
    texts = [look for look in texts if look.answers < FIRM and look.types < FIRM]
    answers = [look for look in looks if look.answers >= FIRM and look.types < FIRM]
    answers = [look for look in answers if not look.counts and look.filled >= 0.5 * len(sample)]
    if not texts or len(answers) != 1:
        return None
    stem = _stem_among(texts)
    found = Layout(width=width, guessed=True)
    found.places[Column.STEM], found.places[Column.ANSWER] = stem.place, answers[0].place
    if types:
        found.places[Column.TYPE] = types[0].place
    counting = [look for look in looks if look.counts and look.place < stem.place]
    if counting:
        found.places[Column.NUMBER] = counting[0].place
    _guess_rest(found, looks, stem.place, answers[0].place)
    return found


def _stem_among(texts: Sequence[_Looks]) -> _Looks:
    """The first long text: what comes behind it, however long, is options and explanation."""
    longest = max(look.words for look in texts)
    return next(look for look in texts if look.words >= 0.4 * longest)


def _look(sample: Sequence[Row], place: int) -> _Looks:
    cells = [written(row[place]) for row in sample if place < len(row)]
    cells = [cell for cell in cells if cell]
    look = _Looks(place, len(cells))
    if not cells:
        return look
    look.counts = _count_up(cells)
    look.types = mean(type_of(cell) is not None and not cell.isascii() for cell in cells)
    look.answers = mean(_is_answer(cell) for cell in cells)
    look.words = mean(map(len, cells))
    look.several = len(set(cells)) / len(cells)
    return look


def _count_up(cells: Sequence[str]) -> bool:
    numbers = [int(cell) for cell in cells if cell.isdecimal() and len(cell) < 7]
    if len(numbers) < FIRM * len(cells):
        return False
    steps = sum(b - a == 1 for a, b in zip(numbers, numbers[1:], strict=False))
    return steps >= 0.8 * (len(numbers) - 1)


def _is_answer(cell: str) -> bool:
    if len(cell) > 80:
        return bool(lettered(cell))
    letters = letters_in(cell)
    if letters:
        return len(letters) <= 8 and set(letters) <= set("ABCDEFGH")
    return truth(cell) is not None or bool(lettered(cell))


def _guess_rest(found: Layout, looks: Sequence[_Looks], stem: int, answer: int) -> None:
    """Options stand side by side, between stem and answer or behind both."""
    taken = set(found.places.values())
    free = [look for look in looks if look.place > stem and look.place not in taken]
    between = [look.place for look in free if look.place < answer]
    behind = [look.place for look in free if look.place > max(stem, answer)]
    options = between if len(between) > 1 or answer > stem + 1 else behind[:8]
    if len(options) > 1:
        found.options = dict(zip(LETTERS, options, strict=False))
    elif len(options) == 1:
        found.places[Column.OPTIONS] = options[0]
    rest = [place for place in behind if place not in options]
    long = [look.place for look in free if look.place in rest and look.words >= 6]
    if long:
        found.places[Column.EXPLANATION] = long[0]
    found.kept = {place: "" for place in rest if place not in long[:1]}


def told_type(name: str) -> QuestionType | None:
    """The type that the name of a sheet or file says: 单选题, 03_判断题.txt."""
    plain = re.sub(r"\.[A-Za-z]{2,5}$", "", name)
    words = [plain, *re.split(r"[\s_\-—()（）【】\[\]、,，.·:：]+", plain)]
    found = {kind for word in words if word and (kind := type_of(word.strip("0123456789")))}
    if not found:
        ends = re.findall(r"(单选|多选|判断|填空|简答|论述|不定项)题?", plain)
        found = {kind for word in ends if (kind := type_of(word))}
    return found.pop() if len(found) == 1 else None


def value_at(row: Row, place: int | None) -> Value:
    return row[place] if place is not None and place < len(row) else ""
