"""The form on which a question is written: plain fields, and rows that can be added."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional, Regexp, ValidationError

from lms.bank.rules import (
    CREDIT_NAMES,
    DIFFICULTY_NAMES,
    LAYER_NAMES,
    LETTERS,
    ORIGIN_NAMES,
    POOL_NAMES,
    THINKING_NAMES,
    TYPE_NAMES,
    QuestionType,
)
from lms.bank.texts import NAME, marker
from lms.competencies.rules import PROJECT_NAMES
from lms.errors import Invalid
from lms.people.rules import POST_NAMES
from lms.web.forms import BaseForm, CheckboxesField

LONG, SHORT = 20_000, 2_000  # characters of a text, of an option
MOST = {"options": 26, "blanks": 20, "rubric": 20, "parts": 12, "sources": 10, "pictures": 40}
FEWEST = {"options": 4, "blanks": 1, "rubric": 2}  # rows that are shown, empty or not
POINTS = Decimal(2)  # of what is new, until somebody writes another number
NEW_PART = {"type": QuestionType.SINGLE.value, "points": POINTS}
PLAIN = [kind for kind in QuestionType if kind is not QuestionType.CASE]


def _named(names: Iterable[tuple[Any, str]], none: str | None = None) -> list[SelectChoice]:
    first = [SelectChoice("", none)] if none is not None else []
    return first + [SelectChoice(str(key), lazy_gettext(name)) for key, name in names]


def _text(label: str, longest: int) -> TextAreaField:
    return TextAreaField(label, validators=[Length(max=longest)])


def _line(label: str, longest: int) -> StringField:
    return StringField(label, validators=[Length(max=longest)])


def _points(label: str) -> DecimalField:
    limits = NumberRange(0, 1000, lazy_gettext("分值要在 0 至 1000 之间。"))
    return DecimalField(label, places=None, validators=[Optional(), limits, _two_places])


def _two_places(_form: Form, field: DecimalField) -> None:
    if payable(field.data) and field.data * 100 % 1:
        raise ValidationError(lazy_gettext("分值最多两位小数。"))


def payable(points: Decimal | None) -> bool:
    """Whether it is a number that anybody could mean."""
    return points is not None and points.is_finite() and abs(points) < 10_000


def _chosen(label: str, names: dict[Any, str], none: str | None = None) -> SelectField:
    """One of these, or none; what is not offered counts as none (see `typed`)."""
    choices = _named(names.items(), none or lazy_gettext("不填"))
    return SelectField(label, choices=choices, validate_choice=False)


class OptionForm(Form):
    """One option, and whether it is right."""

    text = _text(lazy_gettext("选项"), SHORT)
    right = BooleanField(lazy_gettext("正确"))


class BlankForm(Form):
    """What is accepted in one blank."""

    variants = TextAreaField(
        lazy_gettext("答案"),
        validators=[
            Length(max=SHORT),
            Regexp("[^{}]*$", message=lazy_gettext("答案里不能有大括号。")),
        ],
    )
    within = _line(lazy_gettext("允许误差"), 20)


class RubricForm(Form):
    """One point that a marker pays."""

    points = _points(lazy_gettext("分值"))
    text = _text(lazy_gettext("评分要点"), SHORT)


class PartForm(Form):
    """One thing to answer."""

    type = SelectField(
        lazy_gettext("题型"), choices=_named((kind, TYPE_NAMES[kind]) for kind in PLAIN)
    )
    points = _points(lazy_gettext("分值"))
    stem = _text(lazy_gettext("题干"), LONG)
    options = FieldList(FormField(OptionForm), max_entries=MOST["options"])
    truth = RadioField(
        lazy_gettext("正确答案"),
        choices=[SelectChoice("A", lazy_gettext("正确")), SelectChoice("B", lazy_gettext("错误"))],
        validate_choice=False,
    )
    blanks = FieldList(FormField(BlankForm), max_entries=MOST["blanks"])
    rubric = FieldList(FormField(RubricForm), max_entries=MOST["rubric"])
    explanation = _text(lazy_gettext("解析"), LONG)


class SourceForm(Form):
    """Where the answer stands."""

    law = _line(lazy_gettext("法规或文件"), 120)
    edition = DateField(lazy_gettext("版本（通过日期）"), validators=[Optional()])
    article = _line(lazy_gettext("条"), 40)
    key = _line(lazy_gettext("原文关键词"), 400)


class PictureForm(Form):
    """A picture of the texts, by the number that stands in them."""

    number = IntegerField(validators=[NumberRange(1, 999)])
    name = HiddenField(validators=[Regexp("[0-9a-f]{32}$")])
    alt = _line(lazy_gettext("图上是什么"), 200)


class QuestionForm(BaseForm):
    """A question with its facts. act: which button was pressed."""

    act = HiddenField()
    seen = HiddenField()  # the version that the writer had before them
    type = SelectField(lazy_gettext("题型"), choices=_named(TYPE_NAMES.items()))
    points = _points(lazy_gettext("分值"))
    case = _text(lazy_gettext("材料"), LONG)
    parts = FieldList(FormField(PartForm), max_entries=MOST["parts"])
    pictures = FieldList(FormField(PictureForm), max_entries=MOST["pictures"])
    picture = FileField(lazy_gettext("图片文件"))
    picture_alt = _line(lazy_gettext("图上是什么"), 200)
    picture_at = SelectField(lazy_gettext("放在"), validate_choice=False)
    pool = SelectField(lazy_gettext("用途"), choices=_named(POOL_NAMES.items()))
    abilities = CheckboxesField(lazy_gettext("本领"))
    projects = CheckboxesField(lazy_gettext("工程"), choices=_named(PROJECT_NAMES.items()))
    topic = _line(lazy_gettext("知识点"), 120)
    layer = _chosen(lazy_gettext("内容层次"), LAYER_NAMES)
    level = _chosen(lazy_gettext("认知层次"), THINKING_NAMES)
    difficulty = _chosen(lazy_gettext("难度（命题人估计）"), DIFFICULTY_NAMES)
    credit = _chosen(lazy_gettext("计分"), CREDIT_NAMES, lazy_gettext("按题型默认"))
    sources = FieldList(FormField(SourceForm), max_entries=MOST["sources"])
    valid_from = DateField(lazy_gettext("有效期自"), validators=[Optional()])
    valid_to = DateField(lazy_gettext("有效期至"), validators=[Optional()])
    audience = CheckboxesField(lazy_gettext("适用岗位"), choices=_named(POST_NAMES.items()))
    origin = SelectField(lazy_gettext("来源"), choices=_named(ORIGIN_NAMES.items()))

    def offer(self, abilities: Iterable[tuple[str, str]]) -> None:
        """The abilities to choose from."""
        self.abilities.choices = _named(abilities)

    @property
    def kind(self) -> QuestionType:
        known = [kind for kind in QuestionType if kind == self.type.data]
        return known[0] if known else QuestionType.SINGLE

    def typed(self) -> dict[str, Any]:
        """What was typed, in plain values; a choice that is not offered is none."""
        found = _plain(self)
        found["type"] = self.kind.value
        rows = (row for row in found["pictures"] if isinstance(row["number"], int))
        found["pictures"] = [row for row in rows if NAME.fullmatch(row["name"] or "")]
        for row in found["parts"]:
            row["type"] = row["type"] or QuestionType.SINGLE.value
        return found

    def shown_parts(self) -> list[FormField]:
        """The parts that count: a plain question has one."""
        rows = self.parts.entries
        return rows if self.kind is QuestionType.CASE else rows[:1]

    def fill_up(self) -> None:
        """Rows to write on: none of the lists is empty, and one answer row for each blank."""
        if not self.parts.entries:
            self.parts.append_entry(NEW_PART)
        for part in self.parts:
            wanted = {**FEWEST, "blanks": (part.stem.data or "").count("____") or 1}
            for name, count in wanted.items():
                while len(part[name]) < min(count, MOST[name]):
                    part[name].append_entry()
        if not self.sources.entries:
            self.sources.append_entry()
        self._offer_places()

    def add_row(self) -> bool:
        """Do what a button for rows asks: more options, another part. Whether it was one."""
        what, _, place = (self.act.data or "").partition(":")
        part = int(place) if place.isdigit() else -1
        if what in ("parts", "sources") and len(self[what]) < MOST[what]:
            self[what].append_entry(NEW_PART if what == "parts" else None)
        elif what in FEWEST and part < len(self.parts) and len(self.parts[part][what]) < MOST[what]:
            self.parts[part][what].append_entry()
        elif what == "drop" and 0 <= part < len(self.parts) > 1:
            self.parts.entries.pop(part)
        return what in ("parts", "sources", "drop", "type", *FEWEST)

    def _offer_places(self) -> None:
        """Where a picture may be put: each text, as a writer calls it."""
        many = self.kind is QuestionType.CASE
        found = [SelectChoice("case", lazy_gettext("材料"))] if many else []
        for number, part in enumerate(self.shown_parts(), start=1):
            ahead = f"{lazy_gettext('小题 %(n)s', n=number)} · " if many else ""
            texts = [
                (part.stem, ""),
                *zip((one.text for one in part.options), LETTERS, strict=False),
            ]
            for field, letter in [*texts, (part.explanation, "")]:
                label = f"{ahead}{field.label.text} {letter}".strip()
                found.append(SelectChoice(field.name, label))
        self.picture_at.choices = found

    def put_picture(self, name: str) -> None:
        """A new picture at the end of the text that was chosen, or of the first."""
        if len(self.pictures) >= MOST["pictures"]:
            raise Invalid("一道题最多放 {n} 张图片。", n=MOST["pictures"])
        taken = {row.number.data for row in self.pictures}
        typed = " ".join(str(value) for value in self.data.values())
        free = (n for n in range(1, 1000) if n not in taken and marker(n) not in typed)
        number = next(free)
        self.pictures.append_entry(
            {"number": number, "name": name, "alt": (self.picture_alt.data or "").strip()}
        )
        field = self._field(self.picture_at.data or "") or self.parts[0].stem
        field.data = f"{field.data or ''}{marker(number)}"
        self.picture_alt.data = ""

    def _field(self, name: str) -> Any:
        """The text field of this name."""
        known = {field.name: field for field in _texts(self)}
        return known.get(name)


def _plain(form: Form) -> dict[str, Any]:
    return {field.short_name: _value(field) for field in form}


def _value(field: Any) -> Any:
    if isinstance(field, FieldList):
        return [_plain(entry.form) for entry in field]
    if isinstance(field, SelectMultipleField):
        offered = {str(one.value) for one in field.choices or ()}
        return [one for one in field.data or () if one in offered]
    if isinstance(field, SelectField | RadioField):
        return field.data if field.data in {str(one.value) for one in field.choices or ()} else ""
    if isinstance(field, DecimalField):
        return field.data if payable(field.data) else None
    return field.data


def _texts(form: Form) -> Iterable[Any]:
    for field in form:
        if isinstance(field, TextAreaField):
            yield field
        elif isinstance(field, FieldList):
            for entry in field:
                yield from _texts(entry.form)
