"""Puts the database and the uploaded files into one archive, as they were at one moment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, Connection, MetaData, Numeric, Table, Text, cast, select
from sqlalchemy import create_engine as engine_for
from sqlalchemy.engine import Engine

from lms.clock import system_clock
from lms.commands import database
from lms.commands.archive import Manifest, Writer
from lms.commands.database import State
from lms.commands.speech import told
from lms.errors import Conflict
from lms.settings import Settings

STAMP = "alembic_version"


def backup(settings: Settings, file: Path, progress: Any = lambda *_: None) -> Manifest:
    """Write the archive; it appears under its name only when it is whole. 0600."""
    found = database.look(settings)
    if found.state in (State.EMPTY, State.FOREIGN):
        raise Conflict("数据库还是空的，没有可备份的内容。请先运行 make run 或 make serve。")
    if file.exists():
        raise Conflict("{file} 已经存在，不会覆盖。请换一个文件名。", file=file)
    manifest = Manifest(
        made_at=system_clock().isoformat(timespec="seconds"),
        revision=found.revision,
        kind=found.kind,
        keys=database.fingerprints(settings.secrets) or found.keys,
    )
    new = file.with_name(file.name + ".part")
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        _write(settings, new, manifest, progress)
        new.rename(file)
    finally:
        new.unlink(missing_ok=True)
    return manifest


def _write(settings: Settings, file: Path, manifest: Manifest, progress: Any) -> None:
    writer = Writer(file, manifest)
    try:
        with snapshot(settings) as connection:
            tables = reflected(connection)
            for number, table in enumerate(tables, 1):
                columns = [column.name for column in table.columns]
                writer.table(table.name, columns, rows(connection, table))
                progress(told("数据表"), number, len(tables))
        # after the rows: a file is laid down before the row that names it
        for path, upload in uploads(settings):
            with suppress(FileNotFoundError):  # let go of meanwhile: what is printed, can be again
                writer.upload(path, upload)
    finally:
        writer.close()


def engine(settings: Settings) -> Engine:
    """An engine of its own, past sessions and scopes: a copy is of everything."""
    return engine_for(settings.database)


@contextmanager
def snapshot(settings: Settings) -> Iterator[Connection]:
    """A connection that sees one moment of the database, whatever others write meanwhile."""
    own = engine(settings)
    try:
        if own.dialect.name == "sqlite":
            with own.connect() as connection:
                connection.exec_driver_sql("begin")
                yield connection
        else:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with own.connect().execution_options(**options) as connection:
                yield connection
    finally:
        own.dispose()


def reflected(connection: Connection) -> list[Table]:
    """The tables as they are in the database, which may be older than the program's models."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for name, table in sorted(metadata.tables.items()) if name != STAMP]


def rows(connection: Connection, table: Table) -> Iterator[Any]:
    """Every row, by key, a thousand at a time."""
    query = select(*(_as_text(column) for column in table.columns)).order_by(*table.primary_key)
    kinds: list[Any] = [column.type for column in table.columns]
    scales = [kind.scale if _exact(kind) else None for kind in kinds]
    for row in connection.execution_options(yield_per=1000).execute(query):
        yield [
            value if scale is None or value is None else f"{Decimal(value):.{scale}f}"
            for value, scale in zip(row, scales, strict=True)
        ]


def _as_text(column: Column[Any]) -> Any:
    """JSON and exact numbers as the text they are, so that none is read and written anew."""
    texts = isinstance(column.type, JSON) or _exact(column.type)
    return cast(column, Text) if texts else column


def _exact(kind: Any) -> bool:
    return isinstance(kind, Numeric) and kind.asdecimal


def uploads(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Every uploaded file by its path below var/uploads; those half written are hidden."""
    folder = settings.var / "uploads"
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink() and not file.name.startswith("."):
            yield file.relative_to(folder).as_posix(), file
