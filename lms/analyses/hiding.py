"""Which groups are so small that they show no mean, and which others must not tell of them.

What is hidden together is always five persons or more, so that the shown and their sum leave
nothing smaller to be reckoned; on the page of a unit no less than on those above and below it.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

from lms.reports.services import fitting
from lms.reports.tables import REST, Tree

FEWEST = 5
Group = TypeVar("Group", bound=Hashable)
Sizes = Mapping[int, int]  # unit → persons in it, without those below


def hidden(
    sizes: Mapping[Group, int], told: bool = True, already: Collection[Group] = ()
) -> frozenset[Group]:
    """The groups that show no mean. told: whether the mean of all together is shown.

    already: groups that are hidden for another reason. The smallest others are hidden with them.
    """
    held = {one: many for one, many in sizes.items() if many}
    found = {one for one, many in held.items() if many < FEWEST or one in already}
    if told and not found:
        return frozenset()
    others = sorted((one for one in held if one not in found), key=lambda one: held[one])
    while others and (sum(held[one] for one in found) < FEWEST or (told and len(found) == 1)):
        found.add(others.pop(0))
    return frozenset(found)


class Pages:
    """The tree with the lines that the page of each unit shows, looked up once for many."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._lines: dict[int, Mapping[int, int]] = {}
        self._ways: dict[int, tuple[int, ...]] = {}

    def way(self, unit: int) -> tuple[int, ...]:
        """The unit and its superiors, from the top down."""
        if unit not in self._ways:
            above = self.tree.units[unit].parent_id
            before = self.way(above) if above in self.tree.units else ()
            self._ways[unit] = (*before, unit)
        return self._ways[unit]

    def lines(self, root: int) -> Mapping[int, int]:
        """Unit → the line on that page for which it counts."""
        if root not in self._lines:
            self._lines[root] = self.tree.lines(fitting(self.tree.kind(root)), root)
        return self._lines[root]


class Hiding:
    """One population in a tree of units: what is hidden on the page of each of them."""

    def __init__(self, pages: Pages, sizes: Sizes) -> None:
        self.pages, self.tree, self.sizes = pages, pages.tree, sizes
        self.whole: Counter[int] = Counter()  # with those below
        for unit, many in sizes.items():
            for above in pages.way(unit) if many else ():
                self.whole[above] += many

    def at(self, root: int) -> tuple[bool, frozenset[int]]:
        """Whether the sum on a unit's page is hidden, and which of its lines are."""
        way = self.pages.way(root)
        shut = self.whole[way[0]] < FEWEST
        for above, unit in zip(way, way[1:], strict=False):
            shut = self.below(above, unit, shut)
        return shut, hidden(self._lines(root), not shut)

    def below(self, above: int, unit: int, shut: bool) -> bool:
        """Whether a unit is hidden right below another. shut: whether that one is."""
        lines = self._lines(above)
        found = hidden(lines, not shut)
        if self.pages.lines(above).get(unit) == unit:
            return unit in found or self.whole[unit] < FEWEST
        beside = hidden(self._beside(above), REST not in found)
        return unit in beside or self.whole[unit] < FEWEST

    def _lines(self, root: int) -> Counter[int]:
        """The lines on the page of a unit → persons."""
        found: Counter[int] = Counter()
        lines = self.pages.lines(root)
        for unit, many in self.sizes.items():
            if unit in lines:
                found[lines[unit]] += many
        return found

    def _beside(self, above: int) -> Counter[int]:
        """What the line of the others is made of: the unit's own, and each that is no line."""
        lines = self.pages.lines(above)
        found = Counter({above: self.sizes.get(above, 0)})
        for one in self.tree.below.get(above, ()):
            if lines.get(one) != one:
                found[one] = self.whole[one]
        return found


def by_kind(
    pages: Pages, sizes: Mapping[Group, Sizes], whole: Hiding, root: int
) -> frozenset[Group]:
    """Which lines of a table by post are hidden on a unit's page.

    sizes: post → unit → persons; whole: everybody, each once. A post that is hidden for a unit is
    so below it as a unit is: no page tells of it by the others.
    """
    way = pages.way(root)
    kinds = {one: Hiding(pages, held) for one, held in sizes.items()}
    closed: frozenset[Group] = frozenset()
    for place, unit in enumerate(way):
        if place:
            above = way[place - 1]
            closed = frozenset(
                one for one, held in kinds.items() if held.below(above, unit, one in closed)
            )
        told = not whole.at(unit)[0]
        closed = hidden({one: held.whole[unit] for one, held in kinds.items()}, told, closed)
    return closed
