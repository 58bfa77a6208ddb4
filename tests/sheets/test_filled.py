"""A filled workbook is the one that was sent, but for the values in its empty cells."""

import shutil
import subprocess
import zipfile
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from lms.sheets.filled import Rate, filled
from lms.sheets.inserting import reckon_on_opening
from lms.sheets.repacking import replaced

SHEET = "xl/worksheets/sheet1.xml"


def book(formula=False) -> bytes:
    made = Workbook()
    sheet = made.active
    sheet.append(["单位", "应训", "参训率", "备注"])
    sheet.append(["甲县", None, None, "原样"])
    sheet.append(["乙县", None, None, None])
    sheet["C2"].number_format = "0.00%"
    sheet["B3"].fill = PatternFill("solid", "DDDDDD")
    sheet.column_dimensions["A"].width = 31
    sheet.print_title_rows = "1:1"
    made.create_sheet("说明")["A1"] = "不动"
    if formula:
        sheet["B4"] = "=SUM(B2:B3)"
        made["说明"]["A2"] = "=Sheet!B4*2"
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def raw(data: bytes) -> dict[str, bytes]:
    """Each entry as it lies in the package, packed."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        found = {}
        for info in package.infolist():
            start = info.header_offset
            size = 30 + len(info.filename.encode()) + len(info.extra) + info.compress_size
            found[info.filename] = data[start : start + size]
        return found


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def test_every_other_part_stays_as_it_lay_there_packed():
    before = book()
    after = filled("表.xlsx", before, {0: {(2, 2): 12, (2, 3): Rate("0.6667")}})
    assert list(raw(after)) == list(raw(before))
    assert {name for name in raw(after) if raw(after)[name] != raw(before)[name]} == {SHEET}
    cells = load_workbook(BytesIO(after)).active
    assert (cells["B2"].value, cells["C2"].value, cells["D2"].value) == (12, 0.6667, "原样")


def test_a_rate_is_written_as_its_cell_shows_it():
    after = filled("表.xlsx", book(), {0: {(2, 3): Rate("0.6667"), (3, 3): Rate("0.6667")}})
    cells = load_workbook(BytesIO(after)).active
    assert (cells["C2"].value, cells["C3"].value) == (0.6667, 66.67)
    none = filled("表.xlsx", book(), {0: {(2, 3): "—", (3, 2): Decimal("0.50")}})
    cells = load_workbook(BytesIO(none)).active
    assert (cells["C2"].value, cells["B3"].value) == ("—", 0.5)


def test_yellow_is_a_style_added_at_the_end():
    before = book()
    after = filled("表.xlsx", before, {0: {(2, 2): 1}}, {0: [(3, 2), (3, 3)]})
    changed = {name for name in raw(after) if raw(after)[name] != raw(before)[name]}
    assert changed == {SHEET, "xl/styles.xml"}
    old, new = load_workbook(BytesIO(before)).active, load_workbook(BytesIO(after)).active
    assert new["B3"].fill.fgColor.rgb == new["C3"].fill.fgColor.rgb == "FFFFFF00"
    for place in ("A1", "B2", "C2", "D2"):
        assert repr(new[place].fill) == repr(old[place].fill)
        assert new[place].number_format == old[place].number_format
    assert new["B3"].value is None


def test_formulas_stay_and_are_reckoned_anew_when_the_file_opens():
    before = book(formula=True)
    after = filled("表.xlsx", before, {0: {(2, 2): 1, (3, 2): 2}})
    parts = contents(after)
    assert b"<f>SUM(B2:B3)</f></c>" in parts[SHEET].replace(b"<v/>", b"").replace(b"<v></v>", b"")
    assert parts["xl/workbook.xml"].count(b'fullCalcOnLoad="1"') == 1
    same = {name for name in parts if parts[name] == contents(before)[name]}
    assert set(parts) - same <= {SHEET, "xl/workbook.xml"}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (b'<calcPr calcId="1"/>', b'<calcPr fullCalcOnLoad="1" calcId="1"/>'),
        (b'<calcPr fullCalcOnLoad="0"/>', b'<calcPr fullCalcOnLoad="1"/>'),
        (b"", b'<calcPr fullCalcOnLoad="1"/>'),
    ],
)
def test_the_book_says_once_that_formulas_are_reckoned(rules, expected):
    found = reckon_on_opening(b"<workbook><sheets/>" + rules + b"</workbook>")
    assert found == b"<workbook><sheets/>" + expected + b"</workbook>"


def test_an_entry_with_its_sizes_behind_it_is_copied_too():
    class Line(BytesIO):  # a target that cannot go back: sizes follow the data
        def seekable(self):
            return False

        def seek(self, *_):
            raise OSError

    line = Line()
    with zipfile.ZipFile(line, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.xml", b"a" * 500)
        package.writestr("b.xml", b"b" * 500)
        package.writestr("c.xml", b"c" * 500)
    found = contents(replaced(line.getvalue(), {"b.xml": b"new"}))
    assert found == {"a.xml": b"a" * 500, "b.xml": b"new", "c.xml": b"c" * 500}


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here")
def test_libreoffice_opens_it_and_reckons_the_sums(tmp_path):
    file = tmp_path / "in" / "表.xlsx"
    file.parent.mkdir()
    file.write_bytes(filled("表.xlsx", book(formula=True), {0: {(2, 2): 40, (3, 2): 2}}))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=900)
    read = load_workbook(tmp_path / "表.xlsx", data_only=True)
    assert read.active["B4"].value == 42
    assert read["说明"]["A2"].value == 84
