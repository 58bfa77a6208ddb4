"""Who of a list holds which posts, who is in which of its classes; some lists in one walk."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    case,
    func,
    select,
    type_coerce,
)

from lms.db import db, told
from lms.people.keeping import batches
from lms.people.rules import Post
from lms.reports import attending
from lms.reports.counting import (
    BESIDE,
    KEYS,
    OF_THE_LIST,
    Roster,
    added_up,
    as_one,
    beside,
    by_person,
    came_to_class,
    counted,
    flags_of,
    together,
)
from lms.reports.frames import frame
from lms.reports.measures import PERSONS, Count
from lms.reports.tables import BIT, NO_CLASS
from lms.training.models import Enrolment, EnrolmentPost
from lms.training.of_lists import of_lists

if TYPE_CHECKING:
    import pandas as pd


def by_unit_and_posts(
    roster: Roster,
    counts: Collection[Count],
    posts: Collection[Post] = tuple(Post),
    lines: Mapping[int, int] | None = None,
) -> "pd.DataFrame":
    """As `counting.by_unit`, with those of some posts that are held: `held`, a bit for each."""
    which = _held(roster, posts).label("held")
    asked = counted(roster, set(counts) - BESIDE - {Count.QUOTA}, more=[which])
    aside = beside(roster, counts, by_person=True)
    aside = [_with_posts(roster, posts, one) for one in aside if len(one)]
    whole = together([added_up(asked, lines, "held"), *aside], counts)
    bits = {words: _bits(words) for words in whole["held"].unique()}
    whole["held"] = [bits[words] for words in whole["held"]]
    return whole.drop(columns=[*KEYS[:2]], errors="ignore")


def _held(roster: Roster, posts: Collection[Post]) -> ColumnElement[str]:
    """The words of those posts for which an enrolment stands on the list."""
    word = func.aggregate_strings(type_coerce(EnrolmentPost.post, String), " ")
    query = select(word).where(EnrolmentPost.enrolment_id == Enrolment.id)
    query = query.where(EnrolmentPost.from_on <= roster.of_posts)
    if len(posts) < len(Post):
        query = query.where(EnrolmentPost.post.in_(posts))
    return func.coalesce(query.scalar_subquery(), "")


def _bits(words: str) -> int:
    """Held in two units, a post is one."""
    return sum(BIT[post] for post in {Post(word) for word in words.split()})


def _with_posts(roster: Roster, posts: Collection[Post], people: "pd.DataFrame") -> "pd.DataFrame":
    """The same of a few persons: 免训, and who has left."""
    import pandas as pd

    found: list[Any] = []
    for some in batches(people["enrolment_id"].tolist()):
        query = select(Enrolment.id, _held(roster, posts)).where(Enrolment.id.in_(some))
        found += db.session.execute(query, execution_options=OF_THE_LIST).all()
    return people.merge(pd.DataFrame(found, columns=["enrolment_id", "held"]), on="enrolment_id")


def by_unit_and_classes(
    roster: Roster,
    counts: Collection[Count],
    places: "pd.DataFrame",
    lines: Mapping[int, int] | None = None,
) -> "pd.DataFrame":
    """As `counting.by_unit`, told apart by the classes in which people are: `held`, their numbers.

    places: as from `classes`. lines: as of `counting.by_unit`.
    """
    which = attending.classes_of(Enrolment.person_id, roster.cohort_id, roster.as_of)
    held = func.coalesce(which, "").label("held")
    asked = counted(roster, set(counts) - BESIDE - {Count.QUOTA}, more=[held])
    classes: dict[int, list[str]] = {}
    for enrolment, one in zip(places["enrolment_id"], places["class_id"], strict=True):
        classes.setdefault(enrolment, []).append(str(one))
    aside = [
        one.assign(held=[" ".join(classes.get(key, ())) for key in one["enrolment_id"]])
        for one in beside(roster, counts, by_person=True)
        if len(one)
    ]
    whole = together([added_up(asked, lines, "held"), *aside], counts)
    return whole.drop(columns=[*KEYS[:2]], errors="ignore")


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


def by_list(rosters: Sequence[Roster], counts: Collection[Count]) -> "pd.DataFrame":
    """Everybody 应训 on some lists, once for each: cohort_id, person_id, org_id, and each count.

    rosters: of one day, one post and the same units. What is true of somebody comes as one number:
    a server adds up no quicker, and the embedded database sorts thousands for it.
    """
    import numpy as np
    import pandas as pd

    if not set(counts) <= OF_ANY_LIST:
        return _list_by_list(rosters, counts)
    first, ids = rosters[0], [one.cohort_id for one in rosters]
    row = of_lists(first.as_of, ids, who=first.required).subquery()
    flags = flags_of(row, first.as_of, _came_to(row, rosters))
    persons = [one for one in Count if one in counts and one in PERSONS]
    sums = [one for one in Count if one in counts and one not in PERSONS]
    names = ["cohort_id", *KEYS[1:], *(one.value for one in sums)]
    keys = (row.c[name] for name in names[: len(KEYS)])
    true = as_one(flags[one] for one in persons)
    rows = told((*keys, *(flags[one] for one in sums), true), row, OF_THE_LIST)
    *held, true_of = np.array(rows, dtype="int64").reshape(-1, len(names) + 1).T
    bits = {one.value: true_of >> place & 1 for place, one in enumerate(persons)}
    return pd.DataFrame(dict(zip(names, held, strict=True)) | bits)


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
