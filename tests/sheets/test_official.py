"""A document as GB/T 9704 has its page, and a table across that begins anew on each sheet."""

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

from docx import Document
from docx.oxml.ns import qn

from lms.sheets.official import Official
from lms.sheets.pages import Column, Kind, Page

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
COLUMNS = [
    Column("序号", Kind.NUMBER, 6),
    Column("县（市、区）", width=20),
    Column("应训", Kind.NUMBER, group="培训"),
    Column("参训率", Kind.PERCENT, group="培训"),
]
ROWS = [[1, "甲县", 3, 2 / 3], [2, "乙<县>", 0, "—"], ["", "合计", 3, 2 / 3]]
PAGE = Page("表", COLUMNS, ROWS, "某市统计表", "单位：人", ["口径"], totals=frozenset({2}))


def made(**more) -> bytes:
    document = Official("某市情况反馈", NOW, "草稿")
    document.line("现将情况反馈如下。")
    document.first("一、总体情况")
    document.second("（一）甲")
    document.signed(("某市", "2026年1月5日"))
    document.across(PAGE)
    return document.bytes()


def test_the_page_has_the_margins_the_grid_and_the_type_of_the_standard():
    document = Document(BytesIO(made()))
    upright, across = document.sections
    margins = (upright.top_margin, upright.left_margin, upright.bottom_margin, upright.right_margin)
    assert [round(one.mm) for one in margins] == [37, 28, 35, 26]
    assert [round(one.mm) for one in (across.page_width, across.page_height)] == [297, 210]
    grid = upright._sectPr.find(qn("w:docGrid"))
    lines = (297 - 37 - 35) / 25.4 * 1440 / int(grid.get(qn("w:linePitch")))
    assert (grid.get(qn("w:type")), int(lines)) == ("lines", 22)
    nearer = int(document.styles["Normal"].element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    room = (210 - 28 - 26) / 25.4 * 72
    assert 27 * (16 + nearer) + 16 <= room < 28 * (16 + nearer) + 16
    fonts = {p.text: (p.runs[0].font.name, p.runs[0].font.size.pt) for p in document.paragraphs[:5]}
    assert fonts["某市情况反馈"] == ("方正小标宋简体", 22)
    assert fonts["现将情况反馈如下。"] == ("仿宋_GB2312", 16)
    assert fonts["一、总体情况"] == ("黑体", 16)
    assert fonts["（一）甲"] == ("楷体_GB2312", 16)


def test_a_mark_stands_on_odd_and_even_pages_and_the_number_between_dashes():
    sheet = Document(BytesIO(made())).sections[0]
    assert sheet.header.paragraphs[0].text == sheet.even_page_header.paragraphs[0].text == "草稿"
    for foot in (sheet.footer, sheet.even_page_footer):
        assert "".join(foot.paragraphs[0]._p.xpath(".//w:t/text()")) == "— 1 —"
        assert foot.paragraphs[0]._p.xpath(".//w:fldSimple/@w:instr") == ["PAGE"]
    sides = [one.paragraphs[0].alignment for one in (sheet.footer, sheet.even_page_footer)]
    assert sides[0] != sides[1]


def test_typefaces_are_named_with_what_stands_in_for_them_and_none_is_inside():
    with ZipFile(BytesIO(made())) as parts:
        names = parts.namelist()
        table = parts.read("word/fontTable.xml").decode()
    assert names.count("word/fontTable.xml") == 1
    assert not [name for name in names if "fonts/" in name]
    assert re.search('w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong', table)


def test_a_table_has_merged_heads_that_stand_again_and_no_value_is_lost():
    document = Document(BytesIO(made()))
    table = document.tables[0]
    said = [[cell.text for cell in row.cells] for row in table.rows]
    assert said[0] == ["序号", "县（市、区）", "培训", "培训"]
    assert said[1] == ["序号", "县（市、区）", "应训", "参训率"]
    assert said[2:] == [
        ["1", "甲县", "3", "66.67%"],
        ["2", "乙<县>", "0", "—"],
        ["", "合计", "3", "66.67%"],
    ]
    again = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows]
    assert again == [True, True, False, False, False]
