"""What is asked for and sent while an assessment runs: on its board, and in a supervised room."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import request
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.bank.rules import QuestionType
from lms.clock import CITY_TIME
from lms.errors import Invalid
from lms.exams.live import UNSENT, Stands
from lms.exams.questions import Slot
from lms.exams.supervising import CHECKS
from lms.web.forms import BaseForm, CheckboxesField

STANDS_NAMES = {
    Stands.TO_COME.value: lazy_gettext("未进入"),
    Stands.EXCUSED.value: lazy_gettext("缓考"),
    Stands.ABSENT.value: lazy_gettext("缺考"),
    Stands.ANSWERING.value: lazy_gettext("作答中"),
    Stands.SILENT.value: lazy_gettext("失联 2 分钟以上"),
    UNSENT: lazy_gettext("有答案未上传"),
    Stands.SUBMITTED.value: lazy_gettext("已交卷"),
    Stands.AWAITED.value: lazy_gettext("待上传"),
    Stands.LATE.value: lazy_gettext("待核"),
}
WHY = lazy_gettext("原因")


class LiveForm(BaseForm):
    """Which unit, who of it, which page."""

    unit = IntegerField(validators=[Optional()])
    state = SelectField(
        lazy_gettext("状态"),
        choices=[
            SelectChoice("", lazy_gettext("全部")),
            *(SelectChoice(word, name) for word, name in STANDS_NAMES.items()),
        ],
    )
    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 10_000)])

    @property
    def chosen(self) -> str:
        return self.state.data if self.state.data in STANDS_NAMES else ""

    @property
    def number(self) -> int:
        """The page, counted from 1."""
        return max(self.page.data or 1, 1)


class ApartForm(BaseForm):
    """One of several forms on a page: its fields have names of their own in the document."""

    def __init__(self, *sent: Any, **more: Any) -> None:
        super().__init__(*sent, **more)
        for name, field in self._fields.items():
            field.id = f"{type(self).__name__}-{name}"


class WholeForm(ApartForm):
    """An act on those under a unit, or on one candidate."""

    unit = SelectField(lazy_gettext("给谁"), coerce=int)
    candidate = IntegerField(validators=[Optional()])

    def __init__(self, *sent: Any, units: dict[int, str], **more: Any) -> None:
        super().__init__(*sent, **more)
        self.unit.choices = [SelectChoice(key, name) for key, name in units.items()]  # type: ignore[arg-type]


class ExtendForm(WholeForm):
    """More minutes, on the running clocks."""

    minutes = IntegerField(
        lazy_gettext("延长几分钟"), validators=[InputRequired(), NumberRange(1, 240)]
    )
    reason = StringField(WHY, validators=[InputRequired(), Length(max=200)])


class CollectForm(WholeForm):
    """The end, now."""

    unit = SelectField(lazy_gettext("收谁的卷"), coerce=int)
    reason = StringField(WHY, validators=[InputRequired(), Length(max=200)])


class WordForm(BaseForm):
    """A word to all who sit."""

    text = TextAreaField(lazy_gettext("要说的话"), validators=[InputRequired(), Length(max=200)])


class LateForm(BaseForm):
    """Which attempts, and whether what arrived late counts."""

    attempts = CheckboxesField(
        lazy_gettext("答卷"),
        coerce=int,
        validate_choice=False,
        validators=[InputRequired(lazy_gettext("请先选出要处理的答卷。"))],
    )
    accepted = SelectField(choices=[SelectChoice("yes", ""), SelectChoice("no", "")])
    reason = StringField(WHY, validators=[Optional(), Length(max=200)])


# ── a supervised room ───────────────────────────────────────────────────────────────────────────

TRUTHS = {"√": "A", "✓": "A", "×": "B", "✗": "B"}
LONGEST_BLANK, LONGEST_WRITTEN = 200, 5000


class SoughtForm(BaseForm):
    """A candidate's name, or a part of it."""

    q = StringField(validators=[Length(max=40)])


class CheckForm(ApartForm):
    """How it was made sure who sits there, and what that person promises."""

    checked = RadioField(
        lazy_gettext("怎样核对的身份"),
        choices=[SelectChoice(word, lazy_gettext(name)) for word, name in CHECKS.items()],
        validators=[InputRequired(lazy_gettext("请先核对身份，并选明是怎样核对的。"))],
    )
    pledged = BooleanField(lazy_gettext("已向本人读过承诺：独立作答，不抄录、不外传试题，本人同意"))
    password = StringField(lazy_gettext("入场口令"), validators=[Length(max=40)])


class SheetForm(CheckForm):
    """A sheet of answers on paper: when its room began, and which paper lay on the desk."""

    started_at = DateTimeLocalField(lazy_gettext("开考时间"), validators=[InputRequired()])
    paper = SelectField(lazy_gettext("第几份试卷"), coerce=int, default=1)

    def __init__(self, *sent: Any, papers: int, **more: Any) -> None:
        super().__init__(*sent, **more)
        self.paper.choices = [SelectChoice(one, str(one)) for one in range(1, papers + 1)]  # type: ignore[arg-type]

    @property
    def began(self) -> datetime:
        """What was typed is the city's time."""
        return self.started_at.data.replace(tzinfo=CITY_TIME).astimezone(UTC)


class KeyingForm(BaseForm):
    """One round of a sheet. Its fields are those of the paper: s1, s2 … by slot."""

    round = IntegerField(validators=[InputRequired(), NumberRange(1, 3)])

    def typed(self, slots: Sequence[Slot]) -> dict[int, list[str]]:
        """What stands in the fields of these slots, as it was sent."""
        return {slot.number: request.form.getlist(f"s{slot.number}") for slot in slots}

    def said(self, slots: Sequence[Slot]) -> tuple[dict[int, list[str]], dict[int, Invalid]]:
        """What was keyed in for these slots: letters of the file, or texts; empty: nothing.

        And for each that cannot be, why.
        """
        found, wrong = {}, {}
        typed = self.typed(slots)
        for slot in slots:
            try:
                found[slot.number] = _keyed(slot, typed[slot.number])
            except Invalid as refusal:
                wrong[slot.number] = refusal
        return found, wrong


def _keyed(slot: Slot, sent: Sequence[str]) -> list[str]:
    texts = ["".join(one.split("\x00")).strip() for one in sent]
    if not slot.asks.options:
        most = LONGEST_BLANK if slot.asks.blanks else LONGEST_WRITTEN
        if any(len(one) > most for one in texts):
            raise Invalid("第 {n} 题写得太长。", n=slot.number)
        return texts if any(texts) else []
    signs = [TRUTHS.get(sign, sign) for sign in "".join(texts).upper() if sign not in " ,，、"]
    known = set(slot.asks.options)
    one = slot.asks.type in (QuestionType.SINGLE, QuestionType.TRUE_FALSE)
    if not set(signs) <= known or (one and len(set(signs)) > 1):
        raise Invalid(
            "第 {n} 题没有“{letter}”这样的选法，请对照答卷再看。",
            n=slot.number,
            letter="".join(signs),
        )
    return sorted(set(signs))
