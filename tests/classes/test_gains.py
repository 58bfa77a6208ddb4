"""Pre-test and post-test: for those named for both assessments, and nobody above."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lms.classes.models import ClassAssessment
from lms.classes.rules import Purpose
from lms.exams.models import NamedOfficer, Result
from tests.classes.builders import lessons, member, training_class
from tests.training.builders import assessment, verdict


def sat(make, person, exam, earned):
    made = verdict(make, person, exam)
    make.keep(
        Result(
            person_id=person.id,
            org_id=person.org_id,
            assessment_id=exam.id,
            attempt_id=made.attempt_id,
            earned=Decimal(earned),
            points=Decimal(100),
            passed=True,
            level="",
            abilities={},
            published_at=make.clock(),
        )
    )


@pytest.mark.parametrize("named", [True, False])
def test_the_mean_difference_is_for_those_named_alone(make, sign_in, named):
    county = make.unit("垣曲县")
    officer, found = make.officer(county), training_class(make, county)
    lessons(make, found)
    tests = [assessment(make, county, opens=timedelta(0)) for _ in range(2)]
    for exam, purpose in zip(tests, (Purpose.PRE, Purpose.POST), strict=True):
        make.keep(ClassAssessment(class_id=found.id, assessment_id=exam.id, purpose=purpose))
        if named:
            make.keep(
                NamedOfficer(assessment_id=exam.id, person_id=officer.id, named_at=make.clock())
            )
    for number in range(6):
        person = make.person(county)
        member(make, found, person)
        sat(make, person, tests[0], 50 + number)
        sat(make, person, tests[1], 60 + 2 * number)
    page = sign_in(officer).get(f"/classes/{found.id}").text
    assert ("+12.5" in page) == named and ("6 人两次都参加" in page) == named
