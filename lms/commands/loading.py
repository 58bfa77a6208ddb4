"""Puts the rows of an archive into empty tables: all in one transaction, counted and checked."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lms.commands import archive as archives
from lms.commands import database
from lms.commands.archive import Manifest, Member
from lms.commands.speech import told
from lms.errors import Invalid
from lms.settings import Settings

STAMP = "alembic_version"

# Rows come table by table, and tables point to each other in circles: PostgreSQL lets go of its
# references and takes them up again, checking every row, before the transaction ends.
REFERENCES = """
    select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace
"""
NUMBERED = """
    select pg_get_serial_sequence(quote_ident(table_name), column_name),
           quote_ident(table_name), quote_ident(column_name)
    from information_schema.columns where table_schema = current_schema()
"""


def load(settings: Settings, archive: zipfile.ZipFile, manifest: Manifest, progress: Any) -> None:
    """Fill every table. Rows that the migrations themselves had laid down go first."""
    there = manifest.tables()
    with database.connected(settings) as connection:
        refuse_other_tables(database.tables(connection) - {STAMP}, set(there))
        embedded = database.file_of(settings) is not None
        with checked_sqlite(connection) if embedded else checked_postgres(connection):
            for number, (name, member) in enumerate(there.items(), 1):
                fill(connection, archive, name, member)
                progress(told("数据表"), number, len(there))


def refuse_other_tables(mine: set[str], theirs: set[str]) -> None:
    if odd := mine ^ theirs:
        raise Invalid("备份与数据库的表不一致：{tables}", tables="、".join(sorted(odd)))


def fill(connection: Any, archive: zipfile.ZipFile, name: str, member: Member) -> None:
    """The rows of one table, and a count that must agree."""
    columns = ", ".join(f'"{column}"' for column in member.columns)
    rows = archives.rows(archive, name)
    connection.execute(f'delete from "{name}"')
    if hasattr(connection, "executemany"):
        marks = ", ".join("?" * len(member.columns))
        connection.executemany(f'insert into "{name}" ({columns}) values ({marks})', rows)
    else:
        with connection.cursor().copy(f'copy "{name}" ({columns}) from stdin') as copy:
            for row in rows:
                copy.write_row(row)
    count = connection.execute(f'select count(*) from "{name}"').fetchone()[0]
    if count != member.rows:
        raise Invalid(
            "表 {table} 应有 {rows} 行，恢复了 {count} 行。",
            table=name,
            rows=member.rows,
            count=count,
        )


@contextmanager
def checked_sqlite(connection: Any) -> Iterator[None]:
    """A bare connection does not watch references; they are checked at the end."""
    yield
    if connection.execute("pragma foreign_key_check").fetchall():
        raise Invalid("备份里有指向不存在的行的记录，不能恢复。")


@contextmanager
def checked_postgres(connection: Any) -> Iterator[None]:
    """References off and on again; numbers go on after the highest one."""
    references = connection.execute(REFERENCES).fetchall()
    for table, name, _ in references:
        connection.execute(f"alter table {table} drop constraint {name}")
    yield
    for table, name, definition in references:
        connection.execute(f"alter table {table} add constraint {name} {definition}")
    for sequence, table, column in connection.execute(NUMBERED).fetchall():
        if sequence:
            last = f"select max({column}) from {table}"
            connection.execute(
                f"select setval('{sequence}', coalesce(({last}), 1), ({last}) is not null)"
            )
