"""A paper is read as its author meant it, in whatever dress; what cannot be sure is doubted."""

import re
from pathlib import Path

import pytest

from lms.exchange.rules import Found
from tests.exchange.papers import doubts, read, told_all, word_of

FILE = Path(__file__).with_name("layouts.txt").read_text()
LAYOUTS = {
    name: (text, expected.strip().split("\n"))
    for name, text, expected in re.findall(
        r"^=== (.+)\n((?:.*\n)*?)=> read as\n((?:.+\n?)+)", FILE, re.MULTILINE
    )
}
AB = "A、一\nB、二\n"
CASE = "四、案例分析题\n1、某案。\n（1）甲（ ）\nA.一 B.二\n（2）乙（ ）\nA.一 B.二\n"
OPTIONS = "A、一\nB、二\nC、三\nD、四\n"
REST = f"2、乙是什么？\n{OPTIONS}答案：A\n"


def question(stem: str = "甲是什么？", options: str = OPTIONS, after: str = "答案：B\n") -> str:
    """A paper of two questions, of which the first is this one."""
    return f"1、{stem}\n{options}{after}{REST}"


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_read_as_its_author_meant_it(name):
    text, expected = LAYOUTS[name]
    found = read(text)
    assert told_all(found) == expected
    assert [said for one in found.found for said in doubts(one)] == []


def test_all_layouts_of_the_file_are_tested():
    assert len(LAYOUTS) == FILE.count("=== ") > 50


def hurt(layout: str, before: str, after: str) -> str:
    """A layout with one thing damaged."""
    text = LAYOUTS[layout][0]
    assert before in text
    return text.replace(before, after, 1)


KEY = "a key at the end, in ranges and pairs, by sections"
INLINE = "answers in the brackets of the stem"
SINGLE, MULTIPLE, TRUE_FALSE = "一、单选题\n", "二、多选题\n", "三、判断题\n"
# What is wrong → the paper, and which of its questions (counted from 0) must not pass.
DAMAGED = {
    "a row of the key is short": (hurt(KEY, "1-3 AAB", "1-3 AA"), 0, 1, 2),
    "a row of the key is long": (hurt(KEY, "1-3 AAB", "1-3 AABC"), 0, 1, 2),
    "a key beyond the options": (hurt(KEY, "1-3 AAB", "1-3 AAE"), 2),
    "a number is not in the key": (hurt(KEY, "1.ABD 2.ABD", "1.ABD"), 4),
    "one letter for a multiple choice": (hurt(KEY, "1.ABD 2.ABD", "1.ABD 2.A"), 4),
    "a number stands twice in the key": (hurt(KEY, "1.ABD 2.ABD", "1.ABD 1.AB 2.ABD"), 3),
    "a section is not in the key": (hurt(KEY, "二、多项选择题\n1.ABD 2.ABD\n", ""), 3, 4),
    "a question lost its number": (hurt(KEY, "2．听证由", "听证由"), 0, 1),
    "key and bracket differ": (hurt(KEY, "1．行政处罚由（  ）", "1．行政处罚由（B）"), 0),
    "a key for numbers that are not there": (
        "一、单选题\n2. 乙（ ）\nA.一 B.二\n3. 丙（ ）\nA.一 B.二\n答案：1-2 AB\n",
        1,
    ),
    "letters for two questions that cannot be parted": (
        "一、多选题\n1. 乙（ ）\nA.一 B.二 C.三\n2. 丙（ ）\nA.一 B.二 C.三\n参考答案\n1-2 ABAC\n",
        *(0, 1),
    ),
    "a key without numbers that is short": (
        hurt("a key without numbers", "一、单选题：ACD", "一、单选题：AC"),
        *(0, 1, 2),
    ),
    "two brackets with letters": (hurt(INLINE, "1、行政许可的", "1、行政许可（A）的"), 0),
    "a bracket beyond the options": (hurt(INLINE, "任期为（C）年", "任期为（F）年"), 1),
    "a name in brackets beside an empty one": (
        hurt(INLINE, "行政许可的实施机关是（ B ）", "维生素（B）来自（  ）"),
        0,
    ),
    "right and wrong at once": (hurt(INLINE, "自治组织。（√）", "自治组织。（√×）"), 3),
    "an option is missing in a line": (
        hurt("full-width letters in one line", "　Ｃ．２０", ""),
        0,
    ),
    "an option lost its letter": (hurt("letters without a mark", "\nC珠江", "\n珠江"), 1),
    "a letter stands twice": (
        question(options="A、一\nB、二\nC、三\nC、四\n", after="答案：C\n"),
        0,
    ),
    "a letter jumps": (question(options="A、一\nB、二\nE、三\n", after="答案：C\n"), 0),
    "bracket and label differ": (question("甲是什么？（A）"), 0),
    "two answers": (question(after="答案：B\n正确答案：A\n"), 0),
    "the explanation says another letter": (
        question(after="答案：B\n解析：因为如此，故选A。\n"),
        0,
    ),
    "another count than the stem says": (
        question("甲？（正确答案个数：3个）", after="答案：AB\n"),
        0,
    ),
    "another count than is to be chosen": (question("甲？（选二项）", after="答案：A\n"), 0),
    "two letters for a single choice": (SINGLE + question(after="答案：AB\n"), 0),
    "one or the other": (question(after="答案：A或B\n"), 0),
    "a letter twice": (question(after="答案：BB\n"), 0),
    "a digit beyond the options": (question(after="答案：8\n"), 0),
    "a text that is no option": (question(after="答案：五\n"), 0),
    "a sign for a choice": (SINGLE + question(after="答案：√\n"), 0),
    "a letter for right or wrong": (TRUE_FALSE + "1、甲是乙。\n答案：C\n2、丙是丁。\n答案：√\n", 0),
    "heading and bracket differ": (
        hurt("headings that carry the answer", "1、甲是乙。", "1、甲是乙。（×）"),
        0,
    ),
    "an answer for one of two blanks": (
        hurt("blanks with variants, points for each blank", "权力机关；法律", "权力机关"),
        0,
    ),
    "words between two lines, or their answer": (
        "填空题\n1、处罚决定书应当在__七日__内送达。\n2、甲是____和____。\n3、乙____的丙____。\n",
        *(0, 1, 2),
    ),
    "fewer answers behind the blanks than blanks": (
        hurt("answers behind all blanks", "（三日；五日）", "（三日）"),
        0,
    ),
    "more options counted than there are": (
        hurt("options counted in circles", "答案：②", "答案：④"),
        0,
    ),
    "a key in rows of tabs that is short": (
        hurt("a key in rows of tabs", "答案\tA\tB\tA", "答案\tA\tB"),
        *(0, 1, 2),
    ),
    "more answers than parts of a case": (
        CASE + "答案：A、B、A\n",
        0,
    ),
    "answers of a case that cannot be parted": (
        CASE + "答案：AB或BA\n",
        0,
    ),
    "a question without number, answers below each": (
        f"1、甲？（ ）\n{AB}答案：A\n乙？（ ）\n{AB}答案：B\n3、丙？（ ）\n{AB}答案：A\n",
        *(0, 1),
    ),
    "a question without number before a key": (
        f"1、甲？（ ）\n{AB}乙？（ ）\n{AB}3、丙？（ ）\n{AB}答案\n1-3 ABA\n",
        *(0, 1),
    ),
    "a number is passed over": (question() + f"4、丙？（ ）\n{OPTIONS}答案：A\n", 2),
    "a number stands twice": (question() + f"2、丙？（ ）\n{OPTIONS}答案：A\n", 2),
    "two questions of a number before a key": (
        f"1、甲？（ ）\n{AB}2、乙？（ ）\n{AB}2、丙？（ ）\n{AB}答案：1-2 AB\n",
        *(1, 2),
    ),
    "a broken line among options without letters": (
        "一、单选题\n1、甲是（ ）\n一\n二\n三\n答案：B\n2、乙是（ ）\n一\n二的\n后半\n三\n答案：C\n"
        "3、丙是（ ）\n一\n二\n三\n答案：A\n",
        1,
    ),
    "a letter beyond options without letters": (
        "一、单选题\n1、甲是（ ）\n一\n二\n三\n答案：D\n2、乙是（ ）\n一\n二\n三\n答案：A\n",
        0,
    ),
    "two ticks in a single choice": (
        SINGLE + question(options="√A、一\n√B、二\nC、三\n", after=""),
        0,
    ),
    "a letter behind the last option of one question": (
        question(options="A、一\nB、二（A）\n", after=""),
        0,
    ),
    "nothing behind the label": (question(after="答案：\n"), 0),
    "a difficulty that looks like an answer": (question(after="（难度：C）\n"), 0),
    "what an examinee answered alone": (question(after="我的答案：B\n"), 0),
    "the answer goes on in the next line": (question(after="答案：A、\nB\n"), 0),
    "options stand behind the answer": (question(after="答案：A\nE、五\n"), 0),
    "one option alone": (question(options="A、一\n", after="答案：A\n"), 0),
    "two options that are the same": (question(options="A、一\nB、一 \nC、二\n"), 0),
    "the options stand twice": (question(options=AB + AB, after="答案：A\n"), 0),
    "options without marks stand twice": (
        hurt("letters without a mark", "A黄河\n", "A黄河\nA黄河\n"),
        1,
    ),
    "the next question in the last option": (
        question(options=OPTIONS + "丁是什么？\n", after="答案：A\n"),
        0,
    ),
    "a heading in the last option": (
        SINGLE + question(options="A、一\nB、二 二、判断题\n", after="答案：A\n"),
        0,
    ),
    "two questions in one line": (
        "判断题\n1、甲是乙。（√）2、丙是丁。（×）\n3、戊。（√）\n",
        0,
    ),
    "two stems above one pair of options": (question("甲是什么？\n1、丁是什么？"), 0),
    "a key without its head": (hurt(KEY, "参考答案\n", ""), 0, 5, 6),
    "letters of the last part, or of both parts": (CASE + "答案：AB\n", 0),
    "letters that could be one multiple choice": (CASE + "答案：A、B\n", 0),
    "a number for right or wrong behind a list": (
        hurt("options counted in circles", "答案：②\n", "答案：②\n④四\n"),
        0,
    ),
}


def passes(found: Found) -> bool:
    """Whether it would be taken with an answer, and nobody would look at it."""
    answered = found.answer is not None or any(part.answer is not None for part in found.parts)
    return answered and not doubts(found)


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_paper_never_gives_a_key_in_silence(name):
    text, *bad = DAMAGED[name]
    found = read(text).found
    assert found and not [place for place in bad if passes(found[place])], told_all(read(text))


def asked(found: Found) -> list[tuple[tuple[str, ...], str, list[str]]]:
    """Stem and options, answer and doubts of a question, or of each part of a case."""
    said = doubts(found)
    return [
        (("".join(one.stem.split()), *one.options.values()), word_of(one.answer), said)
        for one in found.parts or [found]
    ]


SLIPS = {
    "lost": lambda lines, at: lines[:at] + lines[at + 1 :],
    "doubled": lambda lines, at: lines[: at + 1] + lines[at:],
    "swapped": lambda lines, at: lines[:at] + lines[at : at + 2][::-1] + lines[at + 2 :],
    "broken": lambda lines, at: [*lines[:at], lines[at][:5], lines[at][5:], *lines[at + 1 :]],
    "parted": lambda lines, at: [*lines[: at + 1], "", *lines[at + 1 :]],
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_one_line_never_changes_a_key_in_silence(slip):
    """Whatever is read with the same stem and options has the same answer, or is doubted."""
    for number, (text, _) in enumerate(LAYOUTS.values()):
        before = {what: told for one in read(text).found for what, told, _ in asked(one)}
        lines = text.rstrip("\n").split("\n")
        for at in range(number % 5, len(lines), 5):
            slipped = SLIPS[slip](lines, at)
            for one in read("\n".join(slipped)).found:
                for what, told, said in asked(one):
                    if said or told == "-" or len(what) == 1 or what not in before:
                        continue
                    assert told == before[what], (lines[at], what)


def test_every_doubt_says_where_and_how_to_mend_it():
    for text, *_ in DAMAGED.values():
        for one in read(text).found:
            for doubt in (*one.doubts, *(d for part in one.parts for d in part.doubts)):
                assert doubt.place and doubt.place.line
                assert re.search("请", doubt.text.format(**doubt.values))


def test_what_was_inferred_is_named():
    assert read(question()).found[0].guessed == {"type"}
    assert read(SINGLE + question()).found[0].guessed == set()
    named = read("甲是什么？\nA、一\nB、二\n答案：B\n", "党建_单选题.txt").found[0]
    assert named.guessed == {"type"}
    held = read(LAYOUTS["letters behind the last option, in all questions"][0]).found
    assert all("answer" in one.guessed for one in held)
    free = read("一、单选题\n1、甲是（ ）\n一\n二\n答案：B\n").found[0]
    assert free.guessed == {"options"}


def test_headings_points_and_facts_are_kept():
    text = (
        "第一章 总则\n一、单项选择题（每题2分，共20分）\n1、甲？（ ）\nA、一\nB、二\n答案：B\n"
        "解析：因为。\n难度：易\n知识点：条款\n能力：依法办事\n出处：《民法典》第三条\n版本：二\n"
    )
    found = read(text).found[0]
    assert found.headings == ("第一章 总则", "一、单项选择题（每题2分，共20分）")
    assert found.points == 2 and found.explanation == "因为。" and found.place.line == 3
    assert found.facts == {
        "difficulty": "易",
        "topic": "条款",
        "abilities": "依法办事",
        "source": "《民法典》第三条",
    }
    assert found.kept == {"版本": "二"}


def test_a_heading_that_counts_otherwise_is_noted_for_the_whole():
    notes = read("一、单选题（共5题）\n" + question()).notes
    assert [note.text.format(**note.values) for note in notes] == [
        "“一、单选题（共5题）”说有 5 题，读到 2 题。"
    ]


def test_a_key_for_a_question_that_was_not_read_is_noted():
    notes = read(hurt(KEY, "1.√ 2.×", "1.√ 2.× 3.√")).notes
    assert any("第 3 题" in note.text.format(**note.values) for note in notes)
