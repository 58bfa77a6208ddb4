"""The save path: the one file that speaks to the database past the session.

One statement checks the ticket against the attempt's row and adds the operations. It shares that
row with other savers and shuts out the submit, so that what it says counts is what is marked.
A second one touches the pulse of the attempt, and says what is held; a heartbeat is that alone.
On a server both are one, and it is a transaction by itself: one question over the line.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Integer, TextualSelect, bindparam, text

from lms.audit.rules import Actor, Outcome
from lms.audit.services import acting, record
from lms.bare import Bare
from lms.db import Utc, db
from lms.errors import NotAllowed
from lms.exams.kept import Kept
from lms.exams.rules import GRACE, Leaving, Operation, is_over
from lms.exams.tickets import Ticket
from lms.web import transaction

Key = tuple[int, int]  # turn, sequence
Line = Connection | Bare

# The operations come as one parameter of JSON, so that the statement is always the same text.
SAID = {
    "sqlite": """
        select json_extract(value, '$[0]') as turn, json_extract(value, '$[1]') as sequence,
               json_extract(value, '$[2]') as slot, json_extract(value, '$[3]') as content,
               json_extract(value, '$[4]') as said_at, json_extract(value, '$[5]') as sure
        from json_each(:operations)""",
    "postgresql": """
        select cast(value ->> 0 as integer) as turn, cast(value ->> 1 as integer) as sequence,
               cast(value ->> 2 as integer) as slot, value -> 3 as content,
               cast(value ->> 4 as timestamp) as said_at, cast(value ->> 5 as boolean) as sure
        from json_array_elements(cast(:operations as json))""",
}
MINE = """select id, turn, started_at, submitted_at, ends_at, assessment_id, looked from attempt
    where id = :attempt and person_id = :person and turn >= :turn"""
LOOKED = {
    "sqlite": "json_extract(mine.looked, '$.\"' || said.slot || '\"')",
    "postgresql": "mine.looked ->> cast(said.slot as varchar)",
}
# It counts where it arrives in time, was chosen before the end and before a hand-over, and right
# and wrong of its question were not looked at.
ADD = """
insert into answer (attempt_id, turn, sequence, slot, content, said_at, sure, saved_at, counts)
select mine.id, said.turn, said.sequence, said.slot, said.content, said.said_at, said.sure, :now,
       mine.submitted_at is null and mine.ends_at >= :latest and said.said_at <= mine.ends_at
       and coalesce(said.said_at <= newer.opened_at, true) and {looked} is null
from {mine} cross join {said}
left join opening as newer on newer.attempt_id = mine.id and newer.turn = said.turn + 1
where said.turn <= :turn
on conflict (attempt_id, turn, sequence) do nothing
returning turn, sequence, counts"""
# What a slot holds is its last answer; an answer taken back holds nothing.
# The last of a slot is the greatest of its numbers, which are even where it holds nothing: neither
# sorted nor kept in windows, for that is a fifth of a save.
COUNTED = """(select count(*)
        from (select max((cast(turn as bigint) * 2147483648 + sequence) * 2
                         + case when cast(content as varchar) = '[]' then 0 else 1 end) as last
              from {answers} group by slot) as held
        where last % 2 = 1)"""
STORED = "answer where attempt_id = mine.id and counts"
AND_ADDED = f"""(
    select slot, turn, sequence, content from {STORED}
    union all select slot, turn, sequence, content from added where counts) as every"""
KNOWN = "coalesce((select answered from pulse where attempt_id = mine.id), 0)"
# The last contact in time moves only before the end, what the page tells of itself only onwards.
TOUCH = """
insert into pulse (attempt_id, contact_at, in_time_at, answered, unsent, leaves)
select mine.id, :now,
       case when mine.submitted_at is null and mine.ends_at >= :now then :now
            else mine.started_at end,
       {answered}, :unsent, :leaves
from {mine}
where true
on conflict (attempt_id) do update set
    contact_at = excluded.contact_at,
    in_time_at = case when excluded.in_time_at > pulse.in_time_at
                      then excluded.in_time_at else pulse.in_time_at end,
    answered = excluded.answered,
    unsent = excluded.unsent,
    leaves = case when excluded.leaves > pulse.leaves
                  then excluded.leaves else pulse.leaves end
returning answered, leaves"""
HOLDS = """,
    (select turn from attempt where id = :attempt) as turn,
    (select ends_at from attempt where id = :attempt) as ends_at,
    (select submitted_at is not null from attempt where id = :attempt) as submitted,
    (select assessment_id from attempt where id = :attempt) as assessment_id"""
# The row is shared with other savers; who submits waits, and so does who comes while one submits.
AT_ONCE = """
with mine as ({mine} for share), said as ({said}), added as ({add}, slot, content),
touched as ({touch})
select mine.turn, mine.ends_at, mine.submitted_at is not null as submitted, mine.assessment_id,
       touched.answered, touched.leaves,
       (select json_agg(json_build_array(turn, sequence, counts)) from added) as added
from mine cross join touched"""
# A heartbeat that a power cut forgets is said again in half a minute: nobody waits for a disk.
LIGHTLY = {"sqlite": "", "postgresql": ", set_config('synchronous_commit', 'off', true)"}
THERE = """
select there.turn, there.sequence, there.slot, there.content, there.counts
from answer as there
join ({said}) as said on said.turn = there.turn and said.sequence = there.sequence
where there.attempt_id = :attempt"""


# What is said to all who sit, and the rule for leaving the page.
NOTICE = """
select said.id, said.text, whole.leaving, whole.leaves_most
from assessment as whole
left join announcement as said
    on said.id = (select max(id) from announcement where assessment_id = whole.id)
where whole.id = :assessment"""
TOLD = text(NOTICE)
END = """
update attempt set ends_at = :now
where id = :attempt and submitted_at is null and ends_at > :now"""


@dataclass(frozen=True)
class Told:
    """What a page tells of itself with each contact.

    unsent: operations that it still holds; leaves: how often it was left; word: the last word to
    all that it has shown.
    """

    unsent: int = 0
    leaves: int = 0
    word: int = 0


@dataclass(frozen=True)
class Held:
    """What the server holds, which alone may be called saved.

    turn: the last that was given out; answered: slots with an answer; kept: the keys of this
    batch that are stored; late: those of them that came too late to count; refused: keys under
    which something else is stored already; word: the number and the text of a word to all that
    the page has not shown yet; left: how often the page was left, where that ends the attempt.
    """

    turn: int
    ends_at: datetime
    over: bool
    answered: int
    kept: list[Key]
    late: list[Key]
    refused: list[Key]
    word: tuple[int, str] | None
    left: int | None = None


@dataclass(frozen=True)
class Notice:
    """What all pages of an assessment are told. leaves_most: then it is collected."""

    word: tuple[int, str] | None
    leaves_most: int | None


NOTICES: Kept[Notice] = Kept(timedelta(seconds=5))
NOTHING_TOLD = Told()


def save(
    ticket: Ticket, operations: Sequence[Operation], now: datetime, told: Told = NOTHING_TOLD
) -> Held:
    """Keep a batch in the transaction of this request; what follows from it comes afterwards."""
    held = keep(db.session.connection(), ticket, operations, now, told)
    for act in follows(held, ticket, now):
        transaction.afterwards(act)
    return held


def keep(
    connection: Line,
    ticket: Ticket,
    operations: Sequence[Operation],
    now: datetime,
    told: Told = NOTHING_TOLD,
) -> Held:
    """Add operations to the attempt of a ticket, each once, and say what is held.

    Nothing to add is a heartbeat: it only touches the pulse. Raises NotAllowed where the ticket
    opens no attempt.
    """
    mine = {"attempt": ticket.attempt_id, "person": ticket.person_id, "turn": ticket.turn}
    values = {**mine, "now": now, "unsent": told.unsent, "leaves": told.leaves}
    row, stored = _kept(connection, values, operations, now)
    if row is None:
        raise NotAllowed("答题凭证已失效，请重新打开考试页面。")
    said = notice(row.assessment_id, now, connection)
    ends_at, leaves_most = row.ends_at.replace(tzinfo=UTC), said.leaves_most
    left = leaves_most is not None and row.leaves >= leaves_most and ends_at > now
    ends_at = now if left else ends_at
    return Held(
        turn=row.turn,
        ends_at=ends_at,
        over=row.submitted or is_over(ends_at, now),
        answered=row.answered,
        kept=sorted(stored),
        late=[key for key in stored if not stored[key]],
        refused=sorted({operation.key for operation in operations} - set(stored)),
        word=said.word if said.word and said.word[0] > told.word else None,
        left=row.leaves if left else None,
    )


def follows(held: Held, ticket: Ticket, now: datetime) -> Iterator[Callable[[], None]]:
    """What is done when a batch is kept, each in a transaction of its own."""
    if held.refused:
        yield partial(_note_refused, ticket, held.refused, now)
    if held.left is not None:
        yield partial(_collect, ticket, held.left, now)


def notice(assessment_id: int, now: datetime, connection: Line | None = None) -> Notice:
    """What all pages of an assessment are told; looked up once in five seconds."""
    return NOTICES.get(assessment_id, now, partial(_notice, connection, assessment_id))


def _notice(connection: Line | None, assessment_id: int) -> Notice:
    row = (connection or db.session.connection()).execute(TOLD, {"assessment": assessment_id}).one()
    collects = row.leaving == Leaving.COLLECTED and row.leaves_most is not None
    word = (row.id, row.text) if row.id is not None else None
    return Notice(word, row.leaves_most if collects else None)


def _collect(ticket: Ticket, leaves: int, now: datetime) -> None:
    """The page was left too often, and the notice had said so: the end comes now."""
    ended = text(END).bindparams(bindparam("now", type_=Utc))
    values = {"attempt": ticket.attempt_id, "now": now}
    if db.session.connection().execute(ended, values).rowcount:
        acting(Actor(ticket.person_id))
        record("collect attempt", now, whom=f"attempt {ticket.attempt_id}", leaves=leaves)


def _kept(
    connection: Line, values: dict[str, Any], operations: Sequence[Operation], now: datetime
) -> tuple[Any, dict[Key, bool]]:
    """What the attempt holds; and the keys that are stored with this content, whether each counts.

    No row: the ticket opens nothing.
    """
    dialect = connection.dialect.name
    if not operations:
        return connection.execute(_touch(dialect, False), values).one_or_none(), {}
    said = json.dumps([_row(operation) for operation in operations], ensure_ascii=False)
    values = {**values, "operations": said, "latest": now - GRACE}
    if dialect == "postgresql":
        row = connection.execute(_at_once(), values).one_or_none()
        added = row.added or [] if row else []
    else:
        added = connection.execute(_add(), values).all()
        row = connection.execute(_touch(dialect, True), values).one_or_none()
    stored = {(turn, sequence): bool(counts) for turn, sequence, counts in added}
    if row is not None and len(stored) < len(operations):  # something came a second time
        stored = _stored(connection, values, operations)
    return row, stored


def _stored(
    connection: Line, values: dict[str, Any], operations: Sequence[Operation]
) -> dict[Key, bool]:
    """Of these operations those that are there with the same content; whether each counts."""
    there = connection.execute(_there(connection.dialect.name), values)
    same = {(one.key, one.slot, one.answer) for one in operations}
    return {
        (row.turn, row.sequence): row.counts
        for row in there
        if ((row.turn, row.sequence), row.slot, tuple(row.content)) in same
    }


def _row(operation: Operation) -> list[object]:
    moment = operation.said_at.astimezone(UTC)
    said_at = f"{moment:%Y-%m-%d %H:%M:%S.%f}"  # as both databases store a moment
    place = [operation.turn, operation.sequence, operation.slot]
    return [*place, operation.answer, said_at, operation.sure]


def _note_refused(ticket: Ticket, keys: list[Key], now: datetime) -> None:
    """One key with two contents is a fault, or a forgery: the officer shall see it."""
    acting(Actor(ticket.person_id))
    whom = f"attempt {ticket.attempt_id}"
    record("save answer", now, whom=whom, outcome=Outcome.REFUSED, keys=keys)


MOMENTS = (bindparam("now", type_=Utc), bindparam("latest", type_=Utc))
HOLDING = {"answered": Integer, "leaves": Integer, "turn": Integer, "ends_at": Utc}
HOLDING |= {"submitted": Boolean, "assessment_id": Integer}


@cache
def _add() -> TextualSelect:
    """For the embedded database: it has one writer at a time."""
    said = f"({SAID['sqlite']}) as said"
    add = ADD.format(mine=f"({MINE}) as mine", said=said, looked=LOOKED["sqlite"])
    statement = text(add).bindparams(*MOMENTS)
    return statement.columns(turn=Integer, sequence=Integer, counts=Boolean)


@cache
def _touch(dialect: str, adds: bool) -> TextualSelect:
    answered = COUNTED.format(answers=STORED) if adds else KNOWN
    touch = TOUCH.format(mine=f"({MINE}) as mine", answered=answered)
    whole = text(touch + HOLDS + ("" if adds else LIGHTLY[dialect]))
    return whole.bindparams(MOMENTS[0]).columns(**HOLDING)


@cache
def _at_once() -> TextualSelect:
    """For a server: all in one question."""
    add = ADD.format(mine="mine", said="said", looked=LOOKED["postgresql"])
    touch = TOUCH.format(mine="mine", answered=COUNTED.format(answers=AND_ADDED))
    whole = AT_ONCE.format(mine=MINE, said=SAID["postgresql"], add=add, touch=touch)
    return text(whole).bindparams(*MOMENTS).columns(added=JSON, **HOLDING)


@cache
def _there(dialect: str) -> TextualSelect:
    return text(THERE.format(said=SAID[dialect])).columns(
        turn=Integer, sequence=Integer, slot=Integer, content=JSON, counts=Boolean
    )
