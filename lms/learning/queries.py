"""Looking up what was begun, watched, passed and finished. The scope is already on every query."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import joinedload

from lms.courses.models import Course, Lesson, LessonVersion
from lms.courses.rules import PLAYED
from lms.db import db, find
from lms.errors import NotFound
from lms.learning.models import GateResult, GateTry, LessonBegun, LessonRead, Stream
from lms.learning.rules import TENTHS, Span, Standing, length, read, union
from lms.ledger.reckoning import share_asked
from lms.ledger.ruling import rules_on
from lms.people.models import Person

# Whoever asks was let into the lesson before: by the own list, by the scope, by a pass.
LET_IN = {"counted": Course}


def has_read(person_id: int, lesson_id: int) -> bool:
    """Whether a person has finished a lesson."""
    query = select(LessonRead.id).where(
        LessonRead.person_id == person_id, LessonRead.lesson_id == lesson_id
    )
    return db.session.scalar(query) is not None


def begun(person_id: int, lesson_id: int) -> int | None:
    """The version that a person has begun, and goes on with."""
    query = select(LessonBegun.version_id).where(
        LessonBegun.person_id == person_id, LessonBegun.lesson_id == lesson_id
    )
    return db.session.scalar(query.order_by(LessonBegun.id.desc()).limit(1))


def version_for(person_id: int, lesson: Lesson) -> LessonVersion:
    """The version that a person learns: the one begun, else the newest."""
    mine = begun(person_id, lesson.id)
    return next((one for one in lesson.versions if one.id == mine), lesson.newest)


def version(version_id: int) -> LessonVersion:
    """A version to whose lesson somebody was let in. Raises NotFound."""
    query = select(LessonVersion).where(LessonVersion.id == version_id)
    found = db.session.scalar(query, execution_options=LET_IN)
    if found is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found


def streams(person_id: int, version_id: int) -> Sequence[Stream]:
    """A person's streams of a version, the last one last."""
    query = select(Stream).where(Stream.person_id == person_id, Stream.version_id == version_id)
    return db.session.scalars(query.order_by(Stream.id)).all()


@dataclass(frozen=True)
class Seen:
    """What a person has watched of a version, all streams together; tenths of a second."""

    spans: tuple[Span, ...] = ()
    place: int = 0
    beyond: int = 0
    again: int = 0
    displaced: int = 0
    jumps: int = 0
    bursts: int = 0

    @property
    def counted(self) -> int:
        return length(self.spans)

    @property
    def odd(self) -> bool:
        """Whether somebody might want to ask: more than slips of a line make."""
        return self.beyond + self.displaced > 30 * TENTHS or self.bursts > 10


def seen(rows: Iterable[Stream]) -> Seen:
    """The fold over streams of one person and one version."""
    rows = list(rows)
    sums = {
        name: sum(getattr(row, name) for row in rows)
        for name in ("beyond", "again", "displaced", "jumps", "bursts")
    }
    spans = union(span for row in rows for span in read(row.spans))
    return Seen(spans, rows[-1].place if rows else 0, **sums)


def tries(person_id: int, version_id: int) -> Sequence[GateTry]:
    """A person's tries at the gate of a version, the last one last."""
    query = select(GateTry).where(GateTry.person_id == person_id, GateTry.version_id == version_id)
    return db.session.scalars(
        query.options(joinedload(GateTry.result)).order_by(GateTry.number)
    ).all()


def has_passed(person_id: int, version_id: int) -> bool:
    query = (
        select(GateResult.id)
        .join(GateTry, GateTry.id == GateResult.try_id)
        .where(GateTry.person_id == person_id, GateTry.version_id == version_id)
        .where(GateResult.passed)
    )
    return db.session.scalar(query.limit(1)) is not None


def standing(person_id: int, version: LessonVersion, share: int, day: date) -> Standing:
    """How a person stands with a version on a day. share: what the course asks for."""
    played = version.kind in PLAYED
    gated = version.gate_bank_id is not None
    return Standing(
        kind=version.kind,
        watched=seen(streams(person_id, version.id)).counted if played else 0,
        total=(version.seconds or 0) * TENTHS,
        share=share_asked(share, rules_on(day)) if played else share,
        gated=gated,
        passed=gated and has_passed(person_id, version.id),
    )


# ── who runs a class looks ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """A person and a lesson that is watched."""

    person: str
    person_id: int
    lesson: str
    seen: Seen
    total: int
    done: bool


def watching(course_id: int) -> list[Line]:
    """Who watched which lesson of a course, as far as one sees; what is odd stands first."""
    find(Course, course_id)
    query = watched_by([course_id])
    return in_lines(db.session.execute(query, execution_options={"counted": Stream}))


def watched_by(course_ids: Collection[int]) -> Select:
    """Every stream of these courses, with whose it is and whether the lesson is done."""
    return (
        select(Stream, Person.name, Lesson.title, LessonVersion.seconds, LessonRead.id)
        .join(Person, Person.id == Stream.person_id)
        .join(Lesson, Lesson.id == Stream.lesson_id)
        .join(LessonVersion, LessonVersion.id == Stream.version_id)
        .outerjoin(
            LessonRead,
            and_(LessonRead.person_id == Stream.person_id, LessonRead.lesson_id == Lesson.id),
        )
        .where(Lesson.course_id.in_(course_ids))
        .order_by(Stream.id)
    )


def in_lines(streams: Iterable[Any]) -> list[Line]:
    """A line for each person and version; what is odd stands first."""
    found: dict[tuple[int, int], list[tuple]] = defaultdict(list)
    for row in streams:
        found[row[0].person_id, row[0].version_id].append(tuple(row))
    lines = [
        Line(
            rows[0][1],
            person_id,
            rows[0][2],
            seen(row[0] for row in rows),
            (rows[0][3] or 0) * TENTHS,
            rows[0][4] is not None,
        )
        for (person_id, _), rows in found.items()
    ]
    return sorted(lines, key=lambda one: (not one.seen.odd, one.person, one.lesson))
