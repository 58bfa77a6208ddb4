"""Why a table of units is another at a later moment: parts by reason that add up exactly. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lms.reports.changes import COMING, LATER, LEAVING, Why, ways
from lms.reports.rules import Placed
from lms.reports.tables import OUTSIDE


class Held(NamedTuple):
    """Somebody on a list at one moment. below: 1 for 应训; above: 1 in the number over it.

    passed: in how many assessments, where that makes the upper number; else 0.
    """

    person_id: int
    org_id: int
    below: int
    above: int
    passed: int

    @classmethod
    def told(cls, code: int, person: int = 0, unit: int = 0) -> "Held":
        """Of a number: on the list 1, 应训 2, in the number over it 4, each passed 8."""
        return cls(person, unit, code >> 1 & 1, code >> 2 & 1, code >> 3)


class Stayed(NamedTuple):
    """So many persons who stay on a line where they are, and are held alike at each of two moments.

    was, now: how they are held, of nobody and nowhere.
    """

    line: int
    was: Held
    now: Held
    many: int

    def numbers(self, held: Held) -> tuple[int, int, int]:
        """Their line, and what they add to it when they are held so."""
        return self.line, held.below * self.many, held.above * self.many


class Stay(NamedTuple):
    """A time on the list: from a day to a day (not included), with the words of how and why."""

    from_on: date
    to_on: date | None
    came_by: str | None
    left_by: str | None


@dataclass(frozen=True)
class Side:
    """A list at one moment. lines: unit → the line that it counts for; others are outside.

    alike: a line and two numbers, of persons who are not told one by one.
    """

    as_of: date
    units: Sequence[Placed]
    lines: Mapping[int, int]
    held: Sequence[Held]
    alike: Sequence[tuple[int, int, int]] = ()

    @cached_property
    def of(self) -> dict[int, Held]:
        """Person → how they are held, in the unit where they are listed."""
        return {one.person_id: one for one in self.held}

    @cached_property
    def ways(self) -> dict[int, tuple[int, ...]]:
        return ways(self.units)

    def sums(self) -> dict[int, tuple[int, int]]:
        """Line → the two numbers of it."""
        found: dict[int, tuple[int, int]] = {}
        each = ((self.lines.get(one.org_id), one.below, one.above) for one in self.of.values())
        for line, *more in (*each, *self.alike):
            if line is not None:
                below, above = found.get(line, (0, 0))
                found[line] = (below + more[0], above + more[1])
        return found


class Part(NamedTuple):
    """What one person adds to a line, or takes from it, for one reason; or so many who stayed."""

    line: int
    why: Why
    person_id: int
    org_id: int
    below: int
    above: int


Stays = Callable[[Iterable[int]], Mapping[int, Sequence[Stay]]]
Sums = dict[tuple[int, Why], tuple[int, int]]


def differing(before: Side, after: Side, moved: set[int]) -> list[int]:
    """The persons of whom anything that the numbers are made of is another. moved: units."""
    was, now = before.of, after.of
    persons = [key for key, one in now.items() if was.get(key) != one or one.org_id in moved]
    return [*persons, *(key for key in was if key not in now)]


def explained(before: Side, after: Side, stays: Stays, stayed: Iterable[Stayed] = ()) -> list[Part]:
    """The parts that make the later numbers of the earlier ones, line by line.

    stays: of these persons, what times on the list there are; stayed: who is not told one by one.
    Of the same day, what differs was entered afterwards.
    """
    moved = rehung(before, after)
    persons = differing(before, after, moved)
    known = stays([one for one in persons if (one in before.of) != (one in after.of)])
    step = _Step(before, after, moved, known)
    found = [part for one in stayed for part in step.of_many(one)]
    return found + [part for one in persons for part in step.parts(one)]


MOVED = -2  # stands for the line of a unit whose people are told one by one


def sides_of(
    before: Side, after: Side, rows: Sequence[Sequence[int]], named: bool = False
) -> tuple[Side, Side, list[Stayed]]:
    """The same sides with their people: who stays where they are is added up by line.

    rows: person, unit, and of each moment the number that `Held.told` takes apart, 0 for who is
    not on the list. named: who is held otherwise than before is told one by one as well.
    """
    _persons, units, *codes = zip(*rows, strict=True) if rows else ((), (), (), ())
    lines = {**after.lines, **dict.fromkeys(_unsteady(before, after), MOVED)}
    keys = list(zip((lines.get(unit, OUTSIDE) for unit in units), *codes, strict=True))
    many = Counter(keys)
    apart = {key for key in many if _by_itself(key, named)}
    each = [row for row, key in zip(rows, keys, strict=True) if key in apart]
    stayed = [
        Stayed(line, Held.told(was), Held.told(now), number)
        for (line, was, now), number in many.items()
        if line != OUTSIDE and (line, was, now) not in apart
    ]
    then = replace(
        before,
        held=[Held.told(was, person, unit) for person, unit, was, _now in each if was],
        alike=[one.numbers(one.was) for one in stayed],
    )
    later = replace(
        after,
        held=[Held.told(now, person, unit) for person, unit, _was, now in each if now],
        alike=[one.numbers(one.now) for one in stayed],
    )
    return then, later, stayed


def _by_itself(alike: Sequence[int], named: bool) -> bool:
    """Whether such persons are told one by one: whose unit was moved, and who came or left."""
    line, was, now = alike
    return line == MOVED or not was or not now or (named and was != now)


def _unsteady(before: Side, after: Side) -> set[int]:
    """Units that hang elsewhere than before, count for another line, or stand no more."""
    if before.units == after.units:
        return set()
    moved = {unit for unit, _line in before.lines.items() ^ after.lines.items()}
    return moved | rehung(before, after)


def rehung(before: Side, after: Side) -> set[int]:
    """Units that hang elsewhere than before, or stand no more."""
    if before.units == after.units:
        return set()
    was, now = before.ways, after.ways
    return {unit for unit in {*was, *now} if was.get(unit) != now.get(unit)}


@dataclass(frozen=True)
class _Step:
    """From one moment to a later one."""

    before: Side
    after: Side
    rehung: set[int]
    stays: Mapping[int, Sequence[Stay]]

    def parts(self, person: int) -> list[Part]:
        """First the way from unit to unit, then what became of the person there."""
        was, now = self.before.of.get(person), self.after.of.get(person)
        old = self.before.lines.get(was.org_id) if was else None
        new = self.after.lines.get(now.org_id) if now else None
        found: list[Part] = []
        if was and old is not None and (now is None or old != new):
            gone = self._merged(was, now) or (Why.MOVED_OUT if now else self._left(person))
            found.append(_part(old, gone, was, -was.below, -was.above))
        if now and new is not None and (was is None or old != new):
            came = self._merged(was, now) or (Why.MOVED_IN if was else self._came(now))
            there = was or now
            found.append(_part(new, came, now, there.below, there.above))
        if was and now and new is not None:
            found += self._there(new, was, now)
        return [one for one in found if one.below or one.above]

    def of_many(self, some: Stayed) -> list[Part]:
        """What became of those who are not told one by one."""
        parts = self._there(some.line, some.was, some.now)
        return [
            one._replace(below=one.below * some.many, above=one.above * some.many)
            for one in parts
            if one.below or one.above
        ]

    def _there(self, line: int, was: Held, now: Held) -> list[Part]:
        """What became of who was and is listed: 免训 first, with all it takes along."""
        below, above = now.below - was.below, now.above - was.above
        if below:
            why = Why.EXEMPTED if below < 0 else Why.EXEMPTED_NO_MORE
            return [_part(line, why, now, below, above)]
        if above < 0:
            return [_part(line, Why.LESS, now, 0, above)]
        why = Why.RESULT if now.passed > was.passed else Why.HOURS
        return [_part(line, self._when(why), now, 0, above)]

    def _merged(self, was: Held | None, now: Held | None) -> Why | None:
        """Whether it was the unit itself that went elsewhere."""
        return Why.MERGED if was and now and was.org_id in self.rehung else None

    def _came(self, now: Held) -> Why:
        known = self.stays.get(now.person_id, ())
        begun = [one for one in known if one.from_on <= self.after.as_of]
        if not begun:
            return Why.ADDED
        last = max(begun, key=lambda one: one.from_on)
        if last.from_on <= self.before.as_of:
            return Why.MERGED if now.org_id in self.rehung else Why.LATE
        return COMING.get(last.came_by or "", Why.ADDED)

    def _left(self, person: int) -> Why:
        ended = [
            (one.to_on, one)
            for one in self.stays.get(person, ())
            if one.to_on is not None and one.to_on <= self.after.as_of
        ]
        if not ended:
            return Why.MISTAKE
        _day, last = max(ended, key=lambda one: one[0])
        return LEAVING.get(last.left_by or "", Why.TAKEN_OFF)

    def _when(self, why: Why) -> Why:
        return LATER[why] if self.before.as_of == self.after.as_of else why


def _part(line: int, why: Why, held: Held, below: int, above: int) -> Part:
    return Part(line, why, held.person_id, held.org_id, below, above)


def summed(parts: Iterable[Part]) -> Sums:
    """(line, reason) → what it adds to the two numbers."""
    found: Sums = {}
    for one in parts:
        below, above = found.get((one.line, one.why), (0, 0))
        found[one.line, one.why] = (below + one.below, above + one.above)
    return found
