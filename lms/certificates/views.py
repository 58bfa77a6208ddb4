"""Certificates: one's own, those of a cohort or a class, and the page that confirms one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms.access.permissions import OPEN, SIGNED_IN, Permission, needs
from lms.certificates import earning, queries, services, showing
from lms.certificates.forms import CodeForm, OccasionForm, SoughtForm, WhyForm, YearForm
from lms.certificates.issuing import ISSUE
from lms.certificates.rules import in_parts, read_code, read_facts
from lms.classes import finding
from lms.classes import queries as classes
from lms.jobs.services import ask
from lms.training import queries as training
from lms.web import transaction
from lms.web.here import address, me, now, settings, today

certificates = Blueprint("certificates", __name__)
RUNS = Permission.RUN_TRAINING

# ── one's own ───────────────────────────────────────────────────────────────────────────────────


@certificates.get("/certificates/")
@needs(SIGNED_IN)
def mine():
    years = list(earning.years(me().id))
    form = YearForm(years=years)
    own = queries.own(me().id)
    return render_template("certificates/mine.html", own=own, form=form, **showing.NAMES)


@certificates.post("/certificates/hours")
@needs(SIGNED_IN)
def certify_hours():
    form = YearForm.sent(years=list(earning.years(me().id)))
    made = services.certify_hours(me().id, form.year.data, now(), settings().var)
    flash(_("学时证明 %(number)s 已开具，可以下载。", number=made.number), "ok")
    return redirect(url_for(".mine"), 303)


@certificates.get("/certificates/mine/<int:certificate_id>.pdf")
@needs(SIGNED_IN)
def own_pdf(certificate_id: int):
    return showing.pdf(queries.certificate(certificate_id))


# ── of a cohort or a class ──────────────────────────────────────────────────────────────────────


@certificates.route("/certificates/issued", methods=["GET", "POST"])
@needs(RUNS)
def issued():
    """A name is posted, so that none stands in an address; the lists are narrowed by it."""
    form, narrow = SoughtForm.filled(), OccasionForm.asked()
    words, page = (narrow.words.data or "", narrow.page.data or 1) if narrow.validate() else ("", 1)
    held = finding.find(finding.Sought(words=words), today(), page)
    cohorts = [one for one in training.cohorts() if words in one.title] if held.first == 1 else []
    return render_template(
        "certificates/issued.html",
        form=form,
        narrow=narrow,
        found=queries.found(form.q.data or "") if form.validate() else [],
        cohorts=cohorts,
        held=held,
        page=(held.first - 1) // finding.PAGE + 1,
        of_cohorts=queries.issued_by_cohort([one.id for one in cohorts]),
        of_classes=queries.issued_by_class([one.id for one in held.rows]),
        **showing.NAMES,
    )


@certificates.get("/certificates/cohorts/<int:cohort_id>")
@needs(RUNS)
def of_cohort(cohort_id: int):
    of = earning.of_cohort(training.cohort(cohort_id))
    return render_template("certificates/of.html", **showing.about(of))


@certificates.post("/certificates/cohorts/<int:cohort_id>")
@needs(RUNS)
def issue_to_cohort(cohort_id: int):
    showing.of_mine(earning.of_cohort(training.cohort(cohort_id)))
    return _issue({"cohort_id": cohort_id}, url_for(".of_cohort", cohort_id=cohort_id))


@certificates.get("/certificates/classes/<int:class_id>")
@needs(RUNS)
def of_class(class_id: int):
    of = earning.of_class(classes.one(class_id))
    return render_template("certificates/of.html", **showing.about(of))


@certificates.post("/certificates/classes/<int:class_id>")
@needs(RUNS)
def issue_to_class(class_id: int):
    showing.of_mine(earning.of_class(classes.one(class_id)))
    return _issue({"class_id": class_id}, url_for(".of_class", class_id=class_id))


def _issue(whose: dict[str, int], back: str):
    """Everybody who has earned one, in the background."""
    args = {**whose, "by": me().id, "url": back, "check": showing.check_address()}
    job = ask(ISSUE, args, me().id, now())
    return redirect(url_for("jobs.job", job_id=job.id), 303)


@certificates.get("/certificates/bundles/<int:bundle_id>.pdf")
@needs(RUNS)
def bundle(bundle_id: int):
    return showing.part(queries.bundle(bundle_id))


# ── one of them ─────────────────────────────────────────────────────────────────────────────────


@certificates.get("/certificates/<int:certificate_id>")
@needs(RUNS)
def certificate(certificate_id: int):
    known = queries.certificate(certificate_id)
    one = known.certificate
    return render_template(
        "certificates/certificate.html",
        known=known,
        one=one,
        facts=read_facts(one.kind, one.facts),
        code=in_parts(one.code),
        ending=queries.ending(one.id),
        successor=queries.successor(one.id),
        form=WhyForm(),
        mine=me().covers(one.issuer.path, RUNS),
        **showing.NAMES,
    )


@certificates.get("/certificates/<int:certificate_id>.pdf")
@needs(RUNS)
def pdf(certificate_id: int):
    return showing.noted_pdf(queries.certificate(certificate_id))


@certificates.post("/certificates/<int:certificate_id>/reissue")
@needs(RUNS)
def reissue(certificate_id: int):
    known, why = showing.mine(certificate_id), WhyForm.sent().why.data or ""
    made = services.reissue(known, why, now(), me().id, settings())
    flash(_("已换发，新证书编号 %(number)s。", number=made.number), "ok")
    return redirect(url_for(".certificate", certificate_id=made.id), 303)


@certificates.post("/certificates/<int:certificate_id>/revoke")
@needs(RUNS)
def revoke(certificate_id: int):
    known, why = showing.mine(certificate_id), WhyForm.sent().why.data or ""
    services.revoke(known, why, now(), me().id, settings())
    return redirect(url_for(".certificate", certificate_id=certificate_id), 303)


# ── whoever holds one in the hand ───────────────────────────────────────────────────────────────


@certificates.get("/c/")
@needs(OPEN)
def check():
    return render_template("certificates/check.html", form=CodeForm())


@certificates.post("/c/")
@needs(OPEN)
def look_up():
    return redirect(url_for(".confirm", code=read_code(CodeForm.sent().code.data) or "-"), 303)


@certificates.get("/c/<code>")
@needs(OPEN)
def confirm(code: str):
    found = services.confirm(code, address(), now(), settings(), transaction.afterwards)
    return render_template("certificates/confirm.html", found=found, **showing.NAMES)
