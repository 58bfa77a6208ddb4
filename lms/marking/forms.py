"""What a marker ticks, what an officer sets, what a cadre appeals."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from lms.marking.rules import LONGEST
from lms.web.forms import BaseForm


class ReadingForm(BaseForm):
    """The lines that an answer earns, counted from 0, and a note."""

    lines = SelectMultipleField(coerce=int, validate_choice=False)
    note = TextAreaField(lazy_gettext("评语"), validators=[Length(max=LONGEST)])

    @property
    def ticked(self) -> Sequence[int]:
        return self.lines.data or ()


class PlanForm(BaseForm):
    """How written answers are read, and how long one may appeal."""

    twice = BooleanField(lazy_gettext("每份由两人分别评阅，互相看不到"))
    most_apart = IntegerField(
        lazy_gettext("两人最多相差满分的百分之几"),
        validators=[InputRequired(), NumberRange(0, 100)],
    )
    appeal_days = IntegerField(
        lazy_gettext("公布后几天内可以申诉"), validators=[InputRequired(), NumberRange(0, 60)]
    )


class MarkerForm(BaseForm):
    """A marker to be named, for all written questions or for one."""

    person_id = SelectField(lazy_gettext("阅卷人"), coerce=int)
    question = SelectField(lazy_gettext("评哪一题"), coerce=int, default=0)

    def __init__(
        self,
        *sent: Any,
        persons: Sequence[tuple[int, str, str]] = (),
        questions: Sequence[tuple[int, str]] = (),
        **more: Any,
    ) -> None:
        super().__init__(*sent, **more)
        self.person_id.choices = [
            SelectChoice(key, f"{name}（{unit}）")  # type: ignore[arg-type]
            for key, name, unit in persons
        ]
        every = SelectChoice(0, lazy_gettext("全部书面作答题"))  # type: ignore[arg-type]
        self.question.choices = [every] + [
            SelectChoice(key, label)  # type: ignore[arg-type]
            for key, label in questions
        ]


class PaymentForm(BaseForm):
    """What each line of a rubric pays from now on, and why."""

    points = FieldList(DecimalField(validators=[InputRequired()]), max_entries=50)
    reason = TextAreaField(lazy_gettext("理由"), validators=[InputRequired(), Length(max=400)])

    @property
    def pays(self) -> list[Decimal]:
        return [one for one in self.points.data if one is not None]
