"""What the maker of a paper sends."""

from collections.abc import Iterable
from decimal import Decimal

from flask_babel import lazy_gettext
from wtforms import (
    DecimalField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from lms.bank.rules import POOL_NAMES, TYPE_NAMES, Pool, QuestionType
from lms.papers.rules import Row, Rule
from lms.web.forms import BaseForm, Mistyped

ROWS = 8
POOLS = (Pool.EXAM, Pool.OPEN)
Known = dict[str, tuple[int, str]]  # ability code → id, name
MACHINE = [one for one in QuestionType if one.by_machine]


def ticked(_form: Form, field: SelectMultipleField) -> None:
    """At least one. A browser's own "required" would ask for every single box."""
    if not field.data:
        raise ValidationError(lazy_gettext("请至少选一项。"))


class Ticks(SelectMultipleField):
    """Several of a few, each with a box to tick."""

    option_widget = CheckboxInput()


class BankForm(BaseForm):
    """The bank a maker came from, in the address."""

    bank = IntegerField(validators=[Optional()])

    def chosen(self, banks: dict[int, str]) -> list[int]:
        """That bank alone, or every bank of the maker."""
        return [self.bank.data] if self.bank.data in banks else list(banks)


class RowForm(Form):
    """One row of the rule; a row without a count is left out."""

    # A row that was not sent at all is an empty row, not a fault.
    ability = SelectField(lazy_gettext("本领"), filters=[lambda sent: sent or ""])
    type = SelectField(
        lazy_gettext("题型"),
        filters=[lambda sent: sent or QuestionType.SINGLE.value],
        choices=[SelectChoice(one.value, lazy_gettext(TYPE_NAMES[one])) for one in MACHINE],
    )
    count = IntegerField(lazy_gettext("题数"), validators=[Optional(), NumberRange(0, 200)])
    points = DecimalField(
        lazy_gettext("每题分值"),
        places=1,
        default=Decimal(2),
        validators=[Optional(), NumberRange(Decimal("0.5"), 100)],
    )


class PaperForm(BaseForm):
    """A paper by a simple rule."""

    title = StringField(lazy_gettext("试卷名称"), validators=[InputRequired(), Length(max=100)])
    minutes = IntegerField(
        lazy_gettext("考试时长（分钟）"),
        default=60,
        validators=[InputRequired(), NumberRange(5, 300)],
    )
    banks = Ticks(lazy_gettext("从哪些题库选题"), coerce=int, validators=[ticked])
    pools = Ticks(
        lazy_gettext("选哪一类题"),
        choices=[SelectChoice(one.value, lazy_gettext(POOL_NAMES[one])) for one in POOLS],
        default=[Pool.EXAM.value],
        validators=[ticked],
    )
    rows = FieldList(FormField(RowForm), min_entries=ROWS, max_entries=40)

    def offer(self, abilities: Known, banks: dict[int, str]) -> None:
        """The abilities and the banks to choose from."""
        self.banks.choices = [SelectChoice(key, name) for key, name in banks.items()]  # type: ignore[arg-type]
        choices = [SelectChoice("", lazy_gettext("不限"))]
        choices += [
            SelectChoice(code, lazy_gettext(name)) for code, (_id, name) in abilities.items()
        ]
        for row in self.rows:
            row.form.ability.choices = choices

    def asked_of(self, abilities: Known, banks: dict[int, str]) -> Rule:
        """The rule as the service takes it. Raises Mistyped where something is wrong."""
        self.offer(abilities, banks)
        if not self.validate():
            raise Mistyped(self)
        pools = tuple(Pool(pool) for pool in self.pools.data)
        rows = tuple(self._rows(abilities))
        return Rule(self.title.data.strip(), self.minutes.data, tuple(self.banks.data), pools, rows)

    def _rows(self, abilities: Known) -> list[Row]:
        """The rows that were filled in."""
        return [
            Row(
                *abilities.get(row.ability.data or "", (None, "")),
                QuestionType(row.type.data),
                row["count"].data,
                row.points.data or Decimal(0),
            )
            for row in (entry.form for entry in self.rows)
            if row["count"].data
        ]


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
