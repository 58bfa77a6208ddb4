"""The one database object, and the column types every table shares."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from select import POLLIN, poll
from types import MappingProxyType
from typing import Annotated, Any, TypeVar
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    ARRAY,
    DDL,
    JSON,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    Enum,
    FromClause,
    MetaData,
    Numeric,
    String,
    TypeDecorator,
    any_,
    event,
    false,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, mapped_column
from sqlalchemy.orm import Session as AnySession
from sqlalchemy.sql.functions import FunctionElement

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


Found = TypeVar("Found")
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


class Session(FlaskSession):
    """The session of a request. One that only reads begins no transaction on a server.

    It sees the same either way, at two questions less; and a transaction that is rolled back
    costs every statement that the connection has prepared.

    Where the request writes what is its person's own over a line of its own (`lms/held.py`), all
    else that it asks goes over that line too, and what ends the one ends the other.
    """

    def get_bind(self, *asked: Any, **more: Any) -> Engine | Connection:
        if (held := self.info.get("held")) is not None:
            return held.connection
        found = super().get_bind(*asked, **more)
        if self.info.get("reading") and isinstance(found, Engine) and is_server(found):
            return each_for_itself(found)
        return found

    def commit(self) -> None:
        held = self.info.get("held")
        if held is not None:
            held.refuse_failed()
        if held is None or self.in_transaction():
            super().commit()
        if held is not None:
            del self.info["held"]
            held.commit()

    def rollback(self) -> None:
        super().rollback()
        self._forget()

    def close(self) -> None:
        super().close()
        self._forget()

    def _forget(self) -> None:
        if (held := self.info.pop("held", None)) is not None:
            held.rollback()


def is_server(engine: Engine) -> bool:
    """Whether the database is a server, and not embedded."""
    return engine.dialect.name != "sqlite"


def once(what: Hashable, ask: Callable[[], Found]) -> Found:
    """What a page asks in several places, asked once while its request lasts.

    Only of a request that reads alone, which cannot change it. what: by what it is known again.
    """
    info = db.session.info
    if not info.get("reading"):
        return ask()
    known: dict[Hashable, Any] = info["asked"]
    if what not in known:
        known[what] = ask()
    return known[what]


def among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a column is one of these. They are one parameter, however many thousands they are."""
    wanted = sorted(set(values))
    if is_server(db.session.get_bind()):  # type: ignore[arg-type]
        return column == any_(literal(wanted, ARRAY(column.type)))
    listed = func.json_each(json.dumps(wanted)).table_valued("value")
    return column.in_(select(listed.c.value))


class as_written(FunctionElement[Any]):  # noqa: N801 — it reads as a function
    """A day to be compared as it is written, where no index is to look for it.

    The embedded database otherwise tries to read both sides as numbers, for each row anew: a tenth
    of a table of thousands.
    """

    inherit_cache = True

    def __init__(self, day: Any) -> None:
        super().__init__(day)
        self.type = day.type


@compiles(as_written)
def _as_it_is(one: as_written, compiler: Any, **more: Any) -> str:
    return compiler.process(one.clauses, **more)


@compiles(as_written, "sqlite")
def _without_affinity(one: as_written, compiler: Any, **more: Any) -> str:
    return f"+{compiler.process(one.clauses, **more)}"


class json_list(FunctionElement[str]):  # noqa: N801 — it reads as a function
    """Some values of a row as the text of a JSON list, on either database."""

    type = String()
    inherit_cache = True


@compiles(json_list)
def _as_json(one: json_list, compiler: Any, **more: Any) -> str:
    return f"cast(json_build_array({compiler.process(one.clauses, **more)}) as text)"


@compiles(json_list, "sqlite")
def _as_embedded_json(one: json_list, compiler: Any, **more: Any) -> str:
    return f"json_array({compiler.process(one.clauses, **more)})"


def as_text(
    columns: Iterable[Any],
    source: FromClause,
    between: str = ",",
    options: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """Thousands of rows of numbers and words as one text, a JSON list for each.

    One by one they take as long as to find them. options: those of the execution.
    """
    text = func.aggregate_strings(json_list(*columns), between)
    return db.session.scalar(select(text).select_from(source), execution_options=options) or ""


def told(columns: Iterable[Any], source: FromClause, options: Mapping[str, Any]) -> list[list[Any]]:
    """The same, read."""
    return _read([as_text(columns, source, ",", options)])


def alike(
    columns: Iterable[Any], source: FromClause, options: Mapping[str, Any]
) -> Iterable[tuple[list[Any], int]]:
    """The same, once for all rows that are alike, each with how many these are."""
    text = as_text(columns, source, "\n", options)
    many = Counter(text.split("\n") if text else ())
    return zip(_read(many), many.values(), strict=True)


def _read(texts: Iterable[str]) -> list[list[Any]]:
    return json.loads(f"[{','.join(texts)}]")  # type: ignore[no-any-return]


def each_for_itself(engine: Engine) -> Engine:
    """The same engine, with the same pool; each statement is a transaction."""
    if engine not in _EACH:
        _EACH[engine] = engine.execution_options(isolation_level="AUTOCOMMIT")
    return _EACH[engine]


WRITES = "a request that only reads was about to write"
_EACH: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()
db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": Session})


@event.listens_for(Session, "before_flush")
def _refuse_to_write(session: Session, *_: object) -> None:
    """A request that only reads has nothing to write: a fault of ours, seen in every test."""
    if not session.info.get("reading"):
        return
    if session.new or session.deleted or any(map(session.is_modified, session.dirty)):
        raise RuntimeError(WRITES)


@event.listens_for(Session, "do_orm_execute")
def _refuse_to_change(asked: ORMExecuteState) -> None:
    if asked.is_insert or asked.is_update or asked.is_delete:
        refuse_to_write(asked.session)


def refuse_to_write(session: AnySession) -> None:
    """For who writes past the session's own doors."""
    if session.info.get("reading"):
        raise RuntimeError(WRITES)


Row = TypeVar("Row", bound=Base)


def find(table: type[Row], row_id: int) -> Row:
    """The row, if it exists and is in scope. `session.get` may answer from memory; this asks."""
    row = db.session.scalar(select(table).where(table.id == row_id))
    if row is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return row


def alone(row: Base) -> None:
    """Whoever asks so for the same row waits until this request is over, and sees what it did.

    A server locks the row, also against new rows that point to it; the embedded database lets one
    write at a time, from its first writing on.
    """
    table = type(row)
    if is_server(db.session.get_bind()):  # type: ignore[arg-type]
        db.session.execute(select(table.id).where(table.id == row.id).with_for_update())
    else:  # a writing that changes nothing takes the lock too, also of what is only added
        plain = Base.metadata.tables[table.__tablename__]
        db.session.execute(update(plain).where(false()).values({plain.c.id: row.id}))


# What each database is told; the embedded one looks at a sample, in a twentieth of a second. A
# smaller one takes an index of mostly empty keys for a fine one: a large table takes half as long
# again.
LOOK_ANEW = {"sqlite": ("pragma analysis_limit=10000", "analyze"), "postgresql": ("analyze",)}


def look_anew() -> None:
    """Let the database see how its rows lie; until it has, a page of units takes 20 s, not 0.2."""
    for line in LOOK_ANEW[db.session.get_bind().dialect.name]:
        db.session.execute(DDL(line))


LINES = 15  # to a server, from one process


def engine_options(address: str) -> dict[str, Any]:
    """How to connect: SQLite takes its lock at the first write, so that two writers queue."""
    if address.startswith("sqlite"):
        # renewed each hour, for a connection reads but once how the rows lie
        connect = {"isolation_level": "IMMEDIATE", "timeout": 10}
        return {"connect_args": connect, "pool_recycle": 3600}
    # Compiling a statement to machine code takes longer than any table of ours. Lines are kept:
    # one that is opened for a moment costs more than what is asked over it, and knows no statement;
    # the one that was used last is used first.
    pool = {"pool_size": LINES, "max_overflow": 0, "pool_use_lifo": True}
    return {"connect_args": {"options": "-c jit=off -c datestyle=ISO"}, **pool}


@event.listens_for(Engine, "checkout")
def _refuse_broken(connection: Any, *_: Any) -> None:
    """A server that has gone has hung up: that is seen on the line, without asking over it.

    The pool then connects anew; a question each time would cost a third of a small request.
    """
    if not isinstance(connection, sqlite3.Connection) and has_hung_up(connection):
        raise DisconnectionError


def has_hung_up(connection: Any) -> bool:
    """Whether the server at the other end of a driver's connection has gone."""
    if connection.closed:
        return True
    line = poll()
    line.register(connection.fileno(), POLLIN)
    return bool(line.poll(0))


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _: Any) -> None:
    """SQLite keeps its promises only when asked to."""
    if isinstance(connection, sqlite3.Connection):
        for line in ("foreign_keys=on", "journal_mode=wal", "synchronous=full"):
            connection.execute(f"pragma {line}")
