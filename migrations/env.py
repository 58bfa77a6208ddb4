"""Runs the steps: all of them or none, on SQLite as on PostgreSQL."""

import re
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Enum, TypeDecorator, event

migrate = current_app.extensions["migrate"]
TRIGGERS = """
    select name, sql from sqlite_master where type = 'trigger'
    and tbl_name in (select name from sqlite_master where type in ('table', 'view'))
"""
DROP_TRIGGER = re.compile(r"\s*drop\s+trigger\s+(?:if\s+exists\s+)?\W?(\w+)", re.IGNORECASE)


def rendered(kind, thing, _):
    """How a column's type is written in a step: as the database knows it, for models move on."""
    if kind != "type":
        return False
    if isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl!r}"
    if isinstance(thing, Enum) and not thing.native_enum:
        return f"sa.String(length={thing.length})"
    return False


@contextmanager
def checked(connection):
    """SQLite alone: a batch step makes a table anew; it must lose no trigger and no reference."""
    run = connection.exec_driver_sql
    meant = set()  # triggers that a step drops in so many words

    @event.listens_for(connection, "before_cursor_execute")
    def heard(_connection, _cursor, statement, *_more):
        if found := DROP_TRIGGER.match(statement):
            meant.add(found[1])

    run("begin immediate")
    before = run(TRIGGERS).all()
    yield
    left = {name for name, _ in run(TRIGGERS)} | meant
    for name, statement in before:
        if name not in left:
            run(statement)
    if broken := run("pragma foreign_key_check").all():
        raise RuntimeError(f"a step left rows that point nowhere: {broken[:5]}")


def steps(connection):
    context.configure(
        connection=connection,
        target_metadata=migrate.db.metadata,
        render_item=rendered,
        **migrate.configure_args,
    )
    context.run_migrations()


with migrate.db.engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("pragma foreign_keys=off")  # deaf inside a transaction
        connection.rollback()
        with connection.begin(), checked(connection):
            steps(connection)
        connection.exec_driver_sql("pragma foreign_keys=on")
    else:
        with connection.begin():
            steps(connection)
