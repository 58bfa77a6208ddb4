"""Taking a bank home: the workbook, the Word paper, the folder of files; and what was not taken."""

from functools import partial
from io import BytesIO

from flask import Blueprint, render_template, send_file

from lms.access.permissions import Permission, needs
from lms.audit.services import record
from lms.bank import queries as banks
from lms.bank.forms import QuestionsForm
from lms.bank.models import Bank
from lms.bank.views import reads_blind
from lms.competencies.queries import abilities
from lms.exchange import homes, queries
from lms.exchange.homes import Home
from lms.sheets.pages import file_name
from lms.web import transaction
from lms.web.forms import Mistyped
from lms.web.here import now

taking = Blueprint("taking", __name__, url_prefix="/banks")
SEE = Permission.SEE_BANK


def _asked() -> QuestionsForm:
    """The same filters as on the bank's page."""
    form = QuestionsForm.asked()
    form.offer((one.id, one.name) for one in abilities().values())
    if not form.validate():
        raise Mistyped(form)
    return form


@taking.get("/<int:bank_id>/home")
@needs(SEE)
def home(bank_id: int):
    bank, form = banks.bank(bank_id), _asked()
    found, left = _chosen(bank, form)
    shown = {"count": len(found), "left": left}
    return render_template("taking/home.html", bank=bank, form=form, **shown)


@taking.get("/<int:bank_id>/home.<format>")
@needs(SEE)
def export(bank_id: int, format: str):
    bank = banks.bank(bank_id)
    return _file(homes.home(bank, _chosen(bank, _asked())[0], format, now()), bank)


def _chosen(bank: Bank, form: QuestionsForm) -> tuple[list[int], int]:
    """What the filter shows; and how many a reviewer has yet to answer: their key stays here."""
    found = homes.chosen(bank, form.sought())
    if not reads_blind(banks.rights(bank.id)):
        return found, 0
    passed = banks.passed(bank.id)
    kept = [one for one in found if one in passed]
    return kept, len(found) - len(kept)


@taking.get("/<int:bank_id>/template.xlsx")
@needs(Permission.KEEP_BANK)
def template(bank_id: int):
    banks.bank(bank_id)
    return _file(homes.template())


@taking.get("/imports/<int:bank_import_id>/faulty.<format>")
@needs(Permission.KEEP_BANK)
def faulty(bank_import_id: int, format: str):
    one = queries.one_import(bank_import_id)
    return _file(homes.faulty(one, format, now()), one.bank)


def _file(made: Home, bank: Bank | None = None):
    """The file; a line in the log says that questions were taken away."""
    name = file_name(made.name, f".{made.format}")
    if bank is not None:
        whose = partial(record, "export", now(), whom=bank, org_id=bank.org_id)
        transaction.afterwards(partial(whose, file=name, rows=made.count, exam=made.exam))
    return send_file(BytesIO(made.data), mimetype=made.type, as_attachment=True, download_name=name)
