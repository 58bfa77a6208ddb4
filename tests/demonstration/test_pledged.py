"""The demonstration has a plan under way, and pledges of each kind."""

from sqlalchemy import select

from lms.db import db
from lms.demonstration.accounts import COUNTY
from lms.improving import pledging, services
from lms.improving.models import ImprovementPlan, Pledge
from lms.improving.rules import State
from tests.demonstration.conftest import TODAY


def test_one_pledge_is_kept_one_is_not_and_one_runs(loaded):
    pledges = db.session.scalars(select(Pledge).order_by(Pledge.id)).all()
    kept, missed, running = [one.state for one in pledging.standings(pledges, TODAY)]
    assert kept in (State.KEPT, State.KEPT_EARLY)
    assert missed is State.BROKEN
    assert running is State.RUNNING


def test_a_plan_of_a_township_of_the_county_has_a_step_that_is_done(loaded):
    (plan,) = db.session.scalars(select(ImprovementPlan))
    assert plan.org.code.startswith(COUNTY) and len(plan.org.code) == 9
    assert services.done(plan, TODAY) == (1, 3)
