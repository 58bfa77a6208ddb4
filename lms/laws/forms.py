"""What may be sent about the register of laws."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, FileField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from lms.errors import Invalid
from lms.laws.models import LawEdition
from lms.laws.reading import LONGEST, Law, read_file, read_text
from lms.laws.rules import FIT_NAME, STANDING_NAMES, Edition, standing
from lms.web.forms import BaseForm, Mistyped

PASTED = lazy_gettext("读出的文本")  # how a text is called that comes from no file


class SeekForm(BaseForm):
    """What the register is narrowed to."""

    words = StringField(lazy_gettext("法规名称"), validators=[Optional(), Length(max=60)])
    standing = SelectField(
        lazy_gettext("状态"),
        validators=[Optional()],
        choices=[
            SelectChoice("", lazy_gettext("全部")),
            *(SelectChoice(one.value, lazy_gettext(name)) for one, name in STANDING_NAMES.items()),
        ],
    )

    def fits(self, one: LawEdition, day: date) -> bool:
        """Whether an edition is among those that are asked for."""
        words = (self.words.data or "").strip()
        stands = standing(one.status, one.from_on, one.to_on, day)
        return words in one.title + one.law and self.standing.data in ("", None, stands.value)


class EditionForm(BaseForm):
    """An edition to enter."""

    law = StringField(
        lazy_gettext("简称"),
        validators=[
            InputRequired(),
            Length(max=120),
            Regexp(FIT_NAME, message=lazy_gettext("简称里不能有斜线等符号，也不能以点开头。")),
        ],
    )
    title = StringField(lazy_gettext("全称"), validators=[InputRequired(), Length(max=400)])
    edition = DateField(lazy_gettext("通过或公布日期"), validators=[InputRequired()])
    from_on = DateField(lazy_gettext("施行日期"), validators=[InputRequired()])

    def planned(self) -> Edition:
        """The edition as the service takes it."""
        law, title = self.law.data.strip(), self.title.data.strip()
        return Edition(law, title, self.edition.data, self.from_on.data)


class SuccessorForm(BaseForm):
    """What follows an edition that has ended already. others: the editions to choose from."""

    successor = SelectField(lazy_gettext("由哪一版接替"), coerce=int)

    def __init__(self, *sent: Any, others: Iterable[LawEdition], **more: Any) -> None:
        super().__init__(*sent, **more)
        choices = [SelectChoice("0", lazy_gettext("没有，或还没有登记"))]
        self.successor.choices = choices + [
            SelectChoice(str(one.id), f"{one.law} {one.edition}") for one in others
        ]


class EndForm(SuccessorForm):
    """The last day of an edition, and what follows it."""

    to_on = DateField(lazy_gettext("最后有效的一天"), validators=[InputRequired()])


class TextForm(BaseForm):
    """The text of an edition: first a file, then what was understood of it, mended where needed."""

    file = FileField(lazy_gettext("法规文本"))
    text = TextAreaField(lazy_gettext("读出的文本"), validators=[Length(max=LONGEST)])
    act = StringField()

    def understood(self) -> Law:
        """The law that was sent. Raises Invalid, in words, where it is none."""
        if not self.validate():
            raise Mistyped(self)
        sent = self.file.data
        if sent is not None and sent.filename:
            return read_file(sent.filename, sent.read())
        if (self.text.data or "").strip():
            return read_text(str(PASTED), self.text.data)
        raise Invalid("请选择法规文本的文件。")

    @property
    def confirmed(self) -> bool:
        return self.act.data == "confirm"
