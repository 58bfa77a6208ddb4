"""Which days are worked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.errors import Invalid
from lms.holidays import keeping
from lms.holidays.days import (
    SHIPPED,
    Calendar,
    Year,
    as_written,
    calendar,
    read,
    refuse_arrangement,
)
from lms.orgs.rules import UnitKind

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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1月1日、2月5日至11日", ("2027-01-01", "2027-02-05/2027-02-11")),
        ("2027-10-01/2027-10-07", ("2027-10-01/2027-10-07",)),
        (
            "2026年12月31日至2027年1月2日；5-1 6-9",
            ("2026-12-31/2027-01-02", "2027-05-01", "2027-06-09"),
        ),
        ("9月28日至10月4日。", ("2027-09-28/2027-10-04",)),
        ("", ()),
    ],
)
def test_days_are_taken_as_the_notice_writes_them(text, expected):
    assert as_written(text, 2027) == expected


@pytest.mark.parametrize("text", ["国庆节", "2月30日", "2028-10-01", "13月1日"])
def test_what_is_no_day_of_that_year_is_refused(text):
    with pytest.raises(Invalid):
        as_written(text, 2027)


@pytest.mark.parametrize(
    ("rest", "work"),
    [((), ()), (("2027-10-01",), ("2027-10-01",)), (("2027-10-01",), ("2027-10-11",))],
)
def test_an_arrangement_that_cannot_be_is_refused(rest, work):
    with pytest.raises(Invalid):
        refuse_arrangement(Year(2027, "通知", rest, work))
    refuse_arrangement(Year(2027, "通知", ("2027-10-01",), ("2027-10-10",)))


def test_a_year_without_an_arrangement_says_so_until_somebody_enters_it(make, app, sign_in, clock):
    city = make.unit("某市", kind=UnitKind.CITY)
    admin, officer = make.officer(city, Role.SYSTEM_ADMIN), make.officer(city, Role.CITY_OFFICER)
    browser, year = sign_in(admin), {"year": "2027", "source": "国办通知（2026年11月）"}
    assert "1 个年度的节假日安排待录入" in browser.get("/desk").text
    assert "2027 年的安排还没有录入" in browser.get("/holidays").text
    said = year | {"rest": "1月1日、10月1日至7日", "work": "10月10日"}
    assert sign_in(officer).post("/holidays", said).status_code == 403
    assert browser.post("/holidays", said | {"work": "10月11日"}).status_code == 422
    assert browser.post("/holidays", said).status_code == 303
    page = browser.get("/holidays").text
    assert "国办通知（2026年11月）" in page and "还没有录入：" not in page
    assert "待录入" not in browser.get("/desk").text
    with app.app_context(), seeing_everything():
        known = keeping.calendar(app.extensions["settings"].var)
    assert known.works(date(2027, 10, 10)) and not known.works(date(2027, 10, 6))
    clock.time = clock.time.replace(year=2028)
    assert "今年的节假日安排还没有录入" in sign_in(officer).get("/desk").text
