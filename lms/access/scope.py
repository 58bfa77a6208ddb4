"""How far one may see. The gate sets it once; every read and every write obeys it.

Content flows down the tree: a unit sees what its superiors publish.
Evidence flows up the tree: a unit sees what its subordinates did.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, ForeignKey, Select, false, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import db
from lms.errors import NotAllowed


@dataclass(frozen=True)
class Scope:
    """How far one request sees. Each Select gives ids and may give none."""

    person_id: int
    subtree: Select  # units for whose people this person answers, under the permission asked for
    content: Select  # units for which this person makes content: the same, and a trainer's
    lineage: Select  # this person's units and all their superiors
    posted: Select  # persons posted today in the subtree
    rights_on_banks: Callable[[], Mapping[str, frozenset[int]]]  # right → banks
    named_for: Callable[[], Select]  # gives the assessments for which this person is named
    audits: bool = False  # may read the audit log
    jobs: bool = False  # may see everyone's jobs
    # A cadre answers for no unit and makes nothing: most statements of a day then say nothing of it
    answers: bool = True  # there are units in the subtree
    makes: bool = True  # there are units in the content

    @property
    def assessments(self) -> Select:
        """Those for which this person is named: made only where somebody asks."""
        return self.named_for()

    @cached_property
    def named(self) -> Mapping[str, frozenset[int]]:
        """The banks on which this person, or the unit, is named, by right.

        Asked at first use, for most requests come near no bank. Few numbers in a statement are
        quicker than a look for each of its rows: a search goes through fifty thousand.
        """
        return self.rights_on_banks()

    def look_again_at_banks(self) -> None:
        """Somebody was named on a bank, or is no more, in this very request."""
        self.__dict__.pop("named", None)

    def banks(self, *rights: str) -> frozenset[int]:
        """Those on which one is named for one of these rights; for anything."""
        return frozenset().union(*(self.named.get(one, ()) for one in rights or self.named))

    @property
    def exam_banks(self) -> frozenset[int]:
        """Those whose examination pool is open: to who reviews, and to who makes papers."""
        return self.banks("review", "make_papers")


EVERYTHING = "everything"


class Scoped:
    """A table whose rows not everyone may see."""

    own_may_add: ClassVar[bool] = False  # a person's own request may add rows about that person
    anyone_may_add: ClassVar[bool] = False  # every request adds rows, none changes them
    only_added: ClassVar[bool] = False  # nobody at all changes or deletes a row, the house neither

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        """Which rows this scope sees."""
        raise NotImplementedError

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        """Which of the rows it sees this scope may change."""
        return cls.seen_by(scope)

    def whole(self) -> tuple[type[Any], int | None]:
        """For a part: the table and the id of what it is a part of."""
        raise NotImplementedError


class OwnedByUnit(Scoped):
    """Anything that belongs to a unit."""

    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.org_id.in_(scope.content) if scope.makes else false()


class FlowsDown(OwnedByUnit):
    """Content: owned by a unit, seen by the units below it."""

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        above = cls.org_id.in_(scope.lineage)
        return or_(above, cls.org_id.in_(scope.content)) if scope.makes else above


class FlowsUp(OwnedByUnit):
    """Evidence: left by a person under a unit, seen by the units above it.

    The record also moves with the person: who answers for a unit where that person is posted
    today sees it too.
    """

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # What the house writes for whoever may write the row it follows from: its table, the column
    # here that names it.
    follows_from: ClassVar[tuple[type[Any], str] | None] = None

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return or_(cls.person_id == scope.person_id, cls.changed_by(scope))

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        if not scope.answers:
            return false()
        return or_(
            cls.org_id.in_(scope.subtree),
            cls.person_id.in_(scope.posted),
            cls.seen_from_activity(scope),
        )

    @classmethod
    def seen_from_activity(cls, scope: Scope) -> ColumnElement[bool]:
        """Who answers for the activity that the row came from."""
        return false()


class Named(FlowsUp):
    """Answers and marks: seen by the person and by those named for the assessment."""

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        # nobody is named for what a cadre does as such
        return cls.assessment_id.in_(scope.assessments) if scope.makes else false()


class Private(Scoped):
    """A person's own: added by that person alone, seen by nobody above."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.person_id == scope.person_id


class Granted(Scoped):
    """Questions and papers: seen by those named on the bank, never by the tree alone."""

    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls.bank_id.in_(scope.banks())

    @classmethod
    def added_to(cls, scope: Scope) -> frozenset[int]:
        """The banks to which this scope may add such a row."""
        return scope.banks()


class PartOf(Scoped):
    """A part: seen, and written, by whoever sees the whole. Subclasses name `whole_key`.

    asked_by_key: the wholes are many and a statement names few of the parts, so each is asked
    about by itself; else SQLite makes a list of every whole in sight first.
    """

    whole_table: ClassVar[type[Any]]
    whole_key: ClassVar[str]
    asked_by_key: ClassVar[bool] = False

    @classmethod
    def seen_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls._with_whole(cls.whole_table.seen_by(scope))

    @classmethod
    def changed_by(cls, scope: Scope) -> ColumnElement[bool]:
        return cls._with_whole(cls.whole_table.changed_by(scope))

    @classmethod
    def _with_whole(cls, limit: ColumnElement[bool]) -> ColumnElement[bool]:
        key, whole = getattr(cls, cls.whole_key), cls.whole_table
        if cls.asked_by_key:
            return select(whole.id).where(whole.id == key, limit).correlate(cls).exists()
        return key.in_(select(whole.id).where(limit))

    def whole(self) -> tuple[type[Any], int | None]:
        return self.whole_table, getattr(self, self.whole_key)


def set_scope(scope: Scope) -> None:
    """Say how far this request sees. Only the gate and the worker do."""
    db.session.info["scope"] = scope


@contextmanager
def seeing_everything() -> Iterator[None]:
    """For commands, for signing in, and for the gate itself. Never for a view.

    What waits to be written was written under the scope before, and is checked under it.
    """
    info = db.session.info
    if info.get("scope") is not None:
        db.session.flush()
    before = info.get("scope")
    info["scope"] = EVERYTHING
    try:
        yield
        db.session.flush()
    finally:
        info["scope"] = before


@contextmanager
def the_house_writes() -> Iterator[None]:
    """What follows from a cadre's own act (marks, results, hours) is written inside this.

    Rows must still be about the person of the request. Only the services on the list in
    tests/house/test_tables.py may open it.
    """
    db.session.flush()
    info = db.session.info
    before = info.get("house", False)
    info["house"] = True
    try:
        yield
        db.session.flush()
    finally:
        info["house"] = before


def scope_in(session: Session) -> Scope | None:
    """The scope; none when everything is seen. No scope at all is a refusal."""
    scope = session.info.get("scope")
    if scope is None:
        raise NotAllowed("未设定可见范围，已拒绝。")
    return None if scope == EVERYTHING else scope
