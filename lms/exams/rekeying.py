"""A key that was wrong: who would pass or fail by another one, and everyone marked anew by it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Any

from sqlalchemy import Select, select, update

from lms.audit.services import record
from lms.bank.models import QuestionVersion
from lms.bank.rules import QuestionType
from lms.db import db, find
from lms.errors import Conflict, Invalid, NotFound
from lms.exams import queries, rules
from lms.exams.changed import KeyChange
from lms.exams.holding import held
from lms.exams.keys import Changes, share_of
from lms.exams.models import Answer, Assessment, Attempt, Mark, Result
from lms.exams.publishing import changes_of, earned_by, last_marks, publish_anew
from lms.exams.queries import OF_ATTEMPT
from lms.exams.questions import Slot, known_question
from lms.exams.rules import Counting
from lms.jobs.rules import Progress
from lms.jobs.services import ask
from lms.orgs.models import OrgUnit
from lms.papers.models import PaperSlot
from lms.people.models import Person
from lms.scoring.blanks import same_form
from lms.scoring.totals import passed, rounded
from lms.words import N_

REKEY = "mark by a changed key"
SLICE = 20  # attempts marked anew in one transaction
OF_ASSESSMENT = {"counted": Assessment}
NEAR = Fraction(1, 100)  # so near the pass line the total is added up anew, exactly
ALL_PAID = N_("全部给分")


# ── the questions of an assessment ──────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class AskedOnce:
    """A thing asked in an assessment, whichever of its papers asks it: number as first met.

    id: of a place in a paper where it is asked.
    """

    id: int
    number: int
    slot: Slot
    key: Any  # as it counts now: letters, variants; none: all are paid, or a person marks
    changed: bool


def papers_of(assessment: Assessment) -> Select:
    """The papers that were sat, and the one that was set."""
    sat = select(Attempt.paper_id).where(Attempt.assessment_id == assessment.id)
    return sat.union(select(Assessment.paper_id).where(Assessment.id == assessment.id))  # type: ignore[return-value]


def asked_once(assessment: Assessment) -> list[AskedOnce]:
    """Everything asked, each version and part once, with the key that counts."""
    query = (
        select(
            PaperSlot.id,
            PaperSlot.number,
            PaperSlot.version_id,
            PaperSlot.part,
            PaperSlot.points,
            PaperSlot.credit,
            QuestionVersion.text,
        )
        .join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
        .where(PaperSlot.paper_id.in_(papers_of(assessment)))
        .order_by(PaperSlot.paper_id, PaperSlot.number)
    )
    changes: Changes = changes_of(assessment)
    found: dict[tuple[int, int], AskedOnce] = {}
    for row in db.session.execute(query, execution_options=OF_ASSESSMENT):
        slot_id, number, version_id, part, points, credit, text = row
        slot = Slot(number, version_id, part, points, credit, known_question(text))
        place = (slot.version_id, slot.part)
        key = changes[place] if place in changes else own_key(slot)
        found.setdefault(place, AskedOnce(slot_id, len(found) + 1, slot, key, place in changes))
    return list(found.values())


def asked_at(assessment: Assessment, paper_slot_id: int) -> AskedOnce:
    """What is asked at a place of one of its papers. Raises NotFound.

    Raises Conflict while nobody has handed in: before that nobody who runs it sees a question.
    """
    ended = Attempt.assessment_id == assessment.id, Attempt.submitted_at.is_not(None)
    anybody = select(Attempt.id).where(*ended).limit(1)
    if db.session.scalar(anybody, execution_options=OF_ASSESSMENT) is None:
        raise Conflict("还没有人交卷。有人交卷以后，才能打开试题更正答案。")
    query = select(PaperSlot.version_id, PaperSlot.part).where(
        PaperSlot.id == paper_slot_id, PaperSlot.paper_id.in_(papers_of(assessment))
    )
    place = db.session.execute(query, execution_options=OF_ASSESSMENT).one_or_none()
    for one in asked_once(assessment):
        if place is not None and (one.slot.version_id, one.slot.part) == tuple(place):
            return one
    raise NotFound("没有找到，或不在您的权限范围内。")


def own_key(slot: Slot) -> Any:
    """The question's own key as a changed one would be kept."""
    asks = slot.asks
    if asks.type.by_letters:
        return sorted(asks.right)
    return [list(variants) for variants in asks.blanks] if asks.blanks else None


def read_key(slot: Slot, letters: Sequence[str], blanks: Sequence[str], all_paid: bool) -> Any:
    """A key as an officer typed it; none: everyone gets the points. Raises Invalid."""
    if all_paid:
        return None
    asks = slot.asks
    if asks.type.by_letters:
        return _letters(slot, letters)
    if not asks.blanks:
        raise Invalid("由人评分的题没有标准答案，只能全部给分；评分要点的分值在阅卷页面改。")
    variants = [[one.strip() for one in line.split("|") if same_form(one)] for line in blanks]
    if len(variants) != len(asks.blanks) or not all(variants):
        raise Invalid("请给每个空写答案，几种写法之间用 | 隔开。")
    return variants


def _letters(slot: Slot, letters: Sequence[str]) -> list[str]:
    chosen, one = sorted(set(letters)), (QuestionType.SINGLE, QuestionType.TRUE_FALSE)
    if not chosen or not set(chosen) <= set(slot.asks.options):
        raise Invalid("请选正确的选项，或者选“全部给分”。")
    if slot.asks.type in one and len(chosen) > 1:
        raise Invalid("这道题只能有一个正确选项。两个都算对的，请选“全部给分”。")
    return chosen


# ── the preview ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Moved:
    """Somebody whose verdict would change."""

    name: str
    unit: str
    passes: bool  # afterwards


@dataclass(frozen=True)
class Preview:
    """What another key would do: attempts whose marks change, persons whose verdict changes."""

    sat: int
    changed: int
    up: list[Moved]
    down: list[Moved]

    def by_unit(self) -> list[tuple[str, int, int]]:
        """Unit, to 合格, to 未合格."""
        units = dict.fromkeys(one.unit for one in self.up + self.down)
        counted = ((unit, _of(unit, self.up), _of(unit, self.down)) for unit in units)
        return list(counted)


def _of(unit: str, moved: Sequence[Moved]) -> int:
    return sum(one.unit == unit for one in moved)


def preview(assessment: Assessment, slot: Slot, key: Any) -> Preview:
    """Who would pass or fail, of those whose results are published. Nothing is written."""
    place = (slot.version_id, slot.part)
    changes = {**changes_of(assessment), place: key}
    sat, changed = 0, 0
    passes: dict[int, bool] = {}
    said = _said(assessment, place)
    for attempt, result, mark in _concerned(assessment, place):
        sat += 1
        old = Fraction(mark.share, mark.share_of)
        new = share_of(slot, said.get(attempt.id, ()), changes)
        changed += new not in (None, old)
        if new is not None:
            passes[attempt.id] = _passes(attempt, result, mark, new - old, changes)
    people = _named(assessment, _moved(assessment, passes))
    up = [one for one in people if one.passes]
    return Preview(sat, changed, up, [one for one in people if not one.passes])


def _moved(assessment: Assessment, passes: Mapping[int, bool]) -> dict[int, bool]:
    """Whose verdict would be another, and which. passes: by attempt, of those marked anew.

    All that a person has sat is looked at: another attempt may count, or stand for it.
    """
    query = (
        select(Attempt.id, Attempt.person_id, Attempt.number, Result.passed)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(Attempt.assessment_id == assessment.id, Result.replaced_at.is_(None))
    )
    before: dict[int, dict[int, bool]] = {}
    after: dict[int, dict[int, bool]] = {}
    for key, person, number, passed_ in db.session.execute(query, execution_options=OF_ATTEMPT):
        before.setdefault(person, {})[number] = passed_
        after.setdefault(person, {})[number] = passes.get(key, passed_)
    count = partial(verdict, assessment.which_counts)
    found = {person: count(numbers) for person, numbers in after.items()}
    return {person: now for person, now in found.items() if now != count(before[person])}


def verdict(counting: Counting, passed: Mapping[int, bool]) -> bool:
    """What several attempts come to. passed: by the number of the attempt, one at least."""
    if counting is Counting.BEST:
        return any(passed.values())
    return passed[max(passed) if counting is Counting.LAST else min(passed)]


def _concerned(
    assessment: Assessment, place: tuple[int, int]
) -> Iterator[tuple[Attempt, Result, Mark]]:
    """The attempts with a result that were asked this, with the mark that counts for it."""
    query = (
        select(Attempt, Result, Mark)
        .join(Result, Result.attempt_id == Attempt.id)
        .join(PaperSlot, PaperSlot.paper_id == Attempt.paper_id)
        .join(Mark, (Mark.attempt_id == Attempt.id) & (Mark.slot == PaperSlot.number))
        .where(
            Attempt.assessment_id == assessment.id,
            Result.replaced_at.is_(None),
            PaperSlot.version_id == place[0],
            PaperSlot.part == place[1],
        )
        .order_by(Attempt.id, Mark.id)
    )
    last = {}
    for attempt, result, mark in db.session.execute(query, execution_options=OF_ATTEMPT):
        last[attempt.id] = (attempt, result, mark)
    yield from last.values()


def _said(assessment: Assessment, place: tuple[int, int]) -> dict[int, rules.Said]:
    """By attempt: the answer to this that counts. What came late is looked at one by one."""
    query = (
        select(Answer)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(
            PaperSlot,
            (PaperSlot.paper_id == Attempt.paper_id) & (PaperSlot.number == Answer.slot),
        )
        .where(
            Attempt.assessment_id == assessment.id,
            PaperSlot.version_id == place[0],
            PaperSlot.part == place[1],
        )
        .order_by(Answer.turn, Answer.sequence)
    )
    found, late = {}, {}
    for answer in db.session.scalars(query, execution_options=OF_ATTEMPT):
        if answer.counts:
            found[answer.attempt_id] = tuple(answer.content)
        else:
            late[answer.attempt_id] = answer.slot
    for attempt_id, number in late.items():
        operation = held(attempt_id).get(number)
        found[attempt_id] = operation.answer if operation else ()
    return found


def _passes(attempt: Attempt, result: Result, mark: Mark, more: Fraction, changes: Any) -> bool:
    """Whether an attempt would pass. What is near the line is added up exactly."""
    line = rules.pass_line(result.points, attempt.assessment.pass_mark)
    earned = Fraction(result.earned) + more * Fraction(mark.points)
    if more and abs(earned - line) <= NEAR:
        slots = queries.with_paper(attempt)
        shares = earned_by(attempt, slots, changes, last_marks(attempt))
        earned = sum((shares[one.number] * Fraction(one.points) for one in slots), Fraction(0))
    return passed(rounded(earned), line)


def _named(assessment: Assessment, moved: Mapping[int, bool]) -> list[Moved]:
    """The names, for the officers named: they see every result of the assessment."""
    query = (
        select(Person.id, Person.name, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == Person.org_id)
        .where(Person.id.in_(moved))
        .order_by(OrgUnit.path, Person.pinyin, Person.id)
    )
    rows = db.session.execute(query, execution_options=OF_ASSESSMENT)
    return [Moved(name, unit, moved[person_id]) for person_id, name, unit in rows]


# ── the change ──────────────────────────────────────────────────────────────────────────────────


def rekey(assessment: Assessment, slot: Slot, key: Any, reason: str, now: datetime, by: int) -> int:
    """Change the key; everyone who was asked is marked anew by a job. Returns the job's id.

    Who hands in from now on is marked by the changed key at once.
    """
    if not reason.strip():
        raise Invalid("请写明更正的理由，考生会看到。")
    place = (slot.version_id, slot.part)
    changes = changes_of(assessment)
    if (changes[place] if place in changes else own_key(slot)) == key and (
        place in changes or slot.key is not None
    ):
        raise Conflict("答案没有变化，不需要更正。")
    db.session.add(
        KeyChange(
            assessment_id=assessment.id,
            version_id=slot.version_id,
            part=slot.part,
            key=key,
            reason=reason.strip(),
            decided_at=now,
            decided_by=by,
        )
    )
    db.session.flush()
    once = update(Assessment).where(Assessment.id == assessment.id).values(keys_changed=True)
    db.session.execute(once)
    record("change key", now, whom=assessment, org_id=assessment.org_id, slot=slot.number)
    args = {"assessment_id": assessment.id, "version_id": slot.version_id, "why": reason.strip()}
    return ask(REKEY, args, by, now).id


def mark_anew(
    args: Mapping[str, Any], state: Mapping[str, Any], now: datetime
) -> Iterator[Progress]:
    """The job: every attempt whose paper asked the question, slice by slice."""
    assessment = find(Assessment, args["assessment_id"])
    asks = select(PaperSlot.paper_id).where(PaperSlot.version_id == args["version_id"])
    done, last = state.get("done", 0), state.get("last", 0)
    while True:
        query = select(Attempt).where(
            Attempt.assessment_id == assessment.id,
            Attempt.submitted_at.is_not(None),
            Attempt.paper_id.in_(asks),
            Attempt.id > last,
        )
        found = db.session.scalars(
            query.order_by(Attempt.id).limit(SLICE), execution_options=OF_ATTEMPT
        ).all()
        if not found:
            break
        for attempt in found:
            publish_anew(attempt, now, args["why"])
        done, last = done + len(found), found[-1].id
        yield Progress(done, done, {"done": done, "last": last})
