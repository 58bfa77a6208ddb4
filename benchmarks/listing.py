"""Ten thousand are listed by a rule, the list is fixed, and its changes are told."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from time import perf_counter, process_time

from benchmarks.figures import Figure, took, yardstick
from benchmarks.house import House
from benchmarks.servers import Servers
from lms.access.scope import seeing_everything
from lms.clock import day_of, system_clock
from lms.db import db
from lms.orgs.queries import top
from lms.people.rules import VILLAGE_CADRES
from lms.training import enrolling, fixing, following, queries, services
from lms.training.models import Cohort
from lms.training.rules import Asked
from lms.web.transaction import finish

LISTED, SLICE, TABLE = 10, 200, 300  # seconds, ms, ms


def measure(house: House) -> Iterator[Figure]:
    """A cohort of its own, for all village cadres of the city; each slice is kept, as by a job."""
    stick = yardstick()
    with house.app.app_context(), seeing_everything():
        servers = Servers(house)
        cohort_id, slices, cpu = _enrolled(servers)
        persons = queries.persons_by_cohort([cohort_id])[cohort_id]
        fixed = _timed(lambda: fixing.fix_list(_cohort(cohort_id), system_clock(), None))
        offered = took(lambda: following.offers(_cohort(cohort_id), day_of(system_clock())))
        finish()
    yield Figure("people listed by one rule", persons, "people")
    yield Figure("all of them, in slices that are kept", sum(slices), "s", LISTED)
    yield Figure("… CPU of process and database", sum(cpu), "ms CPU", None, stick)
    yield Figure("the longest slice", max(slices) * 1000, "ms", SLICE, stick)
    yield Figure("… CPU of process and database", max(cpu), "ms CPU", None, stick)
    yield Figure("the list is fixed", fixed * 1000, "ms", None, stick)
    yield Figure("what the roster offers", offered.wall * 1000, "ms", None, stick)
    visitor, url = house.officer(), f"/training/cohorts/{cohort_id}/changes"
    page = took(lambda: visitor.get(url))
    yield Figure("the table of changes, by counties", page.wall * 1000, "ms", TABLE, stick)


def _enrolled(servers: Servers) -> tuple[int, list[float], list[float]]:
    """The cohort, how long each slice took in seconds, and its CPU in ms."""
    now, city = system_clock(), top()
    assert city is not None
    project = [queries.projects()[0].id]
    code = f"BENCH-{now:%H%M%S}"
    programme = services.open_programme(city.id, code, code, project, day_of(now), now, None)
    cohort = services.open_cohort(
        programme,
        city.id,
        title=code,
        opens_on=day_of(now),
        closes_on=day_of(now) + timedelta(days=60),
        required_hours=Decimal(1),
        course_ids=[],
        assessment_ids=[],
        now=now,
        by=None,
    )
    rule = enrolling.add_rule(cohort, city, Asked(tuple(VILLAGE_CADRES)), now, None)
    cohort_id, rule_id = cohort.id, rule.id
    finish()
    slices, cpu = [], []
    begun, spent = perf_counter(), _cpu(servers)
    for _ in enrolling.enrol({"rule_id": rule_id}, {}, now):
        finish()
        slices.append(perf_counter() - begun)
        cpu.append(_cpu(servers) - spent)
        begun, spent = perf_counter(), _cpu(servers)
    return cohort_id, slices, cpu


def _cpu(servers: Servers) -> float:
    """So far, of this process and of the database: ms."""
    return process_time() * 1000 + servers.cpu()


def _cohort(cohort_id: int) -> Cohort:
    return db.session.get_one(Cohort, cohort_id)


def _timed(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    finish()
    return perf_counter() - begun
