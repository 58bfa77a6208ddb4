"""What a list of questions may be asked for."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from lms.bank.found_by import NOTHING, Sought
from lms.bank.rules import (
    DIFFICULTY_NAMES,
    ORIGIN_NAMES,
    POOL_NAMES,
    STATE_NAMES,
    TYPE_NAMES,
    Difficulty,
    Origin,
    Pool,
    QuestionType,
    State,
)
from lms.competencies.rules import PROJECT_NAMES
from lms.web.forms import BaseForm
from lms.words import N_

Word = TypeVar("Word", bound=StrEnum)
UNSORTED = "0"
NEWEST = "newest"
ORDERS = {"": N_("按入库先后"), NEWEST: N_("最新的在前")}


def _named(names: dict[Any, str]) -> list[SelectChoice]:
    every = [SelectChoice("", lazy_gettext("全部"))]
    return every + [SelectChoice(one.value, lazy_gettext(name)) for one, name in names.items()]


def _projects() -> list[SelectChoice]:
    named = {"": N_("全部"), NOTHING: N_("不属于任何项目"), **PROJECT_NAMES}
    return [SelectChoice(code, lazy_gettext(name)) for code, name in named.items()]


def _one(kind: type[Word], value: str | None) -> Word | None:
    return kind(value) if value else None


class QuestionsForm(BaseForm):
    """The filters of a list of questions."""

    words = StringField(lazy_gettext("题干、选项或编号"), validators=[Optional(), Length(max=200)])
    ability = SelectField(lazy_gettext("本领"), validators=[Optional()])
    type = SelectField(lazy_gettext("题型"), choices=_named(TYPE_NAMES), validators=[Optional()])
    state = SelectField(lazy_gettext("状态"), choices=_named(STATE_NAMES), validators=[Optional()])
    difficulty = SelectField(
        lazy_gettext("难度"), choices=_named(DIFFICULTY_NAMES), validators=[Optional()]
    )
    pool = SelectField(lazy_gettext("用途"), choices=_named(POOL_NAMES), validators=[Optional()])
    project = SelectField(lazy_gettext("项目"), choices=_projects(), validators=[Optional()])
    topic = StringField(lazy_gettext("知识点"), validators=[Optional(), Length(max=60)])
    law = StringField(lazy_gettext("依据的法律法规"), validators=[Optional(), Length(max=60)])
    origin = SelectField(
        lazy_gettext("来源"), choices=_named(ORIGIN_NAMES), validators=[Optional()]
    )
    order = SelectField(
        lazy_gettext("排列"),
        choices=[SelectChoice(code, lazy_gettext(name)) for code, name in ORDERS.items()],
        validators=[Optional()],
    )
    first = IntegerField(default=0, validators=[Optional(), NumberRange(min=0)])

    NARROWING = ("words", "ability", "type", "state", "difficulty", "pool")
    MORE = ("project", "topic", "law", "origin", "order")

    def offer(self, abilities: Iterable[tuple[int, str]]) -> None:
        """The abilities to choose from."""
        named = [("", N_("全部")), (UNSORTED, N_("未归类"))]
        named += [(str(key), name) for key, name in abilities]
        self.ability.choices = [SelectChoice(key, lazy_gettext(name)) for key, name in named]

    def sought(self) -> Sought:
        """The filters as the query takes them."""
        return Sought(
            words=self.words.data or "",
            ability_id=int(self.ability.data) if self.ability.data else None,
            project=self.project.data or "",
            type=_one(QuestionType, self.type.data),
            pool=_one(Pool, self.pool.data),
            state=_one(State, self.state.data),
            difficulty=_one(Difficulty, self.difficulty.data),
            origin=_one(Origin, self.origin.data),
            topic=self.topic.data or "",
            law=self.law.data or "",
            newest_first=self.order.data == NEWEST,
        )

    @property
    def has_more(self) -> bool:
        """Whether one of the filters is set that lie folded away."""
        return any(self[name].data for name in self.MORE)

    def kept(self, **changes: Any) -> dict[str, Any]:
        """The filters as an address carries them on."""
        state = {name: self[name].data for name in (*self.NARROWING, *self.MORE)} | changes
        return {name: value for name, value in state.items() if value}
