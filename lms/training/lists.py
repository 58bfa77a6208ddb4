"""Looking up lists: whom a rule names, who stands on a list, and who stood for it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from lms.db import db
from lms.exams.models import Candidate
from lms.orgs.labels import labelled
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.people.models import Person, Posting
from lms.people.queries import holds
from lms.people.rules import Post
from lms.training.models import (
    Cohort,
    CohortAssessment,
    Enrolment,
    EnrolmentPost,
    EnrolmentRule,
)
from lms.training.rules import (
    BOTH_POSTS,
    Asked,
    Held,
    Listed,
    Preview,
    for_villages,
    listed,
    preview,
)

PAGE = 50
OF_THE_LIST = {"counted": Enrolment}  # the scope lies on who is listed, not on what hangs on them


Rows = Sequence[Any]  # of posts held: person, home unit, unit, post, since when, number
IN_ORDER = itemgetter(0, 4, 5)
PART = 800  # units looked through at once: a job that reads a city does it in slices


def asked_by(rule: EnrolmentRule) -> Asked:
    """What a rule says of whom it is for, beside the unit."""
    return Asked(tuple(Post(word) for word in rule.posts), rule.since, rule.label)


def named(path: str, asked: Asked, day: date) -> list[Listed]:
    """The persons posted on a day in the units under a path, as a rule alone would list them."""
    return as_listed(_held(path, asked, day), for_villages(asked.posts))


def as_listed(rows: Rows, villages: bool) -> list[Listed]:
    """Posts that were read in parts, as persons. villages: whether the list is for villages."""
    return list(listed((Held(*row[:4]) for row in sorted(rows, key=IN_ORDER)), villages))


def held_by(rules: Iterable[EnrolmentRule], day: date) -> Iterator[Rows]:
    """The posts that some rules name on a day, part by part."""
    wanted = [(rule.org.path, asked_by(rule)) for rule in rules]  # read before a slice ends
    for path, asked in wanted:
        ids = db.session.scalars(select(OrgUnit.id).where(under(path)).order_by(OrgUnit.id)).all()
        for start in range(0, len(ids), PART):
            some = ids[start : start + PART]
            yield _held(path, asked, day, (some[0], some[-1]))


def _held(path: str, asked: Asked, day: date, units: tuple[int, int] | None = None) -> Rows:
    """units: only of those between these numbers."""
    query = (
        select(Posting.person_id, Person.org_id, Posting.org_id, Posting.post)
        .add_columns(Posting.from_on, Posting.id)
        .join(Person, Person.id == Posting.person_id)
        .join(OrgUnit, OrgUnit.id == Posting.org_id)
        .where(under(path), holds(Posting, day), Person.merged_into_id.is_(None))
    )
    if units:
        query = query.where(OrgUnit.id.between(*units))
    if asked.posts:
        query = query.where(Posting.post.in_(asked.posts))
    if asked.since:
        query = query.where(Posting.from_on >= asked.since)
    if asked.label:
        query = query.where(Posting.org_id.in_(labelled(asked.label, day)))
    return db.session.execute(query).all()


def open_enrolments(cohort_id: int, people: Sequence[int]) -> dict[int, int]:
    """Person → enrolment, of those among these people who are on the list now."""
    query = select(Enrolment.person_id, Enrolment.id).where(
        Enrolment.cohort_id == cohort_id,
        Enrolment.to_on.is_(None),
        Enrolment.person_id.in_(people),
    )
    return {row.person_id: row.id for row in db.session.execute(query)}


def people_on_list(cohort_id: int, people: Sequence[int] | None = None) -> list[tuple[int, int]]:
    """Person and unit of everybody on the list now, or of those among some, by person."""
    query = select(Enrolment.person_id, Enrolment.org_id).where(
        Enrolment.cohort_id == cohort_id, Enrolment.to_on.is_(None)
    )
    if people is not None:
        query = query.where(Enrolment.person_id.in_(people))
    return [(row.person_id, row.org_id) for row in db.session.execute(query.order_by("person_id"))]


def with_posts(cohort_id: int, people: Sequence[int]) -> Sequence[Enrolment]:
    """Those of these people who are on the list now, each with the posts and the home unit."""
    query = (
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.to_on.is_(None))
        .where(Enrolment.person_id.in_(people))
        .options(joinedload(Enrolment.person), selectinload(Enrolment.posts))
    )
    return db.session.scalars(query).all()


def posts_on_list(
    cohort_id: int, people: Sequence[int] | None = None
) -> dict[int, set[tuple[int, Post]]]:
    """Person → units and posts for which they stand on the list now."""
    query = (
        select(Enrolment.person_id, EnrolmentPost.org_id, EnrolmentPost.post)
        .join(EnrolmentPost, EnrolmentPost.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.to_on.is_(None))
    )
    if people is not None:
        query = query.where(Enrolment.person_id.in_(people))
    found: dict[int, set[tuple[int, Post]]] = {}
    for person_id, org_id, post in db.session.execute(query, execution_options=OF_THE_LIST):
        found.setdefault(person_id, set()).add((org_id, post))
    return found


def on_list_now(enrolment: Enrolment) -> int | None:
    """The id of the enrolment with which the same person stands on the same list now."""
    person_id = enrolment.person_id
    return open_enrolments(enrolment.cohort_id, [person_id]).get(person_id)


def candidates_of(cohort_id: int, people: Sequence[int]) -> Sequence[Candidate]:
    """What lists persons for the assessments of a cohort, where nothing was begun yet.

    Not those that a person has to sit for another cohort too.
    """
    elsewhere = (
        select(CohortAssessment.id)
        .join(Enrolment, Enrolment.cohort_id == CohortAssessment.cohort_id)
        .where(Enrolment.person_id == Candidate.person_id, Enrolment.to_on.is_(None))
        .where(Enrolment.cohort_id != cohort_id)
        .where(CohortAssessment.assessment_id == Candidate.assessment_id)
    )
    here = select(CohortAssessment.assessment_id).where(CohortAssessment.cohort_id == cohort_id)
    query = select(Candidate).where(
        Candidate.person_id.in_(people),
        Candidate.attempts_begun == 0,
        Candidate.assessment_id.in_(here),
        ~elsewhere.exists(),
    )
    return db.session.scalars(query).all()


def left_the_list(cohort_id: int) -> set[int]:
    """Who was taken off the list at some time."""
    query = select(Enrolment.person_id).where(
        Enrolment.cohort_id == cohort_id, Enrolment.to_on.is_not(None)
    )
    return set(db.session.scalars(query))


def preview_of(cohort: Cohort, org: OrgUnit, asked: Asked, day: date) -> Preview:
    """What a rule would do today."""
    found = named(org.path, asked, day)
    return preview(found, posts_on_list(cohort.id), left_the_list(cohort.id))


# ── the list ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Count:
    """How many stand on a list: persons once, posts each."""

    persons: int
    posts: int
    both: int
    off: int


def count(cohort_id: int, path: str | None = None) -> Count:
    """How many are on the list now, as far as one sees; under a path where one is given."""
    here = [Enrolment.cohort_id == cohort_id]
    if path is not None:
        here.append(Enrolment.org_id.in_(select(OrgUnit.id).where(under(path))))
    on = and_(*here, Enrolment.to_on.is_(None))
    persons = select(func.count(Enrolment.id)).where(on)
    posts = select(func.count(EnrolmentPost.id)).join(
        Enrolment, Enrolment.id == EnrolmentPost.enrolment_id
    )
    both = (
        posts.with_only_columns(Enrolment.id)
        .where(on, EnrolmentPost.post.in_(BOTH_POSTS))
        .group_by(Enrolment.id)
        .having(func.count(EnrolmentPost.post.distinct()) == len(BOTH_POSTS))
    )
    row = db.session.execute(
        select(
            persons.scalar_subquery(),
            posts.where(on).scalar_subquery(),
            select(func.count()).select_from(both.subquery()).scalar_subquery(),
            select(func.count(Enrolment.id))
            .where(*here, Enrolment.to_on.is_not(None))
            .scalar_subquery(),
        ),
        execution_options=OF_THE_LIST,
    ).one()
    return Count(*row)


@dataclass(frozen=True)
class Names:
    """One page of a list, and how many there are in all."""

    rows: Sequence[Enrolment]
    total: int
    first: int
    above: dict[int, str]  # unit → the name of its superior: many villages share a name

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def names(
    cohort_id: int,
    *,
    path: str = "",
    paths: Sequence[str] = (),
    words: str = "",
    off: bool = False,
    first: Collection[int] = (),
    page: int = 1,
) -> Names:
    """A page of the list by unit: those on it, or those taken off; some before the others.

    words: part of a name or of its pinyin, a whole number of the roster, or part of a unit.
    """
    query = (
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(OrgUnit, OrgUnit.id == Enrolment.org_id)
        .where(Enrolment.cohort_id == cohort_id)
        .where(Enrolment.to_on.is_not(None) if off else Enrolment.to_on.is_(None))
    )
    if path or paths:
        query = query.where(or_(*map(under, (*paths, *([path] if path else ())))))
    if words.strip():
        sought = _sought(words.strip())
        query = query.where(or_(sought, Enrolment.id.in_(first)) if first else sought)
    if first:
        query = query.order_by(Enrolment.id.not_in(first))
    return _page(query, page)


def _sought(words: str) -> ColumnElement[bool]:
    return or_(
        Person.name.contains(words, autoescape=True),
        Person.pinyin.contains(words.lower(), autoescape=True),
        Person.number == words,
        Person.short_number == words,
        OrgUnit.name.contains(words, autoescape=True),
    )


def _page(query: Select, page: int) -> Names:
    total = db.session.scalar(
        query.with_only_columns(func.count(Enrolment.id)).order_by(None),
        execution_options=OF_THE_LIST,
    )
    rows = db.session.scalars(
        query.order_by(OrgUnit.path, Enrolment.id)
        .options(
            joinedload(Enrolment.person),
            joinedload(Enrolment.org),
            selectinload(Enrolment.posts).joinedload(EnrolmentPost.org),
        )
        .limit(PAGE)
        .offset((page - 1) * PAGE),
        execution_options=OF_THE_LIST,
    ).all()
    return Names(rows, total or 0, (page - 1) * PAGE + 1, above({row.org_id for row in rows}))


def above(org_ids: set[int]) -> dict[int, str]:
    """Unit → the name of its superior."""
    superior = aliased(OrgUnit)
    query = (
        select(OrgUnit.id, superior.name)
        .join(superior, superior.id == OrgUnit.parent_id)
        .where(OrgUnit.id.in_(org_ids))
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
