"""Markers read written answers: in their order, without names, once or twice."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lms.access.permissions import Role
from lms.clock import CITY_TIME
from lms.exams.models import Candidate, Mark, Result
from lms.marking import gathering
from lms.marking.models import Reading, Script
from lms.marking.queries import place_of
from tests.exams.sitter import Sitter


def test_a_marker_reads_and_the_result_follows(room, make):
    cadre = room.cadre("王一")
    page = room.sit(cadre, room.held(cadre), "B", "提前公告，\n当场公布。")
    room.gather()
    marker = room.marker(room.one)
    assert "还有 1 份" in marker.desk() and marker.take()
    shown = marker.page()
    assert "提前公告，\n当场公布。" in shown and "王一" not in shown
    assert not marker.give(0, 2, note="缺过半数")
    (result,) = make.all(Result)
    assert (result.earned, result.points, result.why) == (Decimal(5), 6, None)
    mark = make.all(Mark)[-1]
    assert (mark.share, mark.share_of, mark.marker_id) == (3, 4, room.one.id)
    assert "成绩待公布" not in page.result().get_data(as_text=True)


def test_who_wrote_nothing_keeps_nobody_elses_answer_from_being_read(room, make, monkeypatch):
    monkeypatch.setattr(gathering, "AT_ONCE", 2)
    cadres = [room.cadre(f"王{n}") for n in range(4)]
    assessment = room.held(*cadres)
    for cadre in cadres:
        room.sit(cadre, assessment, "B", "公告" if cadre is cadres[-1] else "")
    room.gather()
    room.gather()
    assert [one.said for one in make.all(Script)] == ["公告"]


def test_writing_of_a_sheet_that_was_keyed_later_is_read_too(room, make, clock):
    one, two = room.cadre("王一"), room.cadre("王二")
    assessment = room.held(one, two, opens_at=clock() - timedelta(hours=3))
    room.sit(one, assessment, "B", "公告")
    room.gather()
    began = (clock() - timedelta(minutes=90)).astimezone(CITY_TIME)
    candidate = next(one for one in make.all(Candidate) if one.person_id == two.id)
    watch = room.web(make.officer(room.village, Role.INVIGILATOR, "监考人"))
    desk = f"/exams/supervised/assessments/{assessment.id}/candidates/{candidate.id}/sheet"
    taken = {"checked": "known", "started_at": f"{began:%Y-%m-%dT%H:%M}", "paper": 1}
    sheet = watch.post(desk, taken).location
    for round_ in (1, 2):
        assert watch.post(sheet, {"round": round_, "s1": "B", "s2": "当场公布"}).status_code == 303
    room.gather()
    assert [one.said for one in make.all(Script)] == ["公告", "当场公布"]


def test_what_people_typed_is_shown_as_it_is(room):
    cadre = room.cadre()
    room.sit(cadre, room.held(cadre), "B", "# 标题 <script>alert(1)</script> **粗**")
    room.gather()
    marker = room.marker(room.one)
    marker.take()
    shown = marker.page()
    assert "# 标题 &lt;script&gt;alert(1)&lt;/script&gt; **粗**" in shown


def test_the_order_is_by_chance_and_the_same_for_everyone(room, make):
    cadres = [room.cadre(f"王{n}") for n in range(6)]
    assessment = room.held(*cadres)
    for cadre in cadres:
        room.sit(cadre, assessment, "B", cadre.name)
    room.gather()
    scripts = make.all(Script)
    wanted = sorted(scripts, key=lambda one: place_of(7, one.attempt_id, one.slot))
    marker, seen = room.marker(room.one), []
    more = marker.take()
    while more:
        reading = next(one for one in marker.readings() if one.id == marker.reading_id)
        seen.append(reading.script_id)
        more = marker.give(0)
    assert seen == [one.id for one in wanted] != [one.id for one in scripts]


def test_two_read_one_answer_and_their_mean_counts(room, make):
    cadre = room.cadre()
    room.sit(cadre, room.held(cadre, twice=True, apart=50), "B", "公告")
    room.gather()
    one, two = room.marker(room.one), room.marker(room.two)
    one.take()
    one.give(0, note="只有一点")
    assert make.all(Result) == [] and not one.take()
    two.take()
    assert "只有一点" not in two.page() and "checked" not in two.page()
    two.give(0, 1)
    mark = make.all(Mark)[-1]
    assert (mark.share, mark.share_of) == (5, 8)  # the mean of a half and three quarters


def test_who_differ_too_much_leave_it_to_an_officer_named(room, make):
    cadre = room.cadre()
    room.sit(cadre, room.held(cadre, twice=True), "B", "公告")
    room.gather()
    for person, lines in ((room.one, [0]), (room.two, [0, 1, 2])):
        marker = room.marker(person)
        marker.take()
        marker.give(*lines)
    assert make.all(Result) == []
    assert not room.marker(room.one).take()
    officer = room.marker(room.officer)
    assert officer.take() and "前面的评分不显示" in officer.page()
    officer.give(0, 1)
    assert make.all(Result)[0].earned == Decimal(5)


def test_what_one_left_another_takes_over_whole(room, clock):
    cadre = room.cadre()
    room.sit(cadre, room.held(cadre), "B", "公告")
    room.gather()
    one, two = room.marker(room.one), room.marker(room.two)
    one.take()
    assert one.sent("draft", 1, note="先记一笔").json == {"saved": True}
    assert not two.take()
    clock.time += timedelta(minutes=16)
    assert two.take() and two.reading_id == one.reading_id
    assert "先记一笔" in two.page() and 'value="1" data-pays="1" checked' in two.page()
    assert one.sent("marks", 0).status_code == 404


def test_what_is_handed_back_waits_for_another(room):
    cadre = room.cadre()
    room.sit(cadre, room.held(cadre), "B", "公告")
    room.gather()
    one, two = room.marker(room.one), room.marker(room.two)
    one.take()
    one.sent("back", 2, note="看不清")
    assert two.take() and "看不清" in two.page()


def test_nobody_reads_their_own_answer(room, make):
    make.posting(room.one, room.village)
    room.sit(room.one, room.held(room.one), "B", "公告")
    room.gather()
    assert not room.marker(room.one).take()
    assert room.marker(room.two).take()


def test_who_is_not_named_reads_nothing(room, make):
    cadre = room.cadre()
    room.sit(cadre, room.held(cadre, markers=[room.one]), "B", "公告")
    room.gather()
    assert room.marker(room.one).take()
    assert "现在没有要评的答卷" in room.marker(room.two).desk()
    (reading,) = make.all(Reading)
    assert room.web(room.two).get(f"/marking/readings/{reading.id}").status_code == 404
    assert room.web(room.officer).get(f"/marking/readings/{reading.id}").status_code == 404


def test_a_marker_named_for_one_question_reads_that_alone(room, make):
    cadre = room.cadre()
    assessment = room.held(cadre, markers=[room.one])
    other = assessment.paper.slots[0].version_id
    room.name(assessment, room.two, version_id=other)
    room.sit(cadre, assessment, "B", "公告")
    room.gather()
    assert not room.marker(room.two).take()


def test_a_reading_may_be_looked_at_again_until_its_result_is_published(room, make):
    one, two = room.cadre("王一"), room.cadre("王二")
    assessment = room.held(one, two, twice=True)
    room.sit(one, assessment, "B", "公告")
    room.gather()
    marker = room.marker(room.one)
    marker.take()
    marker.give(0)
    first = marker.reading_id = make.all(Reading)[0].id
    assert marker.sent("again").status_code == 303
    marker.give(0, 1)
    other = room.marker(room.two)
    other.take()
    other.give(0, 1)
    assert make.all(Result)[0].earned == Decimal(5)
    marker.reading_id = first
    assert marker.sent("again").status_code == 409


@pytest.mark.parametrize("line", ["9", "-1", "x"])
def test_a_line_that_is_not_there_is_refused(room, make, line):
    cadre = room.cadre()
    room.sit(cadre, room.held(cadre), "B", "公告")
    room.gather()
    marker = room.marker(room.one)
    marker.take()
    assert marker.sent("marks", line).status_code == 422
    assert make.all(Reading)[0].given_at is None


def test_a_written_answer_is_long_and_keeps_its_lines(room, make):
    cadre = room.cadre()
    page = Sitter(room.web(cadre), room.clock_, room.held(cadre)).open()
    shown = page.web.get(page.url).get_data(as_text=True)
    assert '<textarea rows="10" maxlength="5000"' in shown and "提前公告" not in shown
    assert page.send(page.operation(2, ["字" * 5001])).status_code == 422
    page.say(2, "一行\r\n" + "字" * 4990)
    page.submit()
    room.gather()
    assert make.all(Script)[0].said == "一行\n" + "字" * 4990
