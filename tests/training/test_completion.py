"""How far everybody has come: hours and verdicts, as of a day, set-wise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lms.access.scope import seeing_everything
from lms.db import db
from lms.exams.rules import Counting
from lms.people.rules import Post
from lms.training.completion import completion, listed_posts
from lms.training.of_lists import of_lists
from tests.training import builders as build

TODAY = date(2026, 11, 23)


@pytest.fixture
def ask(app):
    """ask(select) → rows; of one cohort: ask(lambda: select), which looks it up first."""

    def rows(query):
        with app.app_context(), seeing_everything():
            return db.session.execute(query() if callable(query) else query).all()

    return rows


@pytest.fixture
def county(make):
    return make.unit("甲县")


def test_hours_are_those_of_lessons_of_the_cohorts_courses(make, county, ask):
    taken, other = build.course(make, county), build.course(make, county)
    first = build.cohort(make, county, [taken])
    person = make.person(county)
    build.enrolment(make, first, person, Post.VPS)
    build.hours(make, person, "0.5", lesson=taken.lessons[0])
    build.hours(make, person, "0.5", lesson=other.lessons[0])
    assert [row.hours for row in ask(completion(TODAY))] == [Decimal("0.50")]


def test_a_lesson_counts_in_every_cohort_that_takes_its_course(make, county, ask):
    taken = build.course(make, county)
    cohorts = [build.cohort(make, county, [taken]) for _ in range(2)]
    person = make.person(county)
    for one in cohorts:
        build.enrolment(make, one, person, Post.VPS)
    build.hours(make, person, "0.5", lesson=taken.lessons[0])
    assert [row.hours for row in ask(completion(TODAY))] == [Decimal("0.50")] * 2


def test_hours_given_in_a_cohort_count_there_and_nowhere_else(make, county, ask):
    taken = build.course(make, county)
    here, there = (build.cohort(make, county, [taken]) for _ in range(2))
    person = make.person(county)
    for one in (here, there):
        build.enrolment(make, one, person, Post.VPS)
    build.hours(make, person, "8", cohort=here)
    build.hours(make, person, "0.5", lesson=taken.lessons[0], cohort=here)
    found = {row.cohort_id: row.hours for row in ask(completion(TODAY))}
    assert found == {here.id: Decimal("8.50"), there.id: Decimal(0)}


def test_a_reversing_row_takes_the_hours_back(make, county, ask):
    taken = build.course(make, county)
    one = build.cohort(make, county, [taken], hours="0.5")
    person = make.person(county)
    build.enrolment(make, one, person, Post.VPS)
    given = build.hours(make, person, "0.5", lesson=taken.lessons[0])
    assert ask(completion(TODAY))[0].completed == 1
    build.hours(make, person, "-0.5", lesson=taken.lessons[0], reverses=given)
    row = ask(completion(TODAY))[0]
    assert (row.hours, row.completed) == (Decimal(0), 0)


def test_tenths_add_up_to_what_is_required(make, county, ask):
    taken = build.course(make, county, lessons=8, hours="0.1")
    one = build.cohort(make, county, [taken], hours="0.8")
    person = make.person(county)
    build.enrolment(make, one, person, Post.VPS)
    for lesson in taken.lessons:
        build.hours(make, person, "0.1", lesson=lesson)
    assert ask(completion(TODAY))[0].completed == 1


def test_who_has_hours_and_failed_has_not_completed(make, county, ask):
    taken, set_for = build.course(make, county, lessons=1), build.assessment(make, county)
    one = build.cohort(make, county, [taken], [set_for], hours="0.5")
    person = make.person(county)
    build.enrolment(make, one, person, Post.VPS)
    build.hours(make, person, "0.5", lesson=taken.lessons[0])
    row = ask(completion(TODAY))[0]
    assert (row.assessed, row.sat, row.passed, row.completed) == (1, 0, 0, 0)
    build.verdict(make, person, set_for, passed=False)
    row = ask(completion(TODAY))[0]
    assert (row.assessed, row.sat, row.passed, row.completed) == (1, 1, 0, 0)


def test_the_best_of_several_attempts_counts(make, county, ask):
    set_for = build.assessment(make, county)
    one = build.cohort(make, county, [], [set_for], hours="0")
    person = make.person(county)
    build.enrolment(make, one, person, Post.VPS)
    build.verdict(make, person, set_for, passed=True, number=1)
    build.verdict(make, person, set_for, passed=False, number=2)
    row = ask(completion(TODAY))[0]
    assert (row.sat, row.passed, row.completed) == (1, 1, 1)


def test_all_of_several_assessments_have_to_be_passed(make, county, ask):
    two = [build.assessment(make, county) for _ in range(2)]
    one = build.cohort(make, county, [], two, hours="0")
    person = make.person(county)
    build.enrolment(make, one, person, Post.VPS)
    build.verdict(make, person, two[0])
    assert ask(completion(TODAY))[0].completed == 0
    build.verdict(make, person, two[1])
    assert ask(completion(TODAY))[0].completed == 1


def test_only_what_held_on_the_day_counts(make, county, ask, clock):
    taken, set_for = build.course(make, county, lessons=1), build.assessment(make, county)
    one = build.cohort(make, county, [taken], [set_for], hours="0.5")
    person = make.person(county)
    build.enrolment(make, one, person, Post.VPS)
    build.hours(make, person, "0.5", lesson=taken.lessons[0], on=TODAY)
    build.verdict(make, person, set_for)
    before = ask(completion(TODAY - timedelta(days=1)))[0]
    assert (before.hours, before.sat, before.completed) == (Decimal(0), 0, 0)
    assert ask(completion(TODAY))[0].completed == 1


def test_who_left_the_list_is_on_it_until_that_day(make, county, ask):
    one = build.cohort(make, county)
    person = make.person(county)
    left = TODAY - timedelta(days=3)
    build.enrolment(make, one, person, Post.VPS, to_on=left, ended_why="调离")
    assert len(ask(completion(left - timedelta(days=1)))) == 1
    assert ask(completion(left)) == []


def test_who_came_back_is_listed_once(make, county, ask):
    one = build.cohort(make, county)
    person = make.person(county)
    left = TODAY - timedelta(days=3)
    build.enrolment(make, one, person, Post.VPS, to_on=left)
    build.enrolment(make, one, person, Post.VPS, from_on=left)
    for days in range(6):
        assert len(ask(completion(TODAY - timedelta(days=days)))) == 1


def test_two_posts_are_one_person_and_two_posts(make, county, ask):
    one = build.cohort(make, county)
    person = make.person(county)
    build.enrolment(make, one, person, Post.VPS, Post.VCD)
    assert len(ask(lambda: completion(TODAY, one.id))) == 1
    assert {row.post for row in ask(listed_posts(TODAY, one.id))} == {Post.VPS, Post.VCD}


def test_one_cohort_or_one_person_can_be_asked_for(make, county, ask):
    cohorts = [build.cohort(make, county) for _ in range(2)]
    persons = [make.person(county) for _ in range(2)]
    for one in cohorts:
        for person in persons:
            build.enrolment(make, one, person, Post.VPS)
    assert len(ask(completion(TODAY))) == 4
    here = ask(lambda: completion(TODAY, cohorts[0].id))
    assert {row.cohort_id for row in here} == {cohorts[0].id}
    mine = ask(completion(TODAY, person_id=persons[1].id))
    assert {row.person_id for row in mine} == {persons[1].id}
    assert len(mine) == 2


@pytest.mark.parametrize("taken", [(), (0,), (0, 2), (0, 1, 2)], ids=str)
@pytest.mark.parametrize("given", [False, True], ids=["on line", "also given here"])
def test_however_a_list_is_asked_for_the_same_hours_count(make, county, ask, taken, given):
    """Of lessons that lie side by side, or others between them; with hours of its own, or none."""
    courses = [build.course(make, county) for _ in range(3)]
    here = build.cohort(make, county, [courses[place] for place in taken])
    there = build.cohort(make, county)
    person = make.person(county)
    build.enrolment(make, here, person, Post.VPS)
    build.hours(make, person, "100", cohort=there)
    build.hours(make, person, "50")
    lessons = [one for course in courses for one in course.lessons]
    for place, lesson in enumerate(lessons):
        build.hours(make, person, str(1 << place), lesson=lesson)
    if given:
        build.hours(make, person, "0.25", cohort=here)
        build.hours(make, person, "0.5", lesson=lessons[0], cohort=here)
    own = sum(3 << 2 * place for place in taken) + (Decimal("0.75") if given else 0)
    for asked in ({}, {"cohort_id": here.id}):
        found = ask(lambda asked=asked: completion(TODAY, **asked))
        assert [row.hours for row in found] == [own]
    found = ask(lambda: of_lists(TODAY, [here.id, there.id]))
    assert [row.hundredths for row in found] == [own * 100]


def test_of_some_lists_everybody_stands_as_on_each_alone(make, county, ask):
    """Lists of lessons side by side and apart, with hours of their own, with exams or none."""
    near, between, far = (build.course(make, county, hours="1") for _ in range(3))
    one, other = build.assessment(make, county), build.assessment(make, county)
    other.which_counts = Counting.LAST
    cohorts = [
        build.cohort(make, county, [near, between], [one], hours="2"),
        build.cohort(make, county, [near, far], [one, other], hours="1.5"),
        build.cohort(make, county, [far], hours="1"),
        build.cohort(make, county, [between], [other], hours="3"),
        build.cohort(make, county, hours="0"),
    ]
    people = [make.person(county) for _ in range(8)]
    lessons = [lesson for course in (near, between, far) for lesson in course.lessons]
    for number, person in enumerate(people):
        for place, cohort in enumerate(cohorts):
            if (number + place) % 4:
                build.enrolment(make, cohort, person, Post.VPS)
        for lesson in lessons[: number % 7]:
            build.hours(make, person, "0.75", lesson=lesson)
        if number % 2:
            build.hours(make, person, "1.5", cohort=cohorts[3])
        if number % 3:
            build.verdict(make, person, one, passed=number % 3 == 1)
        if number > 3:
            build.verdict(make, person, other, passed=number % 2 == 0)
    ids = [cohort.id for cohort in cohorts]
    rows = ask(lambda: of_lists(TODAY, ids))
    alone = {
        row.enrolment_id: row for key in ids for row in ask(lambda key=key: completion(TODAY, key))
    }
    assert len(rows) == len(alone) > 20
    for row in rows:
        same = alone[row.enrolment_id]
        assert row._asdict() == {name: getattr(same, name) for name in row._fields}
    told = {name: {getattr(row, name) for row in rows} for name in rows[0]._fields[5:]}
    assert told == dict.fromkeys(told, {0, 1})
