"""A 小测: who may walk in by its link, what stands there afterwards, how its questions went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from lms.db import db
from lms.errors import NotFound
from lms.exams import queries, services, sits
from lms.exams.models import Assessment, Attempt, Mark
from lms.exams.questions import Slot
from lms.exams.rules import ToSit
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.people.models import Posting
from lms.people.queries import holds

FEWEST = 5  # persons: of fewer, a share would be somebody's mark


# ── who comes by the link ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Invited:
    """A 小测 as it meets who opens its link. sit: none where the person is not listed yet."""

    quiz: Assessment
    sit: ToSit | None
    org_id: int | None  # the unit under which the person would be listed

    @property
    def may_sit(self) -> bool:
        """Whether it is for this person; its maker may only look at it."""
        return bool(self.sit or self.org_id)

    @property
    def running(self) -> int | None:
        return self.sit.running if self.sit else None

    @property
    def sat(self) -> bool:
        """Whether the person has done it once."""
        return self.sit is not None and self.sit.passed is not None


def invited(assessment_id: int, person_id: int, day: date) -> Invited:
    """The 小测 behind a link. Raises NotFound, saying so, where it is not for this person."""
    quiz = db.session.scalar(
        select(Assessment).where(Assessment.id == assessment_id, Assessment.posts.is_not(None))
    )
    if quiz is not None:
        sit = sits.sit_of(person_id, assessment_id)
        org_id = None if sit else _posted(quiz, person_id, day)
        if sit or org_id or quiz.made_by == person_id:
            return Invited(quiz, sit, org_id)
    raise NotFound(
        "没有这个小测，或者您不在参加范围内。请与发链接的人核对：它是给哪个单位、哪些职务的。"
    )


def _posted(quiz: Assessment, person_id: int, day: date) -> int | None:
    """Where a person holds a post that a 小测 is for, the longest held first."""
    query = (
        select(Posting.org_id)
        .join(OrgUnit, OrgUnit.id == Posting.org_id)
        .where(Posting.person_id == person_id, holds(Posting, day), under(quiz.org.path))
    )
    if quiz.posts:
        query = query.where(Posting.post.in_(quiz.posts))
    return db.session.scalar(query.order_by(Posting.from_on, Posting.id).limit(1))


def begin(assessment_id: int, person_id: int, now: datetime, day: date, seed: int) -> Attempt:
    """Begin a 小测, or come back to the attempt that is open. Raises Conflict, saying why not."""
    found = invited(assessment_id, person_id, day)
    if found.org_id:
        services.join(found.quiz, person_id, found.org_id, now)
    return services.start(assessment_id, person_id, now, seed)


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────


def last_attempt(assessment_id: int, person_id: int) -> int:
    """The attempt that a person handed in last."""
    query = select(func.max(Attempt.id)).where(
        Attempt.assessment_id == assessment_id,
        Attempt.person_id == person_id,
        Attempt.submitted_at.is_not(None),
    )
    return db.session.scalars(query).one()


@dataclass(frozen=True)
class Went:
    """How a question of a 小测 went: right in full, of those who handed in."""

    slot: Slot
    right: int
    of: int


def went(quiz: Assessment) -> Sequence[Went]:
    """Question by question, in the first attempt of each; nothing while so few have done it.

    Sums alone come out, so the scope lies on the 小测, which its maker has found.
    """
    mark, later = Mark, aliased(Mark)
    query = (
        select(mark.slot, func.sum(case((mark.share == mark.share_of, 1), else_=0)), func.count())
        .join(Attempt, Attempt.id == mark.attempt_id)
        .where(
            Attempt.assessment_id == quiz.id,
            Attempt.number == 1,
            ~select(later.id)
            .where(later.attempt_id == mark.attempt_id, later.slot == mark.slot, later.id > mark.id)
            .exists(),
        )
        .group_by(mark.slot)
    )
    rows = db.session.execute(query, execution_options={"counted": Assessment})
    sums = {slot: (int(right), of) for slot, right, of in rows}
    slots = queries.with_paper(quiz)
    if max((of for _, of in sums.values()), default=0) < FEWEST:
        return []
    return [Went(slot, *sums.get(slot.number, (0, 0))) for slot in slots]
