"""The one database object, and the column types every table shares."""

import sqlite3
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    DDL,
    JSON,
    DateTime,
    Engine,
    Enum,
    MetaData,
    Numeric,
    String,
    TypeDecorator,
    event,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from lms.errors import NotFound


class Utc(TypeDecorator[datetime]):
    """A moment. Stored as UTC, given back as UTC; a moment without a zone is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


Code = Annotated[str, mapped_column(String(40))]
Name = Annotated[str, mapped_column(String(120))]
Line = Annotated[str, mapped_column(String(400))]
Digest = Annotated[str, mapped_column(String(64))]
Moment = Annotated[datetime, mapped_column(Utc)]
Points = Annotated[Decimal, mapped_column(Numeric(7, 2))]
Words = Annotated[list[str], mapped_column(JSON)]
Facts = Annotated[dict[str, Any], mapped_column(JSON)]

# Compared byte by byte, so that a range over it is a subtree on every database.
PATH = String(200).with_variant(String(200, collation="C"), "postgresql")
# An enumeration is kept as its word, so that the database reads like the code.
WORD = Enum(
    StrEnum,
    native_enum=False,
    create_constraint=False,
    length=40,
    values_callable=lambda kind: [member.value for member in kind],
)


class Base(DeclarativeBase):
    """Every table. Its constraints have names, so that a migration can find them again."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {StrEnum: WORD}

    id: Mapped[int] = mapped_column(primary_key=True)


db = SQLAlchemy(metadata=Base.metadata)
Row = TypeVar("Row", bound=Base)


def find(table: type[Row], row_id: int) -> Row:
    """The row, if it exists and is in scope. `session.get` may answer from memory; this asks."""
    row = db.session.scalar(select(table).where(table.id == row_id))
    if row is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return row


# What each database is told; the embedded one looks at a sample, which takes milliseconds.
LOOK_ANEW = {"sqlite": ("pragma analysis_limit=1000", "analyze"), "postgresql": ("analyze",)}


def look_anew() -> None:
    """Let the database see how its rows lie; until it has, a page of units takes 20 s, not 0.2."""
    for line in LOOK_ANEW[db.session.get_bind().dialect.name]:
        db.session.execute(DDL(line))


def engine_options(address: str) -> dict[str, Any]:
    """How to connect: SQLite takes its lock at the first write, so that two writers queue."""
    if address.startswith("sqlite"):
        # renewed each hour, for a connection reads but once how the rows lie
        connect = {"isolation_level": "IMMEDIATE", "timeout": 10}
        return {"connect_args": connect, "pool_recycle": 3600}
    return {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10}


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _: Any) -> None:
    """SQLite keeps its promises only when asked to."""
    if isinstance(connection, sqlite3.Connection):
        for line in ("foreign_keys=on", "journal_mode=wal", "synchronous=full"):
            connection.execute(f"pragma {line}")
