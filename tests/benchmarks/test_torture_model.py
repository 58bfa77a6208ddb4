"""The model that the torture compares with: it sees every fault that it is there for."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from benchmarks.phone import Answer, Kept, Said
from benchmarks.torture_model import (
    Ended,
    Model,
    amiss,
    counts_wrong,
    held_up,
    seen_too_early,
    told_apart,
)

BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
END = BEGAN + timedelta(minutes=1)
ENDED = Ended(END, END, {1: BEGAN, 2: BEGAN + timedelta(seconds=30)})
CHOICE = Said(1, 1, 4, ["A"], 0)
NEWEST = CHOICE._replace(turn=2)


def answer(kept=(), late=(), refused=()):
    return Kept(set(kept), set(late), set(refused), 1, 0, 0, False)


def row(said=CHOICE, counts=True, after=5, **facts):
    """An answer as it is stored, said and saved so many seconds after the beginning."""
    moment = BEGAN + timedelta(seconds=after)
    values = {**said._asdict(), "content": said.answer, "said_at": moment, "saved_at": moment}
    return SimpleNamespace(**values | {"counts": counts} | facts)


@pytest.fixture
def model():
    """One choice, acknowledged in time."""
    model = Model(said={CHOICE.key: CHOICE})
    model.heard([CHOICE], answer(kept=[CHOICE.key]))
    return model


def test_what_is_stored_as_it_was_acknowledged_is_right(model):
    assert list(amiss(model, [row()], ENDED)) == []


@pytest.mark.parametrize(
    "rows, why",
    [
        ([], "acknowledged and is gone"),
        ([row(), row()], "stored twice"),
        ([row(CHOICE._replace(answer=["B"]))], "as nobody said it"),
        ([row(), row(CHOICE._replace(sequence=2))], "as nobody said it"),
        ([row(counts=False)], "said to be in time"),
    ],
)
def test_lost_doubled_changed_invented_and_uncounted_answers_are_seen(model, rows, why):
    assert why in "; ".join(amiss(model, rows, ENDED))


def test_an_answer_for_what_was_not_sent_or_was_refused_is_seen(model):
    model.heard([CHOICE], answer(kept=[(1, 7)]))
    model.heard([CHOICE], answer(refused=[CHOICE.key]))
    model.heard([CHOICE], answer(kept=[CHOICE.key], late=[CHOICE.key]))
    assert len(model.wrong) == 3


def test_another_content_under_a_kept_key_must_be_refused(model):
    model.refused(answer(refused=[CHOICE.key]), CHOICE.key)
    assert not model.wrong
    model.refused(answer(kept=[CHOICE.key]), CHOICE.key)
    assert model.wrong


def test_a_page_that_opens_without_an_acknowledged_answer_is_seen(model):
    before = model.newest()
    model.opened(before, [[4, 1, 1, ["A"]]])
    model.opened(before, [[4, 2, 1, ["B"]]])  # a later one that was not acknowledged
    assert not model.wrong
    model.opened(before, [])
    assert model.wrong


@pytest.mark.parametrize(
    "stored, right",
    [
        (
            row(NEWEST, after=70, said_at=END),
            True,
        ),  # chosen before the end, arrived within the minute
        (row(NEWEST, after=121, said_at=END), False),
        (row(said_at=END + timedelta(seconds=1)), False),
        (row(after=55), False),  # on a device that had handed over long before
        (row(counts=False), False),
        (row(counts=False, after=55), True),
        (row(counts=False, after=121), True),
    ],
)
def test_whether_an_answer_counts_is_judged_by_the_rule(stored, right):
    assert (counts_wrong(stored, ENDED) == "") is right


def test_questions_before_the_bell_and_keys_at_any_time_are_seen():
    assert seen_too_early("题面暗记3，对不对？", bell=False)
    assert not seen_too_early("题面暗记3，对不对？", bell=True)
    assert seen_too_early("解析暗记3", bell=True) and seen_too_early("答案暗记3", bell=True)


@pytest.mark.parametrize(
    "status, header, again", [(503, b"\r\nRetry-After: 4", 4), (503, b"", 0), (200, b"", 0)]
)
def test_who_is_told_to_come_again_does_and_a_save_never_is(status, header, again):
    answer = Answer(status, b"HTTP/1.1 %d" % status + header, b"")
    assert answer.again == again
    assert bool(held_up(answer)) is bool(again)


def test_options_may_differ_by_letter_and_text_alone():
    label = '<label class="choice"><input name="s1" value="{0}"><b>{0}</b>选项暗记1{0}{1}</label>'
    page = "<fieldset>" + label.format("A", "") + label.format("B", "{}") + "</fieldset>"
    assert not told_apart(page.format(""))
    assert told_apart(page.format("<i>right</i>"))
