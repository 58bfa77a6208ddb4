"""The rules of hours: looked up, and said anew by the city from a day on."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from lms.audit.services import record
from lms.db import db
from lms.errors import NotFound
from lms.ledger.models import HourRule
from lms.ledger.reckoning import (
    Rule,
    Rules,
    by_minutes,
    certain_number,
    in_force,
    refuse_audience,
    refuse_day,
    refuse_value,
)
from lms.ledger.rules import OF_AUDIENCES, Audience, RuleKey
from lms.ledger.shipped import SHIPPED

SHAPES = {(one.key, one.audience) for one in SHIPPED}


def every() -> list[Rule]:
    """What is shipped, and what the city has said."""
    rows = db.session.scalars(select(HourRule).order_by(HourRule.id))
    return [*SHIPPED, *(_rule(row) for row in rows if (row.key, row.audience) in SHAPES)]


def _rule(row: HourRule) -> Rule:
    return Rule(
        row.key,
        row.value,
        row.from_on,
        row.source,
        row.audience,
        tuple(row.posts),
        own=True,
    )


def rules_on(day: date) -> Rules:
    """The rules that hold on a day."""
    return in_force(every(), day)


def of_minutes(minutes: int, day: date) -> tuple[Decimal, Decimal]:
    """What minutes on line give by the rule of a day, and how many minutes make one hour."""
    rules = rules_on(day)
    return by_minutes(minutes, rules), certain_number(rules, RuleKey.MINUTES)


def of_one(key: str, audience: str) -> list[Rule]:
    """All rows of one rule. Raises NotFound."""
    if (key, audience) not in SHAPES:
        raise NotFound("没有这条学时规则。")
    return [one for one in every() if (one.key, one.audience) == (key, audience)]


def say(
    known: Sequence[Rule],
    value: str,
    posts: Sequence[str],
    from_on: date,
    source: str,
    by: int,
    now: datetime,
    today: date,
) -> HourRule:
    """The city says how a rule is from a day on. known: its rows so far; they stay as they were."""
    key, audience = RuleKey(known[0].key), known[0].audience
    refuse_value(key, value)
    refuse_day(from_on, today, known)
    refuse_audience(key, posts, audience == Audience.COUNTY_RANK)
    row = HourRule(
        key=key,
        audience=audience,
        value=value,
        posts=list(posts) if key in OF_AUDIENCES else [],
        from_on=from_on,
        source=source,
        recorded_by=by,
        recorded_at=now,
    )
    db.session.add(row)
    db.session.flush()
    before = in_force(known, from_on).get((key, audience))
    was = before.value if before else ""
    facts: dict[str, Any] = {"rule": key.value, "for": audience, "was": was, "value": value}
    record("set hour rule", now, whom=row, from_on=from_on.isoformat(), **facts)
    return row
