"""What is written opens as it was meant: text stays text, and nothing is a formula."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.sheets.pages import Column, Kind, Page, file_name, sheet_name
from lms.sheets.reading import read_book
from lms.sheets.writing import page_csv, workbook_bytes, write_workbook

COLUMNS = [
    Column("序号", Kind.NUMBER, 6),
    Column("姓名", width=10),
    Column("应训", Kind.NUMBER, group="培训"),
    Column("参训率", Kind.PERCENT, group="培训"),
    Column("身份证号", width=20),
]
ROWS = [[1, "张三", 20, 0.985, "140802197001010016"], [2, "=1+1", None, "—", 13812345678]]


def page(**changes):
    return Page(**{"name": "名册", "columns": COLUMNS, "rows": ROWS, **changes})


def opened(*pages, **options):
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(pages, **options)))


def test_a_page_has_title_lines_head_rows_and_notes_in_their_order():
    book = opened(
        page(
            title="运城市农村干部培训情况统计表",
            unit_line="单位：人、%",
            below=["参训率 = 参训 / 应训", "填报单位（盖章）：    填表人：    审核人："],
            demonstration="演示数据，人名虚构",
        )
    )
    rows = [[cell for cell in row if cell] for row in book["名册"].values]
    assert rows[:3] == [["运城市农村干部培训情况统计表"], ["演示数据，人名虚构"], ["单位：人、%"]]
    assert rows[3] == ["序号", "姓名", "培训", "身份证号"]
    assert rows[4] == ["应训", "参训率"]
    assert rows[5] == [1, "张三", 20, 0.985, "140802197001010016"]
    assert rows[7:] == [["参训率 = 参训 / 应训"], ["填报单位（盖章）：    填表人：    审核人："]]


def test_heads_of_two_rows_are_merged():
    merged = {str(cells) for cells in opened(page())["名册"].merged_cells.ranges}
    assert merged == {"C1:D1", "A1:A2", "B1:B2", "E1:E2"}


def test_numbers_are_numbers_ids_text_and_percents_shown_with_two_places():
    sheet = opened(page())["名册"]
    assert (sheet["C3"].value, sheet["C3"].data_type) == (20, "n")
    assert (sheet["D3"].value, sheet["D3"].number_format) == (0.985, "0.00%")
    assert (sheet["E3"].value, sheet["E3"].number_format) == ("140802197001010016", "@")
    assert (sheet["E4"].value, sheet["E4"].data_type) == ("13812345678", "s")
    assert sheet["D4"].value == "—"
    assert sheet["C4"].value is None


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("text", ["=1+1", "+a", "-a", "@a", "\t=1", "http://a.example", "{=A1}"])
def test_no_text_becomes_a_formula_or_a_link(kind, text):
    sheet = opened(Page("x", [Column("甲", kind)], [[text]]))["x"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == (text, "s")
    assert sheet["A2"].hyperlink is None


def test_days_are_days_where_the_column_says_so():
    columns = [Column("甲", Kind.DATE), Column("乙"), Column("丙", Kind.DATE)]
    aware = datetime(2026, 1, 5, 8, tzinfo=UTC)
    sheet = opened(Page("x", columns, [[date(2026, 1, 5), date(2026, 1, 5), aware]]))["x"]
    assert sheet["A2"].value == datetime(2026, 1, 5)
    assert sheet["B2"].value == "2026-01-05"
    assert sheet["C2"].value == datetime(2026, 1, 5, 8)


def test_what_is_no_number_is_left_empty():
    columns = [Column("甲", Kind.NUMBER), Column("乙", Kind.DECIMAL)]
    sheet = opened(Page("x", columns, [[float("nan"), None]]))["x"]
    assert [cell.value for cell in sheet[2]] == [None, None]


def test_a_page_is_printed_on_a4_across_with_its_head_on_every_sheet():
    sheet = opened(page(title="名册", demonstration="演示数据 & 人名虚构"))["名册"]
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.freeze_panes == "A5"
    assert sheet["A5"].font.name == "宋体"
    assert "演示数据" in sheet.oddFooter.left.text


def test_totals_are_bold():
    sheet = opened(page(totals=frozenset({1})))["名册"]
    assert [sheet["B3"].font.bold, sheet["B4"].font.bold] == [False, True]


def test_a_template_has_lists_to_choose_from_and_hints():
    many = tuple(f"村党组织书记、村委会主任之{n}" for n in range(40))
    columns = [Column("姓名", hint="两个字以上"), Column("性别", choices=("男", "女"))]
    columns += [Column("职务", choices=many, hint="两个职务用、隔开"), Column("岗位", choices=many)]
    book = opened(Page("模板", columns, blank_rows=20))
    lists = {
        str(rule.sqref): (rule.type, rule.formula1, rule.prompt)
        for rule in book["模板"].data_validations.dataValidation
    }
    assert lists["A2:A21"] == (None, None, "两个字以上")
    assert lists["B2:B21"] == ("list", '"男,女"', None)
    assert lists["C2:C21"] == ("list", "选项!$A$1:$A$40", "两个职务用、隔开")
    assert lists["D2:D21"][1] == "选项!$B$1:$B$40"
    assert book["选项"].sheet_state == "hidden"
    assert book["选项"]["B40"].value == many[39]


def test_many_rows_are_written_alike():
    rows = [[n, f"张{n}", None, 0.5, "1"] for n in range(21_000)]
    data = io.BytesIO()
    write_workbook(data, [page(rows=rows, title="名册", below=["注"])])
    sheet = read_book("名册.xlsx", data.getvalue()).sheets[0]
    assert len(sheet.rows) == 21_004
    assert sheet.rows[1][:4] == ["序号", "姓名", "培训", "培训"]
    assert sheet.rows[21_002][1] == "张20999"
    assert (2, 3, 2, 4) in sheet.merged
    assert not sheet.formulas


def test_the_same_pages_give_the_same_bytes():
    assert workbook_bytes([page()]) == workbook_bytes([page()])


def test_a_workbook_can_be_written_to_a_place(tmp_path):
    write_workbook(tmp_path / "名册.xlsx", [page(rows=iter(ROWS))], rows=2)
    assert read_book("名册.xlsx", (tmp_path / "名册.xlsx").read_bytes()).sheets[0].name == "名册"


def test_pages_of_one_column_and_of_none_are_written():
    sheet = opened(Page("x", [Column("甲")], [["a"]], title="题", below=["注"]))["x"]
    assert [row[0] for row in sheet.values] == ["题", "甲", "a", "注"]


def test_a_csv_opens_in_wps_and_holds_no_formula():
    data = page_csv(page())
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines() == [
        "序号,姓名,培训/应训,培训/参训率,身份证号",
        "1,张三,20,98.50%,140802197001010016",
        "2,'=1+1,,—,13812345678",
    ]


def test_in_a_csv_what_is_equal_and_not_the_same_stays_as_it_is():
    same = Decimal("98.5")
    columns = [Column("甲"), Column("乙", Kind.NUMBER), Column("丙", Kind.DECIMAL)]
    rows = [["1", 1, same], [True, True, same], [Decimal("1.0"), 1.0, 98.5], ["=1", 2], ["-"]]
    assert page_csv(Page("x", columns, iter(rows))).decode("utf-8-sig").splitlines() == [
        "甲,乙,丙",
        "1,1,98.50",
        "True,True,98.50",
        "1.0,1.0,98.50",
        "'=1,2,",
        "'-,,",
    ]
    assert page_csv(Page("x", columns)).decode("utf-8-sig") == "甲,乙,丙\r\n"


@settings(max_examples=40)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_csv_reads_back_as_it_was_written(rows):
    columns = [Column("姓名"), Column("单位"), Column("职务")]
    data = page_csv(Page("x", columns, rows))
    sheet = read_book("x.csv", data).sheets[0]
    expected = [
        [
            cell.removeprefix("'") if cell[:2] in ("'=", "'+", "'-", "'@", "'\t") else cell
            for cell in row
        ]
        for row in rows
    ]
    assert sheet.rows[1:] == expected


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("历山镇", "历山镇"),
        ("a:b\\c/d?e*f[g]", "a b c d e f g"),
        ("", "Sheet"),
        ("'", "Sheet"),
        ("长" * 40, "长" * 31),
        ("History", "History(2)"),
    ],
)
def test_a_sheet_has_a_name_it_may_have(wanted, name):
    assert sheet_name(wanted) == name


def test_sheets_of_one_name_are_numbered():
    book = opened(
        page(name="历山镇"), page(name="历山镇"), page(name="长" * 40), page(name="长" * 35)
    )
    assert book.sheetnames == ["历山镇", "历山镇(2)", "长" * 31, "长" * 28 + "(2)"]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("运城市2026年统计表(截至20261123)", "运城市2026年统计表(截至20261123).xlsx"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j.xlsx"),
        ("..", "file.xlsx"),
        ("长" * 300, "长" * 100 + ".xlsx"),
    ],
)
def test_a_file_has_a_name_it_may_have(wanted, name):
    assert file_name(wanted) == name
