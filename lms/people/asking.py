"""What the doors of this room share: what is looked for, and which unit or person is meant."""

from typing import Any

from flask import redirect, session

from lms.ciphers import opened, sealed
from lms.orgs import queries as orgs
from lms.orgs.models import OrgUnit
from lms.people import finding, identity, queries
from lms.people.forms import AddForm, ListForm, SearchForm, UnitForm
from lms.web.here import settings, today


def keys() -> dict[str, str]:
    """The keys of the house."""
    return settings().secrets


def remembered(where: str) -> Any:
    """Keep what is looked for, sealed, so that it stands in no address and one can come back."""
    session["sought"] = sealed(SearchForm.sent().q.data or "", keys()["cipher"])
    return redirect(where)


def sought() -> str:
    """What was looked for last; empty where nothing was, or the keys have changed since."""
    try:
        return opened(session.get("sought", ""), keys()["cipher"])
    except ValueError:
        return ""


def meant(form: UnitForm, *, everywhere: bool = False) -> OrgUnit | None:
    """The unit that a form names, where all else is right too; else the form says what is not."""
    sound = form.validate()
    unit = form.meant(finding.units_meant(form.unit.data or "", everywhere=everywhere))
    return unit if sound else None


def named(form: ListForm) -> str:
    """The unit of the address in words, as a form shows it."""
    if not form.validate() or not form.unit.data:
        return ""
    unit = orgs.mine(form.unit.data)
    return queries.lines([unit])[unit.id]


def newcomer() -> tuple[AddForm, OrgUnit | None, identity.Match | None]:
    """What was typed of a new person; the unit, if it is sure; and who it may be already."""
    form = AddForm.filled()
    unit = meant(form)
    if unit is None:
        return form, None, None
    clue = identity.clue_of(form.facts(), unit.id)
    return form, unit, identity.identify([clue], keys(), today())[0]
