"""Which questions a person may practise, and those of them that a set asks."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Select, case, func, select

from lms.bank import found_by
from lms.bank.finding import holds
from lms.bank.models import Bank, Question, QuestionVersion, VersionPicture
from lms.bank.queries import banks_for, usable
from lms.bank.rules import Pool, Right, State
from lms.db import db
from lms.errors import NotFound
from lms.exams.models import Attempt
from lms.practice.models import PracticeAnswer
from lms.practice.queries import Notebook
from lms.practice.rules import WEAKEST, in_turn, ten, weakest_first

POOLS = (Pool.PRACTICE, Pool.OPEN)
AT_A_TIME = 20  # questions of a set
LIKE = 3  # a day gives so many instead of questions that still examine
OF_EACH = 10  # new ones of an ability that a day looks at
# Who sees a question sees its versions; and what hangs on an own attempt is seen with it.
SEEN, OF_MY_OWN = {"counted": Question}, {"counted": Attempt}


def _practisable(day: date, banks: Sequence[int] | None = None) -> Select:
    """Final versions in force of what may be practised."""
    mine = [one.id for one in banks_for(Right.PRACTISE)] if banks is None else banks
    return usable(mine, POOLS, day).order_by(None)


def _ids(query: Select) -> list[int]:
    return list(db.session.scalars(_columns(query, Question.id), execution_options=SEEN))


def _columns(query: Select, *columns: Any) -> Select:
    return query.with_only_columns(*columns, maintain_column_froms=True)


# ── by ability, by chapter ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Chapter:
    """A chapter of a bank: how many questions, how many of them the reader has practised."""

    bank_id: int
    bank: str
    topic: str
    count: int
    practised: int


def chapters(person_id: int, day: date) -> list[Chapter]:
    """Every chapter that may be practised, in the order of its bank."""
    version = QuestionVersion
    by = (Question.bank_id, Bank.title, version.topic)
    mine = select(PracticeAnswer.question_id).where(PracticeAnswer.person_id == person_id)
    practised = func.sum(case((Question.id.in_(mine), 1), else_=0))
    joined = _practisable(day).join(Bank, Bank.id == Question.bank_id).group_by(*by)
    query = _columns(joined, *by, func.count(), practised)
    query = query.order_by(Bank.title, Question.bank_id, func.min(Question.id))
    rows = db.session.execute(query, execution_options=SEEN)
    return [
        Chapter(bank_id, title, topic or "", count, int(done))
        for bank_id, title, topic, count, done in rows
    ]


def by_ability(ability_ids: Sequence[int], day: date) -> dict[int, int]:
    """How many questions of each ability there are."""
    counts = [
        func.sum(case((holds(Question.facets, f"\na{one}\n"), 1), else_=0)) for one in ability_ids
    ]
    if not counts:
        return {}
    row = db.session.execute(_columns(_practisable(day), *counts), execution_options=SEEN).one()
    return {one: int(n or 0) for one, n in zip(ability_ids, row, strict=True)}


def of_ability(ability_id: int, day: date) -> list[int]:
    return _ids(_practisable(day).where(holds(Question.facets, f"\na{ability_id}\n")))


def of_chapter(bank_id: int, topic: str, day: date) -> list[int]:
    """Questions of a chapter; of none, where the topic is empty."""
    query = _practisable(day).where(Question.bank_id == bank_id)
    named = QuestionVersion.topic == topic if topic else QuestionVersion.topic.is_(None)
    return _ids(query.where(named))


def of_topic(topic: str, day: date) -> list[int]:
    """Questions of a topic in whatever bank."""
    return _ids(_practisable(day).where(QuestionVersion.topic == topic)) if topic else []


def some(ids: Collection[int], book: Notebook, seed: int) -> list[int]:
    """So many of them as make a set: what was never practised first."""
    return in_turn(ids, book.last, seed)[:AT_A_TIME]


# ── ten a day ───────────────────────────────────────────────────────────────────────────────────


def todays(book: Notebook, ability_ids: Sequence[int], seed: int) -> list[int]:
    """The ten of a day: what is due, what is like a mistake of a test, new ones where weakest."""
    kept = [*book.due, *book.again]
    known = versions(kept, book, book.day)
    due = [one for one in kept if one in known]
    weak = weakest_first(_answered(book), ability_ids, seed)
    pools = (_new(of_ability(one, book.day), book, seed) for one in weak)
    full = list(islice(filter(None, pools), WEAKEST))
    rest = _new(_ids(_practisable(book.day)), book, seed) if len(full) < WEAKEST else []
    return ten(due, _alike(book, seed), [*full, rest])


def _new(ids: Sequence[int], book: Notebook, seed: int) -> list[int]:
    fresh = [one for one in ids if not _kept(one, book)]
    return in_turn(fresh, book.last, seed)[:OF_EACH]


def _kept(question_id: int, book: Notebook) -> bool:
    """What stands in the notebook comes back on its own day."""
    how = book.standings.get(question_id)
    return how is not None and how.wrong


def _alike(book: Notebook, seed: int) -> list[int]:
    """Of the topic of a mistake, else of its ability, one each that was never practised."""
    found: list[int] = []
    for one in book.hidden:
        ids = of_topic(one.topic, book.day) or [
            near for ability in one.ability_ids[:1] for near in of_ability(ability, book.day)
        ]
        fresh = [near for near in ids if near not in book.standings and near not in found]
        found += in_turn(fresh, {}, seed)[:1]
        if len(found) == LIKE:
            break
    return found


def _answered(book: Notebook) -> Iterator[tuple[Sequence[int], bool]]:
    """The abilities of everything that was answered, and whether it stands well."""
    ids = list(book.standings)
    for first in range(0, len(ids), 500):
        some_ids = ids[first : first + 500]
        query = select(Question.id, Question.facets).where(Question.id.in_(some_ids))
        for one, facets in db.session.execute(query):
            yield found_by.ability_ids(facets), not book.standings[one].wrong


# ── their texts ─────────────────────────────────────────────────────────────────────────────────


def versions(
    question_ids: Collection[int], book: Notebook, day: date
) -> dict[int, QuestionVersion]:
    """The versions in use of those of the questions that may be practised."""
    ids = list(question_ids)
    query = _practisable(day).where(Question.id.in_(ids))
    found = {one.question_id: one for one in db.session.scalars(query, execution_options=SEEN)}
    if sat := [one for one in ids if one not in found and one in book.released]:
        banks = sorted({one.bank_id for one in book.sat})
        more = _practisable(day, banks).where(Question.id.in_(sat))
        rows = db.session.scalars(more, execution_options=OF_MY_OWN)
        found |= {one.question_id: one for one in rows}
    return found


def one(question_id: int, book: Notebook) -> QuestionVersion:
    """One question that may be practised. Raises NotFound."""
    found = versions([question_id], book, book.day).get(question_id)
    if found is None:
        raise NotFound("没有找到这道题：它可能已经停用，或者不在您可以练习的题库里。")
    return found


def shows(name: str, book: Notebook) -> bool:
    """Whether a picture stands in a question that may be practised."""
    query = (
        select(Question.id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(VersionPicture, VersionPicture.version_id == QuestionVersion.id)
        .where(VersionPicture.name == name, Question.pool.in_(POOLS))
    )
    # of whichever question it is: versions() asks who may see that
    ids = db.session.scalars(query, execution_options=OF_MY_OWN).all()
    return bool(versions(ids, book, book.day))


def known_versions(
    version_ids: Collection[int], book: Callable[[], Notebook]
) -> dict[int, QuestionVersion]:
    """Those of the versions that a person may have practised, however long ago.

    book: asked for only where one is in no bank of theirs.
    """
    version = QuestionVersion
    query = (
        select(version)
        .join(Question, Question.id == version.question_id)
        .where(
            version.id.in_(version_ids),
            version.number <= Question.latest,
            Question.pool.in_(POOLS),
            Question.state.in_([State.FINAL, State.RETIRED]),
        )
    )
    found = list(db.session.scalars(query, execution_options=SEEN))
    if len(found) < len(version_ids):
        sat = query.where(Question.id.in_(book().released))
        found += db.session.scalars(sat, execution_options=OF_MY_OWN)
    return {one.id: one for one in found}
