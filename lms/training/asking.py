"""What may be sent about a list that is fixed, who need not come, requirements, and teachers."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.people.rules import POST_NAMES, Post
from lms.training.changes import COMPLETED, END, GAINED, LOST, START
from lms.training.forms import CheckboxesField
from lms.training.models import Teacher
from lms.training.planning import Demand
from lms.training.relieving import Wanted
from lms.training.rules import (
    LEAVING_NAMES,
    REASON_NAMES,
    REASONS,
    RELIEF_NAMES,
    Leaving,
    ReliefKind,
    ReliefReason,
)
from lms.training.tables import Move
from lms.training.teaching import Known
from lms.web.forms import BaseForm, Mistyped
from lms.web.here import today

APART = re.compile(r"[、，,；;\n]+")  # what stands between two subjects


class ChangesForm(BaseForm):
    """Which unit, and between which days. The address of the page is its state."""

    unit = IntegerField(validators=[Optional()])
    after = DateField(lazy_gettext("从哪天（不含当天）"), validators=[Optional()])
    until = DateField(lazy_gettext("到哪天（含当天）"), validators=[Optional()])

    def validate_until(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("不能晚于今天。"))
        if field.data and self.after.data and field.data < self.after.data:
            raise ValidationError(gettext("结束的一天不能早于开始的一天。"))

    @property
    def days(self) -> tuple[date | None, date]:
        return self.after.data, self.until.data or today()

    def kept(self, **changes: Any) -> dict[str, Any]:
        """The state of the page, with some of it changed, as an address carries it."""
        state = {name: self[name].data for name in ("unit", "after", "until")}
        return {name: value for name, value in (state | changes).items() if value}

    @classmethod
    def given(cls):
        """The form as the address fills it, already valid; else Mistyped."""
        form = cls.asked()
        if not form.validate():
            raise Mistyped(form)
        return form


class ChangedForm(ChangesForm):
    """Whose names: those behind one number of one line."""

    what = SelectField(
        choices=[START, END, GAINED, LOST, COMPLETED, *(move.value for move in Move)], default=END
    )
    own = IntegerField(default=0, validators=[Optional(), NumberRange(0, 1)])
    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 10_000)])


class FollowForm(BaseForm):
    """What the roster offers is confirmed, but for whom the officer left out."""

    seal = StringField(validators=[InputRequired()])
    without = CheckboxesField(coerce=int, validate_choice=False)


class OffForm(BaseForm):
    """A person leaves the list."""

    on = DateField(lazy_gettext("移出日期"), validators=[InputRequired()])
    left_by = SelectField(
        lazy_gettext("原因"),
        choices=[SelectChoice(one.value, lazy_gettext(LEAVING_NAMES[one])) for one in Leaving],
    )
    why = StringField(lazy_gettext("说明"), validators=[Length(max=200)])

    def validate_why(self, field: StringField) -> None:
        if self.left_by.data == Leaving.OTHER and not (field.data or "").strip():
            raise ValidationError(gettext("原因选“其他”的，请写明是什么原因。"))

    @property
    def reason(self) -> Leaving:
        return Leaving(self.left_by.data)


class ReliefForm(BaseForm):
    """免训 or 缓训 for one person or several of a list. act: find, ask, or approve at once."""

    act = StringField(default="find")
    q = StringField(lazy_gettext("姓名、拼音、编号或单位"), validators=[Length(max=60)])
    enrolments = CheckboxesField(lazy_gettext("人员"), coerce=int, validate_choice=False)
    kind = RadioField(
        lazy_gettext("类别"),
        default=ReliefKind.EXEMPT.value,
        choices=[SelectChoice(one.value, lazy_gettext(RELIEF_NAMES[one])) for one in ReliefKind],
    )
    reason = SelectField(
        lazy_gettext("原因"),
        choices=[SelectChoice(one.value, lazy_gettext(REASON_NAMES[one])) for one in ReliefReason],
    )
    note = StringField(lazy_gettext("说明"), validators=[Length(max=200)])
    from_on = DateField(lazy_gettext("从哪天"), validators=[InputRequired()])
    last_on = DateField(lazy_gettext("到哪天（含当天）"), validators=[InputRequired()])
    originals_seen = BooleanField(lazy_gettext("已核验原件"))

    def validate_last_on(self, field: DateField) -> None:
        if self.from_on.data and field.data and field.data < self.from_on.data:
            raise ValidationError(gettext("不能早于开始的一天。"))

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            ReliefKind(self.kind.data),
            ReliefReason(self.reason.data),
            self.from_on.data,
            self.last_on.data + timedelta(days=1),
            self.note.data or "",
        )


class DeferralForm(BaseForm):
    """缓训, as a person asks for it: why, and for which days."""

    reason = RadioField(
        lazy_gettext("原因"),
        choices=[
            SelectChoice(one.value, lazy_gettext(REASON_NAMES[one]))
            for one in REASONS[ReliefKind.DEFERRED]
        ],
        validators=[InputRequired()],
    )
    note = StringField(lazy_gettext("说明"), validators=[Length(max=200)])
    from_on = DateField(lazy_gettext("从哪天"), validators=[InputRequired()])
    last_on = DateField(lazy_gettext("到哪天（含当天）"), validators=[InputRequired()])

    @property
    def wanted(self) -> Wanted:
        last_on: date = self.last_on.data
        return Wanted(
            ReliefKind.DEFERRED,
            ReliefReason(self.reason.data),
            self.from_on.data,
            last_on + timedelta(days=1),
            self.note.data or "",
        )


class DecideForm(BaseForm):
    """What was asked is approved or refused, one or several at once."""

    act = StringField(validators=[InputRequired()])
    reliefs = CheckboxesField(coerce=int, validate_choice=False)
    originals_seen = BooleanField(lazy_gettext("已核验原件"))
    why = StringField(lazy_gettext("不批准的原因"), validators=[Length(max=200)])


class BackForm(BaseForm):
    """A relief holds no more."""

    on = DateField(lazy_gettext("从哪天起收回"), validators=[InputRequired()])
    why = StringField(lazy_gettext("原因"), validators=[InputRequired(), Length(max=200)])


class PageForm(BaseForm):
    """Which page of what was decided."""

    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 10_000)])


# ── requirements of programmes, and teachers ────────────────────────────────────────────────────


class RequirementForm(BaseForm):
    """What a programme asks of an audience from a day on."""

    audience = StringField(lazy_gettext("对象"), validators=[InputRequired(), Length(max=60)])
    posts = CheckboxesField(
        lazy_gettext("职务"),
        choices=[SelectChoice(post.value, lazy_gettext(POST_NAMES[post])) for post in Post],
    )
    hours = DecimalField(
        lazy_gettext("要求学时"), places=2, validators=[InputRequired(), NumberRange(0, 2000)]
    )
    courses = CheckboxesField(lazy_gettext("必学课程"), coerce=int)
    assessed = BooleanField(lazy_gettext("须通过测评"))
    basis = StringField(lazy_gettext("依据"), validators=[Length(max=200)])
    from_on = DateField(lazy_gettext("从哪天起执行"), validators=[InputRequired()])

    def __init__(self, *sent: Any, courses: dict[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.courses.choices = [SelectChoice(key, name) for key, name in courses.items()]  # type: ignore[arg-type]

    @property
    def demand(self) -> Demand:
        return Demand(
            audience=self.audience.data or "",
            posts=tuple(Post(word) for word in self.posts.data or ()),
            hours=self.hours.data,
            assessed=bool(self.assessed.data),
            course_ids=tuple(self.courses.data or ()),
            from_on=self.from_on.data,
            basis=(self.basis.data or "").strip(),
        )


class SubjectForm(BaseForm):
    """Of which subject to show the teachers."""

    subject = SelectField(lazy_gettext("课题"), default="", validators=[Optional()])

    def __init__(self, *sent: Any, subjects: Sequence[str], **more: Any) -> None:
        super().__init__(*sent, **more)
        none = SelectChoice("", lazy_gettext("全部课题"))
        self.subject.choices = [none, *(SelectChoice(one, one) for one in subjects)]


class TeacherForm(BaseForm):
    """A teacher: of the city, with a number of the roster, or a guest."""

    unit_id = SelectField(lazy_gettext("登记单位"), coerce=int)
    name = StringField(lazy_gettext("姓名"), validators=[InputRequired(), Length(max=60)])
    number = StringField(lazy_gettext("人员编号"), validators=[Length(max=40)])
    unit = StringField(lazy_gettext("工作单位"), validators=[InputRequired(), Length(max=60)])
    title = StringField(lazy_gettext("职务职称"), validators=[InputRequired(), Length(max=60)])
    subjects = StringField(
        lazy_gettext("能讲的课题"), validators=[InputRequired(), Length(max=400)]
    )

    def __init__(self, *sent: Any, units: dict[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.unit_id.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]

    @property
    def known(self) -> Known:
        words = (word.strip()[:40] for word in APART.split(self.subjects.data or ""))
        return Known(
            name=(self.name.data or "").strip(),
            unit=(self.unit.data or "").strip(),
            title=(self.title.data or "").strip(),
            subjects=tuple(word for word in words if word),
            number=(self.number.data or "").strip(),
        )

    @classmethod
    def of(cls, found: Teacher) -> dict[str, Any]:
        """What is known of a teacher, as the form shows it."""
        return {
            "unit_id": found.org_id,
            "name": found.name,
            "number": found.person.short_number if found.person else "",
            "unit": found.unit,
            "title": found.title,
            "subjects": "、".join(found.subjects),
        }
