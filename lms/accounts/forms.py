"""What may be sent to sign in, to choose a PIN, and about slips.

The fields of signing in have names of their own: an act whose session had ended is sent on
together with them.
"""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from lms.accounts.entering import Typed
from lms.accounts.rules import LONGEST_PASSWORD, Secret, local_path, read_code, typed_digits
from lms.errors import Invalid
from lms.web.forms import BaseForm
from lms.web.refusals import said

OWN = "sign-in-"  # begins the names of the fields of signing in
REQUIRED = lazy_gettext("请填写。")


def _digits(text: str | None) -> str:
    """A phone or a short number as it is kept: 0086 and spaces left out."""
    digits = typed_digits(text or "")[:40]
    return digits.removeprefix("+").removeprefix("86") if len(digits) > 12 else digits


def _code(form: BaseForm, field: StringField) -> None:
    """Sixteen digits whose last one fits; else the typist hears at once, and no try is lost."""
    if not (field.data or "").strip():
        return
    try:
        field.data = read_code(field.data or "")
    except Invalid as wrong:
        raise ValidationError(said(wrong)) from wrong


class GoingOn(BaseForm):
    """Where to go on afterwards; again: the address is sent what was typed for it."""

    then = HiddenField(name=f"{OWN}then")
    again = HiddenField(name=f"{OWN}again")

    @property
    def next(self) -> str:
        return local_path(self.then.data or "")


class NameForm(GoingOn):
    """Who signs in."""

    name = StringField(
        lazy_gettext("手机号或短号"),
        [InputRequired(REQUIRED), Length(max=40)],
        filters=[_digits],
        name=f"{OWN}name",
    )


class EnterForm(GoingOn):
    """What one signs in with. Without a name: whoever the device or the page knows."""

    name = StringField(lazy_gettext("手机号或短号"), filters=[_digits], name=f"{OWN}name")
    code = StringField(lazy_gettext("凭条码"), [Optional(), _code], name=f"{OWN}code")
    secret = PasswordField(
        lazy_gettext("PIN 码或密码"), [Length(max=LONGEST_PASSWORD)], name=f"{OWN}secret"
    )
    remember = BooleanField(
        lazy_gettext("这是我自己的设备，30 天内只输 PIN 码或密码"), name=f"{OWN}remember"
    )

    def typed(self) -> Typed:
        return Typed(
            self.name.data or "", self.code.data or "", self.secret.data or "", self.remember.data
        )


class CodeForm(BaseForm):
    """The code of a slip."""

    code = StringField(lazy_gettext("凭条码"), [InputRequired(REQUIRED), _code])


class ChooseForm(BaseForm):
    """A new PIN or password, twice. kind: which of them."""

    secret = PasswordField("", [InputRequired(REQUIRED), Length(max=LONGEST_PASSWORD)])
    again = PasswordField("", [InputRequired(REQUIRED)])
    remember = BooleanField(
        lazy_gettext("这是我自己的设备，30 天内只输 PIN 码或密码"), default=True
    )

    def __init__(self, *sent: Any, kind: Secret, **more: Any) -> None:
        super().__init__(*sent, **more)
        pin = lazy_gettext("设一个 6 位数字的 PIN 码"), lazy_gettext("PIN 码再输一遍")
        password = lazy_gettext("设一个密码"), lazy_gettext("密码再输一遍")
        labels = pin if kind is Secret.PIN else password
        self.secret.label.text, self.again.label.text = labels

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.secret.data:
            raise ValidationError(lazy_gettext("两次输入的不一样，请再输一遍。"))


class ChangeForm(ChooseForm):
    """The present secret, and a new one twice."""

    present = PasswordField(lazy_gettext("现在的 PIN 码或密码"), [InputRequired(REQUIRED)])


class WhyForm(BaseForm):
    """A reason, for what is closed or opened again."""

    why = StringField(lazy_gettext("原因"), [InputRequired(REQUIRED), Length(max=200)])


class RollForm(BaseForm):
    """Whose slips to look at."""

    unit = IntegerField(lazy_gettext("单位"), [Optional()])


class PrintForm(BaseForm):
    """For whom to print slips."""

    unit = IntegerField(lazy_gettext("单位"), [InputRequired(REQUIRED)])
    unused = BooleanField(lazy_gettext("已发但没有用过的也重打（原来的凭条作废）"))
    used = BooleanField(lazy_gettext("已设 PIN 或密码的也重打（原凭条码作废，PIN 和密码不变）"))


class FindForm(BaseForm):
    """A name or a number, to find a person's line."""

    q = StringField(lazy_gettext("姓名、短号"), [Length(max=40)])


class SessionsForm(BaseForm):
    """Which page of the open sessions."""

    page = IntegerField(validators=[Optional()], default=1)
