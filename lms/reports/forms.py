"""What a table may be asked for. The address of a page is the state of the page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.people.rules import Post
from lms.reports import defining
from lms.reports.measures import COUNT_NAMES, PERSONS, SUMS_OF_PERSONS, Count
from lms.reports.queries import NAMED
from lms.reports.rules import LEVEL_NAMES, Level
from lms.web.forms import BaseForm, Mistyped
from lms.web.here import today


class TableForm(BaseForm):
    """Which lines, under which unit, as of which day."""

    by = SelectField(lazy_gettext("分行"), choices=[], validators=[Optional()])
    under = IntegerField(validators=[Optional()])
    as_of = DateField(lazy_gettext("统计日"), validators=[Optional()])
    every = BooleanField()
    opening = BooleanField()

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
        state["every"] = 1 if self.every.data else None
        state["opening"] = 1 if self.opening.data else None
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

    measure = SelectField(choices=[one.value for one in NAMED], default=Count.REQUIRED.value)
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


class DefineForm(BaseForm):
    """A unit's own version of a number: words, and a choice of what is divided by what."""

    unit = SelectField(lazy_gettext("适用单位（含下级）"), coerce=int)
    code = SelectField(lazy_gettext("指标"), default="pass_rate")
    numerator = SelectField(lazy_gettext("分子"), default=Count.PASSED.value)
    denominator = SelectField(lazy_gettext("分母"), default=Count.SCHEDULED.value)
    words = TextAreaField(
        lazy_gettext("口径说明"),
        validators=[InputRequired(lazy_gettext("请填写。")), Length(max=300)],
    )
    from_on = DateField(
        lazy_gettext("起用日期"), validators=[InputRequired(lazy_gettext("请填写。"))]
    )

    def __init__(self, *sent: Any, units: Mapping[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]
        self.code.choices = [
            SelectChoice(one.code, lazy_gettext(one.name)) for one in defining.changeable()
        ]
        self.numerator.choices = _choices((*PERSONS, *SUMS_OF_PERSONS))
        self.denominator.choices = _choices(PERSONS)

    def validate_from_on(self, field: DateField) -> None:
        if field.data and field.data < today():
            raise ValidationError(lazy_gettext("起用日期不能早于今天，已报出的数字不能改变。"))

    @property
    def wanted(self) -> defining.Wanted:
        numerator, denominator = Count(self.numerator.data), Count(self.denominator.data)
        return defining.Wanted(
            self.code.data, self.words.data, numerator, denominator, self.from_on.data
        )


def _choices(counts: tuple[Count, ...]) -> list[SelectChoice]:
    return [SelectChoice(one.value, lazy_gettext(COUNT_NAMES[one])) for one in counts]
