"""What a reviewer says of a question, when that may count, and how a sample is drawn. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from lms.bank.rules import Part, Question, QuestionType
from lms.dice import shuffled
from lms.errors import Invalid
from lms.scoring.marks import share
from lms.scoring.totals import plain
from lms.words import N_

SAMPLE = 50  # drawn at random of a bank brought from elsewhere; a smaller one is read whole
CLAIM = timedelta(days=2)  # how long a question that was answered is left to who answered it


class Decision(StrEnum):
    PASSED = "passed"
    RETURNED = "returned"


DECISION_NAMES = dict(zip(Decision, (N_("通过"), N_("退回")), strict=True))


class Opinion(StrEnum):
    """Of one thing that is rated."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


OPINION_NAMES = dict(zip(Opinion, (N_("是"), N_("可以改进"), N_("否")), strict=True))


class Rated(StrEnum):
    """What a reviewer rates."""

    KEY = "key"
    STEM = "stem"
    OPTIONS = "options"
    SOURCE = "source"
    LEVEL = "level"


RATED_NAMES = dict(
    zip(
        Rated,
        (
            N_("答案和解析正确"),
            N_("题干清楚，只有一种理解"),
            N_("错误选项有迷惑性，长短相近"),
            N_("依据准确，是现行有效的条文"),
            N_("认知层次和难度标得合适"),
        ),
        strict=True,
    )
)
ANSWER = N_("请先作答，再看标准答案；要人评分的题可以不写，但要说明原因。")
Said = dict[str, Any]  # of one part: {"letters": […]}, {"blanks": […]}, {"text": …}, {"skipped": …}


class SampleState(StrEnum):
    OPEN = "open"
    PASSED = "passed"  # no fault was found
    FAILED = "failed"  # one was found: all are read one by one
    DROPPED = "dropped"  # given up; another reviewer may draw again


SAMPLE_STATE_NAMES = dict(
    zip(
        SampleState,
        (N_("进行中"), N_("通过"), N_("未通过，改为逐题审核"), N_("已放弃")),
        strict=True,
    )
)


@dataclass(frozen=True)
class Shown:
    """One thing to answer as the exam shows it, without the key. options: letter and text."""

    slot: int
    type: QuestionType
    worth: str
    stem: str
    options: tuple[tuple[str, str], ...]
    blanks: int


def shown(question: Question) -> list[Shown]:
    """The parts of a question as they are asked."""
    return [
        Shown(
            number,
            part.type,
            plain(part.points),
            part.stem,
            tuple(part.options.items()),
            len(part.blanks),
        )
        for number, part in enumerate(question.parts)
    ]


def refuse_unanswered(question: Question, said: Sequence[Said]) -> None:
    """Every part has an answer before the key is seen; what a person marks may be skipped."""
    for number, part in enumerate(question.parts, start=1):
        one = said[number - 1] if number <= len(said) else {}
        if not _answered(part, one):
            raise Invalid(_lack(part), n=number) if len(question.parts) > 1 else Invalid(ANSWER)


def _answered(part: Part, said: Said) -> bool:
    if part.type.by_letters:
        letters = said.get("letters", [])
        one = part.type in (QuestionType.SINGLE, QuestionType.TRUE_FALSE)
        return (
            bool(letters) and set(letters) <= set(part.options) and (len(letters) == 1 or not one)
        )
    if part.type is QuestionType.BLANK:
        texts = said.get("blanks", [])
        return len(texts) == len(part.blanks) and all(text.strip() for text in texts)
    return bool(said.get("text", "").strip() or said.get("skipped", "").strip())


def _lack(part: Part) -> str:
    if part.type.by_letters:
        return N_("请先作答第 {n} 小题，再看答案。")
    if part.type is QuestionType.BLANK:
        return N_("请先填写第 {n} 小题的每一个空，再看答案。")
    return N_("请先写下第 {n} 小题的要点；不写的，请说明原因。")


def agrees(question: Question, said: Sequence[Said]) -> bool | None:
    """Whether a blind answer is the key's, in full; None where no machine can tell."""
    shares = [
        share(key, one.get("letters") or one.get("blanks") or [])
        for number, one in enumerate(said)
        if (key := question.key(number)) is not None
    ]
    return all(one == 1 for one in shares) if shares else None


def refuse_hasty(
    decision: Decision, agreed: bool | None, ratings: Mapping[str, str], comment: str
) -> None:
    """A disagreement is explained; what is sent back has a reason; a wrong key never passes."""
    if decision is Decision.RETURNED and not comment.strip():
        raise Invalid("退回时请写明理由，命题人要照着改。")
    if decision is Decision.PASSED and agreed is False and not comment.strip():
        raise Invalid("您的答案与标准答案不同。请写明是谁错了、为什么，再通过。")
    if decision is Decision.PASSED and ratings.get(Rated.KEY) == Opinion.NO:
        raise Invalid("您认为答案或解析不正确，请退回，不能通过。")


def drawn(ids: Sequence[int], seed: int) -> list[int]:
    """The questions of a sample; the same seed draws the same ones."""
    return shuffled(sorted(ids), seed, "sample")[:SAMPLE]
