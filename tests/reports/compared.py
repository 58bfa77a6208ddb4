"""Every number of every table of a day, beside the naive recount: what differs, said in words."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from sqlalchemy import select

from lms.db import db
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.orgs.models import OrgUnit
from lms.people.models import Posting
from lms.records import yearly
from lms.reports import belated, counting, holding, queries, tables
from lms.reports.counting import Roster
from lms.reports.dictionary import SHIPPED
from lms.reports.measures import PART_OF, Count, Kind
from lms.reports.tables import KINDS
from lms.training import changes
from lms.training.models import Cohort, Enrolment
from lms.training.rules import ReliefKind
from tests.reports.recount import Recount, Rows
from tests.reports.recount import Tree as Naive

COUNTS = tuple(one for one in Count if one in counting.KNOWN)
OF_PERSONS = tuple(one for one in COUNTS if one is not Count.QUOTA)
BOTH = {"VPS", "VCD"}


def differences(
    rows: Rows, cohort_id: int, root: OrgUnit, day: date, fixed_on: date | None = None
) -> Iterator[str]:
    """Of one list as of a day: by county, township, village and post, line by line."""
    recount = Recount(rows, cohort_id, day, fixed_on)
    people = list(recount.people())
    roster = Roster(cohort_id, day, fixed_on)
    what = f"{day} list {cohort_id} {'opening' if fixed_on else 'present'}"
    tree = queries.tree(day)
    found = counting.by_unit(roster, COUNTS)
    for level, kinds in KINDS.items():
        table = tables.by_unit(found, tree, level, root.id)
        naive = _by_line(recount, people, Naive(rows, day), kinds, root.id)
        yield from _unlike(f"{what} by {level}", table, naive, COUNTS)
        yield from _laws(f"{what} by {level}", table)
    held = holding.by_unit_and_posts(roster, OF_PERSONS)
    table = tables.by_post(held, tree.inside(root.id))
    naive = _by_post(recount, people, Naive(rows, day), root.id)
    yield from _unlike(f"{what} by post", table, naive, OF_PERSONS)
    notes = _notes(recount, people)
    if table.notes != notes:
        yield f"{what} posts of one person: {table.notes} ≠ {notes}"
    late = belated.entered_later(cohort_id, day)
    if not fixed_on and late != recount.late():
        yield f"{what} entered later: {late} ≠ {recount.late()}"


def _by_line(recount, people, tree, kinds, root):
    """Key of a line → the counts of its people; "" for the whole."""
    found = defaultdict(lambda: defaultdict(int))
    for one, counts in people:
        _add(found, tree.line(one.org_id, kinds, root), counts)
    for unit, places in recount.quotas().items():
        _add(found, tree.line(unit, kinds, root), {"quota": places})
    return found


def _add(found, line, counts):
    if line is None:
        return
    for name, value in counts.items():
        found[str(line)][name] += value
        found[""][name] += value


def _by_post(recount, people, tree, root):
    found = defaultdict(lambda: defaultdict(int))
    for one, counts in people:
        if tree.line(one.org_id, frozenset(), root) is None:
            continue
        for key in [*recount.posts(one), ""]:
            for name, value in counts.items():
                found[key][name] += value
    return found


def _notes(recount, people):
    """其中一肩挑 n 人、其他兼职 m 人, of those 应训."""
    held = [recount.posts(one) for one, counts in people if counts.get("required")]
    both = sum(posts >= BOTH for posts in held)
    several = sum(len(posts) > 1 for posts in held) - both
    return {"two posts in one": both, "several posts": several}


def _unlike(what, table, naive, counts):
    lines = {line.key: line.counts for line in (*table.lines, table.total)}
    for key in sorted({*lines, *naive}):
        for one in counts:
            said = int(lines.get(key, {}).get(one.value, 0))
            counted = naive[key][one.value] if key in naive else 0
            if said != counted:
                yield f"{what} line {key or 'whole'} {one.value}: {said} ≠ {counted}"


def _laws(what, table):
    """Parts add up to the whole; no part is more than what it is a part of; no rate above 100 %."""
    for one in COUNTS:
        if sum(line.counts[one.value] for line in table.lines) != table.total.counts[one.value]:
            yield f"{what}: the lines do not add up to the whole, {one.value}"
    for line in (*table.lines, table.total):
        counts = line.counts
        for part, whole in PART_OF.items():
            if part in COUNTS and counts[part.value] > counts[whole.value]:
                yield f"{what} line {line.key}: more {part.value} than {whole.value}"
        for measure in SHIPPED.values():
            rate = measure.value(counts) if measure.kind is Kind.RATE else None
            if rate is not None and rate > 1 and measure.denominator is not Count.QUOTA:
                yield f"{what} line {line.key}: {measure.code} is {rate}"
        if counts["completed"] + counts["open"] != counts["required"]:
            yield f"{what} line {line.key}: 完成 and 未完成 are not 应训"
        if counts["first_passed"] + counts["resit_passed"] != counts["passed"]:
            yield f"{what} line {line.key}: 首考合格 and 补考合格 are not 合格"


# ── 应训人数变动表, 学时达标情况表 ──────────────────────────────────────────────────────────────


def moves(rows: Rows, cohort_id: int, root: OrgUnit, days: list[date]) -> Iterator[str]:
    """Month by month: 期初应训 and 期末应训 are those of the day, and the moves lead from one to
    the other."""
    cohort = db.session.get_one(Cohort, cohort_id)
    for after, until in pairwise(days):
        table = changes.table(cohort, root, changes.period(cohort, after, until))
        found = table.total
        start, end = (_required(rows, cohort_id, day) for day in (after, until))
        if (found.start, found.end) != (start, end):
            yield f"moves {until} list {cohort_id}: {found.start}, {found.end} ≠ {start}, {end}"
        if found.start + found.gained - found.lost != found.end:
            yield f"moves {until} list {cohort_id} do not lead from the start to the end"


def _required(rows, cohort_id, day) -> int:
    recount = Recount(rows, cohort_id, day)
    return sum(
        recount.there(one) and not recount.relieved(one, ReliefKind.EXEMPT, day)
        for one in rows.of(Enrolment, cohort_id=cohort_id)
    )


def yearly_hours(rows: Rows, root: OrgUnit, day: date) -> Iterator[str]:
    """The hours of a year by kind, of everybody with a post on its last day; who has met them."""
    table = yearly.yearly(root, day.year, day, by_group=False)
    posted = {
        one.person_id
        for one in db.session.execute(select(Posting.__table__)).all()
        if one.from_on <= day and (one.to_on is None or one.to_on > day)
    }
    if {one.person_id for one in table.people} != posted:
        yield f"hours of {day.year}: not those who hold a post on its last day"
    for one in table.people:
        entries = rows.of(HourEntry, person_id=one.person_id)
        mine = [entry for entry in entries if entry.earned_on.year == day.year]
        organised, online = (
            sum(entry.hundredths for entry in mine if entry.kind is kind)
            for kind in (HourKind.ORGANISED, HourKind.ONLINE)
        )
        if (one.organised, one.online) != (organised, online):
            yield f"hours of person {one.person_id}: {one.organised}, {one.online}"
        owed = ((one.stands.organised, organised), (one.stands.online, online))
        met = all(asked is None or hours >= asked.asked * 100 for asked, hours in owed)
        if one.standing.owing and one.standing.met is not met:
            yield f"person {one.person_id} has {'' if met else 'not '}met the year"
    owing = [one for one in table.people if one.standing.owing]
    for name in ("organised", "online"):
        if getattr(table.total, name) != sum(getattr(one, name) for one in owing):
            yield f"hours of {day.year}: the whole is not the sum of its persons, {name}"
        if getattr(table.total, name) != sum(getattr(line, name) for line in table.lines):
            yield f"hours of {day.year}: the lines do not add up, {name}"
