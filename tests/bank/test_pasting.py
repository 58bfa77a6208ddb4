"""What is pasted from WPS or Word is read as text, tables and pictures, and never run."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.hostile_papers import HOSTILE_PAGES
from lms.bank.pasting import read_paste
from lms.bank.texts import as_markdown
from lms.errors import Invalid
from lms.web.markdown import shown
from tests.counting import growth

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p{color:red}</style>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--></head><body>
<!--StartFragment--><p class=MsoNormal style='text-indent:21pt'><span lang=EN-US>1.<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><b>某村</b>第一次
村民会议，<o:p></o:p></p>
<p class=MsoNormal>面积 30 m<sup>2</sup>，CO<sub>2</sub>，x<sup>y</sup>，a &lt; b。</p>
<!--EndFragment-->
</body></html>"""
TABLE = """<table border=1><tr><td rowspan=2>项目</td><td colspan=2>标准</td></tr>
<tr><td><p>甲</p><p>A|B</p></td><td>乙</td></tr><tr><td>丙</td><td>1</td><td></td></tr></table>"""
PNG = base64.b64encode(b"\x89PNG not looked at here").decode()


def test_words_from_word_are_lines():
    pasted = read_paste(WORD)
    assert pasted.text == "1. 某村第一次 村民会议，\n面积 30 m²，CO₂，xy，a < b。"
    assert pasted.notes == [] and pasted.pictures == []


def test_merged_cells_are_split_and_named():
    pasted = read_paste(f"<p>如下表：</p>{TABLE}<p>谁对？</p>")
    assert pasted.text == (
        "如下表：\n\n| 项目 | 标准 | 标准 |\n| 项目 | 甲 A｜B | 乙 |\n| 丙 | 1 |  |\n\n谁对？"
    )
    assert [str(note) for note in pasted.notes] == [
        "表格里有 2 处合并的单元格，已拆开，每一格都填了原来的文字。"
    ]
    assert "<td>甲 A｜B</td>" in str(shown(as_markdown(pasted.text)))


def test_a_table_around_text_is_no_table():
    assert (
        read_paste("<table><tr><td><p>甲</p></td></tr><tr><td>乙</td></tr></table>").text
        == "甲\n乙"
    )


def test_pictures_are_taken_out_and_those_that_did_not_come_are_named():
    pasted = read_paste(
        f'<p>看<img alt="流程" src="data:image/png;base64,{PNG}">和'
        '<img src="file:///C:/Users/x/msohtmlclip1/01/clip_image002.png"></p>',
        first=3,
    )
    assert pasted.text == "看【图3】和"
    assert pasted.pictures == [(3, b"\x89PNG not looked at here", "流程")]
    assert [str(note) for note in pasted.notes] == [
        "有 1 张图片没有随粘贴带来（clip_image002.png）。请在原文件里把图片另存，再放入。"
    ]


def test_lists_keep_their_numbers_and_dots():
    assert read_paste("<ol><li>甲</li><li><p>乙</p></li></ol><ul><li>丙</li></ul>").text == (
        "1. 甲\n2. 乙\n· 丙"
    )


def test_nothing_that_runs_comes_along():
    trick = "<script>alert(1)</script><p onclick=x>甲<img src=x onerror=alert(1)></p><svg/onload=x>"
    assert read_paste(trick).text == "甲"
    assert read_paste("").text == "" and read_paste("只有字 <b").text.startswith("只有字")


# How long the large ones take, `make torture` looks at; here the work is counted.
@pytest.mark.parametrize("kind", HOSTILE_PAGES)
def test_twice_a_hostile_page_is_twice_the_work_at_most(kind):
    make, size = HOSTILE_PAGES[kind]
    assert growth(lambda parts: read_paste(make(parts)), size // 40) < 2.5


def test_far_too_much_is_refused():
    with pytest.raises(Invalid, match="分几次粘贴"):
        read_paste("甲" * 20_000_001)


PIECES = ["<p>", "</p>", "<table>", "<tr>", "<td colspan=2>", "</td>", "</table>", "甲", "|"]
PIECES += ["<br>", "<img src='data:image/png;base64,AA=='>", "<!--", "-->", "&nbsp;", "<sup>2"]
PIECES += ["<li>", "\x00"]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_page_is_read(page):
    pasted = read_paste(page)
    assert "<p>" not in pasted.text
    shown(as_markdown(pasted.text))
