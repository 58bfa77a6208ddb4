"""Small groups show no mean; and what is shown never tells of them. A law, by random trees."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lms.analyses.hiding import FEWEST, Hiding, Pages, by_kind, hidden
from lms.orgs.rules import UnitKind
from lms.reports.rules import Placed
from lms.reports.tables import REST, Tree

SIZES = st.dictionaries(st.integers(1, 12), st.integers(0, 9), max_size=12)


def test_nothing_is_hidden_where_all_groups_are_large():
    assert hidden({"a": 5, "b": 9, "c": 0}) == frozenset()


def test_a_small_group_and_the_one_from_whose_rest_it_could_be_reckoned():
    assert hidden({"a": 3, "b": 6, "c": 40}) == {"a", "b"}
    assert hidden({"a": 3, "b": 6, "c": 40}, told=False) == {"a", "b"}
    assert hidden({"a": 2, "b": 4, "c": 40}) == {"a", "b"}  # six together: nothing to reckon
    assert hidden({"a": 1, "b": 2, "c": 6, "d": 7}) == {"a", "b", "c"}


def test_where_the_sum_is_hidden_something_below_it_is_too():
    assert hidden({"a": 8, "b": 6}, told=False) == {"b"}


def test_what_is_hidden_for_another_reason_is_not_left_alone():
    assert hidden({"a": 30, "b": 20, "c": 10}, already={"a"}) == {"a", "c"}


def reckoned(told, secret):
    """Whether a sum over some persons follows from sums that are told. Rows of 0 and 1."""
    if not len(told):
        return False
    rank = np.linalg.matrix_rank(told)
    return np.linalg.matrix_rank(np.vstack([told, secret])) == rank


@given(SIZES)
def test_no_small_sum_follows_from_a_table(sizes):
    groups = [one for one, many in sizes.items() if many]
    whole = sum(sizes.values())
    small = hidden(sizes, whole >= FEWEST)
    rows = np.eye(len(groups))
    told = [rows[n] for n, one in enumerate(groups) if one not in small]
    if whole >= FEWEST:
        told.append(np.ones(len(groups)))
        assert not small or sum(sizes[one] for one in small) >= FEWEST
    for n, one in enumerate(groups):
        if one in small:
            assert not reckoned(np.array(told), rows[n])


# ── a tree of pages ─────────────────────────────────────────────────────────────────────────────


def tree(counties, towns, offices):
    """A city; counties with towns and an office each, and two offices of the city itself."""
    units = [Placed(1, "市", UnitKind.CITY, None, 0, None, False)]
    key = 1

    def add(name, kind, parent):
        nonlocal key
        key += 1
        units.append(Placed(key, name, kind, parent, key, None, False))
        return key

    for _ in range(offices):
        add("局", UnitKind.DEPARTMENT, 1)
    for _ in range(counties):
        county = add("县", UnitKind.COUNTY, 1)
        add("县局", UnitKind.DEPARTMENT, county)
        for _ in range(towns):
            town = add("镇", UnitKind.TOWNSHIP, county)
            add("村", UnitKind.VILLAGE, town)
    return Tree(units)


def told_sums(made, hiding, leaves):
    """Everything that some page tells: for each a row of 0 and 1 over the units with persons."""
    place = {unit: n for n, unit in enumerate(leaves)}
    rows = []

    def row(units):
        rows.append([1.0 if leaf in units else 0.0 for leaf in place])

    for root in made.units:
        shut, small = hiding.at(root)
        if not shut:
            row(set(made.inside(root)))
        lines = hiding.pages.lines(root)
        for line in {*lines.values()} - small:
            row({unit for unit, at in lines.items() if at == line})
    return np.array(rows) if rows else np.zeros((0, len(leaves)))


@given(st.data())
def test_no_page_of_any_unit_tells_of_a_small_group_with_all_the_others(data):
    made = tree(data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3)), 2)
    number = st.sampled_from([0, 0, 1, 2, 3, 5, 7, 12])
    sizes = {unit: data.draw(number) for unit in made.units}
    leaves = [unit for unit, many in sizes.items() if many]
    told = told_sums(made, Hiding(Pages(made), sizes), leaves)
    for root in made.units:  # each group that a page could show
        lines = Pages(made).lines(root)
        groups = [{unit for unit in lines if lines[unit] == line} for line in {*lines.values()}]
        for group in [set(made.inside(root)), *groups]:
            many = sum(sizes[unit] for unit in group)
            if 0 < many < FEWEST:
                secret = np.array([1.0 if leaf in group else 0.0 for leaf in leaves])
                assert not reckoned(told, secret)


def test_a_post_that_is_hidden_in_one_county_is_hidden_with_another():
    made = tree(3, 1, 0)
    counties = [unit for unit, row in made.units.items() if row.kind is UnitKind.COUNTY]
    villages = [unit for unit, row in made.units.items() if row.kind is UnitKind.VILLAGE]
    heads = dict(zip(villages, (2, 20, 30), strict=True))
    others = dict.fromkeys(villages, 40)
    everybody = {unit: heads[unit] + others[unit] for unit in villages}
    pages = Pages(made)
    whole = Hiding(pages, everybody)
    found = [by_kind(pages, {"VPS": heads, "VCM": others}, whole, one) for one in counties]
    assert "VPS" in found[0]  # two of them
    assert "VPS" in found[1]  # the city's less the third county's would tell of the first
    assert found[2] == frozenset()


def test_the_line_of_the_others_is_one_group_of_its_page():
    made = tree(2, 2, 2)
    offices = [unit for unit, row in made.units.items() if row.name == "局"]
    villages = [unit for unit, row in made.units.items() if row.kind is UnitKind.VILLAGE]
    sizes = dict.fromkeys(villages, 10) | dict.fromkeys(offices, 2)
    _shut, small = Hiding(Pages(made), sizes).at(1)
    assert REST in small and len(small) == 2
