"""The register of laws reads, an article is found by its number, a source is held against it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.laws.files import read_register, write_register
from lms.laws.rules import (
    Edition,
    Standing,
    Verdict,
    article_name,
    article_text,
    articles,
    checked,
    number_of,
    numeral,
    standing,
)

LAW = """# 某法

## 第一章 总则

第一条 为了甲，制定本法。

第十条 乙应当遵守第一百条的规定：

（一）不得丙。

第一百条 丁。

第一百条之一 戊。

## 第二章 附则

第一百零一条　己。
"""
REGISTER = """- law: 某法
  title: 中华人民共和国某法
  edition: 2018-12-29
  from: 2019-06-01
  status: in_force
- law: 旧法
  title: 中华人民共和国旧法
  edition: 2008-12-01
  from: 2009-01-01
  to: 2025-12-31
  status: ended
"""


@pytest.mark.parametrize(
    ("article", "text"),
    [
        ("1", "第一条 为了甲，制定本法。"),
        ("10", "第十条 乙应当遵守第一百条的规定：\n\n（一）不得丙。"),
        ("100", "第一百条 丁。"),
        ("100之一", "第一百条之一 戊。"),
        ("101", "第一百零一条　己。"),
        ("11", ""),
    ],
)
def test_an_article_ends_where_the_next_begins(article, text):
    assert article_text(LAW, article) == text


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("10", "十"),
        ("21", "二十一"),
        ("110", "一百一十"),
        ("1042", "一千零四十二"),
        ("1010", "一千零一十"),
    ],
)
def test_articles_are_counted_as_laws_count_them(number, name):
    assert article_name(number) == f"第{name}条"


def test_the_register_is_written_back_as_it_was():
    editions = read_register(REGISTER)
    assert editions[0] == Edition(
        "某法", "中华人民共和国某法", date(2018, 12, 29), date(2019, 6, 1)
    )
    assert editions[1].status is Standing.ENDED and editions[1].in_force_to == date(2025, 12, 31)
    assert write_register(editions) == REGISTER


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("law: 某法", "请按 YAML 列表填写"),
        ("- [", "请按 YAML 列表填写"),
        (REGISTER.replace("title: 中华人民共和国旧法", "name: 旧法"), "第 2 条：只能有"),
        (REGISTER.replace("from: 2009-01-01", "from: 去年"), "第 2 条：名称、版本、施行日期"),
        (REGISTER.replace("status: ended", "status: gone"), "第 2 条：名称、版本、施行日期"),
        ("- 某法", "第 1 条"),
    ],
)
def test_a_slip_in_the_register_is_named(text, why):
    with pytest.raises(Invalid, match=why):
        read_register(text)


@given(st.integers(1, 9999))
def test_numbers_in_words_read_back(number):
    assert number_of(numeral(number)) == number


def test_every_article_of_a_text_is_found_by_its_number():
    assert list(articles(LAW)) == ["1", "10", "100", "100之一", "101"]
    assert all(text == article_text(LAW, name) for name, text in articles(LAW).items())


@pytest.mark.parametrize(
    ("article", "key", "verdict", "elsewhere"),
    [
        ("10", "不得 丙", Verdict.AGREES, ()),
        ("1", "不得丙", Verdict.NO_WORDS, ("10",)),
        ("7", "制定本法", Verdict.NO_ARTICLE, ("1",)),
        ("100", "", Verdict.NO_KEY, ()),
    ],
)
def test_a_source_is_held_against_the_text(article, key, verdict, elsewhere):
    found = checked(articles(LAW), article, key)
    assert (found.verdict, found.elsewhere) == (verdict, elsewhere)


def test_without_a_text_nothing_is_said_to_agree():
    assert checked(None, "1", "为了甲").verdict is Verdict.NO_TEXT


@pytest.mark.parametrize(
    ("status", "to_on", "day", "found"),
    [
        (Standing.IN_FORCE, None, date(2026, 1, 1), Standing.IN_FORCE),
        (Standing.IN_FORCE, date(2025, 12, 31), date(2025, 12, 31), Standing.IN_FORCE),
        (Standing.IN_FORCE, date(2025, 12, 31), date(2026, 1, 1), Standing.ENDED),
        (Standing.ENDED, None, date(2020, 1, 1), Standing.ENDED),
        (Standing.COMING, None, date(2019, 5, 31), Standing.COMING),
        (Standing.COMING, None, date(2019, 6, 1), Standing.IN_FORCE),
    ],
)
def test_an_edition_holds_from_its_day_to_its_last(status, to_on, day, found):
    assert standing(status, date(2019, 6, 1), to_on, day) is found
