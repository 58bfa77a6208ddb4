"""Ten more blank tables: side by side, hidden, numbered in circles, units called otherwise."""

from tests.reports.blanks import COUNTIES, REST, TOWNS, VCD, VDS, VPS, Blank, letter

CODES = ["required", "attended", "completed"]
HEADS = ["应训人数", "参训人数", "完成人数"]


def lines(one, first, towns, codes, column=2, named=lambda town: town):
    for row, town in enumerate(towns, first):
        one.put(row, column - 1, named(town))
        for at, code in enumerate(codes, column):
            if code:
                one.expect(row, at, code, [town])


def side_by_side() -> Blank:
    """The lines go on at the right, to save paper."""
    one = Blank("左右两栏")
    for left in (1, 5):
        for column, word in enumerate(["乡镇", *HEADS], left):
            one.put(1, column, word)
    lines(one, 2, TOWNS[:6], CODES)
    lines(one, 2, TOWNS[6:], CODES, column=6)
    return one


def units_in_the_middle() -> Blank:
    """A column of numbers left of the names; remarks first; the rate before its parts."""
    one = Blank("列序不同")
    heads = ["备注", "序号", "参训率(%)", "乡镇", "应训\n人数", "参训\n人数"]
    for column, word in enumerate(heads, 1):
        one.put(2, column, word)
    for row, town in enumerate(TOWNS, 3):
        one.put(row, 2, row - 2)
        one.put(row, 4, town)
        for column, code in ((3, "attendance_rate"), (5, "required"), (6, "attended")):
            one.expect(row, column, code, [town])
    return one


def hidden_lines() -> Blank:
    """Lines and columns that somebody has hidden are no others' business."""
    one = Blank("有隐藏行")
    for column, word in enumerate(["乡镇", *HEADS, "缓训人数"], 1):
        one.put(1, column, word)
    one.put(2, 1, "合计")
    for column, code in enumerate([*CODES, "deferred"], 2):
        one.expect(2, column, code, TOWNS)
    lines(one, 3, TOWNS, [*CODES, "deferred"])
    for row in (4, 7):
        one.sheet.row_dimensions[row].hidden = True
    one.sheet.column_dimensions["E"].hidden = True
    return one


def called_otherwise() -> Blank:
    """Units with their county before them, with spaces, numbers, brackets, and cut short."""
    one = Blank("简称")
    for column, word in enumerate(["单位名称", *HEADS], 1):
        one.put(1, column, word)
    said = ["垣曲县新城镇", "历 山 镇", "1.古城镇", "王茅", "（5）毛家湾镇", "蒲掌 乡", "英言乡："]
    for row, (town, word) in enumerate(zip(TOWNS, said, strict=False), 2):
        one.put(row, 1, word)
        for column, code in enumerate(CODES, 2):
            one.expect(row, column, code, [town])
    return one


def of_which() -> Blank:
    """A sum with 其中 beside it; a line of circled numbers under the head; notes above it."""
    one = Blank("其中")
    one.put(1, 1, "填表说明：本表由县委组织部填写，数据截至本月末。")
    one.merge("A1:H1")
    one.put(2, 1, "乡镇")
    one.merge("A2:A3")
    for left, word in ((2, "应训人数"), (5, "完成人数")):
        one.put(2, left, word)
        one.put(3, left + 1, "其中：村党组织书记")
        one.put(3, left + 2, "村委会主任")
    one.put(2, 8, "完成率")
    for column, word in enumerate(["甲", "①", "②", "③", "④", "⑤", "⑥", "⑦=④/①"], 1):
        one.put(4, column, word)
    for row, town in enumerate(TOWNS, 5):
        one.put(row, 1, town)
        for left, code in ((2, "required"), (5, "completed")):
            one.expect(row, left, code, [town])
            one.expect(row, left + 1, code, [town], [VPS])
            one.expect(row, left + 2, code, [town], [VCD])
        one.expect(row, 8, "completion_rate", [town])
        one.sheet.cell(row, 8).number_format = "0.0%"
    return one


def posts_under_towns() -> Blank:
    """Each township over three lines, one a post, and its own sum; the sum of all first."""
    one = Blank("乡镇和职务")
    for column, word in enumerate(["乡镇", "职务", *HEADS], 1):
        one.put(1, column, word)
    one.put(2, 1, "总计")
    one.merge("A2:B2")
    for column, code in enumerate(CODES, 3):
        one.expect(2, column, code, TOWNS[:4], [VPS, VDS, VCD])
    row = 3
    for town in TOWNS[:4]:
        first = row
        for word, posts in (("书记", [VPS]), ("副书记", [VDS]), ("主任", [VCD]), ("小计", None)):
            one.put(row, 1, town if row == first else None)
            one.put(row, 2, word)
            for column, code in enumerate(CODES, 3):
                one.expect(row, column, code, [town], posts or [VPS, VDS, VCD])
            row += 1
        one.merge(f"A{first}:A{row - 1}")
    return one


def with_the_county() -> Blank:
    """The county itself is the first line; 县直 the last; the sum by formula in some columns."""
    one = Blank("县本级在内")
    for column, word in enumerate(["地区", "应训人数", "实际参训人数", "参训率", "未完成人数"], 1):
        one.put(3, column, word)
    one.put(4, 1, "垣曲县")
    one.put(4, 2, "=SUM(B5:B16)")
    one.expect(4, 3, "attended", None)
    one.put(4, 4, "=C4/B4", number_format="0.00%")
    one.expect(4, 5, "open", None)
    for row, town in enumerate([*TOWNS, "县直单位"], 5):
        one.put(row, 1, town)
        units = [town] if town in TOWNS else REST
        for column, code in ((2, "required"), (3, "attended"), (5, "open")):
            one.expect(row, column, code, units)
        one.put(row, 4, f"=C{row}/B{row}", number_format="0.00%")
    return one


def hours_and_exam() -> Blank:
    """合格 under 学时 is no mark of an exam, and is asked; under 测评 it is one."""
    one = Blank("学时和测评")
    one.put(1, 1, "乡镇")
    one.merge("A1:A2")
    for left, group in ((2, "学时情况"), (4, "测评情况")):
        one.put(1, left, group)
        one.merge(f"{letter(left)}1:{letter(left + 1)}1")
    for column, word in enumerate(["合格人数", "人均学时", "参考人数", "合格人数"], 2):
        one.put(2, column, word)
    lines(one, 3, TOWNS[:5], ["reached", "mean_hours", "sat", "passed"])
    one.answers = {"学时情况合格人数": "measure:reached"}
    return one


def one_line() -> Blank:
    """The whole county in one line, its own name in it; thirteen counties with a line of zeros."""
    one = Blank("一行", root="某市")
    one.put(2, 1, "报送单位：某市委组织部")
    for column, word in enumerate(["市县", "在册", "应训", "免训", "缓训", "完成", "完成率%"], 1):
        one.put(4, column, word)
    codes = ["listed", "required", "exempted", "deferred", "completed", "completion_rate"]
    lines(one, 5, COUNTIES, codes)
    for column in (2, 3, 4):  # already written, and so left as it is
        one.put(9, column, 0)
        one.want.pop((one.sheet.title, f"{letter(column)}9"))
    one.put(18, 1, "全市合计")
    one.merge("A18:B18")
    for column, code in enumerate(codes[1:], 3):
        one.expect(18, column, code, COUNTIES)
    one.put(20, 1, "单位负责人：            填表人：            联系电话：")
    return one


def second_sheet() -> Blank:
    """The first sheet only explains; the table is on the second, far from its corner."""
    one = Blank("封面")
    one.put(2, 2, "填报要求")
    one.put(3, 2, "一、请于11月27日17:30前报送。")
    one.put(4, 2, "二、参训率＝参训人数÷应训人数×100%。")
    one.sheet = one.book.create_sheet("附表2")
    one.put(5, 4, "县级填报")
    for column, word in enumerate(["乡镇（街道）", *HEADS, "参训率", "备注"], 4):
        one.put(7, column, word)
    lines(one, 8, TOWNS, [*CODES, "attendance_rate"], column=5)
    one.put(19, 4, "合  计")
    for column, code in enumerate([*CODES, "attendance_rate"], 5):
        one.expect(19, column, code, TOWNS)
    one.put(20, 4, "说明：1.应训人数不含免训。")
    return one


MORE = [
    *(side_by_side, units_in_the_middle, hidden_lines, called_otherwise, of_which),
    *(posts_under_towns, with_the_county, hours_and_exam, one_line, second_sheet),
]
