"""Walks over the tree."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.orgs.models import OrgUnit


def under(path: str, column: InstrumentedAttribute[str] = OrgUnit.path) -> ColumnElement[bool]:
    """Whether a path lies in the subtree of another. A range, so that an index serves it."""
    return and_(column >= path, column < f"{path[:-1]}0")  # "0" is the sign after "/"


def subtrees(paths: Iterable[str]) -> Select:
    """Ids of these units and of every unit below them."""
    found = [under(path) for path in paths]
    return select(OrgUnit.id).where(or_(*found) if found else false())


def lineages(paths: Iterable[str]) -> Select:
    """Ids of these units and of every unit above them."""
    ids = {int(step) for path in paths for step in path.strip("/").split("/") if step}
    return select(OrgUnit.id).where(OrgUnit.id.in_(sorted(ids)))


def nowhere() -> Select:
    return select(OrgUnit.id).where(false())
