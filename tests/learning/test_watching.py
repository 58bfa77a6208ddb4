"""A recording is listened to on a phone: what counts, what does not, when it is done."""

from datetime import timedelta
from decimal import Decimal

from lms.access.permissions import Role
from lms.classes.models import ClassCourse
from lms.learning.models import LessonRead, Stream
from lms.learning.rules import Piece
from lms.ledger.models import HourEntry
from tests.classes import builders as classes
from tests.learning.conftest import Learner


def test_a_recording_is_listened_to_and_gives_its_hours(school, learner, make, clock):
    lesson = school.recording()
    stream = learner.plays(lesson)
    clock.time += timedelta(seconds=60)
    assert learner.tells(stream, Piece(1, 0, 600))["counted"] == 600
    refused = learner.finishes(lesson)
    assert refused.status_code == 409
    assert "还没有看满 90%：已计 1:00，共 1:40" in refused.text
    clock.time += timedelta(seconds=30)
    learner.tells(stream, Piece(2, 600, 900))
    assert learner.finishes(lesson).status_code == 302
    assert [one.version_id for one in make.all(LessonRead)] == [lesson.versions[0].id]
    assert [one.hours for one in make.all(HourEntry)] == [Decimal("0.3")]
    assert "已学完" in learner.page(lesson)
    learner.finishes(lesson)
    assert len(make.all(HourEntry)) == 1


def test_a_script_that_claims_all_at_once_gets_what_the_clock_allows(school, learner, make, clock):
    lesson = school.recording()
    stream = learner.plays(lesson)
    clock.time += timedelta(seconds=10)
    for number in range(1, 21):
        said = learner.tells(stream, Piece(number, number * 50 - 50, number * 50))
    assert said["counted"] == 102
    assert learner.finishes(lesson).status_code == 409
    row = make.all(Stream)[0]
    assert (row.bursts, row.beyond) == (19, 898)
    page = learner.page(lesson)
    assert "比实际经过的时间多" in page
    assert "1:29" in page


def test_another_device_takes_over_and_the_first_is_told(school, learner, sign_in, make, clock):
    lesson = school.recording()
    first = learner.plays(lesson)
    clock.time += timedelta(seconds=20)
    other = Learner(sign_in, learner.person, clock)
    second = other.plays(lesson)
    clock.time += timedelta(seconds=20)
    said = learner.tells(first, Piece(1, 0, 400))
    assert (said["over"], said["counted"], said["displaced"]) == (True, 204, 196)
    assert "over" not in other.tells(second, Piece(1, 0, 200))
    page = learner.page(lesson)  # both together, each place once
    assert 'data-spans="0-204"' in page
    assert "另一台设备已在播放" in page


def test_the_place_is_found_again_and_nothing_is_lost(school, learner, clock):
    lesson = school.recording()
    stream = learner.plays(lesson)
    clock.time += timedelta(seconds=40)
    learner.tells(stream, Piece(1, 0, 400))
    learner.comes_back(days=3)
    page = learner.page(lesson)
    assert 'data-spans="0-400"' in page
    assert 'data-place="400"' in page
    second = learner.plays(lesson)
    learner.tells(stream, Piece(2, 400, 500))  # kept on the phone, and sent days later
    assert 'data-spans="0-500"' in learner.page(lesson)
    assert learner.tells(second)["counted"] == 0


def test_a_forged_or_foreign_ticket_is_not_heard(school, learner, make, sign_in, clock):
    lesson = school.recording()
    stream = learner.plays(lesson)
    other = Learner(sign_in, make.person(school.village, name="李二"), clock).plays(lesson)
    mixed = {"stream": stream["stream"], "ticket": other["ticket"]}
    learner.tells(mixed, Piece(1, 0, 10), status=403)
    learner.tells(stream | {"ticket": stream["ticket"].replace(".1000.", ".10.")}, status=403)
    learner.tells({"stream": stream["stream"], "ticket": "x"}, status=403)
    url = f"/learning/streams/{stream['stream']}/beats"
    headers = {"X-Ticket": stream["ticket"]}
    said = learner.tells(stream, Piece(1, 0, 0))
    for state in ("x", said["state"].replace(".", ".9", 1), other["ticket"], 7):
        learner.tells(stream | {"state": state}, Piece(1, 0, 1000))  # is looked up instead
    assert make.all(Stream)[0].spans == ""
    for bad in ({}, {"pieces": 1}, {"pieces": [[1, 0]]}, {"pieces": [[1, 0, "x"]]}, [1]):
        assert learner.web.client.post(url, json=bad, headers=headers).status_code == 422
    version = lesson.versions[0].id
    opened = learner.web.post(f"/learning/versions/{version}/streams", json={})
    assert opened.status_code == 403


def test_an_officer_sees_what_is_odd_and_only_of_the_own_people(
    school, learner, make, sign_in, clock
):
    lesson = school.recording()
    stream = learner.plays(lesson)
    for number in range(1, 15):
        learner.tells(stream, Piece(number, 0, 900))
    officer = sign_in(make.officer(school.county))
    page = officer.get(f"/learning/courses/{school.course.id}").text
    assert "王一" in page
    assert "请留意" in page
    beside = make.unit("下王村", under=school.county)
    head = sign_in(make.officer(beside, Role.TOWNSHIP_OFFICER))
    assert "王一" not in head.get(f"/learning/courses/{school.course.id}").text


def test_who_runs_a_class_sees_what_is_odd_of_its_members_alone(
    school, learner, make, sign_in, clock
):
    lesson = school.recording()
    stream = learner.plays(lesson)
    for number in range(1, 15):
        learner.tells(stream, Piece(number, 0, 900))
    hers = classes.manager(make, school.county)
    found = classes.training_class(make, school.county, hers)
    make.keep(ClassCourse(class_id=found.id, course_id=school.course.id, number=1))
    page = sign_in(hers).get(f"/classes/{found.id}/watching").text
    assert "王一" not in page  # no member yet
    classes.member(make, found, learner.person)
    page = sign_in(hers).get(f"/classes/{found.id}/watching").text
    assert "王一" in page and "请留意" in page
    assert "1 名学员的观看记录有不寻常的地方" in sign_in(hers).get(f"/classes/{found.id}").text
    other = classes.manager(make, school.county)
    assert sign_in(other).get(f"/classes/{found.id}/watching").status_code in (403, 404)


def test_who_is_under_way_keeps_the_version_and_may_take_the_new_one(school, learner, make):
    lesson = school.recording()
    learner.plays(lesson)
    school.version(lesson, text="新的课文")
    page = learner.page(lesson)
    assert 'data-total="1000"' in page
    assert "改学新版" in page
    learner.web.post(f"/lessons/{lesson.id}/newest")
    page = learner.page(lesson)
    assert "新的课文" in page
    assert learner.finishes(lesson).status_code == 302
    assert [one.hours for one in make.all(HourEntry)] == [Decimal(9)]


def test_what_comes_first_is_done_first(school, learner, make):
    lesson = school.lesson(after_id=school.course.lessons[0].id, text="后面的课文")
    page = learner.page(lesson)
    assert "请先学完“第1课”" in page
    assert "后面的课文" not in page
    assert learner.finishes(lesson).status_code == 409
    learner.finishes(school.course.lessons[0])
    assert "后面的课文" in learner.page(lesson)
    assert learner.finishes(lesson).status_code == 302


def test_a_version_that_nobody_has_is_not_found(learner):
    url = "/lessons/versions/987654/pictures/0123456789abcdef.png"
    assert learner.web.get(url).status_code == 404
