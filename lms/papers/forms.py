"""What the maker of blueprints and papers sends."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.bank.rules import (
    DIFFICULTY_NAMES,
    LAYER_NAMES,
    THINKING_NAMES,
    TYPE_NAMES,
    Difficulty,
    Layer,
    QuestionType,
    Thinking,
)
from lms.competencies.rules import PROJECT_NAMES
from lms.papers.rules import FORMS_NAMES, MOST_FORMS, Cell, Forms, Rule, form_names
from lms.web.forms import BaseForm, CheckboxesField, Mistyped
from lms.words import N_

ROWS, MORE = 8, 4
Known = dict[str, tuple[int, str]]  # ability code → id, name
NONE, NO_PROJECT = N_("不限"), N_("不限工程")
SPLIT = re.compile(r"[\s,，、;；]+")


def _any(named: Iterable[tuple[Any, str]], none: str) -> list[SelectChoice]:
    choices = [SelectChoice("", lazy_gettext(none))]
    return choices + [SelectChoice(str(key), lazy_gettext(name)) for key, name in named]


def ticked(_form: Form, field: SelectMultipleField) -> None:
    """At least one. A browser's own "required" would ask for every single box."""
    if not field.data:
        raise ValidationError(lazy_gettext("请至少选一项。"))


class Choice(SelectField):
    """One of some, or any. A field that was not sent at all is an empty one, not a fault."""

    def __init__(
        self, label: Any, named: Iterable[tuple[Any, str]] = (), none: str = NONE, **more: Any
    ) -> None:
        super().__init__(
            label, choices=_any(named, none), filters=[lambda sent: sent or ""], **more
        )


class BankForm(BaseForm):
    """The bank a maker came from, and the sample to begin with, in the address."""

    bank = IntegerField(validators=[Optional()])
    sample = StringField(validators=[Optional(), Length(max=2)])

    def chosen(self, banks: dict[int, str]) -> list[int]:
        """That bank alone, or every bank of the maker."""
        return [self.bank.data] if self.bank.data in banks else list(banks)


class RowForm(Form):
    """One row of the blueprint; a row without a count is left out."""

    ability = Choice(lazy_gettext("本领"))
    type = SelectField(
        lazy_gettext("题型"),
        filters=[lambda sent: sent or QuestionType.SINGLE.value],
        choices=[SelectChoice(one.value, lazy_gettext(TYPE_NAMES[one])) for one in QuestionType],
    )
    difficulty = Choice(lazy_gettext("难度"), DIFFICULTY_NAMES.items())
    level = Choice(lazy_gettext("认知层次"), THINKING_NAMES.items())
    layer = Choice(lazy_gettext("内容层次"), LAYER_NAMES.items())
    project = Choice(lazy_gettext("工程"), PROJECT_NAMES.items())
    topic = StringField(lazy_gettext("知识点"), validators=[Optional(), Length(max=60)])
    count = IntegerField(lazy_gettext("题数"), validators=[Optional(), NumberRange(0, 200)])
    points = DecimalField(
        lazy_gettext("每题分值"),
        places=1,
        default=Decimal(2),
        validators=[Optional(), NumberRange(Decimal("0.5"), 100)],
    )

    def cell(self, abilities: Known) -> Cell:
        ability_id, ability = abilities.get(self.ability.data or "", (None, ""))
        return Cell(
            type=QuestionType(self.type.data),
            count=self["count"].data,
            points=self.points.data or Decimal(2),
            ability_id=ability_id,
            ability=ability,
            project=self.project.data,
            topic=(self.topic.data or "").strip(),
            layer=Layer(self.layer.data) if self.layer.data else None,
            level=Thinking(self.level.data) if self.level.data else None,
            difficulty=Difficulty(self.difficulty.data) if self.difficulty.data else None,
        )


class BlueprintForm(BaseForm):
    """A blueprint: how a paper is made up, row by row."""

    title = StringField(lazy_gettext("蓝图名称"), validators=[InputRequired(), Length(max=100)])
    project = Choice(lazy_gettext("测评类别（对应的工程）"), PROJECT_NAMES.items(), NO_PROJECT)
    minutes = IntegerField(
        lazy_gettext("考试时长（分钟）"),
        default=60,
        validators=[InputRequired(), NumberRange(5, 300)],
    )
    banks = CheckboxesField(lazy_gettext("从哪些题库选题"), coerce=int, validators=[ticked])
    open_percent = IntegerField(
        lazy_gettext("公开题库的题占百分之几"),
        default=0,
        validators=[Optional(), NumberRange(0, 100)],
    )
    unused_months = IntegerField(
        lazy_gettext("几个月内用过的题不再用"),
        default=0,
        validators=[Optional(), NumberRange(0, 120)],
    )
    must = TextAreaField(lazy_gettext("必选题"), validators=[Optional(), Length(max=2000)])
    apart = TextAreaField(lazy_gettext("不能同卷的题"), validators=[Optional(), Length(max=4000)])
    rows = FieldList(FormField(RowForm), min_entries=ROWS, max_entries=60)

    def offer(self, abilities: Known, banks: dict[int, str]) -> None:
        """The abilities and the banks to choose from."""
        self.banks.choices = [SelectChoice(key, name) for key, name in banks.items()]  # type: ignore[arg-type]
        named = [(code, name) for code, (_id, name) in abilities.items()]
        for row in self.rows:
            row.form.ability.choices = _any(named, NONE)

    def more(self) -> None:
        """A few empty rows below those that there are."""
        for _ in range(min(MORE, 60 - len(self.rows.entries))):
            self.rows.append_entry()

    def rule(self, abilities: Known, banks: dict[int, str]) -> Rule:
        """The blueprint as the service takes it. Raises Mistyped where something is wrong."""
        self.offer(abilities, banks)
        if not self.validate():
            raise Mistyped(self)
        return Rule(
            title=self.title.data.strip(),
            minutes=self.minutes.data,
            banks=tuple(self.banks.data),
            cells=tuple(row.form.cell(abilities) for row in self.filled_rows()),
            project=self.project.data,
            open_percent=self.open_percent.data or 0,
            unused_months=self.unused_months.data or 0,
            must=_codes(self.must.data),
            apart=tuple(filter(None, map(_codes, (self.apart.data or "").splitlines()))),
        )

    def filled_rows(self) -> list[Any]:
        """The rows with a count, in order."""
        return [row for row in self.rows if row.form["count"].data]


def _codes(typed: str | None) -> tuple[str, ...]:
    """The codes of a line or a field, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, SPLIT.split(typed or ""))))


def typed(rule: Rule, abilities: Known) -> dict[str, Any]:
    """A rule as the form shows it."""
    codes = {ability_id: code for code, (ability_id, _name) in abilities.items()}
    return {
        **{key: getattr(rule, key) for key in ("title", "minutes", "project")},
        "banks": list(rule.banks),
        "open_percent": rule.open_percent,
        "unused_months": rule.unused_months,
        "must": " ".join(rule.must),
        "apart": "\n".join(" ".join(group) for group in rule.apart),
        "rows": [
            {
                "ability": codes.get(cell.ability_id, "") if cell.ability_id else "",
                "type": cell.type.value,
                "difficulty": cell.difficulty or "",
                "level": cell.level or "",
                "layer": cell.layer or "",
                "project": cell.project,
                "topic": cell.topic,
                "count": cell.count,
                "points": cell.points,
            }
            for cell in rule.cells
        ],
    }


class AssembleForm(BaseForm):
    """How many papers are made of a blueprint, and what they must not repeat."""

    title = StringField(lazy_gettext("试卷名称"), validators=[InputRequired(), Length(max=100)])
    forms = SelectField(
        lazy_gettext("组成"),
        choices=[SelectChoice(one.value, lazy_gettext(FORMS_NAMES[one])) for one in Forms],
    )
    count = IntegerField(
        lazy_gettext("多份时，共几份"),
        default=4,
        validators=[Optional(), NumberRange(2, MOST_FORMS)],
    )
    avoid = CheckboxesField(lazy_gettext("不与这些试卷重题"), coerce=int)
    cohorts = CheckboxesField(lazy_gettext("这些班次的人考过的题不再用"), coerce=int)
    unreviewed = BooleanField(lazy_gettext("待审的题也可以选"))

    def offer(self, papers: Iterable[tuple[int, str]], cohorts: Iterable[tuple[int, str]]) -> None:
        """Earlier papers to keep away from, and cohorts to whose persons nothing comes twice."""
        self.avoid.choices = [SelectChoice(key, name) for key, name in papers]  # type: ignore[arg-type]
        self.cohorts.choices = [SelectChoice(key, name) for key, name in cohorts]  # type: ignore[arg-type]

    def names(self) -> list[str]:
        """What the papers are called."""
        return form_names(Forms(self.forms.data), self["count"].data or 2)


class ReleaseForm(BaseForm):
    """To whose officers a paper is handed."""

    org_id = SelectField(lazy_gettext("提供给哪个单位（含下级）的培训管理员"), coerce=int)

    def offer(self, units: Iterable[tuple[int, str]]) -> None:
        """The units to choose from."""
        self.org_id.choices = [SelectChoice(key, name) for key, name in units]  # type: ignore[arg-type]

    def unit_of(self, units: Iterable[tuple[int, str]]) -> int:
        """The chosen unit, one of these. Raises Mistyped for another."""
        self.offer(units)
        if not self.validate():
            raise Mistyped(self)
        return self.org_id.data


class PartForm(BaseForm):
    """Which part of a paper is printed, in the address."""

    part = SelectField(choices=["paper", "sheet", "key"], default="paper")

    @property
    def chosen(self) -> str:
        return self.part.data if self.validate() else "paper"
