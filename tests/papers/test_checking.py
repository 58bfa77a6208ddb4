"""A paper is looked through before anybody sits it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lms.bank.files import read_question
from lms.papers.checking import Checked, looked_through, refers, remarks, troubles

TEXT = "---\nid: q-1\ntype: single\npoints: 2\n---\n哪一个对？\n\n- [x] 甲\n- [ ] 乙\n- [ ] 丙\n"


def slot(number=1, points=2, **changes):
    question = read_question(TEXT)
    part = replace(question.parts[0], **changes)
    return Checked(number, replace(question, parts=(part,)), 0, Decimal(points))


def told(slots, stated):
    return [str(one) for one in troubles(slots, Decimal(stated))]


def test_a_sound_paper_has_no_trouble():
    assert told([slot(1), slot(2)], 4) == []


def test_a_question_without_a_key_is_named():
    assert told([slot(1), slot(2, right=frozenset())], 4) == ["第 2 题没有答案。"]


def test_the_same_option_twice_is_named_however_it_is_spaced():
    options = {"A": "三分之二", "B": "过半数", "C": " 三分之二。"}
    assert told([slot(1, options=options)], 2) == ["第 1 题的选项 A 与 C 相同。"]


def test_a_total_that_is_not_as_stated_is_named():
    assert told([slot(1), slot(2)], 100) == ["各题分值之和是 4 分，与试卷总分 100 分不符。"]


def test_heavy_pictures_are_named():
    pictures = {f"![图](pic:{n:032x})": f"{n:032x}" for n in range(3)}
    stem, a, b = pictures
    kept = slot(1, stem=stem, options={"A": a, "B": b, "C": "都不是"}, explanation=f"{a}{b}")
    weights = dict(zip(pictures.values(), (150, 150, 100), strict=True))
    found = looked_through(Decimal(2), [(kept, kept.question)], lambda name: weights[name] * 1024)
    assert [str(one) for one in found["troubles"]] == ["第 1 题的图片共 400 KB，手机上会慢。"]


REFERRING = "以上都对 以上都不对 上述三项均正确 以上全部 都不正确 A和B A、B、C ABC都对 均可"
ALONE = "以上级机关的决定为准，由村民会议讨论 应当公开 三分之二以上 A 都由村民会议讨论决定"


@pytest.mark.parametrize("option", REFERRING.split())
def test_an_option_that_speaks_of_others_is_known(option):
    assert refers(["甲", "乙", option])


REFERRING = "以上都对 以上都不对 上述三项均正确 以上全部 都不正确 A和B A、B、C ABC都对 均可"
ALONE = "以上级机关的决定为准，由村民会议讨论 应当公开 三分之二以上 A 都由村民会议讨论决定"


@pytest.mark.parametrize("option", ALONE.split())
def test_an_option_that_stands_alone_is_not(option):
    assert not refers(["甲", option])


def test_what_is_not_shuffled_is_told():
    options = {"A": "甲", "B": "乙", "C": "以上都对"}
    assert remarks([slot(1)]) == []
    [remark] = remarks([slot(1), slot(3, options=options)])
    assert str(remark).startswith("第 3 题")
