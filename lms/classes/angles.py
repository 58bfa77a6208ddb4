"""多角度评价: a class and each of its teachers, by trainees, class manager and organiser.

What trainees give is counted, and shown when no answer comes any more, from five answers on;
nobody's is kept as such. A class
manager and an organiser are one or two persons by their office: theirs is an office's word, with
name and day, and the page says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from lms.audit.services import record
from lms.classes.evaluating import (
    FEWEST,
    QUESTIONS,
    SCORES,
    Opinion,
    closed,
    is_open,
    is_over,
    opinion,
)
from lms.classes.models import ClassSession, OfficeWord, TeacherCount, TrainingClass
from lms.classes.rules import Angle
from lms.db import db
from lms.errors import Invalid
from lms.people.rules import Me


@dataclass(frozen=True)
class Taught:
    """Somebody who teaches in a class. key: the id on the list of teachers, else the name."""

    key: str
    name: str


def taught(found: TrainingClass) -> list[Taught]:
    """Who teaches in a class, in the order of its timetable."""
    held = [one for one in found.sessions if one.cancelled_at is None and one.teacher_name]
    rows = {_key(one): one.teacher_name or "" for one in held}
    return [Taught(key, name) for key, name in rows.items()]


def _key(session: ClassSession) -> str:
    return str(session.teacher_id or session.teacher)


def prepare(found: TrainingClass) -> None:
    """Empty counts for every teacher of a class that is open: an answer adds to them."""
    if found.opened_at is None:
        return
    db.session.flush()
    db.session.expire(found, ["sessions"])
    for one in taught(found):
        if one.key not in _counts(found.id):
            facts = {"class_id": found.id, "teacher_key": one.key, "name": one.name}
            db.session.add_all(TeacherCount(**facts, score=score, answers=0) for score in SCORES)
    db.session.flush()


def _counts(class_id: int) -> dict[str, dict[int, int]]:
    """Teacher → score → how many gave it."""
    query = select(TeacherCount).where(TeacherCount.class_id == class_id)
    found: dict[str, dict[int, int]] = {}
    for one in db.session.scalars(query):
        found.setdefault(one.teacher_key, {})[one.score] = one.answers
    return found


def judged(found: TrainingClass) -> list[Taught]:
    """The teachers whom trainees can evaluate."""
    known = _counts(found.id)
    return [one for one in taught(found) if one.key in known]


def count(found: TrainingClass, scores: Mapping[str, int]) -> None:
    """Add a trainee's scores for those teachers whom the trainee has heard."""
    known = {one.key for one in judged(found)}
    if not set(scores) <= known or not set(scores.values()) <= set(SCORES):
        raise Invalid("课程表刚才有变动，请刷新页面再评价教师。")
    for key, score in sorted(scores.items()):
        one = update(TeacherCount).where(
            TeacherCount.class_id == found.id,
            TeacherCount.teacher_key == key,
            TeacherCount.score == score,
        )
        more = one.values(answers=TeacherCount.answers + 1)
        db.session.execute(more.execution_options(synchronize_session=False))


def by_trainees(found: TrainingClass, day: date) -> dict[str, Opinion]:
    """Teacher → what trainees said, once nobody answers any more, of those with enough answers."""
    if not is_over(found, day):
        return {}
    said = {key: opinion(counts) for key, counts in _counts(found.id).items()}
    return {key: one for key, one in said.items() if one.answers >= FEWEST}


# ── what an office says ─────────────────────────────────────────────────────────────────────────


def angle_of(manages: bool, organises: bool) -> Angle | None:
    """By which office somebody speaks: who manages the class speaks as that alone."""
    return Angle.MANAGER if manages else Angle.ORGANISER if organises else None


def say(
    found: TrainingClass,
    angle: Angle,
    scores: Mapping[int, int],
    teachers: Mapping[str, int],
    said: str,
    me: Me,
    now: datetime,
) -> OfficeWord:
    """Keep what an office says of a class and its teachers; said again, the last counts."""
    if not is_open(found, now):
        raise closed()
    if set(scores) != set(QUESTIONS) or not set(scores.values()) <= set(SCORES):
        raise Invalid("五个问题都要选。")
    known = {one.key for one in taught(found)}
    if not set(teachers) <= known or not set(teachers.values()) <= set(SCORES):
        raise Invalid("课程表刚才有变动，请刷新页面再评价教师。")
    made = OfficeWord(
        class_id=found.id,
        angle=angle,
        scores={str(question): score for question, score in scores.items()},
        teachers=dict(teachers),
        said=said or None,
        said_at=now,
        said_by=me.id,
        speaker=me.name,
    )
    db.session.add(made)
    db.session.flush()
    record("evaluate class by office", now, whom=found, org_id=found.org_id, angle=angle)
    return made


def words(class_id: int) -> dict[Angle, OfficeWord]:
    """Angle → what that office said last."""
    query = select(OfficeWord).where(OfficeWord.class_id == class_id).order_by(OfficeWord.id)
    return {one.angle: one for one in db.session.scalars(query)}


def teachers_said(
    found: TrainingClass, offices: Sequence[OfficeWord], day: date
) -> list[tuple[Taught, Opinion | None, dict[Angle, int]]]:
    """Each teacher from all angles; no opinion where too few trainees have answered."""
    trainees = by_trainees(found, day)
    return [
        (
            one,
            trainees.get(one.key),
            {word.angle: word.teachers[one.key] for word in offices if one.key in word.teachers},
        )
        for one in taught(found)
    ]
