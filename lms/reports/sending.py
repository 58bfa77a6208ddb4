"""What goes on from a table: a draft in Word, a PDF to sign, a few lines to paste.

All of it is paper, so its words are Chinese whoever asks for it.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _

from lms.clock import day_of
from lms.reports import (
    chosen,
    feedback,
    frozen_showing,
    printing,
    progress,
    services,
    showing,
    tables,
)
from lms.reports.charts import percent
from lms.reports.dictionary import SHIPPED
from lms.reports.feedback import Standing, reasons_of
from lms.reports.frozen_showing import in_chinese
from lms.reports.models import FrozenTable
from lms.reports.overview import Overview, is_under
from lms.reports.services import Report
from lms.reports.tables import Table
from lms.sheets.pages import file_name

DRAFT = "草稿（核对修改后，请删去页眉上的这行字）"  # data: at the head of a paper
NOT_APPROVED = "未审核"  # data: on paper
OPENING, PRESENT = "期初名单", "现任名单"  # data: which list was counted
USUAL = tuple(SHIPPED[code] for code in ("required", "completed", "completion_rate"))
File = tuple[str, bytes]  # its name, and what is in it


# ── the draft of the 情况反馈 ───────────────────────────────────────────────────────────────────


def document(report: Report, by: str, now: datetime) -> File:
    """The draft with the table, on paper as GB/T 9704 sets it; 草稿 until somebody deletes it."""
    from lms.sheets.official import Official  # loaded by who takes a draft home

    with in_chinese():
        report = _in_order(report)
        said = feedback.draft(_with_reasons(report), day_of(now))
        sheet = showing.completion_sheet(report, by)
        mark = "　".join(filter(None, (DRAFT, sheet.page.demonstration)))
        made = Official(said.title, now, mark)
        made.line(said.opening)
        for head, paragraphs in said.parts:
            made.first(head)
            for text in paragraphs:
                made.line(text)
        made.line(said.enclosed)
        made.signed(said.signed)
        made.across(sheet.page)
        stem = f"{said.title}(截至{report.as_of:%Y%m%d})草稿"  # data: the name of a file
        return file_name(stem, ".docx"), made.bytes()


def _with_reasons(report: Report) -> Standing:
    """The table with why some have not completed, and which lines are under the plan."""
    cohort, root = report.cohort, report.root
    level = (
        report.table.level if report.table.level in tables.KINDS else services.fitting(root.kind)
    )
    inside = report.tree.kept(report.only, root.id)
    counted = services.kept(progress.standing(report.roster), inside)
    lacking = tables.by_unit(counted, report.tree, level, root.id)
    plan = progress.planned(cohort.opens_on, cohort.closes_on, report.as_of)
    under = [(_(line.name), reasons_of(line)) for line in lacking.lines if is_under(line, plan)]
    told = _told(report)
    return replace(told, reasons=reasons_of(lacking.total), under=under, plan=percent(plan))


def _told(report: Report) -> Standing:
    cohort, listed = report.cohort, OPENING if report.roster.fixed_on else PRESENT
    return Standing(
        unit=report.root.name,
        cohort=cohort.title,
        listed="，".join(filter(None, (listed, chosen.only_said(report.only).strip("（）")))),
        opens_on=cohort.opens_on,
        closes_on=cohort.closes_on,
        as_of=report.as_of,
        columns=report.columns,
        table=report.table,
        reasons={},
        under=[],
        plan="",
        notes=showing.notes(report),
    )


def _in_order(report: Report) -> Report:
    """The lines as the territory has them, however the page is sorted: a draft ranks nobody."""
    return replace(report, table=_ordered(report), sort="")


def _ordered(report: Report) -> Table:
    if report.table.level not in tables.KINDS:
        return report.table
    order = {str(unit): n for n, unit in enumerate(report.tree.inside(report.root.id))}
    last = len(order)
    lines = sorted(report.table.lines, key=lambda line: order.get(line.key, last))
    return replace(report.table, lines=lines)


# ── a few lines for a group ─────────────────────────────────────────────────────────────────────


def text_of_table(report: Report) -> str:
    """The numbers of a table as lines to paste."""
    with in_chinese():
        return feedback.few_lines(_told(_in_order(report)))


def text_of_overview(found: Overview) -> str:
    """The overview as lines to paste, with the plan and why some have not completed."""
    cohort = found.cohort
    told = Standing(
        unit=found.root.name,
        cohort=cohort.title,
        listed=PRESENT,
        opens_on=cohort.opens_on,
        closes_on=cohort.closes_on,
        as_of=found.as_of,
        columns=USUAL,
        table=found.table,
        reasons=reasons_of(found.table.total),
        under=[],
        plan=percent(found.plan),
    )
    return feedback.few_lines(told)


# ── paper ───────────────────────────────────────────────────────────────────────────────────────


def paper(report: Report, by: str, var: Path) -> File:
    """The table as a PDF: nobody has approved what is counted today, and it says so."""
    with in_chinese():
        sheet = showing.completion_sheet(report, by)
        name = f"{sheet.file.removesuffix('.xlsx')}.pdf"
        return name, printing.pdf(sheet.page, var, NOT_APPROVED)


def frozen_paper(one: FrozenTable, var: Path) -> File:
    """A frozen table as a PDF, to be signed; 未审核 where nobody has."""
    with in_chinese():
        name, page = frozen_showing.sheet(one)
        mark = "" if one.signs else NOT_APPROVED
        return f"{name.removesuffix('.xlsx')}.pdf", printing.pdf(page, var, mark)
