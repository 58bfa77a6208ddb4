"""What is added up by lines, or looked through once for two days, is what each is by itself."""

from datetime import date, timedelta

import pytest

from lms.access.scope import seeing_everything
from lms.clock import day_of
from lms.db import db
from lms.exams.rules import Counting
from lms.orgs.models import OrgUnit
from lms.orgs.services import rename
from lms.people.rules import Post
from lms.reports import counting, holding, queries, services, tables
from lms.reports.comparing import ABOVE, _Live
from lms.reports.counting import KNOWN, Roster
from lms.reports.explaining import explained, summed
from lms.reports.measures import Count
from lms.reports.rules import Level, Only, Tier
from lms.training import queries as training
from lms.training.models import CohortAssessment, Enrolment, EnrolmentPost
from lms.web.transaction import finish
from tests.reports.test_as_of import sat
from tests.reports.test_comparing import FIRST, SECOND, month
from tests.training import builders

__all__ = ["month"]
COUNTS = KNOWN - {Count.QUOTA}


@pytest.mark.parametrize("only", [Only(), Only(tier=Tier.VILLAGE), Only(post=Post.VCM.value)])
@pytest.mark.parametrize("level", [Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE, Level.KIND])
def test_the_lines_below_a_unit_are_those_of_the_whole_list(month, app, level, only):
    with app.app_context(), seeing_everything():
        whole = counting.by_unit(Roster(month.cohort.id, SECOND, None, only.post), COUNTS)
        for root in (month.city, month.county, month.town, month.villages[0]):
            paths, day = [month.city.path], SECOND
            found = services.ground(month.cohort.id, paths, root.id, level, day, only=only)
            by = tables.by_group if level is Level.KIND else tables.by_unit
            mine = services.kept(whole, found.inside)
            table = services.table_of(found, COUNTS)
            assert table == by(mine, queries.tree(day), level, root.id)


def test_by_post_only_those_below_a_unit_are_told_of(month, app):
    with app.app_context(), seeing_everything():
        held = holding.by_unit_and_posts(Roster(month.cohort.id, SECOND), COUNTS)
        for root in (month.city, month.county, month.villages[0]):
            paths = [month.city.path]
            found = services.ground(month.cohort.id, paths, root.id, Level.POST, SECOND)
            assert services.table_of(found, COUNTS) == tables.by_post(held, found.inside)


def test_a_post_held_in_two_units_is_one_post(city, make, app):
    person = city.cadre(city.villages[0], Post.VPS)
    other = {"org_id": city.villages[1].id, "post": Post.VPS, "from_on": date(2026, 10, 1)}
    listed = next(one.id for one in make.all(Enrolment) if one.person_id == person.id)
    make.keep(EnrolmentPost(enrolment_id=listed, **other))
    with app.app_context(), seeing_everything():
        roster = Roster(city.cohort.id, day_of(make.clock()))
        rows = holding.by_unit_and_posts(roster, {Count.REQUIRED})
    assert rows["held"].tolist() == [tables.BIT[Post.VPS]]


@pytest.mark.parametrize("above", ABOVE)
@pytest.mark.parametrize("which", [Counting.BEST, Counting.LAST])
def test_two_days_in_one_walk_are_two_lists(month, make, app, above, which):
    month.assessment.which_counts = which
    second = builders.assessment(make, month.city)
    make.keep(CohortAssessment(cohort_id=month.cohort.id, assessment_id=second.id))
    again = month.cadre(month.far, name="再考", read=True)
    sat(make, again, month.assessment, 1, passed=True, ago=30).counts = which is Counting.BEST
    sat(make, again, month.assessment, 2, passed=False, ago=2)
    sat(make, again, second, 1, passed=True, ago=25)
    late = month.cadre(month.far, name="后过", read=True)
    sat(make, late, month.assessment, 1, passed=True, ago=30)
    sat(make, late, second, 1, passed=True, ago=3)
    make.session.commit()
    with app.app_context(), seeing_everything():
        cohort = training.cohort(month.cohort.id)
        for root in (month.city, month.county):
            for first, last in ((FIRST, SECOND), (SECOND - timedelta(days=5), SECOND)):
                trees = queries.trees(first, last)
                live = _Live(cohort, root.id, Level.TOWNSHIP, False, above, trees)
                alone = [live.at(first), live.at(last)]
                told = explained(*alone, live.stays)
                for named in (False, True):
                    *both, stayed = live.both(first, last, named)
                    assert [one.sums() for one in both] == [one.sums() for one in alone]
                    parts = explained(*both, live.stays, stayed)
                    assert summed(parts) == summed(told)
                    assert not named or sorted(parts) == sorted(told)


@pytest.mark.parametrize("on", [FIRST, FIRST + timedelta(days=1), SECOND, None])
def test_the_units_of_two_days_are_those_of_each(city, app, on):
    days = FIRST, SECOND
    with app.app_context(), seeing_everything():
        if on:
            rename(db.session.get_one(OrgUnit, city.villages[0].id), "下村", on)
            finish()
        both = queries.trees(*days)
        assert [both[day].units for day in days] == [queries.tree(day).units for day in days]
        assert (both[FIRST] is both[SECOND]) == (on in (FIRST, None))
