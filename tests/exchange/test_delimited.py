"""Lines parted by a sign are rows; a stray sign within a text never moves a key."""

import pytest

from lms.exchange.delimited import is_delimited, read_delimited
from tests.exchange.tabled import is_silent, key, line

CHOICES = (
    ("1", "哪件事最要紧？", "甲事", "乙事", "丙事", "B"),
    ("2", "哪个地方最远？", "东边", "西边", "南边", "A"),
    ("3", "哪些人要到会？", "老师", "学生", "农民", "AC"),
    ("4", "什么时候动身？", "早晨", "中午", "晚上", "C"),
)


@pytest.mark.parametrize("mark", ["|||", "\t", "|", "$$", "###"])
def test_lines_without_a_head(mark):
    text = "\n".join(mark.join(row) for row in CHOICES)
    assert is_delimited("题库.txt", text)
    found = read_delimited("题库.txt", text).found
    assert [key(one) for one in found] == ["B", "A", "AC", "C"]
    assert found[1].options == {"A": "东边", "B": "西边", "C": "南边"}
    assert found[2].place.line == 3 and "answer" in found[2].guessed


def test_only_the_text_of_the_right_options():
    rows = [
        "1|||什么最要紧。|||C，甲事",
        "2|||去哪些地方。|||A 东边、B 西边",
        "3|||谁应当到会。|||B，学生",
    ]
    text = "\n".join(rows)
    found = read_delimited("题库.txt", text).found
    assert [(one.options, key(one)) for one in found] == [
        ({"C": "甲事"}, "C"),
        ({"A": "东边", "B": "西边"}, "AB"),
        ({"B": "学生"}, "B"),
    ]
    assert not any(map(is_silent, found))


def test_right_and_wrong_with_the_type_in_the_name():
    text = "1|||天是蓝的，云是白的。|||对\n2|||地是方的，海是浅的。|||错\n3|||人是会老的。|||对\n"
    found = read_delimited("判断题.txt", text).found
    assert [line(one) for one in found][1] == "true_false · 2 · 地是方的，海是浅的。 · ×"


def test_csv_with_strange_line_ends_quotes_and_breaks_within_cells():
    text = (
        '题号,题目,A,B,答案\r\r\n1,"哪件,事？",甲,乙,B\r\r\n2,"哪里？\n（多行）",东,西,A\r\r\n'
        "3,谁？,老师,学生,B\r\r\n"
    )
    found = read_delimited("题库.csv", text).found
    assert [(one.stem, key(one), one.place.line) for one in found] == [
        ("哪件,事？", "B", 2),
        ("哪里？\n（多行）", "A", 3),
        ("谁？", "B", 5),
    ]


def test_a_comma_within_a_text_without_quotes_leaves_no_key():
    text = "题号,题目,A,B,答案\n1,哪件事？,甲,乙,B\n2,哪里,近？,东,西,A\n3,谁？,老师,学生,B\n"
    found = read_delimited("题库.csv", text).found
    assert [key(one) for one in found] == ["B", "?", "B"]


def test_a_quote_that_nobody_closes_swallows_no_questions():
    lines = ["题号,题目,A,B,答案", *[f"{n},题{n}？,甲,乙,B" for n in range(1, 200)]]
    lines[3] = '3,"题3？,甲,乙,B'
    found = read_delimited("题库.csv", "\n".join(lines)).found
    assert len(found) == 199


@pytest.mark.parametrize(
    "text",
    [
        "1、哪件事，最要紧？\nA、甲，乙\nB、丙，丁\n答案：A\n" * 5,
        "今天，天气很好，我们去开会。\n会上，大家发言，热烈讨论。\n" * 5,
        "甲;乙;丙\n" * 10,
    ],
)
def test_prose_is_no_table(text):
    assert not is_delimited("题库.txt", text)


def test_a_line_longer_than_any_cell_is_no_table():
    text = "\n".join(f'<a b="{"x" * 150_000}">,' for _ in range(3))
    assert not is_delimited("题库.xml", text)
    assert read_delimited("题库.csv", text).refused
