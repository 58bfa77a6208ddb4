"""学时达标情况表: who owes hours in a year, who has met them, by unit and by group. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from lms.ledger.owing import Year
from lms.ledger.rules import HourKind

REST, WHOLE = "rest", "whole"  # the unit itself; everybody together
COUNTS = ("owing", "met", "unmet", "organised_met", "online_owing", "online_met")


@dataclass(frozen=True)
class Person:
    """Somebody in a year: the unit they are counted for, and how they stand."""

    person_id: int
    org_id: int
    stands: Year
    hours: dict[HourKind, Decimal]

    @property
    def group(self) -> str:
        """The audience whose requirement is owed: the greatest; "" where nothing is owed."""
        owed = self.stands.owes
        first = owed.organised or owed.online
        return first.rule.audience if first else ""


@dataclass
class Line:
    """One line of the table: a unit or a group. Persons who owe nothing stand apart."""

    key: str
    name: str = ""
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    others: int = 0  # who owes nothing
    organised: Decimal = Decimal(0)
    online: Decimal = Decimal(0)

    def add(self, one: Person) -> None:
        stands = one.stands
        if stands.owes_nothing:
            self.others += 1
            return
        self.counts["owing"] += 1
        self.counts["met" if stands.is_met else "unmet"] += 1
        self.counts["organised_met"] += stands.organised is not None and stands.organised.is_met
        self.counts["online_owing"] += stands.online is not None
        self.counts["online_met"] += stands.online is not None and stands.online.is_met
        self.organised += one.hours.get(HourKind.ORGANISED, Decimal(0))
        self.online += one.hours.get(HourKind.ONLINE, Decimal(0))

    def mean(self, hours: Decimal) -> Decimal | None:
        """Hours a head of those who owe some, rounded half up; none where there is nobody."""
        owing = self.counts["owing"]
        return (hours / owing).quantize(Decimal("0.01"), ROUND_HALF_UP) if owing else None


def lines(
    people: Iterable[Person], key_of: Callable[[Person], str | None]
) -> tuple[dict[str, Line], Line]:
    """One line a key, and all together. key_of: none: not counted here."""
    found: dict[str, Line] = {}
    total = Line(WHOLE)
    for one in people:
        key = key_of(one)
        if key is not None:
            found.setdefault(key, Line(key)).add(one)
            total.add(one)
    return found, total


def part_of(path: str, root: str) -> str | None:
    """The id of the unit right below a root in which a path lies; REST for the root itself."""
    if not path.startswith(root):
        return None
    step, _, _ = path.removeprefix(root).partition("/")
    return step or REST
