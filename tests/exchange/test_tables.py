"""Tables of many layouts are read; where one is damaged, its key is never taken silently."""

from datetime import datetime

import pytest

from tests.exchange.tabled import doubts, is_silent, key, lines, read

HEAD = ["序号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析"]


def test_a_column_for_each_thing_below_a_title():
    found = read(
        ["某县干部培训题库（2026年）"],
        ["填表说明：答案写字母", "", ""],
        HEAD,
        [1.0, "单选题", "村民会议由谁召集？", "村委会", "乡镇", "县", "", "A", "见组织法"],
        [2.0, "多选题", "下列属于基层组织的有（ ）", "村委会", "居委会", "县政府", "", "A、B", ""],
        [3.0, "判断题", "村委会是行政机关。", "", "", "", "", "错", ""],
        merged=[(1, 1, 1, 9)],
    )
    assert lines(found) == [
        "single · 1 · 村民会议由谁召集？ · A=村委会 B=乡镇 C=县 · A",
        "multiple · 2 · 下列属于基层组织的有（ ） · A=村委会 B=居委会 C=县政府 · AB",
        "true_false · 3 · 村委会是行政机关。 · ×",
    ]
    assert found.found[0].explanation == "见组织法"
    assert (found.found[0].place.sheet, found.found[0].place.row) == ("Sheet1", 4)
    assert all(map(is_silent, found.found))


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("单选题", "AB"),
        ("多选题", "A"),
        ("单选题", "E"),
        ("单选题", "A或B"),
        ("单选题", "?"),
        ("单选题", "对"),
        ("判断题", "C"),
        ("判断题", "√×"),
        ("单选题", "AA"),
    ],
)
def test_an_answer_that_does_not_suit_its_question_is_doubted(kind, answer):
    (found,) = read(HEAD, [1.0, kind, "谁？", "甲", "乙", "丙", "", answer, ""]).found
    assert not is_silent(found)
    assert "答案" in doubts(found)


def test_a_date_a_formula_and_a_row_too_wide_leave_no_key():
    row = [1.0, "单选题", "几月几日？", "1月", "2月", "3月", "", datetime(2026, 1, 2), ""]
    (dated,) = read(HEAD, row).found
    assert key(dated) == "?" and "日期" in doubts(dated)
    (reckoned,) = read(HEAD, [*row[:7], "A", ""], formulas=[(2, 8)]).found
    assert key(reckoned) == "?" and "H2" in doubts(reckoned)
    (wide,) = read(HEAD, [*row[:7], "A", "", "多出来的"]).found
    assert key(wide) == "?" and "比表头多" in doubts(wide)


def test_english_heads_and_answers_by_number():
    head = ["No.", "Question", "Option 1", "Option 2", "Option 3", "Correct Answer", "Points"]
    found = read(
        head,
        ["1", "Who calls the meeting?", "Committee", "Town", "County", 1.0, 2.0],
        ["2", "How often?", "Yearly", "Monthly", "Daily", 3.0, 2.0],
    )
    assert lines(found) == [
        "single · 1 · Who calls the meeting? · A=Committee B=Town C=County · A",
        "single · 2 · How often? · A=Yearly B=Monthly C=Daily · C",
    ]
    assert all(one.guessed >= {"answer", "type"} and one.points == 2 for one in found.found)


def test_numbers_that_may_count_from_nought_are_marked():
    head = ["题目", "选项1", "选项2", "选项3", "答案"]
    first, second = ["甲？", "一个", "两个", "三个"], ["乙？", "一个", "两个", "三个"]
    unsure = read(head, [*first, 1.0], [*second, 2.0]).found
    assert not any(map(is_silent, unsure)) and "数字" in doubts(unsure[0])
    nought = read(head, [*first, 0], [*second, 2.0]).found
    assert [key(one) for one in nought] == ["A", "C"]
    assert not any(map(is_silent, nought))
    both = read(head, [*first, 0], [*second, 3.0]).found
    assert not any(map(is_silent, both))


def test_a_number_that_is_also_an_options_text():
    head = ["题目", "选项A", "选项B", "选项C", "答案"]
    agree = read(head, ["几个？", 1.0, 2.0, 3.0, 2.0]).found[0]
    assert key(agree) == "B"
    differ = read(head, ["几个？", 2.0, 3.0, 1.0, 2.0]).found[0]
    assert not is_silent(differ)


def test_without_any_head_the_columns_are_told_by_what_stands_in_them():
    rows = [
        [1.0, "第一道题目问的是什么事情？", "甲事", "乙事", "丙事", "B"],
        [2.0, "第二道题目问的是什么地方？", "东边", "西边", "南边", "A"],
        [3.0, "第三道题目问的是什么时候？", "早晨", "中午", "晚上", "AC"],
        [4.0, "第四道题目问的是什么人物？", "老师", "学生", "农民", "C"],
    ]
    found = read(*rows)
    assert lines(found)[0] == "single · 1 · 第一道题目问的是什么事情？ · A=甲事 B=乙事 C=丙事 · B"
    assert [key(one) for one in found.found] == ["B", "A", "AC", "C"]
    assert all("answer" in one.guessed for one in found.found)
    assert "没有表头" in found.notes[0].text


def test_two_columns_of_letters_without_a_head_are_not_chosen_between():
    rows = [[f"第{n}道题目问的是什么事情呢？", "甲", "乙", "A", "B"] for n in "一二三四"]
    found = read(*rows)
    assert found.refused or not any(map(is_silent, found.found))


def test_heads_that_are_letters_alone():
    rows = [
        ["", "", "A", "B", "C", ""],
        [1.0, "第一道题目问的是什么事情？", "甲事", "乙事", "丙事", "B"],
        [2.0, "第二道题目问的是什么地方？", "东边", "西边", "南边", "A"],
        [3.0, "第三道题目问的是什么时候？", "早晨", "中午", "晚上", "C"],
    ]
    assert [key(one) for one in read(*rows).found] == ["B", "A", "C"]


@pytest.mark.parametrize(
    "cell",
    [
        "A.甲事 B.乙事 C.丙事",
        "A、甲事\nB、乙事\nC、丙事",
        "（A）甲事（B）乙事（C）丙事",
        "甲事|乙事|丙事",
        "甲事\n乙事\n丙事",
        '["甲事", "乙事", "丙事"]',
        '{"A": "甲事", "B": "乙事", "C": "丙事"}',
        '[{"no": 1, "text": "甲事"}, {"no": 2, "text": "乙事"}, {"no": 3, "text": "丙事"}]',
    ],
)
def test_all_options_in_one_cell(cell):
    found = read(["题目", "选项", "答案"], ["哪件事？", cell, "C"])
    assert lines(found) == ["single · 哪件事？ · A=甲事 B=乙事 C=丙事 · C"]
    assert not is_silent(read(["题目", "选项", "答案"], ["哪件事？", cell, "D"]).found[0])


def test_an_option_a_row_with_the_right_one_ticked():
    rows = [
        ["题号", "题目", "选项", "是否正确"],
        [1.0, "哪件事？", "甲事", "否"],
        ["", "", "乙事", "是"],
        ["", "", "丙事", "否"],
        [2.0, "哪些地方？", "A.东", "√"],
        ["", "", "B.西", ""],
        ["", "", "C.南", "√"],
    ]
    assert lines(read(*rows)) == [
        "single · 1 · 哪件事？ · A=甲事 B=乙事 C=丙事 · B",
        "multiple · 2 · 哪些地方？ · A=东 B=西 C=南 · AC",
    ]
    rows[2][3] = "否"
    assert key(read(*rows).found[0]) == "?"


def test_options_and_answer_in_the_rows_below():
    rows = [
        ["题目", "答案"],
        ["1、哪件事最要紧？", "B"],
        ["A、甲事 B、乙事 C、丙事", ""],
        ["2、哪些地方要去？", "AC"],
        ["A、东 B、西 C、南", ""],
    ]
    assert lines(read(*rows)) == [
        "single · 1 · 哪件事最要紧？ · A=甲事 B=乙事 C=丙事 · B",
        "multiple · 2 · 哪些地方要去？ · A=东 B=西 C=南 · AC",
    ]
    rows[1][1] = "D"
    assert not is_silent(read(*rows).found[0])


def test_question_and_options_in_one_cell():
    found = read(["试题", "答案"], ["哪件事？\nA. 甲事\nB. 乙事", "B"], ["谁？A.老师B.学生", "A"])
    assert lines(found) == [
        "single · 哪件事？ · A=甲事 B=乙事 · B",
        "single · 谁？ · A=老师 B=学生 · A",
    ]


def test_answers_inside_the_stems_are_taken_out_of_them():
    head = ["题目", "选项A", "选项B", "选项C", "答案"]
    found = read(head, ["最要紧的是（B）。", "甲", "乙", "丙", ""])
    assert lines(found) == ["single · 最要紧的是（ ）。 · A=甲 B=乙 C=丙 · B"]
    same = read(head, ["最要紧的是（B）。", "甲", "乙", "丙", "B"]).found[0]
    assert same.stem == "最要紧的是（ ）。" and is_silent(same)
    other = read(head, ["最要紧的是（B）。", "甲", "乙", "丙", "C"]).found[0]
    assert not is_silent(other) and "题干里写的是" in doubts(other)


def test_sections_and_a_second_head_within_a_sheet():
    found = read(
        ["一、单选题（每题2分）"],
        ["题号", "题目", "A", "B", "C", "答案"],
        [1.0, "哪件事？", "甲", "乙", "丙", "B"],
        ["二、判断题（每题1分）"],
        ["题号", "题目", "答案"],
        [1.0, "天是蓝的。", "√"],
        [2.0, "地是方的。", "×"],
    )
    assert lines(found) == [
        "single · 1 · 哪件事？ · A=甲 B=乙 C=丙 · B",
        "true_false · 1 · 天是蓝的。 · √",
        "true_false · 2 · 地是方的。 · ×",
    ]
    assert [one.points for one in found.found] == [2, 1, 1]


def test_a_heading_that_answers_all_below_and_a_row_that_differs():
    rows = [
        ["题目", "答案"],
        ["三、判断题（正确）"],
        ["天是蓝的，云是白的。", ""],
        ["地是圆的，海是深的。", "错"],
    ]
    first, second = read(*rows).found
    assert key(first) == "√"
    assert key(second) == "?" and "标题说" in doubts(second)


def test_a_sheet_for_each_type():
    found = read(
        ["题目", "A", "B", "C", "答案"],
        ["哪件事？", "甲", "乙", "丙", "B"],
        sheet="单选题",
        多选题=[["题目", "A", "B", "C", "答案"], ["哪些事？", "甲", "乙", "丙", "A,C"]],
        判断题=[["题目", "答案"], ["天是蓝的。", "T"]],
    )
    assert [one.type.value for one in found.found] == ["single", "multiple", "true_false"]
    assert all(map(is_silent, found.found))


def test_right_and_wrong_in_two_columns():
    head = ["序号", "题目", "正确", "错误"]
    found = read(head, [1.0, "天是蓝的。", "√", ""], [2.0, "地是方的。", "", "√"])
    assert [key(one) for one in found.found] == ["√", "×"]
    assert key(read(head, [1.0, "天是蓝的。", "√", "√"]).found[0]) == "?"


def test_several_blanks_with_a_column_for_each():
    head = ["题型", "题目", "答案1", "答案2"]
    found = read(head, ["填空题", "一年有____个月，一周有____天。", 12.0, 7.0])
    assert lines(found) == ["blank · 一年有____个月，一周有____天。 · 12;7"]
    head = ["题型", "题目", "答案"]
    two = read(head, ["填空题", "一年有____个月，一周有____天。", "12；7"]).found[0]
    assert key(two) == "12;7"
    one = read(head, ["填空题", "一年有____个月，一周有____天。", "12"]).found[0]
    assert not is_silent(one) and "空" in doubts(one)


def test_questions_on_one_text():
    head = ["材料", "题型", "题目", "A", "B", "答案"]
    rows = [
        head,
        ["某村要修路。", "单选题", "谁定？", "村民会议", "书记", "A"],
        ["", "判断题", "可以不公开。", "", "", "错"],
        ["另一个村。", "判断题", "可以。", "", "", "对"],
    ]
    found = read(*rows, merged=[(2, 1, 3, 1)])
    assert [(one.type.value, one.stem, len(one.parts)) for one in found.found] == [
        ("case", "某村要修路。", 2),
        ("case", "另一个村。", 1),
    ]
    assert [key(part) for part in found.found[0].parts] == ["A", "×"]


def test_an_explanation_that_says_otherwise_is_a_doubt():
    row = [1.0, "单选题", "哪件事？", "甲", "乙", "丙", "", "B"]
    (found,) = read(HEAD, [*row, "甲事在前，故选A。"]).found
    assert not is_silent(found) and "解析说的是“A”" in doubts(found)
    assert is_silent(read(HEAD, [*row, "乙事在前，故选B。"]).found[0])
    told = ["", "判断题", "地是方的。", "", "", "", "", "对", "地是圆的，故错误。"]
    assert not is_silent(read(HEAD, told).found[0])


def test_facts_points_and_columns_of_their_own_are_kept():
    head = ["题干", "选项A", "选项B", "答案", "难度", "知识点", "来源", "页码", "分值", "适用对象"]
    row = ["谁？", "甲", "乙", "A", "易", "选举", "手册", "P35", "2分", "村干部"]
    (found,) = read(head, row).found
    assert found.facts == {
        "difficulty": "易",
        "topic": "选举",
        "source": "手册",
        "audience": "村干部",
    }
    assert (found.kept, found.points) == ({"页码": "P35"}, 2)


def test_a_document_pasted_into_cells():
    rows = [
        ["", "一、单选题", ""],
        ["", "1、哪件事最要紧（ ）。", "B"],
        ["", "(A)甲事  (B)乙事 (C)丙事", ""],
        ["", "2、哪个地方最远（ ）。", "C"],
        ["", "(A)东边  (B)西边 (C)南边", ""],
        ["", "二、判断题", ""],
        ["", "1、天是蓝的。（ ）", "T"],
        ["", "2、地是方的。（ ）", "F"],
    ]
    found = read(*rows)
    assert [key(one) for one in found.found] == ["B", "C", "√", "×"]
    assert found.found[1].place.row == 4
    rows[1][2] = "D"
    assert not is_silent(read(*rows).found[0])


def test_a_label_in_front_of_each_line():
    rows = [
        ["题目", "哪件事最要紧？"],
        ["A", "甲事"],
        ["B", "乙事"],
        ["答案", "B"],
        ["解析", "乙事在前。"],
        [],
        ["题目", "哪个地方最远？"],
        ["A", "东边"],
        ["B", "西边"],
        ["答案", "A"],
    ]
    found = read(*rows)
    assert [key(one) for one in found.found] == ["B", "A"]
    assert [*found.found[0].options.values()] == ["甲事", "乙事"]


def test_answers_on_a_sheet_of_their_own():
    rows = [
        ["题号", "题目", "A", "B"],
        [1.0, "哪件事？", "甲", "乙"],
        [2.0, "谁？", "老师", "学生"],
    ]
    keys = [["题号", "答案"], [2.0, "A"], [1.0, "B"]]
    found = read(*rows, 答案=keys).found
    assert [key(one) for one in found] == ["B", "A"]
    assert all("answer" in one.guessed for one in found)
    twice = read(*rows, 答案=[*keys, [1.0, "A"]]).found
    assert key(twice[0]) == "?" and "不止一处" in doubts(twice[0])
    lacking = read(*rows, 答案=keys[:2]).found
    assert [key(one) for one in lacking] == ["?", "A"]


def test_a_tick_behind_every_option():
    head = ["题目", "选项A", "是否正确", "选项B", "是否正确", "选项C", "是否正确"]
    found = read(head, ["哪些？", "甲", "是", "乙", "否", "丙", "是"]).found
    assert [key(one) for one in found] == ["AC"]


def test_one_head_over_all_options():
    row = ["哪件事？", "甲", "乙", "丙", "B"]
    plain = read(["题目", "选项", "", "", "答案"], row)
    merged = read(["题目", "选项", "", "", "答案"], row, merged=[(1, 2, 1, 4)])
    high = read(
        ["题目", "选项", "", "", "答案"],
        ["", "A", "B", "C", ""],
        row,
        merged=[(1, 2, 1, 4), (1, 1, 2, 1), (1, 5, 2, 5)],
    )
    for found in (plain, merged, high):
        assert lines(found) == ["single · 哪件事？ · A=甲 B=乙 C=丙 · B"]


def test_a_category_may_be_the_type():
    found = read(["类别", "题目", "A", "B", "答案"], ["多选题", "哪些？", "甲", "乙", "AB"]).found
    assert found[0].type.value == "multiple" and found[0].guessed == set()


def test_stems_in_two_columns():
    head = ["大题题干", "小题题型", "小题题干", "正确答案", "A", "B"]
    found = read(
        head,
        ["哪件事？", "", "", "A", "甲", "乙"],
        ["某村要修路。", "单选题", "谁定？", "B", "书记", "村民会议"],
        ["某村要修路。", "判断题", "可以不公开。", "错误", "", ""],
    )
    assert [(one.type.value, one.stem, len(one.parts)) for one in found.found] == [
        ("single", "哪件事？", 0),
        ("case", "某村要修路。", 2),
    ]


REFUSED = {
    "只有答案的字母": [["题干", "答案"], *[[f"第{n}题（ ）。", "B"] for n in range(5)]],
    "只有题号和答案": [["题号", "答案"], *[[n, "B"] for n in range(1, 6)]],
    "人员名单": [["姓名", "性别", "单位"], ["张三", "男", "某村"], ["李四", "女", "某镇"]],
    "没有读到题目": [["品名", "数量", "单价"], ["甲", 1.0, 2.0], ["乙", 2.0, 3.0]],
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_bank_is_called_by_its_name(why):
    found = read(*REFUSED[why])
    assert found.refused and why in found.refused.text and found.found == []
