"""A list is fixed once; its changes have a day and a reason, and the table tells them by unit."""

from datetime import date, timedelta

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.db import db
from lms.exams.rules import Counting
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.orgs.services import rehang
from lms.people.models import Person
from lms.people.rules import Post
from lms.training import changes, fixing
from lms.training.models import Cohort, CohortAssessment, Enrolment
from lms.training.rules import Coming, Leaving
from lms.training.tables import Move
from tests.training import builders as build

FIXED = date(2026, 11, 2)


@pytest.fixture
def cohort(make, city):
    return build.cohort(make, city.county)


@pytest.fixture
def fixed(make, city, cohort, clock):
    """Three at the beginning; one left on the 6th, one came on the 9th."""
    cohort.fixed_at = clock() - timedelta(days=21)
    make.keep(cohort)
    for unit, name, to_on in (
        (city.upper, "王一", None),
        (city.upper, "王二", date(2026, 11, 6)),
        (city.lower, "王三", None),
    ):
        person = make.person(unit, name=name)
        left = {"to_on": to_on, "left_by": Leaving.LEFT_POST} if to_on else {}
        build.enrolment(make, cohort, person, Post.VPS, came_by=Coming.INITIAL, **left)
    new = make.person(city.lower, name="王四")
    build.enrolment(make, cohort, new, Post.VPS, from_on=date(2026, 11, 9), came_by=Coming.NEW_POST)
    return cohort


def test_who_is_on_the_list_when_it_is_fixed_stands_at_the_beginning(
    make, city, cohort, sign_in, clock
):
    there = build.enrolment(make, cohort, make.person(city.upper), Post.VPS)
    gone = build.enrolment(
        make, cohort, make.person(city.upper, name="王二"), Post.VPS, to_on=date(2026, 11, 3)
    )
    browser = sign_in(city.officer)
    browser.post(f"/training/cohorts/{cohort.id}/fix")
    found = {row.id: row.came_by for row in make.all(Enrolment)}
    assert found == {there.id: Coming.INITIAL, gone.id: None}
    one = make.all(Cohort)[0]
    assert (one.fixed_at, one.fixed_by) == (clock(), city.officer.id)
    assert make.all(AuditEntry)[-1].act == "fix list"
    assert browser.post(f"/training/cohorts/{cohort.id}/fix").status_code == 409


def test_an_empty_list_is_not_fixed(city, cohort, sign_in):
    assert sign_in(city.officer).post(f"/training/cohorts/{cohort.id}/fix").status_code == 409


def test_a_list_is_fixed_by_the_clock_on_the_day_after_it_was_made(make, city, cohort, app, clock):
    build.enrolment(make, cohort, make.person(city.upper), Post.VPS)
    for hours, expected in ((0, None), (24, clock() + timedelta(hours=24))):
        clock.time += timedelta(hours=hours)
        with app.app_context(), seeing_everything():
            fixing.fix_begun(clock())
            fixing.db.session.commit()
        assert make.all(Cohort)[0].fixed_at == expected


def test_who_leaves_a_fixed_list_leaves_from_the_next_day_on(make, city, cohort, sign_in):
    row = build.enrolment(make, cohort, make.person(city.upper), Post.VPS)
    browser = sign_in(city.officer)
    browser.post(f"/training/cohorts/{cohort.id}/fix")
    url = f"/training/enrolments/{row.id}"
    wrong = {"on": "2026-11-23", "left_by": "left post"}
    assert browser.post(url, wrong).status_code == 422
    browser.post(url, wrong | {"on": "2026-11-24"})
    found = make.all(Enrolment)[0]
    assert (str(found.to_on), found.left_by) == ("2026-11-24", Leaving.LEFT_POST)


def test_the_table_tells_by_unit_what_was_what_changed_and_what_is(city, fixed, sign_in):
    browser = sign_in(city.officer)
    page = browser.get(f"/training/cohorts/{fixed.id}/changes?unit={city.township.id}").text
    cells = page.split("<tbody>")[1].replace("</a>", "")
    upper, lower = (cells.split(name)[1].split("</tr>")[0] for name in ("上王村", "下王村"))
    for row, told in ((upper, "20000100110"), (lower, "11001000020")):
        assert [part.rsplit(">", 1)[-1] for part in row.split("</td>")[:-1]] == list(told)
    assert "没有补列、误列、其他的人，不单列" in page  # a screen holds what happened


def test_a_village_counts_where_it_hung_on_the_day_and_is_said_to_be_missing(
    make, app, city, fixed, sign_in
):
    """Hung under another county on the 10th: the city's table of before is as it was."""
    there = make.unit("远镇", under=city.other, kind=UnitKind.TOWNSHIP)
    make.session.commit()
    url = f"/training/cohorts/{fixed.id}/changes"
    before = sign_in(city.of_the_city).get(f"{url}?until=2026-11-09").text
    with app.app_context(), seeing_everything():
        units = [db.session.get_one(OrgUnit, one.id) for one in (city.lower, there)]
        rehang(*units, date(2026, 11, 10))
        county = db.session.get_one(OrgUnit, city.county.id)
        cohort = db.session.get_one(Cohort, fixed.id)
        left = changes.table(cohort, county, changes.period(cohort, None, date(2026, 11, 20))).total
        db.session.commit()
    browser = sign_in(city.of_the_city)
    assert (
        browser.get(f"{url}?until=2026-11-09").text.split("<tbody>")[1]
        == (before.split("<tbody>")[1])
    )
    assert (left.start, left.end, left.moves[Move.UNIT_OUT], left.lost) == (3, 1, 2, 3)
    names = browser.get(f"{url}/names?unit={city.county.id}&what=unit out").text
    assert "王三" in names and "王四" in names and "王一" not in names
    page = sign_in(city.officer).get(f"{url}?until=2026-11-09").text
    assert "不含已划出的单位：下王村" in page
    assert "不含已划出的单位" not in before and "单位划出" not in before


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("start", ["王一", "王二", "王三"]),
        ("end", ["王一", "王三", "王四"]),
        ("new post", ["王四"]),
        ("lost", ["王二"]),
        ("completed", []),
    ],
)
def test_behind_each_number_stand_its_names(city, fixed, sign_in, what, expected):
    page = sign_in(city.officer).get(
        f"/training/cohorts/{fixed.id}/changes/names", query_string={"what": what}
    )
    assert [
        name for name in ("王一", "王二", "王三", "王四") if f">{name}<" in page.text
    ] == expected


def test_a_township_sees_its_own_part_and_no_other(make, city, fixed, sign_in):
    officer = make.officer(city.township, Role.TOWNSHIP_OFFICER, name="周八")
    stranger = make.officer(make.unit("蒲掌乡", under=city.county), Role.TOWNSHIP_OFFICER)
    url = f"/training/cohorts/{fixed.id}/changes"
    assert "上王村" in sign_in(officer).get(url).text
    browser = sign_in(stranger)
    assert "上王村" not in browser.get(url).text
    assert browser.get(f"{url}?unit={city.township.id}").status_code == 404
    assert browser.get(f"{url}?until=2027-01-01").status_code == 422


def test_who_completed_and_then_left_has_a_line_of_his_own(make, app, city, fixed):
    left = next(row for row in make.all(Enrolment) if row.to_on)
    person = next(one for one in make.all(Person) if one.id == left.person_id)

    def totals(after=None):
        with app.app_context(), seeing_everything():
            cohort = fixing.db.session.get(Cohort, fixed.id)
            period = changes.period(cohort, after, date(2026, 11, 20))
            county = fixing.db.session.get(OrgUnit, city.county.id)
            found = changes.table(cohort, county, period).total
            return found.completed, found.moves.get(Move.LEFT_POST, 0), found.end

    build.hours(make, person, "0.9", cohort=fixed, on=date(2026, 11, 3))
    build.hours(make, person, "0.1", cohort=fixed, on=date(2026, 11, 6))  # too late by a day
    assert totals() == (0, 1, 3)
    build.hours(make, person, "0.1", cohort=fixed, on=date(2026, 11, 5))
    assert totals() == (1, 1, 3)
    assert totals(after=date(2026, 11, 6)) == (0, 0, 3)  # it was before


def test_who_had_passed_when_he_left_had_completed_whatever_was_sat_since(make, app, city, fixed):
    """Where the last attempt counts, one that was beaten after the leaving counted at it."""
    left = next(row for row in make.all(Enrolment) if row.to_on)
    person = next(one for one in make.all(Person) if one.id == left.person_id)
    one = build.assessment(make, city.county)
    one.which_counts = Counting.LAST
    make.keep(CohortAssessment(cohort_id=fixed.id, assessment_id=one.id))
    build.hours(make, person, "1", cohort=fixed, on=date(2026, 11, 3))

    def completed():
        with app.app_context(), seeing_everything():
            cohort = db.session.get_one(Cohort, fixed.id)
            period = changes.period(cohort, None, date(2026, 11, 20))
            return len(changes.completed_then_left(cohort, period))

    first = build.published(make, person, one, passed=True, at=make.clock() - timedelta(days=19))
    assert completed() == 1
    first.counts = False
    build.published(make, person, one, passed=False, number=2, at=make.clock() - timedelta(days=2))
    assert completed() == 1
