"""What there is to sit: each assessment as one person meets it, exceptions applied."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from lms.access import own
from lms.db import Utc, db
from lms.errors import NotAllowed, NotFound
from lms.exams.deferred import Deferral
from lms.exams.models import Allowance, Assessment, Attempt, Candidate, SetPaper, Verdict
from lms.exams.queries import ME, ON_A_SEEN_ROW, verdicts
from lms.exams.rules import Standing, ToSit
from lms.exams.terms import Given, terms_of
from lms.orgs.models import OrgUnit

# Statements that everybody asks who sits are built once.
BEST = verdicts(Verdict.person_id == ME).subquery()
EXCEPTED = (
    select(Allowance.id)
    .where(Allowance.assessment_id == Assessment.id, Allowance.ended_at.is_(None))
    .where(or_(Allowance.person_id == ME, Allowance.person_id.is_(None)))
    .exists()
)
SEVERAL = select(SetPaper.id).where(SetPaper.assessment_id == Assessment.id).exists()
SITS = (
    select(
        Assessment.id.label("assessment_id"),
        Candidate.id.label("candidate_id"),
        Candidate.org_id,
        Assessment.paper_id,
        Assessment.title,
        Assessment.opens_at,
        Assessment.closes_at,
        Assessment.minutes,
        Assessment.questions,
        Assessment.points,
        Assessment.pass_mark,
        Assessment.attempts,
        Candidate.attempts_begun.label("begun"),
        Candidate.voided,
        Attempt.id.label("running"),
        Attempt.ends_at.label("running_ends_at"),
        (BEST.c.passed == 1).label("passed"),
        Assessment.posts.is_not(None).label("quiz"),
        Assessment.password.is_not(None).label("locked"),
        EXCEPTED.label("excepted"),
        SEVERAL.label("several"),
    )
    .select_from(Candidate)
    .join(Assessment, Assessment.id == Candidate.assessment_id)
    .outerjoin(
        Attempt,
        and_(
            Attempt.assessment_id == Candidate.assessment_id,
            Attempt.person_id == Candidate.person_id,
            Attempt.submitted_at.is_(None),
        ),
    )
    .outerjoin(BEST, BEST.c.assessment_id == Assessment.id)
    .where(Candidate.person_id == ME)
    .order_by(Assessment.closes_at, Assessment.id)
)
SIT = SITS.where(Candidate.assessment_id == bindparam("assessment", type_=Integer))
NOW = bindparam("now", type_=Utc)
WAITING = SITS.where(or_(Assessment.closes_at > NOW, Attempt.id.is_not(None), EXCEPTED))


def open_for(person_id: int, now: datetime) -> list[ToSit]:
    """What this person still has to sit: open ones first, the soonest end first.

    One statement; one more for all where there are exceptions.
    """
    found = [sit for sit in _sits(WAITING, person_id, now=now) if sit.waits(now)]
    return sorted(found, key=lambda sit: sit.standing(now) is Standing.COMING)


def all_for(person_id: int) -> list[ToSit]:
    """Every assessment this person is listed for, soonest end first. Statements as above."""
    return _sits(SITS, person_id)


def to_sit(person_id: int, assessment_id: int) -> ToSit:
    """One assessment as this person meets it. Raises NotFound where they are not listed."""
    found = sit_of(person_id, assessment_id)
    if found is None:
        raise NotFound("没有这场考试，或者您不在考试名单上。")
    return found


def sit_of(person_id: int, assessment_id: int) -> ToSit | None:
    """The same; none where they are not listed."""
    found = _sits(SIT, person_id, assessment=assessment_id)
    return found[0] if found else None


def refuse_before_own(assessment_id: int, person_id: int, now: datetime) -> None:
    """Who has still to sit it sees neither questions nor keys, whatever else one is here."""
    sit = sit_of(person_id, assessment_id)
    if sit is not None and sit.waits(now):
        raise NotAllowed(
            "您本人还要参加这次测评，考完以前不能看试题和答案，请由另一位指定的人员办理。"
        )


def _sits(query: Select, person_id: int, **more: Any) -> list[ToSit]:
    rows = own.execute(query, person_id, {"me": person_id, **more}, Candidate)
    sits = [ToSit(**row) for row in rows.mappings()]
    if not any(sit.excepted for sit in sits):
        return sits
    given, deferred = _given(person_id)
    found = [sit.by_terms(terms_of(sit.terms, given.get(sit.assessment_id, ()))) for sit in sits]
    found = [replace(sit, deferred=sit.assessment_id in deferred) for sit in found]
    return sorted(found, key=lambda sit: (sit.closes_at, sit.assessment_id))


@cache
def _exceptions() -> Select:
    """Built at first use: an alias wants every table of the house prepared."""
    above = aliased(OrgUnit)
    return (
        select(
            Allowance.assessment_id,
            Allowance.more_minutes,
            Allowance.more_attempts,
            Allowance.opens_at,
            Allowance.closes_at,
            Deferral.id.label("deferral"),
        )
        .select_from(Candidate)
        .join(Allowance, Allowance.assessment_id == Candidate.assessment_id)
        .join(OrgUnit, OrgUnit.id == Candidate.org_id)
        .outerjoin(above, above.id == Allowance.org_id)
        .outerjoin(Deferral, Deferral.allowance_id == Allowance.id)
        .where(Candidate.person_id == ME, Allowance.ended_at.is_(None))
        .where(
            or_(
                Allowance.person_id == ME,
                func.substr(OrgUnit.path, 1, func.length(above.path)) == above.path,
            )
        )
        .order_by(Allowance.id)
    )


def _given(person_id: int) -> tuple[dict[int, list[Given]], set[int]]:
    """The exceptions that speak of this person, by assessment, in the order made; what is 缓考."""
    found: dict[int, list[Given]] = {}
    deferred = set()
    for row in own.execute(_exceptions(), person_id, {"me": person_id}, Candidate):
        given = Given(row.more_minutes, row.more_attempts, row.opens_at, row.closes_at)
        found.setdefault(row.assessment_id, []).append(given)
        deferred |= {row.assessment_id} if row.deferral else set()
    return found, deferred


def papers_of(assessment_id: int) -> tuple[list[int], list[int]]:
    """Beside its first paper: those that are dealt with it, those for who sits again."""
    query = select(SetPaper.resit, SetPaper.paper_id).order_by(SetPaper.resit, SetPaper.place)
    rows = db.session.execute(
        query.where(SetPaper.assessment_id == assessment_id), execution_options=ON_A_SEEN_ROW
    ).all()
    return [one for again, one in rows if not again], [one for again, one in rows if again]
