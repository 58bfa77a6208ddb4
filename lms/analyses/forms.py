"""What an analysis may be asked for. The address of a page is the state of the page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Self

from flask_babel import lazy_gettext
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from lms.analyses.rules import BY_NAMES, By
from lms.web.forms import BaseForm, Mistyped
from lms.web.here import today


class AskedForm(BaseForm):
    """Under which unit, as of which day; table: which of a page's tables a .csv holds."""

    under = IntegerField(validators=[Optional()])
    as_of = DateField(lazy_gettext("统计日"), validators=[Optional()])
    table = StringField(validators=[Optional()])

    def validate_as_of(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError(lazy_gettext("统计日不能晚于今天。"))

    @property
    def day(self) -> date:
        return self.as_of.data or today()

    @property
    def state(self) -> Mapping[str, Any]:
        return {"under": self.under.data, "as_of": self.as_of.data}

    def kept(self, **changes: Any) -> dict[str, Any]:
        """The state of the page, with some of it changed, as an address carries it."""
        return {name: value for name, value in {**self.state, **changes}.items() if value}

    @classmethod
    def given(cls, **more: Any) -> Self:
        """The form as the address fills it, already valid; else Mistyped."""
        form = cls.asked(**more)
        if not form.validate():
            raise Mistyped(form)
        return form


class ScoresForm(AskedForm):
    """By what the marks of an assessment are shown."""

    by = SelectField(
        lazy_gettext("分行"),
        choices=[SelectChoice(one.value, lazy_gettext(name)) for one, name in BY_NAMES.items()],
        default=By.UNIT.value,
        validators=[Optional()],
    )

    @property
    def way(self) -> By:
        return By(self.by.data or By.UNIT)

    @property
    def state(self) -> Mapping[str, Any]:
        return {**super().state, "by": None if self.way is By.UNIT else self.way.value}


class AnsweredForm(AskedForm):
    """Of which assessment; none: of all in the year up to the day."""

    assessment = SelectField(lazy_gettext("测评"), coerce=int, choices=[], validators=[Optional()])

    def __init__(self, *args: Any, assessments: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        everything = SelectChoice(0, lazy_gettext("近 12 个月的全部测评"))
        self.assessment.choices = [everything, *(SelectChoice(*one) for one in assessments)]  # type: ignore[arg-type]

    @property
    def state(self) -> Mapping[str, Any]:
        return {**super().state, "assessment": self.assessment.data}


class PaperForm(BaseForm):
    """Which of the papers of an assessment; table: as for the others."""

    paper = IntegerField(validators=[Optional()])
    table = StringField(validators=[Optional()])
