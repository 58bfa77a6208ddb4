"""What may be sent to take the numbers of a list home."""

from flask_babel import lazy_gettext
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms.people.rules import Post
from lms.reports.purposes import NUMBERS_NAMES, PURPOSE_NAMES, Numbers, Purpose
from lms.reports.unmasking import Why
from lms.web.forms import BaseForm, Mistyped

REQUIRED = InputRequired(lazy_gettext("请填写。"))


class ListForm(BaseForm):
    """Of which list: the state of its page, as its address has it."""

    unit = IntegerField(validators=[Optional()])
    post = SelectField(choices=["", *(one.value for one in Post)], validators=[Optional()])

    @classmethod
    def given(cls):
        """The form as the address fills it, already valid; else Mistyped."""
        form = cls.asked()
        if not form.validate():
            raise Mistyped(form)
        return form


class WantForm(BaseForm):
    """Which numbers, for what."""

    numbers = RadioField(
        lazy_gettext("要哪些号码"),
        choices=[SelectChoice(one.value, lazy_gettext(NUMBERS_NAMES[one])) for one in Numbers],
        default=Numbers.PHONES.value,
    )
    purpose = SelectField(
        lazy_gettext("用途"),
        choices=[SelectChoice(one.value, lazy_gettext(PURPOSE_NAMES[one])) for one in Purpose],
    )
    words = TextAreaField(lazy_gettext("具体说明"), validators=[REQUIRED, Length(min=4, max=200)])

    @property
    def wanted(self) -> Why:
        words = (self.words.data or "").strip()
        return Why(Numbers(self.numbers.data), Purpose(self.purpose.data), words)


class AnswerForm(BaseForm):
    """What the second person says."""

    agreed = SelectField(choices=["yes", "no"])
    why = StringField(lazy_gettext("说明（选填）"), validators=[Optional(), Length(max=200)])
