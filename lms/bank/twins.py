"""Questions that ask the same: new ones against banks, and those of one bank among themselves."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from sqlalchemy import Select, case, select

from lms.bank import alike
from lms.bank.alike import Alike
from lms.bank.files import read_draft
from lms.bank.finding import Line, holds, in_use, lines
from lms.bank.found_by import words_of
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Question as Asked
from lms.bank.rules import State
from lms.db import db

FEW = 10  # so many are looked for one by one; more are compared with all at once
HITS, CANDIDATES = 3, 60  # pieces that a candidate has, and how many candidates are read
SHOWN = 200  # pairs of one bank
BATCH = 500
Pair = tuple[int, int]


@dataclass(frozen=True)
class Twin:
    """A question of a bank that is like another. asked: its version in use."""

    line: Line
    asked: Asked
    how: Alike

    @property
    def order(self) -> tuple[bool, float]:
        """What matters most comes first: the same question with another key."""
        return self.how.same_key is not False, -self.how.share


def twins_of(
    questions: Sequence[Asked],
    bank_ids: Collection[int] | None = None,
    but: Collection[int] = (),
) -> list[list[Twin]]:
    """For each question those of these banks (none: all in sight) that ask the same.

    Another key on the same question comes first. but: entries that are left out, as itself.
    """
    if len(questions) <= FEW:
        wanted = [_candidates(one, bank_ids, but) for one in questions]
    else:
        wanted = _candidates_of_many(questions, bank_ids, but)
    known = _read({key for keys in wanted for key in keys})
    return [_twins(one, keys, known) for one, keys in zip(questions, wanted, strict=True)]


def _twins(
    question: Asked, keys: Iterable[int], known: dict[int, tuple[Line, Asked]]
) -> list[Twin]:
    mine, found = alike.form(question), []
    for key in keys:
        if key in known and (how := alike.compared(mine, alike.form(known[key][1]))):
            found.append(Twin(*known[key], how))
    return sorted(found, key=lambda twin: twin.order)


def _candidates(
    question: Asked, bank_ids: Collection[int] | None, but: Collection[int]
) -> list[int]:
    """Those that have several stretches of its text, most first."""
    pieces = alike.pieces(question)
    if not pieces:
        return []
    hits = reduce(add, (case((holds(Question.words, piece), 1), else_=0) for piece in pieces))
    query = (
        _in_banks(select(Question.id), bank_ids)
        .where(hits >= min(HITS, len(pieces)), Question.id.not_in(but))
        .order_by(hits.desc(), Question.id)
        .limit(CANDIDATES)
    )
    return list(db.session.scalars(query))


def _candidates_of_many(
    questions: Sequence[Asked], bank_ids: Collection[int] | None, but: Collection[int]
) -> list[list[int]]:
    """By sketches of all, then by the texts of those that may be alike."""
    ids, theirs = _texts(bank_ids, but)
    mine = [alike.loose(words_of(one)) for one in questions]
    wanted: list[list[int]] = [[] for _ in questions]
    pairs = alike.may_be_alike(alike.sketches(mine), alike.sketches(theirs))
    for row, other in pairs:
        if alike.share(mine[row], theirs[other]):
            wanted[row].append(ids[other])
    return wanted


def pairs_in(bank_id: int) -> list[tuple[Pair, float]]:
    """The pairs of one bank that may be the same question, most alike first, at most `SHOWN`."""
    ids, texts = _texts([bank_id], ())
    sketches = alike.sketches(texts)
    found = []
    for one, other in alike.may_be_alike(sketches, sketches):
        if one < other and (share := alike.share(texts[one], texts[other])):
            found.append(((ids[one], ids[other]), share))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:SHOWN]


def _texts(bank_ids: Collection[int] | None, but: Collection[int]) -> tuple[list[int], list[str]]:
    """The numbers and the loose texts of all questions of these banks that are not retired."""
    query = _in_banks(select(Question.id, Question.words), bank_ids).order_by(Question.id)
    rows = [row for row in db.session.execute(query) if row[0] not in but]
    return [row[0] for row in rows], [alike.loose(row[1]) for row in rows]


def _in_banks(query: Select, bank_ids: Collection[int] | None) -> Select:
    query = query.where(Question.state != State.RETIRED)
    return query if bank_ids is None else query.where(Question.bank_id.in_(bank_ids))


def _read(question_ids: Collection[int]) -> dict[int, tuple[Line, Asked]]:
    """These questions as a list shows them, each with what it asks; those in sight."""
    found: dict[int, tuple[Line, Asked]] = {}
    asked = sorted(question_ids)
    for first in range(0, len(asked), BATCH):
        some = asked[first : first + BATCH]
        query = (
            select(Question.id, QuestionVersion.text)
            .join(QuestionVersion, in_use())
            .where(Question.id.in_(some))
        )
        rows = db.session.execute(query, execution_options={"counted": Question})
        texts = {row[0]: row[1] for row in rows}
        found |= {line.id: (line, read_draft(texts[line.id])) for line in lines(some)}
    return found
