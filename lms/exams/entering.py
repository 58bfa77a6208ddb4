"""At the door: what is told before the bell, who may begin, and when each one's turn is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select

from lms.accounts import trying
from lms.accounts.rules import Bound
from lms.db import db
from lms.errors import Invalid
from lms.exams import queries, rules, services
from lms.exams.kept import Kept
from lms.exams.models import Assessment, Attempt, Candidate
from lms.exams.rules import ToSit

LISTED: Kept[int] = Kept(timedelta(minutes=5))
TRIES, WAIT = 5, timedelta(minutes=10)  # of a password: so many wrong ones, then so long none


@dataclass(frozen=True)
class Door:
    """An assessment as its page before the bell tells of it."""

    assessment: Assessment
    sit: ToSit
    begins_at: datetime  # this candidate's own turn
    spread: int  # within so many seconds after the bell all may begin
    open: tuple[int, int]  # of each paper so many questions come from the open bank: least, most


def door(sit: ToSit, now: datetime) -> Door:
    """What the page before the bell tells."""
    found, many = queries.assessment(sit.assessment_id), candidates(sit, now)
    begins = sit.opens_at + rules.turn_of(sit.candidate_id, many)
    return Door(found, sit, begins, rules.spread(many), queries.open_ones(found, now))


def candidates(sit: ToSit, now: datetime) -> int:
    """How many are to sit it; counted only while it matters when each may begin.

    The number is the same for all who ask at the bell, so one looks and the others are told.
    """
    if not rules.rings(sit, now):
        return 0
    return LISTED.get(sit.assessment_id, now, partial(_listed, sit.assessment_id))


def _listed(assessment_id: int) -> int:
    query = select(func.count()).where(Candidate.assessment_id == assessment_id)
    return db.session.scalar(query, execution_options={"counted": Assessment}) or 0


def bounds(sit: ToSit, person_id: int) -> list[Bound]:
    """Where the tries at a password are counted: nobody goes through all the words there are."""
    return [Bound(f"exam {sit.assessment_id} {person_id}", TRIES, WAIT)]


def asks_password(sit: ToSit) -> bool:
    """Who comes back to an open attempt said it before."""
    return sit.locked and sit.running is None


def enter(
    sit: ToSit,
    person_id: int,
    pledged: bool,
    password: str,
    now: datetime,
    seed: int,
    device: str = "",
) -> Attempt:
    """Begin, or come back. A try at the password is counted before: trying.take.

    device: what begins is opened on it; "" where the page could not say.

    Raises Conflict before the own turn, Invalid without the pledge or with a wrong password.
    """
    if sit.running is None:
        rules.refuse_start(sit, now)
        turn = rules.turn_of(sit.candidate_id, candidates(sit, now))
        rules.refuse_before_turn(sit.opens_at + turn, now)
        rules.refuse_unpledged(pledged)
    if asks_password(sit):
        known = queries.assessment(sit.assessment_id).password or ""
        if not rules.same_word(password, known):
            raise Invalid("口令不对，请按考场上宣布的口令重新输入。")
        trying.give_back(bounds(sit, person_id))
    return services.start(
        sit.assessment_id, person_id, now, seed, sit=sit, pledged=pledged, device=device
    )
