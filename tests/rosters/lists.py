"""Builds rosters for tests: the sheets of a file, and numbers that satisfy the checks."""

from datetime import date

from lms.people.facts import check_digit
from lms.rosters.reading import Roster, read_roster
from lms.sheets.books import Book, Sheet

HEADS = ["姓名", "身份证号", "手机号", "县", "乡镇", "村", "职务"]


def id_number(area: str = "140827", born: date = date(1970, 3, 5), order: int = 11) -> str:
    """A number with the right check digit; an odd order is a man's."""
    start = f"{area}{born:%Y%m%d}{order:03}"
    return start + check_digit(start)


def person(name: str = "张三", **cells: object) -> list[object]:
    """A row under HEADS."""
    usual = {
        "姓名": name,
        "身份证号": "",
        "手机号": "13800000000",
        "县": "垣曲县",
        "乡镇": "历山镇",
        "村": "同善村",
        "职务": "支部书记",
    }
    return list({**usual, **cells}.values())


def book(*rows: list, sheet: str = "名册", name: str = "名册.xlsx", **more) -> Book:
    return Book(name, (Sheet(sheet, [list(row) for row in rows], **more),))


def roster(*rows: list, heads: list[str] | None = None, **options) -> Roster:
    """The roster of one sheet whose head is `heads`."""
    return read_roster([book(heads or HEADS, *rows)], **options)


def only(*rows: list, **options):
    (row,) = roster(*rows, **options).rows
    return row
