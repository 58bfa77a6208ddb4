"""JSON of any shape is read, and refused where it is broken, bottomless or no bank."""

import json

import pytest

from lms.errors import Invalid
from lms.exchange.json_text import is_json
from lms.exchange.jsons import read_json
from tests.exchange.tabled import doubts, is_silent, key, line

THREE = {"A": "甲事", "B": "乙事", "C": "丙事"}


def read(value, name="题库.json"):
    return read_json(name, json.dumps(value, ensure_ascii=False, indent=1)).found


def one(**changes):
    return {"题干": "哪件事？", "选项": THREE, "答案": "B"} | changes


@pytest.mark.parametrize(
    "options",
    [
        THREE,
        [*THREE.values()],
        [f"{letter}、{text}" for letter, text in THREE.items()],
        [{"key": letter, "value": text} for letter, text in THREE.items()],
        [{"label": letter, "content": text} for letter, text in THREE.items()],
        [{"id": n, "text": text} for n, text in enumerate(THREE.values())],
        json.dumps(THREE),
        "A.甲事 B.乙事 C.丙事",
        "甲事\n乙事\n丙事",
    ],
)
def test_options_in_every_form(options):
    (found,) = read([one(选项=options)])
    assert line(found) == "single · 哪件事？ · A=甲事 B=乙事 C=丙事 · B"
    (beyond,) = read([one(选项=options, 答案="D")])
    assert not is_silent(beyond)


@pytest.mark.parametrize("answer", ["AC", "A,C", ["A", "C"], "A|C", "甲事|丙事", ["甲事", "丙事"]])
def test_answers_in_every_form(answer):
    assert key(read([one(答案=answer)])[0]) == "AC"


def test_types_as_keys_and_numbers_in_the_stems():
    found = read(
        {
            "题库": "某县题库",
            "单选题": [one(题干="1、哪件事？")],
            "判断题": [
                {"题干": "1、天是蓝的。", "答案": True},
                {"题干": "2、地是方的。", "答案": "错"},
            ],
            "填空题": [{"题干": "1、一年____月，一周____天。", "答案": ["12", "7"]}],
            "简答题": [{"题干": "1、为什么？", "答案": "因为如此。"}],
        }
    )
    assert [line(each) for each in found] == [
        "single · 1 · 哪件事？ · A=甲事 B=乙事 C=丙事 · B",
        "true_false · 1 · 天是蓝的。 · √",
        "true_false · 2 · 地是方的。 · ×",
        "blank · 1 · 一年____月，一周____天。 · 12;7",
        "short · 1 · 为什么？ · 因为如此。",
    ]
    assert found[1].headings == ("判断题",)
    assert found[0].place.line == 5


def test_english_keys_options_marked_as_right_and_levels_around():
    value = {"data": {"list": [{"questionText": "Which?", "answers": []}]}}
    value["data"]["list"][0]["answers"] = [
        {"text": "one", "isCorrect": False},
        {"text": "two", "isCorrect": True},
    ]
    (found,) = read(value)
    assert line(found) == "single · Which? · A=one B=two · B"


def test_an_index_counts_as_the_file_shows_or_not_at_all():
    options = {"question": "?", "options": ["甲", "乙", "丙"]}
    shown = read([{**options, "answer": 0}, {**options, "answer": 2}])
    assert [key(each) for each in shown] == ["A", "C"] and not any(map(is_silent, shown))
    first = read([{**options, "answer": 1}, {**options, "answer": 3}])
    assert [key(each) for each in first] == ["A", "C"]
    unsure = read([{**options, "answer": 1}, {**options, "answer": 2}])
    assert [key(each) for each in unsure] == ["?", "?"] and "数字" in doubts(unsure[0])


def test_the_letter_printed_before_an_option_may_not_be_its_own():
    options = {"选项A": "A、北京", "选项B": "B、雅典", "选项C": "C、悉尼", "选项D": "C、印度"}
    base = {"问题": "1、在哪里？", "提示": "", **options}
    first, touched = read([{**base, "答案": "A"}, {**base, "答案": "A|C"}])
    assert first.options["D"] == "印度" and "印的字母是 C" in doubts(first)
    assert "answer" in touched.guessed


def test_questions_on_one_text():
    parts = [one(), {"题干": "对吗？", "题型": "判断题", "答案": "对"}]
    (found,) = read([{"题干": "某村要修路。", "题型": "材料题", "小题": parts}])
    assert (found.type.value, [key(part) for part in found.parts]) == ("case", ["B", "√"])


def test_an_object_a_line_and_coded_signs():
    text = "\n".join(json.dumps(one(答案=letter)) for letter in "AB")
    assert is_json("题库.txt", text)
    found = read_json("题库.txt", text).found
    assert [(key(each), each.place.line) for each in found] == [("A", 1), ("B", 2)]


REFUSED = {
    '[{"题干": "哪': "不是完整的 JSON",
    "[" * 100_000 + "]" * 100_000: "层次过深",
    '[{"question": "?", "answer": ' + "9" * 5000 + "}]": "过长的数字",
    '[{"name": "张三", "phone": "1"}]': "没有读到题目",
    '{"1": "A", "2": "B", "3": "C"}': "只有题号和答案",
    '[{"题干": "哪？", "答案": "A"}, {"题干": "谁？", "答案": "B"}]': "只有答案的字母",
    "[]": "没有读到题目",
}


@pytest.mark.parametrize("text", REFUSED, ids=REFUSED.values())
def test_what_is_no_bank_is_refused(text):
    with pytest.raises(Invalid, match=REFUSED[text]):
        read_json("题库.json", text)


STEMS = {"甲事应当由谁决定？": {"A": "村委会", "B": "村民会议", "答案": "B"}}
SHAPES = {
    "rows below a head": [["题干", "A", "B", "答案"], ["谁定？", "甲", "乙", "B"]],
    "a list for each column": {"题干": ["谁定？"], "A": ["甲"], "B": ["乙"], "答案": ["B"]},
    "an object for each column": {
        name: {"0": cell}
        for name, cell in {"题干": "谁定？", "A": "甲", "B": "乙", "答案": "B"}.items()
    },
    "the type as a category": [
        {"category": "单选题", "content": "谁定？", "options": ["甲", "乙"], "answer": "B"}
    ],
    "items by number": [{"question": "谁定？", "item1": "甲", "item2": "乙", "answer": "乙"}],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_other_shapes(shape):
    (found,) = read(SHAPES[shape])
    assert line(found) == "single · 谁定？ · A=甲 B=乙 · B"


def test_stems_as_keys_and_a_variable_before_all():
    text = f"var bank = {json.dumps(STEMS, ensure_ascii=False)};\n"
    assert is_json("题库.txt", text)
    (found,) = read_json("题库.txt", text).found
    assert line(found) == "single · 甲事应当由谁决定？ · A=村委会 B=村民会议 · B"
