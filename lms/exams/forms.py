"""What a reader of the board asks for, what an exam page sends."""

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import request
from flask_babel import lazy_gettext
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.errors import Invalid
from lms.exams.counting import Come
from lms.exams.rules import Operation
from lms.exams.saving import Told
from lms.web.forms import BaseForm

DEVICE = re.compile(r"[A-Za-z0-9_-]{8,24}")
LONGEST_BATCH = 256 * 1024  # bytes
MOST = 400  # operations in a batch
LONGEST_TEXT = 200  # characters in a blank
LONGEST_WRITTEN = 5000  # characters of a written answer
FAR = 4_102_444_800_000  # the year 2100, in milliseconds


class OfficerForm(BaseForm):
    """An officer to be named. officers: person id, name, unit."""

    person_id = SelectField(lazy_gettext("指定人员"), coerce=int)

    def __init__(
        self, *sent: Any, officers: Sequence[tuple[int, str, str]] = (), **more: Any
    ) -> None:
        super().__init__(*sent, **more)
        self.person_id.choices = [
            SelectChoice(key, f"{name}（{unit}）")  # type: ignore[arg-type]
            for key, name, unit in officers
        ]


COME_NAMES = {
    Come.NOT_STARTED: lazy_gettext("未开始"),
    Come.DEFERRED: lazy_gettext("缓考"),
    Come.ABSENT: lazy_gettext("缺考"),
    Come.STARTED: lazy_gettext("已开始"),
    Come.SUBMITTED: lazy_gettext("已出成绩"),
    Come.PASSED: lazy_gettext("合格"),
    Come.FAILED: lazy_gettext("未合格"),
}


class BoardForm(BaseForm):
    """Which unit, which of its candidates, which page."""

    unit = IntegerField(validators=[Optional()])
    come = SelectField(
        lazy_gettext("状态"),
        choices=[
            SelectChoice("", lazy_gettext("全部")),
            *(SelectChoice(one.value, COME_NAMES[one]) for one in Come),
        ],
    )
    page = IntegerField(default=1, validators=[Optional(), NumberRange(1, 10_000)])

    @property
    def state(self) -> Come | None:
        known = self.come.data in set(Come)
        return Come(self.come.data) if known else None

    @property
    def number(self) -> int:
        """The page, counted from 1."""
        return max(self.page.data or 1, 1)


# ── what the exam page sends ────────────────────────────────────────────────────────────────────


def device_sent() -> str:
    """The word by which a browser knows itself."""
    device = _sent().get("device", "")
    if not isinstance(device, str) or not DEVICE.fullmatch(device):
        raise Invalid("考试页面已过期，请刷新后再试。")
    return device


def operations_sent(turn: int) -> list[Operation]:
    """A batch of choices; empty for a heartbeat. turn: that of the ticket, none may be later."""
    return operations_in(_sent(), turn)


def operations_in(sent: dict[str, Any], turn: int) -> list[Operation]:
    """The same, of what was sent."""
    found = sent.get("operations", [])
    if not isinstance(found, list) or len(found) > MOST:
        raise Invalid("一次上传的答案太多。")
    try:
        operations = [_operation(**one) for one in found]
    except (TypeError, ValueError, OverflowError) as wrong:
        raise Invalid("上传的答案格式不对。") from wrong
    if any(operation.turn > turn for operation in operations):
        raise Invalid("上传的答案格式不对。")
    return operations


def told_sent() -> Told:
    """What the page tells of itself; a page of before tells nothing."""
    return told_in(_sent())


def told_in(sent: dict[str, Any]) -> Told:
    """The same, of what was sent."""
    numbers = [sent.get(name, 0) for name in ("unsent", "leaves", "word")]
    if any(type(one) is not int or not 0 <= one <= 10**9 for one in numbers):
        raise Invalid("上传的答案格式不对。")
    return Told(*numbers)


def _sent() -> dict[str, Any]:
    request.max_content_length = LONGEST_BATCH
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid("上传的答案格式不对。")
    return sent


def _operation(
    turn: int, sequence: int, slot: int, answer: list[str], said_at: int, sure: bool = True
) -> Operation:
    """One choice, checked. said_at: milliseconds since 1970."""
    for number, most in ((turn, 10**6), (sequence, 10**6), (slot, 1000), (said_at, FAR)):
        if type(number) is not int or not 0 < number <= most:
            raise ValueError(number)
    texts = _answer(answer)
    moment = datetime.fromtimestamp(said_at / 1000, UTC)
    return Operation(turn, sequence, slot, texts if any(texts) else (), moment, sure is not False)


def _plain(text: str, most: int) -> str:
    """The text without signs that no database keeps; its lines stay lines."""
    if not isinstance(text, str) or len(text) > most:
        raise ValueError(text)
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(
        "".join(sign for sign in line if unicodedata.category(sign) not in ("Cc", "Cs"))
        for line in lines
    ).strip()


class TrialForm(BaseForm):
    """What somebody answered who only tries a paper: a JSON object, slot → letters or texts."""

    answers = StringField(validators=[InputRequired(), Length(max=LONGEST_BATCH)])

    def said(self) -> dict[int, tuple[str, ...]]:
        """By slot: the letters, or the texts of the blanks."""
        try:
            found = json.loads(self.answers.data)
            return {int(slot): _answer(answer) for slot, answer in found.items()}
        except (ValueError, TypeError, AttributeError, RecursionError) as wrong:
            raise Invalid("上传的答案格式不对。") from wrong


def _answer(sent: Any) -> tuple[str, ...]:
    if not isinstance(sent, list) or len(sent) > 26:
        raise ValueError(sent)
    most = LONGEST_WRITTEN if len(sent) == 1 else LONGEST_TEXT
    return tuple(_plain(text, most) for text in sent)
