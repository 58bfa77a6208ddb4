"""What a law that changed touches: its questions beside the articles, its papers."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import needs
from lms.bank import queries as bank
from lms.bank.views import answers_first, note_looks
from lms.laws import queries as laws
from lms.laws.rules import STANDING_NAMES
from lms.reviewing import releasing, resting
from lms.reviewing.forms import ReleaseForm, WhyForm
from lms.reviewing.sampling import reviewing
from lms.reviewing.views import KEEP, NAMES, REVIEW, asked_for, banks_of, entry_of
from lms.web.here import me, now, planned, today


@reviewing.get("/laws/<int:law_edition_id>")
@needs(REVIEW, KEEP)
def edition(law_edition_id: int):
    row, first = laws.edition(law_edition_id), asked_for().first.data or 0
    found, whole = resting.resting(row, first)
    using = resting.papers_on(row)
    note_looks([one.version.question for one in found])
    shown_here = {
        "edition": row,
        "onto": resting.target(row),
        "ends": resting.ends(row),
        "ended": resting.has_ended(row, today()),
        "found": found,
        "whole": whole,
        "first": first,
        "size": resting.PAGE,
        "papers": resting.in_order(using, planned([one.id for one, _n in using])),
        "releases": banks_of() if me().may(REVIEW) else {},
        "blind": _blind(found),
        "standings": STANDING_NAMES,
    }
    return render_template("reviewing/edition.html", **shown_here, **NAMES)


def _blind(found: Sequence[resting.Resting]) -> set[int]:
    """The entries of which the reader sees neither key nor key words before answering."""
    entries = [one.version.question for one in found]
    return {one.id for one in entries if answers_first(one, bank.rights(one.bank_id))}


@reviewing.post("/laws/<int:law_edition_id>/<int:question_id>/release")
@needs(REVIEW)
def release(law_edition_id: int, question_id: int):
    row, (entry, _newest) = laws.edition(law_edition_id), entry_of(question_id)
    in_use = bank.version_in_use(entry)
    releasing.release(entry, in_use, row, ReleaseForm.sent().cited, now(), me().id)
    flash(_("题目 %(code)s 已放行。", code=entry.code), "ok")
    return redirect(url_for(".edition", law_edition_id=row.id), 303)


@reviewing.post("/laws/<int:law_edition_id>/<int:question_id>/call-back")
@needs(REVIEW)
def call_back(law_edition_id: int, question_id: int):
    row, (entry, _newest) = laws.edition(law_edition_id), entry_of(question_id)
    releasing.call_back(entry, WhyForm.sent().why.data, now())
    flash(_("题目 %(code)s 已退回命题人。", code=entry.code), "ok")
    return redirect(url_for(".edition", law_edition_id=row.id), 303)
