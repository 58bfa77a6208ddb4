"""The doors of the 教学评价: answering it, and what was said."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import needs
from lms.classes import evaluating, queries
from lms.classes.evaluating import FEWEST, QUESTIONS, SCORES
from lms.classes.forms import ScoresForm
from lms.classes.mine import LEARN, own_place
from lms.classes.printed import classes
from lms.classes.views import ARRANGES, RUNS, run, sent
from lms.errors import Refusal
from lms.web.here import today
from lms.web.refusals import said


@classes.route("/mine/<int:class_id>/evaluate", methods=["GET", "POST"])
@needs(LEARN)
def evaluate(class_id: int):
    """Five questions; nobody learns who said what."""
    place, form, fault = own_place(class_id), ScoresForm.filled(), ""
    if sent(form):
        try:
            evaluating.answer(place, form.scores, today())
            flash(_("已收到您的评价，谢谢。"), "ok")
            return redirect(url_for(".own_class", class_id=class_id), 303)
        except Refusal as refusal:
            fault = said(refusal)
    page = render_template(
        "classes/evaluate.html",
        found=place.whole_class,
        form=form,
        fault=fault,
        done=evaluating.has_answered(place.id),
        open=evaluating.is_open(place.whole_class, today()),
        questions=QUESTIONS,
        scores=SCORES,
    )
    return page, 422 if form.errors or fault else 200


@classes.get("/<int:class_id>/evaluation")
@needs(*RUNS)
def evaluation(class_id: int):
    found = run(queries.one(class_id))
    return render_template(
        "classes/evaluation.html",
        found=found,
        answered=evaluating.answered(class_id),
        persons=queries.persons_by_class([class_id]).get(class_id, 0),
        opinions=evaluating.opinions([class_id]).get(class_id, {}),
        questions=QUESTIONS,
        fewest=FEWEST,
    )


@classes.get("/satisfaction")
@needs(ARRANGES)
def satisfaction():
    """满意度 of every class in sight, and of those who taught."""
    found = queries.classes()
    ids = [one.id for one in found]
    return render_template(
        "classes/satisfaction.html",
        classes=found,
        opinions=evaluating.opinions(ids),
        teachers=evaluating.by_teacher(ids),
        overall=evaluating.OVERALL,
        fewest=FEWEST,
    )
