"""The ability profile of a person, gathered over the assessments of a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.services import record
from lms.clock import day_of, months_before, start_of
from lms.competencies.models import Competency, Framework
from lms.db import db, find
from lms.errors import NotAllowed
from lms.exams.abilities import MONTHS, Level, city_managed, gathered, level
from lms.exams.models import Assessment, Attempt, Result
from lms.people.models import Person, Posting
from lms.people.queries import holds
from lms.people.rules import Me


@dataclass(frozen=True)
class Profile:
    """By framework the levels of its abilities; from which assessments, since which day."""

    since: date
    titles: Sequence[str]
    frameworks: Sequence[tuple[Framework, Sequence[tuple[Competency, Level]]]]


def own_profile(person_id: int, now: datetime) -> Profile:
    """A person's own, from the last result of each assessment; a 小测 is for practice only."""
    since = months_before(day_of(now), MONTHS)
    query = (
        select(Result, Assessment.title)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .where(
            Result.person_id == person_id,
            Result.replaced_at.is_(None),
            Assessment.posts.is_(None),
            Attempt.submitted_at >= start_of(since),
        )
        .order_by(Attempt.submitted_at, Attempt.id)
    )
    rows = db.session.execute(query, execution_options={"counted": Result})
    last = {result.assessment_id: (result, title) for result, title in rows}
    found = gathered(result.abilities for result, _ in last.values())
    return Profile(since, [title for _, title in last.values()], _by_framework(found))


def _by_framework(
    found: dict[str, tuple[int, int]],
) -> list[tuple[Framework, list[tuple[Competency, Level]]]]:
    """Each ability stands in the newest framework that has its code."""
    query = select(Framework).options(joinedload(Framework.competencies))
    rows = db.session.scalars(query.order_by(Framework.issued_on.desc())).unique().all()
    placed: set[str] = set()
    shown = []
    for framework in rows:
        mine = [one for one in framework.competencies if one.code in found]
        mine = [one for one in mine if one.code not in placed]
        placed |= {one.code for one in mine}
        if mine:
            shown.append((framework, [(one, level(one.code, *found[one.code])) for one in mine]))
    return shown


def profile_for_city(me: Me, person_id: int, now: datetime) -> tuple[Person, Profile]:
    """Another's profile, for the city's training officer alone; each look is logged."""
    if not any(held.role is Role.CITY_OFFICER for held in me.assignments):
        raise NotAllowed("本领水平只有本人和市级培训管理员可以查看。")
    person = find(Person, person_id)
    with seeing_everything():
        found = own_profile(person_id, now)
    return person, found


def note_look(person_id: int, now: datetime) -> None:
    record("look at ability profile", now, whom=f"person {person_id}")


def refuse_city_managed(me: Me, person_id: int, day: date) -> None:
    """Marks of cadres whom the city manages are for named officers of the city alone."""
    if any(held.role is Role.CITY_OFFICER for held in me.assignments):
        return
    query = select(Posting.rank).where(Posting.person_id == person_id, holds(Posting, day))
    # whoever is named for the assessment sees its candidates, wherever they are posted today
    ranks = db.session.scalars(query, execution_options={"counted": Attempt})
    if any(map(city_managed, ranks)):
        raise NotAllowed("市管干部的成绩只由本人和市级的指定人员查看。")
