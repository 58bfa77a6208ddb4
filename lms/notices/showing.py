"""The pages on which something is said, with what they need."""

from collections.abc import Sequence

from flask import render_template

from lms.ciphers import opened
from lms.notices import queries, services
from lms.notices.forms import AnswerForm, ComplaintForm, CorrectionForm
from lms.notices.models import Complaint
from lms.web.here import me, secret


def complaint_page(form: ComplaintForm | None = None, fault: str = "") -> str:
    """The page to complain; first the office of the reader's own county.

    fault: why what was typed is not taken.
    """
    offices = services.offices()
    form = form or ComplaintForm(offices=offices, data={"office": _nearest(offices)})
    there = me() is not None
    return render_template("notices/complaint.html", form=form, signed_in=there, fault=fault)


def _nearest(offices: list) -> int | None:
    paths = [held.path for held in me().assignments] if me() else []
    near = [unit for unit in offices if any(path.startswith(unit.path) for path in paths)]
    return max(near, key=lambda unit: len(unit.path)).id if near else None


def _contacts(rows: Sequence[Complaint]) -> dict[int, str]:
    """How to reach those who said so."""
    key = secret("cipher")
    return {row.id: opened(row.contact_seal, key) for row in rows if row.contact_seal}


def complaints_page() -> str:
    """The page to answer complaints; who asked to be named is named."""
    rows = queries.complaints()
    people = queries.names({row.person_id for row in rows if row.person_id})
    return render_template(
        "notices/complaints.html",
        rows=rows,
        people=people,
        contacts=_contacts(rows),
        form=AnswerForm(),
    )


def correction_page(form: CorrectionForm | None = None, fault: str = "") -> str:
    """The page to say what the roster has wrong, with what was said before.

    fault: why what was typed is not taken.
    """
    form, said = form or CorrectionForm(), queries.own(me().id)
    return render_template("notices/correction.html", form=form, said=said, fault=fault)
