"""What a list of questions may be asked for."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from lms.bank.rules import (
    POOL_NAMES,
    STATE_NAMES,
    TYPE_NAMES,
    Pool,
    QuestionType,
    Sought,
    State,
)
from lms.web.forms import BaseForm


def _named(names: dict[Any, str]) -> list[SelectChoice]:
    every = [SelectChoice("", lazy_gettext("全部"))]
    return every + [SelectChoice(one.value, lazy_gettext(name)) for one, name in names.items()]


class QuestionsForm(BaseForm):
    """The filters of a bank's page."""

    words = StringField(lazy_gettext("题干或编号"), validators=[Optional(), Length(max=60)])
    ability = SelectField(lazy_gettext("本领"), validators=[Optional()])
    type = SelectField(lazy_gettext("题型"), choices=_named(TYPE_NAMES), validators=[Optional()])
    pool = SelectField(lazy_gettext("题库"), choices=_named(POOL_NAMES), validators=[Optional()])
    state = SelectField(lazy_gettext("状态"), choices=_named(STATE_NAMES), validators=[Optional()])
    first = IntegerField(default=0, validators=[Optional(), NumberRange(min=0)])

    def offer(self, abilities: Iterable[tuple[int, str]]) -> None:
        """The abilities to choose from."""
        every = [SelectChoice("", lazy_gettext("全部"))]
        self.ability.choices = every + [
            SelectChoice(str(key), lazy_gettext(name)) for key, name in abilities
        ]

    def sought(self) -> Sought:
        """The filters as the query takes them."""
        return Sought(
            words=(self.words.data or "").strip(),
            ability_id=int(self.ability.data) if self.ability.data else None,
            type=QuestionType(self.type.data) if self.type.data else None,
            pool=Pool(self.pool.data) if self.pool.data else None,
            state=State(self.state.data) if self.state.data else None,
        )

    def kept(self, **changes: Any) -> dict[str, Any]:
        """The filters as an address carries them on."""
        names = ("words", "ability", "type", "pool", "state")
        state = {name: self[name].data for name in names} | changes
        return {name: value for name, value in state.items() if value}
