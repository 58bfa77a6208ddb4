"""What the pages and the workbook of records show, in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from lms.certificates.rules import KIND_NAMES as CERTIFICATES
from lms.certificates.rules import in_parts
from lms.errors import NotFound
from lms.ledger.rules import AUDIENCE_NAMES, KIND_NAMES, Audience, in_hours
from lms.ledger.showing import made_by
from lms.orgs.models import OrgUnit
from lms.orgs.queries import line, mine, mine_all
from lms.people.queries import names
from lms.people.rules import POST_NAMES
from lms.records import yearly
from lms.records.forms import YearlyForm
from lms.records.models import RecordCopy
from lms.records.rules import Entry, Missing, hours_said
from lms.records.services import Record
from lms.records.tables import REST, Line, Person
from lms.records.yearly import Which
from lms.sheets.pages import DEMONSTRATION, SIGNED, UNTIL, Column, Kind, Page, file_name
from lms.web.here import me, settings, today
from lms.web.language import day
from lms.words import N_

LATEST = 20  # entries that a page of a record begins with
UNIT_LINE = N_("单位：人、%、学时")


def entry(found: tuple[Record, Entry]) -> dict[str, Any]:
    """What the page of one entry shows."""
    return record(found[0]) | {"one": found[1]}


def record(found: Record) -> dict[str, Any]:
    """What a page of a record shows beside the record."""
    made = {rule: made_by(rule) for rule in {one.rule for one in found.entries}}
    people = names(
        person for one in found.entries for person in (one.recorded_by, one.confirmed_by)
    )
    return {
        "record": found,
        "people": people,
        "kinds": KIND_NAMES,
        "post_names": POST_NAMES,
        "made_by": made,
        "latest": LATEST,
        "entry_url": url_for("records.entry", hour_entry_id=0).removesuffix("0"),
        "said": hours,
        "group": lambda rule: _(AUDIENCE_NAMES[Audience(rule.audience)]),
        "certificate_names": CERTIFICATES,
        "missing_said": missing_said,
        "today": today(),
    }


def missing_said(one: Missing) -> str:
    """What somebody still lacks on a list, in a few words."""
    found = [_("学时不足（差 %(n)s 学时）", n=hours(one.hours))] if one.hours else []
    if one.passed < one.assessed:
        found.append(_("未合格") if one.sat >= one.assessed else _("未参考"))
    return _("；").join(found)


def printed(found: Record, copy: RecordCopy) -> dict[str, Any]:
    """The same on paper, with the code that confirms it."""
    import segno  # loaded by who shows a code

    link = url_for("records.confirm", code=copy.code, _external=True)
    picture = segno.make(link, error="m", micro=False).svg_inline(omitsize=True, border=0)
    more = {"copy": copy, "code": in_parts(copy.code), "qr": Markup(picture)}
    return record(found) | more | {"demonstration": settings().demonstration}


def confirmed(copy: RecordCopy) -> dict[str, Any]:
    """What the public page says of a copy: no more than stood on it, the person masked."""
    years = [
        {"year": one["year"], "hours": hours_said(one["hours"]), "met": one["met"]}
        for one in copy.facts.get("years", [])
    ]
    return {"copy": copy, "years": years, "kinds": KIND_NAMES, "said": hours}


def hours(value: Decimal | None) -> str:
    """7.50 is 7.5; — where there is none."""
    return "—" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


# ── the yearly table ────────────────────────────────────────────────────────────────────────────


def asked(form: YearlyForm) -> yearly.Table:
    """The table that an address asks for. Raises NotFound for a unit out of sight."""
    return yearly.yearly(
        _root(form), form.year.data, today(), bool(form.by_group.data), form.group.data or ""
    )


def _root(form: YearlyForm) -> OrgUnit:
    if form.under.data:
        return mine(form.under.data)
    tops = mine_all(held.org_id for held in me().assignments)
    if not tops:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return tops[0]


def title(table: yearly.Table) -> str:
    """某市 2026 年度 学时达标情况表."""
    return _("%(unit)s%(year)s年度学时达标情况表", unit=table.root.name, year=table.year)


def page(table: yearly.Table, form: YearlyForm) -> dict[str, Any]:
    """What the page of the yearly table shows beside the table."""
    tops = mine_all(held.org_id for held in me().assignments)
    way = [one for one in line(table.root) if any(one.path.startswith(t.path) for t in tops)]
    return {
        "table": table,
        "form": form,
        "heading": title(table),
        "name": name_of,
        "said": hours,
        "rest": REST,
        "notes": definitions(table),
        "way": [(one.name, _at(form, under=one.id)) for one in way[:-1]],
        "down": lambda one: _down(table, form, one),
        "behind": _behind(table, form),
        "views": [
            (_("按单位"), _at(form, by_group=None), not table.by_group),
            (_("按人员类别"), _at(form, by_group=1), table.by_group),
        ],
        "export": url_for(".yearly_xlsx", **form.kept()),
        "export_csv": url_for(".yearly_csv", **form.kept()),
    }


def _behind(table: yearly.Table, form: YearlyForm) -> Callable[[Line, str], str]:
    """Where a number leads: to the names behind it."""
    start = url_for(".behind", **form.kept(under=table.root.id, line=None))  # once for a hundred

    def address(one: Line, which: str) -> str:
        return f"{start}&which={which}" + ("" if one is table.total else f"&line={quote(one.key)}")

    return address


def _at(form: YearlyForm, **changes: Any) -> str:
    return url_for(".yearly", **form.kept(**{"line": None} | changes))


def _down(table: yearly.Table, form: YearlyForm, one: Line) -> str | None:
    return _at(form, under=int(one.key)) if one.key.isdigit() else None


def name_of(table: yearly.Table, one: Line) -> str:
    """What a line is called."""
    if one.key == REST:
        return _("%(unit)s本级", unit=one.name)
    return _(one.name) if table.by_group else one.name


def definitions(table: yearly.Table) -> list[str]:
    """How the numbers are made."""
    found = [
        _(
            "应达标：%(day)s在任、按学时规则应完成学时的人，每人只在所属单位计一次。",
            day=day(table.as_of),
        ),
        _(
            "达标：集中培训和网络自学应完成的都已完成；网络自学不抵集中培训，几年内完成的按年均累计。"
        ),
        _("一人属于几类人员的，按要求最高的一类计，不相加。学时按培训结束的年度计，含补录。"),
    ]
    if table.total.others:
        found.append(_("另有 %(n)s 人没有规定学时，不计入本表。", n=table.total.others))
    return found


WHICH_NAMES: dict[Which, str] = {
    Which.OWING: N_("应达标人员"),
    Which.MET: N_("达标人员"),
    Which.UNMET: N_("未达标人员"),
}


def names_page(table: yearly.Table, form: YearlyForm) -> dict[str, Any]:
    """Those behind a number, a page of them."""
    key, first, which = form.line.data or "", form.first.data or 0, Which(form.which.data)
    found = yearly.behind(table, key, which)
    some = found[first : first + yearly.PAGE]

    def at(start: int) -> str:
        return url_for(".behind", first=start, which=which.value, **form.kept())

    heading = _("%(title)s：%(whose)s", title=title(table), whose=_(WHICH_NAMES[which]))
    return {
        "table": table,
        "heading": heading,
        "whose": _(WHICH_NAMES[which]),
        "people": some,
        "known": yearly.named(some),
        "first": first,
        "total": len(found),
        "before": at(max(0, first - yearly.PAGE)) if first else None,
        "after": at(first + yearly.PAGE) if first + len(some) < len(found) else None,
        "said": lambda kept: hours(in_hours(kept)),
        "lacks": lacks,
        "back": _at(form, line=None),
    }


def lacks(one: Person) -> str:
    """What is lacking, in a few words."""
    said, stands = [], one.stands
    if stands.organised is not None and not stands.organised.is_met:
        said.append(_("集中培训差 %(n)s 学时", n=hours(stands.organised.missing)))
    if stands.online is not None and not stands.online.is_met:
        said.append(_("网络自学差 %(n)s 学时", n=hours(stands.online.missing)))
    return _("；").join(said)


@dataclass(frozen=True)
class Sheet:
    """A page to write, and the name of its file."""

    page: Page
    file: str


def sheet(table: yearly.Table, by: str) -> Sheet:
    """The workbook of what is on the screen."""
    ordered = [*table.lines, table.total]
    rows = [[*_row(table, n, one)] for n, one in enumerate(ordered, start=1)]
    rows[-1][:2] = ["", _("合计")]
    made = _("统计日：%(day)s。由 %(by)s 从系统导出。", day=day(table.as_of), by=by)
    page = Page(
        name=_("学时达标情况"),
        columns=_columns(table),
        rows=rows,
        title=title(table),
        unit_line=_(UNIT_LINE),
        below=[*definitions(table), made, _(SIGNED).format(unit=table.root.name)],
        demonstration=_(DEMONSTRATION) if settings().demonstration else "",
        totals=frozenset({len(rows) - 1}),
    )
    stem = _(UNTIL).format(title=title(table), day=f"{table.as_of:%Y%m%d}")
    return Sheet(page, file_name(stem))


def _columns(table: yearly.Table) -> list[Column]:
    mean, met, n = _("人均学时"), _("学时达标"), Kind.NUMBER
    return [
        Column(_("序号"), n, 6),
        Column(_("人员类别") if table.by_group else _("单位"), Kind.TEXT, 24),
        Column(_("应达标"), n, 9, met),
        Column(_("达标"), n, 9, met),
        Column(_("达标率"), Kind.PERCENT, 10, met),
        Column(_("未达标"), n, 9, met),
        Column(_("集中培训"), Kind.DECIMAL, 10, mean),
        Column(_("网络自学"), Kind.DECIMAL, 10, mean),
    ]


def _row(table: yearly.Table, number: int, one: Line) -> list[object]:
    share = Decimal(one.met) / one.owing if one.owing else "—"
    organised, online = one.mean(one.organised), one.mean(one.online)
    means = ["—" if value is None else value for value in (organised, online)]
    return [number, name_of(table, one), one.owing, one.met, share, one.unmet, *means]
