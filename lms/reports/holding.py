"""Who of a list holds which posts, and who is in which of its classes."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import ScalarSelect, Select, case, distinct, func, literal, select

from lms.db import db
from lms.people.keeping import batches
from lms.people.rules import Post
from lms.reports import attending
from lms.reports.counting import (
    BESIDE,
    KEYS,
    OF_THE_LIST,
    Roster,
    beside,
    counted,
    integer,
    together,
)
from lms.reports.frames import frame
from lms.reports.measures import Count
from lms.reports.tables import BIT, NO_CLASS
from lms.training.models import Enrolment, EnrolmentPost

if TYPE_CHECKING:
    import pandas as pd


def by_unit_and_posts(
    roster: Roster,
    counts: Collection[Count],
    posts: Collection[Post] = tuple(Post),
    of_all: int | None = None,
) -> "pd.DataFrame":
    """As `counting.by_unit`, with those of some posts that are held: `held`, a bit for each.

    of_all: units are not told apart; all count for this one.
    """
    asked = counted(roster, set(counts) - BESIDE - {Count.QUOTA})
    unit = asked.row.c.org_id if of_all is None else literal(of_all)
    which = integer(func.coalesce(_held(roster, posts, asked.row.c.enrolment_id), 0))
    sums = [integer(func.sum(flag)).label(one.value) for one, flag in asked.flags.items()]
    query = select(unit.label("org_id"), which.label("held"), *sums).select_from(asked.source)
    found = frame(query.group_by("org_id", "held"), counted=Enrolment)
    aside = beside(roster, counts, by_person=True)
    aside = [_with_posts(roster, posts, one) for one in aside if len(one)]
    if of_all is not None:
        aside = [one.assign(org_id=of_all) for one in aside]
    return together([found, *aside], counts).drop(columns=[*KEYS[:2]], errors="ignore")


def _held(roster: Roster, posts: Collection[Post], enrolment: Any) -> ScalarSelect[Any]:
    """The bits of those posts for which an enrolment stands on the list."""
    bit = case({one: BIT[one] for one in posts}, value=EnrolmentPost.post, else_=0)
    query = select(func.sum(distinct(bit))).where(EnrolmentPost.enrolment_id == enrolment)
    return query.where(EnrolmentPost.from_on <= roster.of_posts).scalar_subquery()


def _with_posts(roster: Roster, posts: Collection[Post], people: "pd.DataFrame") -> "pd.DataFrame":
    """The same of a few persons: 免训, and who has left."""
    import pandas as pd

    found: list[Any] = []
    for some in batches(people["enrolment_id"].tolist()):
        held = integer(func.coalesce(_held(roster, posts, Enrolment.id), 0))
        query = select(Enrolment.id, held).where(Enrolment.id.in_(some))
        found += db.session.execute(query, execution_options=OF_THE_LIST).all()
    return people.merge(pd.DataFrame(found, columns=["enrolment_id", "held"]), on="enrolment_id")


def classes(roster: Roster) -> "pd.DataFrame":
    """One row a person and class of the list: enrolment_id, class_id, title; classes in order."""
    return frame(attending.placed(roster.cohort_id, roster.as_of), counted=Enrolment)


def in_class(roster: Roster, line: str) -> Select:
    """The enrolments in a class of the list; for NO_CLASS those that are in none."""
    places = attending.placed(roster.cohort_id, roster.as_of).order_by(None).subquery()
    if line == NO_CLASS:
        mine = Enrolment.cohort_id == roster.cohort_id
        return select(Enrolment.id).where(mine, Enrolment.id.not_in(select(places.c.enrolment_id)))
    wanted = int(line) if line.isdigit() else -1
    return select(places.c.enrolment_id).where(places.c.class_id == wanted)
