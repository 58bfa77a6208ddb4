"""A bank with somebody who writes in it and somebody who reviews."""

import pytest

from lms.access.permissions import Role
from lms.bank.rules import State


@pytest.fixture
def school(make):
    """The unit that owns the bank."""
    return make.unit("某市")


@pytest.fixture
def bank(make, school):
    return make.bank(school)


@pytest.fixture
def writer(make, school):
    return make.officer(school, Role.TRAINER, "王老师")


@pytest.fixture
def reviewer(make, school):
    return make.officer(school, Role.REVIEWER, "李老师")


@pytest.fixture
def waiting(make, bank, writer):
    """waiting(**facts) → a question of the writer that has been sent."""

    def one(**facts):
        return make.question(bank, **{"state": State.IN_REVIEW, "by": writer, **facts})

    return one
