"""Many questions are set at once: their facts, what they are for, or out of use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from lms.access.scope import scope_in
from lms.bank import pools, states
from lms.bank.models import Question
from lms.bank.rules import Difficulty, Layer, Pool, Right, Thinking
from lms.bank.writing import set_facts
from lms.db import db
from lms.errors import Invalid, NotAllowed
from lms.jobs.models import Job
from lms.jobs.rules import Progress
from lms.jobs.services import ask
from lms.people.rules import Me

SET = "set questions"
AT_ONCE = 200  # so many in the request itself; more are a job
SLICE = 50
DAYS = ("valid_from", "valid_to")
WORDS = {"layer": Layer, "level": Thinking, "difficulty": Difficulty}


@dataclass(frozen=True)
class Wish:
    """What is to be set; what is left out stays as it is. why: for leaving the examination pool."""

    facts: Mapping[str, Any] = field(default_factory=dict)  # by the names in rules.FREE_FACTS
    pool: Pool | None = None
    why: str = ""
    retire: bool = False

    @property
    def empty(self) -> bool:
        return not (self.facts or self.pool or self.retire)


def refuse(question_ids: Sequence[int], wish: Wish, me: Me) -> None:
    """Something must be wished, of questions that this person may write."""
    if not question_ids:
        raise Invalid("还没有选题。请在列表中勾选，或选“全部”。")
    if wish.empty:
        raise Invalid("还没有填写要改的内容。")
    if many := len(question_ids) - len(_writable(question_ids)):
        raise NotAllowed("其中 {n} 题所在的题库您没有改写的权限。", n=many)
    if wish.pool:
        pools.refuse(question_ids, wish.pool, me, wish.why)


def _writable(question_ids: Sequence[int]) -> list[int]:
    """Those of the questions that are in sight and in a bank that one may write into."""
    scope = scope_in(db.session())
    found: list[int] = []
    for first in range(0, len(question_ids), 500):
        query = select(Question.id).where(Question.id.in_(question_ids[first : first + 500]))
        if scope is not None:
            query = query.where(Question.bank_id.in_(scope.banks(Right.WRITE)))
        found += db.session.scalars(query.order_by(Question.id)).all()
    return found


def carry_out(
    question_ids: Sequence[int], wish: Wish, now: datetime, me: Me, url: str
) -> int | Job:
    """Do it now, and tell how many changed; a job where they are many. url: where it leads."""
    refuse(question_ids, wish, me)
    if wish.pool:
        pools.set_pool(question_ids, wish.pool, now, me, wish.why)  # all or none
    if wish.retire:
        states.retire_many(question_ids, now)
    if not wish.facts:
        return len(question_ids)
    if len(question_ids) > AT_ONCE:
        args = {"ids": list(question_ids), "by": me.id, "url": url}
        args["facts"] = _as_plain(wish.facts)
        return ask(SET, args, me.id, now)
    return _set(question_ids, wish.facts, now, me.id)


def _set(question_ids: Sequence[int], facts: Mapping[str, Any], now: datetime, by: int) -> int:
    entries = db.session.scalars(select(Question).where(Question.id.in_(question_ids)))
    return set_facts(entries.all(), facts, now, by)


def work(args: dict[str, Any], state: dict[str, Any], now: datetime) -> Iterator[Progress]:
    """The job: some questions a slice. What has the facts already is left as it is, so a slice
    may be repeated."""
    ids, facts = _writable(args["ids"]), _meant(args["facts"])
    at, done = state.get("at", 0), state.get("done", 0)
    result = {"url": args["url"]}
    for first in range(at, len(ids), SLICE):
        done += _set(ids[first : first + SLICE], facts, now, args["by"])
        at = min(first + SLICE, len(ids))
        yield Progress(at, len(ids), {"at": at, "done": done}, "", result)


def _as_plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as a job keeps them."""
    return {
        name: list(value) if isinstance(value, tuple) else str(value or "")
        for name, value in facts.items()
    }


def _meant(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they were before the job kept them."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, list):
            found[name] = tuple(value)
        elif name in WORDS:
            found[name] = WORDS[name](value) if value else None
        elif name in DAYS:
            found[name] = date.fromisoformat(value) if value else None
        else:
            found[name] = value
    return found
