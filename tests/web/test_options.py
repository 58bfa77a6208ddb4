"""A choice from a list is drawn as the library draws it."""

import pytest
from markupsafe import Markup
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import Select

from lms.web.forms import Options

SAID = [
    SelectChoice("", "全部"),
    SelectChoice("plain", "甲 & <乙> \"丙\" '丁'"),
    SelectChoice("marked", Markup("<b>甲</b>")),
    SelectChoice("the same signs", "<b>甲</b>"),
    SelectChoice('"a" & <b>', ""),
    SelectChoice("unnamed", None),
    SelectChoice("shut", "不可选", render_kw={"disabled": True}),
]
NUMBERED = [SelectChoice(1, "甲"), SelectChoice(2, None)]


@pytest.mark.parametrize("chosen", [one.value for one in SAID])
def test_options_are_drawn_as_the_library_draws_them(chosen):
    class Asked(Form):
        one = SelectField(choices=SAID, default=chosen)

    assert Options()(Asked().one, required=True) == Select()(Asked().one, required=True)


def test_a_number_is_an_option_too():
    class Asked(Form):
        one = SelectField(choices=NUMBERED, coerce=int, default=2)

    assert Options()(Asked().one) == Select()(Asked().one)
