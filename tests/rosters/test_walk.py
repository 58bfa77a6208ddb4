"""The way of a real roster: sent as offices send it, looked at, confirmed, seen in the tree."""

import re
from io import BytesIO

import xlsxwriter

from lms.rosters.rules import State
from tests.rosters.lists import id_number
from tests.rosters.test_imports import counts

TITLE = "垣曲县2026年农村“两委”干部花名册"
HEAD = ["序号", "乡镇（街道）", "行政村", "个人信息", "", "", "", "任职情况", "", "备注"]
UNDER = ["", "", "", "姓名", "性别", "公民身份号码", "联系电话", "现任职务", "任现职时间", ""]


def office_workbook() -> bytes:
    """A title, a head of two rows with merged cells, towns merged downwards, sums and notes."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("花名册")
    plain = book.add_format({"border": 1})
    sheet.merge_range("A1:J1", TITLE, plain)
    sheet.merge_range("A2:J2", "填报单位：中共垣曲县委组织部          2026年11月20日", plain)
    sheet.write_row(2, 0, HEAD)
    sheet.write_row(3, 0, UNDER)
    for column in (0, 1, 2, 9):
        sheet.merge_range(2, column, 3, column, HEAD[column], plain)
    sheet.merge_range("D3:G3", "个人信息", plain)
    sheet.merge_range("H3:I3", "任职情况", plain)
    numbers = [id_number(order=order) for order in range(11, 31, 2)]
    rows = [
        ("同善村", "赵丽娟", "女", id_number(order=12), 13800000001, "支书", "2021年1月"),
        ("", "王 强", "男", numbers[1], "１３８０００００００２", "副主任", "2021.01"),
        ("", "买买提•艾力", "男", numbers[2], "138-0000-0003", "两委委员", "2021-1-5"),
        ("上王村", "䶮三", "男", numbers[3], "13800000004", "一肩挑", "202101"),
        ("", "李四", "", "", "13800000005", "支委", "44197"),
    ]
    for place, (village, *person) in enumerate(rows):
        sheet.write_row(4 + place, 0, [place + 1, "", village, *person])
    sheet.merge_range("B5:B9", "历山镇", plain)
    sheet.write_row(9, 0, ["小计", "", "", "5人"])
    second = ("上王村", "周瑜", "男", numbers[4], "13800000006", "支部书记、村委会主任", "2021.1")
    sheet.write_row(10, 0, [6, "新城镇", *second, "连任"])
    bad = ("", "吴用", "男", numbers[5][:-1] + "5", "1380000007", "村支书助理", "2021.1")
    sheet.write_row(11, 0, [7, "新城镇", *bad])
    sheet.write_row(12, 0, ["合计", "", "", "7人"])
    sheet.write(13, 0, "备注：1.此表由乡镇填写。2.联系人：马干事 13912345678。")
    book.close()
    return target.getvalue()


def shown(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_roster_as_offices_send_it_becomes_the_tree_with_its_headcounts(desk, city):
    upload = desk.browser.get("/rosters/upload").text
    assert "非涉密系统" in upload and "公式" not in upload and "下载模板" in upload
    sent = desk.send(("垣曲县农村干部花名册.xlsx", office_workbook()))
    assert sent.status_code == 302
    assert "正在读取" in desk.browser.get(sent.location).text
    desk.work()
    one = desk.last()
    assert counts(one) == {"new": 6, "error": 1}
    page = shown(desk.page(one))
    assert "第 12 行" in page and "校验码不对" in page and "现为“1380000007”（10 位）" in page
    assert "“村支书助理”是什么职务" in page and "139****5678" in page
    people = shown(desk.page(one, show="new"))
    assert "买买提·艾力" in people and "䶮三" in people and "垣曲县 新城镇 上王村" in people
    answer = {"posts-0-name": "村支书助理", "posts-0-code": "none"}
    desk.post(one, "answers", **answer)
    assert desk.confirm(desk.last()).status_code == 302
    assert desk.last().state is State.DONE
    tree = shown(desk.browser.get("/units/").text)
    assert "垣曲县 6 人" in tree and "历山镇 5 人" in tree and "同善村 3 人" in tree
    assert "新城镇 1 人" in tree
    again = desk.send(("再来一次.xlsx", office_workbook()))
    assert again.status_code == 302
    desk.work()
    assert counts(desk.last()) == {"same": 6, "error": 1}
