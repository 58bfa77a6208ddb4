"""Two moments side by side: whatever happens between them, the reasons add up to the difference."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from lms.audit.models import AuditEntry
from lms.people.rules import Post
from lms.reports.changes import Why
from lms.reports.explaining import Held, Side, Stay, explained, sides_of, summed
from lms.reports.models import MeasureVersion
from lms.reports.rules import Level, Placed
from lms.reports.tables import REST, Tree
from lms.training.models import Enrolment, Relief, ReliefStep
from lms.training.rules import Coming, Leaving, ReliefKind, ReliefReason, ReliefState
from tests.reports.test_completion import rows
from tests.reports.test_freezing import freeze
from tests.reports.test_tables import UNITS
from tests.training import builders

FIRST, SECOND = date(2026, 10, 31), date(2026, 11, 23)
VILLAGES = [unit for unit, _, _ in UNITS if unit >= 9]


# ── the law ─────────────────────────────────────────────────────────────────────────────────────


def placed(homes, closed):
    """The units, each village where it hangs at that moment."""
    return [
        Placed(unit, f"单位{unit}", kind, homes.get(unit, above), 0, f"{unit:03}", unit in closed)
        for unit, above, kind in UNITS
    ]


HOMES = st.dictionaries(st.sampled_from(VILLAGES), st.sampled_from([6, 7, 8]))
CLOSED = st.sets(st.sampled_from(VILLAGES), max_size=2)
# Somebody on the list: the unit, whether 应训, the upper number, passed. None: not on it.
STANDS = st.none() | st.tuples(
    st.sampled_from([unit for unit, _, _ in UNITS]), st.booleans(), st.booleans(), st.integers(0, 2)
)
STAY = st.builds(
    Stay,
    st.dates(date(2026, 9, 1), SECOND),
    st.none() | st.dates(date(2026, 9, 2), SECOND),
    st.sampled_from([None, *(one.value for one in Coming)]),
    st.sampled_from([None, *(one.value for one in Leaving)]),
)


def side(day, units, people, root, level):
    held = [
        Held(person, unit, int(due), int(due and done), passed if due and done else 0)
        for person, (unit, due, done, passed) in people.items()
    ]
    return Side(day, units, Tree(units).lines(level, root), held)


def naive(units, people, root, kinds):
    """Line → 应训 and the number over it, counted by walking up from each person."""
    above = {unit.id: unit for unit in units}
    found = {}
    for unit, due, done, _passed in people.values():
        line, inside, here = None, False, unit
        while here is not None:
            if here == root:
                inside = True
                break
            if line is None and above[here].kind.value in kinds:
                line = here
            here = above[here].parent_id
        if inside:
            one = found.setdefault(line or REST, [0, 0])
            one[0] += due
            one[1] += due and done
    return {line: tuple(map(int, pair)) for line, pair in found.items()}


@given(
    st.lists(st.tuples(STANDS, STANDS, STANDS), max_size=25),
    st.tuples(HOMES, HOMES, HOMES),
    st.tuples(CLOSED, CLOSED, CLOSED),
    st.lists(STAY, max_size=4),
    st.sampled_from(
        [
            (Level.COUNTY, 1, {"county"}),
            (Level.TOWNSHIP, 2, {"township"}),
            (Level.VILLAGE, 6, {"village"}),
        ]
    ),
)
def test_the_reasons_of_each_line_add_up_to_its_difference(people, homes, closed, stays, asked):
    level, root, kinds = asked
    days = (FIRST, FIRST, SECOND)  # as it was frozen, that day as known now, today
    lists, units, sides = [], [], []
    for step in range(3):
        mine = {number: one[step] for number, one in enumerate(people) if one[step]}
        lists.append(mine)
        units.append(placed(homes[step], closed[step]))
        sides.append(side(days[step], units[step], mine, root, level))
    parts = []
    for one, other in zip(sides, sides[1:], strict=False):
        parts += explained(one, other, lambda some: dict.fromkeys(some, stays))
    was, now = (naive(units[at], lists[at], root, kinds) for at in (0, 2))
    assert sides[0].sums() == was
    assert sides[2].sums() == now
    sums = summed(parts)
    for line in {*was, *now, *(line for line, _why in sums)}:
        for place in (0, 1):
            told = sum(value[place] for (where, _why), value in sums.items() if where == line)
            difference = now.get(line, (0, 0))[place] - was.get(line, (0, 0))[place]
            assert told == difference, (line, place)


def code(one):
    """How somebody stands on a list, as one number."""
    if one is None:
        return 0
    _unit, due, done, passed = one
    return 1 + (2 + (4 + 8 * passed if done else 0) if due else 0)


@given(
    st.lists(st.tuples(STANDS, STANDS), max_size=40),
    st.tuples(HOMES, HOMES),
    st.tuples(CLOSED, CLOSED),
    st.lists(STAY, max_size=4),
    st.sampled_from([(Level.COUNTY, 1), (Level.TOWNSHIP, 2), (Level.VILLAGE, 6)]),
)
def test_who_stays_is_added_up_to_the_same_numbers_and_reasons(people, homes, closed, stays, asked):
    level, root = asked
    rows, told, empty = [], [], []
    for number, (was, now) in enumerate(people):
        if was and now and was[0] == now[0]:
            rows.append((number, was[0], code(was), code(now)))
        else:
            rows += [(number, was[0], code(was), 0)] if was else []
            rows += [(number, now[0], 0, code(now))] if now else []
    for at, day in enumerate((FIRST, SECOND)):
        mine = {number: one[at] for number, one in enumerate(people) if one[at]}
        units = placed(homes[at], closed[at])
        told.append(side(day, units, mine, root, level))
        empty.append(side(day, units, {}, root, level))
    parts = explained(*told, lambda some: dict.fromkeys(some, stays))
    for named in (False, True):
        *both, stayed = sides_of(*empty, rows, named)
        assert [one.sums() for one in both] == [one.sums() for one in told]
        found = explained(*both, lambda some: dict.fromkeys(some, stays), stayed)
        assert summed(found) == summed(parts)
        assert not named or sorted(found) == sorted(parts)


def step(was, now, days=(FIRST, SECOND), closed=(), stays=()):
    """The reasons between two moments of one person, by line."""
    sides = [
        side(day, placed({}, gone), {1: one} if one else {}, 1, Level.TOWNSHIP)
        for day, one, gone in zip(days, (was, now), ((), closed), strict=True)
    ]
    parts = explained(*sides, lambda some: dict.fromkeys(some, stays))
    return {(one.line, one.why): (one.below, one.above) for one in parts}


@pytest.mark.parametrize(
    ("was", "now", "more", "told"),
    [
        ((9, 1, 0, 0), (9, 1, 1, 0), {}, {(6, Why.HOURS): (0, 1)}),
        ((9, 1, 0, 0), (9, 1, 1, 1), {}, {(6, Why.RESULT): (0, 1)}),
        ((9, 1, 0, 0), (9, 1, 1, 1), {"days": (FIRST, FIRST)}, {(6, Why.LATE_RESULT): (0, 1)}),
        ((9, 1, 1, 0), (9, 1, 0, 0), {}, {(6, Why.LESS): (0, -1)}),
        ((9, 1, 1, 0), (9, 0, 0, 0), {}, {(6, Why.EXEMPTED): (-1, -1)}),
        ((9, 0, 0, 0), (9, 1, 0, 0), {}, {(6, Why.EXEMPTED_NO_MORE): (1, 0)}),
        (
            (9, 1, 0, 0),
            (11, 1, 1, 0),
            {},
            {(6, Why.MOVED_OUT): (-1, 0), (7, Why.MOVED_IN): (1, 0), (7, Why.HOURS): (0, 1)},
        ),
        (
            (9, 1, 1, 0),
            (11, 1, 1, 0),
            {"closed": {9}},
            {(6, Why.MERGED): (-1, -1), (7, Why.MERGED): (1, 1)},
        ),
        ((9, 1, 1, 0), (10, 1, 1, 0), {}, {}),
        ((9, 1, 1, 0), None, {}, {(6, Why.MISTAKE): (-1, -1)}),
        (
            (9, 1, 1, 0),
            None,
            {"stays": [Stay(FIRST, SECOND, "initial", "left post")]},
            {(6, Why.LEFT_POST): (-1, -1)},
        ),
        (
            None,
            (9, 1, 0, 0),
            {"stays": [Stay(SECOND, None, "moved in", None)]},
            {(6, Why.MOVED_IN): (1, 0)},
        ),
        (
            None,
            (9, 1, 1, 0),
            {"stays": [Stay(FIRST, None, "initial", None)]},
            {(6, Why.LATE): (1, 1)},
        ),
    ],
)
def test_each_difference_has_the_reason_that_made_it(was, now, more, told):
    assert step(was, now, **more) == told


# ── in the house ────────────────────────────────────────────────────────────────────────────────


def exempt(make, enrolment, on):
    relief = make.keep(
        Relief(
            person_id=enrolment.person_id,
            org_id=enrolment.org_id,
            enrolment_id=enrolment.id,
            cohort_id=enrolment.cohort_id,
            kind=ReliefKind.EXEMPT,
            reason=ReliefReason.ILL,
            from_on=on,
            to_on=date(2027, 3, 1),
            recorded_at=make.clock(),
        )
    )
    make.keep(
        ReliefStep(
            relief_id=relief.id,
            state=ReliefState.APPROVED,
            on=on,
            originals_seen=True,
            recorded_at=make.clock(),
        )
    )


@pytest.fixture
def month(some, make):
    """Since the 5th one came, one left, one is exempt, and one came to enough hours and passed."""
    late = date(2026, 11, 12)
    new = make.person(some.far, Post.VPS, name="新任人")
    builders.enrolment(make, some.cohort, new, Post.VPS, from_on=late, came_by=Coming.NEW_POST)
    listed = {one.person_id: one for one in make.all(Enrolment)}
    by_name = {make.session.get(type(new), key).name: one for key, one in listed.items()}
    gone = by_name["戊己"]
    gone.to_on, gone.left_by = late, Leaving.LEFT_POST
    make.keep(gone)
    exempt(make, by_name["壬癸"], late)
    return some


def test_two_days_stand_side_by_side_with_the_reasons_and_their_names(month, sign_in):
    browser = sign_in(month.officer)
    address = f"{month.address}/compared?before=2026-11-05&as_of=2026-11-23"
    page = browser.get(address)
    table = rows(page)
    assert table["新任"] == ["+1", "0"]
    assert table["离任"] == ["−1", "0"]
    assert table["批准免训"] == ["−1", "0"]
    assert table["以后参加的测评"] == ["0", "+2"]
    assert table["增减合计"] == ["−1", "+2"]
    both = page.text.split("<h2>两期对照</h2>")[1].split("<details")[0]
    lines = rows(type("Page", (), {"text": both}))
    assert lines["甲县"] == ["4", "3", "−1", "0", "1", "+1", "0.00%", "33.33%", "+33.33"]
    assert lines["乙县"] == ["1", "2", "+1", "0", "1", "+1", "0.00%", "50.00%", "+50.00"]
    assert lines["市直及其他"] == ["1", "0", "−1", "0", "0", "0", "0.00%", "—", "—"]
    assert lines["合计"] == ["6", "5", "−1", "0", "2", "+2", "0.00%", "40.00%", "+40.00"]
    names = f"{month.address}/compared/names?before=2026-11-05&as_of=2026-11-23"
    assert rows(browser.get(f"{names}&why=left+post"))["戊己"] == ["里村", "−1", "0"]
    result = rows(browser.get(f"{names}&why=result&line={month.county.id}"))
    assert set(result) - {"姓名", "合计"} == {"一挑"}


def test_what_is_taken_away_is_what_is_seen_and_is_noted(month, make, sign_in):
    browser = sign_in(month.officer)
    state = "?before=2026-11-05&as_of=2026-11-23&by=county"
    file = browser.get(f"{month.address}/compared.csv{state}").data.decode("utf-8-sig")
    heads, *lines = list(csv.reader(StringIO(file)))
    total = dict(zip(heads, lines[-1], strict=True))
    assert total["应训增减的原因/离任"] == "-1"
    assert total["完成/增减"] == "2"
    for line in lines:
        one = dict(zip(heads, line, strict=True))
        for what in ("应训", "完成"):
            parts = [int(value) for head, value in one.items() if head.startswith(f"{what}增减的")]
            assert sum(parts) == int(one[f"{what}/增减"])
    book = load_workbook(BytesIO(browser.get(f"{month.address}/compared.xlsx{state}").data))
    said = {str(cell.value) for row in book.active for cell in row}
    assert {"某市第一期两期对照表（现任名单）", "应训增减的原因", "甲县", "合计"} <= said
    assert [one.act for one in make.all(AuditEntry)].count("export") == 2


def test_a_frozen_table_and_now_tell_late_entries_from_what_came_after(some, make, sign_in, clock):
    browser = sign_in(some.officer)
    address, _done = freeze(browser, some)
    assert address.endswith("/1")
    late = some.cadre(some.far, name="补录人", read=True, passed=True)
    clock.time = clock.time.replace(day=27)
    new = make.person(some.far, Post.VPS, name="新任人")
    on = date(2026, 11, 25)
    builders.enrolment(make, some.cohort, new, Post.VPS, from_on=on, came_by=Coming.NEW_POST)
    browser = sign_in(some.officer)
    page = browser.get(f"{some.address}/compared?frozen=1")
    assert "定稿第 1 版" in page.text
    table = rows(page)
    assert table["补录：统计日前就应在名单上，以后才录入"] == ["+1", "+1"]
    assert table["新任"] == ["+1", "0"]
    assert table["增减合计"] == ["+2", "+1"]
    assert "compared?frozen=1" in browser.get(f"{address}/now").text
    assert late.id != new.id


def test_another_definition_since_is_said(month, make, sign_in):
    later = {"version": 2, "from_on": date(2026, 11, 20), "words": "完成率＝完成÷应训（新）。"}
    counts = {"numerator": "completed", "denominator": "required", "made_at": make.clock()}
    make.keep(MeasureVersion(org_id=month.city.id, code="completion_rate", **later, **counts))
    browser = sign_in(month.officer)
    page = browser.get(f"{month.address}/compared?before=2026-11-05").text
    assert "前一期时这个指标用第 1 版口径；这里两期都按后一期的第 2 版计算" in page
    assert "完成率＝完成÷应训（新）。" in page
    other = builders.cohort(make, month.city, title="另一期")
    freeze(browser, month)
    assert browser.get(f"/reports/cohorts/{other.id}/compared?frozen=1").status_code == 404


def test_a_county_s_officer_compares_her_own_units_and_days_in_order(month, sign_in):
    county = sign_in(month.county_officer)
    page = county.get(f"{month.address}/compared?before=2026-11-05").text
    assert "东镇" in page
    assert "乙县" not in page
    assert "新任" not in page
    assert county.get(f"{month.address}/compared?under={month.other.id}").status_code == 404
    backwards = county.get(f"{month.address}/compared?before=2026-11-20&as_of=2026-11-10")
    assert backwards.status_code == 422
    assert "前一个统计日应早于后一个统计日" in backwards.text
