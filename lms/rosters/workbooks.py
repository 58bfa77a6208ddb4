"""The workbook to fill in, and the one of rows that could not be taken."""

from collections.abc import Collection, Iterable, Sequence

from lms.orgs.models import OrgUnit
from lms.orgs.rules import TOWNSHIP_LEVEL, UnitKind
from lms.people.rules import POST_NAMES, Post
from lms.rosters.drafting import EXAMPLE
from lms.rosters.drafts import Draft
from lms.rosters.models import RosterImport
from lms.rosters.places import NamedUnit
from lms.rosters.rules import REASONS
from lms.rosters.vocabulary import FIELD_NAMES, Field, column_of
from lms.sheets.pages import Column, Kind, Page
from lms.words import N_

BLANK = 300  # rows to be filled in
WIDE = 60.0
NEEDED = (Field.NAME, Field.POST)
WIDTHS = {Field.ID_NUMBER: 22.0, Field.PHONE: 14.0, Field.UNIT: 24.0, Field.POST: 24.0}
HINTS: dict[Field, str] = {
    Field.ID_NUMBER: N_("选填，18 位。这一列是文本格式，请不要改成数字。"),
    Field.PHONE: N_("11 位手机号，本人常用，用来登录。"),
    Field.NUMBER: N_("单位自己的编号，没有就不填。"),
    Field.BORN: N_("如 1970.03 或 1970-03-05。"),
    Field.POST: N_("一人两职写在一格，用“、”隔开，如：村党组织书记、村委会主任。"),
    Field.SINCE: N_("如 2025.12 或 2025-12-15。"),
    Field.TERM: N_("如 第十三届 或 13。"),
    Field.HOME_UNIT: N_("挂职、驻村人员填写原单位。"),
}
AT_THE_END = (Field.SEX, Field.BORN, Field.ID_NUMBER, Field.PHONE, Field.NUMBER)
MORE = (Field.HOME_UNIT, Field.RANK, Field.SINCE, Field.TERM, Field.POLITICS, Field.EDUCATION)
NOTES = (
    N_("一、本系统为非涉密系统，严禁填写国家秘密和工作秘密。"),
    N_("二、每人一行；一人在两个单位任职的，写两行。带 * 的必填。"),
    N_("三、人员编号、身份证号、手机号至少填一项，用来确认是哪一个人；只有姓名不能导入。"),
    N_("四、单位填村（社区）或“单位”列中的一个；在乡镇任职的，只填乡镇（街道）。"),
    N_("五、职务可以从下拉列表中选，也可以按习惯填写，如“支书”“主任”“一肩挑”。"),
    N_("六、可以增加自己的列，系统会原样保存；合并单元格、合计行、备注行不影响读取。"),
    N_("七、身份证号、手机号请用文本格式；不要用公式。"),
    N_("八、第一行是示例，填写时请删去；备注写着“示例，请删去这一行”的行不会导入。"),
)


def template(unit: OrgUnit, units: Collection[NamedUnit], mine: Collection[int]) -> list[Page]:
    """The workbook to fill in for a unit: lists to choose from, an example, a page of notes."""
    own = [one for one in units if one.id in mine]
    named: dict[Field, tuple[str, ...]] = {
        Field.COUNTY: _names(own, "county") if unit.kind is UnitKind.CITY else (),
        Field.TOWNSHIP: _names(own, "township") if unit.kind not in TOWNSHIP_LEVEL else (),
        Field.VILLAGE: _names(own, "village"),
        Field.UNIT: _names(own, "", unit.id),
        Field.POST: tuple(POST_NAMES.values()),
        Field.SEX: ("男", "女"),
    }
    places = [field for field in list(named)[:4] if named[field]]
    fields = [Field.NAME, *AT_THE_END, *places, Field.POST, *MORE, Field.REMARK]
    columns = [_column(field, named.get(field, ())) for field in fields]
    title = f"{unit.name}干部名册"
    example = _example(own)
    rows = [[example.get(field, "") for field in fields]]
    return [
        Page("名册", columns, rows, title=title, blank_rows=BLANK),
        Page("填写说明", [Column("填写说明", width=WIDE * 1.5)], [[line] for line in NOTES]),
    ]


def _names(units: Iterable[NamedUnit], level: str, beside: int = 0) -> tuple[str, ...]:
    found = (unit.name for unit in units if unit.level == level and unit.id != beside)
    return tuple(dict.fromkeys(found))


def _column(field: Field, choices: tuple[str, ...]) -> Column:
    head = FIELD_NAMES[field] + ("*" if field in NEEDED else "")
    return Column(head, Kind.TEXT, WIDTHS.get(field, 14.0), "", choices, HINTS.get(field, ""))


def _example(units: Sequence[NamedUnit]) -> dict[Field, str]:
    """One filled row; the ID number is that of the standard."""
    village = next((unit for unit in units if unit.level == "village"), None)
    above = village.superiors if village else ()
    return {
        Field.NAME: "张三",
        Field.SEX: "女",
        Field.BORN: "1949.12",
        Field.ID_NUMBER: "11010519491231002X",
        Field.PHONE: "13800000000",
        Field.COUNTY: above[1] if len(above) > 2 else "",
        Field.TOWNSHIP: above[0] if len(above) > 1 else "",
        Field.VILLAGE: village.name if village else "",
        Field.UNIT: "" if village else next((unit.name for unit in units), ""),
        # data: as a row of a roster has it
        Field.POST: "村党组织书记、村委会主任" if village else POST_NAMES[Post.LEADER],
        Field.SINCE: "2025.12",
        Field.TERM: "第十三届" if village else "",
        Field.POLITICS: "中共党员",
        Field.EDUCATION: "大专",
        Field.REMARK: EXAMPLE,
    }


# ── what could not be taken ────────────────────────────────────────────────────────────────────


def errors(one: RosterImport, drafts: Iterable[Draft]) -> list[Page]:
    """A sheet for each that was sent, its bad rows under its own heads, and the reasons."""
    by_sheet: dict[int, dict[int, list[Draft]]] = {}
    for draft in drafts:
        by_sheet.setdefault(draft.source, {}).setdefault(draft.row, []).append(draft)
    return [
        _page(one.found["sheets"][source][1], one.found["heads"][source], rows)
        for source, rows in by_sheet.items()
    ]


def _page(sheet: str, heads: list[str], rows: dict[int, list[Draft]]) -> Page:
    columns = [_headed(head) for head in heads]
    fields = [_field(column.head) for column in columns]
    beside = _beside(fields, [draft for drafts in rows.values() for draft in drafts])
    columns += [Column(FIELD_NAMES[field]) for field in beside]
    columns.append(Column(REASONS, width=WIDE))
    return Page(sheet, columns, [_row(drafts, fields, beside) for drafts in rows.values()])


def _row(drafts: list[Draft], fields: list[Field | None], beside: list[Field]) -> list[str]:
    first = drafts[0]
    sent = first.cells[: len(fields)] + [""] * (len(fields) - len(first.cells))
    cells = [cell or _said(first, field) for cell, field in zip(sent, fields, strict=True)]
    reasons = [f"{fault.column}：{fault}" for draft in drafts for fault in draft.faults]
    return [*cells, *(_said(first, field) for field in beside), "\n".join(reasons)]


def _headed(head: str) -> Column:
    """A head as it was: what stands before a stroke was a head above it, or part of its name."""
    if column_of(head) or "/" not in head:
        return Column(head)
    parts = head.split("/")
    for end in range(1, len(parts)):
        if column_of("/".join(parts[end:])):
            return Column("/".join(parts[end:]), group="/".join(parts[:end]))
    return Column("/".join(parts[1:]), group=parts[0])


def _field(head: str) -> Field | None:
    known = column_of(head)
    return known[0] if known else None


def _beside(fields: Collection[Field | None], drafts: Iterable[Draft]) -> list[Field]:
    """What a title or a sheet's name said for all rows, which must not be lost with it."""
    wanted = [field for field in (Field.COUNTY, Field.TOWNSHIP) if field not in fields]
    several = sum(field is Field.NAME for field in fields) > 1
    if not several and not {Field.POST, Field.UNIT_AND_POST} & set(fields):
        wanted.append(Field.POST)
    rows = list(drafts)
    return [field for field in wanted if any(_said(draft, field) for draft in rows)]


def _said(draft: Draft, field: Field | None) -> str:
    """What a row says by those above it or by its title, where its own cell is empty."""
    words = {Field.POST: draft.post_text, Field.NAME: draft.name}
    return (words.get(field) or draft.places.get(field.value, "")) if field else ""
