"""Labels of units, as 软弱涣散村: kept by county and city officers, read by the rules of lists.

No export and no page of others reads them; tests/orgs/test_labels.py holds the door.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.clock import day_of
from lms.db import db, find
from lms.errors import Conflict, Invalid
from lms.orgs.models import OrgUnit, UnitLabel


def labelled(label: str, day: date) -> Select:
    """Ids of the units that bear a label on a day, as far as one sees."""
    return select(UnitLabel.org_id).where(
        UnitLabel.label == label,
        UnitLabel.from_on <= day,
        or_(UnitLabel.to_on.is_(None), UnitLabel.to_on > day),
    )


def labels() -> Sequence[str]:
    """The words in use, as far as one sees."""
    words = select(UnitLabel.label).distinct().order_by(UnitLabel.label)
    return db.session.scalars(words).all()


def borne(label: str = "") -> Sequence[UnitLabel]:
    """The labels in sight, those that hold first, in administrative order."""
    query = select(UnitLabel).join(OrgUnit, OrgUnit.id == UnitLabel.org_id)
    if label:
        query = query.where(UnitLabel.label == label)
    return db.session.scalars(
        query.options(joinedload(UnitLabel.unit)).order_by(
            UnitLabel.to_on.is_not(None), UnitLabel.label, OrgUnit.path, UnitLabel.id
        )
    ).all()


def label_unit(org: OrgUnit, label: str, from_on: date, now: datetime, by: int) -> UnitLabel:
    """A unit bears a label from a day on. The log says that it bears one, and not which."""
    if not label.strip():
        raise Invalid("请填写标签，如“软弱涣散村”。")
    if from_on > day_of(now):
        raise Invalid("起始日期不能晚于今天，请改正。")
    same = select(UnitLabel.id).where(
        UnitLabel.org_id == org.id, UnitLabel.label == label.strip(), UnitLabel.to_on.is_(None)
    )
    if db.session.scalar(same) is not None:
        raise Conflict("“{unit}”已有这个标签，不需要再加。", unit=org.name)
    made = UnitLabel(
        org_id=org.id, label=label.strip(), from_on=from_on, recorded_at=now, recorded_by=by
    )
    db.session.add(made)
    db.session.flush()
    record("label unit", now, whom=made, org_id=org.id)
    return made


def end_label(label_id: int, on: date, now: datetime, by: int) -> UnitLabel:
    """A unit bears a label no more, from a day on."""
    made = find(UnitLabel, label_id)
    if made.to_on is not None:
        raise Conflict("这个标签已经结束，请刷新页面。")
    if not made.from_on <= on <= day_of(now):
        raise Invalid("结束日期应在 {first} 至今天之间，请改正。", first=made.from_on)
    made.to_on, made.ended_at, made.ended_by = on, now, by
    db.session.flush()
    record("end unit label", now, whom=made, org_id=made.org_id)
    return made
