"""The text of a law is read as people have it, and what is odd about it is said."""

import zipfile
from io import BytesIO

import pytest

from lms.errors import Invalid
from lms.laws.reading import read_file, read_text

PRINTED = """　　某市院坝会工作条例

（2026年3月1日某市第六届人民代表大会常务委员会第一次会议通过）

目　录
第一章　总　则
第二章　召　开

第一章　总　则
第一条　为了规范院坝会工作，制定本条例。
第二条　院坝会由村民委员会召集。依照本条例
第一条规定的目的进行。
第二条之一　院坝会不得收取费用。
第二章　召　开
第三条　下列事项应当在院坝会上讨论：
（一）宅基地分配；
（二）低保评议。
"""


def word_file(*paragraphs: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        )
    return data.getvalue()


def test_articles_chapters_and_paragraphs_are_told_apart():
    law = read_text("条例.txt", PRINTED)
    assert law.title == "某市院坝会工作条例"
    assert [one.number for one in law.articles] == ["1", "2", "2之一", "3"]
    assert law.articles[0].headings == ("## 第一章 总 则",)
    assert law.articles[3].headings == ("## 第二章 召 开",)
    assert law.articles[3].paragraphs[1:] == ["（一）宅基地分配；", "（二）低保评议。"]
    assert law.doubts == []


def test_a_sentence_that_cites_an_article_begins_none():
    law = read_text("条例.txt", PRINTED)
    assert law.articles[1].paragraphs[1] == "第一条规定的目的进行。"


def test_what_was_read_is_read_again_as_the_same():
    text = read_text("条例.txt", PRINTED).text
    assert read_text("条例.md", text).text == text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("条例.txt", PRINTED.encode("utf-8-sig")),
        ("条例.txt", PRINTED.encode("gb18030")),
        ("条例.txt", PRINTED.encode("utf-16")),
        ("条例.docx", word_file(*PRINTED.splitlines())),
    ],
)
def test_whatever_the_file_the_law_is_the_same(name, data):
    assert read_file(name, data).text == read_text("条例.txt", PRINTED).text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("第五条　甲。", "第三条之后是第五条，中间缺 1 条"),
        ("第三条　甲。", "第三条出现了不止一次"),
        ("第四条", "第四条没有正文"),
        ("第二条　甲。", "第二条排在第三条之后"),
    ],
)
def test_what_is_odd_is_said(line, told):
    found = read_text("条例.txt", f"{PRINTED}{line}\n")
    assert any(told in str(doubt) for doubt in found.doubts)


def test_an_excerpt_says_where_it_begins():
    assert "从第七条开始" in str(read_text("x.txt", "某法\n第七条　甲。").doubts[0])


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("法.txt", b"", "空文件"),
        ("法.txt", "随便写的。".encode(), "没有找到条文"),
        ("法.pdf", b"%PDF-1.7", "不能读取"),
        ("法.txt", b"\xff\xfe\xff", "编码无法识别"),
        ("法.txt", "第一条　\0甲".encode(), "编码无法识别"),
        ("法.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "旧版 Word"),
        ("法.docx", "第一条　甲。".encode(), "不是 Word 文件"),
        ("法.docx", b"PK\x03\x04 broken", "法.docx"),
        ("法.txt", "第一条　甲。\n".encode() * 100_000, "太长"),
    ],
)
def test_what_is_no_law_is_refused_in_words(name, data, told):
    with pytest.raises(Invalid, match=told):
        read_file(name, data)


def test_a_word_file_that_declares_entities_is_refused():
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        bomb = '<!DOCTYPE a [<!ENTITY b "甲">]><a>&b;</a>'
        package.writestr("word/document.xml", bomb)
    with pytest.raises(Invalid):
        read_file("法.docx", data.getvalue())
