"""Fixtures of the analyses."""

from datetime import timedelta

import pytest

from lms.access.scope import seeing_everything
from lms.analyses.tallying import tally_due
from lms.web.transaction import finish
from tests.analyses.builders import Sat


@pytest.fixture
def sat(make):
    return Sat(make)


@pytest.fixture
def add_up(app, clock):
    """add_up() → what is published is added up, as the worker does it; how many assessments."""

    def act():
        clock.time += timedelta(hours=1)
        with app.app_context(), seeing_everything():
            done = 0
            for _ in tally_due(clock.time):
                finish()
                done += 1
            return done

    return act
