"""What may be sent about classes, their timetable and their lists."""

from datetime import UTC, datetime
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from lms.classes.models import ClassSession, TrainingClass
from lms.classes.rules import KIND_NAMES, LONGEST, ClassKind, Lesson, Mark, Plan, Purpose
from lms.clock import CITY_TIME
from lms.web.forms import BaseForm, ChangingForm, CheckboxesField, neutral


def options(named: dict[int, str], none: str = "") -> list[SelectChoice]:
    """Choices by id; none: what stands for no choice, where there may be none."""
    first = [SelectChoice(0, none)] if none else []
    return first + [SelectChoice(key, name) for key, name in named.items()]  # type: ignore[arg-type]


class ClassForm(ChangingForm):
    """The plan of a class."""

    unit = SelectField(lazy_gettext("主办单位"), coerce=int)
    programme = SelectField(lazy_gettext("所属项目"), coerce=int)
    cohort = SelectField(lazy_gettext("所属班次"), coerce=int)
    title = StringField(
        lazy_gettext("班名"), validators=[InputRequired(), Length(max=120), neutral]
    )
    kind = RadioField(
        lazy_gettext("培训方式"),
        choices=[SelectChoice(kind.value, lazy_gettext(KIND_NAMES[kind])) for kind in ClassKind],
        default=ClassKind.FULL_TIME.value,
    )
    for_unit = SelectField(lazy_gettext("面向哪个县（市、区）"), coerce=int)
    batch = IntegerField(lazy_gettext("第几期"), validators=[Optional(), NumberRange(1, 999)])
    from_on = DateField(lazy_gettext("开班日期"), validators=[InputRequired()])
    to_on = DateField(lazy_gettext("结束日期"), validators=[InputRequired()])
    place = StringField(lazy_gettext("地点"), validators=[Length(max=200)])
    capacity = IntegerField(
        lazy_gettext("容量（人）"), validators=[InputRequired(), NumberRange(1, 5000)]
    )
    manager = SelectField(lazy_gettext("班主任"), coerce=int)
    required_hours = DecimalField(
        lazy_gettext("要求学时"), places=2, validators=[InputRequired(), NumberRange(0, 2000)]
    )
    by_hours = BooleanField(lazy_gettext("学时达到要求"), default=True)
    by_attendance = BooleanField(lazy_gettext("考勤合格"), default=True)
    by_assessment = BooleanField(lazy_gettext("结业考核合格"))
    most_absent = IntegerField(
        lazy_gettext("缺勤最多几次"), validators=[Optional(), NumberRange(0, 99)]
    )
    lateness_counts = BooleanField(lazy_gettext("迟到、早退也算缺勤一次"))
    courses = CheckboxesField(lazy_gettext("网上课程"), coerce=int)
    pre = SelectField(lazy_gettext("训前测试"), coerce=int)
    post = SelectField(lazy_gettext("训后测试"), coerce=int)
    end = CheckboxesField(lazy_gettext("结业考核"), coerce=int)

    def __init__(
        self,
        *sent: Any,
        units: dict[int, str],
        programmes: dict[int, str],
        cohorts: dict[int, tuple[int, str]],
        areas: dict[int, str],
        managers: dict[int, str],
        courses: dict[int, str],
        assessments: dict[int, str],
        **more: Any,
    ) -> None:
        super().__init__(*sent, **more)
        self.inside = {key: programme for key, (programme, _) in cohorts.items()}
        self.unit.choices, self.programme.choices = options(units), options(programmes)
        named = {key: name for key, (_, name) in cohorts.items()}
        self.cohort.choices = options(named, gettext("不属于某个班次"))
        self.for_unit.choices = options(areas, gettext("不限"))
        self.manager.choices = options(managers, gettext("暂不指定"))
        self.courses.choices, self.end.choices = options(courses), options(assessments)
        self.pre.choices = options(assessments, gettext("没有"))
        self.post.choices = options(assessments, gettext("没有"))

    def validate_to_on(self, field: DateField) -> None:
        if self.from_on.data and field.data and field.data < self.from_on.data:
            raise ValidationError(gettext("结束日期不能早于开班日期。"))
        if self.from_on.data and field.data and field.data - self.from_on.data > LONGEST:
            raise ValidationError(gettext("一个班最长一年，请核对开班和结束的年份。"))

    def validate_cohort(self, field: SelectField) -> None:
        if field.data and self.inside.get(field.data) != self.programme.data:
            raise ValidationError(gettext("这个班次不在所选项目中，请改选。"))

    def validate_post(self, field: SelectField) -> None:
        if field.data and field.data == self.pre.data:
            raise ValidationError(gettext("训前和训后不能是同一次测评，请用平行的两份卷。"))

    def validate_most_absent(self, field: IntegerField) -> None:
        part_time = self.kind.data == ClassKind.PART_TIME.value
        if self.by_attendance.data and part_time and field.data is None:
            raise ValidationError(gettext("不脱产的班选了考勤条件，请写明缺勤最多几次。"))

    def validate_by_assessment(self, field: BooleanField) -> None:
        if field.data and not self.end.data:
            raise ValidationError(gettext("请在下面选一次结业考核，或去掉这一条。"))

    @property
    def plan(self) -> Plan:
        plain = (
            "title batch from_on to_on capacity required_hours by_hours by_attendance"
            " by_assessment most_absent lateness_counts"
        )
        return Plan(
            **{name: self[name].data for name in plain.split()},
            kind=ClassKind(self.kind.data),
            programme_id=self.programme.data,
            cohort_id=self.cohort.data or None,
            for_org_id=self.for_unit.data or None,
            place=(self.place.data or "").strip() or None,
            person_id=self.manager.data or None,
        )

    @property
    def parts(self) -> dict[str, Any]:
        """Courses and assessments as the services take them."""
        chosen = dict.fromkeys(self.end.data or (), Purpose.END)
        chosen |= {
            field.data: purpose
            for field, purpose in ((self.pre, Purpose.PRE), (self.post, Purpose.POST))
            if field.data
        }
        return {"course_ids": self.courses.data or (), "assessments": chosen}

    @classmethod
    def of(cls, found: TrainingClass) -> dict[str, Any]:
        """A class as the form shows it."""
        held: dict[Purpose, list[int]] = {purpose: [] for purpose in Purpose}
        for part in found.assessments:
            held[part.purpose].append(part.assessment_id)
        plain = {name: getattr(found, name) for name in Plan.__dataclass_fields__}
        return plain | {
            "unit": found.org_id,
            "programme": found.programme_id,
            "cohort": found.cohort_id or 0,
            "kind": found.kind.value,
            "for_unit": found.for_org_id or 0,
            "manager": found.person_id or 0,
            "courses": [part.course_id for part in found.courses],
            "pre": next(iter(held[Purpose.PRE]), 0),
            "post": next(iter(held[Purpose.POST]), 0),
            "end": held[Purpose.END],
        }


class CopyForm(BaseForm):
    """A class held again."""

    unit = SelectField(lazy_gettext("主办单位"), coerce=int)
    title = StringField(
        lazy_gettext("班名"), validators=[InputRequired(), Length(max=120), neutral]
    )
    from_on = DateField(lazy_gettext("开班日期"), validators=[InputRequired()])

    def __init__(self, *sent: Any, units: dict[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = options(units)


class LessonForm(ChangingForm):
    """One row of the timetable."""

    on = DateField(lazy_gettext("日期"), validators=[InputRequired()])
    starts = TimeField(lazy_gettext("上课"), validators=[InputRequired()])
    ends = TimeField(lazy_gettext("下课"), validators=[InputRequired()])
    hours = DecimalField(
        lazy_gettext("学时"), places=2, validators=[InputRequired(), NumberRange(0.25, 24)]
    )
    subject = StringField(lazy_gettext("课程内容"), validators=[InputRequired(), Length(max=120)])
    teacher = SelectField(lazy_gettext("教师（师资库）"), coerce=int)
    guest = StringField(lazy_gettext("库外教师"), validators=[Length(max=60)])
    place = StringField(lazy_gettext("地点"), validators=[Length(max=200)])

    def __init__(self, *sent: Any, teachers: dict[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.teacher.choices = options(teachers, gettext("不选"))

    def validate_ends(self, field: TimeField) -> None:
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(gettext("下课时间应晚于上课时间。"))

    @property
    def lesson(self) -> Lesson:
        return Lesson(
            starts_at=_moment(self.on.data, self.starts.data),
            ends_at=_moment(self.on.data, self.ends.data),
            hours=self.hours.data,
            subject=self.subject.data.strip(),
            teacher_id=self.teacher.data or None,
            teacher=None if self.teacher.data else (self.guest.data or "").strip() or None,
            place=(self.place.data or "").strip() or None,
        )

    @staticmethod
    def of(found: ClassSession) -> dict[str, Any]:
        """A lesson as the form shows it."""
        starts, ends = (one.astimezone(CITY_TIME) for one in (found.starts_at, found.ends_at))
        return {
            "on": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "hours": found.hours,
            "subject": found.subject,
            "teacher": found.teacher_id or 0,
            "guest": found.teacher,
            "place": found.place,
        }


def _moment(day, time) -> datetime:
    """What was typed is the city's time."""
    return datetime.combine(day, time, CITY_TIME).astimezone(UTC)


class LinesForm(BaseForm):
    """Lines pasted from a table: a timetable, or persons."""

    lines = TextAreaField(
        lazy_gettext("粘贴的内容"), validators=[InputRequired(), Length(max=40_000)]
    )


class WhyForm(BaseForm):
    """A reason."""

    why = StringField(lazy_gettext("原因"), validators=[InputRequired(), Length(max=200)])


class TicksForm(BaseForm):
    """The list of a lesson, as it was ticked: a mark for every member."""

    why = StringField(lazy_gettext("更正的原因"), validators=[Length(max=200)])
    file_name = StringField(validators=[Length(max=120)])
    file_digest = StringField(validators=[Optional(), Regexp(r"^[0-9a-f]{64}$")])

    @property
    def ticked(self) -> dict[int, Mark]:
        """Member → mark. What is no mark, or no number, is left out, and missed by the service."""
        return {
            int(name.removeprefix("mark-")): Mark(value)
            for name, value in request.form.items()
            if name.startswith("mark-") and name[5:].isdecimal() and value in set(Mark)
        }


class SheetForm(BaseForm):
    """A sign-in sheet as a file."""

    file = FileField(lazy_gettext("签到表（xlsx、xls 或 csv）"))


class CodeForm(BaseForm):
    """Six digits from the wall."""

    code = StringField(
        lazy_gettext("大屏幕上的 6 位签到码"),
        filters=[lambda text: "".join((text or "").split())],
        validators=[Regexp(r"^\d{6}$", message=lazy_gettext("签到码是 6 位数字。"))],
    )


class LeaveForm(BaseForm):
    """From when to when somebody asks to be away, and why."""

    from_at = DateTimeLocalField(lazy_gettext("从"), validators=[InputRequired()])
    to_at = DateTimeLocalField(lazy_gettext("到"), validators=[InputRequired()])
    reason = StringField(lazy_gettext("事由"), validators=[InputRequired(), Length(max=200)])

    @property
    def wanted(self) -> dict[str, Any]:
        """As the service takes it: what was typed is the city's time."""
        return {
            "from_at": self.from_at.data.replace(tzinfo=CITY_TIME).astimezone(UTC),
            "to_at": self.to_at.data.replace(tzinfo=CITY_TIME).astimezone(UTC),
            "reason": self.reason.data,
        }


class MemberLeaveForm(LeaveForm):
    """A leave that who runs the class enters for somebody."""

    member = SelectField(lazy_gettext("学员"), coerce=int)

    def __init__(self, *sent: Any, members: dict[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.member.choices = options(members)


class DecisionForm(BaseForm):
    """Yes or no, and why."""

    yes = RadioField(
        lazy_gettext("决定"),
        choices=[
            SelectChoice("1", lazy_gettext("同意")),
            SelectChoice("0", lazy_gettext("不同意")),
        ],
    )
    why = StringField(lazy_gettext("说明"), validators=[Length(max=200)])


class WithdrawForm(WhyForm):
    """What the organiser decides on a leave that is too long."""

    withdrawn = RadioField(
        lazy_gettext("决定"),
        choices=[
            SelectChoice("1", lazy_gettext("退学")),
            SelectChoice("0", lazy_gettext("不予退学，继续培训")),
        ],
    )


class EndForm(BaseForm):
    """A class is ended; when that is done again, with the reason."""

    why = StringField(lazy_gettext("重新核算的原因"), validators=[Length(max=200)])


class ScoresForm(BaseForm):
    """The five scores of a 教学评价, and one for each teacher who was heard."""

    @property
    def scores(self) -> dict[int, int]:
        """Question → score, as far as both are numbers."""
        return {
            int(name.removeprefix("q")): int(value)
            for name, value in request.form.items()
            if name[:1] == "q" and name[1:].isdecimal() and value.isdecimal()
        }

    @property
    def teachers(self) -> dict[str, int]:
        """Teacher → score; who was not heard is left out."""
        return {
            name.removeprefix("teacher-"): int(value)
            for name, value in request.form.items()
            if name.startswith("teacher-") and value.isdecimal() and int(value)
        }


class WordForm(ScoresForm):
    """The same from an office, with a sentence."""

    said = StringField(lazy_gettext("一句话意见"), validators=[Length(max=400)])
