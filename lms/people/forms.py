"""What may be sent about persons, their postings and roles."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.access.permissions import ROLE_NAMES, Role
from lms.errors import Invalid
from lms.people import facts
from lms.people.facts import PersonFacts
from lms.people.rules import POST_NAMES, Post
from lms.sheets.days import read_day
from lms.web.forms import BaseForm
from lms.web.here import settings
from lms.web.refusals import said
from lms.words import N_

REQUIRED = lazy_gettext("请填写。")
SEXES = ("", N_("男"), N_("女"))
ENDED = (
    *(N_("换届"), N_("调动"), N_("退休"), N_("辞职")),
    *(N_("免职"), N_("去世"), N_("其他")),
)
BEFORE_ANY = date(1949, 10, 1)


def _read(read: Callable[..., Any], field: StringField, *more: Any) -> Any:
    """What a field says; a refusal stands beside the field."""
    try:
        return read(field.data or "", *more)
    except Invalid as wrong:
        raise ValidationError(said(wrong)) from wrong


def _posts() -> list[SelectChoice]:
    return [SelectChoice(post.value, _(name)) for post, name in POST_NAMES.items()]


def _sound_day(_form: BaseForm, field: DateField) -> None:
    if field.data and field.data < BEFORE_ANY:
        raise ValidationError(_("日期太早，请核对年份。"))


class SearchForm(BaseForm):
    """Whom one looks for. Sent by POST: no name stands in an address."""

    q = StringField(lazy_gettext("姓名、拼音、单位或号码"), [Length(max=60)])


class ListForm(BaseForm):
    """Of which unit, and of which post, to list the persons."""

    unit = IntegerField(validators=[Optional(), NumberRange(1)])
    post = SelectField(lazy_gettext("职务"), validators=[Optional()])
    page = IntegerField(validators=[Optional(), NumberRange(1, 100_000)], default=1)

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.post.choices = [SelectChoice("", _("全部职务")), *_posts()]

    @property
    def chosen_post(self) -> Post | None:
        return Post(self.post.data) if self.post.data and not self.post.errors else None

    @property
    def chosen_page(self) -> int:
        return self.page.data if self.page.data and not self.page.errors else 1


class UnitForm(BaseForm):
    """A form that names a unit in words; where several fit, it offers them."""

    unit = StringField(lazy_gettext("单位"), [InputRequired(REQUIRED), Length(max=120)])
    unit_id = RadioField(
        lazy_gettext("请选定是哪一个"),
        [Optional()],
        coerce=int,
        choices=[],
        validate_choice=False,
    )

    def meant(self, found: Sequence[tuple[Any, str]]) -> Any:
        """The unit that is meant, of those that fit the words; else None, and the form asks."""
        named = {unit.id: unit for unit, _line in found}
        chosen = named.get(self.unit_id.data) or (found[0][0] if len(found) == 1 else None)
        if chosen is None:
            self.unit_id.choices = [SelectChoice(unit.id, line) for unit, line in found]
            if found:
                why = _("有 %(n)s 个单位符合，请在下面选定。", n=len(found))
            else:
                why = _("没有找到这个单位，请填写完整名称，如“历山镇 上王村”。")
            self.unit.errors = [*self.unit.errors, why] if self.unit.data else self.unit.errors
        return chosen


class FactsForm(BaseForm):
    """What is known of a person."""

    name = StringField(lazy_gettext("姓名"), [InputRequired(REQUIRED), Length(max=60)])
    sex = RadioField(lazy_gettext("性别"), choices=[])
    born = StringField(lazy_gettext("出生年月"), [Length(max=20)])
    number = StringField(lazy_gettext("人员编号"), [Length(max=60)])
    id_number = StringField(lazy_gettext("身份证号"), [Length(max=40)])
    phone = StringField(lazy_gettext("手机号"), [Length(max=40)])

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.sex.choices = [SelectChoice(sex, _(sex) if sex else _("未填")) for sex in SEXES]
        self.sex.data = self.sex.data or ""

    def validate_name(self, field: StringField) -> None:
        field.data = _read(facts.read_name, field)

    def validate_born(self, field: StringField) -> None:
        day = _read(read_day, field)
        field.data = str(day) if day else ""

    def validate_number(self, field: StringField) -> None:
        field.data = _read(facts.read_number, field)

    def validate_id_number(self, field: StringField) -> None:
        found = _read(facts.read_id_number, field, settings().demonstration)
        field.data = found.text if found else ""

    def validate_phone(self, field: StringField) -> None:
        field.data = _read(facts.read_phone, field, settings().demonstration)

    def facts(self) -> PersonFacts:
        return PersonFacts(
            name=self.name.data or "",
            sex=self.sex.data or "",
            born=self.born.data or "",
            number=self.number.data or "",
            id_number=self.id_number.data or "",
            phone=self.phone.data or "",
        )


class CorrectForm(FactsForm):
    """Facts put right. A number that is left empty stays as it is, unless it is said to be gone."""

    no_phone = BooleanField(lazy_gettext("删去手机号（本人已停用）"))

    def corrected(self, known: PersonFacts) -> PersonFacts:
        """What is known of the person after this."""
        said = self.facts()
        phone = "" if self.no_phone.data else said.phone or known.phone
        number = said.id_number or known.id_number
        return replace(said, phone=phone, id_number=number, own_columns=known.own_columns)


class PostedForm(UnitForm):
    """A post in a unit, from a day."""

    post = SelectField(lazy_gettext("职务"), [InputRequired(REQUIRED)])
    title = StringField(lazy_gettext("职务全称"), [Length(max=60)])
    rank = StringField(lazy_gettext("职级"), [Length(max=60)])
    term_number = IntegerField(lazy_gettext("届次"), [Optional(), NumberRange(1, 99)])
    from_on = DateField(lazy_gettext("任职日期"), [InputRequired(REQUIRED), _sound_day])

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.post.choices = [SelectChoice("", _("请选择")), *_posts()]

    def held(self) -> dict[str, Any]:
        """What a posting says beside unit, post and day."""
        return {
            "title": self.title.data or None,
            "rank": self.rank.data or None,
            "term_number": self.term_number.data,
        }


class PostForm(PostedForm):
    """One more posting of a person."""

    sent_from = BooleanField(lazy_gettext("由原单位派出（挂职、驻村等），人事关系仍在原单位"))


class AddForm(FactsForm, PostedForm):
    """A new person with a first posting."""


class MoveForm(PostedForm):
    """Where somebody goes. keeps: what is held now goes on."""

    unit = StringField(lazy_gettext("调入单位"), [InputRequired(REQUIRED), Length(max=120)])
    from_on = DateField(lazy_gettext("调动日期"), [InputRequired(REQUIRED), _sound_day])
    keeps = BooleanField(lazy_gettext("原有任职保留（兼任、挂职）"))
    why = StringField(lazy_gettext("说明"), [Length(max=100)])

    def going(self) -> dict[str, Any]:
        """When, what becomes of the present postings, and why."""
        return {"on": self.from_on.data, "keeps": self.keeps.data, "why": self.why.data or ""}


class EndForm(BaseForm):
    """The end of a posting."""

    on = DateField(lazy_gettext("结束日期"), [InputRequired(REQUIRED), _sound_day])
    why = SelectField(lazy_gettext("原因"), [InputRequired(REQUIRED)])
    note = StringField(lazy_gettext("补充说明"), [Length(max=60)])

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.why.choices = [SelectChoice(why, _(why)) for why in ENDED]

    def reason(self) -> str:
        return "：".join(part for part in (self.why.data, self.note.data) if part)


class WhyForm(BaseForm):
    """A reason in words."""

    why = StringField(lazy_gettext("原因"), [InputRequired(REQUIRED), Length(max=200)])


class ConfirmForm(BaseForm):
    """The postings that end when a transfer is confirmed."""

    ending = SelectMultipleField(coerce=int, validate_choice=False)


class RolesForm(BaseForm):
    """Which roles to list."""

    role = SelectField(lazy_gettext("角色"), validators=[Optional()])
    page = IntegerField(validators=[Optional(), NumberRange(1, 10_000)], default=1)

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.role.choices = [SelectChoice("", _("全部角色")), *_roles(set(Role) - {Role.CADRE})]

    @property
    def chosen(self) -> tuple[Role | None, int]:
        sound = self.validate()
        role = Role(self.role.data) if sound and self.role.data else None
        return role, self.page.data if sound and self.page.data else 1


class GiveForm(UnitForm):
    """A role for a unit from a day. roles: those this person may give at all."""

    role = RadioField(lazy_gettext("角色"), [InputRequired(lazy_gettext("请选择角色。"))])
    from_on = DateField(lazy_gettext("生效日期"), [InputRequired(REQUIRED), _sound_day])

    def __init__(self, *sent: Any, roles: Iterable[Role], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.role.choices = _roles(roles)


def _roles(roles: Iterable[Role]) -> list[SelectChoice]:
    wanted = set(roles)
    return [SelectChoice(r.value, _(name)) for r, name in ROLE_NAMES.items() if r in wanted]


class SureForm(BaseForm):
    """Somebody has made sure that two records are of one person."""

    sure = BooleanField(
        lazy_gettext("已核实两条记录是同一人"),
        [InputRequired(lazy_gettext("请先核实是否同一人，再勾选。"))],
    )
