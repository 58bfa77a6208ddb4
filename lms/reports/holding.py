"""Who of a list holds which posts, who is in which of its classes; some lists in one walk."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    case,
    distinct,
    func,
    literal,
    select,
)

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
    by_person,
    came_to_class,
    counted,
    flags_of,
    integer,
    together,
)
from lms.reports.frames import frame
from lms.reports.measures import Count
from lms.reports.tables import BIT, NO_CLASS
from lms.training.completion import completion
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


def by_unit_and_classes(
    roster: Roster, counts: Collection[Count], places: "pd.DataFrame"
) -> "pd.DataFrame":
    """As `counting.by_unit`, told apart by the classes in which people are: `held`, their numbers.

    places: as from `classes`.
    """
    asked = counted(roster, set(counts) - BESIDE - {Count.QUOTA})
    which = attending.classes_of(asked.row.c.person_id, roster.cohort_id, roster.as_of)
    sums = [integer(func.sum(flag)).label(one.value) for one, flag in asked.flags.items()]
    unit, held = asked.row.c.org_id, func.coalesce(which, "").label("held")
    query = select(unit, held, *sums).select_from(asked.source).group_by(unit, "held")
    found = frame(query, counted=Enrolment)
    classes: dict[int, list[str]] = {}
    for enrolment, one in zip(places["enrolment_id"], places["class_id"], strict=True):
        classes.setdefault(enrolment, []).append(str(one))
    aside = [
        one.assign(held=[" ".join(classes.get(key, ())) for key in one["enrolment_id"]])
        for one in beside(roster, counts, by_person=True)
        if len(one)
    ]
    return together([found, *aside], counts).drop(columns=[*KEYS[:2]], errors="ignore")


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


# ── some lists at once ──────────────────────────────────────────────────────────────────────────

# What can be counted of some lists in one walk: nothing that is looked up for a list alone.
OF_ANY_LIST = {
    *(Count.REQUIRED, Count.ATTENDED, Count.COMPLETED, Count.OPEN, Count.REACHED, Count.DEFERRED),
    *(Count.SCHEDULED, Count.SAT, Count.PASSED, Count.HOURS),
}


def by_list(rosters: Sequence[Roster], counts: Collection[Count], apart: Select) -> "pd.DataFrame":
    """Rows of lists and units with anybody 应训: cohort_id, org_id, person_id, and each count.

    rosters: of one day and one post. apart: persons who are told one by one; the others of a
    unit are added up under the person 0. What not any list has is told of everybody.
    """
    if not set(counts) <= OF_ANY_LIST:
        return _list_by_list(rosters, counts)
    first, ids = rosters[0], [one.cohort_id for one in rosters]
    row = completion(first.as_of, who=first.required, cohort_ids=ids).subquery()
    flags = flags_of(row, first.as_of, _came_to(row, rosters))
    one = apart.distinct().subquery()
    alone = func.coalesce(one.c.person_id, 0).label("alone")
    sums = [integer(func.sum(flags[each])).label(each.value) for each in Count if each in counts]
    query = select(row.c.cohort_id, row.c.org_id, alone, *sums)
    query = query.select_from(row.outerjoin(one, one.c.person_id == row.c.person_id))
    found = frame(query.group_by(row.c.cohort_id, row.c.org_id, "alone"), counted=Enrolment)
    return found.rename(columns={"alone": "person_id"})


def _list_by_list(rosters: Sequence[Roster], counts: Collection[Count]) -> "pd.DataFrame":
    import pandas as pd

    found = [by_person(one, counts).assign(cohort_id=one.cohort_id) for one in rosters]
    rows = pd.concat([one for one in found if len(one)] or found[:1], ignore_index=True)
    return rows[rows[Count.REQUIRED.value] == 1]


def _came_to(row: Subquery, rosters: Sequence[Roster]) -> ColumnElement[bool]:
    """Whether somebody has come to the list that a row is of."""
    on_line = row.c.hundredths > 0
    held = attending.with_classes([one.cohort_id for one in rosters])
    came = [
        (row.c.cohort_id == one.cohort_id, came_to_class(row.c.person_id, on_line, one))
        for one in rosters
        if one.cohort_id in held
    ]
    return case(*came, else_=on_line) if came else on_line
