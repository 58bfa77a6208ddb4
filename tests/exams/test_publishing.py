"""What an attempt earned is published when it may be; what changes it is the next result."""

from datetime import timedelta
from decimal import Decimal

import pytest

from lms.access.scope import seeing_everything
from lms.db import db
from lms.exams.changed import KeyChange
from lms.exams.models import Answer, Attempt, Mark, Result, Verdict
from lms.exams.publishing import publish_anew
from lms.exams.rekeying import verdict
from lms.exams.rules import Counting, Publishing
from tests.exams.build import FOUR, RIGHT, SHORT, question

WRITTEN = (*FOUR, question("q-5", "short", SHORT))


@pytest.fixture
def cadre(hall):
    return hall.cadre()


@pytest.fixture
def anew(app, clock):
    """anew(attempt id) → everything is marked and published again."""

    def again(attempt_id, why="更正答案"):
        with app.app_context(), seeing_everything():
            written = publish_anew(db.session.get(Attempt, attempt_id), clock(), why)
            db.session.commit()
        return written

    return again


def all_right(page):
    for slot, answer in RIGHT.items():
        page.say(slot, *answer)
    return page


def test_a_written_answer_waits_for_a_person(hall, sit, cadre, make):
    page = all_right(sit(cadre, hall.assessment(cadre, paper=hall.paper(WRITTEN))))
    page.say(5, "说了，也说清了")
    page.submit()
    assert make.all(Result) == make.all(Verdict) == []
    assert {mark.slot for mark in make.all(Mark)} == set(RIGHT)
    text = page.result().get_data(as_text=True)
    assert "成绩待公布" in text and "未合格" not in text


def test_where_nothing_was_written_nobody_must_read(hall, sit, cadre, make):
    page = all_right(sit(cadre, hall.assessment(cadre, paper=hall.paper(WRITTEN))))
    page.submit()
    (result,) = make.all(Result)
    assert (result.earned, result.points) == (8, 10)


def test_in_one_act_nothing_is_seen_before_and_nobody_sits_again(hall, sit, cadre, make):
    assessment = hall.assessment(cadre, publishing=Publishing.IN_ONE_ACT)
    page = all_right(sit(cadre, assessment))
    page.submit()
    assert make.all(Result) == [] and len(make.all(Mark)) == len(FOUR)
    again = page.web.post(f"/exams/assessments/{assessment.id}/attempts", {})
    assert again.status_code == 409 and "还没有公布" in again.get_data(as_text=True)
    assert "成绩待公布" in page.web.get("/exams/").get_data(as_text=True)


def test_what_changes_a_result_is_the_next_result(hall, sit, cadre, make, anew, clock):
    page = sit(cadre, hall.assessment(cadre))
    page.say(1, "A")
    page.submit()
    handed_in = clock()
    key(make, hall, slot=1, letters=["A"])
    clock.time += timedelta(days=1)
    assert anew(page.attempt_id)
    first, second = make.all(Result)
    assert (first.earned, first.number, first.replaced_at) == (0, 1, clock())
    assert (second.earned, second.number, second.why) == (2, 2, "更正答案")
    old, new = make.all(Verdict)
    assert (old.counts, new.counts) == (False, True)
    assert old.sat_at == new.sat_at == handed_in
    marks = [mark for mark in make.all(Mark) if mark.slot == 1]
    assert [mark.share for mark in marks] == [0, 1] and marks[1].why == "更正答案"


def key(make, hall, slot, letters):
    """The key of a question of the last assessment, changed."""
    attempt = make.all(Attempt)[-1]
    asked = attempt.paper.slots[slot - 1]
    attempt.assessment.keys_changed = True
    make.keep(
        KeyChange(
            assessment_id=attempt.assessment_id,
            version_id=asked.version_id,
            part=asked.part,
            key=letters,
            reason="答案印错",
            decided_at=make.clock(),
            decided_by=hall.officer.id,
        )
    )
    make.session.commit()


def test_who_later_hands_in_is_marked_by_the_changed_key(hall, sit, make):
    one, two = hall.cadre("王一"), hall.cadre("王二")
    assessment = hall.assessment(one, two)
    sit(one, assessment).submit()
    key(make, hall, slot=1, letters=None)  # everyone gets the points
    sit(two, assessment).submit()
    assert [result.earned for result in make.all(Result)] == [0, 2]


def test_what_says_the_same_is_not_published_again(hall, sit, cadre, make, anew):
    page = all_right(sit(cadre, hall.assessment(cadre)))
    page.submit()
    assert not anew(page.attempt_id)
    assert len(make.all(Result)) == 1 and len(make.all(Mark)) == len(FOUR)


def test_an_answer_that_counts_after_all_is_marked(hall, sit, cadre, make, anew):
    page = sit(cadre, hall.assessment(cadre))
    page.submit()
    about = {"attempt_id": page.attempt_id, "turn": 1, "sequence": 99, "slot": 1, "counts": True}
    now = make.clock()
    make.keep(Answer(**about, content=["B"], said_at=now, saved_at=now))
    make.session.commit()
    assert anew(page.attempt_id, "补传的答案已认可")
    assert [one.earned for one in make.all(Result)] == [Decimal(0), Decimal(2)]


@pytest.mark.parametrize(("which", "counts"), [(Counting.FIRST, [1]), (Counting.LAST, [2])])
def test_only_the_first_or_the_last_attempt_counts(hall, sit, cadre, make, which, counts):
    assessment = hall.assessment(cadre, which_counts=which, attempts=2)
    for _ in range(2):
        sit(cadre, assessment).submit()
    numbers = {attempt.id: attempt.number for attempt in make.all(Attempt)}
    counting = [numbers[one.attempt_id] for one in make.all(Verdict) if one.counts]
    assert counting == counts


@pytest.mark.parametrize(
    ("which", "passes"), [(Counting.BEST, True), (Counting.FIRST, False), (Counting.LAST, False)]
)
def test_several_attempts_come_to_one_verdict(which, passes):
    assert verdict(which, {1: False, 2: True, 3: False}) is passes
    assert verdict(which, {2: True}) is True
