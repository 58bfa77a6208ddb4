"""Filling in the frameworks that the program ships."""

from datetime import datetime

from lms.competencies import queries
from lms.competencies.models import Competency, Framework
from lms.competencies.rules import SHIPPED, PlannedFramework
from lms.db import db


def load_reference(now: datetime) -> None:
    """Add the shipped frameworks that are not there yet. Run again, it changes nothing."""
    for planned in SHIPPED:
        if queries.framework(planned.code) is None:
            db.session.add(_framework(planned))
    db.session.flush()


def _framework(planned: PlannedFramework) -> Framework:
    abilities = [
        Competency(code=code, name=name, meaning=meaning, place=place)
        for place, (code, name, meaning) in enumerate(planned.abilities, start=1)
    ]
    return Framework(
        code=planned.code,
        name=planned.name,
        source=planned.source,
        issued_on=planned.issued_on,
        competencies=abilities,
    )
