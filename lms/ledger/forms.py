"""What may be sent about hours."""

from collections.abc import Collection
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    DateField,
    DecimalField,
    FileField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.errors import Invalid
from lms.ledger.lists import Sent
from lms.ledger.reading import Common, Row, read_hours
from lms.ledger.rules import KIND_NAMES, LIST_STATES, HourKind, ListState
from lms.orgs.models import OrgUnit
from lms.people.rules import POST_NAMES, Post
from lms.sheets.promise import refuse_chosen
from lms.sheets.reading import read_book
from lms.web.forms import BaseForm, CheckboxesField, neutral
from lms.web.refusals import said

REQUIRED = lazy_gettext("请填写。")


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


class ListForm(BaseForm):
    """A list of hours, and what holds for every row that does not say otherwise."""

    unit = SelectField(lazy_gettext("为哪个单位导入"), coerce=int)
    source = StringField(
        lazy_gettext("名单来自"), validators=[InputRequired(REQUIRED), Length(max=100)]
    )
    file = FileField(lazy_gettext("名单文件"))
    title = StringField(
        lazy_gettext("培训名称"), validators=[InputRequired(REQUIRED), Length(max=120), neutral]
    )
    kind = SelectField(
        lazy_gettext("培训形式"),
        choices=[
            SelectChoice("", lazy_gettext("按名单里写的")),
            *(SelectChoice(one.value, lazy_gettext(name)) for one, name in KIND_NAMES.items()),
        ],
    )
    hours = DecimalField(
        lazy_gettext("每人学时"), places=2, validators=[Optional(), NumberRange(0, 2000)]
    )
    began_on = DateField(lazy_gettext("开始日期"), validators=[Optional()])
    ended_on = DateField(lazy_gettext("结束日期"), validators=[Optional()])

    def __init__(
        self,
        *sent: Any,
        units: Collection[OrgUnit],
        today: date,
        demonstration: bool,
        **more: Any,
    ) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = [SelectChoice(one.id, one.name) for one in units]  # type: ignore[arg-type]
        self.today, self.demonstration = today, demonstration
        self.name, self.bytes = "", b""
        self.rows: list[Row] = []  # what was read, once it is valid

    def validate_file(self, field: FileField) -> None:
        if field.data is None or not getattr(field.data, "filename", ""):
            raise ValidationError(_("请选择名单文件。"))
        self.name, self.bytes = field.data.filename, field.data.read()
        try:
            book = read_book(self.name, self.bytes)
            refuse_chosen(book)
            self.rows = read_hours(book, self.common(), self.demonstration, self.today)
        except Invalid as wrong:
            raise ValidationError(said(wrong)) from wrong

    def common(self) -> Common:
        return Common(
            activity=(self.title.data or "").strip() or None,
            kind=HourKind(self.kind.data) if self.kind.data in set(HourKind) else None,
            hours=self.hours.data or None,
            began_on=self.began_on.data,
            ended_on=self.ended_on.data,
        )

    def sent_list(self) -> Sent:
        """The list as the service takes it."""
        title, source = self.title.data.strip(), self.source.data.strip()
        return Sent(self.name, self.bytes, self.rows, title, source)


class OneForm(BaseForm):
    """One training elsewhere of one person, and the paper it rests on."""

    title = StringField(
        lazy_gettext("培训名称"), validators=[InputRequired(REQUIRED), Length(max=120), neutral]
    )
    source = StringField(
        lazy_gettext("主办单位"), validators=[InputRequired(REQUIRED), Length(max=100)]
    )
    basis = StringField(lazy_gettext("依据"), validators=[InputRequired(REQUIRED), Length(max=120)])
    kind = SelectField(
        lazy_gettext("培训形式"),
        choices=[SelectChoice(one.value, lazy_gettext(name)) for one, name in KIND_NAMES.items()],
    )
    hours = DecimalField(
        lazy_gettext("学时"), places=2, validators=[InputRequired(REQUIRED), NumberRange(0, 2000)]
    )
    began_on = DateField(lazy_gettext("开始日期"), validators=[InputRequired(REQUIRED)])
    ended_on = DateField(lazy_gettext("结束日期"), validators=[InputRequired(REQUIRED)])

    def __init__(self, *sent: Any, today: date, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.today = today

    def validate_hours(self, field: DecimalField) -> None:
        if not field.data:
            raise ValidationError(_("学时应大于 0。"))

    def validate_ended_on(self, field: DateField) -> None:
        if field.data > self.today:
            raise ValidationError(_("培训还没有结束，不能记学时。"))
        if self.began_on.data and field.data < self.began_on.data:
            raise ValidationError(_("结束日期不能早于开始日期。"))

    def sent_one(self, name: str, number: str) -> Sent:
        """The training as a list of one row; its digest is that of what was typed."""
        row = Row(
            row=1,
            name=name,
            number=number,
            activity=self.title.data.strip(),
            kind=HourKind(self.kind.data),
            hours=self.hours.data,
            began_on=self.began_on.data,
            ended_on=self.ended_on.data,
        )
        basis, source = self.basis.data.strip(), self.source.data.strip()
        what = (row.activity, self.kind.data, row.hours, row.began_on, row.ended_on)
        typed = "\n".join(map(str, (number, source, basis, *what)))
        return Sent(basis, typed.encode(), [row], row.activity or "", source)


class ListsForm(BaseForm):
    """Which lists to show, and which page of them. The address of the page is its state."""

    words = StringField(lazy_gettext("培训名称或来源"), validators=[Length(max=60)])
    state = SelectField(
        lazy_gettext("状态"),
        default="",
        choices=[
            SelectChoice("", lazy_gettext("全部")),
            *(SelectChoice(one.value, lazy_gettext(name)) for one, name in LIST_STATES.items()),
        ],
    )
    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 10_000)])

    def chosen(self) -> tuple[str, ListState | None, int]:
        """As the query takes them; what makes no sense narrows nothing."""
        if not self.validate():
            return "", None, 1
        state = ListState(self.state.data) if self.state.data else None
        return self.words.data or "", state, self.page.data or 1


class WhyForm(BaseForm):
    """A reason."""

    why = StringField(
        lazy_gettext("原因"),
        validators=[InputRequired(lazy_gettext("请写明原因。")), Length(max=200)],
    )


class DecisionsForm(BaseForm):
    """Row by row: who is meant, and what becomes of a row that seems to be there already."""

    def __init__(self, sent: Any = None, **more: Any) -> None:
        super().__init__(sent, **more)
        fields = sent or {}
        self.chosen = {
            int(name[4:]): int(fields[name])
            for name in fields
            if name.startswith("who-") and name[4:].isdecimal() and fields[name].isdecimal()
        }
        self.kept = {
            int(name[5:]): fields[name] == "yes"
            for name in fields
            if name.startswith("keep-") and name[5:].isdecimal() and fields[name] in ("yes", "no")
        }
