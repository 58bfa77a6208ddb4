"""What may be written about a course and a lesson."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import DecimalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from lms.web.forms import BaseForm

LONGEST = 30_000  # characters: a lesson stays within 60 KB on the line


class CourseForm(BaseForm):
    """A course. The unit is asked for where a person writes for several."""

    unit = SelectField(lazy_gettext("所属单位"), coerce=int)
    title = StringField(lazy_gettext("课程名称"), validators=[InputRequired(), Length(max=120)])
    summary = TextAreaField(lazy_gettext("课程简介"), validators=[Length(max=400)])

    def __init__(self, *sent: Any, units: dict[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]


class LessonForm(BaseForm):
    """A lesson in Markdown."""

    title = StringField(lazy_gettext("课时名称"), validators=[InputRequired(), Length(max=120)])
    minutes = IntegerField(
        lazy_gettext("阅读时长（分钟）"), validators=[InputRequired(), NumberRange(1, 600)]
    )
    hours = DecimalField(
        lazy_gettext("学时"), places=2, validators=[InputRequired(), NumberRange(0, 100)]
    )
    text = TextAreaField(lazy_gettext("正文"), validators=[InputRequired(), Length(max=LONGEST)])
    act = StringField()

    @property
    def previewing(self) -> bool:
        """Whether the writer only wants to see how it will look."""
        return self.act.data == "preview"

    def written(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        return {name: self[name].data for name in ("title", "text", "minutes", "hours")}
