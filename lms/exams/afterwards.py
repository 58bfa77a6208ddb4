"""What somebody who has handed in may see of the questions, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from lms.bank.texts import names_in
from lms.db import db
from lms.exams import holding, publishing, queries, rules
from lms.exams.keys import Changes
from lms.exams.models import Allowance, Assessment, Attempt, Mark, Result
from lms.exams.questions import Slot
from lms.exams.rules import Said, Shown
from lms.scoring.totals import plain, total

NOTHING: frozenset[Shown] = frozenset()


@dataclass(frozen=True)
class Line:
    """A slot as somebody answered it. share: none while a person has still to read it."""

    slot: Slot
    said: Said
    share: Fraction | None
    rekeyed: bool  # its key was changed for this assessment
    key: Any  # to what; none: everybody gets the points

    @property
    def earned(self) -> str:
        """The points, as people write them."""
        return plain(total([(self.share or Fraction(0), self.slot.points)]))

    @property
    def letters(self) -> list[str]:
        """The options that are right, by the key that pays here."""
        if not self.slot.asks.options:
            return []
        return sorted(self.key or () if self.rekeyed else self.slot.asks.right)

    @property
    def full(self) -> str:
        return plain(self.slot.points)


def shown(attempt: Attempt, result: Result | None, now: datetime) -> frozenset[Shown]:
    """What of its questions an attempt shows to who sat it. Nothing before it is published."""
    settled = attempt.assessment
    if result is None or not (settled.quiz or settled.shown):
        return NOTHING
    return rules.shown(settled.shown, settled.quiz, now >= last_close(settled))


def last_close(assessment: Assessment) -> datetime:
    """When nobody can sit it any more, whatever exceptions there are: rather late than early."""
    query = select(func.max(Allowance.closes_at), func.sum(Allowance.more_minutes))
    ends, more = db.session.execute(
        query.where(Allowance.assessment_id == assessment.id, Allowance.ended_at.is_(None)),
        execution_options={"counted": Assessment},
    ).one()
    closes = max(assessment.closes_at, ends or assessment.closes_at)
    return closes + timedelta(minutes=more or 0)


def answered(attempt: Attempt) -> Sequence[Line]:
    """What was said to each question, with what it earned."""
    said = {slot: one.answer for slot, one in holding.held(attempt.id).items()}
    marks = publishing.last_marks(attempt)
    changes = publishing.changes_of(attempt.assessment)
    slots = queries.with_paper(attempt)
    return [
        line(slot, said.get(slot.number, ()), _share(marks.get(slot.number)), changes)
        for slot in slots
    ]


def line(slot: Slot, said: Said, share: Fraction | None, changes: Changes) -> Line:
    """What was said to one question, with what it earned and by which key."""
    place = (slot.version_id, slot.part)
    return Line(slot, said, share, place in changes, changes.get(place))


def _share(mark: Mark | None) -> Fraction | None:
    return Fraction(mark.share, mark.share_of) if mark else None


def pictures(attempt: Attempt, now: datetime) -> set[str]:
    """The names of the pictures that an attempt shows: all while it runs, later what it may."""
    what = shown(attempt, queries.result_of(attempt.id), now)
    if attempt.submitted_at is not None and not what:
        return set()
    texts = [
        text
        for slot in queries.with_paper(attempt)
        for text in (slot.plain.case, slot.plain.stem, *slot.asks.options.values())
    ]
    if Shown.EXPLANATION in what:
        texts += [slot.asks.explanation for slot in queries.with_paper(attempt)]
    return set(names_in(texts))
