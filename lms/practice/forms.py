"""What a practice page sends, what a person chooses, what is said of a question and answered."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

from flask import request
from flask_babel import lazy_gettext
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms.errors import Invalid
from lms.exams.forms import DEVICE, FAR
from lms.practice.rules import FINDING_NAMES, Finding
from lms.practice.services import Told
from lms.web.forms import BaseForm

LONGEST_BATCH = 64 * 1024  # bytes
MOST = 200  # things in a batch
LONGEST = 200  # characters of a text
REQUIRED = lazy_gettext("请填写。")
NAMED = FINDING_NAMES.items()
TOO_LONG = lazy_gettext("最多 200 字。")


class SetForm(BaseForm):
    """Which questions a set is of: one of these."""

    ability = IntegerField(validators=[Optional()])
    bank = IntegerField(validators=[Optional()])
    topic = StringField(validators=[Length(max=120)])
    question = IntegerField(validators=[Optional()])
    of = SelectField(choices=["", "mistakes", "due", "starred"], default="")


class ChoiceForm(BaseForm):
    """When the key is shown."""

    at_once = RadioField(
        lazy_gettext("什么时候看答案"),
        choices=[
            SelectChoice("yes", lazy_gettext("每题答完就看")),
            SelectChoice("no", lazy_gettext("全部做完再看")),
        ],
        default="yes",
    )


class FaultForm(BaseForm):
    """What is wrong with a question."""

    version_id = IntegerField(validators=[InputRequired()])
    said = TextAreaField(
        lazy_gettext("哪里有误"),
        [InputRequired(REQUIRED), Length(max=LONGEST, message=TOO_LONG)],
    )


class FoundForm(BaseForm):
    """What the owner of a bank found."""

    found = RadioField(
        lazy_gettext("办理结果"),
        choices=[SelectChoice(one.value, lazy_gettext(name)) for one, name in NAMED],
        default=Finding.MENDED.value,
    )
    answer = StringField(lazy_gettext("答复"), [Length(max=LONGEST, message=TOO_LONG)])


class ReportsForm(BaseForm):
    """Which reports are listed."""

    answered = SelectField(
        lazy_gettext("状态"),
        choices=[
            SelectChoice("", lazy_gettext("等待答复")),
            SelectChoice("yes", lazy_gettext("已答复")),
        ],
        default="",
    )


# ── what a page tells ───────────────────────────────────────────────────────────────────────────


def told() -> tuple[str, list[Told]]:
    """The device, and a batch of what it tells."""
    request.max_content_length = LONGEST_BATCH
    sent = request.get_json(silent=True)
    try:
        device, rows = sent["device"], sent["told"]  # type: ignore[index]
        if not DEVICE.fullmatch(device) or len(rows) > MOST:
            raise ValueError(device)
        return device, [_told(**row) for row in rows]
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise Invalid("上传的答案格式不对。") from wrong


def _told(
    sequence: int,
    version: int,
    said_at: int,
    part: int = 0,
    answer: Any = None,
    starred: bool | None = None,
    fault: str | None = None,
) -> Told:
    """One thing that a page tells, checked. said_at: milliseconds since 1970."""
    for number, least, most in (
        (sequence, 1, 10**9),
        (version, 1, 2**31 - 1),
        (said_at, 1, FAR),
        (part, 0, 99),
    ):
        if type(number) is not int or not least <= number <= most:
            raise ValueError(number)
    if starred is not None and type(starred) is not bool:
        raise ValueError(starred)
    return Told(
        sequence=sequence,
        version_id=version,
        said_at=datetime.fromtimestamp(said_at / 1000, UTC),
        part=part,
        answer=None if answer is None else _answer(answer),
        starred=starred,
        fault=None if fault is None else _plain(fault),
    )


def _answer(sent: Any) -> tuple[str, ...]:
    if not isinstance(sent, list) or len(sent) > 26:
        raise ValueError(sent)
    return tuple(map(_plain, sent))


def _plain(text: Any) -> str:
    """The text without signs that no database keeps."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise ValueError(text)
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs")).strip()
