"""An appeal is filed, looked at, decided; what it concerns is marked anew."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from lms.access.scope import seeing_everything
from lms.audit.services import record
from lms.db import db, find
from lms.errors import Conflict, Invalid, NotAllowed
from lms.exams import queries as exams
from lms.exams.allowing import allow
from lms.exams.changed import KeyChange
from lms.exams.models import Assessment, Attempt, Result
from lms.exams.publishing import void
from lms.exams.rules import ToSit
from lms.holidays.days import Calendar
from lms.marking import rules
from lms.marking.gathering import open_deciding
from lms.marking.models import Appeal, Script
from lms.marking.rules import About
from lms.orgs.models import OrgUnit
from lms.papers.models import PaperSlot
from lms.people.models import Person

OF_APPEALS = {"counted": Appeal}
MOST_OPEN = 5


# ── who appeals ─────────────────────────────────────────────────────────────────────────────────


def until(sit: ToSit, result: Result | None, calendar: Calendar) -> datetime | None:
    """Until when one may appeal: after the result; for who did not sit, after the close."""
    days = _days(sit.assessment_id)
    if result is not None:
        return rules.deadline(result.published_at, days, calendar)
    return None if sit.sat else rules.deadline(sit.closes_at, days, calendar)


def _days(assessment_id: int) -> int:
    """A candidate sees the assessment, wherever its unit is."""
    return db.session.scalars(
        select(Assessment.appeal_days).where(Assessment.id == assessment_id)
    ).one()


def appeal(
    sit: ToSit,
    attempt: Attempt | None,
    about: About,
    shown: int | None,
    said: str,
    picture: str | None,
    person_id: int,
    now: datetime,
    calendar: Calendar,
) -> Appeal:
    """File an appeal. shown: which question it is about, as its person saw them counted."""
    result = exams.result_of(attempt.id) if attempt else None
    _refuse(about, sit, attempt, result, now, calendar)
    slot = _slot(about, attempt, shown)
    _refuse_again(sit.assessment_id, person_id, about, slot)
    made = Appeal(
        assessment_id=sit.assessment_id,
        person_id=person_id,
        org_id=sit.org_id,
        attempt_id=attempt.id if attempt else None,
        about=about,
        slot=slot,
        said=rules.refuse_text(said),
        picture=picture,
        filed_at=now,
    )
    db.session.add(made)
    db.session.flush()
    record("appeal", now, whom=made, org_id=sit.org_id, about=about.value)
    return made


def _refuse(
    about: About,
    sit: ToSit,
    attempt: Attempt | None,
    result: Result | None,
    now: datetime,
    calendar: Calendar,
) -> None:
    if about is About.MISSED:
        if sit.sat:
            raise Invalid("您已参加过这次测评，请另选申诉事项。")
        if now < sit.opens_at:
            raise Conflict("考试还没有开始。")
        days = _days(sit.assessment_id)
        rules.refuse_late_appeal(rules.deadline(sit.closes_at, days, calendar), now)
        return
    if attempt is None:
        raise Invalid("请从成绩页面提出申诉。")
    rules.refuse_late_appeal(until(sit, result, calendar) if result else None, now)


def _slot(about: About, attempt: Attempt | None, shown: int | None) -> int | None:
    """The slot behind the number that the person saw: the order may be the person's own."""
    if attempt is None or about not in (About.QUESTION, About.MARK):
        return None
    sheet = exams.sheet(attempt)
    if shown is None or shown > len(sheet):
        raise Invalid("请写明是第几题，按您考试时看到的题号，1 至 {n}。", n=len(sheet))
    slot, _letters = sheet[shown - 1]
    return slot.number


def _refuse_again(assessment_id: int, person_id: int, about: About, slot: int | None) -> None:
    open_ = [one for one in own(assessment_id, person_id) if one.decided_at is None]
    if any((one.about, one.slot) == (about, slot) for one in open_):
        raise Conflict("同一事项您已提出申诉，请等候答复。")
    if len(open_) >= MOST_OPEN:
        raise Conflict("您已有 {n} 项申诉等候答复，请等答复以后再提。", n=len(open_))


def own(assessment_id: int, person_id: int) -> Sequence[Appeal]:
    """A person's own appeals in an assessment, the newest first."""
    query = select(Appeal).where(
        Appeal.assessment_id == assessment_id, Appeal.person_id == person_id
    )
    return db.session.scalars(query.order_by(Appeal.id.desc())).all()


# ── who decides ─────────────────────────────────────────────────────────────────────────────────


def waiting(assessment_id: int) -> int:
    """How many appeals wait for a decision."""
    query = select(func.count(Appeal.id)).where(
        Appeal.assessment_id == assessment_id, Appeal.decided_at.is_(None)
    )
    return db.session.scalar(query) or 0


def appeals(assessment_id: int) -> list[tuple[Appeal, str, str]]:
    """All appeals of an assessment with name and unit: those that wait first."""
    query = (
        select(Appeal, Person.name, OrgUnit.name)
        .join(Person, Person.id == Appeal.person_id)
        .join(OrgUnit, OrgUnit.id == Appeal.org_id)
        .where(Appeal.assessment_id == assessment_id)
        .order_by(Appeal.decided_at.is_not(None), Appeal.id)
    )
    rows = db.session.execute(query, execution_options=OF_APPEALS)
    return [(row, name, unit) for row, name, unit in rows]


def decide(
    appeal: Appeal,
    accepted: bool,
    answer: str,
    now: datetime,
    by: int,
    more: tuple[int | None, datetime | None] = (None, None),
) -> None:
    """Decide once, with a reason, and never on oneself; what follows is done in the same act.

    more: for who missed it, minutes more and until when it may be sat.
    """
    if appeal.person_id == by:
        raise NotAllowed("不能答复本人的申诉，请由另一位指定的管理员办理。")
    text = rules.refuse_text(answer)
    once = update(Appeal).where(Appeal.id == appeal.id, Appeal.decided_at.is_(None))
    values = {"accepted": accepted, "answer": text, "decided_at": now, "decided_by": by}
    done = db.session.execute(once.values(**values).execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这项申诉已经答复，请刷新页面。")
    if accepted:
        _follow(appeal, text, now, by, more)
    record("decide appeal", now, whom=appeal, org_id=appeal.org_id, accepted=accepted)


def _follow(
    appeal: Appeal,
    text: str,
    now: datetime,
    by: int,
    more: tuple[int | None, datetime | None],
) -> None:
    if appeal.about is About.QUESTION:
        _refuse_unmended(appeal)
    elif appeal.about is About.MARK:
        _read_again(appeal)
    elif appeal.about is About.IDENTITY and appeal.attempt_id:
        void(find(Attempt, appeal.attempt_id), now, text)
    elif appeal.about is About.MISSED:
        _let_in(appeal, text, now, by, more)


def place_of(appeal: Appeal) -> int | None:
    """The id of the place in the paper that an appeal is about."""
    query = (
        select(PaperSlot.id)
        .join(Attempt, Attempt.paper_id == PaperSlot.paper_id)
        .where(Attempt.id == appeal.attempt_id, PaperSlot.number == appeal.slot)
    )
    return db.session.scalar(query, execution_options={"counted": Attempt})


def _refuse_unmended(appeal: Appeal) -> None:
    """A question that is wrong is wrong for everyone: the key is changed first."""
    changed = (
        select(KeyChange.id)
        .join(PaperSlot, PaperSlot.version_id == KeyChange.version_id)
        .where(
            KeyChange.assessment_id == appeal.assessment_id,
            PaperSlot.id == place_of(appeal),
            PaperSlot.part == KeyChange.part,
            KeyChange.decided_at >= appeal.filed_at,
        )
    )
    if db.session.scalar(changed.limit(1), execution_options={"counted": KeyChange}) is None:
        raise Conflict("题目确有错误的，请先更正答案（所有考这道题的人一并重新计分），再答复成立。")


def _read_again(appeal: Appeal) -> None:
    """Somebody who has not read the answer reads it; that decides."""
    query = select(Script).where(Script.attempt_id == appeal.attempt_id, Script.slot == appeal.slot)
    script = db.session.scalar(query)
    if script is None:
        raise Conflict("这道题由系统评分。答案有误的，请按“更正答案”办理。")
    with seeing_everything():
        open_deciding(script, for_officers=False)


def _let_in(
    appeal: Appeal,
    text: str,
    now: datetime,
    by: int,
    more: tuple[int | None, datetime | None],
) -> None:
    """Who is named for the assessment decides, also from another unit, which arranges nothing."""
    minutes, closes_at = more
    if closes_at is None:
        raise Invalid("请写明补考到什么时候为止。")
    with seeing_everything():
        allow(
            find(Assessment, appeal.assessment_id),
            person_id=appeal.person_id,
            more_minutes=minutes,
            opens_at=now,
            closes_at=closes_at,
            reason=text[:400],
            now=now,
            by=by,
        )
