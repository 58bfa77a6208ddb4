"""A list that says who is chosen is refused; that somebody is young is no such word."""

import pytest

from lms.errors import Invalid
from lms.sheets.books import Book, Sheet
from lms.sheets.promise import chosen_word, refuse_chosen, refuse_title

HEAD = ["姓名", "单位", "职务"]


@pytest.mark.parametrize(
    "word",
    [
        "后备干部",
        "是否后备干部",
        "优秀年轻干部",
        "优秀 年轻干部人选",
        "村级后备力量",
        "拟提拔人选",
        "重点培养对象",
    ],
)
def test_a_column_that_says_who_is_chosen_is_refused_with_the_reason(word):
    book = Book(
        "名册.xlsx", [Sheet("一", [["某县村干部名册"], [*HEAD, word], ["王一", "上王村", "书记"]])]
    )
    with pytest.raises(Invalid) as told:
        refuse_chosen(book)
    assert "本系统只记培训" in str(told.value)


@pytest.mark.parametrize("word", ["年轻干部培训班", "是否党员", "培训对象", "选拔任用方式", "备注"])
def test_ordinary_words_are_taken(word):
    refuse_chosen(Book("名册.xlsx", [Sheet("一", [[*HEAD, word], ["1", "上王村", "书记"]])]))


def test_a_title_and_a_hidden_sheet_are_looked_at_too():
    assert chosen_word(["某县优秀年轻干部名册"])
    refused = Book("a.xlsx", [Sheet("名册", [HEAD]), Sheet("后备干部", [HEAD])])
    with pytest.raises(Invalid):
        refuse_chosen(refused)


def test_a_name_of_a_training_that_marks_everybody_in_it_is_refused():
    with pytest.raises(Invalid) as told:
        refuse_title("全市 后备 干部能力提升与基层治理现代化专题培训班（第三期，面向乡镇）")
    assert "“后备干部”" in str(told.value) and "请换一个名称" in str(told.value)
    refuse_title("千人计划·年轻干部培训班")


def test_what_a_row_of_data_says_is_no_head():
    rows = [
        ["序号", *HEAD],
        ["1", "王一", "上王村", "书记"],
        ["2", "王二", "讲过后备干部课", "书记"],
    ]
    refuse_chosen(Book("名册.xlsx", [Sheet("一", rows)]))
