"""Fixtures of the exam hall."""

import pytest

from tests.exams.build import Hall
from tests.exams.sitter import Sitter


@pytest.fixture
def hall(make):
    return Hall(make)


@pytest.fixture
def sit(hall, sign_in, clock):
    """sit(person, assessment) → that person with the exam page open."""

    def begin(person, assessment, **more):
        return Sitter(sign_in(person), clock, assessment, **more).open()

    return begin
