"""The persons of the demonstration city, and the posts they hold and held."""

from collections.abc import Sequence
from datetime import date

from lms.demonstration.city import City, Known
from lms.demonstration.people import people
from lms.demonstration.persons import PlannedPerson, PlannedPosting
from lms.people.bulk import NewPerson, NewPosting, add_people, post_people
from lms.people.facts import PersonFacts
from lms.people.rules import Post, in_force
from lms.words import N_

# The year that the plan tells of. Loaded in another, everything in it happens so much later or
# earlier, and the same people hold the same posts.
PLANNED_FOR, SETTLED = 2026, (4, 1)
WITHOUT_NUMBER = {"VPS", "VDS", "VCD", "VCV", "VPM", "VCM", "VSD", "FLOAT_SEC", "PARTY_WORKER"}


def add_cadres(city: City) -> None:
    """Keep everybody whose units are there, and their postings."""
    plan = [person for person in people() if all(_lies_in(city, p) for p in person.postings)]
    city.in_slices(N_("人员"), plan, lambda some: _add(city, some))


def _lies_in(city: City, posting: PlannedPosting) -> bool:
    return posting.unit_code in city.units and (
        posting.home_unit_code is None or posting.home_unit_code in city.units
    )


def _add(city: City, plan: Sequence[PlannedPerson]) -> None:
    homes = [city.units[home_of(person)] for person in plan]
    ids = add_people(
        [NewPerson(_facts(person), home) for person, home in zip(plan, homes, strict=True)],
        city.now,
        city.house.secrets,
    )
    years = years_later(city.today)
    known = [Known(*row) for row in zip(ids, homes, plan, strict=True)]
    post_people([_new(city, one, p, years) for one in known for p in one.plan.postings], city.now)
    for one in known:
        for posting in one.plan.postings:
            if in_force(moved(posting.from_on, years), _end(posting, years), city.today):
                city.held[posting.unit_code, posting.post].append(one)


def home_of(person: PlannedPerson) -> str:
    """The code of the unit that a person belongs to: the one sent from, where sent."""
    last = person.postings[-1]
    return last.home_unit_code or last.unit_code


def _facts(person: PlannedPerson) -> PersonFacts:
    own = any(posting.post not in WITHOUT_NUMBER for posting in person.postings)
    return PersonFacts(
        name=person.name,
        number=f"YC{person.number}" if own else "",
        sex=person.sex,
        born=person.birth.isoformat(),
        id_number=person.id_number,
        phone=person.phone,
    )


def _new(city: City, one: Known, posting: PlannedPosting, years: int) -> NewPosting:
    home = posting.home_unit_code
    return NewPosting(
        person_id=one.id,
        unit_id=city.units[posting.unit_code],
        post=Post(posting.post),
        from_on=moved(posting.from_on, years),
        to_on=_end(posting, years),
        rank=posting.rank or None,
        term_number=posting.term_no,
        home_unit_id=city.units[home] if home else None,
    )


def _end(posting: PlannedPosting, years: int) -> date | None:
    return posting.to_on and moved(posting.to_on, years)


def years_later(today: date) -> int:
    """How many years the plan must move, so that its last election lies behind us."""
    return today.year - PLANNED_FOR - ((today.month, today.day) < SETTLED)


def moved(day: date, years: int) -> date:
    """The same day in another year; 29 February becomes the 28th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap and years else day.day)
