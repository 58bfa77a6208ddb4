"""Rosters as offices keep them are read row by row, each with what is wrong in it."""

from datetime import date

import pytest

from lms.errors import Invalid
from lms.rosters.posts import Place
from lms.rosters.reading import read_roster
from lms.sheets.books import Book, Sheet
from lms.sheets.days import Day
from lms.sheets.pages import Column, Page
from lms.sheets.reading import read_book
from lms.sheets.writing import workbook_bytes
from tests.rosters.lists import HEADS, book, id_number, only, person, roster


def faults(row):
    return [(fault.column, str(fault)) for fault in row.faults]


def test_a_row_is_read_whole():
    number = id_number(born=date(1970, 3, 5), order=11)
    row = only(
        [1.0, "张 三", "男", "1970.03", number, 13812345678.0, "P001", "垣曲县", "历山镇", "同善村"]
        + [
            "支部书记、村委会主任",
            "第十届",
            "2021年1月",
            "",
            "副科级",
            "中共党员",
            "大专",
            "好",
            "2000",
        ],
        heads=[
            "序号",
            "姓名",
            "性别",
            "出生年月",
            "公民身份号码",
            "联系电话",
            "人员编号",
            "县（市、区）",
            "乡镇（街道）",
            "行政村",
            "现任职务",
            "届次",
            "任现职时间",
            "离任时间",
            "职级",
            "政治面貌",
            "学历",
            "备注",
            "入党时间",
        ],
    )
    assert (row.file, row.sheet, row.row) == ("名册.xlsx", "名册", 2)
    assert (row.name, row.sex, row.number) == ("张三", "男", "P001")
    assert (row.id_number, row.phone) == (number, "13812345678")
    assert row.born == Day(1970, 3, 5)
    assert (row.county, row.township, row.village) == ("垣曲县", "历山镇", "同善村")
    assert (row.post_text, row.posts) == ("支部书记、村委会主任", ("VPS", "VCD"))
    assert row.place is Place.VILLAGE
    assert (row.term, row.since, row.until) == (10, Day(2021, 1), None)
    assert (row.rank, row.politics, row.education) == ("副科级", "中共党员", "大专")
    assert (row.remark, row.own) == ("好", {"入党时间": "2000"})
    assert row.faults == [] and row.is_good
    assert row.notes == []


def test_columns_that_nobody_knows_are_kept_as_the_units_own():
    found = roster(person() + ["是", ""], heads=[*HEADS, "是否退役军人", "特长"])
    assert found.own_columns == ("是否退役军人", "特长")
    assert found.rows[0].own == {"是否退役军人": "是"}
    assert found.heads["名册.xlsx", "名册"] == (*HEADS, "是否退役军人", "特长")


def test_of_two_columns_for_the_same_the_better_word_counts():
    row = only(person() + ["0359-2022345"], heads=[*HEADS, "电话"])
    assert row.phone == "13800000000"
    assert row.own == {"电话": "0359-2022345"}


def test_an_id_number_in_a_numeric_cell_is_refused_with_the_reason():
    row = only(person(身份证号=140802197001010016.0))
    assert row.id_number == ""
    ((column, why),) = faults(row)
    assert column == "身份证号"
    assert "前 15 位" in why and "文本" in why


def test_a_formula_where_something_is_read_is_a_fault_and_elsewhere_none():
    rows = [[*HEADS, "年龄"], [*person(), 50.0], [*person("李四"), 51.0]]
    sheet = Sheet("名册", rows, formulas=frozenset({(2, 1), (2, 8), (3, 8)}))
    first, second = read_roster([Book("名册.xlsx", (sheet,))]).rows
    assert [column for column, _ in faults(first)] == ["姓名"]
    assert "公式" in faults(first)[0][1]
    assert first.name == ""
    assert second.own == {"年龄": "51"}
    assert second.is_good


def test_what_the_id_number_says_too_must_agree():
    number = id_number(born=date(1970, 3, 5), order=12)
    row = only([*person(身份证号=number), "男", "1971-03"], heads=[*HEADS, "性别", "出生年月"])
    assert faults(row) == [
        ("性别", "性别“男”与身份证号（女）不一致，请核对。"),
        ("出生年月", "出生年月“1971-03”与身份证号（1970-03-05）不一致，请核对。"),
    ]


def test_what_is_empty_is_filled_from_the_id_number():
    row = only(person(身份证号=id_number(born=date(1970, 3, 5), order=12)))
    assert (row.sex, row.born) == ("女", Day(1970, 3, 5))


def test_a_child_and_a_posting_before_birth_are_faults():
    heads = [*HEADS, "出生年月", "任职时间"]
    row = only([*person(), "2015-03", ""], heads=heads, today=date(2026, 11, 23))
    assert [column for column, _ in faults(row)] == ["出生年月"]
    row = only([*person(), "1970-03", "1980-01"], heads=heads)
    assert [column for column, _ in faults(row)] == ["任职时间"]


def test_faults_name_the_column_as_the_sheet_does_and_all_are_told_at_once():
    row = only(
        ["张3", "123", "456", "垣曲县", "历山镇", "同善村", ""],
        heads=["名字", "身份证号码", "联系电话", "县区", "乡镇", "村名", "岗位"],
    )
    assert [column for column, _ in faults(row)] == ["名字", "身份证号码", "联系电话", "岗位"]


def test_invented_numbers_are_taken_in_a_demonstration_only():
    invented = person(身份证号=id_number("990001"), 手机号="12000000001")
    assert only(invented, demonstration=True).is_good
    assert len(only(invented).faults) == 2


def test_unknown_posts_are_asked_once_and_learned():
    rows = [person("张三", 职务="妇联主席"), person("李四", 职务="妇联主席、支部委员")]
    found = roster(*rows)
    assert found.unknown_posts == ("妇联主席",)
    assert "妇联主席" in faults(found.rows[0])[0][1]
    assert found.rows[1].posts == ("VPM",)
    taught = roster(*rows, learned_posts={"妇联主席": ["VCM"]})
    assert taught.unknown_posts == ()
    assert [row.posts for row in taught.rows] == [("VCM",), ("VCM", "VPM")]


def test_the_place_decides_what_a_post_means():
    rows = [person("张三", 职务="书记"), person("李四", 村="", 职务="书记")]
    rows += [person("王五", 乡镇="", 村="", 职务="局长")]
    heads = [*HEADS[:5], "村", "职务"]
    found = roster(*rows, person("赵六", 村="同善村", 职务="村书记"), heads=heads)
    assert [row.posts for row in found.rows[:1]] == [("VPS",)]
    assert only(person("李四", 村="", 职务="书记")).posts == ("TPS",)
    assert only(person("王五", 乡镇="", 村="", 职务="局长")).posts == ("LEADER",)


def test_members_of_both_committees_carry_a_note():
    row = only(person(职务="两委委员"))
    assert row.is_good
    assert "两委委员" in str(row.notes[0])


def test_a_unit_written_once_for_several_rows_is_carried_down_and_said():
    found = roster(
        person("张三", 村="同善村"),
        person("李四", 县="", 乡镇="", 村="", 职务="支委"),
        person("王五", 县="", 乡镇="", 村="赵村", 职务="支委"),
    )
    assert [row.village for row in found.rows] == ["同善村", "同善村", "赵村"]
    assert [row.township for row in found.rows] == ["历山镇"] * 3
    assert [row.carried for row in found.rows] == [False, True, False]
    assert str(found.rows[1].notes[0]) == "单位为空，按上面一行的“同善村”读取。"


def test_another_township_does_not_carry_the_village_of_the_last():
    found = roster(person("张三"), person("李四", 乡镇="蒲掌乡", 村="", 职务="组织委员"))
    assert found.rows[1].village == ""
    assert found.rows[1].posts == ("TOC",)


def test_where_each_row_says_its_village_an_empty_cell_means_none():
    found = roster(
        person("张三"), person("李四", 职务="支委"), person("王五", 村="", 职务="组织委员")
    )
    assert found.rows[2].village == ""
    assert found.rows[2].posts == ("TOC",)


def test_merged_unit_cells_count_for_all_their_rows():
    rows = [HEADS, person("张三"), person("李四", 县="", 乡镇="", 村="", 职务="支委")]
    sheet = Sheet("名册", rows, merged=((2, 4, 3, 4), (2, 5, 3, 5), (2, 6, 3, 6)))
    second = read_roster([Book("名册.xlsx", (sheet,))]).rows[1]
    assert (second.township, second.village, second.carried) == ("历山镇", "同善村", False)


WITHOUT_TOWNSHIP = ["姓名", "手机号", "村", "职务"]


def one(name, village="同善村"):
    return [name, "13800000000", village, "支书"]


def test_a_sheet_for_each_township_is_one_roster():
    sheets = tuple(
        Sheet(name, [WITHOUT_TOWNSHIP, one(person)])
        for name, person in (("历山镇", "张三"), ("蒲掌乡", "李四"), ("Sheet3", "王五"))
    )
    found = read_roster([Book("垣曲县村干部名册.xlsx", sheets)])
    assert [(row.county, row.township) for row in found.rows] == [
        ("垣曲县", "历山镇"),
        ("垣曲县", "蒲掌乡"),
        ("垣曲县", ""),
    ]


def test_several_files_are_one_roster():
    files = [
        book(WITHOUT_TOWNSHIP, one("张三"), sheet="Sheet1", name="历山镇.xlsx"),
        book(
            ["运城市垣曲县蒲掌乡村干部名册", "", "", ""],
            WITHOUT_TOWNSHIP,
            one("李四"),
            sheet="Sheet1",
            name="b.xls",
        ),
    ]
    found = read_roster(files)
    assert [(row.file, row.township, row.row) for row in found.rows] == [
        ("历山镇.xlsx", "历山镇", 2),
        ("b.xls", "蒲掌乡", 3),
    ]


def test_known_names_of_units_are_found_in_titles_and_sheet_names():
    known = {"townships": ["历山镇", "蒲掌乡"], "counties": ["垣曲县"]}
    found = read_roster(
        [book(["垣曲蒲掌乡乡镇村名册"], WITHOUT_TOWNSHIP, one("张三"), sheet="历山")], **known
    )
    assert found.rows[0].township == "历山镇"
    assert found.rows[0].county == ""


@pytest.mark.parametrize("title", ["垣曲县乡镇村干部名册", "各乡镇名册", "城镇社区名册"])
def test_a_title_that_names_no_township_gives_none(title):
    assert read_roster([book([title], WITHOUT_TOWNSHIP, one("张三"))]).rows[0].township == ""


def test_a_heading_inside_the_table_gives_the_township_of_what_follows():
    rows = [
        ["序号", *WITHOUT_TOWNSHIP],
        ["历山镇（1人）", "", "", "", ""],
        [1.0, *one("张三")],
        ["蒲掌乡（1人）", "", "", "", ""],
        [2.0, *one("李四", "赵村")],
        ["合计", "2人", "", "", ""],
        ["填表人：王五", "", "", "", ""],
    ]
    found = read_roster([book(*rows)])
    assert [row.township for row in found.rows] == ["历山镇", "蒲掌乡"]
    assert [(note.row, str(note)) for note in found.notes][-2:] == [
        (7, "填表人：王五"),
        (6, "合计、小计行没有读取，共 1 行。"),
    ]


def test_a_row_for_each_village_with_persons_side_by_side_is_taken_apart():
    rows = [
        ["序号", "乡镇", "村", "党组织书记", "", "村委会主任", "", "备注"],
        ["", "", "", "姓名", "手机", "姓名", "手机", ""],
        [1.0, "历山镇", "同善村", "张三", "13800000001", "李四", "13800000002", "x"],
        [2.0, "历山镇", "赵村", "王五", "13800000003", "", "", ""],
    ]
    merged = ((1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 2, 3), (1, 4, 1, 5), (1, 6, 1, 7), (1, 8, 2, 8))
    found = read_roster([Book("a.xlsx", (Sheet("名册", rows, merged=merged),))])
    assert [(row.row, row.name, row.phone, row.village, row.posts) for row in found.rows] == [
        (3, "张三", "13800000001", "同善村", ("VPS",)),
        (3, "李四", "13800000002", "同善村", ("VCD",)),
        (4, "王五", "13800000003", "赵村", ("VPS",)),
    ]
    assert found.own_columns == ("备注",)


def test_a_title_that_speaks_of_one_post_gives_it():
    heads = ["姓名", "手机号", "村"]
    found = read_roster([book(["2026年村党组织书记花名册"], heads, one("张三")[:3])])
    assert found.rows[0].posts == ("VPS",)
    found = read_roster([book(["村党组织书记、村委会主任名册"], heads, one("张三")[:3])])
    assert [column for column, _ in faults(found.rows[0])] == ["职务"]


def test_unit_and_post_in_one_column_are_told_apart():
    row = only(
        ["张三", "13800000000", "垣曲县历山镇同善村党支部书记、村委会主任"],
        heads=["姓名", "手机号", "工作单位及职务"],
    )
    assert (row.unit, row.post_text) == ("垣曲县历山镇同善村", "党支部书记、村委会主任")
    assert row.posts == ("VPS", "VCD")


def test_who_is_sent_to_a_village_serves_there_and_keeps_a_home_unit():
    row = only(
        ["张三", "13800000000", "县农业农村局", "同善村", "第一书记"],
        heads=["姓名", "手机号", "工作单位", "帮扶村", "职务"],
    )
    assert (row.unit, row.home_unit, row.posts) == ("同善村", "县农业农村局", ("FIRST_SEC",))


def test_two_rows_of_one_person_are_two_postings():
    number = id_number()
    found = roster(person(身份证号=number), person(身份证号=number, 职务="村委会主任"))
    assert [row.posts for row in found.rows] == [("VPS",), ("VCD",)]
    assert all(row.is_good for row in found.rows)


def test_one_id_number_for_two_persons_is_a_fault():
    number = id_number()
    found = roster(person("张三", 身份证号=number), person("李四", 身份证号=number))
    assert faults(found.rows[1]) == [
        ("身份证号", "身份证号与第 2 行的“张三”相同，姓名却不同，请核对。")
    ]


def test_a_row_that_repeats_another_is_a_fault_and_a_namesake_is_none():
    found = roster(person(), person(), person(手机号="13800000001"))
    assert faults(found.rows[1]) == [("姓名", "与“名册”第 2 行重复，请删去一行。")]
    assert found.rows[2].is_good


def test_rows_prepared_for_nobody_are_passed_over():
    empty = ["", "", "", "垣曲县", "历山镇", "同善村", "支部书记"]
    assert len(roster(person(), empty).rows) == 1


def test_a_row_without_a_name_is_a_fault():
    assert faults(only(person(""))) == [("姓名", "姓名为空，请填写姓名。")]


def test_sheets_that_are_not_read_are_told():
    sheets = (
        Sheet("名册", [HEADS, person()]),
        Sheet("说明", [["请按村填写"]]),
        Sheet("空", []),
        Sheet("旧", [HEADS, person("李四")], hidden=True),
    )
    found = read_roster([Book("a.xlsx", sheets)])
    assert [row.name for row in found.rows] == ["张三"]
    told = {note.sheet: str(note) for note in found.notes}
    assert "没有找到名册的表头" in told["说明"]
    assert "隐藏" in told["旧"]
    assert "空" not in told


@pytest.mark.parametrize("rows", [[], [["a", "b"], ["c", "d"]], [["单位", "职务"], ["x", "y"]]])
def test_files_without_a_roster_are_refused(rows):
    with pytest.raises(Invalid, match="没有找到名册"):
        read_roster([book(*rows)])


def test_the_end_of_a_posting_may_be_told_as_still_going_on():
    heads = [*HEADS, "任职时间", "离任时间"]
    assert only([*person(), "2021-01", "至今"], heads=heads).until is None
    assert only([*person(), "2021-01", "2026-01"], heads=heads).until == Day(2026, 1)


def test_a_roster_written_by_us_reads_back():
    columns = [Column(head) for head in HEADS]
    rows = [person("张三"), person("阿卜杜拉·买买提"), person("李𫖯", 职务="支委")]
    page = Page("历山镇", columns, rows, title="名册", unit_line="单位：人", below=["注：无"])
    found = read_roster([read_book("a.xlsx", workbook_bytes([page]))])
    assert [row.name for row in found.rows] == ["张三", "阿卜杜拉·买买提", "李𫖯"]
    assert all(row.is_good for row in found.rows)
