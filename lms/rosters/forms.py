"""What may be sent about rosters."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.errors import Invalid
from lms.orgs.models import OrgUnit
from lms.people.forms import ENDED
from lms.people.rules import POST_NAMES, Post
from lms.rosters.reading import refuse_without_table
from lms.rosters.rules import Status
from lms.rosters.services import Answers, Whose
from lms.sheets.books import Book
from lms.sheets.promise import refuse_chosen
from lms.sheets.reading import read_book
from lms.web.forms import BaseForm, CheckboxesField
from lms.web.refusals import said

FILES = 60  # at once: a sheet of each township of a county, and some
NO_POST = "none"
REQUIRED = lazy_gettext("请填写。")


class UploadForm(BaseForm):
    """One or several files for a unit. Each is looked through before anything is kept."""

    unit = SelectField(lazy_gettext("为哪个单位导入"), coerce=int)
    files = MultipleFileField(lazy_gettext("名册文件"))

    def __init__(self, *sent: Any, units: Mapping[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]
        self.several = len(units) > 1
        if not self.several or self.unit.data is None:
            self.unit.data = next(iter(units))
        self.found: list[tuple[str, bytes]] = []  # names and contents, once it is valid
        self.books: list[Book] = []  # what was read in them

    def validate_files(self, field: MultipleFileField) -> None:
        sent = [one for one in field.data or [] if getattr(one, "filename", "")]
        if not sent:
            raise ValidationError(_("请选择要上传的名册文件。"))
        if len(sent) > FILES:
            raise ValidationError(_("一次最多上传 %(n)s 个文件，请分几次上传。", n=FILES))
        found = [(one.filename, one.read()) for one in sent]
        try:
            books = [read_book(name, data) for name, data in found]
            for book in books:
                refuse_chosen(book)
            refuse_without_table(books)
        except Invalid as wrong:
            raise ValidationError(said(wrong)) from wrong
        self.books = books
        self.found = [(book.name, one[1]) for book, one in zip(books, found, strict=True)]


class UnitForm(BaseForm):
    """For which unit the workbook to fill in is. units: the officer's own."""

    unit = IntegerField(validators=[Optional()])

    def __init__(self, *sent: Any, units: Mapping[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.first = next(iter(units))

    @property
    def chosen(self) -> int:
        return (self.unit.data or self.first) if self.validate() else self.first


class ListForm(BaseForm):
    """Which page of the imports."""

    page = IntegerField(validators=[Optional(), NumberRange(1, 10_000)], default=1)

    @property
    def chosen(self) -> int:
        return (self.page.data or 1) if self.validate() else 1


class ShowForm(ListForm):
    """Which rows of an import."""

    show = SelectField(choices=[SelectChoice(one.value, one.value) for one in Status])

    def status(self, counts: Mapping[str, int], order: Collection[Status]) -> Status:
        """The rows that are asked for; else the first kind of which there are any."""
        if self.show.data in [one.value for one in Status]:
            return Status(self.show.data)
        return next((one for one in order if counts.get(one.value)), Status.NEW)


class PostAnswer(Form):
    """What a name of a post means."""

    name = StringField()
    code = StringField()
    also = StringField()

    def codes(self) -> list[str] | None:
        """The posts; none for what is no post; None where nothing was said."""
        if self.code.data == NO_POST:
            return []
        known = [code for code in (self.code.data, self.also.data) if code in set(Post)]
        return [*dict.fromkeys(str(code) for code in known)] or None


class UnitAnswer(Form):
    """Which unit some words mean."""

    words = StringField()
    unit = StringField()
    typed = StringField(validators=[Length(max=120)])


class AnswersForm(BaseForm):
    """The officer's answers to what the reading asked."""

    posts = FieldList(FormField(PostAnswer), max_entries=100)
    units = FieldList(FormField(UnitAnswer), max_entries=100)

    def answers(self) -> Answers:
        posts = {one.form.name.data: one.form.codes() for one in self.posts}
        units = {
            one.form.words.data: int(one.form.unit.data)
            for one in self.units
            if (one.form.unit.data or "").isdecimal() and len(one.form.unit.data) < 12
        }
        typed = {
            one.form.words.data: one.form.typed.data.strip()
            for one in self.units
            if (one.form.typed.data or "").strip()
        }
        known = {name: codes for name, codes in posts.items() if codes is not None}
        return Answers(known, {key: unit for key, unit in units.items() if key not in typed}, typed)


class CompleteForm(BaseForm):
    """For which units the files name everybody, and as of which day."""

    units = CheckboxesField(lazy_gettext("名册在这些单位是完整的"), coerce=int)
    as_of = DateField(lazy_gettext("截至日期"), [Optional()])

    def __init__(self, *sent: Any, choices: Collection[OrgUnit], today: date, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.units.choices = [SelectChoice(unit.id, unit.name) for unit in choices]  # type: ignore[arg-type]
        self.today = today

    def validate_as_of(self, field: DateField) -> None:
        if field.data and not date(2000, 1, 1) <= field.data <= self.today:
            raise ValidationError(_("截至日期不能晚于今天，也不能太早，请核对年份。"))


class EndingsForm(BaseForm):
    """Whose postings end, and why."""

    line = SelectMultipleField(coerce=int, validate_choice=False)
    group = SelectMultipleField(coerce=int, validate_choice=False)
    everyone = BooleanField(lazy_gettext("全部"))
    why = SelectField(lazy_gettext("原因"), [InputRequired(REQUIRED)])
    act = StringField()
    show = SelectField(choices=[SelectChoice(one.value, one.value) for one in Status])
    page = IntegerField(validators=[Optional(), NumberRange(1, 10_000)], default=1)

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.why.choices = [SelectChoice(why, _(why)) for why in ENDED]

    def whose(self) -> Whose:
        return Whose(set(self.line.data or ()), set(self.group.data or ()), self.everyone.data)

    @property
    def reason(self) -> str | None:
        return self.why.data if self.act.data != "keep" else None


class ConfirmForm(BaseForm):
    """The reading that was looked at."""

    reading = IntegerField(validators=[InputRequired(REQUIRED)])


def post_choices() -> list[tuple[str, str]]:
    """Code and name of every post, for a choice."""
    return [(post.value, _(name)) for post, name in POST_NAMES.items()]
