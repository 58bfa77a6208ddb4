"""What may be written about a course and a lesson."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DecimalField,
    FileField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from lms.courses.models import Lesson, LessonVersion
from lms.courses.queries import Chapter
from lms.courses.rules import KIND_NAMES, PLAYED, FileRole, Gate, LessonKind, clock_of
from lms.courses.services import Plan
from lms.web.forms import BaseForm

LONGEST = 30_000  # characters: a lesson stays within 60 KB on the line


class CourseForm(BaseForm):
    """A course. The unit is asked for where a person writes for several."""

    unit = SelectField(lazy_gettext("所属单位"), coerce=int)
    title = StringField(lazy_gettext("课程名称"), validators=[InputRequired(), Length(max=120)])
    summary = TextAreaField(lazy_gettext("课程简介"), validators=[Length(max=400)])
    share = IntegerField(
        lazy_gettext("音视频须看完的百分比"),
        default=90,
        validators=[InputRequired(), NumberRange(50, 100)],
    )

    def __init__(self, *sent: Any, units: dict[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]


class LessonForm(BaseForm):
    """A lesson: what it is, its text, its files, its gate."""

    title = StringField(lazy_gettext("课时名称"), validators=[InputRequired(), Length(max=120)])
    kind = SelectField(
        lazy_gettext("形式"),
        choices=[SelectChoice(one.value, lazy_gettext(name)) for one, name in KIND_NAMES.items()],
        default=LessonKind.TEXT.value,
    )
    minutes = IntegerField(
        lazy_gettext("所需时间（分钟）"), validators=[InputRequired(), NumberRange(1, 600)]
    )
    hours = DecimalField(
        lazy_gettext("学时"), places=2, validators=[Optional(), NumberRange(0, 100)]
    )
    based_on = IntegerField(widget=HiddenInput(), validators=[Optional()])
    hours_why = StringField(lazy_gettext("学时高于折算的理由"), validators=[Length(max=200)])
    required = BooleanField(lazy_gettext("必修"), default=True)
    after = SelectField(lazy_gettext("先学完"), coerce=int, default=0)
    text = TextAreaField(lazy_gettext("正文"), validators=[Length(max=LONGEST)])
    word = FileField(lazy_gettext("Word 文档"))
    picture = FileField(lazy_gettext("图片"))
    length = StringField(lazy_gettext("时长"))
    address = StringField(lazy_gettext("直播间网址"), validators=[Length(max=400)])
    main = HiddenField()
    main_called = HiddenField()
    main_file = FileField(lazy_gettext("文件"))
    smaller = HiddenField()
    smaller_called = HiddenField()
    smaller_file = FileField(lazy_gettext("省流量的一份"))
    sound = HiddenField()
    sound_called = HiddenField()
    sound_file = FileField(lazy_gettext("只有声音的一份"))
    gate = SelectField(lazy_gettext("过关测验的题目"), default="")
    gate_questions = IntegerField(
        lazy_gettext("题数"), default=5, validators=[Optional(), NumberRange(1, 20)]
    )
    gate_share = IntegerField(
        lazy_gettext("答对百分之几算过关"),
        default=60,
        validators=[Optional(), NumberRange(1, 100)],
    )
    act = StringField()

    def offer(
        self, lessons: Iterable[Lesson], chapters: Collection[Chapter], any_time: str, none: str
    ) -> None:
        """Which lessons may come first, and which questions a gate may ask."""
        self.after.choices = [
            SelectChoice(0, any_time),  # type: ignore[arg-type]
            *(SelectChoice(one.id, one.title) for one in lessons),  # type: ignore[arg-type]
        ]
        self.gate.choices = [
            SelectChoice("", none),
            *(SelectChoice(f"{one.bank_id}|{one.topic}", one.label) for one in chapters),
        ]

    @property
    def previewing(self) -> bool:
        """Whether the writer only wants to see how it will look."""
        return self.act.data == "preview"

    @property
    def saving(self) -> bool:
        return self.act.data in ("", "save", None)

    @property
    def proposed(self) -> Decimal:
        """What its minutes give by the rule of today."""
        return self.reckon(self.minutes.data or 0)[0]

    def validate_hours_why(self, field: StringField) -> None:
        above = self.hours.data is not None and self.hours.data > self.proposed
        if above and not (field.data or "").strip():
            raise ValidationError(
                gettext(
                    "%(minutes)s 分钟按规则折算是 %(hours)s 学时。请改小学时，或写明理由。",
                    minutes=self.minutes.data,
                    hours=f"{self.proposed:f}".rstrip("0").rstrip("."),
                )
            )

    def plan(self) -> Plan:
        """What is left open, the rule says; a reason stands only where there is need of one."""
        hours = self.proposed if self.hours.data is None else self.hours.data
        why = (self.hours_why.data or "").strip() or None
        return Plan(
            title=self.title.data or "",
            minutes=self.minutes.data or 1,
            hours=hours,
            required=self.required.data,
            after_id=self.after.data or None,
            hours_why=why if hours > self.proposed else None,
        )

    def asked_at_the_gate(self) -> Gate | None:
        if not self.gate.data:
            return None
        bank_id, _, topic = self.gate.data.partition("|")
        questions, share = self.gate_questions.data or 5, self.gate_share.data or 60
        return Gate(int(bank_id), topic or None, questions, share)

    def named(self, role: FileRole) -> tuple[str, str]:
        """The file of a role as the form names it."""
        return self[role.value].data or "", self[f"{role.value}_called"].data or ""

    def name(self, role: FileRole, name: str, called: str) -> None:
        self[role.value].data, self[f"{role.value}_called"].data = name, called


def known(lesson: Lesson, version: LessonVersion) -> dict[str, Any]:
    """A lesson as its form shows it."""
    gate = version.gate_bank_id is not None
    found: dict[str, Any] = {
        "title": lesson.title,
        "based_on": lesson.latest,
        "kind": version.kind.value,
        "minutes": lesson.minutes,
        "hours": lesson.hours,
        "hours_why": lesson.hours_why or "",
        "required": lesson.required,
        "after": lesson.after_id or 0,
        "text": version.text,
        "length": clock_of(version.seconds) if version.kind in PLAYED and version.seconds else "",
        "address": version.address or "",
        "gate": f"{version.gate_bank_id}|{version.gate_topic or ''}" if gate else "",
    }
    if gate:
        found |= {"gate_questions": version.gate_questions, "gate_share": version.gate_share}
    for one in version.files:
        found |= {one.role.value: one.name, f"{one.role.value}_called": one.called}
    return found
