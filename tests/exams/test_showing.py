"""A question made once reads in everybody's order as if it had been made for them."""

from decimal import Decimal
from itertools import permutations

import pytest
from flask import g

from lms.bank.rules import QuestionType
from lms.dice import shuffled
from lms.exams import showing
from lms.exams.questions import Asked

OPTIONS = (("A", "甲 < 乙"), ("B", "丙 & 丁"), ("C", "以上都对"))
TRUE_FALSE = (("A", "正确"), ("B", "错误"))


def asked(kind, options=(), blanks=0, stem="哪一个**对**？"):
    return Asked(3, kind, Decimal(2), "", stem, options, blanks)


def as_made_for_one(one):
    """The page part straight from its template."""
    part = showing.current_app.jinja_env.get_template(showing.PART).make_module()
    return part.body(one)


@pytest.mark.parametrize(
    "one",
    [
        *(asked(QuestionType.SINGLE, order) for order in permutations(OPTIONS)),
        *(asked(QuestionType.MULTIPLE, order) for order in permutations(OPTIONS)),
        *(asked(QuestionType.TRUE_FALSE, order) for order in permutations(TRUE_FALSE)),
        asked(QuestionType.BLANK, blanks=2, stem="先____后____。"),
        asked(QuestionType.SHORT),
    ],
)
def test_the_page_of_each_is_that_of_its_own_order(app, one):
    for language in ("zh", "en"):
        with app.test_request_context(headers={"Cookie": f"language={language}"}):
            g.me = None
            page = showing.sections([one])
            assert page.endswith(as_made_for_one(one)) and showing.SEAM not in page


def test_an_order_that_was_drawn_once_is_the_same_for_ever():
    """An attempt keeps its seed alone: another order would move the questions under a reader."""
    assert shuffled("ABCDE", 7, 3) == ["D", "E", "A", "B", "C"]
    assert shuffled(range(6), 1, "slots") == [2, 0, 5, 4, 1, 3]
