"""Signed words that let a page in without a look at tables: to a lesson, a stream, a file. Pure.

Whoever hands one out has asked whether the person may see the lesson.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lms.clock import day_of, start_of
from lms.errors import NotAllowed
from lms.learning.rules import COUNTS, Watched, read, written
from lms.signing import signed, signed_words


@dataclass(frozen=True)
class StreamTicket:
    """A stream of a person, and how long its video is, in tenths of a second."""

    stream_id: int
    person_id: int
    total: int


def lesson_pass(version_id: int, person_id: int, secret: str) -> str:
    """Lets a person open streams of a version."""
    return signed(f"lesson.{version_id}.{person_id}", secret)


def refuse_other_pass(shown: str, version_id: int, person_id: int, secret: str) -> None:
    if not hmac.compare_digest(shown.encode(), lesson_pass(version_id, person_id, secret).encode()):
        raise NotAllowed("页面凭证无效，请重新打开这一课。")


def stream_ticket(ticket: StreamTicket, secret: str) -> str:
    words = f"stream.{ticket.stream_id}.{ticket.person_id}.{ticket.total}"
    return signed(words, secret)


def shown_stream(text: str, stream_id: int, secret: str) -> StreamTicket:
    """The ticket that was shown for a stream. Raises NotAllowed for any other or a forged one."""
    words = _opened(text, secret).split(".")
    if words[:2] != ["stream", str(stream_id)]:
        raise NotAllowed("页面凭证无效，请重新打开这一课。")
    return StreamTicket(*map(int, words[1:]))


def carried(ticket: StreamTicket, state: Watched, secret: str) -> str:
    """A stream as it stands, for its page to bring along: then nobody has to look it up."""
    moments = [_micros(one) for one in (state.opened_at, state.heard_at or state.opened_at)]
    counts = [getattr(state, name) for name in COUNTS]
    words = ".".join(map(str, ["state", ticket.stream_id, ticket.person_id, *moments, *counts]))
    return signed(f"{words}.{written(state.spans)}", secret)


def brought(text: object, ticket: StreamTicket, secret: str) -> Watched | None:
    """The stream as its page brings it; none for anything else, and it is looked up."""
    if not isinstance(text, str):
        return None
    words = signed_words(text, secret)
    if words is None:
        return None
    kind, stream, person, opened, heard, *counts, spans = words.split(".")
    if (kind, stream, person) != ("state", str(ticket.stream_id), str(ticket.person_id)):
        return None
    known = dict(zip(COUNTS, map(int, counts), strict=True))
    return Watched(_moment(opened), None, _moment(heard), spans=read(spans), **known)


def _micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _moment(micros: str) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(micros))


def file_ticket(name: str, person_id: int, now: datetime, secret: str) -> str:
    """Lets a player have a file until tomorrow ends; the same all day, so that it is kept."""
    ends = int(start_of(day_of(now) + timedelta(days=2)).timestamp())
    signature = signed(f"file.{name}.{person_id}.{ends}", secret).rpartition(".")[2]
    return f"{person_id}.{ends}.{signature}"


def refuse_other_file(ticket: str, name: str, now: datetime, secret: str) -> None:
    """Raises NotAllowed for a ticket of another file, or one that has ended."""
    whose, _, signature = ticket.rpartition(".")
    _opened(f"file.{name}.{whose}.{signature}", secret)
    if int(whose.rpartition(".")[2]) < now.timestamp():
        raise NotAllowed("页面凭证已过期，请重新打开这一课。")


def _opened(text: str, secret: str) -> str:
    words = signed_words(text, secret)
    if words is None:
        raise NotAllowed("页面凭证无效，请重新打开这一课。")
    return words
