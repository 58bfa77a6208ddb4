"""What a table may be asked for. The address of a page is the state of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.orgs.rules import KIND_NAMES, UnitKind
from lms.people.rules import POST_NAMES, Post
from lms.reports import defining
from lms.reports.dictionary import ALL
from lms.reports.measures import COUNT_NAMES, PERSONS, SUMS_OF_PERSONS, Count
from lms.reports.queries import NAMED
from lms.reports.rules import LEVEL_NAMES, NO_HEAD, TIER_NAMES, Level, Only, Tier
from lms.web.forms import BaseForm, Mistyped
from lms.web.here import today
from lms.words import N_


class PlaceForm(BaseForm):
    """Under which unit, as of which day."""

    under = IntegerField(validators=[Optional()])
    as_of = DateField(lazy_gettext("统计日"), validators=[Optional()])

    def validate_as_of(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError(lazy_gettext("统计日不能晚于今天。"))

    @property
    def day(self) -> date:
        return self.as_of.data or today()

    def kept(self, **changes: Any) -> dict[str, Any]:
        """The state of the page, with some of it changed, as an address carries it."""
        state = {"under": self.under.data, "as_of": self.as_of.data}
        return {name: value for name, value in (state | changes).items() if value}

    @classmethod
    def given(cls):
        """The form as the address fills it, already valid; else Mistyped."""
        form = cls.asked()
        if not form.validate():
            raise Mistyped(form)
        return form


class TableForm(PlaceForm):
    """Which lines, of whom, in which order."""

    by = SelectField(lazy_gettext("分行"), choices=[], validators=[Optional()])
    every = BooleanField()
    opening = BooleanField()
    post = SelectField(lazy_gettext("职务"), choices=[], validators=[Optional()])
    kind = SelectField(lazy_gettext("单位类别"), choices=[], validators=[Optional()])
    tier = SelectField(lazy_gettext("单位层级"), choices=[], validators=[Optional()])
    sort = SelectField(
        choices=[*ALL, *(f"-{code}" for code in ALL)],
        validators=[Optional()],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by.choices = [
            SelectChoice(level.value, lazy_gettext(LEVEL_NAMES[level])) for level in Level
        ]
        self.post.choices = _any(post_choices())
        self.kind.choices = _any((one.value, KIND_NAMES[one]) for one in UnitKind)
        self.tier.choices = _any((one.value, TIER_NAMES[one]) for one in Tier)

    @property
    def level(self) -> Level | None:
        return Level(self.by.data) if self.by.data else None

    @property
    def only(self) -> Only:
        """Of whom the table tells."""
        kind, tier = self.kind.data, self.tier.data
        return Only(
            self.post.data or "", UnitKind(kind) if kind else None, Tier(tier) if tier else None
        )

    @property
    def only_units(self) -> Only:
        """The same where posts stand side by side, so that none is chosen."""
        return replace(self.only, post="")

    def kept(self, **changes: Any) -> dict[str, Any]:
        more: dict[str, Any] = {"by": self.by.data}
        more["every"] = 1 if self.every.data else None
        more["opening"] = 1 if self.opening.data else None
        for one in (self.post, self.kind, self.tier, self.sort):
            more[one.name] = one.data
        return super().kept(**(more | changes))


class NamesForm(TableForm):
    """Whose names: those behind one number of one line."""

    measure = SelectField(choices=[one.value for one in NAMED], default=Count.REQUIRED.value)
    line = StringField(validators=[Optional()])
    first = IntegerField(default=0, validators=[Optional(), NumberRange(min=0)])

    def kept(self, **changes: Any) -> dict[str, Any]:
        state = {"measure": self.measure.data, "line": self.line.data}
        return super().kept(**(state | changes))


class ProjectForm(TableForm):
    """The table by project; and whose names: those behind one number of a project, or of all."""

    project = StringField(validators=[Optional(), Length(max=20)])
    measure = SelectField(choices=[one.value for one in NAMED], default=Count.REQUIRED.value)
    first = IntegerField(default=0, validators=[Optional(), NumberRange(min=0)])


class DefineForm(BaseForm):
    """A unit's own version of a number: words, and a choice of what is divided by what."""

    unit = SelectField(lazy_gettext("适用单位（含下级）"), coerce=int)
    code = SelectField(lazy_gettext("指标"), default="pass_rate")
    numerator = SelectField(lazy_gettext("分子"), default=Count.PASSED.value)
    denominator = SelectField(lazy_gettext("分母"), default=Count.SCHEDULED.value)
    words = TextAreaField(
        lazy_gettext("口径说明"),
        validators=[InputRequired(lazy_gettext("请填写。")), Length(max=300)],
    )
    from_on = DateField(
        lazy_gettext("起用日期"), validators=[InputRequired(lazy_gettext("请填写。"))]
    )

    def __init__(self, *sent: Any, units: Mapping[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]
        self.code.choices = [
            SelectChoice(one.code, lazy_gettext(one.name)) for one in defining.changeable()
        ]
        self.numerator.choices = _choices((*PERSONS, *SUMS_OF_PERSONS))
        self.denominator.choices = _choices(PERSONS)

    def validate_from_on(self, field: DateField) -> None:
        if field.data and field.data < today():
            raise ValidationError(lazy_gettext("起用日期不能早于今天，已报出的数字不能改变。"))

    @property
    def wanted(self) -> defining.Wanted:
        numerator, denominator = Count(self.numerator.data), Count(self.denominator.data)
        return defining.Wanted(
            self.code.data, self.words.data, numerator, denominator, self.from_on.data
        )


def post_choices() -> list[tuple[str, str]]:
    """The posts, and those who hold none of the three heads."""
    return [*((post.value, POST_NAMES[post]) for post in Post), (NO_HEAD, N_("三职以外"))]


def _any(found: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """One of these, or no matter which."""
    return [
        SelectChoice("", lazy_gettext("全部")),
        *(SelectChoice(value, lazy_gettext(name)) for value, name in found),
    ]


def _choices(counts: tuple[Count, ...]) -> list[SelectChoice]:
    return [SelectChoice(one.value, lazy_gettext(COUNT_NAMES[one])) for one in counts]
