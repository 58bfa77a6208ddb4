"""What may be sent to bring questions, to mend them, and to take them home."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.bank.rules import (
    DIFFICULTY_NAMES,
    POOL_NAMES,
    TYPE_NAMES,
    Difficulty,
    Pool,
    QuestionType,
)
from lms.exchange.mending import Settings, Typed, Which
from lms.exchange.standings import Choice, Status
from lms.sheets.guards import BYTES, MIB
from lms.web.forms import BaseForm

FILES = 20  # at once
PASTED = 1_000_000  # characters
AS_IT_IS = lazy_gettext("不改")
NO_ABILITY = "-"  # 未归类
REQUIRED = lazy_gettext("请填写。")
MOST = 60  # headings, unknown words


def _named(names: Mapping[Any, str], first: Any = None) -> list[SelectChoice]:
    found = [SelectChoice("", first)] if first is not None else []
    return found + [SelectChoice(one.value, lazy_gettext(name)) for one, name in names.items()]


class BringForm(BaseForm):
    """One or several files, or a text that was pasted."""

    files = MultipleFileField(lazy_gettext("题库文件"))
    pasted = TextAreaField(lazy_gettext("或者粘贴文字"), [Length(max=PASTED)])

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.found: list[tuple[str, bytes]] = []  # names and contents, once it is valid

    def validate_files(self, field: MultipleFileField) -> None:
        sent = [one for one in field.data or [] if getattr(one, "filename", "")]
        text = (self.pasted.data or "").strip()
        if not sent and not text:
            raise ValidationError(_("请选择题库文件，或在下面粘贴文字。"))
        if len(sent) > FILES:
            raise ValidationError(_("一次最多上传 %(n)s 个文件，请分几次上传。", n=FILES))
        self.found = [(_base(one.filename), one.read(BYTES + 1)) for one in sent]
        for name, data in self.found:
            if len(data) > BYTES:
                raise ValidationError(_("“%(file)s”超过 %(n)s MB。", file=name, n=BYTES // MIB))
            if not data.strip():
                raise ValidationError(_("“%(file)s”是空文件，请检查后重新上传。", file=name))
        if text:
            self.found.append((_("粘贴的文字") + ".txt", text.encode()))


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


class ShowForm(BaseForm):
    """Which questions of an import, and which page of them. setting: facts are set for many."""

    setting = BooleanField()
    show = SelectField(choices=[SelectChoice(one.value, one.value) for one in Status])
    page = IntegerField(validators=[Optional(), NumberRange(1, 10_000)], default=1)

    def status(self, counts: Mapping[str, int], order: Collection[Status]) -> Status:
        """The questions that are asked for; else the first kind of which there are any."""
        if self.show.data in [one.value for one in Status]:
            return Status(self.show.data)
        return next((one for one in order if counts.get(one.value)), Status.NEW)

    @property
    def chosen(self) -> int:
        return (self.page.data or 1) if self.page.validate(self) else 1


class PartForm(Form):
    """One thing to answer, as it is typed."""

    type = SelectField(
        lazy_gettext("题型"),
        choices=[
            SelectChoice(one.value, lazy_gettext(name))
            for one, name in TYPE_NAMES.items()
            if one is not QuestionType.CASE
        ],
    )
    stem = TextAreaField(lazy_gettext("题干"), [Length(max=50_000)])
    options = TextAreaField(lazy_gettext("选项（一行一个）"), [Length(max=20_000)])
    answer = TextAreaField(lazy_gettext("答案"), [Length(max=20_000)])
    explanation = TextAreaField(lazy_gettext("解析"), [Length(max=20_000)])
    points = StringField(lazy_gettext("分值"), [Length(max=10)])

    def validate_points(self, field: StringField) -> None:
        if (field.data or "").strip() and self.paid() is None:
            raise ValidationError(_("分值要是数字，如 2 或 1.5。"))

    def paid(self) -> Decimal | None:
        """The points that were typed; None where there are none."""
        try:
            points = Decimal((self.points.data or "").strip())
        except InvalidOperation:
            return None
        return points if points.is_finite() and abs(points) < 10_000 else None

    def typed(self) -> Typed:
        return Typed(
            QuestionType(self.type.data),
            _plain(self.stem.data),
            _plain(self.options.data),
            _plain(self.answer.data),
            _plain(self.explanation.data),
            self.paid(),
        )


def _plain(text: str | None) -> str:
    """A browser sends line ends of its own kind."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


class MendForm(BaseForm):
    """A question of an import, as it is mended."""

    case = TextAreaField(lazy_gettext("材料"), [Length(max=50_000)])
    parts = FieldList(FormField(PartForm), max_entries=40)
    further = BooleanField()  # a button: the next one is wanted at once

    @property
    def case_typed(self) -> str:
        return _plain(self.case.data)

    def typed(self) -> list[Typed]:
        return [one.form.typed() for one in self.parts]


class WhereForm(BaseForm):
    """From which list a button was pressed, to come back to it."""

    show = HiddenField()
    page = HiddenField()

    def kept(self) -> dict[str, Any]:
        page = self.page.data or ""
        show = self.show.data if self.show.data in [one.value for one in Status] else None
        return {"show": show, "page": page if page.isdecimal() and len(page) < 6 else None}


class LinesForm(WhereForm):
    """Some questions of a list, or every one of it, and what is decided about them."""

    line = SelectMultipleField(coerce=int, validate_choice=False)
    every = BooleanField()
    choice = SelectField(
        choices=[SelectChoice(one.value, one.value) for one in Choice], validators=[Optional()]
    )

    def decided(self) -> Choice | None:
        return Choice(self.choice.data) if self.choice.data else None


class GroupForm(Form):
    """What the questions under one heading are about."""

    ability = StringField()


class GroupsForm(BaseForm):
    """An ability for each heading. known: codes."""

    groups = FieldList(FormField(GroupForm), max_entries=MOST)

    def settings(self, known: Collection[str]) -> Iterator[tuple[int, Settings]]:
        """The headings for which something was chosen."""
        for place, one in enumerate(self.groups):
            code = one.form.ability.data or ""
            if code == NO_ABILITY:
                yield place, Settings(abilities=[])
            elif code in known:
                yield place, Settings(abilities=[code])


class SetForm(BaseForm):
    """The same facts for many questions: under a heading, by words, of a type, or all."""

    heading = SelectField(lazy_gettext("标题"), validators=[Optional()])
    words = StringField(lazy_gettext("题干里有"), [Length(max=60)])
    type = SelectField(
        lazy_gettext("题型"),
        choices=_named(TYPE_NAMES, lazy_gettext("全部")),
        validators=[Optional()],
    )
    ability = SelectField(lazy_gettext("本领"), validators=[Optional()])
    topic = StringField(lazy_gettext("知识点"), [Length(max=120)])
    difficulty = SelectField(
        lazy_gettext("难度"), choices=_named(DIFFICULTY_NAMES, AS_IT_IS), validators=[Optional()]
    )
    pool = SelectField(
        lazy_gettext("用途"), choices=_named(POOL_NAMES, AS_IT_IS), validators=[Optional()]
    )

    def __init__(
        self,
        *sent: Any,
        headings: Iterable[str] = (),
        abilities: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*sent, **more)
        named = [SelectChoice(str(n), words) for n, words in enumerate(headings) if words]
        self.heading.choices = [SelectChoice("", lazy_gettext("全部")), *named]
        self.ability.choices = [
            SelectChoice("", AS_IT_IS),
            *(SelectChoice(code, lazy_gettext(name)) for code, name in (abilities or {}).items()),
            SelectChoice(NO_ABILITY, lazy_gettext("未归类")),
        ]

    def which(self) -> Which:
        kind = QuestionType(self.type.data) if self.type.data else None
        heading = int(self.heading.data) if self.heading.data else None
        return Which(heading, self.words.data or "", kind)

    def settings(self) -> Settings:
        code = self.ability.data
        return Settings(
            abilities=([] if code == NO_ABILITY else [code]) if code else None,
            topic=(self.topic.data or "").strip() or None,
            difficulty=Difficulty(self.difficulty.data) if self.difficulty.data else None,
            pool=Pool(self.pool.data) if self.pool.data else None,
        )


class SaidForm(Form):
    """What an unknown word of a fact means."""

    fact = StringField()
    word = StringField()
    value = StringField()


class AnswersForm(BaseForm):
    """The trainer's answers to what the reading asked."""

    asks = FieldList(FormField(SaidForm), max_entries=MOST)

    def said(self) -> dict[tuple[str, str], str]:
        return {
            (one.form.fact.data or "", one.form.word.data or ""): one.form.value.data
            for one in self.asks
            if one.form.value.data
        }


class ConfirmForm(BaseForm):
    """The reading that was looked at, and where what is new goes."""

    reading = IntegerField(validators=[InputRequired(REQUIRED)])
    pool = RadioField(
        lazy_gettext("新题放入"),
        choices=_named(POOL_NAMES),
        default=Pool.PRACTICE.value,
        validators=[InputRequired(REQUIRED)],
    )
