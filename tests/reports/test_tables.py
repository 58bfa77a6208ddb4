"""Tables from frames: parts add up to the whole, whatever the roster."""

from dataclasses import dataclass

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lms.orgs.rules import UnitKind
from lms.reports.rules import Level, Placed
from lms.reports.tables import REST, Tree, by_unit

C, K, T, V, D = (
    UnitKind.CITY,
    UnitKind.COUNTY,
    UnitKind.TOWNSHIP,
    UnitKind.VILLAGE,
    UnitKind.DEPARTMENT,
)
# A city, two counties, a department of each, three townships, four villages.
UNITS = [
    (1, None, C),
    (2, 1, K),
    (3, 1, K),
    (4, 1, D),
    (5, 2, D),
    (6, 2, T),
    (7, 2, T),
    (8, 3, T),
    (9, 6, V),
    (10, 6, V),
    (11, 7, V),
    (12, 8, V),
]


def tree() -> Tree:
    return Tree(
        Placed(unit, f"单位{unit}", kind, above, 0, f"{unit:03}", False)
        for unit, above, kind in UNITS
    )


@dataclass(frozen=True)
class Cadre:
    """Somebody on a list, as the naive count sees them."""

    org_id: int
    attended: bool
    completed: bool
    sat: bool
    passed: bool
    hundredths: int


CADRES = st.lists(
    st.builds(
        Cadre,
        st.sampled_from([unit for unit, _, _ in UNITS]),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.integers(0, 9999),
    ),
    max_size=30,
)


COUNTS = ["required", "attended", "completed", "scheduled", "sat", "passed", "hundredths"]


def frame(cadres) -> pd.DataFrame:
    rows = [
        [c.org_id, 1, c.attended, c.completed, 1, c.sat, c.passed, c.hundredths] for c in cadres
    ]
    columns = ["org_id", *COUNTS]
    return pd.DataFrame(rows, columns=columns).astype(int).groupby("org_id").sum().reset_index()


def under(unit: int, root: int) -> bool:
    """The naive way up."""
    above = {key: parent for key, parent, _ in UNITS}
    while unit is not None:
        if unit == root:
            return True
        unit = above[unit]
    return False


@given(CADRES, st.sampled_from([(Level.COUNTY, 1), (Level.TOWNSHIP, 2), (Level.VILLAGE, 6)]))
def test_each_line_and_the_sum_equal_a_naive_count(cadres, asked):
    level, root = asked
    table = by_unit(frame(cadres), tree(), level, root)
    inside = [cadre for cadre in cadres if under(cadre.org_id, root)]
    assert table.total.counts["required"] == len(inside)
    for count in ("attended", "completed", "sat", "passed"):
        assert table.total.counts[count] == sum(getattr(cadre, count) for cadre in inside)
    for line in table.lines:
        if line.key == str(REST):
            continue
        mine = [cadre for cadre in inside if under(cadre.org_id, int(line.key))]
        assert line.counts["required"] == len(mine)
        assert line.counts["completed"] == sum(cadre.completed for cadre in mine)
        assert line.counts["hundredths"] == sum(cadre.hundredths for cadre in mine)
    for count in COUNTS:
        assert table.total.counts[count] == sum(line.counts[count] for line in table.lines)


def test_lines_stand_in_administrative_order_and_the_rest_last():
    cadres = [Cadre(unit, True, True, True, True, 100) for unit in (12, 4, 9, 5)]
    table = by_unit(frame(cadres), tree(), Level.COUNTY, 1)
    assert [line.key for line in table.lines] == ["2", "3", "0"]


def test_a_unit_that_was_closed_since_still_counts_for_its_township():
    units = tree()
    units.units[9] = units.units[9]._replace(closed=True)
    cadres = [Cadre(9, True, False, False, False, 0)]
    table = by_unit(frame(cadres), units, Level.VILLAGE, 6)
    assert {line.key: line.counts["required"] for line in table.lines} == {"9": 1, "10": 0}
