"""The quiz at the gate of a lesson: which questions it asks, and what became of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from lms.bank.models import QuestionVersion
from lms.bank.queries import usable
from lms.bank.rules import Question, QuestionType
from lms.clock import day_of
from lms.courses.models import LessonVersion
from lms.courses.queries import PRACTISED
from lms.db import db
from lms.dice import shuffled
from lms.errors import Conflict
from lms.exams.questions import known_question
from lms.learning import queries, rules
from lms.learning.models import GateResult, GateTry
from lms.learning.queries import LET_IN
from lms.practice.rules import was_right
from lms.practice.sheets import Shown, sheet

# What a machine marks, one thing to answer in each.
ASKED = (
    QuestionType.SINGLE,
    QuestionType.MULTIPLE,
    QuestionType.INDEFINITE,
    QuestionType.TRUE_FALSE,
    QuestionType.BLANK,
)


def begin(person_id: int, org_id: int, version: LessonVersion, seed: int, now: datetime) -> GateTry:
    """A try with questions that were not asked before; one that is open is gone on with."""
    if version.gate_bank_id is None:
        raise Conflict("这一课没有过关测验。")
    before = queries.tries(person_id, version.id)
    if before and before[-1].result is None:
        return before[-1]
    made = GateTry(
        person_id=person_id,
        org_id=org_id,
        lesson_id=version.lesson_id,
        version_id=version.id,
        number=len(before) + 1,
        seed=seed,
        asked=_chosen(version, before, seed, now),
        begun_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _chosen(
    version: LessonVersion, before: Sequence[GateTry], seed: int, now: datetime
) -> list[int]:
    """Of the pool those that were never asked, then those longest ago."""
    query = usable([version.gate_bank_id or 0], PRACTISED, day_of(now)).order_by(None)
    query = query.where(QuestionVersion.type.in_(ASKED))
    if version.gate_topic:
        query = query.where(QuestionVersion.topic == version.gate_topic)
    ids = query.with_only_columns(QuestionVersion.id, maintain_column_froms=True)
    asked_in = {int(one): row.number for row in before for one in row.asked}
    by_chance = shuffled(sorted(db.session.scalars(ids, execution_options=LET_IN)), seed, "gate")
    turn = sorted(by_chance, key=lambda one: asked_in.get(one, 0))
    found = turn[: version.gate_questions or 1]
    if not found:
        raise Conflict("题库里现在没有可用的题，请告诉课程的教师。")
    return found


def shown(one: GateTry) -> list[Shown]:
    """The questions of a try as its page shows them, with their keys."""
    return sheet(_versions(one), one.seed, (), {})


def _versions(one: GateTry) -> list[QuestionVersion]:
    query = select(QuestionVersion).where(QuestionVersion.id.in_([int(id) for id in one.asked]))
    found = {row.id: row for row in db.session.scalars(query, execution_options=LET_IN)}
    return [found[int(id)] for id in one.asked]


def shows(one: GateTry, name: str) -> bool:
    """Whether a picture stands in a question of a try."""
    return any(f"(pic:{name})" in version.text for version in _versions(one))


def answer(one: GateTry, answers: Sequence[Sequence[str]], now: datetime) -> GateResult:
    """Keep the answers of a try, once, and say whether the gate is open."""
    if one.result is not None:
        raise Conflict("这次测验已经交卷，请看结果。")
    asked = [known_question(version.text) for version in _versions(one)]
    said = [_in_order(*pair) for pair in zip(asked, answers, strict=True)]
    right = sum(was_right(*pair) for pair in zip(asked, (0,) * len(asked), said, strict=True))
    share = queries.version(one.version_id).gate_share or 0
    result = GateResult(
        try_id=one.id,
        answers=[list(words) for words in said],
        right=right,
        passed=rules.has_passed(right, len(asked), share),
        answered_at=now,
    )
    db.session.add(result)
    db.session.flush()
    return result


def _in_order(question: Question, answer: Sequence[str]) -> tuple[str, ...]:
    """Letters as the key has them: a page may show the options in another order."""
    return tuple(sorted(answer) if question.parts[0].options else answer)
