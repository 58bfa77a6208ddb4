"""One text for the group without a name; a phone list, one number at a time, written down."""

from datetime import timedelta

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.today.asking import Asked, for_the_group
from lms.today.reminders import Thing
from tests.classes import builders as classes
from tests.today.test_reminders import FRIDAY, city, cohort
from tests.training import builders as build

__all__ = ["city", "cohort"]


def text_of(page):
    return page.partition("<textarea")[2].partition("</textarea>")[0]


def test_the_text_says_what_until_when_how_many_by_unit_and_no_name(make, sign_in, city, cohort):
    page = sign_in(city.officer).get(f"/desk/cohorts/{cohort.id}").text
    text = text_of(page)
    for words in ("万人计划 第一期", "12月4日前完成", "历山镇 2 人", "共 2 人", "http://"):
        assert words in text
    assert "张三" not in text and "张三" not in page  # of a county, numbers alone
    assert "<svg" in page
    picture = sign_in(city.officer).get("/desk/code.png")
    assert picture.data.startswith(b"\x89PNG")


def test_a_number_is_shown_when_it_is_pressed_one_at_a_time_and_that_is_written_down(
    make, sign_in, city, cohort
):
    officer = make.officer(city.township, Role.TOWNSHIP_OFFICER, name="赵九")
    browser, url = sign_in(officer), f"/desk/cohorts/{cohort.id}"
    page = browser.get(url).text
    assert "张三" in page and "王二" not in page  # who has done it is not called
    assert "138****" in page and "tel:" not in page
    page = browser.post(url, {"person": city.张三.id}).text
    assert page.count("tel:138") == 1 and "138****" in page
    (seen,) = [one for one in make.all(AuditEntry) if one.act == "see phone"]
    assert (seen.person_id, seen.whom) == (officer.id, f"person {city.张三.id}")
    assert browser.post(url, {"person": city.王二.id}).status_code == 404
    assert browser.get(f"{url}?unit={city.county.id}").status_code == 404


def test_an_assessment_and_a_class_have_their_text_too(make, sign_in, city, clock):
    asked = build.assessment(make, city.county, title="基层测评")
    build.candidate(make, make.person(city.upper, name="张三"), asked)
    held = classes.training_class(make, city.county)
    classes.member(make, held, make.person(city.lower, name="李四"))
    browser = sign_in(city.officer)
    text = text_of(browser.get(f"/desk/assessments/{asked.id}").text)
    assert "基层测评" in text and "参加测评" in text and "历山镇 1 人" in text
    page = browser.get(f"/desk/classes/{held.id}").text
    assert "11月23日开班" in text_of(page) and "历山镇 1 人" in text_of(page)
    assert "系统的提醒" not in page


def test_where_nothing_is_open_the_text_says_so(make, city):
    thing = Thing("cohort_id", 1, city.county.id, "第一期", FRIDAY + timedelta(days=1))
    text = for_the_group(thing, Asked(city.county, [city.county], [], 0, []), "http://localhost/")
    assert "大家都完成了" in text and "12月5日" in text
