"""培训班次一览表 and the names in a class, in the reader's language."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.classes.evaluating import FEWEST, OPEN_FOR, Opinion
from lms.classes.models import TrainingClass
from lms.reports import showing, workbooks
from lms.reports.classlist import ClassList, Held, Member
from lms.reports.forms import PlaceForm
from lms.reports.laid import NONE, Cell, Laid, number
from lms.reports.measures import mean, share
from lms.sheets.pages import Column, Kind
from lms.web.language import day


def listed(found: ClassList, form: PlaceForm, by: str) -> Laid:
    """The classes as they stand on the screen and in the file."""
    title = _("%(unit)s%(year)s年培训班次一览表", unit=found.root.name, year=found.as_of.year)
    rows = [_row(place, one, form) for place, one in enumerate(found.lines, start=1)]
    return Laid(
        title=title,
        sheet=_("培训班次一览表"),
        stem=workbooks.file_stem(title, found.as_of, _),
        columns=_columns(),
        rows=[*rows, _total(found)],
        unit_line=_("单位：人、学时、%"),
        notes=_notes(),
        foot=[_made(found.as_of, by), workbooks.signed(found.root.name, _)],
        totals=frozenset({len(rows)}),
    )


def _columns() -> list[Column]:
    return [
        Column(_("序号"), Kind.NUMBER, 6),
        Column(_("班次"), Kind.TEXT, 30),
        Column(_("主办单位"), Kind.TEXT, 18),
        Column(_("时间"), Kind.CENTRED, 26),
        Column(_("地点"), Kind.TEXT, 18),
        Column(_("人数"), Kind.NUMBER, 8),
        Column(_("学时"), Kind.DECIMAL, 9),
        Column(_("出勤率"), Kind.PERCENT, 10),
        Column(_("满意度"), Kind.PERCENT, 10),
        Column(_("备注"), Kind.TEXT, 12),
    ]


def _row(place: int, one: Held, form: PlaceForm) -> list[Cell]:
    found = one.one
    names = url_for(".class_names", class_id=found.id, **form.kept())
    return [
        Cell(place),
        Cell(found.title),
        Cell(found.org.name),
        Cell(_("%(first)s至%(last)s", first=day(found.from_on), last=day(found.to_on))),
        Cell(found.place),
        number(one.persons, names),
        number(mean(one.hundredths, 1)),
        number(share(one.present, one.planned)),
        _satisfied(one.opinion),
        Cell(_remark(found)),
    ]


def _total(found: ClassList) -> list[Cell]:
    planned = sum(one.planned for one in found.lines)
    present = sum(one.present for one in found.lines)
    words = [Cell(), Cell(_("合计（%(n)s 班）", n=len(found.lines))), *[Cell()] * 3]
    persons = number(sum(one.persons for one in found.lines))
    rates = [number(share(present, planned)), _satisfied(found.opinion)]
    return [*words, persons, Cell(), *rates, Cell()]


def _satisfied(opinion: Opinion | None) -> Cell:
    return number(share(opinion.satisfied, opinion.answers)) if opinion else Cell(NONE)


def _remark(found: TrainingClass) -> str | None:
    return None if found.closed_at else _("尚未结班")


def _notes() -> list[str]:
    return [
        _("本表列入当年已开班的班次：本单位和下级主办的，以及本单位人员参加的。"),
        _("人数：统计日在班的本单位（含下级）人员；合计是人次，一人在几个班计几次。"),
        _("学时：课表所列各课的学时之和，没有课表的为班次要求的学时。"),
        _("出勤率＝实到学时之和÷应到学时之和，只计已确认考勤的课，请假不计实到。"),
        _(
            "满意度＝总体评价为“很满意”“满意”的份数÷收到的份数；"
            "评价还没有截止的（培训结束后 %(days)s 天）、不足 %(n)s 份的不显示，也不计入合计。",
            days=OPEN_FOR.days,
            n=FEWEST,
        ),
    ]


def members(one: TrainingClass, form: PlaceForm, found: list[Member], unit: str, by: str) -> Laid:
    """Who is in a class: names and hours; no ID number and no phone."""
    title = _("%(title)s：%(unit)s学员名单", title=one.title, unit=unit)
    rows = [
        [
            Cell(place),
            Cell(who.name),
            Cell(who.unit),
            Cell(who.superior),
            number(mean(who.planned, 1)),
            number(mean(who.present, 1)),
        ]
        for place, who in enumerate(found, start=1)
    ]
    return Laid(
        title=title,
        sheet=_("学员名单"),
        stem=workbooks.file_stem(title, form.day, _),
        columns=[
            Column(_("序号"), Kind.NUMBER, 6),
            Column(_("姓名"), Kind.TEXT, 14),
            Column(_("单位"), Kind.TEXT, 20),
            Column(_("上级单位"), Kind.TEXT, 20),
            Column(_("应到学时"), Kind.DECIMAL, 12),
            Column(_("实到学时"), Kind.DECIMAL, 12),
        ],
        rows=rows,
        notes=[showing.for_work(by)],
        foot=[_made(form.day, by)],
    )


def _made(as_of: Any, by: str) -> str:
    return _("统计日：%(day)s。由 %(by)s 从系统导出。", day=day(as_of), by=by)
