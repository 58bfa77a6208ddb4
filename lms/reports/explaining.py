"""Why a table of units is another at a later moment: parts by reason that add up exactly. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lms.reports.changes import COMING, LATER, LEAVING, Why, ways
from lms.reports.rules import Placed


class Held(NamedTuple):
    """Somebody on a list at one moment. below: 1 for 应训; above: 1 in the number over it.

    passed: in how many assessments, where that makes the upper number; else 0.
    """

    person_id: int
    org_id: int
    below: int
    above: int
    passed: int


class Stay(NamedTuple):
    """A time on the list: from a day to a day (not included), with the words of how and why."""

    from_on: date
    to_on: date | None
    came_by: str | None
    left_by: str | None


@dataclass(frozen=True)
class Side:
    """A list at one moment. lines: unit → the line that it counts for; others are outside.

    alike: unit → the two numbers of those who are held the same at both moments, and are not told
    one by one.
    """

    as_of: date
    units: Sequence[Placed]
    lines: Mapping[int, int]
    held: Sequence[Held]
    alike: Mapping[int, Sequence[int]] = field(default_factory=dict)

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
        each = ((one.org_id, one.below, one.above) for one in self.of.values())
        others = ((unit, *numbers) for unit, numbers in self.alike.items())
        for unit, *more in (*each, *others):
            line = self.lines.get(unit)
            if line is not None:
                below, above = found.get(line, (0, 0))
                found[line] = (below + more[0], above + more[1])
        return found


class Part(NamedTuple):
    """What one person adds to a line, or takes from it, for one reason."""

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


def explained(before: Side, after: Side, stays: Stays) -> list[Part]:
    """The parts that make the later numbers of the earlier ones, line by line.

    stays: of these persons, what times on the list there are. Of the same day, what differs was
    entered afterwards.
    """
    moved = rehung(before, after)
    persons = differing(before, after, moved)
    known = stays([one for one in persons if (one in before.of) != (one in after.of)])
    step = _Step(before, after, moved, known)
    return [part for one in persons for part in step.parts(one)]


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
