"""Who is here, what time it is, and what chance says: what a view takes from its request."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import current_app, g, request

from lms.clock import day_of
from lms.settings import Settings


def now() -> datetime:
    """The moment, from the roof's clock."""
    return current_app.extensions["clock"]()


def today() -> date:
    """The day, by the city's calendar."""
    return day_of(now())


def roll() -> int:
    """A seed, from the roof's dice."""
    return current_app.extensions["dice"]()


def me():
    """The signed-in person (`people.rules.Me`). The gate has set it."""
    return g.me


def settings() -> Settings:
    """The settings of this house."""
    return current_app.extensions["settings"]


def secret(name: str) -> str:
    """One of the keys of this house."""
    return settings().secrets[name]


def address() -> str:
    """Where the request came from."""
    return request.remote_addr or ""


def handlers() -> dict:
    """How each kind of job is done, as the roof registered it."""
    return current_app.extensions["job handlers"]


def of_minutes(minutes: int) -> tuple[Decimal, Decimal]:
    """The hours of so many minutes by the rule of today, and how many minutes make one."""
    return current_app.extensions["of minutes"](minutes, today())


def planned(paper_ids: Collection[int]) -> dict[int, tuple[datetime, str]]:
    """Of these papers the next assessment still to be held: when it opens, its title."""
    return current_app.extensions["planned"](paper_ids, now())


def asked_since(since: datetime) -> Collection[int]:
    """Questions that were asked in an assessment since a moment, whoever held it."""
    return current_app.extensions["asked since"](since)


def asked_of(cohort_ids: Collection[int]) -> Collection[int]:
    """Questions that somebody on the lists of these cohorts has been asked."""
    return current_app.extensions["asked of"](cohort_ids)


def used(bank_ids: Collection[int]) -> Any:
    """How the questions of these banks did: version → `papers.rules.Use`."""
    return current_app.extensions["used"](bank_ids)


def cohorts() -> Collection[tuple[int, str]]:
    """The cohorts in sight, the last first: id and title."""
    return current_app.extensions["cohorts"]()


def headcounts(org_ids: Collection[int]) -> dict[int, int]:
    """Persons posted today in each unit or below it; the roof says who counts them."""
    return current_app.extensions["headcounts"](org_ids, today())
