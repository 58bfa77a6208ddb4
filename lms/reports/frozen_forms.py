"""What may be sent about a frozen table."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, FileField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.errors import Invalid
from lms.reports.forms import TableForm
from lms.reports.freezing import OnPaper, cells_of
from lms.reports.measures import Count
from lms.reports.queries import NAMED
from lms.web.forms import BaseForm, Mistyped
from lms.web.refusals import said

REQUIRED = lazy_gettext("请填写。")


class FreezeForm(TableForm):
    """Which table is to be kept, and why it is made anew."""

    why = StringField(lazy_gettext("更正原因"), validators=[Optional(), Length(max=200)])


class SignForm(BaseForm):
    """Who has signed the printed table, and when."""

    filler = StringField(lazy_gettext("填表人"), validators=[InputRequired(REQUIRED)])
    checked = StringField(lazy_gettext("审核人"), validators=[InputRequired(REQUIRED)])
    issued = StringField(lazy_gettext("签发人"), validators=[InputRequired(REQUIRED)])
    signed_on = DateField(lazy_gettext("签字日期"), validators=[InputRequired(REQUIRED)])

    def validate(self, extra_validators=None) -> bool:
        for field in (self.filler, self.checked, self.issued):
            field.data = (field.data or "").strip()[:60]
        return super().validate(extra_validators)

    @property
    def paper(self) -> OnPaper:
        names = (self.filler.data, self.checked.data, self.issued.data)
        return OnPaper(*names, signed_on=self.signed_on.data)


class SentForm(BaseForm):
    """A file that came back, to be read again."""

    file = FileField(lazy_gettext("要核对的文件"))

    def validate_file(self, field: FileField) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(_("请选择从系统导出的 Excel 文件。"))
        try:
            self.cells = cells_of(field.data.filename, field.data.read())
        except Invalid as wrong:
            raise ValidationError(said(wrong)) from wrong


class PageForm(BaseForm):
    """From which row a page begins."""

    first = IntegerField(default=0, validators=[Optional(), NumberRange(min=0)])

    @classmethod
    def given(cls):
        """The form as the address fills it, already valid; else Mistyped."""
        form = cls.asked()
        if not form.validate():
            raise Mistyped(form)
        return form


class BehindForm(PageForm):
    """Whose names: those behind one number of one line."""

    measure = SelectField(choices=[one.value for one in NAMED], default=Count.REQUIRED.value)
    line = StringField(validators=[Optional(), Length(max=40)])
