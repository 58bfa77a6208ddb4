"""What a reviewer sends."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext
from wtforms import BooleanField, FieldList, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.bank.rules import POOL_NAMES, Pool, Question, QuestionType
from lms.reviewing.queries import Narrowed
from lms.reviewing.rules import OPINION_NAMES, RATED_NAMES, Decision, Rated, Said
from lms.web.forms import BaseForm

LONGEST = 4000  # characters of a written answer or a comment
MOST = 26  # letters, or blanks


def _opinions() -> list[SelectChoice]:
    return [SelectChoice(one.value, lazy_gettext(name)) for one, name in OPINION_NAMES.items()]


class QueueForm(BaseForm):
    """What a queue is narrowed to, in the address."""

    bank = IntegerField(validators=[Optional()])
    ability = IntegerField(validators=[Optional(), NumberRange(min=0)])
    paper = IntegerField(validators=[Optional()])
    first = IntegerField(default=0, validators=[Optional(), NumberRange(min=0)])

    @property
    def narrowed(self) -> Narrowed:
        return Narrowed(self.bank.data, self.ability.data, self.paper.data)

    def kept(self, **changes: Any) -> dict[str, Any]:
        """The queue as an address carries it on."""
        names = ("bank", "ability", "paper")
        known = {name: self[name].data for name in names} | changes
        return {name: value for name, value in known.items() if value is not None}


class AnswerForm(BaseForm):
    """A blind answer: fields for each part, named by its number."""

    def said(self, question: Question) -> list[Said]:
        """The answer to each part, as far as it was given."""
        return [_part(number, part.type) for number, part in enumerate(question.parts)]


def _part(number: int, kind: QuestionType) -> Said:
    sent = request.form
    if kind.by_letters:
        return {"letters": sorted({one[:1] for one in sent.getlist(f"s{number}")[:MOST]})}
    if kind is QuestionType.BLANK:
        return {"blanks": [one[:200] for one in sent.getlist(f"s{number}")[:MOST]]}
    text, skipped = sent.get(f"s{number}", ""), sent.get(f"why{number}", "")
    said = {"text": text.strip()[:LONGEST], "skipped": skipped.strip()[:LONGEST]}
    return {name: value for name, value in said.items() if value}


class DecisionForm(BaseForm):
    """What the reviewer thinks after seeing the key, and what becomes of the question."""

    key = RadioField(
        lazy_gettext(RATED_NAMES[Rated.KEY]), choices=_opinions(), validators=[InputRequired()]
    )
    stem = RadioField(
        lazy_gettext(RATED_NAMES[Rated.STEM]), choices=_opinions(), validators=[InputRequired()]
    )
    options = RadioField(
        lazy_gettext(RATED_NAMES[Rated.OPTIONS]), choices=_opinions(), validators=[Optional()]
    )
    source = RadioField(
        lazy_gettext(RATED_NAMES[Rated.SOURCE]), choices=_opinions(), validators=[InputRequired()]
    )
    level = RadioField(
        lazy_gettext(RATED_NAMES[Rated.LEVEL]), choices=_opinions(), validators=[InputRequired()]
    )
    comment = TextAreaField(lazy_gettext("意见"), validators=[Length(max=LONGEST)])
    decision = StringField(validators=[InputRequired()])

    def rate(self, one: Rated) -> RadioField:
        return self[one.value]

    @property
    def ratings(self) -> dict[str, str]:
        return {one.value: self[one.value].data for one in Rated if self[one.value].data}

    @property
    def decided(self) -> Decision:
        return Decision.PASSED if self.decision.data == Decision.PASSED else Decision.RETURNED


class JudgeForm(BaseForm):
    """Whether a question of a sample has a fault."""

    faulty = BooleanField()
    comment = TextAreaField(lazy_gettext("意见"), validators=[Length(max=LONGEST)])


class ReleaseForm(BaseForm):
    """Where each source of a question stands in the edition that holds."""

    article = FieldList(StringField(validators=[Length(max=20)]), max_entries=20)
    key = FieldList(StringField(validators=[Length(max=400)]), max_entries=20)

    @property
    def cited(self) -> list[tuple[str, str]]:
        articles = [(one.data or "").strip() for one in self.article]
        keys = [(one.data or "").strip() for one in self.key]
        return list(zip(articles, keys, strict=False))


class ShippedForm(BaseForm):
    """For what the shipped banks are to serve."""

    pool = RadioField(
        lazy_gettext("审过以后用于"),
        choices=[
            SelectChoice(one.value, lazy_gettext(POOL_NAMES[one]))
            for one in (Pool.PRACTICE, Pool.OPEN)
        ],
        default=Pool.PRACTICE.value,
        validators=[InputRequired()],
    )


class WhyForm(BaseForm):
    """Why a question is called back."""

    why = TextAreaField(lazy_gettext("理由"), validators=[InputRequired(), Length(max=LONGEST)])
