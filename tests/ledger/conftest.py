"""What the tests of this room share."""

from contextlib import contextmanager

import pytest

from lms.access.scope import seeing_everything
from lms.web import transaction
from tests.training.conftest import City


@pytest.fixture
def city(make):
    return City(make)


@pytest.fixture
def inside(app):
    """with inside(): what a command or a job does, kept when it is done."""

    @contextmanager
    def within():
        with app.app_context(), seeing_everything():
            yield
            transaction.finish()

    return within
