"""Codes mean what the file shows: types 1 2 3, right and wrong 1 2; else they are guesses."""

import pytest

from tests.exchange.tabled import doubts, is_silent, key, read

HEAD = ["questionAnswer", "questionContent", "optionContent", "questionExplain", "questionType"]
OPTIONS = '[{"optionContent":"甲"},{"optionContent":"乙"},{"optionContent":"丙"}]'


def rows(truths, *more):
    told = [
        [code, f"第{n}件事应当这样做。", "", told, 1.0] for n, (code, told) in enumerate(truths)
    ]
    choices = [["B", "哪件事？", OPTIONS, "", 2.0], ["A,C", "哪些事？", OPTIONS, "", 3.0]]
    return read(HEAD, *told, *choices, *more).found


def test_explanations_say_what_one_and_two_mean():
    found = rows([("1", "故正确。"), ("2", "所以该说法错误。"), ("1", "因此正确。"), ("2", "")])
    assert [key(one) for one in found] == ["√", "×", "√", "×", "B", "AC"]
    kinds = ["true_false"] * 4 + ["single", "multiple"]
    assert [one.type.value for one in found] == kinds
    assert not any(one.doubts for one in found)
    assert all("answer" in one.guessed for one in found[:4])


def test_explanations_may_show_that_one_is_wrong():
    found = rows([("1", "故错误。"), ("2", "故正确。"), ("1", "故错误。"), ("2", "")])
    assert [key(one) for one in found[:4]] == ["×", "√", "×", "√"]


def test_without_evidence_one_and_two_are_doubted():
    found = rows([("1", ""), ("2", ""), ("1", "因为如此。")])
    assert all("看不出它表示对还是错" in doubts(one) for one in found[:3])
    assert not any(map(is_silent, found[:3]))


def test_explanations_that_disagree_are_no_evidence():
    told = [("1", "故正确。"), ("1", "故错误。"), ("2", "故错误。"), ("2", "故正确。")]
    assert not any(map(is_silent, rows(told)[:4]))


def test_one_explanation_against_the_others_is_a_doubt():
    told = [("1", "故正确。")] * 12 + [("2", "故错误。")] * 3 + [("1", "故错误。")]
    found = rows(told)
    assert "解析说的是" in doubts(found[15]) and is_silent(found[16])


@pytest.mark.parametrize(
    ("legend", "keys"),
    [
        ("答案：1为正确，2为错误", ["√", "×"]),
        ("1-错误 2-正确", ["×", "√"]),
        ("正确填2，错误填1", ["×", "√"]),
    ],
)
def test_a_legend_says_what_one_and_two_mean(legend, keys):
    found = read([legend], ["题目", "题型", "答案"], ["甲。", "判断", "1"], ["乙。", "判断", 2.0])
    assert [key(one) for one in found.found] == keys
    assert not any(one.doubts for one in found.found)


def test_options_called_right_and_wrong_are_counted():
    head = ["题目", "题型", "A", "B", "答案"]
    found = read(
        head, ["甲。", "判断题", "错误", "正确", "1"], ["乙。", "判断题", "正确", "错误", "B"]
    )
    assert [key(one) for one in found.found] == ["×", "×"]


def test_a_code_for_types_needs_agreement():
    head = ["题目", "题型", "A", "B", "C", "答案"]
    mixed = [["甲？", "7", "子", "丑", "寅", answer] for answer in ("A", "AB", "B", "C", "A", "B")]
    found = read(head, *mixed).found
    assert all("type" in one.guessed for one in found)
    told = read(["题型：1-单选，2-多选"], head, *[[*row[:1], "2", *row[2:]] for row in mixed]).found
    assert [is_silent(one) for one in told] == [False, True, False, False, False, False]
