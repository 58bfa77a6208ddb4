"""A question made once reads in everybody's order as if it had been made for them."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest
from flask import g
from hypothesis import given
from hypothesis import strategies as some

from lms.bank.files import read_question
from lms.dice import Orders, shuffled
from lms.exams import showing
from lms.exams.questions import Slot, dealt, in_one_go
from lms.scoring.choice import Credit
from tests.exams.build import BLANK, MULTIPLE, SHORT, SINGLE, TRUE_FALSE, question

ESCAPED = "哪一个**对**？\n\n- [ ] 甲 < 乙\n- [x] 丙 & 丁\n- [ ] 戊\n"
ALL_RIGHT = "哪一个对？\n\n- [ ] 甲\n- [ ] 乙\n- [x] 以上都对\n"
KINDS = (
    ("single", ESCAPED),
    ("multiple", MULTIPLE),
    ("true_false", TRUE_FALSE),
    ("blank", BLANK),
    ("short", SHORT),
)


def slots(*kinds):
    texts = [question(f"q-{n}", kind, body) for n, (kind, body) in enumerate(kinds, start=1)]
    read = [read_question(text) for text in texts]
    return [Slot(n, n, 0, Decimal(2), Credit.ALL_OR_NOTHING, one) for n, one in enumerate(read, 1)]


def as_made_for_one(slot, letters):
    """The page part straight from its template."""
    said = dict(slot.plain.options)
    one = replace(slot.plain, options=tuple((letter, said[letter]) for letter in letters))
    part = showing.current_app.jinja_env.get_template(showing.PART).make_module()
    return part.body(one)


@pytest.mark.parametrize(("kind", "body"), KINDS)
def test_the_page_of_each_is_that_of_its_own_order(app, kind, body):
    (slot,) = slots((kind, body))
    for language in ("zh", "en"):
        for letters in permutations(slot.letters):
            with app.test_request_context(headers={"Cookie": f"language={language}"}):
                g.me = None
                page = showing.sections([(slot, letters)])
                assert page.endswith(as_made_for_one(slot, letters))
                assert showing.SEAM not in page


def test_an_order_that_was_drawn_once_is_the_same_for_ever():
    """An attempt keeps its seed alone: another order would move the questions under a reader."""
    assert shuffled("ABCDE", 7, 3) == ["D", "E", "A", "B", "C"]
    assert shuffled(range(6), 1, "slots") == [2, 0, 5, 4, 1, 3]
    drawn = Orders(-8, 11)
    assert drawn.of(range(6)) == [4, 1, 0, 2, 3, 5] and "".join(drawn.of("ABCDE")) == "CADBE"


def test_attempts_that_were_begun_before_keep_the_order_of_each_question():
    three = slots(("single", SINGLE), ("multiple", MULTIPLE), ("single", ALL_RIGHT))
    found = dealt(three, 7, shuffle=True, options=True)
    assert [slot.number - 1 for slot, _ in found] == shuffled(range(3), 7, "slots")
    for slot, letters in found:
        stays = slot.number == 3
        assert list(letters) == (list("ABC") if stays else shuffled("ABCD", 7, slot.number))


@given(some.integers(-(2**31), 2**31 - 1), some.booleans(), some.booleans())
def test_nothing_is_lost_and_nothing_doubled_in_any_order(seed, shuffle, options):
    five = slots(*KINDS)
    found = dealt(five, seed, shuffle, options)
    assert sorted(slot.number for slot, _ in found) == [1, 2, 3, 4, 5]
    assert all(sorted(letters) == list(slot.letters) for slot, letters in found)
    if not shuffle:
        assert [slot.number for slot, _ in found] == [1, 2, 3, 4, 5]
    if not options:
        assert all(list(letters) == list(slot.letters) for slot, letters in found)


def test_right_and_wrong_and_all_of_these_stay_where_they_are():
    two = slots(("true_false", TRUE_FALSE), ("single", ALL_RIGHT))
    for seed in range(-50, 50):
        assert all(tuple(letters) == slot.letters for slot, letters in dealt(two, seed, True, True))


def test_each_order_is_as_likely_as_another():
    two = slots(("single", SINGLE), ("multiple", MULTIPLE))
    seen = {
        tuple(slot.number for slot, _ in found) + tuple(found[0][1])
        for seed in range(2_000)
        if (found := dealt(two, in_one_go(seed), True, True))
    }
    assert len(seen) == 2 * 24


def test_the_parts_of_a_case_stay_together():
    one, two, three = slots(("single", SINGLE), ("multiple", MULTIPLE), ("blank", BLANK))
    parts = [one, replace(two, version_id=9), replace(three, version_id=9)]
    for seed in range(-40, 40):
        numbers = [slot.number for slot, _ in dealt(parts, seed, True, True)]
        assert numbers in ([1, 2, 3], [2, 3, 1])
