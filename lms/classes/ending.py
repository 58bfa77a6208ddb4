"""The end of a class: who has completed it by its rule, and the hours of its lists, in one act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select, update

from lms.access import add_rows
from lms.audit.services import record
from lms.classes import attending, leaving, queries
from lms.classes.absence import NONE, Lack, Tally, due_to_withdraw, lacking
from lms.classes.models import ClassMember, ClassOutcome, TrainingClass
from lms.classes.rules import Left, Purpose
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.exams.models import Verdict
from lms.ledger.models import HourEntry
from lms.ledger.rules import Credit, HourKind
from lms.ledger.services import credit, reverse_all

RULE = "hours of the confirmed lists of a class"
EVIDENCE = "开班通知、经班主任确认的班级名单"  # data: as a record of training has it


@dataclass(frozen=True)
class End:
    """How a class ends for one member, beside what was decided before.

    credited: what the ledger holds of this class now.
    """

    row: queries.Row
    tally: Tally
    lacks: tuple[Lack, ...]
    before: ClassOutcome | None
    credited: Decimal

    @property
    def completed(self) -> bool:
        return not self.lacks

    @property
    def changed(self) -> bool:
        """Whether there is something to decide, or to decide anew."""
        said = self.before
        if said is None:
            return True
        same = (said.completed, said.hours) == (self.completed, self.tally.attended)
        return not same or set(said.missing) != {lack.value for lack in self.lacks}


@dataclass(frozen=True)
class Preview:
    """What ending a class would do, and what stands in its way."""

    ends: list[End]
    left: list[End]  # who moved to another class: their hours here are theirs
    unconfirmed: int  # lessons whose list nobody has confirmed
    undecided: int  # members beyond a seventh on whom nothing was decided

    @property
    def completed(self) -> int:
        return sum(one.completed for one in self.ends)

    @property
    def changed(self) -> bool:
        moved = any(one.tally.attended != one.credited for one in self.left)
        return moved or any(one.changed or one.tally.attended != one.credited for one in self.ends)


def preview(found: TrainingClass) -> Preview:
    """Everybody's end by the rule of the class, from what its lists hold."""
    rows = queries.roster(found.id)
    gone = [row for row in queries.roster(found.id, left=True) if row.member.left_as is Left.MOVED]
    tallies = attending.tallies(found, [row.member for row in rows + gone])
    decided, passed = leaving.decisions(found.id, tallies), _passed(found)
    before, held = outcomes(found.id), _credited(found.id)
    rule = attending.rule_of(found)

    def end(row: queries.Row) -> End:
        key, person = row.member.id, row.member.person_id
        lacks = lacking(tallies[key], rule, person in passed, kept=key in decided)
        return End(row, tallies[key], lacks, before.get(key), held.get(person, NONE))

    ends = [end(row) for row in rows]
    back = {one.row.member.person_id for one in ends}
    lessons = {one.id for one in queries.lessons_of(found)}
    return Preview(
        ends=ends,
        left=[end(row) for row in gone if row.member.person_id not in back],
        unconfirmed=len(lessons - queries.confirmed(found.id)),
        undecided=sum(
            due_to_withdraw(one.tally, rule) and one.row.member.id not in decided for one in ends
        ),
    )


def _passed(found: TrainingClass) -> set[int]:
    """Who has passed every final assessment of a class."""
    asked = [one.assessment_id for one in found.assessments if one.purpose is Purpose.END]
    if not asked:
        return set()
    query = (
        select(ClassMember.person_id)
        .join(Verdict, Verdict.person_id == ClassMember.person_id)
        .where(ClassMember.class_id == found.id, Verdict.assessment_id.in_(asked))
        .where(Verdict.counts, Verdict.passed)
        .group_by(ClassMember.person_id)
        .having(func.count(func.distinct(Verdict.assessment_id)) == len(asked))
    )
    return set(db.session.scalars(query, execution_options=queries.OF_THE_LIST))


def outcomes(class_id: int) -> dict[int, ClassOutcome]:
    """Member → how the class ended, as it was last decided."""
    rows = db.session.scalars(_outcomes().where(ClassMember.class_id == class_id))
    return {one.member_id: one for one in rows}


def outcome_of(member_id: int) -> ClassOutcome | None:
    """How a class ended for one member, as it was last decided."""
    rows = db.session.scalars(_outcomes().where(ClassMember.id == member_id))
    return next(iter(list(rows)[-1:]), None)


def _outcomes() -> Select[ClassOutcome]:
    query = select(ClassOutcome).join(ClassMember, ClassMember.id == ClassOutcome.member_id)
    return query.order_by(ClassOutcome.id)


def _entries(class_id: int) -> Sequence[HourEntry]:
    """What the ledger holds of a class, for whoever sees the class."""
    query = select(HourEntry).join(TrainingClass, TrainingClass.id == HourEntry.class_id)
    query = query.where(TrainingClass.id == class_id).order_by(HourEntry.id)
    return db.session.scalars(query, execution_options={"counted": TrainingClass}).all()


def _credited(class_id: int) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for one in _entries(class_id):
        found[one.person_id] = found.get(one.person_id, NONE) + one.hours
    return found


# ── the act ─────────────────────────────────────────────────────────────────────────────────────


def refuse_early(found: TrainingClass, seen: Preview, today: date) -> None:
    """A class ends after its last day, with every list confirmed and every long leave decided.

    When it is done again, a leave that is too long by now and was not decided on stands against
    completion, and holds nobody's hours up.
    """
    if today < found.to_on:
        raise Conflict("这个班 {day} 结束，到时再结班。", day=found.to_on)
    if seen.unconfirmed:
        raise Conflict("还有 {n} 节课的考勤没有确认，请先确认。", n=seen.unconfirmed)
    if seen.undecided and found.closed_at is None:
        raise Conflict("有 {n} 人请假超过七分之一，请主办单位先作决定。", n=seen.undecided)


def end_class(
    found: TrainingClass, why: str | None, now: datetime, today: date, by: int
) -> Preview:
    """Decide 结业 for each, and credit the hours; run again, it mends what lists have corrected.

    Hours that were credited otherwise are reversed and entered anew. Raises Conflict where
    something stands in the way or nothing has changed.
    """
    seen, again = preview(found), found.closed_at is not None
    refuse_early(found, seen, today)
    if again and not seen.changed:
        raise Conflict("结业和学时与名单一致，不需要重新核算。")
    why = (why or "").strip() or None
    if again and why is None:
        raise Invalid("这个班已经结班，重新核算请写明原因。")
    _claim(found, now, by)
    add_rows(ClassOutcome, [_outcome(one, why, now, by) for one in seen.ends if one.changed])
    _credit(found, [*seen.ends, *seen.left], why, now, by)
    facts: dict[str, Any] = {"completed": seen.completed, "of": len(seen.ends), "why": why}
    record("end class", now, whom=found, org_id=found.org_id, **facts)
    return seen


def _claim(found: TrainingClass, now: datetime, by: int) -> None:
    """Of two who press at once one ends the class."""
    before = found.closed_at
    mine = update(TrainingClass).where(TrainingClass.id == found.id)
    mine = mine.where(TrainingClass.closed_at.is_not_distinct_from(before))
    done = db.session.execute(mine.values(closed_at=now, closed_by=by))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("刚才已有人结班，请刷新页面。")


def _outcome(one: End, why: str | None, now: datetime, by: int) -> dict[str, object]:
    return {
        "member_id": one.row.member.id,
        "completed": one.completed,
        "hours": one.tally.attended,
        "missing": [lack.value for lack in one.lacks],
        "why": why,
        "decided_at": now,
        "decided_by": by,
    }


def _credit(
    found: TrainingClass, ends: Sequence[End], why: str | None, now: datetime, by: int
) -> None:
    """What the ledger holds becomes what the lists say: reversed first, then entered."""
    wrong = {one.row.member.person_id for one in ends if one.credited != one.tally.attended}
    stale = [one for one in _entries(found.id) if one.person_id in wrong]
    if stale:
        reverse_all(stale, why or "", now, by)
    credit(
        [
            _hours(found, one)
            for one in ends
            if one.row.member.person_id in wrong and one.tally.attended
        ],
        now,
        by=by,
    )


def _hours(found: TrainingClass, one: End) -> Credit:
    return Credit(
        person_id=one.row.member.person_id,
        org_id=one.row.member.org_id,
        hours=one.tally.attended,
        kind=HourKind.ORGANISED,
        earned_on=found.to_on,
        rule=RULE,
        activity=found.title,
        planned=one.tally.planned,
        began_on=found.from_on,
        evidence=EVIDENCE,
        cohort_id=found.cohort_id,
        programme_id=found.programme_id,
        class_id=found.id,
    )
