"""学时达标情况表: who owes hours in a year, who has met them, by unit and by group. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from lms.ledger.owing import Year
from lms.ledger.rules import in_hours

REST, WHOLE = "rest", "whole"  # the unit itself; everybody together


@dataclass(frozen=True, slots=True)
class Standing:
    """How a year stands, worked out once for all who stand alike."""

    year: Year
    owing: bool
    met: bool
    group: str  # whose requirement is owed: the greatest; "" where nothing is

    @classmethod
    def of(cls, year: Year) -> "Standing":
        first = year.owes.organised or year.owes.online
        owing = not year.owes_nothing
        return cls(year, owing, owing and year.is_met, first.rule.audience if first else "")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a year: the unit they are counted for, how they stand, hours by kind."""

    person_id: int
    org_id: int
    standing: Standing
    organised: int  # hundredths
    online: int

    @property
    def stands(self) -> Year:
        return self.standing.year

    @property
    def group(self) -> str:
        return self.standing.group


@dataclass(frozen=True, slots=True)
class Alike:
    """So many of one line who stand alike, with their hours together, in hundredths."""

    key: str
    standing: Standing
    organised: int
    online: int
    many: int


@dataclass
class Line:
    """One line of the table: a unit or a group. Persons who owe nothing stand apart."""

    key: str
    name: str = ""
    owing: int = 0
    met: int = 0
    others: int = 0  # who owes nothing
    organised: int = 0  # hundredths, of those who owe some
    online: int = 0

    @property
    def unmet(self) -> int:
        return self.owing - self.met

    def add(self, some: Alike) -> None:
        if not some.standing.owing:
            self.others += some.many
            return
        self.owing += some.many
        self.met += some.many * some.standing.met
        self.organised += some.organised
        self.online += some.online

    def join(self, other: "Line") -> None:
        """Those of another line as well."""
        for name in ("owing", "met", "others", "organised", "online"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def mean(self, hundredths: int) -> Decimal | None:
        """Hours a head of those who owe some, rounded half up; none where there is nobody."""
        if not self.owing:
            return None
        return (in_hours(hundredths) / self.owing).quantize(Decimal("0.01"), ROUND_HALF_UP)


def lines(people: Iterable[Alike]) -> tuple[dict[str, Line], Line]:
    """One line a key, and all together."""
    found: dict[str, Line] = {}
    for some in people:
        if some.key not in found:
            found[some.key] = Line(some.key)
        found[some.key].add(some)
    total = Line(WHOLE)
    for line in found.values():
        total.join(line)
    return found, total


def part_of(path: str, root: str) -> str | None:
    """The id of the unit right below a root in which a path lies; REST for the root itself."""
    if not path.startswith(root):
        return None
    step, _, _ = path.removeprefix(root).partition("/")
    return step or REST
