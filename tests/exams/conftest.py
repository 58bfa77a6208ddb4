"""Fixtures of the exam hall."""

from threading import Thread

import pytest

from tests.exams.build import Hall
from tests.exams.deferred import Case
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


class Fresh:
    """Signs in anew for each act: time leaps in these tests, and a page locks."""

    def __init__(self, sign_in, person):
        self.sign_in, self.person = sign_in, person

    def get(self, *what, **more):
        return self.sign_in(self.person).get(*what, **more)

    def post(self, *what, **more):
        return self.sign_in(self.person).post(*what, **more)


@pytest.fixture
def officer(sign_in, hall):
    """The officer named for the assessments."""
    return Fresh(sign_in, hall.officer)


@pytest.fixture
def case(hall, sign_in, make):
    return Case(hall, sign_in, make)


@pytest.fixture
def beside():
    """beside(act) → a thread that does it; joined at the end."""
    begun = []

    def begin(act):
        begun.append(Thread(target=act))
        begun[-1].start()
        return begun[-1]

    yield begin
    for thread in begun:
        thread.join()
