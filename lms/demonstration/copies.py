"""The many attempts of the demonstration that went just the way of one that was really sat.

Row for row what that one left is laid down again: same paper, seed and moments, another person.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.orm import aliased

from lms.access import add_rows
from lms.db import Base, db, look_anew
from lms.demonstration.city import City
from lms.demonstration.fates import Fate
from lms.demonstration.sittings import SKILLS, Pattern
from lms.exams.models import Answer, Attempt, Candidate, Mark, Opening, Result, Verdict
from lms.web import transaction
from lms.words import N_

COPIED = (Opening, Answer, Mark, Result, Verdict)


def alike(
    others: Sequence[int], fates: dict[int, Fate], patterns: Collection[Pattern]
) -> Iterator[tuple[int, Pattern]]:
    """Each of the others with a pattern of the same end; who finds none has not sat."""
    for fate in SKILLS:
        fitting = [one for one in patterns if one.passed == (fate is Fate.PASSED)]
        ids = [person_id for person_id in others if fates[person_id] is fate]
        for place, person_id in enumerate(ids if fitting else ()):
            yield person_id, fitting[place % len(fitting)]


def copy(city: City, assessment_id: int, alike: dict[int, Pattern]) -> None:
    """Lay down the attempts, then with one statement a table all that belongs to them."""
    sat = list(db.session.scalars(select(Attempt.id).where(Attempt.assessment_id == assessment_id)))
    units = _units(assessment_id)
    rows = [
        _row(attempt, person_id, units[person_id])
        for person_id, pattern in alike.items()
        for attempt in pattern.attempts
    ]
    city.in_slices(N_("答卷"), rows, lambda some: add_rows(Attempt, list(some)))
    look_anew()  # else PostgreSQL compares every attempt with every answer
    for done, table in enumerate(COPIED, start=1):
        db.session.execute(_copied(table, assessment_id, sat))
        transaction.finish()
        city.say(N_("答题记录与成绩"), done, len(COPIED))
    _count_attempts(assessment_id)
    transaction.finish()


def _units(assessment_id: int) -> dict[int, int]:
    """Candidate → unit of that time."""
    query = select(Candidate.person_id, Candidate.org_id).where(
        Candidate.assessment_id == assessment_id
    )
    return {row.person_id: row.org_id for row in db.session.execute(query)}


def _row(attempt: Attempt, person_id: int, org_id: int) -> dict[str, Any]:
    same = (
        *("assessment_id", "number", "paper_id", "seed", "turn"),
        *("started_at", "ends_at", "submitted_at"),
    )
    return {name: getattr(attempt, name) for name in same} | {
        "person_id": person_id,
        "org_id": org_id,
    }


def _copied(table: type[Base], assessment_id: int, sat: list[int]) -> Any:
    """Insert for every attempt that was not really sat what stands under the one of its seed."""
    source, mine = aliased(Attempt), aliased(Attempt)
    own = {"attempt_id": mine.id, "person_id": mine.person_id, "org_id": mine.org_id}
    names = [column.key for column in table.__table__.columns if column.key != "id"]
    query: Select = (
        select(*(own.get(name, getattr(table, name)) for name in names))
        .select_from(mine)
        .join(source, source.seed == mine.seed)
        .join(table, table.attempt_id == source.id)  # type: ignore[attr-defined]
        .where(mine.assessment_id == assessment_id, mine.id.not_in(sat), source.id.in_(sat))
    )
    return insert(table).from_select(names, query)


def _count_attempts(assessment_id: int) -> None:
    """The numbers of attempts that were given out, as `start` would have counted them."""
    begun = select(func.count(Attempt.id)).where(
        Attempt.person_id == Candidate.person_id, Attempt.assessment_id == assessment_id
    )
    db.session.execute(
        update(Candidate)
        .where(Candidate.assessment_id == assessment_id)
        .values(attempts_begun=begun.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
