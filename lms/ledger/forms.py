"""What may be sent about hours."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from lms.people.rules import POST_NAMES, Post
from lms.web.forms import BaseForm

REQUIRED = lazy_gettext("请填写。")


class CheckboxesField(SelectMultipleField):
    """Several of some, each with a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RuleForm(BaseForm):
    """What a rule says from a day on, and what that rests on."""

    value = StringField(lazy_gettext("新的值"), validators=[Length(max=60)])
    posts = CheckboxesField(
        lazy_gettext("适用职务"),
        choices=[SelectChoice(post.value, lazy_gettext(POST_NAMES[post])) for post in Post],
    )
    from_on = DateField(lazy_gettext("从哪一天起"), validators=[InputRequired(REQUIRED)])
    source = StringField(
        lazy_gettext("依据（文件名称或会议决定）"),
        validators=[InputRequired(REQUIRED), Length(max=400)],
    )

    def written(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        return {
            "value": " ".join((self.value.data or "").split()),
            "posts": self.posts.data or [],
            "from_on": self.from_on.data,
            "source": self.source.data.strip(),
        }
