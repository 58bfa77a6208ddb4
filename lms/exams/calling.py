"""What is asked for and sent while an assessment runs: filters of its board, and acts on it."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.exams.live import UNSENT, Stands
from lms.web.forms import BaseForm

STANDS_NAMES = {
    Stands.ABSENT.value: lazy_gettext("未进入"),
    Stands.ANSWERING.value: lazy_gettext("作答中"),
    Stands.SILENT.value: lazy_gettext("失联 2 分钟以上"),
    UNSENT: lazy_gettext("有答案未上传"),
    Stands.SUBMITTED.value: lazy_gettext("已交卷"),
    Stands.AWAITED.value: lazy_gettext("待上传"),
    Stands.LATE.value: lazy_gettext("待核"),
}
WHY = lazy_gettext("原因")


class LiveForm(BaseForm):
    """Which unit, who of it, which page."""

    unit = IntegerField(validators=[Optional()])
    state = SelectField(
        lazy_gettext("状态"),
        choices=[
            SelectChoice("", lazy_gettext("全部")),
            *(SelectChoice(word, name) for word, name in STANDS_NAMES.items()),
        ],
    )
    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 10_000)])

    @property
    def chosen(self) -> str:
        return self.state.data if self.state.data in STANDS_NAMES else ""

    @property
    def number(self) -> int:
        """The page, counted from 1."""
        return max(self.page.data or 1, 1)


class WholeForm(BaseForm):
    """An act on those under a unit, or on one candidate."""

    unit = SelectField(lazy_gettext("给谁"), coerce=int)
    candidate = IntegerField(validators=[Optional()])

    def __init__(self, *sent: Any, units: dict[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]


class ExtendForm(WholeForm):
    """More minutes, on the running clocks."""

    minutes = IntegerField(
        lazy_gettext("延长几分钟"), validators=[InputRequired(), NumberRange(1, 240)]
    )
    reason = StringField(WHY, validators=[InputRequired(), Length(max=200)])


class CollectForm(WholeForm):
    """The end, now."""

    reason = StringField(WHY, validators=[InputRequired(), Length(max=200)])


class WordForm(BaseForm):
    """A word to all who sit."""

    text = TextAreaField(lazy_gettext("要说的话"), validators=[InputRequired(), Length(max=200)])


class LateForm(BaseForm):
    """Which attempts, and whether what arrived late counts."""

    attempts = SelectMultipleField(
        lazy_gettext("答卷"),
        coerce=int,
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[InputRequired(lazy_gettext("请先选出要处理的答卷。"))],
    )
    accepted = SelectField(choices=[SelectChoice("yes", ""), SelectChoice("no", "")])
    reason = StringField(WHY, validators=[Optional(), Length(max=200)])
