"""Classes are found by project, programme, state, days, county and words, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from lms.classes.models import TrainingClass
from lms.db import db
from lms.orgs.models import OrgUnit
from lms.orgs.queries import subtrees
from lms.training.models import Programme, ProgrammeProject, Project
from lms.words import N_

PAGE = 50


class Stage(StrEnum):
    """Where a class stands, by what has happened to it."""

    PREPARED = "prepared"
    TO_BEGIN = "to begin"
    RUNNING = "running"
    TO_CLOSE = "to close"
    CLOSED = "closed"


STAGE_NAMES: dict[Stage, str] = {
    Stage.PREPARED: N_("筹备中"),
    Stage.TO_BEGIN: N_("待开课"),
    Stage.RUNNING: N_("进行中"),
    Stage.TO_CLOSE: N_("待结班"),
    Stage.CLOSED: N_("已结班"),
}


@dataclass(frozen=True)
class Sought:
    """What a list of classes is narrowed to; nothing means everything."""

    words: str = ""
    project_id: int | None = None
    programme_id: int | None = None
    stage: Stage | None = None
    county: OrgUnit | None = None
    after: date | None = None  # held on this day or later
    until: date | None = None  # begun on this day or earlier
    manager_id: int | None = None


@dataclass(frozen=True)
class Found:
    """One page of classes, and how many there are."""

    rows: Sequence[TrainingClass]
    first: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def find(sought: Sought, day: date, page: int = 1) -> Found:
    """The classes in sight that are meant, the latest first."""
    query = select(TrainingClass).where(*_conditions(sought, day))
    total = db.session.scalar(query.with_only_columns(func.count(TrainingClass.id))) or 0
    page = max(1, min(page, -(-total // PAGE)))
    beside = (TrainingClass.org, TrainingClass.manager, TrainingClass.programme)
    rows = query.options(*map(joinedload, beside))
    rows = rows.order_by(TrainingClass.from_on.desc(), TrainingClass.id.desc())
    first = (page - 1) * PAGE
    return Found(db.session.scalars(rows.limit(PAGE).offset(first)).all(), first + 1, total)


def _conditions(sought: Sought, day: date) -> list[ColumnElement[bool]]:
    found: list[Any] = []
    if sought.words.strip():
        found.append(TrainingClass.title.contains(sought.words.strip(), autoescape=True))
    if sought.programme_id:
        found.append(TrainingClass.programme_id == sought.programme_id)
    if sought.project_id:
        inside = ProgrammeProject.project_id == sought.project_id
        found.append(
            TrainingClass.programme_id.in_(select(ProgrammeProject.programme_id).where(inside))
        )
    if sought.stage:
        found.append(_stage(sought.stage, day))
    if sought.county:
        found.append(_of(sought.county))
    if sought.after:
        found.append(TrainingClass.to_on >= sought.after)
    if sought.until:
        found.append(TrainingClass.from_on <= sought.until)
    if sought.manager_id:
        found.append(TrainingClass.person_id == sought.manager_id)
    return found


def _stage(stage: Stage, day: date) -> ColumnElement[bool]:
    """As the page says it: a class that was closed is that, whenever it was."""
    closed, opened = TrainingClass.closed_at, TrainingClass.opened_at
    if stage is Stage.CLOSED:
        return closed.is_not(None)
    if stage is Stage.PREPARED:
        return and_(closed.is_(None), opened.is_(None))
    when = {
        Stage.TO_BEGIN: TrainingClass.from_on > day,
        Stage.RUNNING: and_(TrainingClass.from_on <= day, TrainingClass.to_on >= day),
        Stage.TO_CLOSE: TrainingClass.to_on < day,
    }[stage]
    return and_(closed.is_(None), opened.is_not(None), when)


def _of(county: OrgUnit) -> ColumnElement[bool]:
    """Organised by a unit there, or held for its people."""
    units: Select = subtrees([county.path])
    return or_(TrainingClass.org_id.in_(units), TrainingClass.for_org_id.in_(units))


# ── what there is to choose from ────────────────────────────────────────────────────────────────


def projects() -> dict[int, str]:
    """The five projects, in order."""
    rows = db.session.execute(select(Project.id, Project.name).order_by(Project.code))
    return {row[0]: row[1] for row in rows}


def programmes() -> dict[int, str]:
    """The programmes in sight that have classes, the newest first."""
    held = select(TrainingClass.programme_id)
    query = select(Programme.id, Programme.title).where(Programme.id.in_(held))
    rows = db.session.execute(query.order_by(Programme.opens_on.desc(), Programme.id.desc()))
    return {row[0]: row[1] for row in rows}
