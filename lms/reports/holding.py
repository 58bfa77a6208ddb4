"""Who of a list holds which of the heads, and who is in which of its classes."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import Select, case, func, select

from lms.reports import attending
from lms.reports.counting import BESIDE, Roster, beside, counted, integer, together
from lms.reports.frames import frame
from lms.reports.measures import Count
from lms.reports.rules import HEADS
from lms.reports.tables import NO_CLASS
from lms.training.models import Enrolment, EnrolmentPost

if TYPE_CHECKING:
    import pandas as pd


def by_unit_and_heads(roster: Roster, counts: Collection[Count]) -> "pd.DataFrame":
    """As `by_unit`, with the heads that are held: `held`, one bit a post of HEADS, in its order."""
    asked = counted(roster, set(counts) - BESIDE - {Count.QUOTA})
    bits = [
        func.max(case((EnrolmentPost.post == post, 1 << place), else_=0))
        for place, post in enumerate(HEADS)
    ]
    held = (
        select(EnrolmentPost.enrolment_id, sum(bits[1:], bits[0]).label("held"))
        .where(EnrolmentPost.post.in_(HEADS), EnrolmentPost.from_on <= roster.as_of)
        .group_by(EnrolmentPost.enrolment_id)
        .subquery()
    )
    which = integer(func.coalesce(held.c.held, 0)).label("held")
    sums = [integer(func.sum(flag)).label(one.value) for one, flag in asked.flags.items()]
    query = (
        select(asked.row.c.org_id, which, *sums)
        .select_from(asked.source)
        .outerjoin(held, held.c.enrolment_id == asked.row.c.enrolment_id)
        .group_by(asked.row.c.org_id, which)
    )
    return together([frame(query, counted=Enrolment), *beside(roster, counts)], counts)


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
