"""The reader's language: pages, refusals, forms and days speak the one of the cookie."""

import shutil
from datetime import UTC, date, datetime

import pytest
from flask_babel import gettext as in_the_code
from markupsafe import Markup
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from lms.errors import Conflict, Listed
from lms.web import translations
from lms.web.forms import BaseForm
from lms.web.language import day, moment, month, written_day
from lms.web.language import gettext as on_a_page
from lms.web.refusals import said

CHINESE, ENGLISH = "language=zh", "language=en"


@pytest.fixture
def app(own_app):
    return own_app


@pytest.fixture(autouse=True)
def english(app, once):
    """The catalogue compiled, as a start does it."""
    compiled = once("translations", translations.write)
    shutil.copytree(compiled, app.extensions["settings"].var / "translations")


@pytest.fixture
def reading(app):
    """with reading(ENGLISH): within a request of such a reader; `sent`: what the reader posts."""

    def within(cookie, **sent):
        headers = {"Cookie": cookie}
        return app.test_request_context("/", method="POST", headers=headers, data=sent)

    return within


class Asked(BaseForm):
    name = StringField(validators=[Length(max=3)])
    on = DateField(validators=[InputRequired()])


def mistakes(within, **sent):
    with within:
        form = Asked.filled(meta={"csrf": False})
        form.validate()
        return {name: whys[0] for name, whys in form.errors.items()}


def test_a_page_speaks_the_language_of_the_cookie(client):
    assert "<h1>登录</h1>" in client.get("/sign-in").text
    client.client.set_cookie("language", "en")
    assert "<h1>Sign in</h1>" in client.get("/sign-in").text


def test_a_language_that_is_not_spoken_is_chinese(client):
    client.client.set_cookie("language", "fr")
    assert "<h1>登录</h1>" in client.get("/sign-in").text


def test_what_the_forms_find_wrong_by_themselves_is_said_in_the_readers_language(reading):
    sent = {"name": "very long", "on": "never"}
    assert mistakes(reading(ENGLISH, **sent)) == {
        "name": "Field cannot be longer than 3 characters.",
        "on": "Not a valid date value.",
    }
    assert mistakes(reading(CHINESE, **sent)) == {
        "name": "字段长度不能超过 3 个字符。",
        "on": "不是有效的日期值。",
    }


def test_a_field_left_empty_is_asked_for_in_the_readers_language(reading):
    assert mistakes(reading(ENGLISH, name="abc"))["on"] == "This field is required."
    assert mistakes(reading(CHINESE, name="abc"))["on"] == "该字段是必填字段。"


@pytest.mark.parametrize(
    ("cookie", "shown"),
    [
        (CHINESE, ("2026年12月1日", "12月1日", "2026年12月1日 00:30")),
        (ENGLISH, ("1 Dec 2026", "1 Dec", "1 Dec 2026 00:30")),
    ],
)
def test_days_and_moments_are_those_of_the_city_in_the_readers_language(reading, cookie, shown):
    night = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
    with reading(cookie):
        assert (day(date(2026, 12, 1)), month(night), moment(night)) == shown
        assert (day(None), month(None), moment(None)) == ("—", "—", "—")


@pytest.mark.parametrize(
    ("cookie", "shown"),
    [(CHINESE, ("1968年6月23日", "1968年6月")), (ENGLISH, ("23 Jun 1968", "Jun 1968"))],
)
def test_a_day_kept_as_text_is_shown_as_far_as_it_is_known(reading, cookie, shown):
    with reading(cookie):
        assert (written_day("1968-06-23"), written_day("1968-06")) == shown
        assert (written_day(None), written_day("六八年")) == (None, "六八年")


def test_the_words_within_a_refusal_are_translated_with_it(reading):
    cell = Conflict("{of}·{type}", of="群众工作本领", type="单选")
    short = [
        Conflict("{of} 差 {n} 题", of=cell, n=2),
        Conflict("{of} 差 {n} 题", of="案例一", n=1),
    ]
    refusal = Conflict("题库中的题不够，没有组卷：{lacking}。", lacking=Listed(short))
    with reading(ENGLISH):
        assert said(refusal) == (
            "The banks have too few questions; no paper was made: "
            "Work with the people · Single choice: 2 short; 案例一: 1 short."
        )
    with reading(CHINESE):
        assert said(refusal) == str(refusal)
    assert str(refusal) == ("题库中的题不够，没有组卷：群众工作本领·单选 差 2 题；案例一 差 1 题。")


def test_a_script_is_refused_in_its_readers_language(client):
    client.client.set_cookie("language", "en")
    answer = client.get("/nowhere", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (404, {"why": "There is no such page."})


COUNTS = "还有 %(n)s 份书面作答没评"  # on a page
SAID = "%(n)s 人已评价，在班 %(all)s 人。"  # two counts in one sentence
REFUSED = "有 {n} 题在考试题库中，出库后不能再用于考试。请写明出库理由。"


@pytest.mark.parametrize("speak", [on_a_page, in_the_code])
def test_english_says_one_and_many_in_their_own_forms(reading, speak):
    with reading(ENGLISH):
        told = [speak(COUNTS, n=n) for n in (0, 1, 2, "1", Markup("<b>1</b>"))]
        assert told[:3] == [
            "0 written answers to be marked",
            "1 written answer to be marked",
            "2 written answers to be marked",
        ]
        assert told[3:] == [told[1], "<b>1</b> written answer to be marked"]
        assert speak(SAID, n=1, all=2) == "1 has answered; 2 are in the class."
    with reading(CHINESE):
        assert speak(COUNTS, n=1) == "还有 1 份书面作答没评"


def test_a_refusal_counts_too(reading):
    with reading(ENGLISH):
        assert said(Conflict(REFUSED, n=1)).startswith("1 question is in the exam pool")
        assert said(Conflict(REFUSED, n=20)).startswith("20 questions are in the exam pool")
