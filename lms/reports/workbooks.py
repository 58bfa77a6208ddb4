"""The workbooks: exactly what is on the screen, in the same order, with the same definitions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lms.reports.measures import TOPIC_NAMES, Definition
from lms.reports.measures import Kind as Of
from lms.reports.queries import Behind, Standing, Unit
from lms.reports.rules import LEVEL_NAMES, Level
from lms.reports.tables import Line, Table
from lms.sheets.pages import SIGNED, UNTIL, Column, Kind, Page
from lms.words import N_

Said = Callable[..., str]  # gettext
NONE = "—"
N = Kind.NUMBER
LOOKS = {
    Of.PERSONS: (N, 9),
    Of.TIMES: (N, 9),
    Of.RATE: (Kind.PERCENT, 10),
    Of.MEAN: (Kind.DECIMAL, 10),
}


def columns(level: Level, shown: Sequence[Definition], said: Said) -> list[Column]:
    """The heads of a completion table, under merged groups."""
    heads = [
        Column(said(one.name), *LOOKS[one.kind], said(TOPIC_NAMES[one.topic])) for one in shown
    ]
    return [Column(said(N_("序号")), N, 6), Column(said(LEVEL_NAMES[level]), Kind.TEXT, 20), *heads]


def row(number: int | str, line: Line, shown: Sequence[Definition], said: Said) -> list[object]:
    """The values of one line, in the order of the columns."""
    values = [one.value(line.counts) for one in shown]
    return [number, said(line.name), *(NONE if value is None else value for value in values)]


def definitions(shown: Sequence[Definition], said: Said) -> list[str]:
    """How each number of the table is made, in words; a unit's own with its version."""
    texts = [definition(one, said) for one in shown]
    return [*texts, said(N_("率保留两位小数、四舍五入；分母为零时显示“—”；合计由人数重新计算。"))]


def definition(one: Definition, said: Said) -> str:
    """The words of one number."""
    words = said(one.words)
    if one.denominator is None:
        words = said(N_("{name}：{words}")).format(name=said(one.name), words=words)
    if one.version > 1:
        words += said(N_("（第 {n} 版，{day} 起）")).format(n=one.version, day=one.from_on)
    return words


def completion_page(
    table: Table,
    shown: Sequence[Definition],
    title: str,
    unit: str,
    lines_below: Sequence[str],
    demonstration: str,
    said: Said,
) -> Page:
    """The completion table as a page of a workbook."""
    rows = [row(n, line, shown, said) for n, line in enumerate(table.lines, start=1)]
    rows.append(row("", table.total, shown, said))
    return Page(
        name=said(N_("完成情况")),
        columns=columns(table.level, shown, said),
        rows=rows,
        title=title,
        unit_line=said(N_("单位：人、%、学时")),
        below=[unit, *lines_below, *definitions(shown, said), signatures(said)],
        demonstration=demonstration,
        totals=frozenset({len(rows) - 1}),
    )


def signatures(said: Said) -> str:
    """The foot that every table sent upward ends with."""
    return said(
        N_("填报单位（盖章）：              填表人：              审核人：              填报日期：")
    )


def signed(unit: str, said: Said) -> str:
    """The same with the unit whose table it is."""
    return said(SIGNED).format(unit=unit)


def names_page(
    people: Sequence[Behind],
    title: str,
    lines_below: Sequence[str],
    demonstration: str,
    posts_said: Callable[[str], str],
    state_said: Callable[[Standing], str],
    unfinished: "Unfinished | None",
    said: Said,
) -> Page:
    """The names behind a number. No ID number and no phone stands in such a file.

    unfinished: of those who have not completed, where they belong, and who answers for them.
    """
    rows = [
        [n, unit.superior, unit.name, name, posts_said(posts), one.hours, one.required]
        + [state_said(one)]
        for n, (_person, name, unit, posts, one) in enumerate(people, start=1)
    ]
    heads = [
        Column(said(N_("序号")), N, 6),
        Column(said(N_("上级单位")), Kind.TEXT, 16),
        Column(said(N_("单位")), Kind.TEXT, 18),
        Column(said(N_("姓名")), Kind.TEXT, 12),
        Column(said(N_("职务")), Kind.TEXT, 30),
        Column(said(N_("已得学时")), Kind.DECIMAL, 10),
        Column(said(N_("要求学时")), Kind.DECIMAL, 10),
        Column(said(N_("情况")), Kind.TEXT, 24),
    ]
    foot = ""
    if unfinished is not None:
        heads[1] = Column(said(N_("乡镇（街道）")), Kind.TEXT, 16)
        heads[-1] = Column(said(N_("未完成原因")), Kind.TEXT, 24)
        heads.append(Column(said(N_("组织委员")), Kind.TEXT, 12))
        for values, one in zip(rows, people, strict=True):
            values[1], organiser = unfinished.of(one.unit)
            values.append(organiser)
        foot = unfinished.foot
    page = Page(said(N_("名单")), heads, rows, title, "", lines_below, demonstration)
    return replace(page, foot=foot)


@dataclass(frozen=True)
class Unfinished:
    """Of those who have not completed. townships: unit → its township, and what that is called.

    organisers: unit → who answers for its people; foot: what stands on each printed page.
    """

    townships: Mapping[int, tuple[int, str]]
    organisers: Mapping[int, str]
    foot: str

    def of(self, one: Unit) -> tuple[str, str]:
        """The township of a unit, and the 组织委员; the superior where there is no township."""
        township, name = self.townships.get(one.org_id, (one.superior_id or 0, one.superior))
        return name, self.organisers.get(one.org_id) or self.organisers.get(township, "")


def file_stem(title: str, as_of: date, said: Said) -> str:
    """运城市…完成情况(截至20261123): the name says what, of whom, and as of when."""
    return said(UNTIL).format(title=title, day=f"{as_of:%Y%m%d}")
