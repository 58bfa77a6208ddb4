"""Who of a list holds which posts, and who is in which of its classes."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import Select, Subquery, case, distinct, func, select

from lms.people.rules import Post
from lms.reports import attending
from lms.reports.counting import BESIDE, Roster, beside, counted, integer, together
from lms.reports.frames import frame
from lms.reports.measures import Count
from lms.reports.tables import NO_CLASS
from lms.training.models import Enrolment, EnrolmentPost

if TYPE_CHECKING:
    import pandas as pd


def by_unit_and_posts(roster: Roster, counts: Collection[Count]) -> "pd.DataFrame":
    """As `counting.by_unit`, with the posts that are held: `held`, a bit for each of `Post`."""
    asked = counted(roster, set(counts) - BESIDE - {Count.QUOTA})
    held = _held(roster)
    which = integer(func.coalesce(held.c.held, 0)).label("held")
    sums = [integer(func.sum(flag)).label(one.value) for one, flag in asked.flags.items()]
    query = (
        select(asked.row.c.org_id, which, *sums)
        .select_from(asked.source)
        .outerjoin(held, held.c.enrolment_id == asked.row.c.enrolment_id)
        .group_by(asked.row.c.org_id, which)
    )
    aside = beside(roster, counts, by_person=True)
    if any(len(one) for one in aside):  # few: 免训, and who has left
        known = frame(select(held.c.enrolment_id, held.c.held), counted=Enrolment)
        aside = [one.merge(known, on="enrolment_id", how="left") for one in aside]
    found = together([frame(query, counted=Enrolment), *aside], counts)
    return found.drop(columns=["enrolment_id", "person_id"], errors="ignore")


def _held(roster: Roster) -> Subquery:
    """enrolment_id, held: the posts for which somebody stands on the list."""
    bit = case({post: 1 << place for place, post in enumerate(Post)}, value=EnrolmentPost.post)
    return (
        select(EnrolmentPost.enrolment_id, func.sum(distinct(bit)).label("held"))
        .join(Enrolment, Enrolment.id == EnrolmentPost.enrolment_id)
        .where(Enrolment.cohort_id == roster.cohort_id)
        .where(EnrolmentPost.from_on <= roster.of_posts)
        .group_by(EnrolmentPost.enrolment_id)
        .subquery()
    )


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
