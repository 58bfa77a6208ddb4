"""What may be sent about a bank, and to set many questions at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from lms.bank.fields import CheckboxesField
from lms.bank.finding import found_ids
from lms.bank.forms import QuestionsForm
from lms.bank.rules import (
    DIFFICULTY_NAMES,
    LAYER_NAMES,
    POOL_NAMES,
    RIGHT_NAMES,
    THINKING_NAMES,
    Difficulty,
    Layer,
    Pool,
    Right,
    Thinking,
)
from lms.bank.setting import Wish
from lms.competencies.rules import PROJECT_NAMES
from lms.errors import Conflict
from lms.people.rules import POST_NAMES
from lms.web.forms import BaseForm
from lms.words import N_

NONE = "-"  # ticked: none of them
REQUIRED = DataRequired(lazy_gettext("请填写。"))


def _choices(named: Iterable[tuple[Any, str]], first: str | None = None) -> list[SelectChoice]:
    found = [SelectChoice("", lazy_gettext(first))] if first else []
    return found + [SelectChoice(key, lazy_gettext(name)) for key, name in named]


def _words(names: Mapping[Any, str]) -> list[SelectChoice]:
    return _choices(((one.value, name) for one, name in names.items()), N_("不改"))


# ── a bank ──────────────────────────────────────────────────────────────────────────────────────


class BankForm(BaseForm):
    """A bank that begins, or another name of one."""

    title = StringField(lazy_gettext("题库名称"), [REQUIRED, Length(max=100)])
    org_id = SelectField(lazy_gettext("管理单位"), coerce=int)

    def offer(self, units: Mapping[int, str]) -> None:
        """The units to choose from."""
        self.org_id.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]


class TitleForm(BaseForm):
    """Another name of a bank."""

    title = StringField(lazy_gettext("题库名称"), [REQUIRED, Length(max=100)])


class OwnerForm(BaseForm):
    """Another unit that owns a bank."""

    org_id = SelectField(lazy_gettext("移交给"), coerce=int)

    def offer(self, units: Mapping[int, str]) -> None:
        """The units to choose from."""
        self.org_id.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]


class ShareForm(BaseForm):
    """With whom a bank is shared, and what for."""

    whom = SelectField(lazy_gettext("共享给"))
    rights = CheckboxesField(
        lazy_gettext("可以做什么"),
        choices=_choices((one.value, name) for one, name in RIGHT_NAMES.items()),
        default=[Right.PRACTISE.value],
    )

    def offer(
        self, units: Iterable[tuple[int, str]], persons: Iterable[tuple[int, str, str]]
    ) -> None:
        """Units and persons to choose from."""
        self.whom.choices = {
            lazy_gettext("单位"): [SelectChoice(f"u{key}", name) for key, name in units],
            lazy_gettext("个人"): [
                SelectChoice(f"p{key}", f"{name}（{unit}）" if unit else name)
                for key, name, unit in persons
            ],
        }

    def validate_rights(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(lazy_gettext("请至少选一项。"))

    @property
    def who(self) -> dict[str, int]:
        """The unit or the person, as the service takes it."""
        kind, key = self.whom.data[0], int(self.whom.data[1:])
        return {"person_id": key} if kind == "p" else {"org_id": key}

    @property
    def chosen(self) -> list[Right]:
        return [Right(one) for one in self.rights.data]


class EndForm(BaseForm):
    """Which of what somebody is named for ends."""

    row = SelectMultipleField(coerce=int, validate_choice=False)


class HandOverForm(BaseForm):
    """From whose desk to whose."""

    leaver = SelectField(lazy_gettext("交出人"), coerce=int)
    successor = SelectField(lazy_gettext("接手人"), coerce=int)

    def offer(
        self, desks: Iterable[tuple[int, str]], persons: Iterable[tuple[int, str, str]]
    ) -> None:
        """Who has something unfinished, and who could take it."""
        self.leaver.choices = [SelectChoice(key, name) for key, name in desks]  # type: ignore[arg-type]
        self.successor.choices = [
            SelectChoice(key, f"{name}（{unit}）")  # type: ignore[arg-type]
            for key, name, unit in persons
        ]


# ── many questions ──────────────────────────────────────────────────────────────────────────────


class ChosenForm(QuestionsForm):
    """Which questions of a list: those ticked, or all that its filters find."""

    bank = IntegerField(validators=[Optional()])
    q = SelectMultipleField(coerce=int, validate_choice=False)
    which = SelectField(choices=["ticked", "all"], default="ticked", validators=[Optional()])
    count = IntegerField(validators=[Optional()])  # how many there were when they were shown

    @property
    def ids(self) -> list[int]:
        if self.which.data != "all":
            return sorted(set(self.q.data or ()))
        return found_ids(self.sought(), [self.bank.data] if self.bank.data else None)

    def same_ids(self) -> list[int]:
        """The questions that were shown; Conflict where the filters find others by now."""
        ids = self.ids
        if self.count.data != len(ids):
            raise Conflict(
                "符合条件的题由 {before} 题变为 {after} 题，请重新预览。",
                before=self.count.data or 0,
                after=len(ids),
            )
        return ids

    def hidden(self, ids: Iterable[int]) -> list[tuple[str, Any]]:
        """The choice as hidden fields carry it on."""
        ids = list(ids)
        found = [("which", self.which.data), ("count", len(ids)), ("bank", self.bank.data or "")]
        if self.which.data == "all":
            return [*found, *self.kept().items()]
        return found + [("q", one) for one in ids]


class WishForm(BaseForm):
    """What is to be set; what is left as it stands is not touched."""

    abilities = CheckboxesField(lazy_gettext("本领"))
    projects = CheckboxesField(
        lazy_gettext("工程"),
        choices=_choices([*PROJECT_NAMES.items(), (NONE, N_("不属于任何工程"))]),
    )
    topic = StringField(lazy_gettext("知识点"), [Optional(), Length(max=120)])
    layer = SelectField(lazy_gettext("内容层次"), choices=_words(LAYER_NAMES))
    level = SelectField(lazy_gettext("认知层次"), choices=_words(THINKING_NAMES))
    difficulty = SelectField(lazy_gettext("难度（命题人估计）"), choices=_words(DIFFICULTY_NAMES))
    audience = CheckboxesField(lazy_gettext("适用岗位"), choices=_choices(POST_NAMES.items()))
    valid_from = DateField(lazy_gettext("有效期自"), [Optional()])
    valid_to = DateField(lazy_gettext("有效期至"), [Optional()])
    pool = SelectField(lazy_gettext("用途"), choices=_words(POOL_NAMES))
    why = StringField(lazy_gettext("出库理由"), [Optional(), Length(max=200)])
    retire = BooleanField(lazy_gettext("停用这些题"))
    step = HiddenField(default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="to-", **kwargs)
        # An empty box that was not sent at all means: as it is.
        for name in ("layer", "level", "difficulty", "pool"):
            self[name].data = self[name].data or ""

    def offer(self, abilities: Iterable[tuple[str, str]]) -> None:
        """The abilities to choose from."""
        self.abilities.choices = _choices([*abilities, (NONE, N_("未归类"))])

    def validate_projects(self, field: SelectMultipleField) -> None:
        _not_both(field)

    def validate_abilities(self, field: SelectMultipleField) -> None:
        _not_both(field)

    def wish(self) -> Wish:
        """What was asked for, as the service takes it."""
        facts: dict[str, Any] = {}
        for name in ("abilities", "projects", "audience"):
            if chosen := self[name].data:
                facts[name] = tuple(one for one in chosen if one != NONE)
        for name, kind in (("layer", Layer), ("level", Thinking), ("difficulty", Difficulty)):
            if word := self[name].data:
                facts[name] = kind(word)
        for name in ("valid_from", "valid_to"):
            if self[name].data:
                facts[name] = self[name].data
        if topic := (self.topic.data or "").strip():
            facts["topic"] = topic
        pool = Pool(self.pool.data) if self.pool.data else None
        return Wish(facts, pool, self.why.data or "", self.retire.data)

    def hidden(self) -> list[tuple[str, Any]]:
        """What was asked for, as hidden fields carry it on."""
        found: list[tuple[str, Any]] = []
        for one in self:
            if one.name in ("to-step", "csrf_token", "to-csrf_token") or not one.data:
                continue
            values = one.data if isinstance(one.data, list) else [one.data]
            found += [(one.name, "y" if value is True else value) for value in values]
        return found

    def told(self) -> list[tuple[Any, list[Any]]]:
        """What will be set: label and values, in the reader's words."""
        found: list[tuple[Any, list[Any]]] = []
        for one in self:
            if one.name.endswith(("step", "csrf_token")) or not one.data or one is self.retire:
                continue
            names = {str(key): name for key, name, *_ in _pairs(one)}
            values = one.data if isinstance(one.data, list) else [one.data]
            found.append((one.label.text, [names.get(str(value), value) for value in values]))
        return found


def _pairs(field: Any) -> list[tuple[Any, Any]]:
    return [(one.value, one.label) for one in getattr(field, "choices", None) or ()]


def _not_both(field: SelectMultipleField) -> None:
    if NONE in field.data and len(field.data) > 1:
        raise ValidationError(lazy_gettext("“没有”和具体项不能同时选。"))
