"""The one way from the database to pandas."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select

from lms.db import db

if TYPE_CHECKING:
    import pandas as pd


def frame(query: Select, counted: type[Any] | None = None) -> "pd.DataFrame":
    """Runs through the session, so the scope applies. pd.read_sql would go round it.

    counted: the one table on which the scope stands, for who is counted; what is counted about
    them (hours, verdicts) then needs none.
    """
    import pandas as pd  # an eighth of a start: loaded by who asks for a table

    options = {"counted": counted} if counted else {}
    result = db.session.execute(query, execution_options=options)
    names: list[str] = list(result.keys())
    rows = result.all()
    if not rows:
        return pd.DataFrame(columns=names)
    return pd.DataFrame(dict(zip(names, zip(*rows, strict=True), strict=True)))
