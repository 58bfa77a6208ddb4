"""Laws: a bank reads the same in any order of its columns; a spoilt key is never taken silently."""

import random

from hypothesis import given, settings
from hypothesis import strategies as some

from benchmarks.torture_readers import SIGNS, spoilt, tried_once
from lms.exchange.reading import read_file
from tests.exchange.tabled import is_silent, key, read
from tests.sheets.packs import workbook

TEXTS = ("村民委员会", "乡镇人民政府", "县人民政府", "村民会议", "村民代表会议", "党支部")
STYLES = ("{}", "({})", "（{}）", "{}。", " {} ")
HEADS = {
    "stem": ("题干", "题目", "试题内容", "Question", "questionContent"),
    "answer": ("答案", "正确答案", "参考答案（字母）", "Correct Answer", "questionAnswer"),
    "option": ("选项{}", "{}", "备选答案{}", "Option {}", "option_{}"),
}


@some.composite
def questions(draw):
    """A question of three to six options, and how its answer is written."""
    options = draw(some.permutations(TEXTS))[: draw(some.integers(3, 6))]
    letters = "ABCDEF"[: len(options)]
    right = sorted(draw(some.sets(some.sampled_from(letters), min_size=1)))
    joint = draw(some.sampled_from(("", ",", "、", "，", " ", "|", ";")))
    written = draw(some.sampled_from(STYLES)).format(joint.join(right))
    if draw(some.booleans()):
        written = written.lower()
    return list(options), "".join(right), written


@settings(max_examples=40)
@given(some.lists(questions(), min_size=1, max_size=5), some.data())
def test_columns_may_stand_in_any_order_and_answers_in_any_dress(bank, data):
    stem, answer = (data.draw(some.sampled_from(HEADS[name])) for name in ("stem", "answer"))
    option = data.draw(some.sampled_from(HEADS["option"]))
    columns = ["stem", "answer", *"ABCDEF"]
    order = data.draw(some.permutations(range(len(columns))))
    rows = [[stem, answer, *(option.format(letter) for letter in "ABCDEF")]]
    for number, (options, _, written) in enumerate(bank):
        padded = [*options, *[""] * (6 - len(options))]
        rows.append([f"第{number}个问题应当由谁决定？", written, *padded])
    found = read(*([row[place] for place in order] for row in rows)).found
    assert [key(one) for one in found] == [right for _, right, _ in bank]
    assert [[*one.options.values()] for one in found] == [options for options, _, _ in bank]
    assert not any(one.doubts for one in found)


NO_KEYS = some.text(alphabet="GHXZ0789？?略或非是题第一", min_size=1, max_size=6)


@settings(max_examples=40)
@given(questions(), NO_KEYS)
def test_what_is_no_letter_of_an_option_is_no_silent_key(question, written):
    options, _, _ = question
    head = ["题干", *(f"选项{letter}" for letter in "ABCDEF"[: len(options)]), "答案"]
    for one in read(head, ["应当由谁决定？", *options, written]).found:
        assert not is_silent(one)


@settings(max_examples=40)
@given(
    some.lists(
        some.lists(
            some.one_of(
                some.text(max_size=12),
                some.sampled_from(
                    ("题目", "答案", "A", "选项A", "对", "1、", "答案：B", "(A)甲 (B)乙")
                ),
                some.floats(allow_nan=True),
                some.booleans(),
                some.dates(),
            ),
            max_size=7,
        ),
        max_size=12,
    )
)
def test_any_cells_are_questions_or_a_refusal(rows):
    found = read(*rows)
    assert found.refused or found.found


def test_spoilt_files_end_in_questions_or_in_a_sentence():
    head = ["序号", "题型", "题干", "选项A", "选项B", "答案", "解析"]
    rows = [head, *[[n, "单选题", f"第{n}问？", "甲", "乙", "B", "故选B。"] for n in range(30)]]
    whole = workbook(rows)
    assert len(read_file("题库.xlsx", whole).found) == 30
    text = "\n".join(",".join(map(str, row)) for row in rows).encode()
    gift = "问？{=甲 ~乙#因为}\n\n对吗？{T}\n\n几？{#3:1}\n".encode() * 5
    for seed in range(20):
        dice = random.Random(seed)
        for name, data in (("题库.xlsx", whole), ("题库.csv", text), ("题库.gift", gift)):
            assert tried_once(name, spoilt(dice, name, data)) == "", (seed, name)


def test_long_runs_of_a_sign_are_read_in_time():
    """Each was once a second or more: what is looked for must not be looked for again and again."""
    for sign in SIGNS:
        long = (sign * 4000)[:4000].replace("\0", "?")
        head = ["题干", "选项A", "选项B", "选项", "答案", "解析"]
        for place in range(6):
            row = ["哪件事？", "甲", "乙", "", "A", ""]
            row[place] = long
            read(head, row)
        assert tried_once("题.gift", f"问{{={long}}}".encode()) == ""
