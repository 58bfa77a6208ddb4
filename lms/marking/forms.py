"""What a marker ticks, what an officer sets, what a cadre appeals."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    FieldList,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.marking.rules import ABOUT_NAMES, LONGEST, About
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
        lazy_gettext("公布后几天内可以申诉（工作日）"),
        validators=[InputRequired(), NumberRange(0, 60)],
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

    points = FieldList(DecimalField(validators=[InputRequired(), NumberRange(0)]), max_entries=50)
    reason = TextAreaField(lazy_gettext("理由"), validators=[InputRequired(), Length(max=400)])

    @property
    def pays(self) -> list[Decimal]:
        return [one for one in self.points.data if one is not None]


class KeyForm(BaseForm):
    """Another key: letters, or the variants of each blank, or all are paid."""

    letters = SelectMultipleField(validate_choice=False)
    blanks = FieldList(StringField(validators=[Length(max=400)]), max_entries=50)
    all_paid = BooleanField(lazy_gettext("全部给分"))
    reason = TextAreaField(lazy_gettext("更正的理由"), validators=[Length(max=400)])
    act = StringField()

    def typed(self) -> tuple[Sequence[str], Sequence[str], bool]:
        texts = [one or "" for one in self.blanks.data]
        return self.letters.data or (), texts, bool(self.all_paid.data)

    @property
    def confirmed(self) -> bool:
        return self.act.data == "confirm"


class AppealForm(BaseForm):
    """What somebody says is wrong, with a picture where one helps."""

    about = RadioField(
        lazy_gettext("申诉事项"),
        choices=[SelectChoice(one.value, lazy_gettext(ABOUT_NAMES[one])) for one in About],
        validators=[InputRequired()],
    )
    slot = IntegerField(lazy_gettext("第几题"), validators=[Optional(), NumberRange(1, 1000)])
    said = TextAreaField(
        lazy_gettext("理由和依据"), validators=[InputRequired(), Length(max=LONGEST)]
    )
    picture = FileField(lazy_gettext("图片"))

    @property
    def bytes(self) -> bytes:
        sent = self.picture.data
        return sent.read() if sent else b""


class DecisionForm(BaseForm):
    """What becomes of an appeal, and why."""

    accepted = RadioField(
        lazy_gettext("决定"),
        choices=[
            SelectChoice("y", lazy_gettext("成立")),
            SelectChoice("n", lazy_gettext("不成立")),
        ],
        validators=[InputRequired()],
    )
    answer = TextAreaField(lazy_gettext("答复"), validators=[InputRequired(), Length(max=LONGEST)])
    minutes = IntegerField(lazy_gettext("多给几分钟"), validators=[Optional(), NumberRange(1, 300)])
    closes_at = DateTimeLocalField(lazy_gettext("考到什么时候"), validators=[Optional()])
