"""The board of a running assessment, and what is done from it."""

from datetime import timedelta

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.exams import live
from lms.exams.live import UNSENT, Stands
from lms.exams.models import Allowance, Announcement, Attempt, Mark
from lms.jobs.worker import do_due
from tests.exams.sitter import Sitter


@pytest.fixture
def people(hall):
    """Two of one village, one of another."""
    other = hall.make.unit("下王村", under=hall.county)
    return [hall.cadre("王一"), hall.cadre("王二"), hall.cadre("王三", org=other)]


@pytest.fixture
def assessment(hall, people):
    return hall.assessment(*people)


@pytest.fixture
def board(officer, assessment, clock):
    """board() → by row of the board, the numbers by state."""

    def look(unit=None, who=officer):
        clock.time += timedelta(seconds=5)
        url = f"/exams/assessments/{assessment.id}/live/numbers"
        told = who.get(url, query_string={"unit": unit} if unit else {}).json
        names = ["all", *(word for word in live_words())]
        return {
            key: {name: n for name, n in zip(names, row, strict=True) if n}
            for key, row in told["rows"].items()
        }

    return look


def live_words():
    from lms.exams.calling import STANDS_NAMES

    return STANDS_NAMES


def finish(app, clock, seconds):
    clock.time += timedelta(seconds=seconds)
    do_due(app, next(one for one in app.extensions["due things"] if "end" in one.name))


# ── how everybody stands ────────────────────────────────────────────────────────────────────────


def test_each_candidate_stands_in_one_place_by_unit(board, sit, people, assessment, hall):
    sit(people[0], assessment)
    page = sit(people[2], assessment)
    page.submit()
    other = str(people[2].org_id)
    assert board() == {
        "own": {},
        "total": {"all": 3, "to_come": 1, "answering": 1, "submitted": 1},
        str(hall.village.id): {"all": 2, "to_come": 1, "answering": 1},
        other: {"all": 1, "submitted": 1},
    }
    assert board(other)["own"] == {"all": 1, "submitted": 1}


def test_who_is_silent_for_two_minutes_and_who_holds_answers(board, sit, people, assessment, clock):
    page = sit(people[0], assessment)
    clock.time += timedelta(minutes=2, seconds=1)
    assert board()["total"] == {"all": 3, "to_come": 2, "silent": 1}
    page.send(page.operation(1, ["B"]), unsent=4)
    assert board()["total"] == {"all": 3, "to_come": 2, "answering": 1, UNSENT: 1}
    page.send(unsent=0)
    assert board()["total"] == {"all": 3, "to_come": 2, "answering": 1}


def test_whose_phone_was_silent_at_the_end_is_waited_for_and_not_absent(
    app, board, sit, people, assessment, clock
):
    silent, there = sit(people[0], assessment), sit(people[1], assessment)
    held_back = silent.operation(1, ["B"])
    clock.time += timedelta(hours=1)
    there.send()  # the page seals, and asks
    finish(app, clock, 76)
    assert board()["total"] == {"all": 3, "to_come": 1, "awaited": 1, "submitted": 1}
    silent.send(held_back)
    assert board()["total"] == {"all": 3, "to_come": 1, "late": 1, "submitted": 1}


def test_who_had_nothing_to_bring_is_submitted_as_soon_as_he_is_heard_of(
    app, board, sit, people, assessment, clock
):
    silent = sit(people[0], assessment)
    finish(app, clock, 3676)
    assert board()["total"]["awaited"] == 1
    silent.send()
    assert board()["total"] == {"all": 3, "to_come": 2, "submitted": 1}


def test_who_sits_later_than_was_stated_is_waited_for_that_day(
    app, board, sit, people, assessment, clock, make
):
    assessment.late_until = clock() + timedelta(minutes=30)
    make.session.commit()
    sit(people[0], assessment)
    finish(app, clock, 3676)
    assert board()["total"]["awaited"] == 1


def test_nobody_is_waited_for_beyond_the_day(app, board, sit, people, assessment, clock):
    sit(people[0], assessment)
    finish(app, clock, 3676)
    clock.time += timedelta(days=1)
    assert board()["total"] == {"all": 3, "absent": 2, "submitted": 1}


def test_many_boards_cost_one_look_in_five_seconds(
    officer, assessment, sign_in, hall, statements, clock
):
    other = sign_in(hall.make.officer(hall.county, name="赵六"))
    url = f"/exams/assessments/{assessment.id}/live/numbers"
    officer.get(url)
    with statements() as seen:
        for _ in range(3):
            officer.get(url)
            other.get(url)
    assert not [one for one in seen if "FROM candidate JOIN org_unit" in one]
    clock.time += timedelta(seconds=5)
    with statements() as seen:
        officer.get(url)
        other.get(url)
    assert len([one for one in seen if "FROM candidate JOIN org_unit" in one]) == 1


def test_each_looker_sees_the_sums_of_her_units_alone(board, assessment, hall, make, sign_in):
    mine = make.officer(hall.village, name="乡里")
    assert board(who=sign_in(mine))["total"] == {"all": 2, "to_come": 2}
    township = sign_in(make.officer(hall.village, Role.TOWNSHIP_OFFICER, "组织委员"))
    assert board(who=township)["total"] == {"all": 2, "to_come": 2}
    live = f"/exams/assessments/{assessment.id}/live"
    names = township.get(f"{live}/names").text
    assert "王一" in names and "王三" not in names and "收卷" not in names
    assert "发出" not in township.get(live).text
    assert township.post(f"{live}/word", {"text": "快"}).status_code == 403


def test_the_page_shows_the_numbers_and_the_names_behind_them(
    officer, assessment, sit, people, make
):
    sit(people[0], assessment)
    url = f"/exams/assessments/{assessment.id}/live"
    told = officer.get(url).get_data(as_text=True)
    assert "上王村" in told and "作答中" in told and "延长" in told
    names = officer.get(f"{url}/names?state=answering").get_data(as_text=True)
    assert "王一" in names and "王二" not in names
    names = officer.get(f"{url}/names?state=to_come").get_data(as_text=True)
    assert "王一" not in names and "王二" in names
    make.role(people[1], "county officer", people[1].org)
    assert "王二" in officer.get(f"{url}/names").get_data(as_text=True)


# ── acts ────────────────────────────────────────────────────────────────────────────────────────


def test_a_village_gets_more_minutes_on_its_running_clocks(
    officer, assessment, sit, people, make, hall
):
    here, there = sit(people[0], assessment), sit(people[2], assessment)
    officer.post(
        f"/exams/assessments/{assessment.id}/live/extend",
        {"unit": hall.village.id, "minutes": 20, "reason": "停电"},
    )
    assert here.send().json["ends"] - here.opened["ends"] == 20 * 60 * 1000
    assert there.send().json["ends"] == there.opened["ends"]
    (made,) = make.all(Allowance)
    assert (made.org_id, made.more_minutes, made.reason) == (hall.village.id, 20, "停电")


def test_a_word_to_all_is_on_every_page_at_its_next_contact(officer, assessment, sit, people, make):
    page = sit(people[0], assessment)
    page.send()
    officer.post(f"/exams/assessments/{assessment.id}/live/word", {"text": "还有十分钟。"})
    (word,) = make.all(Announcement)
    assert page.send().json["word"] == [word.id, "还有十分钟。"]
    noted = [one for one in make.all(AuditEntry) if one.act == "say a word to all"]
    assert noted[0].facts == {"text": "还有十分钟。"}


def test_who_is_collected_hands_in_what_he_has_said(
    app, officer, assessment, sit, people, clock, make
):
    page, other = sit(people[0], assessment), sit(people[2], assessment)
    page.say(1, "B")
    on_the_way = page.operation(3, ["A"])
    clock.time += timedelta(seconds=2)
    after = officer.post(
        f"/exams/assessments/{assessment.id}/live/collect",
        {"unit": people[0].org_id, "reason": "发现替考"},
    )
    assert after.status_code == 303
    clock.time += timedelta(seconds=20)
    said = page.send(on_the_way, page.operation(2, ["A", "C"])).json
    assert said["ends"] < said["at"] and said["late"] == [[1, 3]]
    page.submit()
    assert {mark.slot for mark in make.all(Mark) if mark.share} == {1, 3}
    assert other.send().json["ends"] == other.opened["ends"]
    noted = [one for one in make.all(AuditEntry) if one.act == "collect attempts"]
    assert (noted[0].facts["attempts"], noted[0].facts["reason"]) == (1, "发现替考")


def test_who_is_collected_and_not_heard_of_is_ended_by_the_house(
    app, officer, assessment, sit, people, clock, make
):
    sit(people[0], assessment)
    officer.post(
        f"/exams/assessments/{assessment.id}/live/collect",
        {"unit": assessment.org_id, "reason": "停电"},
    )
    finish(app, clock, 76)
    assert [attempt.submitted_at for attempt in make.all(Attempt)] == [clock()]


def test_one_is_collected_from_the_list_of_names(officer, assessment, sit, people, make, hall):
    sit(people[0], assessment)
    page = sit(people[1], assessment)
    candidate = next(one for one in make.all(live.Candidate) if one.person_id == people[1].id)
    officer.post(
        f"/exams/assessments/{assessment.id}/live/collect",
        {"unit": hall.county.id, "candidate": candidate.id, "reason": "离场"},
    )
    ended = [one.person_id for one in make.all(Attempt) if one.ends_at == make.clock()]
    assert ended == [people[1].id]
    assert isinstance(page, Sitter)


def test_a_reason_is_asked_for_and_only_the_officer_named_collects(
    officer, assessment, sit, people, sign_in, hall, make
):
    sit(people[0], assessment)
    url = f"/exams/assessments/{assessment.id}/live/collect"
    assert officer.post(url, {"unit": hall.county.id, "reason": ""}).status_code == 422
    other = sign_in(make.officer(hall.county, name="赵六"))
    assert other.post(url, {"unit": hall.county.id, "reason": "停电"}).status_code == 403
    assert make.all(Attempt)[0].ends_at > make.clock()


def test_words_of_the_board_are_the_states_and_what_is_unsent():
    assert set(live_words()) == {*(one.value for one in Stands), UNSENT}
