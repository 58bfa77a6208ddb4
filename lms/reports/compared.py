"""The doors of two moments side by side: the page, the names behind a reason, the file."""

from datetime import date
from functools import partial
from io import BytesIO
from typing import Any

from flask import render_template, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.reports import compared_showing as showing
from lms.reports.changes import Why
from lms.reports.comparing import CODES, PLACES, Compared, Wanted, compared_of
from lms.reports.dictionary import SHIPPED
from lms.reports.numbers import reports
from lms.reports.rules import Level
from lms.reports.views import CSV, XLSX
from lms.sheets.writing import page_csv, workbook_bytes
from lms.web import transaction
from lms.web.forms import BaseForm, Mistyped
from lms.web.here import me, now, today

SEE, EXPORT = Permission.SEE_REPORTS, Permission.EXPORT_REPORTS


class ComparedForm(BaseForm):
    """Which two days, or which frozen table and which day; the address is the state of the page."""

    before = DateField(lazy_gettext("前一个统计日"), validators=[Optional()])
    as_of = DateField(lazy_gettext("后一个统计日"), validators=[Optional()])
    measure = SelectField(lazy_gettext("指标"), default=CODES[0], validators=[Optional()])
    by = SelectField(choices=[one.value for one in PLACES], validators=[Optional()])
    under = IntegerField(validators=[Optional()])
    frozen = IntegerField(validators=[Optional()])
    opening = BooleanField()
    why = SelectField(choices=[one.value for one in Why], validators=[Optional()])
    line = IntegerField(validators=[Optional()])
    first = IntegerField(default=0, validators=[Optional(), NumberRange(min=0)])

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.measure.choices = [
            SelectChoice(code, lazy_gettext(SHIPPED[code].name)) for code in CODES
        ]

    def validate_as_of(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError(_("统计日不能晚于今天。"))

    @property
    def after(self) -> date:
        return self.as_of.data or today()

    def kept(self, found: Compared) -> dict[str, Any]:
        """The state of the page as an address carries it, its defaults said."""
        state = {
            "frozen": self.frozen.data,
            "before": None if self.frozen.data else found.before,
            "as_of": found.after,
            "measure": found.measure.code,
            "by": found.level.value,
            "under": found.root.id,
            "opening": 1 if self.opening.data else None,
        }
        return {name: value for name, value in state.items() if value}

    @classmethod
    def given(cls):
        """The form as the address fills it, already valid; else Mistyped."""
        form = cls.asked()
        if not form.validate():
            raise Mistyped(form)
        return form


def _asked(cohort_id: int, form: ComparedForm, may: Permission, named: bool = False) -> Compared:
    paths = [held.path for held in me().granting([may])]
    wanted = Wanted(
        cohort_id,
        form.before.data,
        form.after,
        under=form.under.data,
        level=Level(form.by.data) if form.by.data else None,
        opening=bool(form.opening.data),
        code=form.measure.data or CODES[0],
        frozen=form.frozen.data,
        named=named,
    )
    return compared_of(wanted, paths)


@reports.get("/cohorts/<int:cohort_id>/compared")
@needs(SEE)
def compared(cohort_id: int):
    form = ComparedForm.given()
    found = _asked(cohort_id, form, SEE)
    paths = [held.path for held in me().granting([SEE])]
    page = showing.page(found, form.kept(found), paths)
    form.before.data, form.as_of.data = found.before, found.after
    return render_template("reports/compared.html", found=found, form=form, **page)


@reports.get("/cohorts/<int:cohort_id>/compared/names")
@needs(SEE)
def compared_names(cohort_id: int):
    form = ComparedForm.given()
    found = _asked(cohort_id, form, SEE, named=True)
    why, first = Why(form.why.data or Why.NEW_POST), form.first.data or 0
    page = showing.names(found, why, form.line.data, first, form.kept(found))
    return render_template("reports/compared_names.html", about=found, **page)


@reports.get("/cohorts/<int:cohort_id>/compared.xlsx")
@needs(EXPORT)
def compared_xlsx(cohort_id: int):
    return _file(cohort_id, XLSX)


@reports.get("/cohorts/<int:cohort_id>/compared.csv")
@needs(EXPORT)
def compared_csv(cohort_id: int):
    return _file(cohort_id, CSV)


def _file(cohort_id: int, kind: str):
    """The workbook or the csv, and a line in the log that it was taken away."""
    found = _asked(cohort_id, ComparedForm.given(), EXPORT)
    name, page = showing.sheet(found, me().name)
    name = name if kind == XLSX else f"{name.removesuffix('.xlsx')}.csv"
    facts: dict[str, Any] = {
        "whom": found.cohort,
        "org_id": found.root.id,
        "file": name,
        "rows": len(found.pairs),
    }
    transaction.afterwards(partial(record, "export", now(), **facts))
    made = workbook_bytes([page], now()) if kind == XLSX else page_csv(page)
    return send_file(BytesIO(made), mimetype=kind, as_attachment=True, download_name=name)
