"""What a person has practised, and what of it stands in the notebook. The scope is on all of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import aliased

from lms.bank import found_by
from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.rules import Pool
from lms.clock import day_of
from lms.db import db, find
from lms.errors import NotFound
from lms.exams.models import Assessment, Attempt, Mark, Result
from lms.papers.models import PaperSlot
from lms.practice.models import (
    FaultReport,
    PracticeAnswer,
    PracticeChoice,
    PracticeDay,
    PracticeStar,
)
from lms.practice.rules import Standing, standing

LATELY = timedelta(days=90)  # a weakness that a test showed longer ago is another's
PAGE = 50


@dataclass(frozen=True)
class Sat:
    """A question of an assessment that a person has sat, and whether it was right in full."""

    question_id: int
    bank_id: int
    released: bool  # its owner has taken it out of the examination pool
    topic: str
    ability_ids: tuple[int, ...]
    day: date
    right: bool


@dataclass(frozen=True)
class Notebook:
    """Everything that one person practised and sat, folded."""

    day: date
    standings: Mapping[int, Standing]
    starred: Collection[int]
    sat: Sequence[Sat] = field(default=())

    @cached_property
    def mistakes(self) -> list[int]:
        """What stands in the notebook, what is due longest first."""
        return self._by_due(one for one, how in self.standings.items() if how.wrong)

    @cached_property
    def due(self) -> list[int]:
        """What comes back today: mistakes, and what is starred."""
        kept = {*self.mistakes, *(one for one in self.starred if one in self.standings)}
        return self._by_due(one for one in kept if self.standings[one].due <= self.day)

    @cached_property
    def again(self) -> list[int]:
        """What has left the notebook and is asked once more today."""
        left = (one for one, how in self.standings.items() if how.again)
        return self._by_due(one for one in left if self.standings[one].due <= self.day)

    def _by_due(self, ids: Iterable[int]) -> list[int]:
        return sorted(ids, key=lambda one: (self.standings[one].due, one))

    @property
    def last(self) -> dict[int, date]:
        """When each was answered last."""
        return {one: how.last for one, how in self.standings.items()}

    @property
    def released(self) -> set[int]:
        """Questions that may be practised for having been sat, whatever bank they are in."""
        return {one.question_id for one in self.sat if one.released}

    @property
    def hidden(self) -> list[Sat]:
        """Mistakes of the last months whose questions still examine: others are given instead."""
        recent = [one for one in self.sat if self.day - one.day <= LATELY]
        return [one for one in recent if not one.released and not one.right]


def notebook(person_id: int, now: datetime) -> Notebook:
    """The notebook of a person, as of now."""
    key = PracticeAnswer.question_id, PracticeAnswer.day
    wrong = func.sum(case((PracticeAnswer.right, 0), else_=1))
    said = select(*key, wrong).where(PracticeAnswer.person_id == person_id).group_by(*key)
    answers: dict[int, list[tuple[date, bool]]] = {}
    for question_id, day, errors in db.session.execute(said):
        answers.setdefault(question_id, []).append((day, not errors))
    sat = _sat(person_id, now)
    for one in sat:
        if one.released:
            answers.setdefault(one.question_id, []).append((one.day, one.right))
    folded = {one: standing(days) for one, days in answers.items()}
    return Notebook(day_of(now), {k: v for k, v in folded.items() if v}, _starred(person_id), sat)


def _sat(person_id: int, now: datetime) -> list[Sat]:
    """Every slot, by its last mark, of the attempts of which a result stands.

    An assessment says by itself what it shows before its close; a 小测 shows all.
    """
    later = aliased(Mark)
    query = (
        select(
            Question.id,
            Question.bank_id,
            Question.pool,
            QuestionVersion.topic,
            Question.facets,
            Attempt.submitted_at,
            Mark.share == Mark.share_of,
        )
        .select_from(Attempt)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .join(Mark, Mark.attempt_id == Attempt.id)
        .join(PaperSlot, (PaperSlot.paper_id == Attempt.paper_id) & (PaperSlot.number == Mark.slot))
        .join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(
            Attempt.person_id == person_id,
            or_(Assessment.closes_at <= now, Assessment.posts.is_not(None)),
            select(Result.id)
            .where(Result.attempt_id == Attempt.id, Result.replaced_at.is_(None))
            .exists(),
            ~select(later.id)
            .where(later.attempt_id == Mark.attempt_id, later.slot == Mark.slot, later.id > Mark.id)
            .exists(),
        )
        .order_by(Mark.id)
    )
    # what hangs on a person's own attempt; whoever calls shows no text of what is not released
    rows = db.session.execute(query, execution_options={"counted": Attempt})
    return [
        Sat(
            question_id,
            bank_id,
            pool is not Pool.EXAM,
            topic or "",
            tuple(found_by.ability_ids(facets)),
            day_of(submitted),
            bool(right),
        )
        for question_id, bank_id, pool, topic, facets, submitted, right in rows
        if submitted
    ]


def _starred(person_id: int) -> set[int]:
    """What is starred: the last said counts."""
    query = (
        select(PracticeStar.question_id, PracticeStar.starred)
        .where(PracticeStar.person_id == person_id)
        .order_by(PracticeStar.said_at, PracticeStar.id)
    )
    last: dict[int, bool] = {}
    for question_id, starred in db.session.execute(query):
        last[question_id] = starred
    return {question_id for question_id, starred in last.items() if starred}


def day_asked(person_id: int, day: date) -> PracticeDay | None:
    """The ten of a day, once they have been asked."""
    query = select(PracticeDay).where(PracticeDay.person_id == person_id, PracticeDay.day == day)
    return db.session.scalar(query)


def choice(person_id: int) -> PracticeChoice | None:
    return db.session.scalar(select(PracticeChoice).where(PracticeChoice.person_id == person_id))


def at_once(person_id: int) -> bool:
    """Whether the key is shown after each answer: so it is until somebody chooses."""
    chosen = choice(person_id)
    return chosen is None or chosen.at_once


def said_since(
    person_id: int, question_ids: Collection[int], since: datetime
) -> dict[tuple[int, int], PracticeAnswer]:
    """What was last answered to these questions since a moment, by (question, part)."""
    query = (
        select(PracticeAnswer)
        .where(
            PracticeAnswer.person_id == person_id,
            PracticeAnswer.question_id.in_(question_ids),
            PracticeAnswer.said_at >= since,
        )
        .order_by(PracticeAnswer.said_at, PracticeAnswer.id)
    )
    return {(one.question_id, one.part): one for one in db.session.scalars(query)}


def known(
    table: type[PracticeAnswer] | type[PracticeStar],
    person_id: int,
    device: str,
    sequences: Collection[int],
) -> set[int]:
    """Which of these sequences of a device are stored already."""
    query = select(table.sequence).where(
        table.person_id == person_id, table.device == device, table.sequence.in_(sequences)
    )
    return set(db.session.scalars(query))


# ── what is wrong with a question ───────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Reported:
    """A report as it is listed. stem: of the version that was met; none where it is not seen."""

    report: FaultReport
    bank: str | None
    code: str | None
    stem: str | None
    pool: Pool | None


def own_reports(person_id: int) -> list[Reported]:
    """What a person said, the latest first."""
    query = select(FaultReport).where(FaultReport.person_id == person_id)
    rows = db.session.scalars(query.order_by(FaultReport.id.desc()).limit(PAGE)).all()
    return _listed([(report, None) for report in rows])


def waiting_of(person_id: int) -> int:
    """How many reports of a person wait for an answer."""
    query = select(func.count(FaultReport.id)).where(
        FaultReport.person_id == person_id, FaultReport.answered_at.is_(None)
    )
    return db.session.scalar(query) or 0


def same_report(person_id: int, version_id: int, said: str) -> bool:
    """Whether these very words are known: a request that was doubled says nothing new."""
    query = select(FaultReport.id).where(
        FaultReport.person_id == person_id,
        FaultReport.version_id == version_id,
        FaultReport.said == said,
    )
    return db.session.scalar(query.limit(1)) is not None


def reports(answered: bool, bank_ids: Collection[int]) -> list[Reported]:
    """Those about these banks: what waits, the oldest first; or what is answered, the latest."""
    order = FaultReport.answered_at.desc() if answered else FaultReport.id
    query = (
        select(FaultReport, Bank.title)
        .join(Bank, Bank.id == FaultReport.bank_id)
        .where(FaultReport.bank_id.in_(bank_ids))
        .where(FaultReport.answered_at.is_not(None) == answered)
        .order_by(order)
        .limit(PAGE)
    )
    return _listed([(report, bank) for report, bank in db.session.execute(query)])


def _listed(rows: Sequence[tuple[FaultReport, str | None]]) -> list[Reported]:
    seen = _seen({report.version_id for report, _ in rows})
    nothing = (None, None, None)
    return [Reported(one, bank, *seen.get(one.version_id, nothing)) for one, bank in rows]


def _seen(version_ids: Collection[int]) -> dict[int, tuple[str, str, Pool]]:
    """Code, stem and pool of those of the versions that the reader may see."""
    query = (
        select(QuestionVersion.id, Question.code, QuestionVersion.stem, Question.pool)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(version_ids))
    )
    return {key: (code, stem, pool) for key, code, stem, pool in db.session.execute(query)}


def report(fault_report_id: int) -> FaultReport:
    return find(FaultReport, fault_report_id)


def met(person_id: int, version_id: int) -> QuestionVersion:
    """A version that a person has met: in an own attempt that is over. Raises NotFound."""
    query = (
        select(QuestionVersion)
        .join(PaperSlot, PaperSlot.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.paper_id == PaperSlot.paper_id)
        .where(
            QuestionVersion.id == version_id,
            Attempt.person_id == person_id,
            Attempt.submitted_at.is_not(None),
        )
        .limit(1)
    )
    found = db.session.scalar(query, execution_options={"counted": Attempt})
    if found is None:
        raise NotFound("没有找到这道题，或者您没有做过它。")
    return found
