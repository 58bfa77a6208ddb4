"""What may be sent about records and the yearly table."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.ledger.rules import AUDIENCE_NAMES
from lms.records.yearly import FIRST_YEAR, Which
from lms.web.forms import BaseForm, Mistyped
from lms.web.here import today


class WhyForm(BaseForm):
    """Why an entry is taken back."""

    why = StringField(
        lazy_gettext("原因"),
        validators=[InputRequired(lazy_gettext("请写明冲销的原因。")), Length(max=200)],
    )


class WholeForm(BaseForm):
    """Whether every entry of a record is shown, or the latest."""

    whole = BooleanField()


class CodeForm(BaseForm):
    """The code on a printed copy."""

    code = StringField(
        lazy_gettext("核验码"),
        validators=[InputRequired(lazy_gettext("请输入核验码。")), Length(max=60)],
    )


class YearlyForm(BaseForm):
    """Which year, under which unit, of whom."""

    year = IntegerField(lazy_gettext("年度"), validators=[Optional(), NumberRange(FIRST_YEAR)])
    group = SelectField(
        lazy_gettext("人员类别"),
        validators=[Optional()],
        choices=[
            SelectChoice("", lazy_gettext("全部")),
            *(SelectChoice(one.value, lazy_gettext(name)) for one, name in AUDIENCE_NAMES.items()),
        ],
    )
    under = IntegerField(validators=[Optional()])
    by_group = BooleanField()
    line = StringField(validators=[Optional(), Length(max=40)])
    which = SelectField(choices=[one.value for one in Which], default=Which.UNMET.value)
    first = IntegerField(default=0, validators=[Optional(), NumberRange(0)])

    @classmethod
    def given(cls) -> "YearlyForm":
        """The form as the address fills it, already valid; else Mistyped."""
        form = cls.asked()
        if not form.validate():
            raise Mistyped(form)
        form.year.data = form.year.data or today().year
        return form

    def kept(self, **changes: Any) -> Mapping[str, Any]:
        """The state of the page, with some of it changed, as an address carries it."""
        state = {name: self[name].data for name in ("year", "group", "under", "line")}
        state["by_group"] = 1 if self.by_group.data else None
        return {name: value for name, value in (state | changes).items() if value}
