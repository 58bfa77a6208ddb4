"""A table on paper: every sheet with its head, no row lost, the same bytes each time."""

import re
from pathlib import Path

import pytest

from lms.reports import printing
from lms.reports.printing import pdf
from lms.sheets.pages import Column, Kind, Page

COLUMNS = [
    Column("序号", Kind.NUMBER, 6),
    Column("村（社区）", width=20),
    *(Column(f"数{n}", Kind.NUMBER, 9, "培训") for n in range(6)),
    Column("完成率", Kind.PERCENT, 10, "培训"),
]
BELOW = ["完成率 = 完成 / 应训。" * 12, "填报单位（盖章）：    填表人：    审核人：    填报日期："]


@pytest.fixture(scope="session")
def var(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("var")


def page(many: int, **more) -> Page:
    rows = [[n, f"{n}村", *range(6), n / (many or 1)] for n in range(many)]
    rows.append(["", "合计", *range(6), 0.5])
    facts = {"title": "某县统计表", "unit_line": "单位：人、%", "below": BELOW}
    return Page("表", COLUMNS, rows, **facts, totals=frozenset({many}), **more)


def pages(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", data))


def test_the_same_table_gives_the_same_bytes_across_with_its_typeface(var):
    data = pdf(page(13), var, "未审核")
    assert data == pdf(page(13), var, "未审核")
    assert data.startswith(b"%PDF") and pages(data) == 1
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", data)
    assert [round(float(one)) for one in box.groups()] == [842, 595]
    assert b"/FontFile2" in data


def test_every_row_stands_once_and_the_sum_never_alone(var):
    printing.ready(var)
    for many in range(1, 90):
        sheets = list(printing._Setter(page(many), "")._sheets())
        placed = [place for body, _below in sheets for place in body]
        assert placed == list(range(many + 1))
        below = [line for _body, some in sheets for line in some]
        assert len(below) == len(printing._Setter(page(many), "").below)
        with_rows = [body for body, _below in sheets if body]
        assert len(with_rows[-1]) > 1 or many == 0


def test_numbers_keep_one_line_and_long_names_take_two(var):
    printing.ready(var)
    long = page(1)
    rows = [[1, "很长很长的村民委员会和社区居民委员会的名字", *[123456] * 6, 1.0]]
    setter = printing._Setter(Page("表", COLUMNS, rows), "")
    cells = setter.body[0].cells
    assert len(cells[1]) > 1
    assert {len(cell) for place, cell in enumerate(cells) if place != 1} == {1}
    assert setter.size <= printing.MOST and long.rows
