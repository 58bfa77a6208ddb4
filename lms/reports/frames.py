"""The one way from the database to pandas."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select

from lms.db import db

if TYPE_CHECKING:
    import pandas as pd


def frame(
    query: Select,
    counted: type[Any] | None = None,
    lines: Mapping[int, int] | None = None,
) -> "pd.DataFrame":
    """Runs through the session, so the scope applies. pd.read_sql would go round it.

    counted: the one table on which the scope stands, for who is counted; what is counted about
    them (hours, verdicts) then needs none. lines: unit → the unit to which it is added, other
    units are left out; the first column is the unit, the rest is added up.
    """
    import pandas as pd  # an eighth of a start: loaded by who asks for a table

    options = {"counted": counted} if counted else {}
    result = db.session.execute(query, execution_options=options)
    names: list[str] = list(result.keys())
    rows: Sequence[Sequence[Any]] = result.all()
    if lines is not None:
        rows = _added_up(rows, lines)
    if not rows:
        return pd.DataFrame(columns=names)
    return pd.DataFrame(dict(zip(names, zip(*rows, strict=True), strict=True)))


def _added_up(rows: Sequence[Any], lines: Mapping[int, int]) -> list[tuple[int, ...]]:
    """By hand: there are thousands of rows of a few lines, and a frame of them takes longer."""
    found: dict[int, list[Sequence[int]]] = {}
    for unit, *row in rows:
        if unit in lines:
            found.setdefault(lines[unit], []).append(row)
    return [(line, *map(sum, zip(*some, strict=True))) for line, some in found.items()]
