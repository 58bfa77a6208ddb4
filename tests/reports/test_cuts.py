"""The other ways to cut a list, on random rosters: by class, by group, by project; sorted."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.orgs.rules import UnitKind
from lms.orgs.systems import System, system_of
from lms.reports.dictionary import SHIPPED
from lms.reports.portfolio import persons
from lms.reports.rules import Level, Only, Placed, Tier
from lms.reports.tables import NO_CLASS, Line, Table, Tree, by_class, by_group, in_order
from tests.reports.test_tables import CADRES, frame, tree

BITS = st.booleans().map(int)


# ── by class ────────────────────────────────────────────────────────────────────────────────────

PEOPLE = st.lists(st.tuples(BITS, BITS, st.sets(st.sampled_from([1, 2, 3]))), max_size=20)


@given(PEOPLE)
def test_who_is_in_two_classes_is_in_both_lines_and_once_in_the_sum(people):
    columns = ["org_id", "held", "required", "completed"]
    rows = [[1, " ".join(map(str, held)), due, due and done] for due, done, held in people]
    counted = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], "int64"))
    table = by_class(counted, [1], {3: "丙班", 1: "甲班", 2: "乙班"})
    assert table.total.counts.get("required", 0) == sum(due for due, _, _ in people)
    found = {line.key: (line.counts["required"], line.counts["completed"]) for line in table.lines}
    naive = {}
    for due, done, classes in people:
        for one in classes or {0}:
            before = naive.get(str(one), (0, 0))
            naive[str(one)] = before[0] + due, before[1] + (due and done)
    assert found == naive
    order = [line.key for line in table.lines]
    assert order == [key for key in ("3", "1", "2", NO_CLASS) if key in naive]
    several = sum(due and len(classes) > 1 for due, _, classes in people)
    assert table.notes["several classes"] == several


# ── by kind of unit, by system, at a level of the territory ─────────────────────────────────────


@settings(max_examples=40)
@given(CADRES, st.sampled_from([Level.KIND, Level.SYSTEM]), st.sampled_from([1, 2, 6]))
def test_groups_of_units_add_up_to_all_inside(cadres, level, root):
    units = tree()
    table = by_group(frame(cadres), units, level, root)
    lines, inside = units.counted_for(level, root), set(units.inside(root))
    mine = [one for one in cadres if one.org_id in inside]
    assert table.total.counts["required"] == len(mine)
    assert {line.key: line.counts["completed"] for line in table.lines} == {
        key: sum(one.completed for one in mine if lines[one.org_id] == key)
        for key in {lines[one.org_id] for one in mine}
    }


def test_an_office_stands_at_the_level_of_its_seat():
    """Units 4 and 5 are departments of the city and of a county, 9 is a village."""
    kept = {tier: tree().kept(Only(tier=tier), 1) for tier in Tier}
    assert 4 in kept[Tier.CITY]
    assert 5 in kept[Tier.COUNTY]
    assert 9 in kept[Tier.VILLAGE]
    assert sorted(sum(kept.values(), [])) == sorted(tree().inside(1))


@pytest.mark.parametrize(
    ("name", "kind", "above", "system"),
    [
        ("垣曲县委政法委", UnitKind.DEPARTMENT, System.OTHER, System.LAW),
        ("垣曲县农业农村局", UnitKind.DEPARTMENT, System.OTHER, System.RURAL),
        ("垣曲县委党校", UnitKind.INSTITUTION, System.OTHER, System.PARTY),
        ("实验基地", UnitKind.INSTITUTION, System.EDUCATION, System.EDUCATION),
        ("便民服务中心", UnitKind.INSTITUTION, System.TOWNSHIPS, System.OTHER),
        ("供水公司", UnitKind.ENTERPRISE, System.OTHER, System.FIRMS),
        ("教育村", UnitKind.VILLAGE, System.TOWNSHIPS, System.VILLAGES),
        ("公安县", UnitKind.COUNTY, System.OTHER, System.OTHER),
    ],
)
def test_a_unit_belongs_to_a_system_by_kind_by_name_or_by_its_superior(name, kind, above, system):
    assert system_of(kind, name, above) is system


def test_what_belongs_to_an_office_follows_it_down():
    rows = [
        (1, "某市", UnitKind.CITY, None),
        (2, "某市教育局", UnitKind.DEPARTMENT, 1),
        (3, "实验基地", UnitKind.INSTITUTION, 2),
    ]
    units = Tree(Placed(*row, 0, None, False) for row in rows)
    assert units.counted_for(Level.SYSTEM, 3) == {3: "education"}


# ── sorted ──────────────────────────────────────────────────────────────────────────────────────

RATE = SHIPPED["completion_rate"]
LINES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12)


@given(LINES, st.booleans())
def test_sorted_lines_are_the_same_lines_and_what_lies_beside_stays_last(numbers, downward):
    lines = [
        Line(str(n), "", {"required": due, "completed": min(done, due)})
        for n, (due, done) in enumerate(numbers)
    ]
    found = in_order(Table(Level.COUNTY, lines, Line("", "", {})), RATE, downward).lines
    assert sorted(line.key for line in found) == sorted(line.key for line in lines)
    rest = [line for line in lines if line.key == "0"]
    assert found[len(found) - len(rest) :] == rest
    mine = found[: len(found) - len(rest)]
    values = [RATE.value(line.counts) for line in mine]
    known = [value for value in values if value is not None]
    assert values == [*sorted(known, reverse=downward), *[None] * (len(values) - len(known))]
    for one, other in zip(mine, mine[1:], strict=False):
        if RATE.value(one.counts) == RATE.value(other.counts):
            assert int(one.key) < int(other.key)  # as they stood


# ── by project ──────────────────────────────────────────────────────────────────────────────────

STAYS = st.dictionaries(
    st.tuples(st.integers(1, 6), st.integers(1, 3)), st.tuples(BITS, BITS, BITS, BITS), max_size=14
)


@given(STAYS, st.sets(st.integers(1, 3), min_size=1))
def test_each_person_of_several_lists_counts_once(stays, lists):
    """came: to one of them; completed: all; sat and passed: all of those that have something."""
    names = ("required", "attended", "completed", "open", "scheduled", "sat", "passed")
    rows = []
    for (person, cohort), (came, done, sits, passed) in stays.items():
        done = came and done
        flags = (1, came, done, 1 - done, sits, sits and (passed or came), sits and passed)
        rows.append([cohort, person, 1, *flags, 100])
    columns = ["cohort_id", "person_id", "org_id", *names, "hundredths"]
    once = persons(pd.DataFrame(rows, columns=columns).astype("int64"), lists)
    mine: dict[int, list] = {}
    for row in rows:
        if row[0] in lists:
            mine.setdefault(row[1], []).append(dict(zip(columns, row, strict=True)))
    assert sorted(once["person_id"]) == sorted(mine)
    for row in once.to_dict("records"):
        held = mine[row["person_id"]]
        sits = [one for one in held if one["scheduled"]]
        assert row["attended"] == any(one["attended"] for one in held)
        assert row["completed"] == all(one["completed"] for one in held)
        assert row["open"] == 1 - row["completed"]
        assert row["scheduled"] == bool(sits)
        assert row["sat"] == (bool(sits) and all(one["sat"] for one in sits))
        assert row["passed"] == (bool(sits) and all(one["passed"] for one in sits))
        assert row["lists"] == len(held)
