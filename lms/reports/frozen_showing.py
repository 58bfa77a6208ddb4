"""What the pages and the workbook of a frozen table show."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.people import queries as people
from lms.reports import freezing, showing, workbooks
from lms.reports.changes import WHY_NAMES, Changes, Moved
from lms.reports.freezing import Said
from lms.reports.frozen_forms import FreezeForm
from lms.reports.measures import COUNT_NAMES, PERSONS, TOPIC_NAMES, Count, Definition, Kind
from lms.reports.models import FrozenSign, FrozenTable
from lms.reports.queries import NAMED, PAGE
from lms.reports.rules import LEVEL_NAMES, Sign
from lms.reports.services import Report
from lms.reports.snapshots import Snapshot, Unlike, compared
from lms.reports.tables import Line
from lms.sheets.cells import letters
from lms.sheets.pages import DEMONSTRATION, Page, file_name
from lms.sheets.writing import workbook_bytes
from lms.web.here import settings
from lms.web.language import LOCALES, day, moment

NONE = "—"
LISTED = 60  # names of one reason on the page
SHOWN = 100  # cells that differ


def in_chinese() -> Any:
    """A frozen table is a document: its words do not depend on who looks at it."""
    return force_locale(LOCALES["zh"])


def said(report: Report) -> Said:
    with in_chinese():
        return Said(showing.title(report), tuple(showing.notes(report)))


@dataclass(frozen=True)
class Cell:
    """One number. parts: what a rate is made of; url: the names behind it."""

    text: str
    parts: str = ""
    url: str = ""


def table(one: FrozenTable, snapshot: Snapshot) -> dict[str, Any]:
    """The heads and lines, each number leading to its names as they were."""

    def url(line: Line, count: Count) -> str:
        where: dict[str, Any] = {"measure": count.value, "line": line.key or None}
        return url_for(".frozen_names", frozen_table_id=one.id, **where)

    lines = [*snapshot.table.lines, snapshot.table.total]
    topics = groupby(snapshot.definitions, lambda held: held.topic)
    return {
        "first": _(LEVEL_NAMES[snapshot.table.level]),
        "groups": [(_(TOPIC_NAMES[topic]), len(list(held))) for topic, held in topics],
        "heads": [(_(held.name), _(held.words)) for held in snapshot.definitions],
        "rows": [
            (_(line.name), [_cell(held, line, url) for held in snapshot.definitions])
            for line in lines
        ],
    }


def _cell(held: Definition, line: Line, url: Callable[[Line, Count], str]) -> Cell:
    value = held.value(line.counts)
    if held.denominator is None:
        leads = bool(value) and held.numerator in NAMED
        return Cell(number(held, value), "", url(line, held.numerator) if leads else "")
    parts = ""
    if held.kind is Kind.RATE and held.numerator in PERSONS and value is not None:
        parts = f"{line.counts[held.numerator]}/{line.counts[held.denominator]}"
    return Cell(number(held, value), parts)


def number(held: Definition, value: int | Decimal | None) -> str:
    if value is None:
        return NONE
    if held.kind is Kind.RATE:
        return f"{value * 100:.2f}%"
    return f"{value:,}"


# ── the page ────────────────────────────────────────────────────────────────────────────────────


def shelf(first: int) -> dict[str, Any]:
    """What the page of all frozen tables shows."""
    rows, whole = freezing.frozen_tables(first)

    def at(start: int) -> str:
        return url_for(".frozen_tables", first=start or None)

    return {
        "rows": rows,
        "first": first,
        "whole": whole,
        "before": at(max(0, first - freezing.SHOWN)) if first else None,
        "after": at(first + freezing.SHOWN) if first + len(rows) < whole else None,
    }


def page(one: FrozenTable, may_approve: bool) -> dict[str, Any]:
    """What the page of a frozen table shows."""
    opened = freezing.opened(one)
    made = freezing.corrected(one)
    return {
        "snapshot": opened.snapshot,
        "whole": opened.whole,
        "table": table(one, opened.snapshot),
        "versions": freezing.versions(one),
        "state": state(one),
        "definitions": workbooks.definitions(opened.snapshot.definitions, _),
        "live": url_for(".completion", cohort_id=one.cohort_id, **asked(one)),
        "changes": differences(made) if made else None,
        "may_approve": may_approve and not _by(one, Sign.HERE),
    }


def asked(one: FrozenTable) -> dict[str, Any]:
    """The state of the page of the same table, as its address carries it."""
    state = {"by": one.level.value, "under": one.org_id, "as_of": one.as_of}
    return state | {"every": 1 if one.every else None, "opening": 1 if one.opening else None}


def wanted(report: Report, form: FreezeForm) -> dict[str, Any]:
    """What is said before a table is frozen: what it is, and what has changed since the last."""
    before = freezing.earlier(report, bool(form.every.data))
    found = None
    if before:
        found = freezing.since(before[-1], report, said(report))
    return {
        "heading": showing.title(report),
        "last": before[-1] if before else None,
        "kept": form.kept(as_of=report.as_of, by=report.table.level.value, under=report.root.id),
        "changes": differences(found) if found else None,
    }


def since(one: FrozenTable, report: Report) -> dict[str, Any]:
    """What has changed between a frozen table and today."""
    return {"changes": differences(freezing.since(one, report, said(report)))}


def on_paper(one: FrozenTable) -> dict[str, Any]:
    """The table as it is printed, to be signed."""
    with in_chinese():
        snapshot = freezing.opened(one).snapshot
        return {
            "table": table(one, snapshot),
            "lines": under(one, snapshot),
            "definitions": workbooks.definitions(snapshot.definitions, _),
            "signatures": signatures(),
        }


def _by(one: FrozenTable, kind: Sign) -> FrozenSign | None:
    """The last sign of a kind."""
    return next((held for held in reversed(one.signs) if held.kind is kind), None)


def state(one: FrozenTable) -> str:
    """未审核, or who has approved it and when."""
    paper, here = _by(one, Sign.PAPER), _by(one, Sign.HERE)
    found = []
    if here:
        found.append(_("已审核：%(who)s，%(day)s", who=here.checked, day=day(here.signed_on)))
    if paper:
        names = {"who": paper.checked, "issued": paper.issued, "day": day(paper.signed_on)}
        found.append(_("已在纸上签字：审核人 %(who)s，签发人 %(issued)s，%(day)s", **names))
    return _("；").join(found) or _("未审核")


def differences(found: Changes) -> dict[str, Any]:
    """What has changed, as it is said: cells, and persons by reason."""
    shown = {person for held in found.persons.values() for person, _unit in held[:LISTED]}
    names = people.names(shown)
    return {
        "cells": [_moved(one) for one in found.cells],
        "reasons": [
            (
                _(WHY_NAMES[why]),
                len(held),
                [f"{unit} {names.get(p, NONE)}" for p, unit in held[:LISTED]],
            )
            for why, held in found.persons.items()
        ],
    }


def _moved(one: Moved) -> tuple[str, str, str, str]:
    texts = (number(one.measure, one.was), number(one.measure, one.now))
    return _(one.line), _(one.measure.name), *texts


def names(one: FrozenTable, count: Count, line: str, first: int) -> dict[str, Any]:
    """The persons who made a number, by the units and posts of that time; a page of them."""
    snapshot = freezing.opened(one).snapshot
    rows = freezing.persons_behind(snapshot, count, line)
    shown = rows[first : first + PAGE]
    known = people.names(row["person_id"] for row in shown)
    units = {unit.id: unit for unit in snapshot.units}

    def at(start: int) -> str:
        where: dict[str, Any] = {
            "measure": count.value,
            "line": line or None,
            "first": start or None,
        }
        return url_for(".frozen_names", frozen_table_id=one.id, **where)

    def place(row: Mapping[str, Any]) -> tuple[str, str]:
        unit = units[row["org_id"]]
        above = units.get(unit.parent_id or 0)
        return (above.name if above else "", unit.name)

    lines = {held.key: held.name for held in snapshot.table.lines}
    return {
        "found": [
            (known.get(row["person_id"], NONE), *place(row), showing.posts_said(row["posts"]))
            for row in shown
        ],
        "measure": _(COUNT_NAMES[count]),
        "line": _(lines[line]) if line in lines else snapshot.unit,
        "first": first,
        "whole": len(rows),
        "before": at(max(0, first - PAGE)) if first else None,
        "after": at(first + PAGE) if first + len(shown) < len(rows) else None,
    }


# ── the workbook ────────────────────────────────────────────────────────────────────────────────


def workbook(one: FrozenTable) -> tuple[str, bytes]:
    """The name and the bytes of the file: the digest and the state of approval stand in it."""
    with in_chinese():
        name, page = sheet(one)
        return name, workbook_bytes([page], one.frozen_at)


def sheet(one: FrozenTable) -> tuple[str, Page]:
    """The name of the file and the page that stands in it."""
    words = {"title": one.heading, "day": _short(one), "n": one.version}
    stem = _("%(title)s（截至%(day)s）第%(n)s版", **words)
    return file_name(stem), _sheet(one, freezing.opened(one).snapshot)


def _short(one: FrozenTable) -> str:
    return f"{one.as_of:%Y%m%d}"


def _sheet(one: FrozenTable, snapshot: Snapshot) -> Page:
    """Laid out as the table itself is; below it, what makes it a frozen one."""
    demonstration = _(DEMONSTRATION) if settings().demonstration else ""
    laid = workbooks.completion_page(
        snapshot.table, snapshot.definitions, one.heading, "", [], demonstration, _
    )
    definitions = workbooks.definitions(snapshot.definitions, _)
    below = [*under(one, snapshot), *definitions, signatures()]
    return replace(laid, below=below)


def under(one: FrozenTable, snapshot: Snapshot) -> list[str]:
    """The lines under a frozen table, on the screen, on paper and in the file."""
    made = {"n": one.version, "who": one.maker, "when": moment(one.frozen_at)}
    lines = [
        _("填报单位：%(unit)s", unit=snapshot.unit),
        *snapshot.notes,
        _("统计日：%(day)s。第 %(n)s 版，%(who)s 于 %(when)s 定稿。", day=day(one.as_of), **made),
        state(one),
        _("摘要（SM3）：%(digest)s", digest=one.digest),
    ]
    if one.why:
        lines.insert(-2, _("更正原因：%(why)s", why=one.why))
    return lines


def signatures() -> str:
    """The foot that a frozen table is signed in. No picture of a seal is drawn."""
    blank = "　" * 6
    heads = (_("填报单位（盖章）："), _("填表人："), _("审核人："), _("签发人："), _("日期："))
    return blank.join(heads) + blank


# ── a file that came back ───────────────────────────────────────────────────────────────────────


def checked(one: FrozenTable, sent: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The cells of a file that differ from the frozen ones; and whether it bears the digest."""
    name, data = workbook(one)
    ours, theirs = _figures(freezing.cells_of(name, data)), _figures(sent)
    found = compared(ours, theirs)
    marks = [value for row in sent for value in row]
    return {
        "different": [_place(unlike) for unlike in found[:SHOWN]],
        "many": len(found),
        "cells": sum(1 for row in ours for value in row if value),
        "bears": any(one.digest in value for value in marks),
    }


def _figures(cells: Iterable[Sequence[str]]) -> list[list[str]]:
    """Title, head and lines; what stands below the sum is said otherwise on another day."""
    found = []
    for row in cells:
        found.append(list(row))
        if any(value.startswith("合计") for value in row):  # data: as the file has it
            break
    return found


def _place(one: Unlike) -> tuple[str, str, str]:
    row, column = one.at
    return f"{letters(column)}{row}", one.frozen or NONE, one.sent or NONE
