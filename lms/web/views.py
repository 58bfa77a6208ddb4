"""The reader's own choices: language and size of type."""

from flask import Blueprint, redirect
from wtforms import SelectField

from lms.access.permissions import OPEN, needs
from lms.web.addresses import came_from
from lms.web.forms import BaseForm
from lms.web.language import LOCALES, SIZES

web = Blueprint("web", __name__)
YEAR = 365 * 24 * 3600


class LanguageForm(BaseForm):
    language = SelectField(choices=[*LOCALES])


class SizeForm(BaseForm):
    size = SelectField(choices=[*SIZES])


@web.post("/language")
@needs(OPEN)
def language():
    """Remember the language, and come back to the page."""
    return _remembered("language", LanguageForm.sent().language.data)


@web.post("/type-size")
@needs(OPEN)
def type_size():
    """Remember the size of the type, and come back to the page."""
    return _remembered("size", SizeForm.sent().size.data)


def _remembered(name: str, value: str):
    response = redirect(came_from())
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True)
    return response
