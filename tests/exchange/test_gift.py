"""GIFT and Aiken: what is written becomes questions, and what has no equal is named."""

from decimal import Decimal

import pytest

from lms.exchange.aiken import is_aiken, read_aiken
from lms.exchange.gift import is_gift, read_gift
from lms.exchange.gift_tree import Kind, parse
from tests.exchange.tabled import doubts, is_silent, key, line


def found(text):
    return read_gift("题库.gift", text).found


def test_every_kind_of_answer():
    text = """
$CATEGORY: $course$/top/基层治理/选举

::Q1:: 村民会议由谁召集？ { =村委会 ~乡镇 ~县 }

下列属于基层组织的有 { ~%50%村委会 ~%50%居委会 ~%-100%县政府 }

村委会是行政机关。{F#对的不是#确实不是}

村委会每届任期 {=五年 =5年} 。

圆周率是多少？{#3.1415:0.0005}

一年有几天？{#365..366}

说说你的看法。{####言之成理即可}
"""
    read = found(text)
    assert [line(one) for one in read] == [
        "single · 村民会议由谁召集？ · A=村委会 B=乡镇 C=县 · A",
        "multiple · 下列属于基层组织的有 · A=村委会 B=居委会 C=县政府 · AB",
        "true_false · 村委会是行政机关。 · ×",
        "blank · 村委会每届任期 ____ 。 · 五年/5年",
        "blank · 圆周率是多少？ ____ · 3.1415 ± 0.0005",
        "blank · 一年有几天？ ____ · 365.5 ± 0.5",
        "essay · 说说你的看法。 · ?",
    ]
    assert {one.headings for one in read} == {("基层治理", "选举")}
    assert (read[0].kept, read[0].place.line) == ({"name": "Q1"}, 4)
    assert "确实不是" in read[2].explanation and read[6].explanation == "言之成理即可"
    assert not any(one.doubts for one in read)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ("=甲 ~%50%乙 ~丙", "得一部分分"),
        ("=甲 =乙 ~丙", "各得满分"),
        ("~甲 ~乙", "看不出正确答案"),
        ("~%50%甲 ~%30%乙 ~丙", "合计 80%"),
        ("~%75%甲 ~%25%乙 ~丙", "不相等"),
        ("~%57%甲 ~%43%乙", "不合规定"),
        ("=甲 =%50%乙", "只得一部分分"),
        ("=甲 -> 子 =乙 -> 丑", "连线题"),
        ("=甲 -> 子 =乙", "每一项都要"),
        ("#三", "不是数字"),
        ("大概", "看不懂"),
        ("杂 =甲 ~乙", "前面还有文字"),
        ("=甲*乙", "任意文字"),
    ],
)
def test_what_has_no_equal_is_named_at_its_question(answers, said):
    (one,) = found(f"哪件事？{{{answers}}}")
    assert said in doubts(one) and not is_silent(one)


def test_braces_that_do_not_match_are_faults_of_their_own_question():
    read = found("甲？{=子 ~丑\n\n乙？{=子 ~丑}\n\n丙 } 丁\n")
    assert [bool(one.doubts) for one in read] == [True, False, True]
    assert "右大括号" in doubts(read[0])


def test_escapes_comments_formats_and_blank_lines_within_braces():
    text = (
        "// [id:Q-7] [tag:法律]\n[html]<p>\\{a\\=b\\}</p>{\n=<b>对</b>\n\n"
        "// 插话\n~\\~错#[plain]为何\n}\n"
    )
    (one,) = found(text)
    assert line(one) == "single · {a=b} · A=**对** B=~错 · A"
    assert (one.facts, one.kept) == ({"id": "Q-7"}, {"tags": "法律"})


def test_stars_in_an_answer_are_patterns_unless_escaped():
    (one,) = found("几乘几？{=2\\*3 =6}")
    assert (key(one), one.doubts) == ("2*3/6", [])


def test_the_tree_keeps_numbers_exact():
    (item,) = parse("几何？{#\n=1822:0\n=%50%1822:2#近了\n}")
    assert item.kind is Kind.NUMERICAL
    assert [(one.weight, one.text.within) for one in item.choices] == [
        (None, Decimal(0)),
        (Decimal(50), Decimal(2)),
    ]


def test_a_description_is_named_and_is_no_question():
    read = read_gift("题库.gift", "下面各题都要答。\n\n对吗？{T}\n")
    assert len(read.found) == 1 and "下面各题都要答。" in str(read.notes[0].values)


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("哪件事？{=甲 ~乙}\n\n对吗？{T}", True),
        ("int main() {\n  return 0;\n}\n\n1、下列程序输出什么（ ）\nA、0\nB、1\n答案：A", False),
        ("1、哪件事（ ）\nA、甲\nB、乙\n答案：A\n\n2、{略}", False),
    ],
)
def test_gift_is_known_by_its_answers(text, is_so):
    assert is_gift("题库.txt", text) is is_so


AIKEN = """Who calls
the meeting?
A) The committee
B. The town
ANSWER: A

Too few
A) Only one
ANSWER: A

Not finished
A) one
B) two

Beyond
A) one
B) two
ANSWER: C
"""


def test_aiken_reads_what_is_whole_and_names_what_is_not():
    assert is_aiken("bank.txt", AIKEN)
    first, *others = read_aiken("bank.txt", AIKEN).found
    assert (first.stem, key(first), is_silent(first)) == ("Who calls\nthe meeting?", "A", True)
    said = ["不到两个", "ANSWER:", "不在选项"]
    assert [word in doubts(one) for word, one in zip(said, others, strict=True)] == [True] * 3
    assert [key(one) for one in others] == ["?", "?", "?"]


def test_a_chinese_paper_is_no_aiken():
    assert not is_aiken("题库.txt", "1. 哪件事？\nA) 甲\nB) 乙\n答案：A\n" * 3)
