"""The doors of the analyses: marks, papers, abilities, what is missed; each as a file too."""

from collections.abc import Mapping
from functools import partial
from io import BytesIO
from typing import Any

from flask import Blueprint, render_template, send_file

from lms.access.permissions import Permission, needs
from lms.analyses import answered, quality, showing
from lms.analyses import scores as marks
from lms.analyses.forms import AnsweredForm, PaperForm, ScoresForm
from lms.audit.services import record
from lms.competencies.rules import PROJECT_NAMES
from lms.exams import queries as exams
from lms.sheets.pages import Page
from lms.sheets.writing import page_csv, workbook_bytes
from lms.web import transaction
from lms.web.here import me, now, today

analyses = Blueprint("analyses", __name__, url_prefix="/analyses")
SEE, EXPORT, RUN = Permission.SEE_REPORTS, Permission.EXPORT_REPORTS, Permission.RUN_EXAMS
MAKES = (Permission.MAKE_PAPERS, Permission.REVIEW)
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Pages = Mapping[str, Page]


def _paths() -> list[str]:
    """The subtrees for whose people the reader answers."""
    return [held.path for held in me().granting([SEE])]


def _file(pages: Pages, title: str, kind: str, table: str | None = None, **about: Any):
    """The workbook or one table of it as a csv, and a line in the log that it was taken away."""
    every, name = showing.as_file(pages, title, today())
    one = pages.get(table or "", every[0])
    if kind == CSV:
        name = f"{name.removesuffix('.xlsx')}.csv"
    made = page_csv(one) if kind == CSV else workbook_bytes(every, now())
    rows = sum(len(list(page.rows)) for page in ([one] if kind == CSV else every))
    transaction.afterwards(partial(record, "export", now(), file=name, rows=rows, **about))
    return send_file(BytesIO(made), mimetype=kind, as_attachment=True, download_name=name)


@analyses.get("/")
@needs(SEE)
def assessments():
    """Of what there are analyses."""
    rows = [row for row in exams.assessments() if not row.quiz and row.opens_at <= now()]
    words = {"project_names": PROJECT_NAMES, "tallied": dict(answered.offered())}
    return render_template("analyses/assessments.html", assessments=rows, **words)


# ── marks ───────────────────────────────────────────────────────────────────────────────────────


def _scores(assessment_id: int, form: ScoresForm) -> marks.Scores:
    found = exams.assessment(assessment_id)
    return marks.scores(found, _paths(), form.under.data, form.way, form.day)


@analyses.get("/assessments/<int:assessment_id>")
@needs(SEE)
def scores(assessment_id: int):
    form = ScoresForm.given()
    found = _scores(assessment_id, form)
    page = showing.scores(found, form, _paths())
    page["tallied"] = assessment_id in dict(answered.offered())
    return render_template("analyses/scores.html", found=found, form=form, **page)


@analyses.get("/assessments/<int:assessment_id>/scores.xlsx")
@needs(EXPORT)
def scores_xlsx(assessment_id: int):
    return _scores_file(assessment_id, XLSX)


@analyses.get("/assessments/<int:assessment_id>/scores.csv")
@needs(EXPORT)
def scores_csv(assessment_id: int):
    return _scores_file(assessment_id, CSV)


def _scores_file(assessment_id: int, kind: str):
    found = _scores(assessment_id, ScoresForm.given())
    about: dict[str, Any] = {"whom": found.assessment, "org_id": found.root.id}
    return _file(showing.scores_pages(found), showing.scores_title(found), kind, **about)


# ── a paper ─────────────────────────────────────────────────────────────────────────────────────


def _sat_paper(assessment_id: int, form: PaperForm):
    found = exams.assessment(assessment_id)
    quality.refuse_stranger(found, me().id, me().covers(found.org.path, RUN))
    return found, quality.of_assessment(found, form.paper.data)


@analyses.get("/assessments/<int:assessment_id>/paper")
@needs(RUN)
def paper(assessment_id: int):
    found, sheet = _sat_paper(assessment_id, PaperForm.asked())
    page = showing.quality(sheet, found.pass_mark) if sheet else {}
    shown = {"sheet": sheet, "papers": quality.papers_of(found), **page}
    return render_template("analyses/paper.html", assessment=found, **shown)


@analyses.get("/assessments/<int:assessment_id>/paper.xlsx")
@needs(RUN)
def paper_xlsx(assessment_id: int):
    return _paper_file(assessment_id, XLSX)


@analyses.get("/assessments/<int:assessment_id>/paper.csv")
@needs(RUN)
def paper_csv(assessment_id: int):
    return _paper_file(assessment_id, CSV)


def _paper_file(assessment_id: int, kind: str):
    form = PaperForm.asked()
    found, sheet = _sat_paper(assessment_id, form)
    sheet = quality.there(sheet)
    title = showing.quality_title(sheet, found.title)
    pages = showing.quality_pages(sheet, title, found.org.name, today())
    about: dict[str, Any] = {"whom": found, "org_id": found.org_id}
    return _file(pages, title, kind, form.table.data or "items", **about)


@analyses.get("/papers/<int:paper_id>")
@needs(*MAKES)
def made_paper(paper_id: int):
    """For who makes papers: her own, wherever they were sat; of persons, nothing."""
    sheet = quality.of_paper(paper_id)
    transaction.afterwards(partial(record, "look at paper", now(), whom=f"paper {paper_id}"))
    page = showing.quality(sheet, None)
    return render_template("analyses/made_paper.html", sheet=sheet, **page)


@analyses.get("/papers/<int:paper_id>/quality.xlsx")
@needs(*MAKES)
def made_paper_xlsx(paper_id: int):
    return _made_file(paper_id, XLSX)


@analyses.get("/papers/<int:paper_id>/quality.csv")
@needs(*MAKES)
def made_paper_csv(paper_id: int):
    return _made_file(paper_id, CSV)


def _made_file(paper_id: int, kind: str):
    sheet = quality.of_paper(paper_id)
    title = showing.quality_title(sheet)
    pages = showing.quality_pages(sheet, title, "", today())
    table = PaperForm.asked().table.data or "items"
    return _file(pages, title, kind, table, whom=f"paper {paper_id}")


# ── abilities, topics ───────────────────────────────────────────────────────────────────────────


def _answered() -> tuple[answered.Gathered, AnsweredForm]:
    form = AnsweredForm.given(assessments=answered.offered())
    under, chosen = form.under.data, form.assessment.data or None
    return answered.gather(_paths(), under, form.day, chosen), form


@analyses.get("/abilities")
@needs(SEE)
def abilities():
    found, form = _answered()
    page = showing.abilities(found, form, _paths())
    return render_template("analyses/abilities.html", found=found, form=form, **page)


@analyses.get("/abilities.xlsx")
@needs(EXPORT)
def abilities_xlsx():
    found, form = _answered()
    pages, title = showing.ability_pages(found, form), showing.abilities_title(found, form)
    return _file(pages, title, XLSX, org_id=found.root.id)


@analyses.get("/abilities.csv")
@needs(EXPORT)
def abilities_csv():
    found, form = _answered()
    pages, title = showing.ability_pages(found, form), showing.abilities_title(found, form)
    return _file(pages, title, CSV, form.table.data, org_id=found.root.id)


@analyses.get("/missed")
@needs(SEE)
def missed():
    found, form = _answered()
    page = showing.missed(found, form, _paths())
    return render_template("analyses/missed.html", found=found, form=form, **page)


@analyses.get("/missed.xlsx")
@needs(EXPORT)
def missed_xlsx():
    found, form = _answered()
    pages, title = showing.missed_pages(found, form), showing.missed_title(found, form)
    return _file(pages, title, XLSX, org_id=found.root.id)


@analyses.get("/missed.csv")
@needs(EXPORT)
def missed_csv():
    found, form = _answered()
    pages, title = showing.missed_pages(found, form), showing.missed_title(found, form)
    return _file(pages, title, CSV, form.table.data, org_id=found.root.id)
