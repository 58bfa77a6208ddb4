"""The pulse of an attempt: what each contact leaves, and what it tells the page in return."""

from datetime import timedelta

import pytest

from lms.audit.models import AuditEntry
from lms.exams import saving
from lms.exams.models import Announcement, Answer, Attempt, Pulse
from lms.exams.rules import Leaving
from lms.exams.saving import NOTICES


@pytest.fixture
def cadre(hall):
    return hall.cadre()


@pytest.fixture
def page(hall, sit, cadre):
    return sit(cadre, hall.assessment(cadre))


def pulse(make):
    (one,) = make.all(Pulse)
    return one


def test_a_save_leaves_its_time_and_what_is_held(page, make, clock):
    page.send(page.operation(1, ["B"]), page.operation(2, ["A"]), unsent=3, leaves=1)
    one = pulse(make)
    assert (one.answered, one.unsent, one.leaves) == (2, 3, 1)
    assert one.contact_at == one.in_time_at == clock()


def test_a_heartbeat_touches_it_too(page, make, clock):
    page.say(1, "B")
    clock.time += timedelta(seconds=30)
    assert page.send(unsent=0).json["held"] == 1
    assert (pulse(make).contact_at, pulse(make).answered) == (clock(), 1)


def test_the_last_contact_in_time_stays_before_the_end(page, make, clock):
    clock.time += timedelta(minutes=59)
    page.send()
    before = clock()
    clock.time += timedelta(minutes=2)
    page.send()
    assert (pulse(make).in_time_at, pulse(make).contact_at) == (before, clock())


def test_who_is_first_heard_of_after_the_end_was_last_there_at_the_start(page, make, clock):
    began = clock()
    clock.time += timedelta(minutes=61)
    page.send()
    assert pulse(make).in_time_at == began


def test_a_page_that_was_loaded_anew_takes_back_no_leaving(page, make):
    page.send(leaves=3)
    page.send(leaves=1)
    assert pulse(make).leaves == 3


def test_another_device_goes_on_counting_where_the_first_one_was(page, make):
    page.send(leaves=3)
    assert page.open().opened["leaves"] == 3


@pytest.mark.parametrize("broken", [{"unsent": -1}, {"leaves": "x"}, {"word": 1.5}])
def test_what_a_page_says_of_itself_is_looked_at(page, broken):
    assert page.send(**broken).status_code == 422


def test_an_answer_whose_time_could_not_be_kept_is_marked(page, make):
    unsure = {**page.operation(1, ["B"]), "sure": False}
    page.send(unsure, page.operation(2, ["A"]))
    sure = {row.slot: (row.sure, row.counts) for row in make.all(Answer)}
    assert sure == {1: (False, True), 2: (True, True)}


# ── a word to all ───────────────────────────────────────────────────────────────────────────────


def announce(make, page, text):
    assessment_id = make.all(Attempt)[0].assessment_id
    NOTICES.drop(assessment_id)
    return make.keep(
        Announcement(assessment_id=assessment_id, text=text, said_at=make.clock(), said_by=1)
    )


def test_a_word_to_all_comes_with_the_next_contact_and_once(page, make):
    word = announce(make, page, "第 3 题的图看不清的，请刷新页面。")
    assert page.send(word=0).json["word"] == [word.id, word.text]
    assert "word" not in page.send(word=word.id).json
    assert page.open().opened["word"] == [word.id, word.text]


def test_it_is_looked_up_once_in_five_seconds(page, clock, monkeypatch):
    seen, look = [], saving._notice
    monkeypatch.setattr(saving, "_notice", lambda *asked: seen.append(asked) or look(*asked))
    page.send()
    before = len(seen)
    page.send()
    assert len(seen) == before
    clock.time += timedelta(seconds=5)
    page.send()
    page.send()
    assert len(seen) == before + 1


# ── leaving the page ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rule", "leaves", "ends"),
    [
        (Leaving.COLLECTED, 2, False),
        (Leaving.COLLECTED, 3, True),
        (Leaving.COUNTED, 9, False),
        (Leaving.IGNORED, 9, False),
    ],
)
def test_only_where_the_notice_says_so_leaving_too_often_ends_it(
    hall, sit, cadre, make, clock, rule, leaves, ends
):
    page = sit(cadre, hall.assessment(cadre, leaving=rule, leaves_most=3))
    clock.time += timedelta(minutes=1)
    said = page.send(page.operation(1, ["B"]), leaves=leaves).json
    (attempt,) = make.all(Attempt)
    assert (attempt.ends_at == clock()) is ends
    assert (said["ends"] == said["at"]) is ends
    noted = [one for one in make.all(AuditEntry) if one.act == "collect attempt"]
    assert [one.facts for one in noted] == ([{"leaves": leaves}] if ends else [])
    assert make.all(Answer)[0].counts
