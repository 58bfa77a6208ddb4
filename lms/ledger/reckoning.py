"""Dated rules of hours: which holds on a day, what it makes of minutes and days. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lms.errors import Invalid
from lms.ledger.rules import OF_AUDIENCES, RuleKey, hundredths, in_hours
from lms.words import N_

NUMBER = r"\d{1,4}(?:\.\d{1,2})?"
HALF_DAY = Decimal("0.5")
SHARES = frozenset({RuleKey.REQUIRED, RuleKey.ELECTIVE, RuleKey.SHARE, RuleKey.OUTSIDE})
MAY_BE_OPEN = frozenset({RuleKey.TIERS, RuleKey.DAILY, RuleKey.YEARLY})  # empty: there is none
CAPS = (RuleKey.DAILY, RuleKey.YEARLY)
HOW: dict[RuleKey, str] = {
    RuleKey.TIERS: N_("写成“30=1 15=0.5 0=0.25”：满 30 分钟计 1 学时，依次类推；留空则不分档。"),
    RuleKey.MINUTES: N_(
        "写一个数。写课时的时候按它折算学时，写得更多的要说明理由；已经写好的课时不变。"
    ),
    RuleKey.OWED: N_("写成“90”；几年内完成的写成“550/5”。"),
    RuleKey.CARRY: N_("写 1（结转）或 0（不结转）。"),
    RuleKey.DAILY: N_("写学时数；留空则不限。"),
    RuleKey.YEARLY: N_("写学时数；留空则不限。"),
}
PLAIN = N_("写一个数，最多两位小数。")
SHARE = N_("写 0 到 1 之间的数，最多两位小数。")


@dataclass(frozen=True)
class Rule:
    """A rule from a day on. to_on: from which day another holds; own: the city said it."""

    key: RuleKey
    value: str
    from_on: date
    source: str
    audience: str = ""
    posts: tuple[str, ...] = ()
    to_on: date | None = None
    certain: bool = True
    own: bool = False

    @property
    def name(self) -> str:
        """How an entry of the ledger names the rule that made it."""
        return f"{self.key} {self.value} since {self.from_on.isoformat()}"


Rules = Mapping[tuple[RuleKey, str], Rule]


def in_force(rules: Iterable[Rule], day: date) -> dict[tuple[RuleKey, str], Rule]:
    """Of each rule the one that holds on a day: what the city said last, else what is shipped."""
    found: dict[tuple[RuleKey, str], Rule] = {}
    for rule in sorted(rules, key=lambda one: (one.from_on, one.own)):
        if rule.from_on <= day:
            found[rule.key, rule.audience] = rule
    return found


def dated(rules: Iterable[Rule]) -> list[Rule]:
    """The rows of one rule, the latest first, each with the day on which the next one begins."""
    ordered = sorted(rules, key=lambda one: (one.from_on, one.own))
    followers: list[Rule | None] = [*ordered[1:], None]
    pairs = zip(ordered, followers, strict=True)
    return [_until(rule, follower) for rule, follower in pairs][::-1]


def _until(rule: Rule, follower: Rule | None) -> Rule:
    return Rule(**vars(rule) | {"to_on": follower and follower.from_on})


def number(rule: Rule) -> Decimal | None:
    """The number that a rule says; none where it says that there is none."""
    return Decimal(rule.value) if rule.value else None


def certain_number(rules: Rules, key: RuleKey) -> Decimal:
    """The number of a rule that is never open."""
    return Decimal(rules[key, ""].value)


def refuse_value(key: RuleKey, value: str) -> None:
    """What a rule may say; in words what it should look like where it does not."""
    if value == "" and key in MAY_BE_OPEN:
        return
    if not re.fullmatch(_pattern(key), value) or (key in SHARES and Decimal(value) > 1):
        raise Invalid("“{value}”不能识别。{how}", value=value, how=how_to_write(key))
    if key is RuleKey.MINUTES and not Decimal(value):
        raise Invalid("每学时的分钟数不能是 0。")


def how_to_write(key: RuleKey) -> str:
    """How the value of a rule is written."""
    return HOW.get(key, SHARE if key in SHARES else PLAIN)


def _pattern(key: RuleKey) -> str:
    if key is RuleKey.TIERS:
        return rf"{NUMBER}={NUMBER}( {NUMBER}={NUMBER})*"
    if key is RuleKey.CARRY:
        return "[01]"
    return rf"{NUMBER}(/[1-9])?" if key is RuleKey.OWED else NUMBER


def refuse_day(from_on: date, today: date, known: Iterable[Rule]) -> None:
    """What is past stays as it was: a new value holds from this year on, and after the last one."""
    if from_on.year < today.year:
        raise Invalid("新规则不能从往年开始：以前年度的学时不重新计算。")
    if from_on.year > today.year + 1:  # after it none could begin any more
        raise Invalid("新规则最晚从明年开始，请核对日期。")
    if any(one.own and one.from_on >= from_on for one in known):
        raise Invalid("已有同一天或更晚开始的规则，请把开始日期写得更晚。")


def refuse_audience(key: RuleKey, posts: Iterable[str], by_rank: bool) -> None:
    """What is owed is owed by somebody."""
    if key in OF_AUDIENCES and not by_rank and not tuple(posts):
        raise Invalid("请至少选择一种职务。")


# ── what minutes and days give ─────────────────────────────────────────────────────────────────


def online(minutes: int, rules: Rules, elective: bool = False) -> tuple[Decimal, str]:
    """The hours of an online course of so many minutes, and the rule that says so."""
    tiers = rules.get((RuleKey.TIERS, ""))
    made_by = tiers if tiers and tiers.value else rules[RuleKey.MINUTES, ""]
    whole = _tier(minutes, made_by.value) if made_by is tiers else minutes / Decimal(made_by.value)
    weight = certain_number(rules, RuleKey.ELECTIVE if elective else RuleKey.REQUIRED)
    return in_hours(hundredths(whole * weight)), made_by.name


def by_minutes(minutes: int, rules: Rules) -> Decimal:
    """What so many minutes are to give: proposed where a lesson is written."""
    return in_hours(hundredths(minutes / certain_number(rules, RuleKey.MINUTES)))


def _tier(minutes: int, value: str) -> Decimal:
    steps = [tuple(map(Decimal, step.split("="))) for step in value.split()]
    return max((hours for least, hours in steps if minutes >= least), default=Decimal(0))


def of_lesson(
    stated: Decimal, minutes: int, elective: bool, rules: Rules
) -> tuple[Decimal, str | None]:
    """The hours of a lesson that states its own, and the rule that made them others, if one did.

    Where the city has tiers by length, they take the place of what is stated.
    """
    tiers = rules[RuleKey.TIERS, ""]
    if tiers.value:
        return online(minutes, rules, elective)
    weight = rules[RuleKey.ELECTIVE if elective else RuleKey.REQUIRED, ""]
    hours = in_hours(hundredths(stated * Decimal(weight.value)))
    return hours, weight.name if hours != stated else None


def organised(days: Decimal, rules: Rules) -> tuple[Decimal, str]:
    """The hours of so many days of organised training, half days among them, and the rule."""
    rule = rules[RuleKey.DAY, ""]
    return in_hours(hundredths(days * Decimal(rule.value))), rule.name


def share_asked(own: int, rules: Rules) -> int:
    """How much of a recording has to be watched, in percent: never less than the city's rule.

    own: what the course asks for.
    """
    return max(own, int(certain_number(rules, RuleKey.SHARE) * 100))


def has_caps(rules: Rules) -> bool:
    """Whether anything bounds the hours of a day or a year."""
    return any(rules[key, ""].value for key in CAPS)


def within_caps(
    hours: Decimal, that_day: Decimal, that_year: Decimal, rules: Rules
) -> tuple[Decimal, str | None]:
    """How much of online hours still counts, and the rule that left the rest out, if one did.

    that_day, that_year: what was given already.
    """
    counts, made_by = hours, None
    for key, given in zip(CAPS, (that_day, that_year), strict=True):
        cap = number(rules[key, ""])
        if cap is not None and max(cap - given, Decimal(0)) < counts:
            counts, made_by = max(cap - given, Decimal(0)), rules[key, ""].name
    return counts, made_by


def entered_late(earned_on: date, recorded_on: date, days: int) -> bool:
    """补录: entered after the year in which the training ended was closed."""
    return (recorded_on - date(earned_on.year, 12, 31)).days > days
