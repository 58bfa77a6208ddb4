"""师资库: persons of the city and guests, who may teach what, seen below."""

import pytest

from lms.audit.models import AuditEntry
from lms.training.models import Teacher


def known(city, **changes):
    return {
        "unit_id": city.county.id,
        "name": "张老师",
        "number": "",
        "unit": "县委党校",
        "title": "高级讲师",
        "subjects": "村民自治、矛盾调解、村民自治",
        **changes,
    }


def test_a_guest_is_listed_put_right_and_taken_out(make, city, sign_in):
    browser = sign_in(city.officer)
    assert browser.post("/training/teachers/new", known(city)).status_code == 303
    one = make.all(Teacher)[0]
    assert (one.subjects, one.person_id) == (["村民自治", "矛盾调解"], None)
    assert browser.post("/training/teachers/new", known(city)).status_code == 422
    browser.post(f"/training/teachers/{one.id}", known(city, title="教授", subjects="土地承包"))
    assert "教授" in browser.get("/training/teachers?subject=土地承包").text
    browser.post(f"/training/teachers/{one.id}/close")
    browser.get("/training/teachers")  # says what was done, once
    assert "张老师" not in browser.get("/training/teachers").text
    assert [row.act for row in make.all(AuditEntry)][-1] == "end teacher"


@pytest.mark.parametrize(("name", "status"), [("王建国", 303), ("别人", 422)])
def test_a_number_must_be_of_that_person(make, city, sign_in, name, status):
    person = make.person(city.upper, name="王建国")
    sent = known(city, name=name, number=person.short_number)
    assert sign_in(city.officer).post("/training/teachers/new", sent).status_code == status
    assert [row.person_id for row in make.all(Teacher)] == [person.id] * (status == 303)


def test_who_teaches_for_the_city_is_seen_in_the_counties_and_changed_by_the_city(
    make, city, sign_in
):
    sign_in(city.of_the_city).post("/training/teachers/new", known(city, unit_id=city.top.id))
    one = make.all(Teacher)[0]
    browser = sign_in(city.officer)
    assert "张老师" in browser.get("/training/teachers").text
    assert browser.post(f"/training/teachers/{one.id}/close").status_code == 403
    sign_in(city.officer).post("/training/teachers/new", known(city, name="李老师"))
    assert "李老师" not in sign_in(city.stranger).get("/training/teachers").text
