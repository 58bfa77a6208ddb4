"""Looking up abilities."""

from sqlalchemy import Row, select

from lms.competencies.models import Competency, Framework
from lms.db import db

IN_ORDER = (Framework.issued_on, Competency.place)
ALL = select(Competency).join(Framework).order_by(*IN_ORDER)
NAMES = select(Competency.code, Competency.name).join(Framework).order_by(*IN_ORDER)


def framework(code: str) -> Framework | None:
    """The framework of a code, with its abilities in order."""
    return db.session.scalar(select(Framework).where(Framework.code == code))


def abilities() -> dict[str, Competency]:
    """Every ability by its code; where two frameworks share a code, that of the newer one."""
    return {row.code: row for row in db.session.scalars(ALL)}


def named_abilities() -> dict[str, Row]:
    """The same as rows of code and name, for who only shows them."""
    return {row.code: row for row in db.session.execute(NAMES)}
