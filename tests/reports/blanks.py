"""Ten blank tables, as unlike one another as offices are, and what must stand in their cells."""

from dataclasses import dataclass, field
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter as letter

THIN = Border(*[Side(style="thin")] * 4)
TOWNS = ["新城镇", "历山镇", "古城镇", "王茅镇", "毛家湾镇", "蒲掌乡", "英言乡", "解峪乡"]
TOWNS += ["华峰乡", "长直乡", "皋落乡"]
COUNTIES = ["盐湖区", "临猗县", "万荣县", "闻喜县", "稷山县", "新绛县", "绛县", "垣曲县", "夏县"]
COUNTIES += ["平陆县", "芮城县", "永济市", "河津市"]
VPS, VDS, VCD = "VPS", "VDS", "VCD"
REST = "rest"


@dataclass
class Blank:
    """A table and its answers. want: cell → measure, units, posts, lists; open: what is yellow."""

    name: str
    book: Workbook = field(default_factory=Workbook)
    want: dict = field(default_factory=dict)
    open: set = field(default_factory=set)
    answers: dict = field(default_factory=dict)
    left: set = field(default_factory=set)  # words that nobody answers
    root: str = "垣曲县"

    def __post_init__(self):
        self.sheet = self.book.active

    def put(self, row, column, value, **look):
        cell = self.sheet.cell(row, column, value)
        cell.border = THIN
        for name, value in look.items():
            setattr(cell, name, value)
        return cell

    def merge(self, area):
        self.sheet.merge_cells(area)

    def expect(self, row, column, measure, units=None, posts=None, lists=None):
        self.put(row, column, None)
        at = (self.sheet.title, f"{letter(column)}{row}")
        self.want[at] = (measure, units, posts, lists)

    @property
    def data(self) -> bytes:
        target = BytesIO()
        self.book.save(target)
        return target.getvalue()


def by_township() -> Blank:
    """Two-row merged head by post, sum at the bottom, notes and signatures."""
    one = Blank("按乡镇")
    one.put(1, 1, "垣曲县农村干部“万人计划”培训情况统计表", font=Font(size=18, bold=True))
    one.merge("A1:K1")
    one.put(2, 9, "单位：人、%")
    for column, word in ((1, "序号"), (2, "乡镇(街道)"), (11, "备注")):
        one.put(3, column, word)
        one.merge(f"{letter(column)}3:{letter(column)}4")
    one.put(3, 3, "应训人数")
    one.merge("C3:F3")
    one.put(3, 7, "参训人数")
    one.merge("G3:I3")
    one.put(3, 10, "参训率")
    one.merge("J3:J4")
    heads = ["党组织书记", "副书记", "村委会主任", "小计", "党组织书记", "副书记", "小计"]
    for column, word in enumerate(heads, 3):
        one.put(4, column, word)
    rows = [*enumerate(TOWNS, 5), (16, "合计")]
    for row, town in rows:
        if town != "合计":
            one.put(row, 1, row - 4)
        one.put(row, 2, town)
        units = TOWNS if town == "合计" else [town]
        for column, posts in ((3, [VPS]), (4, [VDS]), (5, [VCD]), (6, [VPS, VDS, VCD])):
            one.expect(row, column, "required", units, posts)
        for column, posts in ((7, [VPS]), (8, [VDS]), (9, [VPS, VDS])):
            one.expect(row, column, "attended", units, posts)
        one.expect(row, 10, "attendance_rate", units)
        one.sheet.cell(row, 10).number_format = "0.00%"
    one.put(17, 1, "填报单位（盖章）：        填表人：        审核人：        填报日期：")
    one.merge("A17:K17")
    one.put(18, 1, "注：一肩挑只计一人。")
    return one


def by_county() -> Blank:
    """Thirteen counties, sum on top by formula, one column reckoned, thirteen by eleven."""
    one = Blank("按县", root="某市")
    one.put(1, 1, "附件2")
    one.put(2, 1, "全市村干部集中轮训情况汇总表")
    one.merge("A2:M2")
    heads = [
        "序号",
        "县（市、区）",
        "在册人数",
        "应训人数",
        "已参训人数",
        "参训率（%）",
        "完成人数",
    ]
    heads += ["完成率", "应考人数", "实考人数", "合格人数", "总合格率", "人均学时"]
    for column, word in enumerate(heads, 1):
        one.put(
            3,
            column,
            word,
            alignment=Alignment(wrap_text=True),
            fill=PatternFill("solid", "DDDDDD"),
        )
    one.put(4, 2, "合计")
    for column in (3, 4, 5, 7, 9, 10, 11):
        one.put(4, column, f"=SUM({letter(column)}5:{letter(column)}17)")
    one.put(4, 8, "=G4/D4", number_format="0.00%")
    for column, code in ((6, "attendance_rate"), (12, "pass_rate"), (13, "mean_hours")):
        one.expect(4, column, code, COUNTIES)
    for row, county in enumerate(COUNTIES, 5):
        one.put(row, 1, row - 4)
        one.put(row, 2, county)
        codes = ["listed", "required", "attended", "attendance_rate", "completed", None]
        codes += ["scheduled", "sat", "passed", "pass_rate", "mean_hours"]
        for column, code in enumerate(codes, 3):
            if code:
                one.expect(row, column, code, [county])
        one.put(row, 8, f"=IF(D{row}=0,0,G{row}/D{row})", number_format="0.00%")
        one.sheet.cell(row, 12).number_format = "0.00%"
    one.sheet.print_title_rows = "3:3"
    one.sheet.page_setup.orientation = "landscape"
    return one


def by_post() -> Blank:
    """Posts as lines, the sum of persons below them."""
    one = Blank("按职务")
    one.put(1, 1, "分职务培训情况表")
    for column, word in enumerate(["职务", "应训", "参训", "完成", "未完成", "完成率"], 1):
        one.put(2, column, word)
    lines = [("村党组织书记", [VPS]), ("村党组织副书记", [VDS]), ("村委会主任", [VCD])]
    for row, (word, posts) in enumerate([*lines, ("合计", [VPS, VDS, VCD])], 3):
        one.put(row, 1, word)
        codes = ["required", "attended", "completed", "open", "completion_rate"]
        for column, code in enumerate(codes, 2):
            one.expect(row, column, code, None, posts)
    return one


def transposed() -> Blank:
    """The numbers as lines, the townships as columns."""
    one = Blank("指标为行")
    one.put(1, 1, "指标名称")
    one.put(1, 2, "计量单位")
    for column, town in enumerate(TOWNS[:6], 3):
        one.put(1, column, town)
    one.put(1, 9, "合计")
    lines = [
        ("一、应训人数", "required"),
        ("二、参训人数", "attended"),
        ("三、缓训人数", "deferred"),
    ]
    lines += [("四、参训率（%）", "attendance_rate"), ("五、首考合格人数", "first_passed")]
    for row, (word, code) in enumerate(lines, 2):
        one.put(row, 1, word)
        one.put(row, 2, "%" if "率" in word else "人")
        for column, town in enumerate(TOWNS[:6], 3):
            one.expect(row, column, code, [town])
        one.expect(row, 9, code, TOWNS[:6])
    return one


def three_rows() -> Blank:
    """A head of three rows, column numbers under it, the short names of townships."""
    one = Blank("三行表头")
    one.put(1, 1, "填报单位：垣曲县委组织部")
    one.put(1, 8, "截至2026年11月23日")
    one.put(2, 1, "乡镇")
    one.merge("A2:A4")
    one.put(2, 2, "培训情况")
    one.merge("B2:E2")
    one.put(2, 6, "测评情况")
    one.merge("F2:I2")
    one.put(3, 2, "应训人数")
    one.merge("B3:B4")
    one.put(3, 3, "参训")
    one.merge("C3:D3")
    one.put(3, 5, "免训人数")
    one.merge("E3:E4")
    one.put(3, 6, "应考人数")
    one.merge("F3:F4")
    one.put(3, 7, "参考")
    one.merge("G3:H3")
    one.put(3, 9, "优秀人数")
    one.merge("I3:I4")
    for column, word in ((3, "人数"), (4, "占比"), (7, "人数"), (8, "比例")):
        one.put(4, column, word)
    for column, word in enumerate(["甲", 1, 2, "3=2/1", 4, 5, 6, "7=6/5", 8], 1):
        one.put(5, column, word)
    codes = ["required", "attended", "attendance_rate", "exempted", "scheduled", "sat"]
    codes += ["sitting_rate", "excellent"]
    for row, town in enumerate(TOWNS, 6):
        one.put(row, 1, town[:-1] if len(town) > 2 else town)
        for column, code in enumerate(codes, 2):
            one.expect(row, column, code, [town])
    return one


def two_levels() -> Blank:
    """Counties merged at the left, townships beside them, a subtotal each and a sum of all."""
    one = Blank("县乡两级", root="某市")
    for column, word in enumerate(["县（市、区）", "乡镇", "应训人数", "完成人数", "完成率"], 1):
        one.put(1, column, word)
    row, every = 2, []
    for county, towns in (("垣曲县", TOWNS[:4]), ("盐湖区", ["东郭镇", "泓芝驿镇"])):
        first = row
        for town in [*towns, "小计"]:
            one.put(row, 1, county if row == first else None)
            one.put(row, 2, town)
            units = towns if town == "小计" else [town]
            for column, code in enumerate(["required", "completed", "completion_rate"], 3):
                one.expect(row, column, code, units)
            row += 1
        every += towns
        one.merge(f"A{first}:A{row - 1}")
    one.put(row, 1, "合计")
    one.merge(f"A{row}:B{row}")
    for column, code in enumerate(["required", "completed", "completion_rate"], 3):
        one.expect(row, column, code, every)
    return one


def by_programme() -> Blank:
    """Programmes as lines."""
    one = Blank("按项目")
    one.put(1, 1, "“五大工程”培训情况表")
    one.merge("A1:G1")
    for column, word in enumerate(
        ["序号", "培训项目", "应训", "参训", "参训率", "完成", "备注"], 1
    ):
        one.put(2, column, word)
    for row, (word, lists) in enumerate([("万人计划", ["one"]), ("青年干部计划", ["two"])], 3):
        one.put(row, 1, row - 2)
        one.put(row, 2, word)
        for column, code in enumerate(["required", "attended", "attendance_rate", "completed"], 3):
            one.expect(row, column, code, None, None, lists)
    one.put(5, 2, "合计")
    for column, code in enumerate(["required", "attended", "attendance_rate", "completed"], 3):
        one.expect(5, column, code, None, None, ["one", "two"])
    return one


def unmerged() -> Blank:
    """Groups written once over their first column, lines without borders, the sum first."""
    one = Blank("未合并")
    one.put(2, 2, "单 位", font=Font(name="黑体"))
    one.put(2, 3, "应训人数")
    one.put(2, 6, "一肩挑人数")
    one.put(2, 7, "行政村数")
    for column, word in enumerate(
        ["名 称", "党组织书记", "主任", "小计", "一肩挑人数", "行政村数"], 2
    ):
        one.put(3, column, word)
    for row, town in enumerate(["总计", *TOWNS], 4):
        one.put(row, 2, town)
        units = TOWNS if town == "总计" else [town]
        for column, posts in ((3, [VPS]), (4, [VCD]), (5, [VPS, VCD])):
            one.expect(row, column, "required", units, posts)
        one.expect(row, 6, "both", units)
        one.expect(row, 7, "villages", units)
    return one


def two_tables() -> Blank:
    """Two tables on one sheet, a hidden sheet that is left alone, a third sheet."""
    one = Blank("多表")
    for column, word in enumerate(["乡镇", "应训人数", "参训人数"], 1):
        one.put(1, column, word)
    for row, town in enumerate(TOWNS[:3], 2):
        one.put(row, 1, town)
        one.expect(row, 2, "required", [town])
        one.expect(row, 3, "attended", [town])
    for column, word in enumerate(["乡镇", "合格人数", "补考合格人数"], 1):
        one.put(7, column, word)
    for row, town in enumerate(TOWNS[3:6], 8):
        one.put(row, 1, town)
        one.expect(row, 2, "passed", [town])
        one.expect(row, 3, "resit_passed", [town])
    hidden = one.book.create_sheet("代码")
    hidden.sheet_state = "hidden"
    hidden.append(["乡镇", "应训人数", "参训人数"])
    hidden.append([TOWNS[0], None, None])
    one.sheet = one.book.create_sheet("学时")
    for column, word in enumerate(["乡镇", "学时达标人数", "学时达标率", "人均网络自学学时"], 1):
        one.put(1, column, word)
    for row, town in enumerate(TOWNS[:3], 2):
        one.put(row, 1, town)
        for column, code in enumerate(["reached", "hours_rate", "mean_online"], 2):
            one.expect(row, column, code, [town])
    return one


def asking() -> Blank:
    """Words of nobody's vocabulary, cells filled already, a number we do not hold, 县直."""
    one = Blank("要问的")
    heads = ["乡镇", "应训人数", "实训人数", "培训覆盖面", "合格率", "满意度", "备注"]
    for column, word in enumerate(heads, 1):
        one.put(1, column, word)
    lines = [*TOWNS, "县直及其他"]
    for row, town in enumerate(lines, 2):
        one.put(row, 1, town)
        units = [town] if town in TOWNS else REST
        one.expect(row, 2, "required", units)
        one.expect(row, 3, "attended", units)
        one.expect(row, 4, "coverage_rate", units)
        one.expect(row, 5, "pass_rate_of_sat", units)
        one.put(row, 6, None)
        one.open.add((one.sheet.title, f"F{row}"))
    one.put(4, 2, 99)  # written by the superior
    one.want.pop((one.sheet.title, "B4"))
    one.left = {"满意度"}
    one.answers = {
        "实训人数": "measure:attended",
        "培训覆盖面": "measure:coverage_rate",
        "合格率": "measure:pass_rate_of_sat",
    }
    return one


BLANKS = [
    *(by_township, by_county, by_post, transposed, three_rows),
    *(two_levels, by_programme, unmerged, two_tables, asking),
]
