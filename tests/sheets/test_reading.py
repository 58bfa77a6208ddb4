"""Rows come out of every format as they are numbered there, with their types."""

import os
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from lms.errors import Invalid
from lms.sheets.reading import read_book
from tests.sheets.old import formula, label, number, old_workbook, page_head, shared, strings
from tests.sheets.packs import SHEET, packed, parts, with_sheet, workbook

REAL_FILES = Path(os.environ.get("LMS_REAL_FILES", "../shared/fixtures"))
OLD_FILE = REAL_FILES / "question_files/14_excel97_sheet_per_subject_numeric_options.xls"


def only_sheet(name, data):
    (sheet,) = read_book(name, data).sheets
    return sheet


def test_values_keep_their_types():
    def write(book, sheet):
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 3, datetime(2026, 1, 5), day)

    rows = only_sheet("名册.xlsx", workbook([["甲", 1.5, True], ["乙", "13812345678"]], write)).rows
    assert rows == [["甲", 1.5, True, ""], ["乙", "13812345678", "", date(2026, 1, 5)]]


def test_a_percentage_is_read_as_it_is_seen():
    def write(book, sheet):
        for place, (value, shown) in enumerate([(0.5, "0%"), (0.125, "0.0%"), (0.07, '0.00"%"')]):
            sheet.write_number(0, place, value, book.add_format({"num_format": shown}))

    assert only_sheet("题库.xlsx", workbook([], write)).rows == [["50%", "12.5%", 0.07]]


def test_rows_and_columns_are_counted_from_the_corner_of_the_sheet():
    sheet = only_sheet("名册.xlsx", workbook([[], [], ["", "", "姓名"]]))
    assert sheet.cell(3, 3) == "姓名"
    assert sheet.cell(1, 1) == sheet.cell(9, 9) == ""


def test_hidden_sheets_are_called_hidden_and_charts_are_left_out():
    def write(book, sheet):
        book.add_worksheet("历史").hide()
        book.get_worksheet_by_name("历史").write(0, 0, "旧")
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=名册!$A$1:$A$2"})
        book.add_chartsheet("图").set_chart(chart)

    sheets = read_book("名册.xlsx", workbook([["姓名"]], write, 历山镇=[["张三"]])).sheets
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [
        ("名册", False),
        ("历山镇", False),
        ("历史", True),
    ]


def test_merged_cells_are_told_by_their_corners():
    def write(book, sheet):
        sheet.merge_range(0, 0, 0, 2, "名册")
        sheet.merge_range(2, 1, 4, 1, "上王村")

    assert only_sheet("名册.xlsx", workbook([["x"]], write)).merged == ((1, 1, 1, 3), (3, 2, 5, 2))


def test_formulas_are_found_though_the_reader_shows_their_values():
    def write(book, sheet):
        sheet.write_formula(1, 0, '="张"&"三"', None, "张三")
        sheet.write_array_formula(2, 1, 3, 2, "{=A1:B2}", None, 5)

    sheet = only_sheet("名册.xlsx", workbook([["=1+1", "姓名"]], write))
    assert sheet.rows[1][0] == "张三"
    assert sheet.formulas == {(1, 1), (2, 1), (3, 2), (3, 3), (4, 2), (4, 3)}


def test_shared_formulas_are_found_in_each_cell():
    cells = (
        b'<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">1+1</f><v>2</v></c></row>'
        b'<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c><c r="B2"><v>3</v></c></row>'
    )
    assert only_sheet("名册.xlsx", with_sheet(cells)).formulas == {(1, 1), (2, 1)}


def test_a_drop_down_list_is_no_formula():
    def write(book, sheet):
        sheet.data_validation("A2:A9", {"validate": "list", "source": ["男", "女"]})
        sheet.conditional_format("A1:A9", {"type": "blanks", "format": None})

    assert only_sheet("名册.xlsx", workbook([["性别"]], write)).formulas == frozenset()


@pytest.mark.parametrize(
    "cells",
    [
        b'<row><c t="n"><v>1</v></c><c><f>A1</f><v>2</v></c></row>',
        b"<row r='1'><c t='n' r='A1'><v>1</v></c><c t='n' r='B1'><f>A1</f><v>2</v></c></row>",
    ],
)
def test_sheets_written_in_unusual_ways_are_read_alike(cells):
    sheet = only_sheet("名册.xlsx", with_sheet(cells))
    assert sheet.rows == [[1.0, 2.0]]
    assert sheet.formulas == {(1, 2)}


def test_sheets_whose_tags_have_prefixes_are_read_alike():
    members = parts(with_sheet(b'<row r="1"><c r="A1"><f>1</f><v>1</v></c></row>'))
    xml = members[SHEET].decode().replace("xmlns=", "xmlns:x=")
    for tag in ("worksheet", "sheetData", "row", "c", "f", "v"):
        for end in (">", " "):
            xml = xml.replace(f"<{tag}{end}", f"<x:{tag}{end}").replace(f"</{tag}>", f"</x:{tag}>")
    sheet = only_sheet("名册.xlsx", packed({**members, SHEET: xml.encode()}))
    assert sheet.formulas == {(1, 1)}


def test_printed_heads_and_text_boxes_are_told():
    def write(book, sheet):
        sheet.set_header('&L&"宋体,Bold"&14历山镇&C2026年&R&D')
        sheet.insert_textbox(5, 5, "内部资料")

    assert only_sheet("名册.xlsx", workbook([["x"]], write)).page_heads == (
        "历山镇",
        "2026年",
        "内部资料",
    )


def test_what_openpyxl_writes_is_read():
    book = openpyxl.Workbook()
    book.active.append(["姓名", "手机"])
    book.active.append(["张三", 13812345678])
    book.active["C2"] = "=A2"
    target = __import__("io").BytesIO()
    book.save(target)
    sheet = only_sheet("名册.xlsx", target.getvalue())
    assert sheet.rows[1][:2] == ["张三", 13812345678]
    assert sheet.formulas == {(2, 3)}


def test_an_old_workbook_is_read_with_formulas_and_page_head():
    cells = (
        label(1, 0, "姓名")
        + shared(2, 0, 1)
        + number(2, 1, 13812345678)
        + formula(2, 2, 1)
        + page_head("&L&14历山镇&R第&P页")
    )
    sheet = only_sheet("名册.XLS", old_workbook(cells, strings("李四", "张三")))
    assert sheet.name == "名册"
    assert sheet.rows == [["", "", ""], ["姓名", "", ""], ["张三", 13812345678.0, 1.0]]
    assert sheet.formulas == {(3, 3)}
    assert sheet.page_heads == ("历山镇", "第", "页")


@pytest.mark.skipif(not OLD_FILE.exists(), reason="real files are not at hand")
def test_a_real_old_workbook_is_read():
    sheets = read_book(OLD_FILE.name, OLD_FILE.read_bytes()).sheets
    assert len(sheets) == 9
    assert all(len(sheet.rows) > 10 for sheet in sheets)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_every_usual_encoding_and_delimiter(encoding, delimiter):
    lines = [["姓名", "单位", "备注"], ["张三", "上王村", "甲、乙"], ["李四", "", ""]]
    data = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    sheet = only_sheet("历山镇.csv", data)
    assert sheet.rows == lines
    assert sheet.name == "历山镇"


def test_a_rare_character_of_a_csv_is_kept():
    data = "姓名,单位\n王䶮,上王村\n李𫖯,上王村".encode("gb18030")
    assert [row[0] for row in only_sheet("名册.csv", data).rows] == ["姓名", "王䶮", "李𫖯"]


def test_quotes_line_breaks_and_told_delimiters_of_a_csv_are_understood():
    data = 'sep=;\r\n姓名;备注\r\n张三;"a;b\r\nc"\r\n'.encode()
    assert only_sheet("名册.csv", data).rows == [["姓名", "备注"], ["张三", "a;b\r\nc"]]


def test_a_number_kept_as_text_in_a_csv_is_text_and_a_formula_a_formula():
    data = '姓名,手机,备注\n张三,"=""13812345678""",=1+1\n李四,\'=x,y'.encode()
    sheet = only_sheet("名册.csv", data)
    assert sheet.rows[1] == ["张三", "13812345678", "=1+1"]
    assert sheet.rows[2] == ["李四", "=x", "y"]
    assert sheet.formulas == {(2, 3)}


@pytest.mark.parametrize("data", [b"\xff\xff\xff,\xff", b'a,"' + b"x" * 200_000, b"\x81,\x81\x7f"])
def test_a_csv_that_cannot_be_read_is_refused(data):
    with pytest.raises(Invalid, match="名册.csv”(已损坏|的文字编码)"):
        read_book("名册.csv", data)
