"""调班 and 补训: one act, the rule of the village asked again, the history kept."""

from datetime import date

import pytest

from lms.classes.models import ClassMember
from lms.classes.rules import Came, Left
from tests.callups import builders as mine

LATER = (date(2026, 12, 14), date(2026, 12, 16))
WHY = {"why": "防汛值班"}


@pytest.fixture
def people(make, city):
    """书记 (一肩挑) and 副书记 of one village."""
    return mine.villages(make, city.township, 1)


@pytest.fixture
def cohort(make, city, people):
    return mine.listed(make, city.county, people)


@pytest.fixture
def classes(make, city, cohort):
    return [
        mine.training_class(make, city.county, cohort, title="第一期"),
        mine.training_class(make, city.county, cohort, title="第二期", days=LATER),
        mine.training_class(make, city.county, cohort, title="同期小班", capacity=1),
    ]


def test_who_moves_leaves_a_row_behind_and_both_are_shown(
    make, city, people, classes, sign_in, clock
):
    member = mine.member(make, classes[0], people[0])
    browser, url = sign_in(city.officer), f"/callups/members/{member.id}/move"
    assert "调班" in browser.get(url).text
    assert browser.post(url, WHY | {"to": classes[1].id}).status_code == 303
    old, new = make.all(ClassMember)
    assert (old.left_as, old.left_why, new.came_as) == (Left.MOVED, "防汛值班", Came.MOVED)
    page = browser.get(f"/callups/members/{new.id}/move").text
    assert "第一期" in page and "防汛值班" in page


def test_the_other_of_the_village_is_in_the_way_and_is_named(make, city, people, classes, sign_in):
    mine.member(make, classes[0], people[0])
    member = mine.member(make, classes[1], people[1])
    browser, url = sign_in(city.officer), f"/callups/members/{member.id}/move"
    assert f"同村的{people[0].name}同期离村" in browser.get(url).text
    for sent in ({}, {"although": "y"}):
        answer = browser.post(url, WHY | sent | {"to": classes[0].id})
        assert answer.status_code == 422 and "两人不能同时离村" in answer.text
    assert len(make.all(ClassMember)) == 2


def test_who_makes_up_may_come_with_a_written_reason(make, city, people, classes, sign_in, clock):
    mine.member(make, classes[0], people[0])
    over = mine.training_class(
        make,
        city.county,
        title="上一期",
        days=(date(2026, 11, 2), date(2026, 11, 4)),
        programme_id=classes[0].programme_id,
        closed_at=clock(),
    )
    member = mine.member(make, over, people[1])
    browser, url = sign_in(city.officer), f"/callups/members/{member.id}/move"
    assert browser.post(url, WHY | {"to": classes[0].id}).status_code == 422
    sent = WHY | {"to": classes[0].id, "although": "y"}
    assert browser.post(url, sent).status_code == 303
    old, new = (row for row in make.all(ClassMember) if row.person_id == people[1].id)
    assert old.to_at is None, "who was in a class to its end stays in it"
    assert (new.came_as, new.came_why, new.moved_from_id) == (Came.MAKING_UP, "防汛值班", old.id)


def test_a_full_class_takes_nobody(make, city, people, classes, sign_in):
    mine.member(make, classes[2], make.person(city.lower))
    member = mine.member(make, classes[1], people[0])
    browser, url = sign_in(city.officer), f"/callups/members/{member.id}/move"
    assert "已满" in browser.get(url).text
    answer = browser.post(url, WHY | {"to": classes[2].id})
    assert answer.status_code == 422 and "容量 1 人" in answer.text


def test_who_of_a_list_has_no_class_is_listed_and_put_into_one(
    make, city, cohort, people, classes, sign_in
):
    mine.member(make, classes[0], people[0])
    browser = sign_in(city.officer)
    page = browser.get(f"/callups/cohorts/{cohort.id}/without").text
    assert people[1].name in page and people[0].name not in page
    url = f"/callups/cohorts/{cohort.id}/persons/{people[1].id}/seat"
    assert browser.post(url, WHY | {"to": classes[1].id}).status_code == 303
    assert make.all(ClassMember)[-1].came_as is Came.MAKING_UP
    again = browser.post(url, WHY | {"to": classes[1].id})
    assert again.status_code == 422 and "已编入班级" in again.text
    assert "都已编入班级" in browser.get(f"/callups/cohorts/{cohort.id}/without").text


def test_a_class_of_another_unit_takes_nobody_from_here(make, city, people, classes, sign_in):
    member = mine.member(make, classes[0], people[0])
    above = mine.training_class(
        make, city.top, title="市班", days=LATER, programme_id=classes[0].programme_id
    )
    sent = WHY | {"to": above.id}
    answer = sign_in(city.officer).post(f"/callups/members/{member.id}/move", sent)
    assert answer.status_code == 422 and "主办" in answer.text
