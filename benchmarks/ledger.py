"""The ledger of hours: 10,000 persons × 5 years, a million entries; a record, a city's year."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House
from lms.access import add_rows
from lms.access.scope import seeing_everything
from lms.clock import day_of, system_clock
from lms.db import db, look_anew
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.people.models import Person, Posting
from lms.people.queries import holds
from lms.web import transaction

PERSONS, YEARS, A_YEAR = 10_000, 5, 20
RECORD, YEARLY = 50, 1000  # ms


def measure(house: House) -> Iterator[Figure]:
    stick = yardstick()
    person = _filled(house)
    with house.app.app_context(), seeing_everything():
        entries = db.session.scalar(select(func.count(HourEntry.id))) or 0
        mine = select(func.count(HourEntry.id)).where(HourEntry.person_id == person)
        own = db.session.scalar(mine) or 0
    yield Figure("entries in the ledger", entries, "entries")
    yield Figure("… of the person whose record is asked for", own, "entries")
    visitor = house.officer()
    record = took(lambda: visitor.get(f"/records/{person}"))
    yield Figure("a person's record, the whole page", record.wall * 1000, "ms", RECORD, stick)
    yield Figure("… CPU of this process alone", record.cpu * 1000, "ms CPU", None, stick)
    yield Figure("… statements", visitor.statements(f"/records/{person}"), "statements")
    year = day_of(system_clock()).year
    for what, asked in (("this year", year), ("the year before", year - 1)):
        page = took(lambda asked=asked: visitor.get(f"/records/yearly?year={asked}"), runs=5)
        yield Figure(f"the city's table of {what}", page.wall * 1000, "ms", YEARLY, stick)
        yield Figure("… CPU of this process alone", page.cpu * 1000, "ms CPU", None, stick)
    book = took(lambda: visitor.get("/records/yearly.xlsx"), runs=3)
    yield Figure("its workbook", book.wall * 1000, "ms", None, stick)


def _filled(house: House) -> int:
    """A million entries, of which every person has as many; one of those persons."""
    today = day_of(system_clock())
    with house.app.app_context(), seeing_everything():
        query = (
            select(Person.id, Person.org_id)
            .join(Posting, Posting.person_id == Person.id)
            .where(holds(Posting, today))
            .distinct()
            .order_by(Person.id)
            .limit(PERSONS)
        )
        people = db.session.execute(query).all()
        for ended, organised in _trainings(today.year):
            add_rows(HourEntry, [_entry(row.id, row.org_id, ended, organised) for row in people])
            transaction.finish()
        look_anew()
        transaction.finish()
        return people[len(people) // 2].id


def _trainings(this_year: int) -> Iterator[tuple[date, bool]]:
    """The day on which each ended, and whether it was organised: every fourth is."""
    for year in range(this_year - YEARS + 1, this_year + 1):
        for place in range(A_YEAR):
            yield date(year, 1, 5) + timedelta(days=14 * place), place % 4 == 0


def _entry(person: int, unit: int, ended: date, organised: bool) -> dict[str, Any]:
    return {
        "person_id": person,
        "org_id": unit,
        "kind": HourKind.ORGANISED if organised else HourKind.ONLINE,
        "activity": f"{ended:%Y}",
        "hundredths": 800 if organised else 150,
        "began_on": ended,
        "earned_on": ended,
        "rule": "hours per day 8 since 2012-01-01",
        "recorded_at": system_clock(),
    }
