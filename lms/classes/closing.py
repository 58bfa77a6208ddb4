"""The doors of the end of a class."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import needs
from lms.classes import ending, queries
from lms.classes.absence import LACK_NAMES, Lack
from lms.classes.forms import EndForm
from lms.classes.taking import classes
from lms.classes.views import ARRANGES, RUNS, arranged, arranges, sent
from lms.errors import Refusal
from lms.web.here import me, now, today
from lms.web.refusals import said


@classes.get("/<int:class_id>/end")
@needs(*RUNS)
def end(class_id: int):
    return _end(class_id, EndForm())


@classes.post("/<int:class_id>/end")
@needs(ARRANGES)
def end_class(class_id: int):
    found, form = arranged(queries.one(class_id)), EndForm.filled()
    if not sent(form):
        return _end(class_id, form)
    try:
        seen = ending.end_class(found, form.why.data, now(), today(), me().id)
    except Refusal as refusal:
        return _end(class_id, form, said(refusal))
    flash(_("已结班：%(n)s 人结业，共 %(all)s 人。", n=seen.completed, all=len(seen.ends)), "ok")
    return redirect(url_for(".end", class_id=class_id), 303)


def _end(class_id: int, form: EndForm, fault: str = ""):
    found = queries.one(class_id)
    seen = ending.preview(found)
    stops = ""
    try:
        ending.refuse_early(found, seen, today())
    except Refusal as refusal:
        stops = said(refusal)
    page = render_template(
        "classes/end.html",
        found=found,
        seen=seen,
        form=form,
        fault=fault,
        stops=stops,
        lacks=LACK_NAMES,
        lack=Lack,
        arranges=arranges(found),
    )
    return page, 422 if form.errors or fault else 200
