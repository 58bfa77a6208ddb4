"""多角度评价: trainees from five answers on without names, offices in their name, by teacher."""

from datetime import timedelta

import pytest
from sqlalchemy import DateTime

from lms.classes.evaluating import OPEN_FOR
from lms.classes.models import ClassMember, ClassSession, OfficeWord, TeacherCount
from lms.training.models import Teacher
from tests.classes.builders import lessons, manager, member, training_class

FIVE = {f"q{n}": "5" for n in range(1, 6)}


@pytest.fixture
def county(make):
    return make.unit("垣曲县")


@pytest.fixture
def found(make, sign_in, county, clock):
    """A class that was opened and is over: a listed teacher, a guest, six members, a manager."""
    made = training_class(make, county, manager(make, county, name="赵班主任"), opened=False)
    facts = {"unit": "", "title": "", "subjects": [], "made_at": make.clock()}
    teacher = make.keep(Teacher(org_id=county.id, name="李老师", **facts))
    first, second, _third = (make.session.get(ClassSession, one.id) for one in lessons(make, made))
    first.teacher_id, second.teacher = teacher.id, "王来宾"
    sign_in(make.officer(county)).post(f"/classes/{made.id}/open")
    for number in range(6):
        member(make, made, make.person(county, name=f"王{number}"))
    clock.time += timedelta(days=2)
    return made


def key(make):
    return str(make.all(Teacher)[0].id)


def test_the_counts_of_teachers_keep_no_time_and_no_person():
    columns = TeacherCount.__table__.columns
    assert not any(isinstance(one.type, DateTime) for one in columns)
    assert {"member_id", "person_id"}.isdisjoint(columns.keys())


def test_each_angle_stands_beside_the_others_and_none_is_added_to_another(
    make, sign_in, county, found, clock
):
    url = f"/classes/mine/{found.id}/evaluate"
    listed = key(make)
    for number, one in enumerate(make.all(ClassMember)[:5]):
        heard = {f"teacher-{listed}": "4", "teacher-王来宾": "3" if number < 4 else "0"}
        assert sign_in(one.person).post(url, FIVE | heard).status_code == 303
    officer, page = (
        sign_in(make.officer(county, name="县管理员")),
        f"/classes/{found.id}/evaluation",
    )
    shown = officer.get(page).text
    assert "4.00" not in shown and "中间不显示" in shown
    mine = sign_in(make.session.get(type(found), found.id).manager)
    word = {f"q{n}": "3" for n in range(1, 6)} | {f"teacher-{listed}": "2", "said": "住宿偏远"}
    assert mine.post(f"{page}/office", word).status_code == 303
    assert officer.post(f"{page}/office", FIVE | {"said": ""}).status_code == 303
    clock.time += OPEN_FOR + timedelta(days=1)
    shown = sign_in(make.officer(county)).get(page).text
    assert "4.00" in shown and "3.00" not in shown  # the guest: four have heard him
    assert "赵班主任" in shown and "县管理员" in shown and "不匿名" in shown
    assert "住宿偏远" in shown and "不太满意" in shown
    assert "5/5" in shown and "7/7" not in shown
    assert [one.angle.value for one in make.all(OfficeWord)] == ["class manager", "organiser"]


def test_an_office_speaks_for_the_class_it_runs_and_says_all_five(make, sign_in, county, found):
    page = f"/classes/{found.id}/evaluation/office"
    city = make.officer(make.unit("某市"), name="外人")
    assert sign_in(city).post(page, FIVE).status_code == 404
    officer = sign_in(make.officer(county))
    short = officer.post(page, {"q1": "5"})
    assert short.status_code == 422 and "五个问题都要选" in short.text
    strange = officer.post(page, FIVE | {"teacher-谁也不是": "5"})
    assert strange.status_code == 422 and make.all(OfficeWord) == []


def test_nobody_is_counted_where_a_teacher_is_unknown(make, sign_in, found):
    one = make.all(ClassMember)[0]
    url = f"/classes/mine/{found.id}/evaluate"
    answer = sign_in(one.person).post(url, FIVE | {"teacher-谁也不是": "5"})
    assert answer.status_code == 422 and "课程表刚才有变动" in answer.text
    assert sum(row.answers for row in make.all(TeacherCount)) == 0
