"""A table of classes, as it was pasted or as a sheet has it. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from lms.callups.rules import Planned, refuse_day_off
from lms.classes.reading import Fault, read_day
from lms.errors import Invalid
from lms.holidays.days import Calendar
from lms.sheets.cells import label

TITLE, AREA, FIRST, LAST, PLACE, SIZE = range(6)
# data: what the heads of such tables say
HEADS: tuple[frozenset[str], ...] = (
    frozenset({"班名", "班级", "班次", "名称", "班级名称", "班次名称"}),
    frozenset({"县(市、区)", "县市区", "县", "乡镇", "单位", "面向单位", "县区"}),
    frozenset({"开班日期", "开始日期", "开班", "开始", "开班时间"}),
    frozenset({"结束日期", "结业日期", "结束", "结束时间"}),
    frozenset({"地点", "地址", "培训地点"}),
    frozenset({"人数", "容量", "名额", "计划人数"}),
)
LONGEST, LONG = 120, 366  # signs of a text, days of a class


def read_classes(
    rows: Iterable[tuple[int, Sequence[str]]],
    units: Mapping[str, int],
    year: int,
    calendar: Calendar | None = None,
) -> tuple[list[Planned], list[Fault]]:
    """班名 县（市、区） 开班日期 结束日期 地点 人数, in this order or under a head that says so.

    rows: with their numbers; units: name → id of those that a class may be for;
    calendar: which days are worked, where no class is to begin or end on others.
    """
    columns: Sequence[int | None] = range(6)
    found: list[Planned] = []
    faults: list[Fault] = []
    for number, cells in rows:
        if heads := _heads(cells):
            columns = heads
            continue
        values = ["" if at is None or at >= len(cells) else cells[at].strip() for at in columns]
        try:
            one = _class(len(found) + 1, values, units, year)
            if calendar is not None:
                refuse_day_off(one.days, calendar)
            found.append(one)
        except Invalid as why:
            faults.append(Fault(number, why))
    return found, faults


def _heads(cells: Sequence[str]) -> list[int | None]:
    """Where each column stands, if this row is a head."""
    labels = [label(cell) for cell in cells]
    places = [next((n for n, one in enumerate(labels) if one in known), None) for known in HEADS]
    return places if places[AREA] is not None and places[FIRST] is not None else []


def _class(number: int, values: Sequence[str], units: Mapping[str, int], year: int) -> Planned:
    if values[AREA] not in units:
        raise Invalid(
            "“{word}”不是可选的单位，请写全名，如“{example}”。",
            word=values[AREA][:20],
            example=next(iter(units), ""),
        )
    first = read_day(values[FIRST], year)
    last = read_day(values[LAST], first.year) if values[LAST] else first
    if last < first:
        raise Invalid("结束日期不能早于开班日期，请改正。")
    if (last - first).days >= LONG:
        raise Invalid("一个班最长一年，请核对开班和结束日期。")
    size = values[SIZE].removesuffix("人").strip()
    if not size.isdecimal() or not 0 < int(size) <= 9999:
        raise Invalid("人数“{word}”应是 1 至 9999 的整数。", word=values[SIZE][:20])
    place, title = values[PLACE][:LONGEST], values[TITLE][:LONGEST]
    return Planned(number, units[values[AREA]], first, last, place, int(size), title)
