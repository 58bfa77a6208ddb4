"""Exceptions for a person or for those under a unit, also while it runs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, DateTime, Select, func, select, type_coerce, update

from lms.access.scope import scope_in
from lms.audit.services import record
from lms.db import Utc, db, find
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.exams import terms
from lms.exams.models import Allowance, Assessment, Attempt, Candidate
from lms.exams.terms import Given, Terms
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.people.models import Person

# Who may give an exception sees the assessment; whose attempts run on is nobody's mark.
OF_THE_ASSESSMENT = {"counted": Assessment}
FOUND = 30  # of a search


def allow(
    assessment: Assessment,
    *,
    person_id: int | None = None,
    org_id: int | None = None,
    more_minutes: int | None = None,
    more_attempts: int | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    reason: str,
    now: datetime,
    by: int,
) -> Allowance:
    """Make an exception for one candidate, or for all under a unit; running clocks go on at once.

    Raises Invalid for what nobody could use, NotFound for who is no candidate and for a unit that
    the assessment does not reach, NotAllowed where the reader does not answer for the assessment,
    and of oneself.
    """
    if person_id == by:
        raise NotAllowed("不能给本人设例外，请由其他管理员办理。")
    given = Given(more_minutes, more_attempts, opens_at, closes_at)
    terms.refuse_given(given, own_terms(assessment), now)
    if not reason.strip():
        raise Invalid("请写明原因，它会记入审计日志。")
    _refuse_whom(assessment, person_id, org_id)
    made = Allowance(
        assessment_id=assessment.id,
        person_id=person_id,
        org_id=org_id,
        **vars(given),
        reason=reason.strip(),
        made_at=now,
        made_by=by,
    )
    db.session.add(made)
    db.session.flush()
    run_on(assessment, now, person_id=person_id, org_id=org_id)
    _note("allow", assessment, made, now)
    return made


def take_back(assessment: Assessment, allowance_id: int, now: datetime) -> None:
    """An exception that shall not hold any more; running clocks go by what is left."""
    made = find(Allowance, allowance_id)
    if made.assessment_id != assessment.id:
        raise NotFound("没有找到，或不在您的权限范围内。")
    if made.ended_at is not None:
        raise Conflict("这项例外已经撤销。")
    made.ended_at = now
    db.session.flush()
    run_on(assessment, now, person_id=made.person_id, org_id=made.org_id)
    _note("take back allowance", assessment, made, now)


def _note(act: str, assessment: Assessment, made: Allowance, now: datetime) -> None:
    record(
        act,
        now,
        whom=assessment,
        org_id=assessment.org_id,
        allowance=made.id,
        person=made.person_id,
        unit=made.org_id,
        minutes=made.more_minutes,
        attempts=made.more_attempts,
        reason=made.reason,
    )


def _refuse_whom(assessment: Assessment, person_id: int | None, org_id: int | None) -> None:
    if (person_id is None) == (org_id is None):
        raise Invalid("请选一个人，或者选一个单位。")
    if org_id is not None:
        if not find(OrgUnit, org_id).path.startswith(find(OrgUnit, assessment.org_id).path):
            raise NotFound("没有找到该单位，或不在这次测评的范围内。")
        return
    listed = select(Candidate.id).join(Assessment, Assessment.id == Candidate.assessment_id)
    mine = listed.where(Assessment.id == assessment.id, Candidate.person_id == person_id)
    if db.session.scalar(mine, execution_options=OF_THE_ASSESSMENT) is None:
        raise NotFound("这个人不在应考名单上。")


def own_terms(assessment: Assessment) -> Terms:
    """What holds for everyone of whom no exception speaks."""
    return Terms(assessment.opens_at, assessment.closes_at, assessment.minutes, assessment.attempts)


# ── running clocks ──────────────────────────────────────────────────────────────────────────────


def run_on(
    assessment: Assessment,
    now: datetime,
    *,
    person_id: int | None = None,
    org_id: int | None = None,
) -> int:
    """Set the ends of the running attempts by the terms that hold now. How many moved.

    Of one person, of those under a unit, or of all. The next contact tells each page.
    """
    whom = _whom(person_id, org_id)
    made = in_force(assessment)
    moved: dict[timedelta, list[int]] = defaultdict(list)
    for attempt_id, who, path, started_at, ends_at in db.session.execute(
        _running(assessment).where(*whom), execution_options=OF_THE_ASSESSMENT
    ):
        given = [one for one, person, above in made if speaks_of(person, above, who, path)]
        own = terms.terms_of(own_terms(assessment), given)
        end = terms.running_end(own, started_at, ends_at, now)
        if end != ends_at:
            moved[end - ends_at].append(attempt_id)
    for later, ids in moved.items():
        _put_off(assessment, ids, later)
    return sum(map(len, moved.values()))


def speaks_of(person_id: int | None, above: str | None, who: int, path: str) -> bool:
    """Whether an exception for a person, or for those under a path, is for this one."""
    return person_id == who if above is None else path.startswith(above)


def _whom(person_id: int | None, org_id: int | None) -> list[ColumnElement[bool]]:
    if person_id is not None:
        return [Attempt.person_id == person_id]
    return [under(find(OrgUnit, org_id).path)] if org_id is not None else []


def _running(assessment: Assessment) -> Select:
    """Of the attempts that run: id, person, path of the unit, start and end."""
    return (
        select(Attempt.id, Attempt.person_id, OrgUnit.path, Attempt.started_at, Attempt.ends_at)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .join(OrgUnit, OrgUnit.id == Attempt.org_id)
        .where(Assessment.id == assessment.id, Attempt.submitted_at.is_(None))
    )


def in_force(assessment: Assessment) -> Sequence[tuple[Given, int | None, str | None]]:
    """The exceptions in the order made: what each gives, for which person, under which path.

    Whoever sees the assessment asks: when somebody may still sit is said of all on its list.
    """
    query = (
        select(Allowance, OrgUnit.path)
        .outerjoin(OrgUnit, OrgUnit.id == Allowance.org_id)
        .where(Allowance.assessment_id == assessment.id, Allowance.ended_at.is_(None))
        .order_by(Allowance.id)
    )
    rows = db.session.execute(query, execution_options=OF_THE_ASSESSMENT)
    return [(given_by(one), one.person_id, path) for one, path in rows]


def given_by(one: Allowance) -> Given:
    return Given(one.more_minutes, one.more_attempts, one.opens_at, one.closes_at)


def _put_off(assessment: Assessment, attempt_ids: Iterable[int], later: timedelta) -> None:
    """Who has handed in meanwhile keeps the end that it had."""
    mine = select(Assessment.id).where(Assessment.id == assessment.id)
    moved = (
        update(Attempt)
        .where(Attempt.id.in_(list(attempt_ids)), Attempt.assessment_id.in_(mine))
        .where(Attempt.submitted_at.is_(None))
        .values(ends_at=_after(later))
        .execution_options(synchronize_session=False, **OF_THE_ASSESSMENT)
    )
    db.session.execute(moved)


def _after(later: timedelta) -> ColumnElement[datetime]:
    """The end, so much later, as each database says it."""
    if db.session.get_bind().dialect.name == "sqlite":
        by = f"{later.total_seconds():+.3f} seconds"
        return type_coerce(func.strftime("%Y-%m-%d %H:%M:%f000", Attempt.ends_at, by), Utc)
    return type_coerce(type_coerce(Attempt.ends_at, DateTime) + later, Utc)


def arranged(assessment_id: int) -> Assessment:
    """An assessment for who arranges it: those who make content for its unit. Else NotFound."""
    found = find(Assessment, assessment_id)
    scope = scope_in(db.session())
    if scope is not None:
        mine = select(Assessment.id).where(Assessment.id == found.id, Assessment.changed_by(scope))
        if db.session.scalar(mine) is None:
            raise NotAllowed("只有组织单位的管理员可以修改这次测评。")
    return found


# ── what stands ─────────────────────────────────────────────────────────────────────────────────


def made_for(assessment: Assessment) -> list[tuple[Allowance, str | None]]:
    """The exceptions of an assessment, the last made first, each with the name of its unit."""
    query = (
        select(Allowance, OrgUnit.name)
        .outerjoin(OrgUnit, OrgUnit.id == Allowance.org_id)
        .where(Allowance.assessment_id == assessment.id)
        .order_by(Allowance.id.desc())
    )
    return [(one, name) for one, name in db.session.execute(query)]


def searched(assessment: Assessment, words: str) -> list[tuple[int, str, str]]:
    """Candidates by a part of the name: candidate id, name, unit."""
    query = (
        select(Candidate.id, Person.name, OrgUnit.name)
        .join(Person, Person.id == Candidate.person_id)
        .join(OrgUnit, OrgUnit.id == Candidate.org_id)
        .where(
            Candidate.assessment_id == assessment.id,
            Person.name.contains(words.strip(), autoescape=True),
        )
        .order_by(func.length(Person.name), OrgUnit.path, Person.id)
        .limit(FOUND)
    )
    rows = db.session.execute(query, execution_options={"counted": Candidate})
    return [(candidate_id, name, unit) for candidate_id, name, unit in rows]
