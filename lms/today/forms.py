"""What may be sent from a desk."""

from flask_babel import lazy_gettext
from wtforms import IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, Optional

from lms.web.forms import BaseForm


class UnderForm(BaseForm):
    """Under which unit one looks; it stands in the address."""

    unit = IntegerField(validators=[Optional()])


class CallForm(BaseForm):
    """Whom one is about to call."""

    person = IntegerField(lazy_gettext("人员"), [InputRequired(lazy_gettext("请选择人员。"))])


class SwitchForm(BaseForm):
    """Whether reminders are switched off."""

    off = StringField(
        lazy_gettext("提醒"), [AnyOf(["yes", "no"], message=lazy_gettext("请选择打开或关闭。"))]
    )
