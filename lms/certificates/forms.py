"""What may be sent about certificates."""

from flask_babel import lazy_gettext
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.certificates.rules import LONGEST_WHY
from lms.web.forms import BaseForm

REQUIRED = lazy_gettext("请填写。")


class YearForm(BaseForm):
    """Of which year a 学时证明 is asked for."""

    year = SelectField(lazy_gettext("年度"), coerce=int)

    def __init__(self, *sent: object, years: list[int], **more: object) -> None:
        super().__init__(*sent, **more)
        self.year.choices = [(year, f"{year}") for year in years]


class OccasionForm(BaseForm):
    """Which classes and cohorts to list. The address of the page is its state."""

    words = StringField(lazy_gettext("班名"), [Length(max=60)])
    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 10_000)])


class WhyForm(BaseForm):
    """Why a certificate is made anew, or ended."""

    why = StringField(
        lazy_gettext("原因"),
        [
            InputRequired(REQUIRED),
            Length(max=LONGEST_WHY, message=lazy_gettext("最多 200 字。")),
        ],
    )


class CodeForm(BaseForm):
    """The code that stands on a certificate."""

    code = StringField(lazy_gettext("核验码"), [InputRequired(REQUIRED), Length(max=60)])


class SoughtForm(BaseForm):
    """A certificate by its number, or by a name."""

    q = StringField(lazy_gettext("姓名或编号"), [Length(max=60)])


class PageForm(BaseForm):
    """Which page of a list, which part of a bundle."""

    page = IntegerField(validators=[Optional(), NumberRange(1, 10_000)])
