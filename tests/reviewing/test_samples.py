"""A brought bank passes by a sample, or is read whole."""

from datetime import timedelta

import pytest

from lms.access.permissions import Role
from lms.bank.models import Question
from lms.bank.rules import Pool, State
from lms.reviewing.models import Review, Sample
from lms.reviewing.rules import SampleState
from tests.make import ASKED

BROUGHT = ASKED.replace("origin: own", "origin: brought")


@pytest.fixture
def brought(make, bank):
    """brought(n) → so many questions brought from elsewhere, in review."""

    def some(n, by=None, **facts):
        facts = {"state": State.IN_REVIEW, "text": BROUGHT, "by": by} | facts
        return [make.question(bank, **facts) for _ in range(n)]

    return some


def draw(browser, bank):
    return browser.post(f"/reviewing/banks/{bank.id}/sample")


def drawn(make, place):
    return next(
        f"/reviewing/samples/questions/{r.id}" for r in make.all(Review) if r.place == place
    )


def look(make, browser, place, letter="A", **more):
    url = drawn(make, place)
    browser.post(f"{url}/answer", {"s0": letter})
    return browser.post(f"{url}/judge", more)


def states(make):
    return [one.state for one in make.all(Question)]


def test_a_small_bank_is_read_whole_and_passes(make, sign_in, bank, reviewer, brought):
    brought(3)
    browser = sign_in(reviewer)
    assert "带入的题" in browser.get("/reviewing/").text
    assert draw(browser, bank).status_code == 303
    (sample,) = make.all(Sample)
    assert (sample.size, sample.waiting, sample.seed) == (3, 3, 7)
    for place in (1, 2):
        look(make, browser, place)
    assert states(make) == [State.IN_REVIEW] * 3
    look(make, browser, 3)
    assert states(make) == [State.FINAL] * 3
    assert make.all(Sample)[0].state is SampleState.PASSED
    assert "没有发现差错" in browser.get(f"/reviewing/samples/{sample.id}").text


def test_fifty_speak_for_all_that_were_there_when_they_were_drawn(
    make, sign_in, bank, reviewer, brought, clock, monkeypatch
):
    monkeypatch.setattr("lms.reviewing.rules.SAMPLE", 2)
    brought(4)
    browser = sign_in(reviewer)
    draw(browser, bank)
    clock.time += timedelta(minutes=1)
    brought(1)
    (sample,) = make.all(Sample)
    assert (sample.size, sample.waiting) == (2, 4)
    look(make, browser, 1)
    look(make, browser, 2)
    assert states(make) == [State.FINAL] * 4 + [State.IN_REVIEW]


def test_one_fault_and_all_are_read(make, sign_in, bank, reviewer, brought, monkeypatch):
    monkeypatch.setattr("lms.reviewing.rules.SAMPLE", 2)
    brought(3)
    browser = sign_in(reviewer)
    draw(browser, bank)
    look(make, browser, 1)
    assert look(make, browser, 2, faulty="y").status_code == 422
    look(make, browser, 2, faulty="y", comment="答案应是 B。")
    assert sorted(states(make)) == sorted([State.FINAL, State.RETURNED, State.IN_REVIEW])
    assert make.all(Sample)[0].state is SampleState.FAILED
    assert "开始抽审" not in browser.get("/reviewing/").text
    assert draw(browser, bank).status_code == 409


def test_the_examination_pool_and_ones_own_never_pass_by_a_sample(
    make, sign_in, bank, reviewer, brought
):
    brought(1, pool=Pool.EXAM)
    own = make.question(bank, state=State.IN_REVIEW)
    brought(1)
    browser = sign_in(reviewer)
    draw(browser, bank)
    look(make, browser, 1)
    assert states(make) == [State.IN_REVIEW, State.IN_REVIEW, State.FINAL]
    assert own.id == make.all(Question)[1].id


def test_an_owner_takes_no_sample(make, sign_in, bank, school, reviewer, brought):
    keeper = make.officer(school, Role.TRAINER, "王老师")
    make.role(keeper, Role.REVIEWER, school)
    brought(1, by=reviewer)
    assert draw(sign_in(reviewer), bank).status_code == 403
    assert draw(sign_in(keeper), bank).status_code == 403
    assert make.all(Sample) == []


def test_a_disagreement_in_a_sample_is_a_fault_or_is_explained(
    make, sign_in, bank, reviewer, brought
):
    brought(1)
    browser = sign_in(reviewer)
    draw(browser, bank)
    assert look(make, browser, 1, "B").status_code == 422
    assert look(make, browser, 1, "B", comment="我看错了。").status_code == 303
    assert states(make) == [State.FINAL]


def test_a_sample_is_left_and_found_again_and_is_ones_own(
    make, sign_in, bank, school, reviewer, brought
):
    brought(2)
    browser = sign_in(reviewer)
    draw(browser, bank)
    look(make, browser, 1)
    assert "已看 1 题" in browser.get("/reviewing/").text
    other = sign_in(make.officer(school, Role.REVIEWER, "赵老师"))
    assert other.get(drawn(make, 2)).status_code == 404
    assert draw(other, bank).status_code == 409


def test_who_gave_a_sample_up_draws_no_other(make, sign_in, bank, school, reviewer, brought):
    brought(2)
    browser = sign_in(reviewer)
    draw(browser, bank)
    browser.post(f"/reviewing/samples/{make.all(Sample)[0].id}/give-up")
    assert make.all(Review) == []
    assert draw(browser, bank).status_code == 403
    assert draw(sign_in(make.officer(school, Role.REVIEWER, "赵老师")), bank).status_code == 303


def test_what_changed_meanwhile_leaves_the_sample_which_then_speaks_for_nobody_else(
    make, sign_in, bank, reviewer, brought, monkeypatch
):
    monkeypatch.setattr("lms.reviewing.rules.SAMPLE", 2)
    brought(3)
    browser = sign_in(reviewer)
    draw(browser, bank)
    look(make, browser, 1)
    (second,) = [one for one in make.all(Review) if one.place == 2]
    entry = make.session.get(Question, second.question_id)
    entry.state = State.RETIRED
    make.keep(entry)
    (sample,) = make.all(Sample)
    page = f"/reviewing/samples/{sample.id}"
    assert "都看完了" in browser.get(page).text
    assert browser.post(f"{page}/finish").status_code == 303
    assert sorted(states(make)) == [State.FINAL, State.IN_REVIEW, State.RETIRED]
    assert "没有看满" in browser.get(page).text
    assert browser.post(f"{page}/finish").status_code == 409
    assert draw(browser, bank).status_code == 303
