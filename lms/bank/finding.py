"""Finding questions: one look through one table gives the numbers of all that match."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.bank import found_by
from lms.bank.files import read_draft
from lms.bank.found_by import Sought
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Difficulty, Pool, QuestionType, State
from lms.bank.rules import Question as Asked
from lms.competencies.models import Competency
from lms.competencies.queries import abilities
from lms.db import db

PAGE = 50
MOST = 5000  # matches of words that are counted
BATCH = 500


class Line(NamedTuple):
    """A question as a list shows it, in its version in use."""

    id: int
    version_id: int
    bank_id: int
    code: str
    stem: str
    type: QuestionType
    difficulty: Difficulty | None
    pool: Pool
    state: State
    waiting_state: State | None
    facets: str

    @property
    def ability_ids(self) -> list[int]:
        return found_by.ability_ids(self.facets)


@dataclass(frozen=True)
class Found:
    """A page of what was found, and how many there are in all; more: at least so many."""

    lines: Sequence[Line]
    whole: int
    more: bool = False


def found(sought: Sought, bank_ids: Collection[int] | None = None, first: int = 0) -> Found:
    """A page of the questions that match, in these banks or in every bank in sight.

    A word that very many have is not counted to the end: nobody turns a thousand pages.
    """
    if not found_by.words(sought):
        ids = _split(_joined(_matching(sought, bank_ids)))
        return Found(lines(ids[first : first + PAGE]), len(ids))
    ids = _split(_joined(_matching(sought, bank_ids).limit(MOST + 1)))
    return Found(lines(ids[first : first + PAGE]), min(len(ids), MOST), len(ids) > MOST)


def found_ids(sought: Sought, bank_ids: Collection[int] | None = None) -> list[int]:
    """All questions that match, in the order in which they came into the bank."""
    return _split(_joined(_matching(sought, bank_ids)))


def _matching(sought: Sought, bank_ids: Collection[int] | None) -> Select:
    order = Question.id.desc() if sought.newest_first else Question.id
    query = select(Question.id).where(*_conditions(sought)).order_by(order)
    return query if bank_ids is None else query.where(Question.bank_id.in_(bank_ids))


def _joined(matching: Select) -> str:
    """The numbers as one text, 3,17,18: fifty thousand rows would cost more than the look.

    So the count and the page come of one look, where two would take twice as long.
    """
    key = matching.subquery().c.id
    if _kind() == "sqlite":
        return db.session.scalar(select(func.group_concat(key))) or ""
    return db.session.scalar(select(func.array_to_string(func.array_agg(key), ","))) or ""


def _split(numbers: str) -> list[int]:
    return list(map(int, numbers.split(","))) if numbers else []


def lines(question_ids: Sequence[int]) -> list[Line]:
    """These questions as a list shows them, in this order; those in sight."""
    version = QuestionVersion
    query = (
        select(
            Question.id,
            version.id,
            Question.bank_id,
            Question.code,
            version.stem,
            version.type,
            version.difficulty,
            Question.pool,
            Question.state,
            Question.waiting_state,
            Question.facets,
        )
        .join(version, in_use())
        .where(Question.id.in_(question_ids))
    )
    # who sees a question sees its versions
    rows = db.session.execute(query, execution_options={"counted": Question})
    seen = {row[0]: Line(*row) for row in rows}
    return [seen[one] for one in question_ids if one in seen]


def in_use() -> ColumnElement[bool]:
    """Joins a question with its version in use."""
    return and_(
        QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.latest
    )


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if sought.pool:
        asked.append(Question.pool == sought.pool)
    if sought.state:
        asked.append(or_(Question.state == sought.state, Question.waiting_state == sought.state))
    asked += [holds(Question.facets, token) for token in found_by.tokens(sought)]
    asked += [_in_order(Question.subjects, pieces) for pieces in found_by.pieces(sought)]
    return asked + _have(found_by.words(sought))


def _have(words: Sequence[str]) -> list[ColumnElement[bool]]:
    """All of the words stand in the text. As a case: their signs first, for these are cheap."""
    masks = found_by.signs_of("".join(words))
    columns = zip((Question.signs, Question.other_signs), masks, strict=True)
    signs = [column.bitwise_and(mask) == mask for column, mask in columns if mask]
    stand = [holds(Question.words, word) for word in words]
    return [case((and_(*signs), and_(*stand)), else_=false())] if words else []


def holds(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Whether a text stands in a column, in the way that is quickest on each database."""
    if _kind() == "sqlite":
        return func.instr(column, text) > 0
    if len(text) > 1:
        return func.strpos(column, text) > 0
    return column.contains(text, autoescape=True)


def _in_order(column: InstrumentedAttribute[str], pieces: Sequence[str]) -> ColumnElement[bool]:
    escaped = ["".join(f"\\{c}" if c in "\\%_" else c for c in piece) for piece in pieces]
    return column.like("%" + "%".join(escaped) + "%", escape="\\")


def _kind() -> str:
    return db.session.get_bind().dialect.name


def columns(asked: Asked, known: Mapping[str, Competency]) -> dict[str, str | int]:
    """What an entry is found by, by column, while this is its version in use."""
    ids = [known[code].id for code in asked.abilities if code in known]
    words = found_by.words_of(asked)
    signs, other_signs = found_by.signs_of(words)
    facts = {"facets": found_by.facets_of(asked, ids), "subjects": found_by.subjects_of(asked)}
    return {"words": words, "signs": signs, "other_signs": other_signs, **facts}


def follow(question_ids: Collection[int]) -> None:
    """Another version is in use, or a draft was written over: the questions are found by it."""
    asked = sorted(question_ids)
    known = abilities() if asked else {}
    for start in range(0, len(asked), BATCH):
        _follow(asked[start : start + BATCH], known)


def _follow(question_ids: Sequence[int], known: Mapping[str, Competency]) -> None:
    """Whoever put the version in use passed the scope; this writes what follows from it."""
    query = select(Question, QuestionVersion.text).join(QuestionVersion, in_use())
    for entry, text in db.session.execute(query.where(Question.id.in_(question_ids))).all():
        for name, value in columns(read_draft(text), known).items():
            setattr(entry, name, value)
    db.session.flush()
