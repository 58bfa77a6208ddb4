"""教学评价: once a member, nobody's in particular, and shown from five answers on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import DateTime

from lms.classes.evaluating import FEWEST, OPEN_FOR, Opinion, opens_at, opinion, summed
from lms.classes.models import ClassMember, ClassSession, Evaluated, EvaluationCount
from lms.clock import start_of
from lms.training.models import Teacher
from tests.classes.builders import lessons, member, training_class

ANSWER = {f"q{n}": "5" for n in range(1, 6)}
DAY = date(2026, 11, 25)
COUNTS = st.dictionaries(st.integers(1, 5), st.integers(0, 99))


@given(COUNTS)
def test_a_mean_lies_between_the_scores_and_satisfied_within_the_answers(counts):
    found = opinion(counts)
    assert 0 <= found.satisfied <= found.answers
    if found.answers:
        assert 1 <= found.mean <= 5


@given(st.lists(COUNTS))
def test_classes_with_few_answers_are_in_no_sum(many):
    said = [opinion(one) for one in many]
    enough = [one for one in said if one.answers >= FEWEST]
    found = summed(said)
    assert (found.answers if found else 0) == sum(one.answers for one in enough)


def test_the_tables_keep_no_time_and_no_link_from_answer_to_person():
    for table in (Evaluated, EvaluationCount):
        columns = table.__table__.columns
        assert not any(isinstance(one.type, DateTime) for one in columns)
    assert "member_id" not in EvaluationCount.__table__.columns
    assert summed([]) is None and Opinion(5, 4, 20).mean == 4


@pytest.fixture
def county(make):
    return make.unit("垣曲县")


@pytest.fixture
def found(make, sign_in, county):
    """A class that was opened, with seven in it and a listed teacher."""
    made = training_class(make, county, opened=False)
    teacher = make.keep(
        Teacher(
            org_id=county.id, name="李老师", unit="", title="", subjects=[], made_at=make.clock()
        )
    )
    for lesson in lessons(make, made):
        make.session.get(ClassSession, lesson.id).teacher_id = teacher.id
    sign_in(make.officer(county)).post(f"/classes/{made.id}/open")
    for number in range(7):
        member(make, made, make.person(county, name=f"王{number}"))
    return made


def answering(make, sign_in, found, n):
    url = f"/classes/mine/{found.id}/evaluate"
    return [sign_in(one.person).post(url, ANSWER) for one in make.all(ClassMember)[:n]]


def test_a_day_of_lessons_is_judged_when_the_last_is_over():
    noon, evening = start_of(DAY) + timedelta(hours=12), start_of(DAY) + timedelta(hours=18)
    assert opens_at([noon, evening], DAY) == evening
    assert opens_at([noon - timedelta(days=3)], DAY) == start_of(DAY)  # the rest has no timetable
    assert opens_at([], DAY) == start_of(DAY + timedelta(days=1))


def test_it_is_answered_once_and_when_the_last_lesson_is_over(make, sign_in, found, clock):
    evening = clock.time
    last = max(make.all(ClassSession), key=lambda one: one.ends_at)
    clock.time = last.starts_at + timedelta(minutes=5)  # the morning of the last day
    (early,) = answering(make, sign_in, found, 1)
    assert (early.status_code, "最后一节课结束后开放" in early.text) == (422, True)
    clock.time = evening + timedelta(days=2)
    (first,) = answering(make, sign_in, found, 1)
    (again,) = answering(make, sign_in, found, 1)
    assert (first.status_code, again.status_code) == (303, 422)
    assert sum(one.answers for one in make.all(EvaluationCount)) == 5
    short = sign_in(make.all(ClassMember)[1].person)
    left_out = short.post(f"/classes/mine/{found.id}/evaluate", {"q1": "5", "q2": "9"})
    assert "五个问题都要选" in left_out.text
    assert len(make.all(Evaluated)) == 1


def test_fewer_than_five_are_never_shown(make, sign_in, county, found, clock):
    clock.time += timedelta(days=2)
    answering(make, sign_in, found, 4)
    clock.time = start_of(DAY + OPEN_FOR + timedelta(days=1))
    officer = sign_in(make.officer(county))
    assert "不满 5 人评价" in officer.get(f"/classes/{found.id}/evaluation").text
    assert "李老师" not in officer.get("/classes/satisfaction").text


def test_what_was_said_is_shown_when_nobody_can_add_to_it(make, sign_in, county, found, clock):
    clock.time += timedelta(days=2)
    officer, page = sign_in(make.officer(county)), f"/classes/{found.id}/evaluation"
    answering(make, sign_in, found, 5)
    shown = officer.get(page).text
    assert "中间不显示" in shown and "5/5" not in shown and "5 人已评价" in shown
    assert "李老师" not in officer.get("/classes/satisfaction").text
    clock.time = start_of(DAY + OPEN_FOR + timedelta(days=1))
    officer, late = sign_in(make.officer(county)), answering(make, sign_in, found, 6)[-1]
    assert late.status_code == 422
    assert "5/5" in officer.get(f"/classes/{found.id}/evaluation").text
    page = officer.get("/classes/satisfaction").text
    assert "李老师" in page and page.count("5.00") == 2


def change(officer, found, to_on):
    """The plan as it stands, with another last day."""
    plan = {"unit": found.org_id, "programme": found.programme_id, "title": found.title}
    plan |= {"cohort": 0, "kind": "full time", "for_unit": 0, "manager": 0, "pre": 0, "post": 0}
    plan |= {"from_on": str(found.from_on), "to_on": str(to_on), "capacity": 50, "place": ""}
    plan |= {"required_hours": "12", "by_hours": "y"}
    return officer.post(f"/classes/{found.id}/edit", plan)


@pytest.mark.parametrize(("many", "status"), [(5, 422), (4, 303)])
def test_what_was_shown_is_not_asked_anew(make, sign_in, county, found, clock, many, status):
    clock.time += timedelta(days=2)
    answering(make, sign_in, found, many)
    clock.time = start_of(DAY + OPEN_FOR + timedelta(days=1))
    officer = sign_in(make.officer(county))
    put_off = change(officer, found, DAY + OPEN_FOR + timedelta(days=1))
    assert put_off.status_code == status
    if status == 422:
        assert "结束日期不能再往后改" in put_off.text
        assert answering(make, sign_in, found, 6)[-1].status_code == 422
        assert change(officer, found, DAY).status_code == 303  # anything else may be changed
    else:  # nothing was shown
        assert answering(make, sign_in, found, 5)[-1].status_code == 303
