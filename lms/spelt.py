"""A statement as a server's own library is asked for it: its text, and how values go and come."""

import json
from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import Any

from sqlalchemy import BigInteger, Executable, Integer, TextualSelect
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.types import TypeEngine

# Of the dialects this one turns the fewest values, and says no types in its text.
DIALECT = PGDialect_psycopg2(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
# As the server counts types. A text's is left to the server, which sees what it stands for.
BOOL, LONG, SHORT, TEXT, DAY, MOMENT, NUMBER = 16, 20, 23, 0, 1082, 1114, 1700
JSON, JSONB = 114, 3802
WHOLE = (20, 21, 23)  # numbers, of each length
KNOWN = 512  # statements; they are built once, so there are few
Turn = Callable[[Any], Any]


def _text(value: str) -> bytes:
    if "\0" in value:
        raise ValueError("no text of a server holds a zero byte")
    return value.encode()


def _moment(value: datetime) -> bytes:
    """In UTC without saying so, as the database keeps it."""
    if value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value.isoformat(" ").encode()


# How a value is sent: its type, and its text.
SENT: dict[type, tuple[int, Turn]] = {
    bool: (BOOL, lambda value: b"t" if value else b"f"),
    int: (LONG, b"%d".__mod__),
    str: (TEXT, _text),
    date: (DAY, lambda value: value.isoformat().encode()),
    datetime: (MOMENT, _moment),
    Decimal: (NUMBER, lambda value: str(value).encode()),
    NoneType: (TEXT, lambda _: None),
}
# How what comes is read; whatever else is text.
READ: dict[int, Turn] = {
    BOOL: b"t".__eq__,
    DAY: lambda value: date.fromisoformat(value.decode()),
    MOMENT: lambda value: datetime.fromisoformat(value.decode()),
    NUMBER: lambda value: Decimal(value.decode()),
    JSON: json.loads,
    JSONB: json.loads,
    **dict.fromkeys(WHOLE, int),
}


@dataclass(frozen=True, slots=True)
class Spelt:
    """A statement, spelt once for all lines.

    names: of its values, in their order; kinds: as the server counts them, none where the value
    says it; own: values that it brings along; turned: the place of each value that its column's
    type turns into what is sent, with how; types: of what it gives, none where it does not say.
    """

    text: bytes
    names: tuple[str, ...]
    kinds: tuple[int | None, ...]
    own: Mapping[str, Any]
    turned: tuple[tuple[int, Turn], ...]
    types: tuple[TypeEngine[Any], ...]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """All its values in their order, as they are sent by their kind."""
        known = {**self.own, **given} if self.own else given
        found = [known[name] for name in self.names]
        for place, turn in self.turned:
            found[place] = turn(found[place])
        return found

    def sent_as(self, values: list[Any]) -> list[int]:
        """The kind of each value, as the server counts them."""
        return [
            SENT[type(value)][0] if kind is None else kind
            for value, kind in zip(values, self.kinds, strict=True)
        ]

    def readers(self, kinds: list[int]) -> tuple[Turn, ...]:
        """How each column is read. kinds: its types, as the server counts them."""
        readers = [READ.get(kind, bytes.decode) for kind in kinds]
        if not self.types:
            return tuple(readers)
        turns = [
            type_.dialect_impl(DIALECT).result_processor(DIALECT, kind)
            for type_, kind in zip(self.types, kinds, strict=True)
        ]
        return tuple(
            _both(reader, turn) if turn else reader
            for reader, turn in zip(readers, turns, strict=True)
        )


def _both(first: Turn, then: Turn) -> Turn:
    return lambda value: then(first(value))


def _kind(type_: TypeEngine[Any]) -> int | None:
    """A number has as many places as its column: `substr` is asked with short ones alone."""
    if isinstance(type_, Integer):
        return LONG if isinstance(type_, BigInteger) else SHORT
    return None


@lru_cache(KNOWN)
def spelt(asked: Executable) -> Spelt:
    """A statement that is built once: with its text, the names of its values, and their types.

    Raises TypeError for one whose text depends on its values, or that the mapper would add to.
    """
    compiled: Any = asked.compile(dialect=DIALECT)  # type: ignore[attr-defined]
    if compiled.post_compile_params or compiled.prefetch:
        raise TypeError(f"{asked} is not a whole statement by itself")
    # what is written as text names its columns in any order: these are read by their kind alone
    given = () if isinstance(asked, TextualSelect) else getattr(asked, "exported_columns", ())
    names = tuple(compiled.positiontup)
    binds = [compiled.binds[name] for name in names]
    turns = [bind.type.dialect_impl(DIALECT).bind_processor(DIALECT) for bind in binds]
    return Spelt(
        text=str(compiled).encode(),
        names=names,
        kinds=tuple(_kind(bind.type) for bind in binds),
        own={
            name: bind.effective_value
            for name, bind in zip(names, binds, strict=True)
            if not bind.required
        },
        turned=tuple((place, turn) for place, turn in enumerate(turns) if turn),
        types=tuple(column.type for column in given),
    )


def row_of(columns: list[str]) -> Callable[..., Any]:
    """What a row is made with: its columns by place and, where that can be, by name."""
    return namedtuple("Row", columns, rename=True)  # type: ignore[misc]  # noqa: PYI024
