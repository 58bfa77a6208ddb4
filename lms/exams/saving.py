"""The save path: the one file that speaks to the database past the session.

One statement checks the ticket against the attempt's row and adds the operations. It shares that
row with other savers and shuts out the submit, so that what it says counts is what is marked.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from sqlalchemy import JSON, Boolean, Connection, Integer, TextualSelect, bindparam, text

from lms.audit.rules import Actor, Outcome
from lms.audit.services import acting, record
from lms.db import Utc, db
from lms.errors import NotAllowed
from lms.exams.rules import GRACE, Operation, is_over
from lms.exams.tickets import Ticket
from lms.web import transaction

Key = tuple[int, int]  # turn, sequence

# The operations come as one parameter of JSON, so that the statement is always the same text.
SAID = {
    "sqlite": """
        select json_extract(value, '$[0]') as turn, json_extract(value, '$[1]') as sequence,
               json_extract(value, '$[2]') as slot, json_extract(value, '$[3]') as content,
               json_extract(value, '$[4]') as said_at
        from json_each(:operations)""",
    "postgresql": """
        select cast(value ->> 0 as integer) as turn, cast(value ->> 1 as integer) as sequence,
               cast(value ->> 2 as integer) as slot, value -> 3 as content,
               cast(value ->> 4 as timestamp) as said_at
        from json_array_elements(cast(:operations as json))""",
}
SHARE = {"sqlite": "", "postgresql": "for share"}  # the embedded one has one writer at a time
ADD = """
insert into answer (attempt_id, turn, sequence, slot, content, said_at, saved_at, counts)
select mine.id, said.turn, said.sequence, said.slot, said.content, said.said_at, :now,
       mine.submitted_at is null and mine.ends_at >= :latest
       and coalesce(said.said_at <= newer.opened_at, true)
from (select id, submitted_at, ends_at from attempt
      where id = :attempt and person_id = :person and turn >= :turn {share}) as mine
cross join ({said}) as said
left join opening as newer on newer.attempt_id = mine.id and newer.turn = said.turn + 1
where said.turn <= :turn
on conflict (attempt_id, turn, sequence) do nothing
returning turn, sequence, counts"""
# What a slot holds is its last answer; an answer taken back holds nothing.
HOLDS = """
select mine.turn, mine.ends_at, mine.submitted_at is not null as submitted,
       (select count(*)
        from (select content, row_number() over (
                  partition by slot order by turn desc, sequence desc) as place
              from answer where attempt_id = mine.id and counts) as last
        where place = 1 and cast(content as varchar) <> '[]') as held
from attempt as mine
where mine.id = :attempt and mine.person_id = :person and mine.turn >= :turn"""
THERE = """
select there.turn, there.sequence, there.slot, there.content, there.counts
from answer as there
join ({said}) as said on said.turn = there.turn and said.sequence = there.sequence
where there.attempt_id = :attempt"""


@dataclass(frozen=True)
class Held:
    """What the server holds, which alone may be called saved.

    turn: the last that was given out; answered: slots with an answer; kept: the keys of this
    batch that are stored; late: those of them that came too late to count; refused: keys under
    which something else is stored already.
    """

    turn: int
    ends_at: datetime
    over: bool
    answered: int
    kept: list[Key]
    late: list[Key]
    refused: list[Key]


def save(ticket: Ticket, operations: Sequence[Operation], now: datetime) -> Held:
    """Add operations to the attempt of a ticket, each once, and say what is held.

    Nothing to add is a heartbeat: it reads and writes nothing. Raises NotAllowed where the ticket
    opens no attempt.
    """
    connection = db.session.connection()
    mine = {"attempt": ticket.attempt_id, "person": ticket.person_id, "turn": ticket.turn}
    stored = _added(connection, mine, operations, now) if operations else {}
    refused = {operation.key for operation in operations} - set(stored)
    row = connection.execute(_holds(), mine).one_or_none()
    if row is None:
        raise NotAllowed("答题凭证已失效，请重新打开考试页面。")
    if refused:
        transaction.afterwards(partial(_note_refused, ticket, sorted(refused), now))
    over = row.submitted or is_over(row.ends_at, now)
    late = [key for key in stored if not stored[key]]
    return Held(row.turn, row.ends_at, over, row.held, sorted(stored), late, sorted(refused))


def _added(
    connection: Connection, mine: dict[str, int], operations: Sequence[Operation], now: datetime
) -> dict[Key, bool]:
    """The keys that are stored with this very content, and whether each counts."""
    said = json.dumps([_row(operation) for operation in operations], ensure_ascii=False)
    values = {**mine, "operations": said}
    added = connection.execute(
        _add(connection.dialect.name), {**values, "now": now, "latest": now - GRACE}
    )
    stored = {(row.turn, row.sequence): row.counts for row in added}
    if len(stored) < len(operations):  # something came a second time
        there = connection.execute(_there(connection.dialect.name), values)
        same = {(one.key, one.slot, one.answer) for one in operations}
        stored = {
            (row.turn, row.sequence): row.counts
            for row in there
            if ((row.turn, row.sequence), row.slot, tuple(row.content)) in same
        }
    return stored


def _row(operation: Operation) -> list[object]:
    said_at = f"{operation.said_at:%Y-%m-%d %H:%M:%S.%f}"  # as both databases store a moment
    return [operation.turn, operation.sequence, operation.slot, operation.answer, said_at]


def _note_refused(ticket: Ticket, keys: list[Key], now: datetime) -> None:
    """One key with two contents is a fault, or a forgery: the officer shall see it."""
    acting(Actor(ticket.person_id))
    whom = f"attempt {ticket.attempt_id}"
    record("save answer", now, whom=whom, outcome=Outcome.REFUSED, keys=keys)


@cache
def _add(dialect: str) -> TextualSelect:
    statement = text(ADD.format(said=SAID[dialect], share=SHARE[dialect]))
    moments = (bindparam("now", type_=Utc), bindparam("latest", type_=Utc))
    return statement.bindparams(*moments).columns(turn=Integer, sequence=Integer, counts=Boolean)


@cache
def _holds() -> TextualSelect:
    return text(HOLDS).columns(turn=Integer, ends_at=Utc, submitted=Boolean, held=Integer)


@cache
def _there(dialect: str) -> TextualSelect:
    return text(THERE.format(said=SAID[dialect])).columns(
        turn=Integer, sequence=Integer, slot=Integer, content=JSON, counts=Boolean
    )
