"""A list becomes classes: asked for once, found in the background, confirmed in one act."""

from datetime import date

import pytest

from lms.audit.models import AuditEntry
from lms.callups import services
from lms.callups.models import ClassSplit
from lms.classes.models import ClassMember, TrainingClass
from lms.classes.rules import Came
from lms.errors import Invalid
from lms.people.rules import Post
from lms.training.models import Enrolment, Relief, ReliefStep
from lms.training.rules import ReliefKind, ReliefReason, ReliefState
from tests.callups import builders as mine

SERIES = {
    "name": "轮训",
    "capacity": "4",
    "first_on": "2026-12-07",
    "days": "3",
    "gap": "1",
    "at_once": "1",
    "kind": "full time",
    "required_hours": "24",
    "by_hours": "y",
    "by_attendance": "y",
}


@pytest.fixture
def people(make, city):
    return mine.villages(make, city.township, 3)


@pytest.fixture
def cohort(make, city, people):
    return mine.listed(make, city.county, people)


def url(cohort, by="county", unit=None):
    return f"/callups/cohorts/{cohort.id}/split?by={by}" + (f"&unit={unit.id}" if unit else "")


def relieved(make, cohort, person, kind, first, last):
    enrolment = next(one for one in make.all(Enrolment) if one.person_id == person.id)
    whole = {"cohort_id": cohort.id, "person_id": person.id, "org_id": person.org_id}
    asked = {"kind": kind, "reason": ReliefReason.ILL, "recorded_at": make.clock()}
    days = {"from_on": first, "to_on": last}
    relief = make.keep(Relief(enrolment_id=enrolment.id, **whole, **asked, **days))
    step = {"state": ReliefState.APPROVED, "on": first, "originals_seen": True}
    make.keep(ReliefStep(relief_id=relief.id, recorded_at=make.clock(), **step))


def test_a_list_is_split_looked_at_and_confirmed(make, city, people, cohort, sign_in, work):
    browser = sign_in(city.officer)
    page = browser.get(url(cohort)).text
    assert "甲县：6 人待编班" in page and "甲县委党校" in page
    places = {"places-0-area": city.county.id, "places-0-place": "甲县委党校"}
    answer = browser.post(url(cohort), SERIES | places)
    assert "/jobs/" in answer.location
    work()
    split = make.all(ClassSplit)[0]
    assert make.all(TrainingClass) == [], "nothing holds before it is confirmed"
    page = browser.get(f"/callups/splits/{split.id}").text
    assert "6 人编入 2 个班" in page and "待确认，现在还不生效" in page
    assert "轮训 甲县第1班" not in page and "轮训 第1班" in page, "one unit needs no name"
    assert "有 1 个班的日期里有周末或节假日" in page and "其中休息日 2 天" in page
    seen = browser.get(f"/callups/splits/{split.id}/names?class=1").text
    assert people[0].name in seen and "一肩挑" not in seen
    assert browser.post(f"/callups/splits/{split.id}/confirm").status_code == 302
    work()
    classes = make.all(TrainingClass)
    assert [(one.from_on.day, one.to_on.day, one.place) for one in classes] == [
        (7, 9, "甲县委党校"),
        (11, 13, "甲县委党校"),
    ]
    where = {row.person_id: row.class_id for row in make.all(ClassMember)}
    assert set(where) == {person.id for person in people}
    for head, deputy in zip(people[::2], people[1::2], strict=True):
        assert where[head.id] != where[deputy.id], "of one village, away together"
    assert {row.came_as for row in make.all(ClassMember)} == {Came.SPLIT}
    assert browser.post(f"/callups/splits/{split.id}/confirm").status_code == 409
    acts = [entry.act for entry in make.all(AuditEntry)]
    assert "ask split" in acts and "confirm split" in acts
    assert "名单上的人都已编入班级" in browser.get(f"/callups/cohorts/{cohort.id}").text


def test_who_is_deferred_or_exempt_on_those_days_is_left_out_and_listed(
    make, city, people, cohort, sign_in, work
):
    relieved(make, cohort, people[0], ReliefKind.DEFERRED, date(2026, 12, 1), date(2026, 12, 31))
    relieved(make, cohort, people[2], ReliefKind.EXEMPT, date(2026, 12, 1), date(2026, 12, 31))
    relieved(make, cohort, people[4], ReliefKind.DEFERRED, date(2026, 12, 1), date(2026, 12, 8))
    browser = sign_in(city.officer)
    browser.post(url(cohort), SERIES)
    work()
    split = make.all(ClassSplit)[0]
    page = browser.get(f"/callups/splits/{split.id}").text
    assert "缓训：1 人" in page and "免训：1 人" in page
    assert people[4].id in split.found["seats"]["2"], "the first class lies in the days off"
    names = browser.get(f"/callups/splits/{split.id}/names?of=deferred").text
    assert people[0].name in names and people[2].name not in names


def test_who_is_elsewhere_or_has_done_it_already_is_pointed_out(
    make, city, people, cohort, sign_in, work
):
    school = mine.training_class(
        make, city.county, cohort, days=(date(2026, 12, 1), date(2026, 12, 31)), cohort_id=None
    )
    school.title = "县委党校主体班"
    mine.member(make, school, people[0])
    browser = sign_in(city.officer)
    browser.post(url(cohort), SERIES)
    work()
    split = make.all(ClassSplit)[0]
    page = browser.get(f"/callups/splits/{split.id}").text
    assert "多头调训：1 人同期已在别的班" in page
    assert "县委党校主体班" in browser.get(f"/callups/splits/{split.id}/names?of=elsewhere").text
    out = browser.get(f"/callups/splits/{split.id}/names?of=other%20away").text
    assert people[1].name in out and people[0].name in out, "whose deputy stays, and why"


def test_a_pasted_table_gives_the_classes(make, city, people, cohort, sign_in, work):
    table = "班名\t乡镇\t开班日期\t结束日期\t地点\t人数\n"
    table += "历山一班\t历山镇\t12月7日\t12月9日\t镇党校\t5\n"
    table += "历山二班\t历山镇\t2026-12-14\t2026-12-16\t镇党校\t5"
    answer = sign_in(city.officer).post(url(cohort, "township"), SERIES | {"table": table})
    assert "/jobs/" in answer.location
    work()
    split = make.all(ClassSplit)[0]
    assert [one["title"] for one in split.plan["classes"]] == ["历山一班", "历山二班"]
    assert sorted(map(len, split.found["seats"].values())) == [3, 3]


def test_a_class_of_a_pasted_table_is_not_called_what_marks_its_people(
    make, city, people, cohort, sign_in
):
    table = "历山镇后备干部班\t历山镇\t2026-12-07\t2026-12-09\t镇党校\t50"
    answer = sign_in(city.officer).post(url(cohort, "township"), SERIES | {"table": table})
    assert answer.status_code == 422 and "本系统只记培训" in answer.text
    assert "历山镇后备干部班" in answer.text and make.all(ClassSplit) == []


def test_opening_that_was_broken_off_is_gone_on_with_and_no_class_is_opened_twice(
    make, city, people, cohort, sign_in, work, monkeypatch
):
    browser = sign_in(city.officer)
    browser.post(url(cohort), SERIES)
    work()
    split, opened = make.all(ClassSplit)[0], services._open

    def broken(kept, one, *more):
        if one.number == 2:
            raise Invalid("坏了")
        return opened(kept, one, *more)

    monkeypatch.setattr(services, "_open", broken)
    browser.post(f"/callups/splits/{split.id}/confirm")
    work()
    assert len(make.all(TrainingClass)) == 1
    assert "继续开设剩下的 1 个班" in browser.get(f"/callups/splits/{split.id}").text
    monkeypatch.undo()
    for _ in range(2):
        browser.post(f"/callups/splits/{split.id}/confirm")
        work()
    assert len(make.all(TrainingClass)) == 2 and len(make.all(ClassMember)) == 6
    assert "继续开设" not in browser.get(f"/callups/splits/{split.id}").text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"first_on": ""}, "请填写首期开班日期"),
        ({"first_on": "9999-12-31"}, "年份不对"),
        ({"work_days": "y", "table": "一班,甲县,10月1日,10月9日,党校,50"}, "周末或节假日"),
        ({"table": "一班,甲县,10月1日,2199-12-31,党校,50"}, "一个班最长一年"),
        ({"table": "一班,丁县,12月7日,12月9日,党校,50"}, "第 1 行：“丁县”不是可选的单位"),
        ({"table": "一班,甲县,12月9日,12月7日,党校,50"}, "结束日期不能早于开班日期"),
        ({"by_hours": "", "by_attendance": ""}, "结业条件至少选一项"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said(make, city, cohort, sign_in, change, told):
    data = {key: value for key, value in (SERIES | change).items() if value}
    answer = sign_in(city.officer).post(url(cohort), data)
    assert answer.status_code == 422 and told in answer.text
    assert make.all(ClassSplit) == []


def test_who_left_the_list_meanwhile_is_not_put_into_a_class(
    make, city, people, cohort, sign_in, work
):
    browser = sign_in(city.officer)
    browser.post(url(cohort), SERIES)
    work()
    gone = next(one for one in make.all(Enrolment) if one.person_id == people[0].id)
    gone.to_on = date(2026, 11, 23)
    make.session.flush()
    split = make.all(ClassSplit)[0]
    browser.post(f"/callups/splits/{split.id}/confirm")
    work()
    assert len(make.all(ClassMember)) == 5
    page = browser.get(f"/callups/splits/{split.id}").text
    assert "确认前已离开名单或编入别的班：1 人" in page


def test_a_county_splits_its_part_of_the_citys_list(make, city, sign_in, work):
    here = mine.villages(make, city.township, 2)
    there = make.person(city.other, Post.LEADER)
    cohort = mine.listed(make, city.top, [*here, there])
    browser = sign_in(city.officer)
    assert "甲县：4 人待编班" in browser.get(url(cohort)).text
    browser.post(url(cohort), SERIES)
    work()
    split = make.all(ClassSplit)[0]
    assert split.org_id == city.county.id
    assert {one for many in split.found["seats"].values() for one in many} == {p.id for p in here}
    assert sign_in(city.stranger).get(f"/callups/splits/{split.id}").status_code == 404
