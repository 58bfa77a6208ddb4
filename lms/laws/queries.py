"""Looking up editions of laws and their articles."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.orm import defer

from lms.db import db, find
from lms.laws.models import LawEdition
from lms.laws.rules import Checked, Standing, articles, checked

Pair = tuple[str, str]  # law, edition


def editions() -> Sequence[LawEdition]:
    """Every edition as the register has them, without their texts."""
    query = select(LawEdition).options(defer(LawEdition.text)).order_by(LawEdition.id)
    return db.session.scalars(query).all()


def with_texts() -> set[int]:
    """The editions of which there is a text."""
    return set(db.session.scalars(select(LawEdition.id).where(LawEdition.text.is_not(None))))


def edition(edition_id: int) -> LawEdition:
    return find(LawEdition, edition_id)


def edition_of(law: str, edition: str) -> LawEdition | None:
    """The edition that a source names."""
    query = select(LawEdition).where(LawEdition.law == law, LawEdition.edition == edition)
    return db.session.scalar(query)


def named(pairs: Iterable[Pair]) -> dict[Pair, LawEdition]:
    """Those of the editions that the register knows, with their texts."""
    asked = sorted(set(pairs))
    query = select(LawEdition).where(tuple_(LawEdition.law, LawEdition.edition).in_(asked))
    return {(one.law, one.edition): one for one in db.session.scalars(query)} if asked else {}


def others(one: LawEdition) -> Sequence[LawEdition]:
    """The editions that may take the place of one: of the same law first."""
    query = select(LawEdition).options(defer(LawEdition.text)).where(LawEdition.id != one.id)
    same = LawEdition.law != one.law
    return db.session.scalars(query.order_by(same, LawEdition.law, LawEdition.edition)).all()


def not_in_force(day: date) -> ColumnElement[bool]:
    """Editions on which nothing can rest on a day: ended by then, or not begun."""
    return or_(
        LawEdition.status == Standing.ENDED, LawEdition.to_on < day, LawEdition.from_on > day
    )


def known_articles(one: LawEdition | None) -> dict[str, str] | None:
    """The articles of an edition by number; None where there is no text."""
    return articles(one.text) if one is not None and one.text else None


def check(one: LawEdition | None, sources: Iterable[tuple[str, str]]) -> list[Checked]:
    """Each (article, key) beside the article as an edition has it."""
    known = known_articles(one)
    return [checked(known, article, key) for article, key in sources]
