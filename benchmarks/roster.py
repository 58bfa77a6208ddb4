"""A roster of ten thousand rows: read by a process of its own, so that its memory can be told."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import aliased

from benchmarks.figures import Figure, took
from benchmarks.house import House
from lms.access.scope import seeing_everything
from lms.db import db
from lms.demonstration.persons import check_sign
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.settings import HOME
from lms.sheets.pages import Column, Page
from lms.sheets.writing import workbook_bytes

ROWS = 10_000
TIMES, MORE = 3, 2000  # a preview: three times the reading of its cells, and two seconds (ms)
COMMIT, MEMORY = 10, 300  # seconds, MB
HEADS = ["姓名", "性别", "身份证号", "手机号", "县", "乡镇", "村", "职务"]
HEADS += ["民族", "政治面貌", "任职时间", "备注"]
FAMILIES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高", "国建明军伟志强文玉春秀兰芳桂红海云龙"


def measure(house: House) -> Iterator[Figure]:
    """Sent by the city's officer, read, looked at, confirmed; then the same roster once more."""
    with house.copied("roster") as place:
        rows, file = _rows(house), place / "roster.xlsx"
        for name, some in (("first.xlsx", rows[:2]), (file.name, rows)):
            page = Page("名册", list(map(Column, HEADS)), some)
            (place / name).write_bytes(workbook_bytes([page]))
        yield from _figures(file, _work(place, house.url, file))


def _figures(file: Path, told: dict[str, float]) -> Iterator[Figure]:
    cells = took(lambda: _cells(file), runs=5).wall * 1000
    against = cells, "calamine"
    bound = TIMES * cells + MORE
    yield Figure("rows, all of them new people", told["new"], "rows")
    yield Figure("python-calamine reads the cells", cells, "ms")
    yield Figure("preview: sent, read, compared, shown", told["preview"], "ms", bound, against)
    yield Figure("… the CPU it took", told["preview cpu"], "ms CPU", None, against)
    yield Figure("commit", told["commit"] / 1000, "s", COMMIT)
    yield Figure("… the CPU it took", told["commit cpu"] / 1000, "s CPU")
    yield Figure("preview when all are known", told["again"], "ms", bound, against)
    yield Figure("… the CPU it took", told["again cpu"], "ms CPU", None, against)
    yield Figure("memory of the process that did it, at most", told["memory"], "MB", MEMORY)


def _cells(file: Path) -> list[Any]:
    return CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()


def _work(place: Path, url: str, file: Path) -> dict[str, float]:
    """What the process says that does the work."""
    asked = [sys.executable, "-m", "benchmarks.roster_work", str(place), str(file), url]
    done = subprocess.run(asked, cwd=HOME, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def _rows(house: House) -> list[list[str]]:
    """Ten thousand invented people, some in every village. No number is anybody's."""
    town, county = aliased(OrgUnit), aliased(OrgUnit)
    query = (
        select(county.name, town.name, OrgUnit.name)
        .join(town, town.id == OrgUnit.parent_id)
        .join(county, county.id == town.parent_id)
        .where(OrgUnit.kind == UnitKind.VILLAGE)
        .order_by(OrgUnit.path)
    )
    with house.app.app_context(), seeing_everything():
        villages = [list(row) for row in db.session.execute(query)]
    return [_row(number, villages[number % len(villages)]) for number in range(ROWS)]


def _row(number: int, village: list[str]) -> list[str]:
    first, second = divmod(number, len(GIVEN))
    name = FAMILIES[number % len(FAMILIES)] + GIVEN[first % len(GIVEN)] + GIVEN[second]
    born = date(1965, 1, 1) + timedelta(days=number * 7 % 12_000)
    body = f"999999{born:%Y%m%d}{number % 500 * 2 + 1:03}"
    post = ("村委会委员", "支部委员")[number % 2]
    numbers = [body + check_sign(body), f"120{90_000_000 + number}"]
    return [name, "男", *numbers, *village, post, "汉族", "中共党员", "2021年12月", ""]
