"""What may be sent to check a bundle, and which part of the basic work is looked at."""

from flask_babel import gettext, lazy_gettext
from wtforms import FileField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, Regexp, ValidationError

from lms.inspecting.figures import Topic
from lms.web.forms import BaseForm, Mistyped


class CheckForm(BaseForm):
    """A zip that was taken away, or a file from inside one."""

    file = FileField(lazy_gettext("检查材料（.zip），或其中一个文件"))

    def validate_file(self, field: FileField) -> None:
        if not getattr(field.data, "filename", ""):  # nothing, or a text in the place of a file
            raise ValidationError(gettext("请选择一个文件。"))


class BasicForm(BaseForm):
    """Under which unit; and behind which number: its topic and its line."""

    under = IntegerField(validators=[Optional()])
    topic = SelectField(choices=[SelectChoice(one.value, one.value) for one in Topic])
    line = StringField(validators=[Optional(), Regexp(r"^\d{1,12}$")])
    first = IntegerField(default=0, validators=[Optional(), NumberRange(min=0)])

    @classmethod
    def given(cls, behind: bool = False) -> "BasicForm":
        """The form as the address fills it, already valid; else Mistyped."""
        form = cls.asked()
        if not behind:
            form.topic.data = Topic.LISTS.value
        if not form.validate():
            raise Mistyped(form)
        return form
