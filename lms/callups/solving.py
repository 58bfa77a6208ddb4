"""A split as an integer programme: how many of each kind of village go into which slot. Pure.

People of one township who may go to the same classes are alike, so the programme counts them and
names nobody: a county is a few thousand variables, and its answer is the best there is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

# What a person counts: not placed; away from the township; above an even size, little and much.
MISSING, STRAY, UNEVEN, CROWDED = 100.0, 1.0, 0.4, 3.0
GRACE = 20  # a class may be a twentieth above the even size before it counts much
GAP, NODES = 1e-4, 200
MOST = 60_000  # variables; more take too long, and the split goes on person by person

Slots = frozenset[int]


@dataclass(frozen=True)
class Star:
    """A person and those who are never away with that person; nobody, for most."""

    center: int
    leaves: tuple[int, ...] = ()


@dataclass(frozen=True)
class Hall:
    """Slots of classes: how many each holds, how many would be even, which share a day."""

    room: Sequence[int]
    even: Sequence[int]
    meets: Sequence[Slots]  # slot → the slots that share a day with it, itself among them


@dataclass(frozen=True)
class Kind:
    """Villages that are alike: of one township, with the same choices."""

    home: int
    center: Slots
    leaves: tuple[tuple[Slots, int], ...]  # choices → how many of each village have them


Counts = dict[int, int]  # slot → persons


@dataclass
class Shares:
    """How many of a kind go where. leaves: by slot of the center (none: not placed) and choices."""

    center: Counts
    leaves: dict[tuple[int | None, Slots], Counts]


def kind_of(star: Star, may: Mapping[int, Slots], home: Mapping[int, int]) -> Kind:
    leaves = Counter(may[leaf] for leaf in star.leaves)
    ordered = sorted(leaves.items(), key=lambda item: sorted(item[0]))
    return Kind(home[star.center], may[star.center], tuple(ordered))


def shares(kinds: Mapping[Kind, int], hall: Hall) -> dict[Kind, Shares] | None:
    """How many of each kind go where, as many as can; none where there is too much to solve."""
    if not kinds:
        return {}
    near = _Programme(kinds, hall, near=True)
    if len(near.cost) > MOST:
        return None
    found = near.solved()
    if _everybody(kinds, found):
        return found
    whole = _Programme(kinds, hall)
    return whole.solved() if len(whole.cost) <= MOST else found


def _everybody(kinds: Mapping[Kind, int], found: Mapping[Kind, Shares]) -> bool:
    """Whether nobody was left without a place."""
    people = sum(many * (1 + sum(each for _, each in kind.leaves)) for kind, many in kinds.items())
    placed = sum(sum(one.center.values()) for one in found.values())
    beside = (counts for one in found.values() for counts in one.leaves.values())
    return people == placed + sum(sum(counts.values()) for counts in beside)


class _Programme:
    """Variables: how many centers of a kind in a slot; how many leaves of these in another.

    near: of a village one at least goes where its township goes. A tenth of the time, and seldom
    not enough for everybody.
    """

    def __init__(self, kinds: Mapping[Kind, int], hall: Hall, near: bool = False) -> None:
        self.kinds, self.hall, self.near = kinds, hall, near
        self.homes = homes(kinds, hall)
        self.cost: list[float] = []
        self.most: list[float] = []
        self.rows: list[tuple[dict[int, float], float]] = []  # sum of these ≤ that
        self.load: dict[int, list[int]] = defaultdict(list)  # slot → variables of its people
        self.where: list[tuple[Kind, int | None, Slots | None, int, int]] = []
        for kind, many in kinds.items():
            self._add(kind, many)
        self._sizes()

    def _add(self, kind: Kind, many: int) -> None:
        center = {slot: self._people(kind, None, None, slot, many) for slot in sorted(kind.center)}
        self.rows.append((dict.fromkeys(center.values(), 1.0), many))
        for choices, each in kind.leaves:
            for slot, there in center.items():
                free = sorted(self._beside(kind, slot, choices))
                own = [self._people(kind, slot, choices, one, each * many) for one in free]
                self.rows.append((dict.fromkeys(own, 1.0) | {there: -float(each)}, 0.0))
            # of those whose center finds no place
            own = [self._people(kind, None, choices, one, each * many) for one in sorted(choices)]
            counted = dict.fromkeys(own, 1.0) | dict.fromkeys(center.values(), float(each))
            self.rows.append((counted, float(each * many)))

    def _beside(self, kind: Kind, slot: int, choices: Slots) -> Slots:
        """Where leaves may go whose center goes to a slot."""
        free = choices - self.hall.meets[slot]
        close = self.homes[kind.home]
        return free & close if self.near and slot not in close else free

    def _people(
        self, kind: Kind, beside: int | None, choices: Slots | None, slot: int, most: int
    ) -> int:
        stray = 0.0 if slot in self.homes[kind.home] else STRAY
        number = self._variable(stray - MISSING, most)
        self.load[slot].append(number)
        self.where.append((kind, beside, choices, slot, number))
        return number

    def _variable(self, cost: float, most: float) -> int:
        self.cost.append(cost)
        self.most.append(most)
        return len(self.cost) - 1

    def _sizes(self) -> None:
        for slot, people in sorted(self.load.items()):
            room, even = self.hall.room[slot], self.hall.even[slot]
            grace = min(even // GRACE + 1, room - even)
            above = [self._variable(UNEVEN, grace), self._variable(CROWDED, room - even - grace)]
            self.rows.append((dict.fromkeys(people, 1.0) | dict.fromkeys(above, -1.0), even))

    def solved(self) -> dict[Kind, Shares]:
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        at = [number for number, (row, _) in enumerate(self.rows) for _ in row]
        columns = [column for row, _ in self.rows for column in row]
        values = [value for row, _ in self.rows for value in row.values()]
        shape = (len(self.rows), len(self.cost))
        table = csr_array((values, (at, columns)), shape=shape)
        done = milp(
            np.array(self.cost),
            integrality=np.ones(len(self.cost)),
            bounds=Bounds(0, np.array(self.most)),
            constraints=LinearConstraint(table, -inf, np.array([most for _, most in self.rows])),
            options={"mip_rel_gap": GAP, "node_limit": NODES},
        )
        return self._read([] if done.x is None else [round(value) for value in done.x])

    def _read(self, values: Sequence[int]) -> dict[Kind, Shares]:
        found = {kind: Shares({}, {}) for kind in self.kinds}
        for kind, beside, choices, slot, number in self.where:
            many = values[number] if values else 0
            if many and choices is None:
                found[kind].center[slot] = many
            elif many and choices is not None:
                found[kind].leaves.setdefault((beside, choices), {})[slot] = many
        return found


def homes(kinds: Mapping[Kind, int], hall: Hall) -> dict[int, set[int]]:
    """Township → the few slots that its people best share; the largest township chooses first."""
    sizes: dict[int, list[int]] = defaultdict(lambda: [0, 0])  # heads and others, their leaves
    choices: dict[int, set[int]] = defaultdict(set)
    for kind, many in kinds.items():
        sizes[kind.home][0] += many
        sizes[kind.home][1] += many * sum(each for _, each in kind.leaves)
        choices[kind.home] |= kind.center
    left = list(hall.even)
    found = {}
    for home in sorted(sizes, key=lambda one: (-sum(sizes[one]), one)):
        found[home] = set(_taken(sizes[home], sorted(choices[home]), left, hall))
    return found


def _taken(
    sizes: Sequence[int], choices: Sequence[int], left: list[int], hall: Hall
) -> Iterator[int]:
    """The slots that one township takes: the first for one half, others apart from it."""
    heads, leaves = sizes
    taken: list[int] = []
    for need in (heads, leaves):
        while need > 0:
            free = [slot for slot in choices if left[slot] > 0 and slot not in taken]
            apart = [slot for slot in free if not any(slot in hall.meets[one] for one in taken)]
            if not free:
                return
            best = min(apart or free, key=lambda slot: (left[slot] < need, abs(left[slot] - need)))
            need -= left[best]
            left[best] = max(0, -need)
            taken.append(best)
            yield best
