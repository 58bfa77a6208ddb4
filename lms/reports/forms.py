"""What a table may be asked for. The address of a page is the state of the page."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from lms.people.rules import Post
from lms.reports.rules import LEVEL_NAMES, Level, Measure
from lms.web.forms import BaseForm, Mistyped
from lms.web.here import today


class TableForm(BaseForm):
    """Which lines, under which unit, as of which day."""

    by = SelectField(lazy_gettext("分行"), choices=[], validators=[Optional()])
    under = IntegerField(validators=[Optional()])
    as_of = DateField(lazy_gettext("统计日"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by.choices = [
            SelectChoice(level.value, lazy_gettext(LEVEL_NAMES[level])) for level in Level
        ]

    def validate_as_of(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError(lazy_gettext("统计日不能晚于今天。"))

    @property
    def level(self) -> Level | None:
        return Level(self.by.data) if self.by.data else None

    @property
    def day(self) -> date:
        return self.as_of.data or today()

    def kept(self, **changes: Any) -> dict[str, Any]:
        """The state of the page, with some of it changed, as an address carries it."""
        state = {"by": self.by.data, "under": self.under.data, "as_of": self.as_of.data}
        return {name: value for name, value in (state | changes).items() if value}

    @classmethod
    def given(cls):
        """The form as the address fills it, already valid; else Mistyped."""
        form = cls.asked()
        if not form.validate():
            raise Mistyped(form)
        return form


class NamesForm(TableForm):
    """Whose names: those behind one number of one line."""

    measure = SelectField(choices=[measure.value for measure in Measure], default="listed")
    line = StringField(validators=[Optional()])
    first = IntegerField(default=0, validators=[Optional(), NumberRange(min=0)])

    @property
    def post(self) -> str:
        """The post of the line, where the lines are posts."""
        held = self.line.data or ""
        return held if self.level is Level.POST and held in {post.value for post in Post} else ""

    def kept(self, **changes: Any) -> dict[str, Any]:
        state = {"measure": self.measure.data, "line": self.line.data}
        return super().kept(**(state | changes))
