"""Reading the log. The scope is already on every query."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from lms.audit.models import AuditEntry
from lms.db import db

PAGE = 100


def entries(
    act: str = "",
    whom: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
) -> Sequence[AuditEntry]:
    """The latest rows that match, newest first; `before`: an id, for the next page."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PAGE)
    if act:
        query = query.where(AuditEntry.act == act)
    if whom:
        query = query.where(AuditEntry.whom == whom)
    if since:
        query = query.where(AuditEntry.at >= since)
    if until:
        query = query.where(AuditEntry.at < until)
    if before:
        query = query.where(AuditEntry.id < before)
    return db.session.scalars(query).all()
