"""What may be sent about splits, moves and 调训."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    FieldList,
    FileField,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.callups.rules import AUDIENCE_NAMES, Audience, Series
from lms.callups.services import Terms
from lms.classes.reading import cells
from lms.classes.rules import KIND_NAMES, ClassKind
from lms.clock import CITY_TIME
from lms.errors import Invalid
from lms.holidays.days import Calendar
from lms.people.rules import POST_NAMES, Post
from lms.sheets.cells import text
from lms.sheets.promise import refuse_chosen
from lms.sheets.reading import read_book
from lms.web.forms import BaseForm, CheckboxesField, neutral
from lms.web.refusals import said

ROWS = 1500
WAYS = {
    "county": lazy_gettext("按县（市、区）"),
    "township": lazy_gettext("按乡镇、街道"),
    "together": lazy_gettext("不分，一起编班"),
}


def _options(named: Mapping[int, str]) -> list[SelectChoice]:
    return [SelectChoice(key, name) for key, name in named.items()]  # type: ignore[arg-type]


class PartForm(BaseForm):
    """Which part of a list, and by which units it is divided."""

    unit = SelectField(lazy_gettext("名单范围"), coerce=int)
    by = SelectField(
        lazy_gettext("分班单位"), choices=[SelectChoice(key, name) for key, name in WAYS.items()]
    )

    def __init__(self, *sent: Any, units: Mapping[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = _options(units)

    @property
    def chosen_unit(self) -> int:
        """The unit, if it is one of those to choose from; else the first."""
        known = [one.value for one in self.unit.choices]
        return self.unit.data if self.unit.data in known else known[0]

    @property
    def chosen_way(self) -> str:
        return self.by.data if self.by.data in WAYS else "county"


class PlaceForm(Form):
    """Where the classes of a unit are."""

    area = IntegerField()
    place = StringField(validators=[Length(max=120)])


class SplitForm(BaseForm):
    """Dates, places and sizes, once for all classes; or a table of classes instead."""

    name = StringField(
        lazy_gettext("班名开头"), validators=[InputRequired(), Length(max=80), neutral]
    )
    capacity = IntegerField(
        lazy_gettext("每班人数"), default=60, validators=[Optional(), NumberRange(2, 2000)]
    )
    first_on = DateField(lazy_gettext("首期开班日期"), validators=[Optional()])
    days = IntegerField(
        lazy_gettext("每期天数"), default=3, validators=[Optional(), NumberRange(1, 60)]
    )
    gap = IntegerField(
        lazy_gettext("两期之间隔几天"), default=1, validators=[Optional(), NumberRange(0, 60)]
    )
    at_once = IntegerField(
        lazy_gettext("每个单位同时开几个班"), default=2, validators=[Optional(), NumberRange(1, 50)]
    )
    work_days = BooleanField(lazy_gettext("避开周末和节假日"), default=True)
    places = FieldList(FormField(PlaceForm), max_entries=400)
    table = TextAreaField(lazy_gettext("粘贴班级表"), validators=[Length(max=100_000)])
    file = FileField(lazy_gettext("或上传班级表"))
    kind = RadioField(
        lazy_gettext("培训方式"),
        choices=[SelectChoice(kind.value, lazy_gettext(KIND_NAMES[kind])) for kind in ClassKind],
        default=ClassKind.FULL_TIME.value,
    )
    required_hours = DecimalField(
        lazy_gettext("要求学时"), places=2, validators=[InputRequired(), NumberRange(0, 2000)]
    )
    by_hours = BooleanField(lazy_gettext("学时达到要求"), default=True)
    by_attendance = BooleanField(lazy_gettext("考勤合格"), default=True)
    by_assessment = BooleanField(lazy_gettext("结业考核合格"))
    most_absent = IntegerField(
        lazy_gettext("缺勤最多几次"), validators=[Optional(), NumberRange(0, 99)]
    )

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.rows: list[tuple[int, Sequence[str]]] = []

    def validate_file(self, field: FileField) -> None:
        """What was pasted or sent, as rows of cells."""
        sent = field.data
        if getattr(sent, "filename", ""):
            try:
                book = read_book(sent.filename, sent.read())
                refuse_chosen(book)
            except Invalid as wrong:
                raise ValidationError(said(wrong)) from wrong
            first = enumerate(book.sheets[0].rows, 1)
            rows = ((n, [text(cell) for cell in row]) for n, row in first)
            self.rows = [(n, row) for n, row in rows if any(row)]
        else:
            self.rows = list(cells(self.table.data or ""))
        if len(self.rows) > ROWS:
            raise ValidationError(gettext("班级表最多 %(n)s 行。", n=ROWS))

    def validate(self, *checks: Any) -> bool:
        """What may be empty in one case, and not in another."""
        good = super().validate(*checks)
        lacking = {}
        if not self._by_table and self.capacity.data is None:
            lacking[self.capacity] = gettext("请填写每班人数，或在下面给出班级表。")
        if not self._by_table and self.first_on.data is None:
            lacking[self.first_on] = gettext("请填写首期开班日期，或在下面给出班级表。")
        part_time = self.kind.data == ClassKind.PART_TIME.value
        if part_time and self.by_attendance.data and self.most_absent.data is None:
            lacking[self.most_absent] = gettext("不脱产的班选了考勤条件，请写明缺勤最多几次。")
        for field, why in lacking.items():
            field.errors = [*field.errors, why]
        return good and not lacking

    def validate_by_assessment(self, field: BooleanField) -> None:
        if not (field.data or self.by_hours.data or self.by_attendance.data):
            raise ValidationError(gettext("结业条件至少选一项：学时、考勤或考核。"))

    @property
    def _by_table(self) -> bool:
        return bool((self.table.data or "").strip() or getattr(self.file.data, "filename", ""))

    def series(self, calendar: Calendar) -> Series:
        """calendar: which days are worked; asked where the officer wants it."""
        return Series(
            capacity=self.capacity.data or 1,
            first_on=self.first_on.data,
            days=self.days.data or 1,
            gap=self.gap.data or 0,
            at_once=self.at_once.data or 1,
            calendar=calendar if self.work_days.data else None,
        )

    def place_of(self) -> dict[int, str]:
        """Unit → where its classes are."""
        return {
            one.form.area.data: (one.form.place.data or "").strip()
            for one in self.places
            if one.form.area.data is not None
        }

    def terms(self) -> Terms:
        return Terms(
            name=self.name.data.strip(),
            kind=ClassKind(self.kind.data),
            required_hours=self.required_hours.data,
            by_hours=self.by_hours.data,
            by_attendance=self.by_attendance.data,
            by_assessment=self.by_assessment.data,
            most_absent=self.most_absent.data,
        )


class MoveForm(BaseForm):
    """To which class somebody goes, and why; although somebody of the village is away then."""

    to = IntegerField(
        lazy_gettext("班级"), validators=[InputRequired(lazy_gettext("请选一个班。"))]
    )
    why = StringField(lazy_gettext("原因"), validators=[InputRequired(), Length(max=200)])
    although = BooleanField(lazy_gettext("同村负责人同期离村，补训仍然编入（原因写在上面）"))


class PageForm(BaseForm):
    """Which page."""

    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 10_000)])

    @property
    def chosen(self) -> int:
        return (self.page.data or 1) if self.validate() else 1


# ── 调训 ────────────────────────────────────────────────────────────────────────────────────────


class CallUpForm(BaseForm):
    """The class that is filled, until when units name, and for which posts places are given."""

    training_class = SelectField(lazy_gettext("培训班"), coerce=int)
    title = StringField(
        lazy_gettext("调训名称"), validators=[InputRequired(), Length(max=120), neutral]
    )
    due_at = DateTimeLocalField(lazy_gettext("报名截止时间"), validators=[InputRequired()])
    note = StringField(lazy_gettext("给各单位的说明"), validators=[Length(max=400)])
    posts = CheckboxesField(
        lazy_gettext("按职务分配名额"),
        choices=[SelectChoice(post.value, lazy_gettext(POST_NAMES[post])) for post in Post],
    )

    def __init__(self, *sent: Any, classes: Mapping[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.training_class.choices = _options(classes)

    @property
    def due(self) -> datetime:
        """What was typed is the city's time."""
        return self.due_at.data.replace(tzinfo=CITY_TIME).astimezone(UTC)


class PlacesForm(Form):
    """How many places a unit has for a post."""

    org = IntegerField(validators=[InputRequired()])
    post = StringField()
    places = IntegerField(validators=[Optional(), NumberRange(0, 9999)])


class QuotaForm(BaseForm):
    """The table of places."""

    cells = FieldList(FormField(PlacesForm), max_entries=2000)

    @property
    def wrong(self) -> dict[tuple[int, str], str]:
        """Unit and post (none: "") → what was typed there and is no number of places."""
        return {
            (one.form.org.data, one.form.post.data): one.form.places.raw_data[0]
            for one in self.cells
            if one.form.places.errors and one.form.places.raw_data
        }

    def given(self, units: Mapping[int, str]) -> dict[tuple[int, Post | None], int]:
        """Unit and post → places, of the units that may have any."""
        return {
            (one.form.org.data, Post(one.form.post.data) if one.form.post.data else None): (
                one.form.places.data or 0
            )
            for one in self.cells
            if one.form.org.data in units and one.form.post.data in ("", *Post)
        }


class NameForm(BaseForm):
    """A person for a place."""

    quota = IntegerField(validators=[InputRequired()])
    person = IntegerField(validators=[InputRequired()])


class CallsForm(BaseForm):
    """Which 调训 to show, and which page of them. The address of the page is its state."""

    words = StringField(lazy_gettext("调训名称"), validators=[Length(max=60)])
    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 10_000)])


class SearchForm(BaseForm):
    """Who is looked for, and for which place."""

    q = StringField(lazy_gettext("姓名、拼音或编号"), validators=[Length(max=60)])


class WhyForm(BaseForm):
    """A reason."""

    why = StringField(lazy_gettext("原因"), validators=[InputRequired(), Length(max=200)])


class LimitsForm(BaseForm):
    """After how many years without training it is long, for each audience."""

    village, township, leaders, experts, others = (
        IntegerField(
            lazy_gettext(AUDIENCE_NAMES[one]), validators=[InputRequired(), NumberRange(1, 10)]
        )
        for one in Audience
    )

    def years(self) -> dict[Audience, int]:
        return {one: self[one.value].data for one in Audience}


class UnitForm(PageForm):
    """Of which unit."""

    unit = IntegerField(validators=[Optional()])
