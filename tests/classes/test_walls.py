"""The code on the wall is an aid: off until switched on, and the moment of the code counts."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from lms.classes import walls
from lms.classes.models import AttendanceMark, ClassMember, WallCode
from lms.classes.rules import Evidence, Mark
from tests.classes.builders import lessons, manager, member, training_class
from tests.conftest import SECRETS


@pytest.fixture
def lesson(make, clock):
    """A lesson that begins in ten minutes, of a class with one member."""
    county = make.unit("垣曲县")
    found = training_class(make, county, manager(make, county))
    member(make, found, make.person(county, name="王一"))
    first, *_ = lessons(make, found)
    clock.time = first.starts_at - timedelta(minutes=10)
    return first


@pytest.fixture
def hers(make, sign_in, lesson):
    return sign_in(lesson.whole_class.manager)


@pytest.fixture
def cadre(make, sign_in, lesson):
    return sign_in(make.all(ClassMember)[0].person)


def read(hers, lesson):
    """What the wall shows now: the six digits, the address in the QR."""
    now = hers.get(f"/classes/sessions/{lesson.id}/wall/now").get_json()
    return now.get("code")


def link(make, lesson, clock):
    (wall,) = make.all(WallCode)
    shown = walls.shown(wall, clock(), SECRETS["ticket"])
    return f"/classes/here/{lesson.id}/{shown.token}"


def test_the_wall_is_off_until_it_is_switched_on(make, hers, cadre, lesson, clock):
    assert read(hers, lesson) is None
    clock.time -= timedelta(hours=2)
    assert hers.post(f"/classes/sessions/{lesson.id}/wall/on").status_code == 409
    clock.time += timedelta(hours=2)
    url = f"/classes/mine/{lesson.class_id}/code"
    assert cadre.post(url, {"code": "000000"}).status_code == 422
    hers.post(f"/classes/sessions/{lesson.id}/wall/on")
    code = read(hers, lesson)
    assert re.fullmatch(r"\d{6}", code)
    own = f"/classes/mine/{lesson.class_id}"
    assert "现在签到" in cadre.get(own).text
    assert cadre.post(url, {"code": code}).status_code == 303
    assert "现在签到" not in cadre.get(own).text  # it is done
    (mark,) = make.all(AttendanceMark)
    assert mark.evidence is Evidence.CODE and clock() - mark.came_at < timedelta(seconds=30)
    cadre.post(url, {"code": code})
    assert len(make.all(AttendanceMark)) == 1
    hers.post(f"/classes/sessions/{lesson.id}/wall/off")
    assert cadre.post(url, {"code": code}).status_code == 422


def test_a_code_changes_every_half_minute_and_an_old_one_is_refused(hers, cadre, lesson, clock):
    hers.post(f"/classes/sessions/{lesson.id}/wall/on")
    old = read(hers, lesson)
    clock.time += timedelta(seconds=30)
    assert read(hers, lesson) != old
    clock.time += timedelta(seconds=30)
    page = cadre.post(f"/classes/mine/{lesson.class_id}/code", {"code": old})
    assert (page.status_code, "已经换了" in page.text) == (422, True)


def test_who_tries_one_code_after_the_other_has_to_wait(make, hers, cadre, lesson, clock):
    hers.post(f"/classes/sessions/{lesson.id}/wall/on")
    url = f"/classes/mine/{lesson.class_id}/code"
    for _ in range(walls.MOST_WRONG):
        wrong = f"{(int(read(hers, lesson)) + 1) % 1_000_000:06}"
        assert "签到码不对" in cadre.post(url, {"code": wrong}).text
    assert "连续输错次数过多" in cadre.post(url, {"code": read(hers, lesson)}).text
    assert make.all(AttendanceMark) == []
    assert cadre.get(link(make, lesson, clock)).status_code == 302  # the QR itself is no guess
    clock.time += walls.WAIT
    assert cadre.post(url, {"code": read(hers, lesson)}).status_code == 303


@pytest.mark.parametrize(("minutes", "status"), [(14, 303), (17, 409)])
def test_who_must_sign_in_first_has_a_quarter_of_an_hour(
    make, app, hers, cadre, lesson, clock, minutes, status
):
    hers.post(f"/classes/sessions/{lesson.id}/wall/on")
    scanned_at = clock()
    phone = app.test_client()
    assert phone.get(link(make, lesson, clock)).status_code == 302
    assert phone.get("/classes/check-in").status_code in (302, 401)
    clock.time += timedelta(minutes=minutes)
    with cadre.client.session_transaction() as signed_in, phone.session_transaction() as mine:
        mine.update(token=signed_in["token"], csrf=signed_in["csrf"])
    cadre.client = phone
    assert cadre.post("/classes/check-in").status_code == status
    came = [scanned_at - one.came_at for one in make.all(AttendanceMark)]
    assert came == [] if status == 409 else came[0] < timedelta(seconds=30)


def test_a_stranger_to_the_class_does_not_check_in(make, sign_in, hers, lesson, clock):
    hers.post(f"/classes/sessions/{lesson.id}/wall/on")
    stranger = sign_in(make.person(make.unit("闻喜县")))
    stranger.get(link(make, lesson, clock))
    assert stranger.get("/classes/check-in").status_code == 404
    assert stranger.post("/classes/check-in").status_code == 404
    assert stranger.get(f"/classes/here/{lesson.id}/forged").status_code == 422
    assert make.all(AttendanceMark) == []


def test_after_the_list_is_confirmed_the_list_counts(make, hers, cadre, lesson, clock):
    hers.post(f"/classes/sessions/{lesson.id}/wall/on")
    clock.time = lesson.starts_at + timedelta(minutes=5)
    (place,) = make.all(ClassMember)
    hers.post(f"/classes/sessions/{lesson.id}/list", {f"mark-{place.id}": "absent"})
    code = read(hers, lesson)
    page = cadre.post(f"/classes/mine/{lesson.class_id}/code", {"code": code})
    assert (page.status_code, "已确认这节课的名单" in page.text) == (409, True)


def test_a_list_that_is_confirmed_while_somebody_checks_in_counts(make, hers, cadre, lesson, clock):
    """The class manager confirms after the phone was let in and before its mark is written."""
    hers.post(f"/classes/sessions/{lesson.id}/wall/on")
    clock.time = lesson.starts_at + timedelta(minutes=5)
    (place,) = make.all(ClassMember)
    code, url = read(hers, lesson), f"/classes/sessions/{lesson.id}/list"

    def meanwhile(*_):
        assert hers.post(url, {f"mark-{place.id}": "absent"}).status_code == 303

    event.listen(AttendanceMark, "init", meanwhile, once=True)
    page = cadre.post(f"/classes/mine/{lesson.class_id}/code", {"code": code})
    assert page.status_code == 409
    assert [one.mark for one in make.all(AttendanceMark)] == [Mark.ABSENT]
