"""Papers from a blueprint as an integer programme, solved and not drawn by luck. Pure.

A question takes one place in one form. What the bank lacks is a slack with a high price, so that
the answer names the cells that cannot be filled; forms share a question only where they must.
Formulation: a band for the difficulty of parallel forms, then a polish by swaps within a cell
(van der Linden 2005, Linear Models for Optimal Test Design, ch. 4 and 6).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import inf

from lms.dice import shuffled
from lms.papers.rules import Cell, Item

# What a fault costs, in turns of luck (one is the most that luck is worth).
LACKING, SHARED, UNEVEN, USED = 1000.0, 50.0, 20.0, 2.0
BAND = 0.01  # how far the mean ease of two forms may lie apart before it costs
TOGETHER = 3  # forms solved at once; more, one after the other: ten at once take minutes
SECONDS, GAP = 10, 0.02  # for one programme; near enough to the best
SWAPS = 400
LEAST, TIMES = 20, 4  # questions of a cell that are tried first


@dataclass(frozen=True)
class Wish:
    """What a set of forms must obey beside its cells.

    must: versions that stand in every form; apart: pairs that never meet in one form; open: how
    many questions of a form come from the open bank, none where the blueprint does not say so.
    """

    forms: int = 1
    must: frozenset[int] = frozenset()
    apart: tuple[tuple[int, int], ...] = ()
    open: int = 0


@dataclass(frozen=True)
class Assembled:
    """forms: for each form, for each cell its versions. short: what each cell lacks in all forms
    together; short_open, short_must: the same of the open bank and of questions that must stand.
    """

    forms: list[list[list[int]]]
    short: list[int]
    short_open: int = 0
    short_must: list[int] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return not (any(self.short) or self.short_open or self.short_must)

    def versions(self, form: int) -> list[int]:
        return [version_id for cell in self.forms[form] for version_id in cell]

    def shared(self) -> dict[tuple[int, int], int]:
        """How many questions each pair of forms shares; pairs that share none are left out."""
        sets = [set(self.versions(form)) for form in range(len(self.forms))]
        pairs = combinations(range(len(sets)), 2)
        return {(a, b): n for a, b in pairs if (n := len(sets[a] & sets[b]))}


def assemble(cells: Sequence[Cell], items: Sequence[Item], wish: Wish, seed: int) -> Assembled:
    """Fill the cells of every form; the same seed gives the same papers."""
    by_id = {item.version_id: item for item in items}
    order = shuffled(sorted(by_id), seed, "assemble")
    mixed = [by_id[version_id] for version_id in order]
    if wish.forms <= TOGETHER:
        found = _Programme(cells, _first(cells, mixed, wish), wish, wish.forms).solved()
        if not found.complete or _shares(found, wish):
            found = _Programme(cells, mixed, wish, wish.forms).solved()
    else:
        found = _one_by_one(cells, mixed, wish)
    return _polished(found, by_id, wish)


def _first(cells: Sequence[Cell], items: Sequence[Item], wish: Wish) -> list[Item]:
    """As many of each cell as are surely enough in a rich bank: a tenth of the time."""
    near, used = set(wish.must), {item.version_id for item in items if item.used}
    for cell in cells:
        for opened in (False, True):
            fits = [one.version_id for one in items if one.open is opened and cell.takes(one)]
            fits.sort(key=lambda version_id: version_id in used)
            near |= set(fits[: max(LEAST, TIMES * cell.count * wish.forms)])
    return [item for item in items if item.version_id in near]


def _shares(found: Assembled, wish: Wish) -> bool:
    return any(n > len(wish.must) for n in found.shared().values())


def _one_by_one(cells: Sequence[Cell], items: Sequence[Item], wish: Wish) -> Assembled:
    """Many forms: each as even with the first as it can be, and with what is least used so far."""
    forms: list[list[list[int]]] = []
    times: dict[int, int] = {}
    ease: float | None = None
    first = Assembled([], [0] * len(cells))
    for _ in range(wish.forms):
        found = _Programme(cells, items, wish, 1, times, ease).solved()
        first = first if forms else found
        forms += found.forms
        if ease is None:
            ease = _ease(found.versions(0), {item.version_id: item for item in items})
        for version_id in set(found.versions(0)) - wish.must:
            times[version_id] = times.get(version_id, 0) + 1
    return Assembled(forms, first.short, first.short_open, first.short_must)


class _Programme:
    """Variables: a question in a cell of a form; what lacks; what is shared; what is uneven."""

    def __init__(
        self,
        cells: Sequence[Cell],
        items: Sequence[Item],
        wish: Wish,
        forms: int,
        times: dict[int, int] | None = None,
        ease: float | None = None,
    ) -> None:
        self.cells, self.items, self.wish, self.forms = cells, items, wish, forms
        self.times, self.ease = times or {}, ease
        self.cost: list[float] = []
        self.most: list[float] = []
        self.whole: list[int] = []
        self.rows: list[tuple[list[int], list[float], float, float]] = []
        self.place = {item.version_id: n for n, item in enumerate(items)}
        self.of_item: list[list[list[int]]] = [[[] for _ in items] for _ in range(forms)]
        self.of_cell: list[list[list[int]]] = [[[] for _ in cells] for _ in range(forms)]
        self.meant: dict[int, tuple[int, int, int]] = {}  # variable → form, cell, item

    def solved(self) -> Assembled:
        for form in range(self.forms):
            self._choices(form)
        lacking = [[self._lacking(f, c) for c in range(len(self.cells))] for f in range(self.forms)]
        self._once()
        missing = [self._musts(form) for form in range(self.forms)]
        self._apart()
        opened = [self._open(form) for form in range(self.forms)]
        self._even()
        chosen = self._solve()
        forms: list[list[list[int]]] = [[[] for _ in self.cells] for _ in range(self.forms)]
        for variable, (form, cell, item) in self.meant.items():
            if chosen[variable]:
                forms[form][cell].append(self.items[item].version_id)
        short = [sum(chosen[f[c]] for f in lacking) for c in range(len(self.cells))]
        musts = sorted({v for one in missing for v, key in one.items() if chosen[key]})
        return Assembled(forms, short, sum(chosen[key] for key in opened), musts)

    def _variable(self, cost: float, most: float = 1, whole: bool = True) -> int:
        self.cost.append(cost)
        self.most.append(most)
        self.whole.append(int(whole))
        return len(self.cost) - 1

    def _row(self, keys: list[int], values: list[float], low: float, high: float) -> None:
        if keys:
            self.rows.append((keys, values, low, high))

    def _sum(self, keys: list[int], low: float, high: float) -> None:
        self._row(keys, [1.0] * len(keys), low, high)

    def _choices(self, form: int) -> None:
        for c, cell in enumerate(self.cells):
            for n, item in enumerate(self.items):
                if not cell.takes(item):
                    continue
                cost = n / len(self.items) + USED * item.used
                cost += SHARED * self.times.get(item.version_id, 0)
                key = self._variable(cost)
                self.of_item[form][n].append(key)
                self.of_cell[form][c].append(key)
                self.meant[key] = form, c, n

    def _lacking(self, form: int, c: int) -> int:
        count = self.cells[c].count
        slack = self._variable(LACKING, count)
        self._sum([*self.of_cell[form][c], slack], count, count)
        return slack

    def _once(self) -> None:
        """A question stands once in a form, and in one form alone unless it must or it costs."""
        for n, item in enumerate(self.items):
            in_forms = [form[n] for form in self.of_item]
            for keys in in_forms:
                if len(keys) > 1:
                    self._sum(keys, 0, 1)
            keys = [key for form in in_forms for key in form]
            if self.forms > 1 and keys and item.version_id not in self.wish.must:
                again = self._variable(SHARED, self.forms - 1)
                self._row([*keys, again], [1.0] * len(keys) + [-1.0], 0, 1)

    def _musts(self, form: int) -> dict[int, int]:
        """For each question that must stand: the variable that says it does not."""
        found = {}
        for version_id in sorted(self.wish.must):
            n = self.place.get(version_id)
            found[version_id] = slack = self._variable(LACKING)
            keys = self.of_item[form][n] if n is not None else []
            self._sum([*keys, slack], 1, 1)
        return found

    def _apart(self) -> None:
        for pair in self.wish.apart:
            places = [self.place[one] for one in pair if one in self.place]
            for form in self.of_item:
                if len(places) == 2:
                    self._sum([key for n in places for key in form[n]], 0, 1)

    def _open(self, form: int) -> int:
        """So many of a form come from the open bank, no more; fewer is a lack."""
        keys = [
            key for n, item in enumerate(self.items) if item.open for key in self.of_item[form][n]
        ]
        slack = self._variable(LACKING, self.wish.open)
        self._sum([*keys, slack], self.wish.open, self.wish.open)
        return slack

    def _even(self) -> None:
        """The ease of every form lies within a band of the first, or of what is given."""
        wide = BAND * sum(cell.count for cell in self.cells)
        sums = [
            {k: self.items[n].ease for n, keys in enumerate(form) for k in keys}
            for form in self.of_item
        ]
        for form in range(self.forms if self.ease is not None else self.forms - 1):
            mine = sums[form if self.ease is not None else form + 1]
            other = {} if self.ease is not None else sums[0]
            over, under = (self._variable(UNEVEN, inf, whole=False) for _ in range(2))
            keys = [*mine, *other, over, under]
            values = [*mine.values(), *(-ease for ease in other.values()), -1.0, 1.0]
            middle = self.ease or 0.0
            self._row(keys, values, middle - wide, middle + wide)

    def _solve(self) -> list[int]:
        # Loaded at the first paper: it takes as long as all the rest of a start.
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        lengths = [len(keys) for keys, *_ in self.rows]
        at = (
            np.repeat(np.arange(len(self.rows)), lengths),
            np.concatenate([keys for keys, *_ in self.rows]),
        )
        values = np.concatenate([values for _, values, *_ in self.rows])
        matrix = csr_array((values, at), shape=(len(self.rows), len(self.cost)))
        low, high = ([row[side] for row in self.rows] for side in (2, 3))
        done = milp(
            self.cost,
            constraints=LinearConstraint(matrix, low, high),
            bounds=Bounds(0, self.most),
            integrality=self.whole,
            options={"time_limit": SECONDS, "mip_rel_gap": GAP},
        )
        assert done.x is not None, done.message  # every lack has a slack: there is an answer
        return [round(value) for value in done.x]


def _ease(versions: Collection[int], by_id: dict[int, Item]) -> float:
    return sum(by_id[version_id].ease for version_id in versions)


def _polished(found: Assembled, by_id: dict[int, Item], wish: Wish) -> Assembled:
    """Swap within a cell between the easiest and the hardest form while that brings them nearer."""
    fixed = wish.must | {version_id for pair in wish.apart for version_id in pair}
    for _ in range(SWAPS):
        eases = [_ease(found.versions(form), by_id) for form in range(len(found.forms))]
        easy, hard = eases.index(max(eases)), eases.index(min(eases))
        swap = _best_swap(found, by_id, fixed, (easy, hard), eases[easy] - eases[hard])
        if swap is None:
            return found
        c, a, b = swap
        one, other = found.forms[easy][c], found.forms[hard][c]
        one[one.index(a)], other[other.index(b)] = b, a
    return found


def _best_swap(
    found: Assembled,
    by_id: dict[int, Item],
    fixed: frozenset[int],
    pair: tuple[int, int],
    gap: float,
) -> tuple[int, int, int] | None:
    """The cell and two questions whose exchange closes most of a gap; none closes any."""
    easy, hard = pair
    there, here = set(found.versions(hard)), set(found.versions(easy))
    best, nearest = None, gap - 1e-9
    for c, (one, other) in enumerate(zip(found.forms[easy], found.forms[hard], strict=True)):
        for a in set(one) - fixed - there:
            for b in set(other) - fixed - here:
                step = by_id[a].ease - by_id[b].ease
                if by_id[a].open is by_id[b].open and abs(gap - 2 * step) < nearest:
                    best, nearest = (c, a, b), abs(gap - 2 * step)
    return best
