"""The machine's marks of an attempt that has ended, all added in one statement."""

import json
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from functools import cache

from sqlalchemy import TextClause, bindparam, text

from lms.access import own
from lms.db import Utc, db
from lms.exams.models import Mark
from lms.exams.questions import Slot

# They come as one parameter of JSON, so that the statement is always the same text.
ADD = "insert into mark (attempt_id, marked_at, slot, share, share_of, points) "
FROM = {
    "sqlite": """
        select :attempt, :now, json_extract(value, '$[0]'), json_extract(value, '$[1]'),
               json_extract(value, '$[2]'), json_extract(value, '$[3]')
        from json_each(:marks)""",
    "postgresql": """
        select :attempt, :now, cast(value ->> 0 as integer), cast(value ->> 1 as integer),
               cast(value ->> 2 as integer), cast(value ->> 3 as numeric)
        from json_array_elements(cast(:marks as json))""",
}


def add(
    attempt_id: int, person_id: int, marks: Iterable[tuple[Slot, Fraction]], now: datetime
) -> None:
    """Add for each slot the share of its points that the answer earns."""
    rows = [(slot.number, *share.as_integer_ratio(), float(slot.points)) for slot, share in marks]
    values = {"attempt": attempt_id, "now": now, "marks": json.dumps(rows)}
    statement = _adding(db.session.get_bind().dialect.name)
    own.add_by(statement, values, person_id, Mark, {"attempt_id": attempt_id})


@cache
def _adding(dialect: str) -> TextClause:
    return text(ADD + FROM[dialect]).bindparams(bindparam("now", type_=Utc))
