"""The doors through which a table goes on: the draft in Word, the paper to sign."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import send_file

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.reports import sending, services
from lms.reports.forms import TableForm
from lms.reports.freezing import frozen_table
from lms.reports.frozen import note, reports
from lms.reports.views import asked
from lms.web import transaction
from lms.web.here import me, now, settings

EXPORT = Permission.EXPORT_REPORTS
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


@reports.get("/cohorts/<int:cohort_id>/completion.docx")
@needs(EXPORT)
def completion_docx(cohort_id: int):
    report = asked(cohort_id, TableForm.given())
    return _table(report, sending.document(report, me().name, now()), DOCX)


@reports.get("/cohorts/<int:cohort_id>/completion.pdf")
@needs(EXPORT)
def completion_pdf(cohort_id: int):
    report = asked(cohort_id, TableForm.given())
    return _table(report, sending.paper(report, me().name, settings().var), PDF)


@reports.get("/frozen/<int:frozen_table_id>/table.pdf")
@needs(EXPORT)
def frozen_pdf(frozen_table_id: int):
    one = frozen_table(frozen_table_id)
    file = sending.frozen_paper(one, settings().var)
    transaction.afterwards(partial(note, "export", one, file=file[0]))
    return _sent(file, PDF)


def _table(report: services.Report, file: sending.File, kind: str):
    """What was made of a table, and a line in the log that it was taken away."""
    facts: dict[str, Any] = {"whom": report.cohort, "org_id": report.root.id, "file": file[0]}
    rows = len(report.table.lines)
    transaction.afterwards(partial(record, "export", now(), rows=rows, **facts))
    return _sent(file, kind)


def _sent(file: sending.File, kind: str):
    name, data = file
    return send_file(BytesIO(data), mimetype=kind, as_attachment=True, download_name=name)
