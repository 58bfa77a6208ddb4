"""Setting an assessment, sitting it, ending it, and what comes of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Update, update

from lms.access import add_rows
from lms.access.scope import the_house_writes
from lms.audit.services import record
from lms.clock import day_of
from lms.db import db, find
from lms.errors import Conflict, Invalid, Listed, Refusal
from lms.exams import queries, rules
from lms.exams.models import Assessment, Attempt, Candidate, NamedOfficer, Opening
from lms.exams.publishing import publish
from lms.exams.questions import Slot
from lms.papers import standing
from lms.papers.checking import looked_through
from lms.papers.models import Paper, PaperRelease
from lms.scoring.marks import share
from lms.scoring.totals import total

SLICE = 10  # attempts ended in one transaction: about 100 ms
AT_ONCE = 500  # ended in one go; the rest follows at the next


# ── setting ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Setting:
    """What the organiser chose. pass_mark: of 100."""

    org_id: int
    title: str
    opens_at: datetime
    closes_at: datetime
    minutes: int
    attempts: int
    pass_mark: int
    shuffled: bool
    posts: list[str] | None = None  # 小测: whom it is for besides its list


def set_assessment(
    setting: Setting, release: PaperRelease, weighed: Callable[[str], int], now: datetime, by: int
) -> Assessment:
    """Set a released paper for a window of time; who sets it is named for it.

    weighed: bytes of a picture.

    The organiser has confirmed that it is for training, not for recruitment, promotion or
    selection. Raises Invalid for a window nobody could use.
    """
    assessment = _set(setting, release.paper_id, release.questions, release.points, now, by)
    found = _unsound(queries.with_paper(assessment), release.points, weighed)
    found = found + standing.troubles(standing.lacking(release.paper_id, day_of(now)))
    _refuse_troubles(found)
    record("set assessment", now, whom=assessment, org_id=setting.org_id, title=setting.title)
    name_officer(assessment, by, now)
    return assessment


def set_quiz(
    setting: Setting, paper: Paper, weighed: Callable[[str], int], now: datetime, by: int
) -> Assessment:
    """Set a paper that was drawn for a 小测. Nobody is named for it: no mark has a name there."""
    quiz = _set(setting, paper.id, len(paper.slots), paper.points, now, by)
    _refuse_troubles(_unsound(queries.with_paper(quiz), paper.points, weighed))
    return quiz


def _set(
    setting: Setting, paper_id: int, questions: int, points: Decimal, now: datetime, by: int
) -> Assessment:
    rules.refuse_window(setting.opens_at, setting.closes_at, setting.minutes, now)
    sizes = {"paper_id": paper_id, "questions": questions, "points": points}
    made = {"confirmed_at": now, "made_at": now, "made_by": by}
    assessment = Assessment(**vars(setting), **sizes, **made)
    db.session.add(assessment)
    db.session.flush()
    return assessment


def _unsound(
    slots: Sequence[Slot], points: Decimal, weighed: Callable[[str], int]
) -> list[Refusal]:
    """What would wrong who sits these."""
    asked = [(slot, slot.question) for slot in slots]
    return looked_through(points, asked, weighed)["troubles"]


def _refuse_troubles(found: Sequence[Refusal]) -> None:
    """A paper that would wrong who sits it goes back to its maker. Says no more than numbers."""
    if found:
        raise Invalid("这份试卷有问题，请联系命题人：{troubles}", troubles=Listed(found))


def name_officer(assessment: Assessment, person_id: int, now: datetime) -> None:
    """Let an officer see the attempts and marks of an assessment. Twice is once."""
    if assessment.quiz:
        raise Conflict("小测不指定人员：只看做题人数和每题的答对率，没有人看个人成绩。")
    if queries.named(assessment.id, person_id):
        return
    db.session.add(NamedOfficer(assessment_id=assessment.id, person_id=person_id, named_at=now))
    db.session.flush()
    record("name officer", now, whom=assessment, org_id=assessment.org_id, officer=person_id)


def unname_officer(assessment: Assessment, row_id: int, now: datetime) -> None:
    """Take an officer's name off again; one must remain to answer for the marks."""
    rows = {row.id: row for row, _name, _unit in queries.officers(assessment.id)}
    if row_id not in rows:
        return
    if len(rows) == 1:
        raise Conflict("至少要有一名指定人员，请先指定另一人。")
    officer = rows[row_id].person_id
    db.session.delete(rows[row_id])
    db.session.flush()
    record("unname officer", now, whom=assessment, org_id=assessment.org_id, officer=officer)


def list_candidates(
    assessment_ids: Iterable[int], persons: Sequence[tuple[int, int]], now: datetime
) -> int:
    """Let these persons sit these assessments; who is listed already stays as listed.

    persons: (person id, unit id). Returns how many rows were added. Call it in slices.
    """
    added = 0
    for assessment_id in assessment_ids:
        there = queries.listed(assessment_id, [person_id for person_id, _ in persons])
        rows = [
            {
                "assessment_id": assessment_id,
                "person_id": person_id,
                "org_id": org_id,
                "listed_at": now,
                "attempts_begun": 0,
            }
            for person_id, org_id in dict(persons).items()
            if person_id not in there
        ]
        add_rows(Candidate, rows)
        added += len(rows)
    return added


# ── sitting ─────────────────────────────────────────────────────────────────────────────────────


def join(quiz: Assessment, person_id: int, org_id: int, now: datetime) -> None:
    """Who holds a post that a 小测 is for lists himself, where nobody has listed him."""
    if queries.listed(quiz.id, [person_id]):
        return
    with the_house_writes():
        db.session.add(
            Candidate(assessment_id=quiz.id, person_id=person_id, org_id=org_id, listed_at=now)
        )


def start(assessment_id: int, person_id: int, now: datetime, seed: int) -> Attempt:
    """Begin an attempt, or come back to the one that is open. Raises Conflict, saying why not."""
    sit = queries.to_sit(person_id, assessment_id)
    if sit.running is None:
        rules.refuse_start(sit, now)
        if _take_number(assessment_id, person_id, sit.begun):
            return _begun(sit, person_id, now, seed)
    running = queries.running(person_id, assessment_id)
    if running is None:
        raise Conflict("刚才已在另一处进入考试，请返回刷新后再试。")
    return running


def _take_number(assessment_id: int, person_id: int, begun: int) -> bool:
    """Take the next number; of two that ask at once, one gets it."""
    return _happened(
        update(Candidate)
        .where(
            Candidate.assessment_id == assessment_id,
            Candidate.person_id == person_id,
            Candidate.attempts_begun == begun,
        )
        .values(attempts_begun=begun + 1)
    )


def _happened(once: Update) -> bool:
    """Do what may happen once; whether it was this request that did it."""
    done = db.session.execute(once.execution_options(synchronize_session=False))
    return done.rowcount == 1  # type: ignore[attr-defined]


def _begun(sit: rules.ToSit, person_id: int, now: datetime, seed: int) -> Attempt:
    attempt = Attempt(
        assessment_id=sit.assessment_id,
        person_id=person_id,
        org_id=sit.org_id,
        number=sit.begun + 1,
        paper_id=sit.paper_id,
        seed=seed,
        started_at=now,
        ends_at=rules.end_of(now, sit.minutes, sit.closes_at),
        turn=0,
    )
    with the_house_writes():
        db.session.add(attempt)
    record("start attempt", now, whom=attempt, org_id=attempt.org_id, number=attempt.number)
    return attempt


def open_turn(attempt: Attempt, device: str, now: datetime) -> int | None:
    """Give this device the next turn; the turn before it is over. None: the attempt has ended.

    Who opens an attempt whose time is over ends it.
    """
    if rules.is_over(attempt.ends_at, now):
        submit(attempt, now)
        return None
    turn = db.session.scalar(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None))
        .values(turn=Attempt.turn + 1)
        .returning(Attempt.turn)
        .execution_options(synchronize_session=False)
    )
    if turn is not None:
        db.session.add(Opening(attempt_id=attempt.id, turn=turn, device=device, opened_at=now))
        db.session.flush()
    return turn


# ── the end ─────────────────────────────────────────────────────────────────────────────────────


def submit(attempt: Attempt, now: datetime) -> None:
    """End an attempt and mark it. One path for submit, time out and window closed.

    Of two that end it at once one does; for the other it is ended already.
    """
    still_open = update(Attempt).where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None))
    if _happened(still_open.values(submitted_at=now)):
        publish(attempt, now)


def finish_due(now: datetime) -> Iterator[int]:
    """End the attempts whose time is over; for the worker. Yields after each slice how many."""
    due = queries.due(now, AT_ONCE)
    for done, attempt_id in enumerate(due, start=1):
        submit(find(Attempt, attempt_id), now)
        if done % SLICE == 0 or done == len(due):
            yield done


# ── trying ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Tried:
    """A slot as somebody tried it, with what the answer would earn."""

    slot: Slot
    said: rules.Said
    share: Fraction

    @property
    def earned(self) -> Decimal:
        return total([(self.share, self.slot.points)])


def tried(slots: Sequence[Slot], said: Mapping[int, rules.Said]) -> tuple[Decimal, list[Tried]]:
    """What answers to a paper would earn, in all and slot by slot. Nothing is written."""
    lines = []
    for slot in slots:
        answer = said.get(slot.number, ())
        lines.append(Tried(slot, answer, share(slot.key, answer) if slot.key else Fraction(0)))
    return total([(line.share, line.slot.points) for line in lines]), lines
