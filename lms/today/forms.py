"""What may be sent from a desk."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from lms.web.forms import BaseForm


class UnderForm(BaseForm):
    """Under which unit one looks; it stands in the address."""

    unit = IntegerField(validators=[Optional()])


class SeenForm(BaseForm):
    """Up to which moment a page showed what is new."""

    until = StringField(validators=[InputRequired()])


class HolidaysForm(BaseForm):
    """The arrangement of a year, as its notice has it."""

    year = IntegerField(lazy_gettext("年份"), validators=[InputRequired(), NumberRange(2025, 2099)])
    source = StringField(lazy_gettext("依据"), validators=[InputRequired(), Length(max=200)])
    rest = TextAreaField(lazy_gettext("放假的日子"), validators=[InputRequired(), Length(max=1000)])
    work = TextAreaField(lazy_gettext("调休上班的日子"), validators=[Length(max=1000)])

    def written(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        return {name: self[name].data or "" for name in ("year", "source", "rest", "work")}


class CallForm(BaseForm):
    """Whom one is about to call."""

    person = IntegerField(lazy_gettext("人员"), [InputRequired(lazy_gettext("请选择人员。"))])


class SwitchForm(BaseForm):
    """Whether reminders are switched off."""

    off = StringField(
        lazy_gettext("提醒"), [AnyOf(["yes", "no"], message=lazy_gettext("请选择打开或关闭。"))]
    )
