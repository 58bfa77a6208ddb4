"""Pre-test and post-test: for those named for both assessments, and nobody above."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lms.classes.models import ClassAssessment
from lms.classes.rules import Purpose
from lms.exams.models import Assessment, NamedOfficer, Result
from lms.papers.models import Paper
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


def test_papers_that_are_no_set_are_said_to_be_none(make, sign_in):
    """Of two papers made together, of two made apart, and of the same paper twice."""
    county = make.unit("垣曲县")
    officer, found = make.officer(county), training_class(make, county)
    tests = [assessment(make, county, opens=timedelta(0)) for _ in range(2)]
    for exam, purpose in zip(tests, (Purpose.PRE, Purpose.POST), strict=True):
        make.keep(ClassAssessment(class_id=found.id, assessment_id=exam.id, purpose=purpose))

    def warned():
        return "不是同一套组出的两份平行卷" in sign_in(officer).get(f"/classes/{found.id}").text

    assert warned()
    for exam in tests:
        make.session.get(Paper, exam.paper_id).series_id = tests[0].paper_id
    make.session.commit()
    assert not warned()
    make.session.get(Assessment, tests[1].id).paper_id = tests[0].paper_id
    make.session.commit()
    assert warned()
