"""A file that is not what it says, or wants too much, is refused in a clear sentence."""

import re
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.sheets import guards
from lms.sheets.reading import read_book
from tests.sheets.old import container, label, locked, old_workbook, shared, strings
from tests.sheets.packs import SHEET, many_rows, packed, parts, with_sheet, workbook

PLAIN = workbook([["姓名", "单位"], ["张三", "上王村"]])
OLD = old_workbook(label(0, 0, "姓名") + label(1, 0, "张三"))


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read_book(name, data)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("名册.xls", "<html><body><table><tr><td>张三".encode(), "网页（HTML）"),
        ("名册.xls", b"\xef\xbb\xbf<!DOCTYPE html><table>", "网页（HTML）"),
        ("名册.xls", b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", "网页（HTML）"),
        ("名册.xls", "姓名,单位\n张三,上王村".encode("gbk"), "纯文本"),
        ("名册.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:x">', "XML 表格"),
        ("名册.xls", PLAIN, "压缩包"),
        ("名册.xlsx", OLD, "旧版 Office"),
        ("名册.xlsx", b"%PDF-1.7 ...", "PDF"),
        ("名册.xlsx", b"\x89PNG\r\n\x1a\n", "图片"),
        ("名册.xlsx", b"Rar!\x1a\x07\x01\x00", "rar"),
        ("名册.xlsx", b"\x00\x01\x02\x03\x04", "无法识别"),
        ("名册.csv", PLAIN, "压缩包"),
        ("名册.csv", OLD, "旧版 Office"),
        ("名册.CSV", b"<table><tr>", "网页"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(name, data, why):
    said = refusal(name, data)
    assert why in said and "另存为 .xlsx" in said


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("名册.doc", "文档"),
        ("名册.docx", "文档"),
        ("名册.wps", "文档"),
        ("名册.et", "WPS 专有"),
        ("名册.xlsm", "宏"),
        ("名册.xlsb", "宏"),
        ("名册.zip", "解压"),
        ("名册.ods", "只接收"),
        ("名册", "只接收"),
    ],
)
def test_other_formats_are_refused_with_what_to_do(name, why):
    assert why in refusal(name, PLAIN)


@pytest.mark.parametrize("name", ["名册.xlsx", "名册.xls", "名册.csv", "名册.doc"])
@pytest.mark.parametrize("data", [b"", b"  \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_called_empty(name, data):
    assert "空文件" in refusal(name, data)


@pytest.mark.parametrize("data", [workbook([]), workbook([["", " ", None]])])
def test_a_workbook_without_content_is_refused(data):
    assert "没有内容" in refusal("名册.xlsx", data)


def test_a_folder_in_a_name_is_left_out():
    assert read_book("C:\\我的\\名册.xlsx", PLAIN).name == "名册.xlsx"


def test_a_file_of_more_than_20_mb_is_refused():
    assert "20 MB" in refusal("名册.csv", b"a," * 11_000_000)


def test_a_macro_workbook_with_the_name_of_a_plain_one_is_refused():
    members = parts(PLAIN)
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(
        b"spreadsheetml.sheet.main+xml", b"vnd.ms-excel.sheet.macroEnabled.main+xml"
    )
    assert "宏" in refusal("名册.xlsx", packed(members))


def test_a_word_document_with_the_name_of_a_workbook_is_refused():
    assert "Word" in refusal("名册.xlsx", packed({"word/document.xml": b"<w/>"}))
    assert "Word" in refusal("名册.xls", container({"WordDocument": b"x"}))


def test_a_package_that_is_no_workbook_is_refused():
    said = refusal("名册.xlsx", packed({"content.xml": b"<o/>", "mimetype": b"ods"}))
    assert "不是 .xlsx 工作簿" in said
    assert "已损坏" in refusal("名册.xlsx", packed({"a.txt": b"x"}))


def test_a_file_with_a_password_is_refused():
    assert "密码" in refusal("名册.xls", old_workbook(b"", before=locked()))
    encrypted = container({"EncryptionInfo": b"x", "EncryptedPackage": b"y"})
    assert "密码" in refusal("名册.xls", encrypted)
    assert "密码" in refusal("名册.xlsx", encrypted)


def test_a_locked_member_is_refused():
    data = bytearray(PLAIN)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), bytes(data)):
            data[found.start() + offset] |= 1
    assert "密码" in refusal("名册.xlsx", bytes(data))


CUTS = {"head": 30, "member": 200, "half": len(PLAIN) // 2, "tail": len(PLAIN) - 10}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)  # the lengths differ from run to run
def test_a_broken_package_is_called_broken(cut):
    assert "已损坏" in refusal("名册.xlsx", PLAIN[:cut])


@pytest.mark.parametrize("cut", [20, 512, 700, 1500])
def test_a_broken_old_file_is_called_broken(cut):
    assert "已损坏" in refusal("名册.xls", OLD[:cut])


def test_a_chain_of_sectors_that_bites_its_tail_is_called_broken():
    data = bytearray(OLD)
    at = 512 + 4 * 4
    data[at : at + 4] = (3).to_bytes(4, "little")
    assert "已损坏" in refusal("名册.xls", bytes(data))


def test_a_zip_bomb_is_refused():
    assert "压缩比" in refusal("名册.xlsx", packed({**parts(PLAIN), "xl/media/a.png": bytes(9**8)}))


def test_a_member_that_hides_its_size_is_refused():
    data = bytearray(packed({**parts(PLAIN), "xl/media/a.png": bytes(9**8)}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    with pytest.raises(Invalid):
        read_book("名册.xlsx", bytes(data))


def test_many_members_that_are_large_together_are_refused():
    line = b"".join(b"<a>%d</a>" % (n % 1000) for n in range(400_000))
    members = {f"xl/theme/{n}.xml": line for n in range(30)}
    assert "过大" in refusal("名册.xlsx", packed({**parts(PLAIN), **members}))


@pytest.mark.usefixtures("looks_for_rings")
def test_200_000_rows_are_refused_with_bounded_memory():
    data = with_sheet(many_rows(200_000))
    tracemalloc.start()
    said = refusal("名册.xlsx", data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "超过 50000 行" in said
    assert peak < 100 * guards.MIB


def test_wide_long_rows_are_counted_as_they_are_unpacked():
    cells = b"".join(b'<c t="str"><v>%d</v></c>' % n for n in range(20))
    rows = b"".join(b'<row r="%d">' % n + cells + b"</row>" for n in range(1, 60_000))
    assert "超过 50000 行" in refusal("名册.xlsx", with_sheet(rows))


def test_too_many_rows_of_a_csv_are_refused():
    assert "超过 50000 行" in refusal("名册.csv", b"a,b\n" * 200_000)


def test_rows_that_are_only_formatted_do_not_count():
    empty = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(2, 200_000))
    cell = b'<row r="1"><c r="A1" t="str"><v>x</v></c></row>'
    assert read_book("名册.xlsx", with_sheet(cell + empty)).sheets[0].rows == [["x"]]


def test_more_than_200_columns_are_refused():
    assert "超过 200 列" in refusal("名册.xlsx", workbook([["x"] * 201]))
    assert "超过 200 列" in refusal("名册.csv", b"x," * 201)
    far = label(0, 0, "x") + label(1, 220, "y")
    assert "超过 200 列" in refusal("名册.xls", old_workbook(far))


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"><v>1</v></c><c r="GR1"><v>1</v></c></row>'
        b'<row r="1000000"><c r="A1000000"><v>1</v></c></row>',
        b'<row r="1"><c t="n" r="A1"><v>1</v></c></row>'
        b'<row r="900000"><c t="n" r="CZ900000"><v>1</v></c></row>',
        b'<row><c r="A1"><v>1</v></c><c r="CZ900000"><v>1</v></c></row>',
    ],
)
def test_a_far_cell_does_not_fill_the_memory(cells):
    assert "过大" in refusal("名册.xlsx", with_sheet(cells))


def test_a_far_cell_of_an_old_file_does_not_fill_the_memory():
    far = label(0, 0, "x") + label(0, 199, "y") + label(65_535, 0, "z")
    assert "过大" in refusal("名册.xls", old_workbook(far))


def test_cells_without_places_are_counted_too():
    assert "超过 200 列" in refusal(
        "名册.xlsx", with_sheet(b"<row>" + b"<c><v>1</v></c>" * 5000 + b"</row>")
    )


def test_one_long_text_in_many_cells_does_not_fill_the_memory():
    long = b"<si><t>" + b"x" * 30_000 + b"</t></si>"
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>1</v></c></row>' % (n, n) for n in range(1, 20_000)
    )
    assert "过大" in refusal("名册.xlsx", with_sheet(rows, b"<si><t>y</t></si>" + long))
    hidden = rows.replace(b"<v>1<", b"<v>&#49;<")
    assert "过大" in refusal("名册.xlsx", with_sheet(hidden, b"<si><t>y</t></si>" + long))


def test_one_long_text_in_few_cells_is_read():
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>%d</v></c></row>' % (n, n, n > 5000)
        for n in range(1, 5003)
    )
    data = with_sheet(rows, b"<si><t>y</t></si><si><t>" + b"x" * 60_000 + b"</t></si>")
    assert read_book("名册.xlsx", data).sheets[0].rows[5000] == ["x" * 60_000]


def test_one_long_text_in_many_cells_of_an_old_file_does_not_fill_the_memory():
    cells = b"".join(shared(n, 0, 1) for n in range(3000))
    assert "过大" in refusal("名册.xls", old_workbook(cells, strings("y", "长" * 30_000)))


def test_a_document_type_is_refused():
    members = parts(PLAIN)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    for part in ("xl/workbook.xml", SHEET):
        xml = members[part].replace(b"?>", b"?>" + bomb, 1)
        assert "已损坏" in refusal("名册.xlsx", packed({**members, part: xml}))


def test_a_sheet_in_utf_16_does_not_slip_through():
    members = parts(PLAIN)
    members[SHEET] = members[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    with pytest.raises(Invalid):
        read_book("名册.xlsx", packed(members))


def test_a_second_package_behind_the_first_brings_nothing_in():
    with pytest.raises(Invalid):
        read_book("名册.xlsx", PLAIN + packed({"xl/workbook.xml": b"<other/>"}))


@given(st.data())
def test_a_file_with_wrong_bytes_is_read_or_refused(data):
    name, good = data.draw(st.sampled_from([("a.xlsx", PLAIN), ("a.xls", OLD)]))
    bad = bytearray(good)
    for _ in range(data.draw(st.integers(1, 6))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert read_book(name, bytes(bad)).sheets
    except Invalid as refused:
        assert str(refused)


@settings(max_examples=40)
@given(st.sampled_from(["a.xlsx", "a.xls", "a.csv"]), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(name, data):
    start = {"a.xlsx": guards.ZIP, "a.xls": guards.OLE, "a.csv": b""}[name]
    try:
        assert read_book(name, start + data).sheets
    except Invalid as refused:
        assert str(refused)
