"""Moodle XML: types, percentages, cloze texts, pictures; what is dangerous is refused."""

import base64

import pytest

from lms.errors import Invalid
from lms.exchange.moodle import is_moodle, read_moodle
from tests.exchange.tabled import doubts, is_silent, key, line

PICTURE = base64.b64encode(b"a picture").decode()


def quiz(*questions):
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>{"".join(questions)}</quiz>'


def question(kind, body, stem="哪件事？"):
    return (
        f'<question type="{kind}"><name><text>题</text></name><questiontext format="html">'
        f"<text><![CDATA[{stem}]]></text></questiontext>{body}</question>"
    )


def answers(*pairs):
    return "".join(
        f'<answer fraction="{share}"><text>{text}</text></answer>' for share, text in pairs
    )


def read(*questions):
    return read_moodle("题库.xml", quiz(*questions))


def test_the_types_that_have_an_equal():
    found = read(
        "<question type='category'><category><text>$course$/top/选举</text></category></question>",
        question("multichoice", answers((100, "甲"), (0, "乙")) + "<single>true</single>"),
        question(
            "multichoice", answers((50, "甲"), (50, "乙"), (-100, "丙")) + "<single>0</single>"
        ),
        question("truefalse", answers((0, "true"), (100, "false"))),
        question("shortanswer", answers((100, "五年"), (100, "5年"))),
        question(
            "numerical",
            '<answer fraction="100"><text>3.14</text><tolerance>0.01</tolerance></answer>',
        ),
        question("essay", "<graderinfo format='html'><text>言之成理</text></graderinfo>"),
        question(
            "gapselect",
            "<selectoption><text>猫</text></selectoption>"
            "<selectoption><text>狗</text></selectoption>",
            "先[[2]]后[[1]]。",
        ),
    )
    assert [line(one) for one in found.found] == [
        "single · 哪件事？ · A=甲 B=乙 · A",
        "multiple · 哪件事？ · A=甲 B=乙 C=丙 · AB",
        "true_false · 哪件事？ · ×",
        "blank · 哪件事？ ____ · 五年/5年",
        "blank · 哪件事？ ____ · 3.14 ± 0.01",
        "essay · 哪件事？ · 言之成理",
        "blank · 先____后____。\n\n（猫 / 狗） · 狗;猫",
    ]
    assert found.found[0].headings == ("选举",)
    assert not any(one.doubts for one in found.found)


def test_a_cloze_text_is_blanks_one_choice_or_a_case():
    found = read(
        question("cloze", "", "一年{1:SA:=12~=十二}月，约{1:NM:=3.14:0.01}。"),
        question("cloze", "", "选{1:MC:=甲~乙}。"),
        question("cloze", "", "选{1:MULTICHOICE:%100%甲\\}~乙#不对}，填{2:SHORTANSWER:=丙}。"),
    )
    assert [line(one) for one in found.found[:2]] == [
        "blank · 一年____月，约____。 · 12/十二;3.14 ± 0.01",
        "single · 选____。 · A=甲 B=乙 · A",
    ]
    case = found.found[2]
    assert (case.stem, case.points) == ("选（1）____，填（2）____。", 3)
    assert [line(part) for part in case.parts] == [
        "single · 1 · （1） · A=甲} B=乙 · A",
        "blank · 2 · （2） ____ · 丙",
    ]


def test_pictures_come_with_their_question():
    stem = '看图<img src="@@PLUGINFILE@@/%E5%9B%BE%201.png" alt="图">'
    stem += '和<img src="@@PLUGINFILE@@/无.png">'
    body = f'<file name="图 1.png" encoding="base64">{PICTURE}</file>'
    xml = question("truefalse", answers((100, "true"), (0, "false")), stem)
    (one,) = read(xml.replace("</questiontext>", body + "</questiontext>")).found
    assert one.pictures == {"图_1.png": b"a picture"}
    assert one.stem == "看图![图](图_1.png)和![](无.png)"
    assert "无.png" in doubts(one)


def test_signs_of_markdown_and_html_in_a_text_stay_what_they_are():
    (one,) = read(
        question("truefalse", answers((100, "true")), "<p>2*3*4 &lt;b&gt; &amp;lt;</p>")
    ).found
    assert one.stem == r"2\*3\*4 \<b> &amp;lt;"


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (question("matching", "<subquestion><text>甲</text></subquestion>"), "连线题"),
        (question("ordering", answers((1, "甲"), (2, "乙"))), "排序题"),
        (question("ddmarker", ""), "ddmarker"),
        (question("shortanswer", answers((100, "甲"), (50, "乙"))), "一部分分"),
        (question("multichoice", answers((100, "甲"), (33.33333, "乙"))), "一部分分"),
    ],
)
def test_what_has_no_equal_is_named(xml, said):
    (one,) = read(xml).found
    assert said in doubts(one) and not is_silent(one)


@pytest.mark.parametrize(
    "broken",
    [
        question("cloze", "", "没有空"),
        question("cloze", "", "{1:MULTICHOICE}"),
        question("cloze", "", "{1:MULTICHOICE:=甲}"),
        question("cloze", "", "{1:MULTICHOICE:甲~%50%乙}"),
        question("cloze", "", "{3:NUMERICAL:=零}"),
        question("multichoice", answers((62, "甲"), (0, "乙"))),
        question("multichoice", answers(("abc", "甲"), (0, "乙"))),
        question("truefalse", answers((0, "true"), (0, "false"))),
    ],
)
def test_a_broken_question_is_named_and_a_file_of_nothing_else_refused(broken):
    refused = read(broken).refused
    assert refused and "不能读取" in refused.text
    whole = question("truefalse", answers((100, "true")))
    found = read(broken, whole).found
    assert [key(one) for one in found] == ["?", "√"] and doubts(found[0])


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE quiz [<!ENTITY a "x">]><quiz><question type="essay"/></quiz>',
        '<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz></quiz>',
        "<quiz><question type='essay'>",
        "<quiz>" + "<a>" * 5000,
        "<quiz>\x00</quiz>",
    ],
)
def test_what_is_dangerous_or_broken_is_refused(text):
    with pytest.raises(Invalid):
        read_moodle("题库.xml", text)


def test_moodle_is_known_by_its_root():
    assert is_moodle("x.txt", "<!-- question: 1 -->\n<question type='essay'/>")
    assert not is_moodle("x.txt", "<html><body>quiz</body></html>")


def test_a_flood_of_tags_is_refused_in_time():
    with pytest.raises(Invalid, match="过多"):
        read(question("essay", "", "<em>x" * 70_000))
