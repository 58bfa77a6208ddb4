"""From the rows of a roster to what each would do, with all that the city knows of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lms.people.identity import Clue, identify
from lms.people.keeping import Keys
from lms.rosters import queries
from lms.rosters.checking import meet, refuse_alone, refuse_two
from lms.rosters.comparing import compare
from lms.rosters.drafts import Draft
from lms.rosters.grouping import joined, refuse_disagreeing, together
from lms.rosters.knowing import Held, Known, Terms, kinds_named, missing
from lms.rosters.placing import Placed, Places, misplaced, words_of
from lms.rosters.reading import Roster
from lms.rosters.rows import RosterRow
from lms.rosters.rules import Fault, Status, without_numbers
from lms.rosters.vocabulary import FIELD_NAMES, Field
from lms.sheets import cells
from lms.words import N_

EXAMPLE = N_("示例，请删去这一行")  # stands in the remark of the template's example
NO_HOME = N_("派出单位“{unit}”没有找到，未记录。")
BATCH = 5000  # clues looked up at once
PLACES = ("county", "township", "village", "unit")
SHOWN = 60  # characters of a text that is quoted


@dataclass(frozen=True)
class Setting:
    """Of which unit, and under which conditions, a roster is read.

    path: of the unit; complete: ids of the units, with all below them, for which it is complete.
    """

    path: str
    complete: frozenset[int]
    day: date
    as_of: date
    keys: Keys


@dataclass
class Drafted:
    """The lines of an import, and what is to be said of it as a whole."""

    lines: list[Draft]
    sheets: list[tuple[str, str]]  # (file, sheet), as the lines number them
    units: dict[str, tuple[Placed, int]] = field(default_factory=dict)  # asked: words → rows
    posts: dict[str, int] = field(default_factory=dict)  # asked: name → rows

    @property
    def counts(self) -> dict[str, int]:
        found = dict.fromkeys((status.value for status in Status), 0)
        for line in self.lines:
            found[line.status.value] += 1
        return found


def draft(roster: Roster, places: Places, setting: Setting) -> Drafted:
    """Decide for every row what it would do. Nothing is written."""
    drafted = Drafted([], list(roster.heads))
    rows = [row for row in roster.rows if row.remark != EXAMPLE]
    for number, row in enumerate(rows, start=1):
        drafted.lines.append(_line(number, row, places, drafted, setting.day))
    terms = _terms(rows, places, setting)
    known = _met(drafted.lines, places.mine, setting)
    for group in joined(together(drafted.lines)):
        _decide(group, known.get(_person(group) or 0), drafted, terms)
    drafted.lines += list(_missing(drafted.lines, terms))
    return drafted


def _decide(group: list[Draft], known: Known | None, drafted: Drafted, terms: Terms) -> None:
    """What the lines about one person would do."""
    if len(group) > 1:
        refuse_two(group)
        refuse_disagreeing(group, drafted.sheets)
    good = [line for line in group if line.is_good]
    for line in group:
        line.who = (good or group)[0].number
    if good:
        compare(good, known, terms)
    for line in group:
        _finish(line)


def _line(number: int, row: RosterRow, places: Places, drafted: Drafted, day: date) -> Draft:
    """What a row says by itself, with its unit."""
    line = Draft(
        number=number,
        source=drafted.sheets.index((row.file, row.sheet)),
        row=row.row,
        name=row.name,
        post_text=row.post_text,
        faults=list(row.faults),
        notes=list(row.notes),
        said=row,
    )
    placed = places.place(row)
    line.unit_id = placed.unit.id if placed.unit else None
    line.unit_text = placed.shown or _written(row)
    if placed.fault:
        line.faults.append(placed.fault)
    _ask(drafted, row, placed)
    refuse_alone(line, row, day)
    if placed.unit and (fault := misplaced(row.posts, placed.unit)):
        line.faults.append(fault)
    if row.home_unit and places.home(row.home_unit) is None:
        values = {"unit": row.home_unit[:SHOWN]}
        line.notes.append(Fault(FIELD_NAMES[Field.HOME_UNIT], NO_HOME, values))
    return line


def _written(row: RosterRow) -> str:
    said = (row.county, row.township, row.village, row.unit)
    return " ".join(word for word in said if word)[:SHOWN]


def _ask(drafted: Drafted, row: RosterRow, placed: Placed) -> None:
    """Count the rows behind each question; a text that holds a number is none."""
    if placed.asks:
        words = words_of(row)
        if len(words) < 2 * SHOWN and without_numbers(words) == words:
            before = drafted.units.get(words, (placed, 0))
            drafted.units[words] = placed, before[1] + 1
    for post in row.unknown_posts:
        if len(post) < SHOWN and without_numbers(post) == post:
            drafted.posts[post] = drafted.posts.get(post, 0) + 1


def _terms(rows: Sequence[RosterRow], places: Places, setting: Setting) -> Terms:
    homes = {row.home_unit: places.home(row.home_unit) for row in rows if row.home_unit}
    return Terms(
        day=setting.day,
        as_of=setting.as_of,
        secret=setting.keys["digest"],
        mine=places.mine,
        complete=setting.complete,
        kinds=kinds_named(rows),
        homes=homes,
    )


def _met(lines: Sequence[Draft], mine: Collection[int], setting: Setting) -> dict[int, Known]:
    """Those whom the import may change: in scope, and at home or posted in its units, mine."""
    ours: dict[int, Known] = {}
    for start in range(0, len(lines), BATCH):
        some = lines[start : start + BATCH]
        matches = identify([_clue(line) for line in some], setting.keys, setting.day)
        seen = {match.person_id for match in matches if match and match.in_scope}
        known = queries.known(seen - ours.keys())
        ours |= {key: one for key, one in known.items() if one.belongs(mine, setting.day)}
        for line, match in zip(some, matches, strict=True):
            meet(line, match, ours)
    return ours


def _person(group: Sequence[Draft]) -> int | None:
    return next((line.person_id for line in group if line.person_id), None)


def _clue(line: Draft) -> Clue:
    row = line.said
    assert row is not None
    return Clue(row.number, row.id_number, line.unit_id, row.name, row.phone)


def _finish(line: Draft) -> None:
    """A line with faults does nothing, and keeps its cells, so that they can be mended."""
    row = line.said
    if line.faults and row:
        line.status, line.begins, line.changes, line.fills = Status.ERROR, [], [], {}
        line.cells = [_kept(value) for value in row.cells]
        line.places = {field: word for field in PLACES if (word := getattr(row, field))}
    line.said = None


def _kept(value: Any) -> str:
    """A cell as text; a number whose last digits are lost is left to be written anew."""
    return "" if cells.destroyed(value) else cells.text(value)


def _missing(lines: Sequence[Draft], terms: Terms) -> Iterator[Draft]:
    if not terms.complete:
        return
    held = queries.held_within(terms.complete, terms.as_of)
    named = {line.person_id for line in lines if line.person_id}
    called = _called(held, named)
    spared = _spared(lines, held, called)
    found = missing(held, {*named, *spared}, terms)
    for number, (person_id, loose) in enumerate(found, start=len(lines) + 1):
        yield Draft(
            number=number,
            status=Status.MISSING,
            who=number,
            person_id=person_id,
            unit_id=loose[0].unit_id,
            name=called[person_id],
            loose=[one.id for one in loose],
            ends_on=terms.as_of,
        )


def _called(held: Collection[int], named: Collection[int | None]) -> dict[int, str]:
    return {one.id: one.name for one in queries.persons(set(held) - set(named)).values()}


def _spared(
    lines: Sequence[Draft], held: Mapping[int, list[Held]], called: Mapping[int, str]
) -> set[int]:
    """Whoever may be meant by a row that could not be read is not missing."""
    bad = {(line.name, line.unit_id) for line in lines if line.faults and line.name}
    return {
        person_id
        for person_id, name in called.items()
        if any((name, place) in bad for place in (None, *(one.unit_id for one in held[person_id])))
    }
