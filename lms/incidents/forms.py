"""What may be sent about an incident."""

from datetime import UTC
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from lms.classes.forms import options
from lms.clock import CITY_TIME
from lms.incidents.rules import DECIDED, KIND_NAMES, STATE_NAMES, Kind, State
from lms.incidents.services import Report
from lms.web.forms import BaseForm

LONGEST = 2000


class ReportForm(BaseForm):
    """What happened, when, in what, and what was done at once."""

    kind = RadioField(
        lazy_gettext("哪一类"),
        choices=[SelectChoice(one.value, lazy_gettext(KIND_NAMES[one])) for one in Kind],
        validators=[InputRequired(lazy_gettext("请选一类。"))],
    )
    unit = SelectField(lazy_gettext("事发单位"), coerce=int)
    title = StringField(lazy_gettext("什么事"), validators=[DataRequired(), Length(max=120)])
    happened_at = DateTimeLocalField(lazy_gettext("发生时间"), validators=[InputRequired()])
    training_class = SelectField(lazy_gettext("培训班"), coerce=int)
    assessment = SelectField(lazy_gettext("测评"), coerce=int)
    happened = TextAreaField(lazy_gettext("经过"), validators=[DataRequired(), Length(max=LONGEST)])
    at_once = TextAreaField(
        lazy_gettext("已经采取的措施"), validators=[DataRequired(), Length(max=LONGEST)]
    )

    def __init__(
        self,
        *sent: Any,
        units: dict[int, str],
        classes: dict[int, str],
        assessments: dict[int, str],
        **more: Any,
    ) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = options(units)
        self.training_class.choices = options(classes, gettext("与培训班无关"))
        self.assessment.choices = options(assessments, gettext("与测评无关"))

    @property
    def report(self) -> Report:
        """As the service takes it: what was typed is the city's time."""
        return Report(
            org_id=self.unit.data,
            kind=Kind(self.kind.data),
            title=self.title.data.strip(),
            happened=self.happened.data.strip(),
            at_once=self.at_once.data.strip(),
            happened_at=self.happened_at.data.replace(tzinfo=CITY_TIME).astimezone(UTC),
            class_id=self.training_class.data or None,
            assessment_id=self.assessment.data or None,
        )


class DecisionForm(BaseForm):
    """What was decided, and what that leaves it in."""

    decided = TextAreaField(
        lazy_gettext("处置决定"), validators=[DataRequired(), Length(max=LONGEST)]
    )
    leaves = RadioField(
        lazy_gettext("处置后"),
        choices=[SelectChoice(one.value, lazy_gettext(STATE_NAMES[one])) for one in DECIDED],
        validators=[InputRequired(lazy_gettext("请选处置中或已结。"))],
    )

    @property
    def left(self) -> State:
        return State(self.leaves.data)
