"""A person's own rows, asked briefly: what a statement says by itself is not said to it again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable, Result

from lms.access.scope import scope_in
from lms.db import db


def execute(
    statement: Executable, person_id: int | None, values: Mapping[str, Any], counted: type[Any]
) -> Result[Any]:
    """Ask for columns, or change, by a statement built once that itself names whose rows it means.

    About oneself it goes past the session's mapper, within its transaction, in a quarter of the
    time: thousands ask at the bell. About anybody else it is narrowed as every statement is.
    person_id: none at the door, where it is not known yet. counted: the table whose rows are seen,
    with what hangs on them.
    """
    scope = scope_in(db.session())
    if scope is not None and scope.person_id != person_id:
        options = {"counted": counted, "synchronize_session": False}
        return db.session.execute(statement, values, execution_options=options)
    db.session.flush()
    return db.session.connection().execute(statement, values)
