"""A marking is found where markings stand; the words in running text are none."""

import pytest

from lms.errors import Invalid
from lms.sheets.reading import read_book
from lms.sheets.secrecy import secret_marking
from tests.sheets.old import label, old_workbook, page_head
from tests.sheets.packs import workbook

TEXT = ["垣曲县农村干部名册", "二〇二六年一月", "姓名 单位", "张三 上王村"] + ["李四 下王村"] * 20


@pytest.mark.parametrize(
    ("line", "marking"),
    [
        ("绝密★", "绝密★"),
        ("机密★5年", "机密★5年"),
        ("秘密★长期", "秘密★长期"),
        ("机 密 ★ １０ 年", "机密★10年"),
        ("机密　★　6个月", "机密★6个月"),
        ("【秘密★一年】", "秘密★一年"),
        ("绝密★启用前", "绝密★启用前"),
        ("密级：机密★20年", "机密★20年"),
        ("机密☆5年", "机密☆5年"),
    ],
)
@pytest.mark.parametrize("place", [0, 2, len(TEXT)])
def test_a_starred_marking_alone_in_its_line_is_found_anywhere(line, marking, place):
    assert secret_marking([*TEXT[:place], line, *TEXT[place:]]) == marking


@pytest.mark.parametrize(
    "line",
    ["机密", "机 密", "【秘密】", "密级：绝密", "  秘密  ", "000012   机密   特急", "机密\t特急"],
)
def test_the_bare_word_alone_is_a_marking_in_the_first_lines_only(line):
    assert secret_marking([line, *TEXT])
    assert secret_marking(["", "  ", *TEXT[:3], line])
    assert secret_marking([*TEXT, line]) is None
    assert secret_marking(TEXT, head_lines=[line])


@pytest.mark.parametrize(
    "line", ["000001  机密★5年  特急", "关于调训的通知（机密★5年）", "机密★5年 垣曲县委组织部"]
)
def test_a_starred_marking_may_share_one_of_the_first_lines(line):
    assert secret_marking([line, *TEXT]) == "机密★5年"
    assert secret_marking([*TEXT, line]) is None


@pytest.mark.parametrize(
    "line",
    [
        "保守国家秘密是公民的基本义务",
        "秘密举报电话：12380",
        "机密文件管理办法",
        "国家秘密的密级分为绝密、机密、秘密三级",
        "1．标有“机密★5年”的文件，保密期限是多久？",
        "A．机密★10年　　B．秘密★5年",
        "A．机密   B．秘密",
        "绝密   机密   秘密",
        "秘密级事项一般不超过十年",
        "机密员",
        "标有机密★5年的文件应当登记",
        "中华人民共和国保守国家秘密法",
    ],
)
@pytest.mark.parametrize("place", [0, 3, len(TEXT)])
def test_the_words_in_running_text_are_no_marking(line, place):
    assert secret_marking([*TEXT[:place], line, *TEXT[place:]]) is None


def refused(name, data):
    with pytest.raises(Invalid) as refusal:
        read_book(name, data)
    return "标有密级" in str(refusal.value) and "未予接收" in str(refusal.value)


ROWS = [["姓名", "单位", "职务", "备注"], ["张三", "上王村", "支书", ""]]


def test_a_marked_workbook_is_refused_wherever_the_marking_stands():
    def head(book, sheet):
        sheet.set_header("&L机密★5年&R第&P页")

    def box(book, sheet):
        sheet.insert_textbox(3, 3, "秘密")

    def hidden(book, sheet):
        book.add_worksheet("旧").hide()
        book.get_worksheet_by_name("旧").write(0, 0, "机密★")

    assert refused("名册.xlsx", workbook([["机密★5年"], *ROWS]))
    assert refused("名册.xlsx", workbook([["名册", "", "秘 密"], *ROWS]))
    assert refused("名册.xlsx", workbook([*ROWS * 20, ["秘密★1年"]]))
    assert refused("名册.xlsx", workbook(ROWS, head))
    assert refused("名册.xlsx", workbook(ROWS, box))
    assert refused("名册.xlsx", workbook(ROWS, hidden))
    assert refused("名册.csv", "机密★5年\n姓名,单位\n张三,上王村".encode("gbk"))
    assert refused("名册.xls", old_workbook(label(0, 0, "姓名") + page_head("&C机密★5年")))
    assert refused("名册.xls", old_workbook(label(0, 0, "绝密★") + label(1, 0, "姓名")))


def test_questions_about_secrecy_are_not_refused():
    rows = [
        ["题干", "A", "B", "C", "答案"],
        ["国家秘密的密级分为", "绝密", "机密", "秘密", "ABC"],
        ["机密级国家秘密的标志是", "机密★20年", "机密", "密", "A"],
        ["保守国家秘密", "", "", "", "A"],
    ]
    assert read_book("题库.xlsx", workbook(rows)).sheets
