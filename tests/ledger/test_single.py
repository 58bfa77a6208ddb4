"""The hours of one person, entered on a form, confirmed by a second person, reversed."""

import pytest

from lms.ledger.models import HourEntry, HourLine, HourList
from lms.ledger.rules import ListState

SAID = {
    "title": "省里的进修班",
    "source": "省干部学院",
    "basis": "晋干院〔2026〕12号",
    "kind": "organised",
    "hours": "40",
    "began_on": "2026-03-02",
    "ended_on": "2026-03-06",
}


@pytest.fixture
def wang(make, city):
    return make.person(city.upper, name="王建国")


def url(person):
    return f"/hours/persons/{person.id}/new"


def test_a_second_person_stands_for_it_before_it_counts_and_it_is_reversed(
    make, city, wang, sign_in
):
    browser = sign_in(city.officer)
    assert "登记外部培训" in browser.get(f"/records/{wang.id}").text
    assert browser.post(url(wang), SAID).status_code == 303
    (one,) = make.all(HourList)
    assert (one.state, one.name, one.org_id) == (
        ListState.HANDED_ON,
        "晋干院〔2026〕12号",
        city.upper.id,
    )
    assert browser.post(f"/hours/lists/{one.id}/confirm").status_code == 409
    above = sign_in(city.of_the_city)
    assert "1 份学时名单待您确认" in above.get("/desk").text
    assert above.post(f"/hours/lists/{one.id}/confirm").status_code == 303
    (entry,) = make.all(HourEntry)
    assert (entry.person_id, entry.hours, entry.activity) == (wang.id, 40, "省里的进修班")
    assert entry.evidence == "省干部学院 晋干院〔2026〕12号"
    assert (entry.recorded_by, entry.confirmed_by) == (city.officer.id, city.of_the_city.id)
    back = f"/records/entries/{entry.id}/reverse"
    assert browser.post(back, {"why": "发错人"}).status_code == 303
    assert [row.hours for row in make.all(HourEntry)] == [40, -40]


def test_what_the_ledger_seems_to_have_is_decided_first(make, city, wang, sign_in):
    first = sign_in(city.officer)
    first.post(url(wang), SAID)
    sign_in(city.of_the_city).post(f"/hours/lists/{make.all(HourList)[0].id}/confirm")
    first.post(url(wang), SAID | {"title": "同一时间的另一个班"})
    assert make.all(HourList)[1].state is ListState.READ
    assert make.all(HourLine)[1].twice_id == make.all(HourEntry)[0].id


def test_what_was_sent_twice_waits_once(make, city, wang, sign_in):
    browser = sign_in(city.officer)
    assert browser.post(url(wang), SAID).status_code == 303
    again = browser.post(url(wang), SAID)
    assert again.status_code == 422 and "同样的内容已经登记" in again.text
    assert 'value="省里的进修班"' in again.text and len(make.all(HourList)) == 1
    assert browser.post(url(wang), SAID | {"title": "省里的又一个班"}).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"basis": ""},
        {"hours": "0"},
        {"hours": "2001"},
        {"ended_on": "2026-12-01"},
        {"began_on": "2026-03-07"},
        {"began_on": "三月"},
    ],
)
def test_what_cannot_be_is_not_entered(make, city, wang, sign_in, wrong):
    assert sign_in(city.officer).post(url(wang), SAID | wrong).status_code == 422
    assert make.all(HourList) == []


def test_a_stranger_enters_nothing_for_somebody_here(make, city, wang, sign_in):
    assert sign_in(city.stranger).post(url(wang), SAID).status_code == 404
    assert make.all(HourList) == []
