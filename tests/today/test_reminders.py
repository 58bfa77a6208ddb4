"""Who is reminded of what, what the units are told, and how it is switched off."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.ciphers import sealed
from lms.jobs.worker import do_due
from lms.today.models import Reminder, ReminderList, ReminderRound
from lms.today.reminders import KEPT
from lms.today.steps import Step
from tests.conftest import SECRETS
from tests.training import builders as build
from tests.training.conftest import city

__all__ = ["city"]
FRIDAY = date(2026, 12, 4)


@pytest.fixture
def speak(app, clock):
    """speak(day, hour) lets the worker look, at that hour of that day in the city."""

    def at(day, hour=9):
        clock.time = datetime(day.year, day.month, day.day, hour - 8, tzinfo=UTC)
        for one in app.extensions["due things"]:
            if one.name in ("remind of what is not done", "let go of files with names"):
                do_due(app, one)

    return at


@pytest.fixture
def cohort(make, city):
    """Ends on a Friday; 王二 has done it, 张三 and 李四 have not."""
    made = build.cohort(make, city.county, hours="1", closes_on=FRIDAY)
    for name, unit, hours in (
        ("张三", city.upper, "0.5"),
        ("李四", city.lower, "0"),
        ("王二", city.upper, "1"),
    ):
        phone = sealed(f"1380000{len(name)}{unit.id:03d}", SECRETS["cipher"])
        person = make.person(unit, name=name, phone_seal=phone)
        build.enrolment(make, made, person)
        build.hours(make, person, hours, cohort=made)
        setattr(city, name, person)
    return made


def reminded(make):
    names = {one.id: one.name for one in make.all(type(make.person()))}
    return [names[one.person_id] for one in make.all(Reminder)]


def test_only_who_has_not_done_it_is_reminded_once_a_day_and_sees_it_until_done(
    make, sign_in, city, cohort, speak
):
    speak(FRIDAY - timedelta(days=3))
    speak(FRIDAY - timedelta(days=3), hour=15)
    assert sorted(reminded(make)) == ["张三", "李四"]
    assert [(one.step, one.persons) for one in make.all(ReminderRound)] == [(Step.THREE, 2)]
    words = "提醒：万人计划 第一期 12月4日截止"
    assert words in sign_in(city.张三).get("/").text
    assert words not in sign_in(city.王二).get("/").text
    build.hours(make, city.张三, "0.5", cohort=cohort)
    assert words not in sign_in(city.张三).get("/").text
    speak(FRIDAY - timedelta(days=1))
    assert sorted(reminded(make)) == ["张三", "李四", "李四"]


def test_nobody_is_reminded_before_eight_nor_on_a_day_off(make, city, cohort, speak):
    speak(FRIDAY - timedelta(days=7), hour=8)
    speak(FRIDAY - timedelta(days=5))  # a Sunday
    speak(FRIDAY - timedelta(days=1), hour=20)
    assert [one.on for one in make.all(ReminderRound)] == [FRIDAY - timedelta(days=7)]


def test_after_the_end_the_township_is_told_and_then_the_county(make, sign_in, city, cohort, speak):
    township = make.officer(city.township, Role.TOWNSHIP_OFFICER, name="赵九")
    for days in (3, 4, 7):  # Monday, Tuesday, Friday
        speak(FRIDAY + timedelta(days=days))
    assert [one.step for one in make.all(ReminderRound)] == [Step.OVER, Step.TOWNSHIP, Step.COUNTY]
    told = [(one.org_id, one.persons) for one in make.all(ReminderList)]
    assert told == [(city.township.id, 2), (city.county.id, 2)]
    page = sign_in(township).get("/desk").text
    assert "1 份到期未完成名单待催办" in page and "由历山镇办理" in page
    assert (
        f"/desk/cohorts/{cohort.id}?unit={city.township.id}"
        in sign_in(township).get("/desk/overdue").text
    )
    assert "名单待催办" not in sign_in(city.stranger).get("/desk").text
    assert [one.act for one in make.all(AuditEntry)].count("remind") == 3


def test_the_organiser_switches_it_off_and_nobody_else(make, sign_in, city, cohort, speak):
    url = f"/desk/cohorts/{cohort.id}"
    township = make.officer(city.township, Role.TOWNSHIP_OFFICER, name="赵九")
    assert sign_in(township).post(f"{url}/reminders", {"off": "yes"}).status_code == 403
    sign_in(city.officer).post(f"{url}/reminders", {"off": "yes"})
    speak(FRIDAY - timedelta(days=3))
    assert make.all(ReminderRound) == []
    assert "提醒已关闭" in sign_in(township).get(url).text
    sign_in(city.officer).post(f"{url}/reminders", {"off": "no"})
    speak(FRIDAY - timedelta(days=3), hour=10)
    assert len(make.all(ReminderRound)) == 1


def test_an_assessment_outside_of_cohorts_reminds_who_has_not_handed_in(make, city, speak, clock):
    asked = build.assessment(make, city.county)  # closes in 12 days: a Saturday
    sat, not_sat = (make.person(city.upper, name=name) for name in ("王二", "张三"))
    for person in (sat, not_sat):
        build.candidate(make, person, asked)
    build.verdict(make, sat, asked)
    speak(date(2026, 12, 4))
    assert reminded(make) == ["张三"]
    (one,) = make.all(ReminderRound)
    assert (one.assessment_id, one.step) == (asked.id, Step.ONE)


def test_the_file_for_who_sends_messages_is_the_organisers_and_does_not_lie_about(
    app, make, sign_in, city, cohort, speak, clock
):
    speak(FRIDAY - timedelta(days=1))
    (one,) = make.all(ReminderRound)
    file = sign_in(city.officer).get(f"/desk/rounds/{one.id}.csv")
    text = file.data.decode("utf-8-sig")
    assert "张三" in text and "王二" not in text and "138" not in text
    assert sign_in(city.stranger).get(f"/desk/rounds/{one.id}.csv").status_code in (403, 404)
    folder = app.extensions["settings"].var / "uploads/reminders"
    assert len(list(folder.iterdir())) == 1
    speak((clock() + KEPT + timedelta(days=1)).date())
    assert list(folder.iterdir()) == []
