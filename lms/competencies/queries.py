"""Looking up abilities."""

from sqlalchemy import select

from lms.competencies.models import Competency, Framework
from lms.db import db

ALL = select(Competency).join(Framework).order_by(Framework.issued_on, Competency.place)


def framework(code: str) -> Framework | None:
    """The framework of a code, with its abilities in order."""
    return db.session.scalar(select(Framework).where(Framework.code == code))


def abilities() -> dict[str, Competency]:
    """Every ability by its code; where two frameworks share a code, that of the newer one."""
    return {row.code: row for row in db.session.scalars(ALL)}
