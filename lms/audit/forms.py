"""What the reader of the log may ask for."""

from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import Optional

from lms.audit import words
from lms.clock import CITY_TIME
from lms.web.forms import BaseForm


class LogForm(BaseForm):
    """The filters of the log."""

    act = SelectField(
        lazy_gettext("行为"),
        choices=lambda: [("", gettext("全部")), *words.acts()],
        validate_choice=False,
        default="",
    )
    whom = StringField(lazy_gettext("对象"))
    day = DateField(lazy_gettext("日期"), validators=[Optional()])
    before = IntegerField(validators=[Optional()])

    def chosen(self) -> dict[str, Any]:
        """The filters as the query takes them."""
        begins = datetime.combine(self.day.data, time(), CITY_TIME) if self.day.data else None
        return {
            "act": self.act.data or "",
            "whom": words.code_of(self.whom.data or ""),
            "since": begins,
            "until": begins + timedelta(days=1) if begins else None,
            "before": self.before.data,
        }

    def kept(self) -> dict[str, Any]:
        """The filters as an address carries them on."""
        return {name: self[name].data for name in ("act", "whom", "day") if self[name].data}
