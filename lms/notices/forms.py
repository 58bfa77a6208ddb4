"""What may be said to an office, and answered."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lms.notices.rules import LINE, LONGEST, read_code
from lms.orgs.models import OrgUnit
from lms.web.forms import BaseForm

REQUIRED = lazy_gettext("请填写。")


class ComplaintForm(BaseForm):
    """A complaint or a proposal. offices: the units whose organization departments answer."""

    office = SelectField(lazy_gettext("由谁答复"), coerce=int)
    said = TextAreaField(
        lazy_gettext("投诉或建议"),
        [InputRequired(REQUIRED), Length(max=LONGEST, message=lazy_gettext("最多 2000 字。"))],
    )
    contact = StringField(lazy_gettext("联系方式"), [Length(max=60)])
    named = BooleanField(lazy_gettext("署名：单位看得到是谁提的，答复出现在“我的”里"), default=True)

    def __init__(self, *sent: Any, offices: list[OrgUnit], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.office.choices = [
            SelectChoice(unit.id, _("%(unit)s委组织部", unit=unit.name)) for unit in offices
        ]


class CodeForm(BaseForm):
    """The code by which an answer is found."""

    code = StringField(
        lazy_gettext("查询码"),
        [InputRequired(REQUIRED), Length(max=40)],
        filters=[read_code],
    )


class AnswerForm(BaseForm):
    """An answer."""

    answer = TextAreaField(
        lazy_gettext("答复"),
        [InputRequired(REQUIRED), Length(max=LONGEST, message=lazy_gettext("最多 2000 字。"))],
    )


class CorrectionForm(BaseForm):
    """One line about what the roster has wrong."""

    said = StringField(
        lazy_gettext("哪里有误，应当是什么"),
        [InputRequired(REQUIRED), Length(max=LINE, message=lazy_gettext("最多 200 字。"))],
    )


class MendedForm(BaseForm):
    """What became of a correction."""

    mended = RadioField(
        lazy_gettext("办理结果"),
        choices=[
            SelectChoice("yes", lazy_gettext("已改正")),
            SelectChoice("no", lazy_gettext("核对后不改")),
        ],
        default="yes",
    )
    answer = StringField(
        lazy_gettext("说明"), [Length(max=LINE, message=lazy_gettext("最多 200 字。"))]
    )
