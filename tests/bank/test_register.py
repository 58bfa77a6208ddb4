"""The register of laws reads, and an article is found by its number."""

from datetime import date

import pytest

from lms.bank.register import (
    Edition,
    Standing,
    article_name,
    article_text,
    read_register,
    write_register,
)
from lms.errors import Invalid

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
