"""A list from outside: matched, decided row by row, confirmed by a second person, taken back."""

from datetime import date
from io import BytesIO

import pytest

from lms.ledger.models import HourEntry, HourLine, HourList
from lms.ledger.rules import HourKind
from lms.people.rules import Post

NEW = "/hours/lists/new"
HEAD = "姓名,人员编号,单位,学时"


def listed(unit, *rows, head=HEAD, **changes):
    """What the form is sent with a list of these rows."""
    data = "\n".join([head, *rows]).encode()
    return {
        "unit": unit.id,
        "source": "省委党校",
        "title": "春季进修班",
        "kind": "organised",
        "began_on": "2026-03-02",
        "ended_on": "2026-03-06",
        "file": (BytesIO(data), "名单.csv"),
        **changes,
    }


@pytest.fixture
def wang(make, city):
    return make.person(city.upper, name="王建国", number="A001")


@pytest.fixture
def colleague(make, city):
    return make.officer(city.county, name="周八")


def at(make, act=""):
    one = make.all(HourList)[-1]
    return f"/hours/lists/{one.id}" + (f"/{act}" if act else "")


def entries(make):
    return [(one.person_id, one.hours) for one in make.all(HourEntry)]


def test_hours_count_once_a_second_person_has_confirmed(make, city, wang, colleague, sign_in):
    browser = sign_in(city.officer)
    page = browser.post(NEW, listed(city.county, "王建国,A001,,40"), follow_redirects=True).text
    assert "可以记入" in page and "王建国 · 上王村" in page
    assert "待第二人确认" in browser.post(at(make, "hand-on"), follow_redirects=True).text
    assert browser.post(at(make, "confirm")).status_code == 409
    assert entries(make) == []
    sign_in(colleague).post(at(make, "confirm"))
    (entry,) = make.all(HourEntry)
    assert (entry.hours, entry.kind, entry.post) == (40, HourKind.ORGANISED, Post.VPS)
    assert (entry.began_on, entry.earned_on) == (date(2026, 3, 2), date(2026, 3, 6))
    assert (entry.recorded_by, entry.confirmed_by) == (city.officer.id, colleague.id)
    assert entry.rule == "weight of hours from outside 1 since 2012-01-01"
    assert entry.evidence == "省委党校 名单.csv" and entry.activity == "春季进修班"
    assert sign_in(colleague).post(at(make, "confirm")).status_code == 409


def test_hours_keep_the_unit_and_the_post_of_the_day_on_which_the_training_ended(
    make, city, colleague, sign_in
):
    """Who moved since, who has another post beside, who came from elsewhere, who was sent."""
    moved, same, came, sent = (
        make.person(city.lower, post=None, name=name, number=f"A00{at}")
        for at, name in enumerate(("王一", "李二", "张三", "赵四"))
    )
    spring, autumn = date(2025, 1, 1), date(2026, 9, 1)
    make.posting(moved, city.upper, Post.VPS, spring, autumn)
    make.posting(moved, city.lower, Post.VPM, autumn)
    make.posting(same, city.lower, Post.VCD, spring)
    make.posting(same, city.upper, Post.VDS, spring, autumn)
    make.posting(came, city.other, Post.VPS, spring, autumn)
    make.posting(came, city.lower, Post.VPS, autumn)
    home = {"home_org_id": city.lower.id}
    make.posting(sent, city.upper, Post.FIRST_SEC, spring, autumn, **home)
    rows = [f"{one.name},{one.number},,8" for one in (moved, same, came, sent)]
    browser = sign_in(city.officer)
    browser.post(NEW, listed(city.county, *rows))
    browser.post(at(make, "hand-on"))
    sign_in(colleague).post(at(make, "confirm"))
    upper, lower = city.upper.id, city.lower.id
    assert [(one.person_id, one.org_id) for one in make.all(HourEntry)] == [
        (moved.id, upper),
        (same.id, lower),
        (came.id, lower),
        (sent.id, lower),
    ]
    assert make.all(HourEntry)[0].post is Post.VPS


def test_a_confirmed_list_is_taken_back_by_reversing_it(make, city, wang, sign_in):
    sign_in(city.officer).post(NEW, listed(city.county, "王建国,A001,,40"))
    sign_in(city.officer).post(at(make, "hand-on"))
    sign_in(city.of_the_city).post(at(make, "confirm"))  # the next level confirms as well
    assert sign_in(city.officer).post(at(make, "take-back"), {"why": ""}).status_code == 422
    sign_in(city.officer).post(at(make, "take-back"), {"why": "发错名单"})
    assert entries(make) == [(wang.id, 40), (wang.id, -40)]
    assert make.all(HourEntry)[1].why == "发错名单"


def test_a_list_is_taken_back_whole_or_not_at_all(make, city, wang, sign_in):
    """One of its people has gone to another county, whose officers answer for those hours too."""
    sign_in(city.officer).post(NEW, listed(city.county, "王建国,A001,,40"))
    sign_in(city.officer).post(at(make, "hand-on"))
    sign_in(city.of_the_city).post(at(make, "confirm"))
    make.keep(HourLine(**line_like(make.all(HourLine)[0])))
    answer = sign_in(city.officer).post(at(make, "take-back"), {"why": "发错名单"})
    assert answer.status_code == 409 and "请由上一级撤回" in answer.text
    assert entries(make) == [(wang.id, 40)]


def line_like(line):
    """A second row as the first: what it brought is out of sight."""
    names = set(HourLine.__table__.columns.keys()) - {"id", "row"}
    return {name: getattr(line, name) for name in names} | {"row": line.row + 1}


def test_who_is_meant_is_asked_where_a_name_fits_several(make, city, wang, sign_in):
    other = make.person(city.lower, name="王建国")
    make.person(city.lower, name="李四五")
    browser = sign_in(city.officer)
    rows = ("王建国,,,40", "王建国,,下王村,16", "李四五,,历山镇下王村,8", "赵无人,,,8")
    page = browser.post(NEW, listed(city.county, *rows), follow_redirects=True).text
    assert "请选定人员" in page and "没有找到这个人" in page
    states = [(one.row, one.state.value, one.about_id) for one in make.all(HourLine)]
    assert [state for _, state, _ in states] == ["doubt", "good", "good", "wrong"]
    assert states[1][2] == other.id
    assert browser.post(at(make, "hand-on")).status_code == 409
    browser.post(at(make, "decide"), {"who-2": wang.id})
    assert make.all(HourLine)[0].about_id == wang.id
    assert browser.post(at(make, "hand-on")).status_code == 303


def test_the_same_training_from_two_sources_is_decided_once(make, city, wang, sign_in):
    make.keep(
        HourEntry(
            person_id=wang.id,
            org_id=city.upper.id,
            kind=HourKind.ORGANISED,
            hundredths=4000,
            began_on=date(2026, 3, 2),
            earned_on=date(2026, 3, 6),
            activity="进修班",
            rule="test",
            recorded_at=make.clock(),
        )
    )
    browser = sign_in(city.officer)
    rows = ("王建国,A001,,40", "王建国,A001,,40")
    page = browser.post(NEW, listed(city.county, *rows), follow_redirects=True).text
    assert "可能重复" in page and "与第 2 行是同一人" in page
    browser.post(at(make, "decide"), {"keep-2": "no"})
    assert [one.state.value for one in make.all(HourLine)] == ["left", "wrong"]
    assert browser.post(at(make, "hand-on")).status_code == 409  # nothing is left to enter


def test_people_of_another_county_are_refused(make, city, sign_in):
    make.person(city.other, name="钱外县", number="B001")
    browser = sign_in(city.officer)
    page = browser.post(NEW, listed(city.county, "钱外县,B001,,8"), follow_redirects=True).text
    assert "不在您的管理范围内" in page
    assert sign_in(city.stranger).get(at(make)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"head": "姓名,后备干部,单位,学时"}, "后备干部"),
        ({"head": "姓名,电话,单位,地址"}, "没有找到学时名单"),
        ({"source": ""}, "请填写"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_kept(make, city, sign_in, changes, why):
    answer = sign_in(city.officer).post(NEW, listed(city.county, "王建国,A001,,8", **changes))
    assert answer.status_code == 422 and why in answer.text
    assert make.all(HourList) == []


def test_who_sent_a_list_may_give_it_up_while_it_waits_for_the_second_person(
    make, city, wang, colleague, sign_in
):
    sign_in(city.officer).post(NEW, listed(city.county, "王建国,A001,,40"))
    sign_in(city.officer).post(at(make, "hand-on"))
    assert "放弃这份名单" not in sign_in(colleague).get(at(make)).text
    assert "放弃这份名单" in sign_in(city.officer).get(at(make)).text
    sign_in(city.officer).post(at(make, "drop"))
    assert sign_in(colleague).post(at(make, "confirm")).status_code == 409
    assert make.all(HourEntry) == []


def test_a_list_is_handed_back_and_given_up(make, city, wang, colleague, sign_in):
    sign_in(city.officer).post(NEW, listed(city.county, "王建国,A001,,40"))
    sign_in(city.officer).post(at(make, "hand-on"))
    sign_in(colleague).post(at(make, "hand-back"), {"why": "少一天"})
    assert "少一天" in sign_in(city.officer).get(at(make)).text
    sign_in(city.officer).post(at(make, "drop"))
    assert make.all(HourLine) == [] and make.all(HourList)[0].state.value == "dropped"
    assert sign_in(city.officer).post(at(make, "drop")).status_code == 409
