"""The doors of 基础工作: the table, what is behind a number, the files."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import render_template, send_file
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.inspecting import showing
from lms.inspecting.basics import Basics, basics
from lms.inspecting.figures import Topic
from lms.inspecting.forms import BasicForm
from lms.inspecting.views import inspecting
from lms.sheets.pages import file_name
from lms.sheets.writing import page_csv, workbook_bytes
from lms.web import transaction
from lms.web.here import me, now, today

SEES, EXPORTS = Permission.SEE_REPORTS, Permission.EXPORT_REPORTS
XLSX, CSV = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv"


@inspecting.get("/")
@needs(SEES)
def basic():
    found = _asked(BasicForm.given())
    return render_template("inspecting/basic.html", **showing.page(found, _paths(), today()))


@inspecting.get("/behind")
@needs(SEES)
def behind():
    form = BasicForm.given(behind=True)
    found, key = _asked(form), form.line.data or ""
    page = showing.behind(found, Topic(form.topic.data), key, form.first.data or 0)
    return render_template("inspecting/behind.html", **page)


@inspecting.get("/basic.xlsx")
@needs(EXPORTS)
def basic_xlsx():
    return _sent(_asked(BasicForm.given()), XLSX)


@inspecting.get("/basic.csv")
@needs(EXPORTS)
def basic_csv():
    return _sent(_asked(BasicForm.given()), CSV)


def _asked(form: BasicForm) -> Basics:
    return basics(_paths(), form.under.data, now(), _("合计"))


def _paths() -> list[str]:
    return [held.path for held in me().granting([SEES])]


def _sent(found: Basics, kind: str):
    """What is on the screen, and a line in the log that it was taken away."""
    sheet = showing.sheet(found, today(), me().name)
    stem = _("%(title)s(截至%(day)s)", title=sheet.title, day=f"{today():%Y%m%d}")
    name = file_name(stem, ".xlsx" if kind == XLSX else ".csv")
    facts: dict[str, Any] = {
        "whom": found.root,
        "org_id": found.root.id,
        "file": name,
        "rows": len(found.table),
    }
    transaction.afterwards(partial(record, "export", now(), **facts))
    data = workbook_bytes([sheet], now()) if kind == XLSX else page_csv(sheet)
    return send_file(BytesIO(data), mimetype=kind, as_attachment=True, download_name=name)
