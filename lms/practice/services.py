"""Keeping what was answered, starred and reported; asking the ten of a day; answering a report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import update

from lms.access import add_rows
from lms.audit.services import record
from lms.bank.models import QuestionVersion
from lms.clock import day_of
from lms.competencies.queries import abilities
from lms.db import db
from lms.errors import Refusal
from lms.exams.questions import known_question
from lms.exams.rules import Said
from lms.practice import choosing, queries, rules
from lms.practice.models import (
    FaultReport,
    PracticeAnswer,
    PracticeChoice,
    PracticeDay,
    PracticeStar,
)


@dataclass(frozen=True)
class Told:
    """One thing that a page tells: an answer, a star, or what is wrong with a question."""

    sequence: int
    version_id: int
    said_at: datetime
    part: int = 0
    answer: Said | None = None
    starred: bool | None = None
    fault: str | None = None


@dataclass
class Held:
    """What became of a batch. right: by sequence, of the answers."""

    kept: list[int]
    refused: list[int]
    right: dict[int, bool]


def keep(person_id: int, device: str, told: Sequence[Told], now: datetime) -> Held:
    """Store a batch; what is stored already stays as it is. What nobody may practise is refused."""
    book = partial(queries.notebook, person_id, now)
    known = choosing.known_versions({one.version_id for one in told}, book)
    fits = [one for one in told if one.version_id in known and _has(known[one.version_id], one)]
    held = Held([one.sequence for one in fits], [], {})
    answers = [one for one in fits if one.answer is not None]
    stars = [one for one in fits if one.starred is not None]
    _keep_answers(person_id, device, answers, known, now, held)
    _keep_stars(person_id, device, stars, known, now)
    for one in fits:
        if one.fault and not _reported(person_id, known[one.version_id], one.fault, now):
            held.kept.remove(one.sequence)
    held.refused = [one.sequence for one in told if one.sequence not in held.kept]
    return held


def _has(version: QuestionVersion, told: Told) -> bool:
    return told.part < len(known_question(version.text).parts)


def _reported(person_id: int, version: QuestionVersion, said: str, now: datetime) -> bool:
    """One report too many must not hold up the answers that came with it."""
    try:
        _report(person_id, version, said, now)
    except Refusal:
        return False
    return True


def _keep_answers(
    person_id: int,
    device: str,
    told: Sequence[Told],
    known: dict[int, QuestionVersion],
    now: datetime,
    held: Held,
) -> None:
    rows = []
    for one in told:
        asked = known_question(known[one.version_id].text)
        held.right[one.sequence] = rules.was_right(asked, one.part, one.answer or ())
        row = _row(person_id, device, one, known, now)
        day = day_of(rules.bounded(one.said_at, now))
        row |= {"version_id": one.version_id, "part": one.part, "day": day}
        rows.append(row | {"content": list(one.answer or ()), "right": held.right[one.sequence]})
    _add(PracticeAnswer, person_id, device, rows)


def _keep_stars(
    person_id: int,
    device: str,
    told: Sequence[Told],
    known: dict[int, QuestionVersion],
    now: datetime,
) -> None:
    rows = [_row(person_id, device, one, known, now) | {"starred": one.starred} for one in told]
    _add(PracticeStar, person_id, device, rows)


def _row(
    person_id: int, device: str, told: Told, known: dict[int, QuestionVersion], now: datetime
) -> dict[str, object]:
    return {
        "person_id": person_id,
        "device": device,
        "sequence": told.sequence,
        "question_id": known[told.version_id].question_id,
        "said_at": rules.bounded(told.said_at, now),
        "saved_at": now,
    }


def _add(
    table: type[PracticeAnswer] | type[PracticeStar],
    person_id: int,
    device: str,
    rows: Iterable[dict[str, object]],
) -> None:
    """Each key once. Of two requests at one moment one is kept, and the page asks again."""
    by_key = {int(str(row["sequence"])): row for row in rows}
    known = queries.known(table, person_id, device, list(by_key)) if by_key else set()
    add_rows(table, [row for key, row in by_key.items() if key not in known])


# ── ten a day, and how ──────────────────────────────────────────────────────────────────────────


def ask_today(person_id: int, now: datetime) -> PracticeDay:
    """The ten of today: asked once, the same all day."""
    book = queries.notebook(person_id, now)
    asked = queries.day_asked(person_id, book.day)
    if asked is None:
        ids = [one.id for one in abilities().values()]
        chosen = choosing.todays(book, ids, rules.seed_of(person_id, book.day))
        rules.refuse_nothing(chosen)
        asked = PracticeDay(person_id=person_id, day=book.day, asked=chosen, made_at=now)
        db.session.add(asked)
        db.session.flush()
    return asked


def choose(person_id: int, at_once: bool, now: datetime) -> None:
    """Remember when this person wants to see the key."""
    row = queries.choice(person_id)
    if row is None:
        row = PracticeChoice(person_id=person_id)
        db.session.add(row)
    row.at_once, row.chosen_at = at_once, now
    db.session.flush()


# ── what is wrong with a question ───────────────────────────────────────────────────────────────


def report(person_id: int, version_id: int, said: str, now: datetime) -> None:
    """Say what is wrong with a question that one may practise, or met in an assessment."""
    book = partial(queries.notebook, person_id, now)
    known = choosing.known_versions({version_id}, book)
    _report(person_id, known.get(version_id) or queries.met(person_id, version_id), said, now)


def _report(person_id: int, version: QuestionVersion, said: str, now: datetime) -> None:
    if queries.same_report(person_id, version.id, said):
        return
    rules.refuse_more_reports(queries.waiting_of(person_id))
    line = FaultReport(
        person_id=person_id,
        bank_id=version.question.bank_id,
        question_id=version.question_id,
        version_id=version.id,
        said=said,
        said_at=now,
    )
    db.session.add(line)
    db.session.flush()
    record("report question", now, whom=line)


def answer_report(
    report: FaultReport, found: rules.Finding, answer: str, by: int, now: datetime
) -> None:
    """Answer a report, once; the person who wrote it finds the answer on the own page."""
    rules.refuse_answered(report.answered_at is not None)
    report.found, report.answer, report.answered_by = found, answer or None, by
    db.session.flush()  # asks whether this person may
    first = update(FaultReport).where(
        FaultReport.id == report.id, FaultReport.answered_at.is_(None)
    )
    done = db.session.execute(first.values(answered_at=now)).rowcount  # type: ignore[attr-defined]
    rules.refuse_answered(done != 1)
    record("answer question report", now, whom=report, found=found)
