"""An assessment for a crowd: candidates on its list, each signed in already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import session
from sqlalchemy import delete, func, insert, select

from benchmarks.house import House
from lms.access.scope import seeing_everything, the_house_writes
from lms.accounts.models import SignIn
from lms.accounts.rules import Means
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Pool, QuestionType, State
from lms.ciphers import digest
from lms.clock import day_of, system_clock
from lms.db import db
from lms.exams.models import Assessment, Candidate, NamedOfficer
from lms.papers.models import Paper, PaperSlot
from lms.people.models import Person, Posting
from lms.people.queries import holds
from lms.scoring.choice import Credit
from lms.training.models import CohortAssessment, Enrolment
from lms.web import transaction
from lms.web.forms import csrf_token

SLICE = 1000
KINDS = {QuestionType.SINGLE: 30, QuestionType.MULTIPLE: 10, QuestionType.TRUE_FALSE: 10}
SEED = "the same in every run"


@dataclass(frozen=True)
class Hall:
    """What the crowd must know.

    cookies: as `people`, in order; token: against forged posts; bell: a moment of time.time().
    """

    assessment: int
    people: list[int]
    cookies: list[str]
    officer: str
    token: str
    bell: float


def hall_in(house: House, people: int, opens_in: float) -> Hall:
    """So many of the largest list of a demonstration city, at a paper of 50."""
    _cohort, model = main_cohort(house)
    with house.app.app_context(), seeing_everything():
        posted = select(Posting.person_id).where(holds(Posting, day_of(system_clock())))
        query = select(Candidate.person_id, Candidate.org_id).order_by(Candidate.id).limit(people)
        # who has left since has no account, and would be sent to the sign-in page
        query = query.where(Candidate.assessment_id == model, Candidate.person_id.in_(posted))
        listed = db.session.execute(query)
        rows = [(person_id, org_id) for person_id, org_id in listed]
        org_id = db.session.scalars(select(Assessment.org_id).where(Assessment.id == model)).one()
        paper_id = _paper_of_50(model)
        officer = house.number("市培训管理员")
        officer_id = db.session.scalars(
            select(Person.id).where(Person.short_number == officer)
        ).one()
    if len(rows) < people:
        raise SystemExit(f"This city has {len(rows)} on its largest list, not {people}.")
    return hall(house, rows, officer_id, opens_in, paper_id=paper_id, org_id=org_id)


def main_cohort(house: House) -> tuple[int, int]:
    """The cohort with most people, and its assessment."""
    with house.app.app_context(), seeing_everything():
        many = select(Enrolment.cohort_id).group_by(Enrolment.cohort_id)
        cohort = db.session.scalars(many.order_by(func.count().desc()).limit(1)).one()
        query = select(CohortAssessment.assessment_id)
        found = db.session.scalars(query.where(CohortAssessment.cohort_id == cohort)).first()
        assert found
        return cohort, found


def _paper_of_50(model: int) -> int:
    """50 questions from the examination pool of the bank from which an assessment's paper came."""
    paper_of = select(Assessment.paper_id).where(Assessment.id == model).scalar_subquery()
    bank_id = db.session.scalars(select(Paper.bank_id).where(Paper.id == paper_of)).one()
    asked = [
        version
        for kind, many in KINDS.items()
        for version in db.session.scalars(
            select(QuestionVersion)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(Question.bank_id == bank_id, Question.pool == Pool.EXAM)
            .where(Question.state == State.FINAL, QuestionVersion.number == Question.latest)
            .where(QuestionVersion.type == kind, QuestionVersion.text.not_like("%![%"))
            .order_by(Question.id)
            .limit(many)
        )
    ]
    slots = [
        PaperSlot(number=number, version_id=one.id, points=2, credit=Credit.HALF_IF_INCOMPLETE)
        for number, one in enumerate(asked, start=1)
    ]
    assert len(slots) == sum(KINDS.values()), f"only {len(slots)} questions"
    whole = {"minutes": 120, "points": 2 * len(slots), "made_at": system_clock()}
    with the_house_writes():
        made = Paper(bank_id=bank_id, title="万人同考卷", slots=slots, **whole)
        db.session.add(made)
        db.session.flush()
        transaction.finish()
        return made.id


def hall(
    house: House,
    listed: Sequence[tuple[int, int]],
    officer_id: int,
    opens_in: float,
    **facts: Any,
) -> Hall:
    """A new assessment that these (person, unit) may sit, open for a day; all are signed in.

    opens_in: seconds until the bell; facts: columns of the assessment, the paper among them.
    """
    now = system_clock()
    bell = now + timedelta(seconds=opens_in)
    with house.app.app_context(), seeing_everything(), the_house_writes():
        made = _assessment(bell, now, facts)
        db.session.add(NamedOfficer(assessment_id=made, person_id=officer_id, named_at=now))
        rows = [
            {"assessment_id": made, "person_id": person, "org_id": org, "listed_at": now}
            for person, org in listed
        ]
        for at in range(0, len(rows), SLICE):
            db.session.execute(insert(Candidate), rows[at : at + SLICE])
        people = [person for person, _ in listed]
        cookies = signed_in(house, [*people, officer_id], now)
        transaction.finish()
    return Hall(made, people, cookies[:-1], cookies[-1], form_token(house), bell.timestamp())


def _assessment(opens_at: Any, now: Any, facts: dict[str, Any]) -> int:
    paper = db.session.get_one(Paper, facts["paper_id"])
    whole = {
        "title": "万人同考",
        "questions": len(paper.slots),
        "points": paper.points,
        "opens_at": opens_at,
        "closes_at": opens_at + timedelta(days=1),
        "minutes": 120,
        "attempts": 20,
        "pass_mark": 100,
        "shuffled": True,
        "confirmed_at": now,
        "made_at": now,
    }
    made = Assessment(**whole | facts)
    db.session.add(made)
    db.session.flush()
    return made.id


def signed_in(house: House, people: Sequence[int], now: Any) -> list[str]:
    """A cookie for each, as the sign-in page would give it."""
    secret = house.app.extensions["settings"].secrets["session"]
    signer = house.app.session_interface.get_signing_serializer(house.app)
    assert signer
    tokens = [f"crowd {person}" for person in people]
    known = [digest(token, secret, "sign-in") for token in tokens]
    for at in range(0, len(known), SLICE):
        old = SignIn.token_digest.in_(known[at : at + SLICE])
        db.session.execute(delete(SignIn).where(old))
    common = {"means": Means.PASSWORD, "address": "", "started_at": now, "seen_at": now}
    rows = [
        {"token_digest": one, "person_id": person, **common}
        for one, person in zip(known, people, strict=True)
    ]
    for at in range(0, len(rows), SLICE):
        db.session.execute(insert(SignIn), rows[at : at + SLICE])
    return [str(signer.dumps({"token": token, "csrf": SEED})) for token in tokens]


def form_token(house: House) -> str:
    with house.app.test_request_context():
        session["csrf"] = SEED
        return csrf_token()
