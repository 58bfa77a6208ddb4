"""The door of the overview: the pictures of the reports, and beside them what is missed most."""

from flask import render_template
from wtforms.fields.choices import SelectChoice

from lms.access.permissions import Permission, needs
from lms.analyses import answered, showing
from lms.reports import picturing, progress, sending
from lms.reports.compared import reports
from lms.reports.overview import overview
from lms.web.forms import Mistyped
from lms.web.here import me, today

SEE = Permission.SEE_REPORTS


@reports.get("/overview")
@needs(SEE)
def overview_page():
    cohorts = progress.at_work(today())
    form = picturing.OverviewForm.asked()
    form.cohort.choices = [SelectChoice(one.id, one.title) for one in cohorts]  # type: ignore[arg-type]
    if not form.validate():
        raise Mistyped(form)
    paths = [held.path for held in me().granting([SEE])]
    found = overview(paths, form.under.data, form.cohort.data, today(), cohorts)
    page = {}
    if found:
        page = picturing.shown(found) | {"text": sending.text_of_overview(found)}
        page |= showing.most_missed(answered.gather(paths, found.root.id, today()))
    form.cohort.data = found.cohort.id if found else None
    return render_template("reports/overview_page.html", found=found, form=form, **page)
