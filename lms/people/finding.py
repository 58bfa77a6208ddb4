"""Finding persons by what somebody types: a name or its letters, a unit, a number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from lms.db import db
from lms.orgs.models import OrgUnit
from lms.orgs.queries import answered_for, subtrees
from lms.people import queries
from lms.people.keeping import Keys
from lms.people.models import Person, Posting
from lms.people.numbers import id_digest, phone_digest, read_seals
from lms.people.rules import Post

MOST = 100  # shown of one search
PAGE = 50
UNITS = 60  # a word that names more units than this names none
DIGITS = re.compile(r"\d+[\dXx]?")
LETTERS = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Row:
    """A person of a list, and what they are today, each with the line of its unit."""

    person: Person
    places: list[tuple[Posting, str]]
    phone: str | None  # masked


def searched(text: str, keys: Keys, day: date) -> list[Row]:
    """Whom the words mean, in scope; `MOST` and one more, to tell that there are more.

    Words stand apart by spaces and must all fit.
    """
    words = _words(text)
    if not words:
        return []
    fits = and_(*(_fits(word, keys["digest"], day) for word in words))
    query = select(Person).where(fits, queries.still_one())
    persons = db.session.scalars(query.order_by(Person.name, Person.id).limit(MOST + 1)).all()
    return rows_of(persons, keys, day)


def _words(text: str) -> list[str]:
    """The words of a search. Letters that stand apart are one name: wang jian guo."""
    words = text.replace("ü", "v").split()
    letters = "".join(word.lower() for word in words if LETTERS.fullmatch(word.lower()))
    others = [word for word in words if not LETTERS.fullmatch(word.lower())]
    return others + ([letters] if letters else [])


def _fits(word: str, secret: str, day: date) -> ColumnElement[bool]:
    if LETTERS.fullmatch(word):
        return or_(_begins(word), Person.initials == word, _has_number(word))
    if DIGITS.fullmatch(word):
        return _numbered(word.upper(), secret)
    if word.isascii():
        return _has_number(word)
    return or_(Person.name.contains(word, autoescape=True), _stands_in(word, day))


def _has_number(word: str) -> ColumnElement[bool]:
    return Person.number.in_((word, word.upper()))


def _begins(letters: str) -> ColumnElement[bool]:
    """A range over the index, on either database."""
    end = letters[:-1] + chr(ord(letters[-1]) + 1)
    return or_(
        *(and_(column >= letters, column < end) for column in (Person.pinyin, Person.other_pinyin))
    )


def _numbered(number: str, secret: str) -> ColumnElement[bool]:
    found = [Person.short_number == number, Person.number == number]
    if len(number) == 11:
        found.append(Person.phone_digest == phone_digest(number, secret))
    if len(number) == 18:
        found.append(Person.id_digest == id_digest(number, secret))
    return or_(*found)


def _stands_in(word: str, day: date) -> ColumnElement[bool]:
    """Posted in a unit of this name, or below it."""
    if len(word) < 2:
        return false()
    named = select(OrgUnit.path).where(OrgUnit.name.contains(word, autoescape=True))
    paths = db.session.scalars(named.limit(UNITS + 1)).all()
    if not paths or len(paths) > UNITS:
        return false()
    return Person.id.in_(queries.posted_in(subtrees(paths), day))


def listed(
    unit: OrgUnit, keys: Keys, day: date, post: Post | None = None, page: int = 1
) -> tuple[list[Row], int]:
    """Who is posted in a unit or below it: one page, and how many persons in all."""
    held = select(Posting.person_id).join(OrgUnit, OrgUnit.id == Posting.org_id)
    held = held.where(Posting.org_id.in_(subtrees([unit.path])), queries.holds(Posting, day))
    if post is not None:
        held = held.where(Posting.post == post)
    everyone = held.group_by(Posting.person_id)
    total = db.session.scalar(select(func.count()).select_from(everyone.subquery())) or 0
    order = (func.min(OrgUnit.path), Posting.person_id)
    ids = db.session.scalars(everyone.order_by(*order).offset((page - 1) * PAGE).limit(PAGE)).all()
    persons = db.session.scalars(select(Person).where(Person.id.in_(ids))).all()
    rows = rows_of(persons, keys, day)
    return sorted(rows, key=lambda row: ids.index(row.person.id)), total


def rows_of(persons: Sequence[Person], keys: Keys, day: date) -> list[Row]:
    """The persons with what they are today. Two statements, however many."""
    places = queries.places([person.id for person in persons], day)
    lines = queries.lines(held.org for some in places.values() for held in some)
    return [
        Row(
            person,
            [(held, lines[held.org_id]) for held in places.get(person.id, [])],
            read_seals(None, person.phone_seal, keys["cipher"]).phone,
        )
        for person in persons
    ]


def units_meant(words: str, *, everywhere: bool = False) -> list[tuple[OrgUnit, str]]:
    """The open units that somebody may mean, each with its line: by code, or by name.

    Names of superiors may stand before: 历山镇 上王村. Only units this request answers for, unless
    `everywhere` is asked for.
    """
    *above, name = words.split() or [""]
    if not name:
        return []
    units = select(OrgUnit).where(OrgUnit.closed_on.is_(None))
    if not everywhere:
        units = units.where(OrgUnit.id.in_(answered_for()))
    units = units.order_by(func.length(OrgUnit.name), OrgUnit.path).limit(UNITS)
    exactly = or_(OrgUnit.code == name, OrgUnit.name == name)
    found = db.session.scalars(units.where(exactly)).all()
    if not found:
        partly = OrgUnit.name.contains(name, autoescape=True)
        found = db.session.scalars(units.where(partly)).all()
    lines = queries.lines(found)
    return [
        (unit, lines[unit.id]) for unit in found if all(word in lines[unit.id] for word in above)
    ]
