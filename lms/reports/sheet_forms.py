"""What may be sent about a table from above."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FileField,
    Form,
    FormField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from lms.errors import Invalid
from lms.reports.filling import Wanted, blank
from lms.reports.vocabulary import Meaning, Sense
from lms.training.models import Cohort
from lms.web.forms import BaseForm
from lms.web.here import today
from lms.web.refusals import said

REQUIRED = lazy_gettext("请填写。")


class WantedForm(BaseForm):
    """From which list, as of which day."""

    cohort = SelectField(lazy_gettext("从哪个班次的名单取数"), coerce=int)
    as_of = DateField(lazy_gettext("统计日"), validators=[InputRequired(REQUIRED)])
    opening = BooleanField(lazy_gettext("按期初名单"))

    def __init__(self, *sent: Any, cohorts: Iterable[Cohort], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.cohort.choices = [SelectChoice(one.id, one.title) for one in cohorts]  # type: ignore[arg-type]
        if self.as_of.data is None and not self.as_of.raw_data:
            self.as_of.data = today()

    def validate_as_of(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError(lazy_gettext("统计日不能晚于今天。"))

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.cohort.data, self.as_of.data, bool(self.opening.data))


class SheetForm(WantedForm):
    """A blank table, for which unit, from which list."""

    unit = SelectField(lazy_gettext("为哪个单位填报"), coerce=int)
    file = FileField(lazy_gettext("空白表"))

    def __init__(self, *sent: Any, units: Mapping[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]
        self.several = len(units) > 1
        if not self.several or self.unit.data is None:
            self.unit.data = next(iter(units))
        self.found: tuple[str, bytes] = "", b""

    def validate_file(self, field: FileField) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(_("请选择上级发来的空白表。"))
        try:
            self.found = blank(field.data.filename, field.data.read())
        except Invalid as wrong:
            raise ValidationError(said(wrong)) from wrong


class HeadAnswer(Form):
    """What a word means; empty: to be said later."""

    words = StringField(validators=[Length(max=120)])
    meaning = StringField(validators=[Optional(), Length(max=40)])


class HeadsForm(BaseForm):
    """The officer's answers to what was asked."""

    heads = FieldList(FormField(HeadAnswer), max_entries=200)

    def answers(self) -> dict[str, Meaning]:
        found = {}
        for one in self.heads:
            if one.form.words.data and one.form.meaning.data:
                found[one.form.words.data] = _meaning(one.form.meaning.data)
        return found


class ForgetForm(BaseForm):
    """A word that is to be asked about again."""

    words = StringField(validators=[InputRequired(REQUIRED), Length(max=120)])


def _meaning(kept: str) -> Meaning:
    if kept.partition(":")[0] not in set(Sense):
        raise Invalid("没有这个选项，请重新选择。")
    return Meaning.read(kept)
