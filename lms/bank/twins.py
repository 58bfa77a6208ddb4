"""Questions that ask the same: new ones against banks, and those of one bank among themselves."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from rapidfuzz.fuzz import ratio
from sqlalchemy import Select, case, select

from lms.bank import alike
from lms.bank.alike import Alike
from lms.bank.differences import Piece, pieces
from lms.bank.files import read_draft
from lms.bank.finding import Line, holds, in_use, lines
from lms.bank.found_by import words_of
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Part, Pool, State
from lms.bank.rules import Question as Asked
from lms.bank.texts import as_field
from lms.db import db
from lms.jobs.rules import Progress

FEW = 10  # so many are looked for one by one; more are compared with all at once
HITS, CANDIDATES = 3, 60  # pieces that a candidate has, and how many candidates are read
SHOWN = 200  # pairs of one bank
LIKE = 60  # of a hundred: an option stands beside the one that is so like it
AT_ONCE = 3000  # questions of a bank that are compared while one waits; more are a job
FIND = "find twins"
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
    found = alike.pieces(question)
    if not found:
        return []
    hits = reduce(add, (case((holds(Question.words, piece), 1), else_=0) for piece in found))
    query = (
        _in_banks(select(Question.id), bank_ids)
        .where(hits >= min(HITS, len(found)), Question.id.not_in(but))
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


# ── side by side ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Beside:
    """One line of two questions side by side, with the words that differ. right: the keys.

    part: a number where a case has several; letter: of an option on each side, where it is one.
    """

    part: int
    letters: tuple[str, str]
    right: tuple[bool, bool]
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Couple:
    """Two questions of banks that ask the same."""

    one: Line
    other: Line
    how: Alike
    lines: list[Beside]

    @property
    def shows_exam(self) -> list[Line]:
        return [line for line in (self.one, self.other) if line.pool is Pool.EXAM]


def couples(pairs: Collection[Pair]) -> list[Couple]:
    """These pairs side by side; the same question with another key comes first."""
    known = _read({key for pair in pairs for key in pair})
    found = []
    for one, other in pairs:
        if one in known and other in known:
            (line, asked), (their_line, theirs) = known[one], known[other]
            if how := alike.compared(alike.form(asked), alike.form(theirs)):
                found.append(Couple(line, their_line, how, beside(asked, theirs)))
    return sorted(
        found, key=lambda two: (two.how.same_key is not False, -two.how.share, two.one.id)
    )


def couples_of(entry_id: int) -> list[Couple]:
    """The twins of one question in every bank in sight, each beside it."""
    known = _read([entry_id])
    if entry_id not in known:
        return []
    line, asked = known[entry_id]
    return [
        Couple(line, twin.line, twin.how, beside(asked, twin.asked))
        for twin in twins_of([asked], None, [entry_id])[0]
    ]


def beside(one: Asked, other: Asked) -> list[Beside]:
    """Two questions line by line: each option beside the one that it is most like."""
    lines: list[Beside] = []
    if one.case or other.case:
        lines.append(_beside(0, one.case, other.case))
    for number in range(max(len(one.parts), len(other.parts))):
        mine = one.parts[number] if number < len(one.parts) else None
        theirs = other.parts[number] if number < len(other.parts) else None
        part = number + 1 if len(one.parts) > 1 else 0
        lines.append(_beside(part, mine.stem if mine else "", theirs.stem if theirs else ""))
        lines += _options(part, mine, theirs)
        lines += _blanks(part, mine, theirs)
    return lines


def _beside(
    part: int,
    one: str,
    other: str,
    letters: tuple[str, str] = ("", ""),
    right: tuple[bool, bool] = (False, False),
) -> Beside:
    return Beside(part, letters, right, pieces(as_field(one), as_field(other)))


def _options(part: int, mine: Part | None, theirs: Part | None) -> list[Beside]:
    left = dict(mine.options) if mine else {}
    found = []
    for letter, text in (theirs.options if theirs else {}).items():
        near = max(left, key=lambda key: ratio(left[key], text), default="")
        if near and ratio(left[near], text) < LIKE:
            near = ""
        right = (bool(mine and near in mine.right), bool(theirs and letter in theirs.right))
        found.append(_beside(part, left.pop(near, ""), text, (near, letter), right))
    for letter, text in left.items():
        right = (bool(mine and letter in mine.right), False)
        found.append(_beside(part, text, "", (letter, ""), right))
    return sorted(found, key=lambda line: line.letters[0] or "~")


def _blanks(part: int, mine: Part | None, theirs: Part | None) -> list[Beside]:
    one, other = (
        "\n".join(" / ".join(variants) for variants in (side.blanks if side else ()))
        for side in (mine, theirs)
    )
    return [_beside(part, one, other, right=(True, True))] if one or other else []


# ── many pairs are a job ────────────────────────────────────────────────────────────────────────


def work(args: dict[str, Any], state: dict[str, Any], now: datetime) -> Iterator[Progress]:
    """Find the pairs of a large bank. Nothing is written but the numbers of the pairs."""
    many = len(_texts([args["bank_id"]], ())[0])
    yield Progress(0, many)
    pairs = [list(pair) for pair, _share in pairs_in(args["bank_id"])]
    yield Progress(many, many, {}, "", {"url": args["url"], "pairs": pairs})
