"""A list split into classes: nobody twice, no class too full, nobody away with the wrong one. Pure.

What is certain, and what is only preferred, stands in docs/decisions.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lms.callups.rules import Days, Out, Planned, overlap
from lms.callups.solving import Hall, Kind, Shares, Slots, Star, kind_of, shares

TENTH = 10  # a township that ends within a tenth of an even size is not cut


@dataclass(frozen=True)
class Called:
    """A person to be called. line: the units above, the own among them; home: the township.

    off: days of 缓训, never called on these; away: days in classes elsewhere, avoided if possible.
    """

    id: int
    line: tuple[int, ...]
    home: int
    unit: int
    off: tuple[Days, ...] = ()
    away: tuple[Days, ...] = ()


@dataclass(frozen=True)
class Left:
    """Why somebody has no class, and on whose account."""

    why: Out
    other: int | None = None


@dataclass
class Split:
    """seats: person → number of the class; out: who has none, and why."""

    seats: dict[int, int] = field(default_factory=dict)
    out: dict[int, Left] = field(default_factory=dict)


def split(
    people: Sequence[Called],
    classes: Sequence[Planned],
    pairs: Collection[tuple[int, int]] = (),
    away: Mapping[int, Sequence[Days]] | None = None,
) -> Split:
    """Put people into classes. The same people and classes give the same answer.

    pairs: who is never away with whom; away: days in classes elsewhere, also of other people.
    """
    return list(splitting(people, classes, pairs, away))[-1]


def splitting(
    people: Sequence[Called],
    classes: Sequence[Planned],
    pairs: Collection[tuple[int, int]] = (),
    away: Mapping[int, Sequence[Days]] | None = None,
) -> Iterator[Split]:
    """The same, told after each part that is done; the last is the whole."""
    yield from _Splitting(people, classes, pairs, away or {}).told()


class _Splitting:
    def __init__(
        self,
        people: Sequence[Called],
        classes: Sequence[Planned],
        pairs: Collection[tuple[int, int]],
        away: Mapping[int, Sequence[Days]],
    ) -> None:
        self.people = {
            one.id: one for one in sorted(people, key=lambda one: (one.home, one.unit, one.id))
        }
        self.place = {person: number for number, person in enumerate(self.people)}
        self.classes = sorted(classes, key=lambda one: (one.first_on, one.number))
        self.others: dict[int, list[int]] = defaultdict(list)
        for one, other in pairs:
            self.others[one].append(other)
            self.others[other].append(one)
        self.away = away
        self.by_number = {one.number: one for one in self.classes}
        self.free = {one.number: one.capacity for one in self.classes}
        self.found = Split()
        self._lay_slots()

    def _lay_slots(self) -> None:
        """Classes of one area on the same days are one slot."""
        slots: dict[tuple[int, Days], list[Planned]] = defaultdict(list)
        for one in self.classes:
            slots[one.area, one.days].append(one)
        self.slots = list(slots.values())
        self.days = [days for _, days in slots]
        self.of_area: dict[int, list[int]] = defaultdict(list)
        for number, (area, _) in enumerate(slots):
            self.of_area[area].append(number)
        self.meets = [
            frozenset(n for n, other in enumerate(self.days) if overlap(days, other))
            for days in self.days
        ]

    def told(self) -> Iterator[Split]:
        self.may = {person: slots for person in self.people if (slots := self._choices(person))}
        for part in self._parts():
            for slot, members in _turned(self._shared(part)).items():
                self._seat(slot, sorted(members, key=self.place.__getitem__))
            yield self.found
        self._place_the_rest()
        yield self.found

    # ── who may go where ────────────────────────────────────────────────────────────────────────

    def _choices(self, person: int) -> Slots:
        """The slots a person may go to; none: the reason is written down."""
        one = self.people[person]
        open_ = [slot for area in one.line for slot in self.of_area.get(area, ())]
        if not open_:
            return self._leave(person, Out.NO_CLASS)
        open_ = [slot for slot in open_ if not self._hit(slot, one.off)]
        if not open_:
            return self._leave(person, Out.DEFERRED)
        for other in self.others[person]:
            held = [slot for slot in open_ if not self._hit(slot, self.away.get(other, ()))]
            if not held:
                return self._leave(person, Out.OTHER_AWAY, other)
            open_ = held
        return frozenset([slot for slot in open_ if not self._hit(slot, one.away)] or open_)

    def _hit(self, slot: int, spans: Iterable[Days]) -> bool:
        return any(overlap(self.days[slot], days) for days in spans)

    def _leave(self, person: int, why: Out, other: int | None = None) -> Slots:
        self.found.out[person] = Left(why, other)
        return frozenset()

    # ── which slot ──────────────────────────────────────────────────────────────────────────────

    def _parts(self) -> Iterator[list[int]]:
        """People whose choices meet: what one part does is nothing to another."""
        root: dict[int, int] = {}

        def top(slot: int) -> int:
            while root.setdefault(slot, slot) != slot:
                slot = root[slot]
            return slot

        for choices in set(self.may.values()):
            for one, other in pairwise(sorted(choices)):
                root[top(one)] = top(other)
        for person, choices in self.may.items():
            for other in self.others[person]:
                if other in self.may:
                    root[top(min(choices))] = top(min(self.may[other]))
        parts: dict[int, list[int]] = defaultdict(list)
        for person, choices in self.may.items():
            parts[top(min(choices))].append(person)
        yield from parts.values()

    def _shared(self, part: Sequence[int]) -> dict[int, int]:
        """Person → slot, for those of a part who find one."""
        stars, knots = self._stars(part)
        room = [sum(one.capacity for one in slot) for slot in self.slots]
        found = self._one_by_one(knots, room)
        hall = Hall(room, self._even(part, room), self.meets)
        home = {person: self.people[person].home for person in part}
        kinds: dict[Kind, list[Star]] = defaultdict(list)
        for star in stars:
            kinds[kind_of(star, self.may, home)].append(star)
        counts = shares({kind: len(of) for kind, of in kinds.items()}, hall)
        if counts is None:
            everybody = [one for star in stars for one in (star.center, *star.leaves)]
            return found | self._one_by_one(everybody, room)
        for kind, members in kinds.items():
            found |= self._named(members, counts[kind])
        return found

    def _stars(self, part: Sequence[int]) -> tuple[list[Star], list[int]]:
        """Who stands alone or around one other; and those who are tied more closely than that."""
        stars, knots, seen = [], [], set[int]()
        inside = set(part)
        for person in part:
            if person in seen:
                continue
            group = self._tied(person, inside)
            seen |= set(group)
            center = max(group, key=lambda one: (len(self._near(one, inside)), -self.place[one]))
            ties = sum(len(self._near(one, inside)) for one in group) // 2
            if ties == len(group) - 1 == len(self._near(center, inside)):
                stars.append(Star(center, tuple(one for one in group if one != center)))
            else:
                knots += group
        return stars, knots

    def _near(self, person: int, inside: Collection[int]) -> list[int]:
        return [other for other in self.others[person] if other in inside]

    def _tied(self, person: int, inside: Collection[int]) -> list[int]:
        group, waiting = {person: None}, [person]
        while waiting:
            for other in self._near(waiting.pop(), inside):
                if other not in group:
                    group[other] = None
                    waiting.append(other)
        return sorted(group, key=self.place.__getitem__)

    def _even(self, part: Sequence[int], room: Sequence[int]) -> list[int]:
        """How many each slot has when all its classes are as even as their capacities let them."""
        touched = sorted(frozenset().union(*(self.may[person] for person in part)))
        left, even = len(part), [0] * len(room)
        open_ = [slot for slot in touched if room[slot] > 0]
        while left > 0 and open_:
            classes = sum(len(self.slots[slot]) for slot in open_)
            each, more = divmod(left, classes)
            for slot in list(open_):
                extra = min(more, len(self.slots[slot]))
                more -= extra
                put = min(each * len(self.slots[slot]) + extra, room[slot] - even[slot])
                even[slot] += put
                left -= put
                if even[slot] >= room[slot]:
                    open_.remove(slot)
        return even

    def _one_by_one(self, people: Sequence[int], room: list[int]) -> dict[int, int]:
        """Each in turn to the slot with most room that the others of the village leave open."""
        found: dict[int, int] = {}
        for person in sorted(people, key=lambda one: (-len(self.others[one]), self.place[one])):
            taken = [found[other] for other in self.others[person] if other in found]
            open_ = [
                slot
                for slot in sorted(self.may[person])
                if room[slot] > 0 and not any(slot in self.meets[one] for one in taken)
            ]
            if open_:
                found[person] = max(open_, key=lambda slot: (room[slot], -slot))
                room[found[person]] -= 1
        return found

    def _named(self, stars: Sequence[Star], counts: Shares) -> dict[int, int]:
        """Fill counts with names: villages that are neighbours go together."""
        found: dict[int, int] = {}
        beside: dict[int | None, list[Star]] = defaultdict(list)
        where = _laid_out(counts.center)
        for star in sorted(stars, key=lambda star: self.place[star.center]):
            slot = next(where, None)
            beside[slot].append(star)
            if slot is not None:
                found[star.center] = slot
        for slot, group in beside.items():
            leaves: dict[Slots, list[int]] = defaultdict(list)
            for star in group:
                for leaf in star.leaves:
                    leaves[self.may[leaf]].append(leaf)
            for choices, members in leaves.items():
                spread = _laid_out(counts.leaves.get((slot, choices), {}))
                found |= dict(zip(members, spread, strict=False))
        return found

    # ── which class of a slot ───────────────────────────────────────────────────────────────────

    def _seat(self, slot: int, members: Sequence[int]) -> None:
        """Even classes, township after township, and cut between townships where that is near."""
        classes, start = self.slots[slot], 0
        for number, one in enumerate(classes):
            left = classes[number + 1 :]
            rest = len(members) - start
            least = max(0, rest - sum(other.capacity for other in left))
            size = min(one.capacity, max(least, self._even_size(rest, one, left)))
            end = self._cut(members, start, size, least, one.capacity) if left else start + size
            for person in members[start:end]:
                self._sit(person, one)
            start = end

    @staticmethod
    def _even_size(rest: int, one: Planned, left: Sequence[Planned]) -> int:
        return -(-rest * one.capacity // (one.capacity + sum(other.capacity for other in left)))

    def _cut(self, members: Sequence[int], start: int, size: int, least: int, most: int) -> int:
        """The end of a township near the even size, else the even size."""
        near = size // TENTH
        for away in range(near + 1):
            for end in (start + size - away, start + size + away):
                if not least <= end - start <= most or not start < end < len(members):
                    continue
                if self.people[members[end - 1]].home != self.people[members[end]].home:
                    return end
        return start + size

    def _sit(self, person: int, one: Planned) -> None:
        self.found.seats[person] = one.number
        self.free[one.number] -= 1

    # ── who is left ─────────────────────────────────────────────────────────────────────────────

    def _place_the_rest(self) -> None:
        """Whoever still fits somewhere is put there; who does not is told why."""
        for person in self.people:
            if person in self.found.seats or person in self.found.out:
                continue
            open_ = [one for one in self._open_to(person) if self.free[one.number] > 0]
            fits = [one for one in open_ if self._against(person, one) is None]
            if fits:
                self._sit(person, max(fits, key=lambda one: self.free[one.number]))
            elif open_:
                self._leave(person, Out.APART, self._against(person, open_[0]))
            else:
                self._leave(person, Out.FULL)

    def _open_to(self, person: int) -> Iterator[Planned]:
        """Classes on days that are neither the person's own days off nor another's away."""
        one = self.people[person]
        for slot in sorted(slot for area in one.line for slot in self.of_area.get(area, ())):
            taken = [days for other in self.others[person] for days in self.away.get(other, ())]
            if not self._hit(slot, (*one.off, *taken)):
                yield from self.slots[slot]

    def _against(self, person: int, planned: Planned) -> int | None:
        """Who of the village is away on these days."""
        for other in self.others[person]:
            number = self.found.seats.get(other)
            if number is not None and overlap(self.by_number[number].days, planned.days):
                return other
        return None


def _laid_out(counts: Mapping[int, int]) -> Iterator[int]:
    for slot in sorted(counts):
        yield from [slot] * counts[slot]


def _turned(slot_of: Mapping[int, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for person, slot in slot_of.items():
        found[slot].append(person)
    return found


def sizes(seats: Mapping[int, int]) -> Counter[int]:
    """Class → how many sit in it."""
    return Counter(seats.values())
