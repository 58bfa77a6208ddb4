"""What builders make waits and is written together: a statement for a table, not one for a row.

A thing has its number at once, for the next one points to it. Whoever looks through the builders'
session, or begins a transaction of another (see `Make.others_begin`), finds all that was made.
"""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Table, event, insert, inspect
from sqlalchemy.orm import MANYTOONE, Mapper, Session, make_transient_to_detached

from lms.db import Base


class Builders(Session):
    """A session of builders: `keep` takes a new thing, and all new ones that hang on it."""

    usual: ClassVar[frozenset[Table]] = frozenset()  # what was made in the test before, too

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.waiting: dict[Table, list[dict[str, Any]]] = {}
        self.last: dict[Table, int] = {}  # the number given out last, while nobody else writes
        self.numbered: set[Table] = set()
        for moment in ("do_orm_execute", "before_flush", "before_commit"):
            event.listen(self, moment, self.write)
        for moment in ("after_flush", "after_commit", "after_rollback"):
            event.listen(self, moment, self.ask_for_numbers)

    def expire_all(self) -> None:
        """What has changed is written, not forgotten."""
        self.flush()
        super().expire_all()

    def connection(self, *given: Any, **more: Any) -> Any:
        self.write()
        return super().connection(*given, **more)

    def ask_for_numbers(self, *_: object) -> None:
        """Others may have written."""
        self.last.clear()

    def close(self) -> None:
        """The next builders will most likely make the same kinds of things."""
        Builders.usual = frozenset(self.numbered)
        super().close()

    def keep(self, thing: Any) -> None:
        """A new thing waits; what has changed of a known one is written."""
        if not inspect(thing).transient:
            self.flush()
            return
        new = list(_new(thing, set()))
        for one in new:
            self._take(one)
        for one in new:
            make_transient_to_detached(one)
        self.add_all(new)

    def _take(self, thing: Any) -> None:
        """Number a thing, point it to what it belongs to, and have its row wait."""
        mapper, held = inspect(type(thing)), inspect(thing).dict
        if thing.id is None:
            thing.id = self.next(type(thing))
        for tie, others in _others(thing):
            for one in others:
                into, source = (thing, one) if tie.up else (one, thing)
                for theirs, ours in tie.pairs:
                    setattr(into, ours, getattr(source, theirs))
        row = {column: held[name] for name, column in _columns(mapper) if name in held}
        self.waiting.setdefault(mapper.local_table, []).append(row)

    def next(self, kind: type[Base]) -> int:
        """The number of the next thing of this kind, which is given out now."""
        table = kind.__table__
        self.numbered.add(table)
        if table not in self.last:
            self._look({table, *self.numbered, *self.usual} - self.last.keys())
        self.last[table] += 1
        return self.last[table]

    def _look(self, tables: set[Table]) -> None:
        """From where the database would go on counting: one question for all of them."""
        here = super().connection()
        ordered = sorted(tables, key=_places().get)
        found = here.exec_driver_sql(_highest(here.dialect.name, tuple(ordered))).one()
        self.last.update(zip(ordered, found, strict=True))

    def write(self, *_: object) -> None:
        """Write what waits: wholes before their parts, each table in the order of its making."""
        if not self.waiting:
            return
        waiting, self.waiting = self.waiting, {}
        here = super().connection()
        for table in sorted(waiting, key=_places().get):
            for _, rows in groupby(waiting[table], key=lambda row: row.keys()):
                here.execute(insert(table), list(rows))
        numbered = [table for table in waiting if table in self.last]
        if numbered and here.dialect.name == "postgresql":
            lines = (f"setval('{table}_id_seq', {self.last[table]})" for table in numbered)
            here.exec_driver_sql("select " + ", ".join(lines))


class Tie(NamedTuple):
    """A relationship. up: to a whole. pairs: the attribute of the whole, and that of the part."""

    name: str
    up: bool
    pairs: tuple[tuple[str, str], ...]


@cache
def _highest(database: str, tables: tuple[Table, ...]) -> str:
    """Asks for one row: for each table the number that was given out last, 0 before the first."""
    if database == "sqlite":
        each = (f"(select coalesce(max(id), 0) from {table})" for table in tables)
    else:
        number = "last_value - case when is_called then 0 else 1 end"
        each = (f"(select {number} from {table}_id_seq)" for table in tables)
    return "select " + ", ".join(each)


@cache
def _places() -> dict[Table, int]:
    return {table: place for place, table in enumerate(Base.metadata.sorted_tables)}


@cache
def _columns(mapper: Mapper) -> list[tuple[str, str]]:
    """Attribute and column."""
    return [(one.key, one.columns[0].key) for one in mapper.column_attrs]


@cache
def _ties(mapper: Mapper) -> list[Tie]:
    found = []
    for one in mapper.relationships:
        up = one.direction is MANYTOONE
        whole, part = (one.mapper, mapper) if up else (mapper, one.mapper)
        pairs = (
            (whole.get_property_by_column(a).key, part.get_property_by_column(b).key)
            for a, b in one.synchronize_pairs
        )
        found.append(Tie(one.key, up, tuple(pairs)))
    return found


def _others(thing: Any) -> Iterator[tuple[Tie, list[Any]]]:
    """What was hung on a new thing, by relationship."""
    held = inspect(thing).dict
    for tie in _ties(inspect(type(thing))):
        if (found := held.get(tie.name)) is not None:
            yield tie, list(found) if isinstance(found, list) else [found]


def _new(thing: Any, seen: set[Any]) -> Iterator[Any]:
    """A new thing and all new ones around it, wholes first."""
    if thing in seen or not inspect(thing).transient:
        return
    seen.add(thing)
    around = list(_others(thing))
    for tie, others in around:
        if tie.up:
            for one in others:
                yield from _new(one, seen)
    yield thing
    for tie, others in around:
        if not tie.up:
            for one in others:
                yield from _new(one, seen)
