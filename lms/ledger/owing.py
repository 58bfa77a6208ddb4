"""What a person owes in a year, and whether it is met. Pure.

Who belongs to two groups owes the greater requirement, never the sum; and what was learned on
line never fills what has to be organised.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lms.ledger.reckoning import Rule, Rules, certain_number
from lms.ledger.rules import Audience, HourKind, RuleKey
from lms.people.rules import Post

COUNTY_RANKS = ("县处级", "厅局级", "调研员", "巡视员")  # data: of a rank in a roster
Held = tuple[Post, str | None]  # a post and its rank
Earned = Mapping[tuple[int, HourKind], Decimal]  # (year, kind) → hours
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Requirement:
    """What one rule asks for: hours within so many years."""

    rule: Rule
    hours: Decimal
    years: int = 1

    @property
    def a_year(self) -> Decimal:
        return self.hours / self.years


@dataclass(frozen=True)
class Owes:
    """What somebody owes. lesser: what would be asked for by the other groups, and is not added."""

    organised: Requirement | None = None
    lesser: tuple[Requirement, ...] = ()
    online: Requirement | None = None


def owes(held: Iterable[Held], rules: Rules) -> Owes:
    """What somebody with these posts owes under the rules of a year."""
    mine = tuple(held)
    return owed_under(one for one in asking(rules) if _is_for(one, mine))


def asking(rules: Rules) -> list[Rule]:
    """The rules under which hours are owed."""
    return [one for one in rules.values() if one.key in (RuleKey.OWED, RuleKey.OWED_ONLINE)]


def owed_under(rules: Iterable[Rule]) -> Owes:
    """What somebody owes of whom these rules ask, and no other."""
    asked = tuple(rules)
    return _greatest(
        [requirement(one) for one in asked if one.key is RuleKey.OWED],
        [requirement(one) for one in asked if one.key is RuleKey.OWED_ONLINE],
    )


def _greatest(organised: list[Requirement], online: list[Requirement]) -> Owes:
    ordered = sorted(organised, key=_by_size, reverse=True)
    first = ordered[0] if ordered else None
    return Owes(first, tuple(ordered[1:]), max(online, key=_by_size, default=None))


def _by_size(one: Requirement) -> tuple[Decimal, str]:
    return one.a_year, one.rule.audience


def requirement(rule: Rule) -> Requirement:
    """90, or 550/5: in five years."""
    hours, _, years = rule.value.partition("/")
    return Requirement(rule, Decimal(hours), int(years or 1))


def whom(rule: Rule) -> tuple[Collection[str], Collection[str]]:
    """Of whom a rule asks: who holds one of these posts, or whose rank has one of these words."""
    return ((), COUNTY_RANKS) if rule.audience == Audience.COUNTY_RANK else (rule.posts, ())


def _is_for(rule: Rule, held: tuple[Held, ...]) -> bool:
    posts, words = whom(rule)
    return any(post in posts or any(word in (rank or "") for word in words) for post, rank in held)


@dataclass(frozen=True)
class Met:
    """How far a requirement is met in a year. asked: up to this year, where it has several."""

    requirement: Requirement
    asked: Decimal
    earned: Decimal
    carried: Decimal = NOTHING  # of `earned`, what came over from the year before

    @property
    def is_met(self) -> bool:
        return self.earned >= self.asked

    @property
    def missing(self) -> Decimal:
        return max(self.asked - self.earned, NOTHING)


def met(one: Requirement, kind: HourKind, year: int, earned: Earned, rules: Rules) -> Met:
    """How far a requirement is met by what was earned of its kind, and of no other."""
    first = first_year(one, year)
    if one.years > 1:
        asked = one.a_year * (year - first + 1)
        return Met(one, asked, _sum(earned, kind, first, year))
    here = earned.get((year, kind), NOTHING)
    carries = certain_number(rules, RuleKey.CARRY) == 1
    over = max(earned.get((year - 1, kind), NOTHING) - one.hours, NOTHING) if carries else NOTHING
    return Met(one, one.hours, here + over, over)


def first_year(one: Requirement, year: int) -> int:
    """In which year the span of a requirement began: spans follow from the year of its rule."""
    return year - (year - one.rule.from_on.year) % one.years


def _sum(earned: Earned, kind: HourKind, first: int, last: int) -> Decimal:
    return sum((earned.get((one, kind), NOTHING) for one in range(first, last + 1)), NOTHING)


@dataclass(frozen=True)
class Year:
    """A person's year: how far each of the two is met; none: nothing is owed."""

    owes: Owes
    organised: Met | None
    online: Met | None

    @property
    def is_met(self) -> bool:
        return all(one is None or one.is_met for one in (self.organised, self.online))

    @property
    def owes_nothing(self) -> bool:
        return self.organised is None and self.online is None


def year_of(owed: Owes, year: int, earned: Earned, rules: Rules) -> Year:
    """How a person stands in a year."""
    organised, online = owed.organised, owed.online
    return Year(
        owed,
        met(organised, HourKind.ORGANISED, year, earned, rules) if organised else None,
        met(online, HourKind.ONLINE, year, earned, rules) if online else None,
    )
