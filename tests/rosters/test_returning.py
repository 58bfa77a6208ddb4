"""An import can be taken back as a whole, while nothing rests on it; a broken one goes on."""

import pytest

from lms.jobs import worker
from lms.jobs.models import Job
from lms.jobs.rules import JobStatus
from lms.people.models import Person, Posting, Transfer
from lms.people.rules import Post, TransferState
from lms.rosters import committing
from lms.rosters.models import RosterLine
from lms.rosters.rules import State
from tests.rosters.lists import HEADS, id_number, person
from tests.rosters.test_imports import counts


def everything(make):
    """All that is known of persons, but for what a seal differs in."""
    people = [
        (one.id, one.name, one.number, one.sex, one.born, one.id_digest, one.phone_digest)
        + (one.org_id, one.own_columns)
        for one in make.all(Person)
    ]
    posts = [
        (one.person_id, one.org_id, one.post, one.from_on, one.to_on, one.rank, one.ended_why)
        for one in make.all(Posting)
    ]
    return people, posts


def test_what_an_import_brought_is_taken_back_whole(desk, desk_of, make, city):
    first, second, far = id_number(order=11), id_number(order=13), id_number(order=15)
    there = person("张建国", 身份证号=far, 县="平陆县", 乡镇="圣人涧镇", 村="南村")
    desk_of(city.other).take(there)
    desk.take(person("张三", 身份证号=first), person("李四", 身份证号=second, 村="上王村"))
    before = everything(make)
    heads = [*HEADS, "职级", "特长"]
    one = desk.read(
        [*person("张三丰", 身份证号=first, 手机号="13911112222"), "科员", "书法"],
        [*person("李四", 身份证号=second), "", ""],
        [*person("王五", 手机号="13800000005", 职务="副主任"), "", ""],
        [*person("张建国", 身份证号=far), "", ""],
        heads=heads,
    )
    assert counts(one) == {"changed": 1, "moved": 1, "new": 1, "transfer": 1}
    moved = next(line for line in make.all(RosterLine) if line.status.value == "moved")
    desk.post(one, "endings", line=[moved.id], why="调动", show="moved", act="end")
    desk.confirm(one)
    assert everything(make) != before
    assert desk.post(one, "take-back").status_code == 302
    assert desk.last().state is State.RETURNED
    assert everything(make) == before
    assert [row.state for row in make.all(Transfer)] == [TransferState.WITHDRAWN]
    assert "已整次撤回" in desk.page(desk.last())


def test_what_something_rests_on_is_named_and_nothing_is_taken_back(desk, make, city):
    one = desk.take(person("张三"), person("李四", 手机号="13800000001"))
    before = everything(make)
    person_ = make.all(Person)[-1]
    make.posting(person_, city.wang, Post.VCM)
    answer = desk.post(one, "take-back")
    assert answer.status_code == 409
    assert "李四等 1 人后来又有任职记录" in answer.text
    assert desk.last().state is State.DONE
    assert len(everything(make)[0]) == len(before[0])


def test_an_account_that_was_opened_holds_it(desk, make):
    one = desk.take(person("张三"))
    make.sign_in(make.all(Person)[-1])
    answer = desk.post(one, "take-back")
    assert answer.status_code == 409 and "张三等 1 人" in answer.text


def test_a_correction_made_since_is_not_undone(desk, make):
    number = id_number()
    desk.take(person(身份证号=number))
    one = desk.take(person("张三丰", 身份证号=number))
    row = make.all(Person)[-1]
    row.name = "张三封"
    make.session.commit()
    answer = desk.post(one, "take-back")
    assert answer.status_code == 409 and "后来又有更正" in answer.text


def test_a_posting_that_ended_since_holds_it(desk, make, clock):
    one = desk.take(person(身份证号=id_number()))
    row = make.all(Posting)[-1]
    row.ended_at, row.ended_why = clock(), "退休"
    make.session.commit()
    answer = desk.post(one, "take-back")
    assert answer.status_code == 409 and "后来又有变动" in answer.text


def test_it_is_taken_back_once(desk):
    one = desk.take(person())
    assert desk.post(one, "take-back").status_code == 302
    assert desk.post(one, "take-back").status_code == 409


@pytest.fixture
def small_slices(monkeypatch):
    monkeypatch.setattr(committing, "SLICE", 2)


def many(count):
    return [
        person(f"张{word}", 手机号=f"138000000{n:02}")
        for n, word in enumerate("甲乙丙丁戊己庚"[:count])
    ]


def test_a_broken_import_goes_on_where_it_was_and_is_never_done_before(
    desk, app, make, small_slices, monkeypatch
):
    one = desk.read(*many(7))
    people = len(make.all(Person))
    whole, slices = committing.Slice.write, []

    def break_at_the_third(self):
        slices.append(self)
        if len(slices) == 3:
            raise RuntimeError("the machine stops")
        whole(self)

    monkeypatch.setattr(committing.Slice, "write", break_at_the_third)
    desk.browser.post(f"/rosters/{one.id}/confirm", {"reading": one.reading})
    app.testing = False
    assert worker.run_job(app)
    assert len(make.all(Person)) == people + 4
    assert desk.last().state is State.WRITING and desk.last().done_at is None
    assert "正在写入" in desk.page(desk.last())
    desk.work()
    assert desk.last().state is State.DONE
    assert len(make.all(Person)) == people + 7 and len(make.all(Posting)) == 7


def test_an_import_that_cannot_go_on_says_why_and_can_be_compared_anew(
    desk, make, small_slices, city
):
    number = id_number()
    desk.take(person(身份证号=number))
    one = desk.read(*many(4), person(身份证号=number, 村="上王村"))
    known = next(row for row in make.all(Person) if row.name == "张三")
    make.posting(known, city.wang, Post.VPS)
    desk.confirm(one)
    job = make.all(Job)[-1]
    assert job.status is JobStatus.FAILED and "重新预览" in job.line
    page = desk.page(desk.last())
    assert "重新预览" in page and "已写入" in page and "继续" in page
    desk.post(one, "read")
    assert counts(desk.last()) == {"same": 5}


def test_a_half_written_import_can_be_taken_back(desk, make, small_slices, city):
    number = id_number()
    desk.take(person(身份证号=number))
    one = desk.read(*many(4), person(身份证号=number, 村="上王村"))
    before = everything(make)
    known = next(row for row in make.all(Person) if row.name == "张三")
    extra = make.posting(known, city.wang, Post.VPS)
    desk.confirm(one)
    make.session.delete(extra)
    make.session.commit()
    assert desk.post(one, "take-back").status_code == 302
    assert desk.last().state is State.RETURNED
    assert everything(make) == before


def test_whoever_came_meanwhile_is_not_added_twice(desk, make):
    one = desk.read(person("张三"), person("李四", 手机号="13800000001"))
    other = desk.read(person("张三"))
    desk.confirm(other)
    people = len(make.all(Person))
    desk.confirm(one)
    assert len(make.all(Person)) == people + 1
    assert desk.last().id == other.id
    page = desk.browser.get(f"/rosters/{one.id}?show=error").text
    assert "已由别的途径录入" in page


def test_a_preview_that_has_grown_old_is_not_confirmed(desk):
    one = desk.read(person())
    desk.post(one, "read")
    assert desk.post(one, "confirm", reading=one.reading).status_code == 409
    assert desk.last().state is State.READ


def test_an_import_that_is_given_up_leaves_no_file_and_no_row(desk, make, app):
    one = desk.read(person())
    assert desk.post(one, "drop").status_code == 302
    assert desk.last().state is State.DROPPED
    folder = app.extensions["settings"].var / "uploads" / "rosters"
    assert list(folder.iterdir()) == [] and make.all(RosterLine) == []
    assert "已放弃" in desk.page(desk.last())
