"""Which days are worked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.today.days import SHIPPED, Calendar, calendar, read

YEAR = read(SHIPPED.read_text())


def test_the_arrangement_of_the_year_is_kept():
    assert not YEAR.works(date(2026, 10, 1))  # a Thursday
    assert YEAR.works(date(2026, 10, 10))  # a Saturday in its place
    assert not YEAR.works(date(2026, 2, 23))
    assert YEAR.works(date(2026, 2, 28))
    assert YEAR.after(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_a_year_without_an_arrangement_has_its_weekends():
    assert YEAR.works(date(2031, 10, 1))
    assert not YEAR.works(date(2031, 10, 4))


def test_a_citys_own_file_stands_in_the_place_of_a_year(tmp_path):
    assert calendar(tmp_path).works(date(2027, 2, 8))
    (tmp_path / "holidays.yaml").write_text("2027: {rest: [2027-02-05/2027-02-11]}")
    assert not calendar(tmp_path).works(date(2027, 2, 8))
    assert not calendar(tmp_path).works(date(2026, 10, 1))
    with pytest.raises(Invalid):
        read("2027: {rest: [十月一日]}")


@given(st.dates(date(2026, 1, 1), date(2027, 6, 1)), st.integers(1, 30))
def test_so_many_working_days_later_is_a_working_day_with_so_many_between(day, many):
    later = YEAR.after(day, many)
    between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    assert YEAR.works(later)
    assert sum(map(YEAR.works, between)) == many
    assert Calendar().after(day, 0) == day
