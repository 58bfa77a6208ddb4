"""The doors of the 教学评价: answering it, an office's word, and what was said from each angle."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import Permission, needs
from lms.classes import angles, evaluating, queries
from lms.classes.evaluating import FEWEST, QUESTIONS, SCORES
from lms.classes.forms import ScoresForm, WordForm
from lms.classes.mine import LEARN, own_place
from lms.classes.models import TrainingClass
from lms.classes.printed import classes
from lms.classes.rules import ANGLE_NAMES, Angle
from lms.classes.views import ARRANGES, RUNS, run, sent
from lms.errors import NotAllowed, Refusal
from lms.web.here import me, now, today
from lms.web.refusals import said


@classes.route("/mine/<int:class_id>/evaluate", methods=["GET", "POST"])
@needs(LEARN)
def evaluate(class_id: int):
    """Five questions, and the teachers one by one; nobody learns who said what."""
    place, form, fault = own_place(class_id), ScoresForm.filled(), ""
    if sent(form):
        try:
            evaluating.answer(place, form.scores, now())
            angles.count(place.whole_class, form.teachers)
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
        open=evaluating.is_open(place.whole_class, now()),
        questions=QUESTIONS,
        scores=SCORES,
        teachers=angles.judged(place.whole_class),
        days=evaluating.OPEN_FOR.days,
        fewest=FEWEST,
    )
    return page, 422 if form.errors or fault else 200


@classes.get("/<int:class_id>/evaluation")
@needs(*RUNS)
def evaluation(class_id: int):
    """Side by side: trainees when it is over, from five answers on, and what each office says."""
    found = run(queries.one(class_id))
    words = angles.words(class_id)
    return render_template(
        "classes/evaluation.html",
        found=found,
        answered=evaluating.answered(class_id),
        persons=queries.persons_by_class([class_id]).get(class_id, 0),
        opinions=evaluating.opinions([class_id], today()).get(class_id, {}),
        questions=QUESTIONS,
        scores=SCORES,
        fewest=FEWEST,
        words=words,
        teachers=angles.teachers_said(found, list(words.values()), today()),
        angle_names=ANGLE_NAMES,
        own=_own_angle(found),
        open=evaluating.is_open(found, now()),
        over=evaluating.is_over(found, today()),
        until=found.to_on + evaluating.OPEN_FOR,
    )


@classes.route("/<int:class_id>/evaluation/office", methods=["GET", "POST"])
@needs(*RUNS)
def office_word(class_id: int):
    found = run(queries.one(class_id))
    angle, form, fault = _own_angle(found), WordForm.filled(), ""
    if angle is None:
        raise NotAllowed("由班主任和主办单位“{unit}”的培训管理员评价。", unit=found.org.name)
    if sent(form):
        try:
            what = (form.scores, form.teachers, (form.said.data or "").strip())
            angles.say(found, angle, *what, me(), now())
            flash(_("已记下，以职务身份显示在评价页。"), "ok")
            return redirect(url_for(".evaluation", class_id=class_id), 303)
        except Refusal as refusal:
            fault = said(refusal)
    page = render_template(
        "classes/office_word.html",
        found=found,
        form=form,
        fault=fault,
        angle=_(ANGLE_NAMES[angle]),
        open=evaluating.is_open(found, now()),
        questions=QUESTIONS,
        scores=SCORES,
        teachers=angles.taught(found),
        days=evaluating.OPEN_FOR.days,
    )
    return page, 422 if form.errors or fault else 200


def _own_angle(found: TrainingClass) -> Angle | None:
    """By which office this person speaks of a class; those above its unit do not."""
    manages = found.person_id == me().id and me().may(Permission.RUN_CLASS)
    return angles.angle_of(manages, found.org_id in me().units(ARRANGES))


@classes.get("/satisfaction")
@needs(ARRANGES)
def satisfaction():
    """满意度 of every class in sight, and of those who taught."""
    found = queries.classes()
    ids = [one.id for one in found]
    return render_template(
        "classes/satisfaction.html",
        classes=found,
        opinions=evaluating.opinions(ids, today()),
        teachers=evaluating.by_teacher(ids, today()),
        overall=evaluating.OVERALL,
        fewest=FEWEST,
        days=evaluating.OPEN_FOR.days,
    )
