"""The doors of what is laid out for going upward: 统计表, 班次一览表, the table by project."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import render_template, send_file
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.classes import queries as classes
from lms.orgs.models import OrgUnit
from lms.reports import (
    class_showing,
    classlist,
    laying,
    layout_showing,
    portfolio,
    portfolio_showing,
    services,
)
from lms.reports.forms import PlaceForm, ProjectForm, TableForm
from lms.reports.laid import Laid
from lms.reports.measures import Count
from lms.reports.queries import PAGE
from lms.reports.views import CSV, XLSX, paths, reports
from lms.sheets.pages import DEMONSTRATION, file_name
from lms.sheets.writing import page_csv, workbook_bytes
from lms.web import transaction
from lms.web.here import me, now, settings, today

SEES, EXPORTS = Permission.SEE_REPORTS, Permission.EXPORT_REPORTS


def _file(laid: Laid, root: OrgUnit, kind: str, whom: Any = None):
    """The workbook or the csv, and a line in the log that it was taken away."""
    name = file_name(laid.stem, ".xlsx" if kind == XLSX else ".csv")
    facts: dict[str, Any] = {"org_id": root.id, "file": name, "rows": len(laid.rows)}
    transaction.afterwards(partial(record, "export", now(), whom=whom or root, **facts))
    page = laid.page(_(DEMONSTRATION) if settings().demonstration else "")
    made = workbook_bytes([page], now()) if kind == XLSX else page_csv(page)
    return send_file(BytesIO(made), mimetype=kind, as_attachment=True, download_name=name)


# ── 培训情况统计表 ──────────────────────────────────────────────────────────────────────────────


def _layout(cohort_id: int, form: TableForm) -> laying.Layout:
    under, opening = form.under.data, bool(form.opening.data)
    how: dict[str, Any] = {"opening": opening, "today": today(), "only": form.only_units}
    return laying.layout(cohort_id, paths(), under, form.level, form.day, **how)


@reports.get("/cohorts/<int:cohort_id>/layout")
@needs(SEES)
def layout(cohort_id: int):
    form = TableForm.given()
    found = _layout(cohort_id, form)
    page = layout_showing.page(found, form, me().name, paths())
    return render_template("reports/layout.html", report=found.report, form=form, **page)


@reports.get("/cohorts/<int:cohort_id>/layout.xlsx")
@needs(EXPORTS)
def layout_xlsx(cohort_id: int):
    return _layout_file(cohort_id, XLSX)


@reports.get("/cohorts/<int:cohort_id>/layout.csv")
@needs(EXPORTS)
def layout_csv(cohort_id: int):
    return _layout_file(cohort_id, CSV)


def _layout_file(cohort_id: int, kind: str):
    form = TableForm.given()
    found = _layout(cohort_id, form)
    laid = layout_showing.laid(found, form, me().name)
    return _file(laid, found.report.root, kind, found.report.cohort)


# ── 培训班次一览表 ──────────────────────────────────────────────────────────────────────────────


@reports.get("/classes")
@needs(SEES)
def class_list():
    form = PlaceForm.given()
    laid, root = _classes(form)
    return render_template("reports/class_list.html", laid=laid, root=root, form=form)


@reports.get("/classes.xlsx")
@needs(EXPORTS)
def class_list_xlsx():
    return _file(*_classes(PlaceForm.given()), XLSX)


@reports.get("/classes.csv")
@needs(EXPORTS)
def class_list_csv():
    return _file(*_classes(PlaceForm.given()), CSV)


def _classes(form: PlaceForm) -> tuple[Laid, OrgUnit]:
    root = services.root_of(paths(), form.under.data)
    found = classlist.class_list(root, form.day)
    return class_showing.listed(found, form, me().name), root


@reports.get("/classes/<int:class_id>/names")
@needs(SEES)
def class_names(class_id: int):
    form = PlaceForm.given()
    laid, root = _members(class_id, form)
    page = {"laid": laid, "root": root, "form": form, "class_id": class_id}
    return render_template("reports/class_names.html", **page)


@reports.get("/classes/<int:class_id>/names.xlsx")
@needs(EXPORTS)
def class_names_xlsx(class_id: int):
    return _file(*_members(class_id, PlaceForm.given()), XLSX)


@reports.get("/classes/<int:class_id>/names.csv")
@needs(EXPORTS)
def class_names_csv(class_id: int):
    return _file(*_members(class_id, PlaceForm.given()), CSV)


def _members(class_id: int, form: PlaceForm) -> tuple[Laid, OrgUnit]:
    root, one = services.root_of(paths(), form.under.data), classes.one(class_id)
    found = classlist.members(one, root, form.day)
    return class_showing.members(one, form, found, root.name, me().name), root


# ── by project and programme ────────────────────────────────────────────────────────────────────


def _portfolio(form: ProjectForm) -> portfolio.Portfolio:
    sort = form.sort.data or ""
    return portfolio.portfolio(paths(), form.under.data, form.day, form.only, sort)


@reports.get("/projects")
@needs(SEES)
def projects():
    form = ProjectForm.given()
    found = _portfolio(form)
    page = portfolio_showing.page(found, form, me().name)
    return render_template("reports/projects.html", found=found, form=form, **page)


@reports.get("/projects.xlsx")
@needs(EXPORTS)
def projects_xlsx():
    return _projects_file(XLSX)


@reports.get("/projects.csv")
@needs(EXPORTS)
def projects_csv():
    return _projects_file(CSV)


def _projects_file(kind: str):
    form = ProjectForm.given()
    found = _portfolio(form)
    return _file(portfolio_showing.laid(found, form, me().name), found.root, kind)


@reports.get("/projects/names")
@needs(SEES)
def project_names():
    form = ProjectForm.given()
    found, first = _portfolio(form), form.first.data or 0
    count = Count(form.measure.data)
    people, whole = portfolio.behind(found, form.project.data or "", count, first, PAGE)
    laid = portfolio_showing.names(found, form, people, first, me().name)
    page = portfolio_showing.pages(form, first, len(people), whole)
    return render_template("reports/project_names.html", laid=laid, form=form, **page)


@reports.get("/projects/names.xlsx")
@needs(EXPORTS)
def project_names_xlsx():
    return _project_names_file(XLSX)


@reports.get("/projects/names.csv")
@needs(EXPORTS)
def project_names_csv():
    return _project_names_file(CSV)


def _project_names_file(kind: str):
    form = ProjectForm.given()
    found = _portfolio(form)
    people, _whole = portfolio.behind(found, form.project.data or "", Count(form.measure.data))
    return _file(portfolio_showing.names(found, form, people, 0, me().name), found.root, kind)
