"""The audit administrator's room."""

from flask import Blueprint, render_template, url_for

from lms.access.permissions import Permission, needs
from lms.audit import facts, queries, services, words
from lms.audit.forms import LogForm
from lms.web.here import now, secret

audit = Blueprint("audit", __name__, url_prefix="/audit")


@audit.get("/")
@needs(Permission.READ_AUDIT)
def log():
    form = LogForm.asked()
    rows = queries.entries(**form.chosen()) if form.validate() else []
    more = len(rows) == queries.PAGE
    later = url_for(".log", **form.kept(), before=rows[-1].id) if more else None
    said = {"words": words, "said": facts.said}
    return render_template("audit/log.html", form=form, entries=rows, later=later, **said)


@audit.get("/seal")
@needs(Permission.READ_AUDIT)
def seal():
    return render_template("audit/seal.html", verdict=services.verify(secret("digest")), now=now())
