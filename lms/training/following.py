"""What happened in the roster since a list was made: offered as one list, confirmed in one act."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from lms.access import add_rows
from lms.audit.services import record
from lms.clock import day_of
from lms.db import db
from lms.exams.services import list_candidates
from lms.jobs.rules import Progress
from lms.orgs.models import OrgUnit
from lms.people.models import Person, Posting
from lms.people.queries import whole_city
from lms.people.rules import Post
from lms.training import lists, queries, relieving, services
from lms.training.models import Cohort, Enrolment, EnrolmentPost
from lms.training.rules import (
    Coming,
    Leaving,
    Listed,
    Served,
    coming,
    for_villages,
    is_sent,
    leaving,
)
from lms.words import N_

SLICE = 200  # persons
PART = 1000  # persons looked at in a slice that only reads
FOLLOWING = N_("正在办理名单变动…")
FOLLOWED = N_("名单变动已办理。")
FOLLOW = "follow roster"


@dataclass(frozen=True)
class Offer:
    """Somebody who ought to come onto the list, or off it, and from which day.

    enrolment_id: of who is on the list already, and leaves it or has another post now.
    """

    person_id: int
    org_id: int
    on: date
    why: Coming | Leaving | None  # none: only the posts change
    posts: tuple[tuple[int, Post], ...] = ()
    enrolment_id: int | None = None

    @property
    def comes(self) -> bool:
        return isinstance(self.why, Coming)

    @property
    def goes(self) -> bool:
        return isinstance(self.why, Leaving)


def offers(cohort: Cohort, day: date) -> list[Offer]:
    """What the list lacks, and what it has too much, as the roster stands on a day. By person."""
    steps = looked_up(cohort, day)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def looked_up(cohort: Cohort, day: date, step: Any = None) -> Generator[Any, None, list[Offer]]:
    """The same in slices, for thousands. step: what is given out at the end of each."""
    villages = for_villages(post for rule in cohort.rules for post in rule.posts)
    rows: list[Any] = []
    for part in lists.held_by(cohort.rules, day):
        rows += part
        yield step
    named = {one.person_id: one for one in lists.as_listed(rows, villages)}
    yield step
    listed = {row.person_id: row for row in _open(cohort.id)}
    yield step
    on_list = lists.posts_on_list(cohort.id)
    yield step
    sent = _sent(named, listed, on_list) if villages else set()
    moved = _moved(named, listed, on_list) - sent
    gone = [row for key, row in listed.items() if key not in named or key in moved]
    going: list[Offer] = []
    for start in range(0, len(gone), PART):
        yield step
        going += _going(cohort, gone[start : start + PART], on_list, day)
    left = {one.person_id for one in going}
    new = [one for key, one in named.items() if key not in listed or key in left]
    stay = (one for key, one in named.items() if key in listed and key not in left)
    more = [
        one
        for one in stay
        if one.person_id not in sent and set(one.posts) - on_list.get(one.person_id, set())
    ]
    found = [*going, *_other_posts(more, listed, on_list, day)]
    found += _going_along(cohort, [(listed[key], named[key]) for key in sent], on_list, day)
    off = _off_since(cohort.id)
    for start in range(0, len(new), PART):
        yield step
        found += _coming(cohort, new[start : start + PART], off, day)
    return sorted(found, key=lambda one: (one.person_id, one.comes))  # who moves first leaves


def _sent(
    named: dict[int, Listed], listed: dict[int, Any], on_list: dict[int, set[tuple[int, Post]]]
) -> set[int]:
    """Who counts under another unit, because he was sent to a village or has come back."""
    return {
        key
        for key, one in named.items()
        if key in listed
        and listed[key].org_id != one.org_id
        and is_sent((*one.posts, *on_list.get(key, ())))
    }


def _moved(
    named: dict[int, Listed], listed: dict[int, Any], on_list: dict[int, set[tuple[int, Post]]]
) -> set[int]:
    """Who holds listed posts, but none of those of before, and none in the unit of before.

    Within one list they leave their unit and come to the other: 调出 there, 调入 here.
    """
    return {
        key
        for key, one in named.items()
        if key in listed
        and not set(one.posts) & on_list.get(key, set())
        and listed[key].org_id not in {org_id for org_id, _post in one.posts}
    }


def _open(cohort_id: int) -> Sequence[Any]:
    query = select(Enrolment.id, Enrolment.person_id, Enrolment.org_id, Enrolment.from_on)
    rows = query.where(Enrolment.cohort_id == cohort_id, Enrolment.to_on.is_(None))
    return db.session.execute(rows).all()


def fixed_on(cohort: Cohort) -> date:
    """No change of a list is dated before it was fixed."""
    return day_of(cohort.fixed_at) if cohort.fixed_at else cohort.opens_on


def _coming(
    cohort: Cohort, new: Sequence[Listed], off: dict[int, date], day: date
) -> Iterator[Offer]:
    """Who holds a post now and is not on the list; not who was taken off it and holds the same."""
    served = _served([one.person_id for one in new])
    first = fixed_on(cohort)
    for one in new:
        mine = served.get(one.person_id, [])
        begun = [row.from_on for row in mine if (row.org_id, row.post) in one.posts]
        since = max(begun, default=day)
        if one.person_id in off and since < off[one.person_id]:
            continue
        why = Coming.ADDED if since < first else coming(mine, set(one.posts), since)
        yield Offer(one.person_id, one.org_id, max(since, first), why, one.posts)


def _going(
    cohort: Cohort, gone: Sequence[Any], on_list: dict[int, set[tuple[int, Post]]], day: date
) -> Iterator[Offer]:
    """Who is on the list and holds none of the posts any more for which they stand on it."""
    served = _served([row.person_id for row in gone])
    for row in gone:
        mine, posts = served.get(row.person_id, []), on_list.get(row.person_id, set())
        ended = leaving(mine, posts, day)
        if ended is not None:
            on = _not_before(cohort, row, ended.on, day)
            yield Offer(row.person_id, row.org_id, on, ended.why, tuple(posts), row.id)


def _going_along(
    cohort: Cohort,
    pairs: Sequence[tuple[Any, Listed]],
    on_list: dict[int, set[tuple[int, Post]]],
    day: date,
) -> Iterator[Offer]:
    """Who is sent, or comes back, stands in the old unit no more and in the new from the same day.

    The post at home goes on meanwhile, so the day is that on which he began, or ceased, to serve.
    """
    served = _served([row.person_id for row, _ in pairs])
    for row, one in pairs:
        mine, posts = served.get(row.person_id, []), on_list.get(row.person_id, set())
        ended = leaving(mine, {held for held in posts if held[0] == row.org_id}, day)
        begun = [held.from_on for held in mine if held.org_id == one.org_id and held.holds(day)]
        on = _not_before(cohort, row, ended.on if ended else max(begun, default=day), day)
        yield Offer(row.person_id, row.org_id, on, Leaving.MOVED_OUT, tuple(posts), row.id)
        yield Offer(row.person_id, one.org_id, on, Coming.MOVED_IN, one.posts)


def _not_before(cohort: Cohort, row: Any, on: date, day: date) -> date:
    """The day on which somebody leaves the list: after the list was fixed and he came onto it."""
    first = fixed_on(cohort) + timedelta(days=1)
    return min(max(on, first, row.from_on + timedelta(days=1)), max(day, first))


def _other_posts(
    more: Sequence[Listed],
    listed: dict[int, Any],
    on_list: dict[int, set[tuple[int, Post]]],
    day: date,
) -> Iterator[Offer]:
    for one in more:
        new = tuple(post for post in one.posts if post not in on_list.get(one.person_id, set()))
        row = listed[one.person_id]
        yield Offer(one.person_id, row.org_id, day, None, new, row.id)


def _served(people: Sequence[int]) -> dict[int, list[Served]]:
    """Person → every posting there was, in the order of days; in the whole city.

    Whoever goes to another county has moved out; of where to, nothing is told but that.
    """
    found: dict[int, list[Served]] = {}
    with whole_city():
        query = (
            select(Posting.person_id, Posting.org_id, Posting.post)
            .add_columns(Posting.from_on, Posting.to_on)
            .where(Posting.person_id.in_(people))
            .order_by(Posting.person_id, Posting.from_on, Posting.id)
        )
        for person_id, *facts in db.session.execute(query):
            found.setdefault(person_id, []).append(Served(*facts))
    return found


def _off_since(cohort_id: int) -> dict[int, date]:
    """Person → the last day on which they were taken off the list."""
    query = select(Enrolment.person_id, func.max(Enrolment.to_on)).where(
        Enrolment.cohort_id == cohort_id, Enrolment.to_on.is_not(None)
    )
    rows = db.session.execute(query.group_by(Enrolment.person_id))
    return {person_id: last for person_id, last in rows if last is not None}


def seal(found: Sequence[Offer]) -> str:
    """So that nobody confirms another list than the one they saw."""
    words = ";".join(f"{one.person_id} {one.on} {one.why} {sorted(one.posts)}" for one in found)
    return sha256(words.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Shown:
    """An offer with the names that a page needs."""

    offer: Offer
    name: str
    unit: str
    superior: str


def shown(found: Sequence[Offer]) -> list[Shown]:
    """With names, in administrative order."""
    names = {
        row.id: row.name
        for row in db.session.execute(
            select(Person.id, Person.name).where(Person.id.in_([one.person_id for one in found]))
        )
    }
    units = {
        row.id: row
        for row in db.session.execute(
            select(OrgUnit.id, OrgUnit.name, OrgUnit.path).where(
                OrgUnit.id.in_({one.org_id for one in found})
            )
        )
    }
    above = lists.above(set(units))
    found = sorted(found, key=lambda one: (units[one.org_id].path, one.person_id))
    return [
        Shown(one, names.get(one.person_id, ""), units[one.org_id].name, above.get(one.org_id, ""))
        for one in found
    ]


# ── confirmed in one act ────────────────────────────────────────────────────────────────────────


def follow(args: dict[str, Any], state: dict[str, Any], now: datetime) -> Iterator[Progress]:
    """Do what was offered, but for whom the officer left out. args: cohort_id, by, without, url.

    What is done is offered no more, so a slice that is repeated does nothing twice.
    """
    cohort = queries.cohort(args["cohort_id"])
    without, by = set(args.get("without", ())), args["by"]
    done, counts = state.get("done", 0), state.get("counts", {"came": 0, "left": 0})
    known = {"done": done, "counts": counts}
    only_read = Progress(done, 0, known, line=FOLLOWING)
    found = yield from looked_up(cohort, day_of(now), only_read)
    rest = [one for one in found if one.person_id not in without]
    total = done + len(rest)
    yield Progress(done, total, known, line=FOLLOWING)
    for start in range(0, len(rest), SLICE):
        batch = rest[start : start + SLICE]
        _take_off(cohort.id, [one for one in batch if one.goes], now, by)
        _put_on(cohort, [one for one in batch if one.comes], now, by)
        _add_posts([one for one in batch if one.why is None])
        done += len(batch)
        counts = {
            "came": counts["came"] + sum(one.comes for one in batch),
            "left": counts["left"] + sum(one.goes for one in batch),
        }
        yield Progress(done, total, {"done": done, "counts": counts}, line=FOLLOWING)
    record(FOLLOW, now, whom=cohort, org_id=cohort.org_id, without=sorted(without), **counts)
    yield Progress(total, total, line=FOLLOWED, result={"url": args.get("url")})


def _put_on(cohort: Cohort, batch: Sequence[Offer], now: datetime, by: int) -> None:
    add_rows(
        Enrolment,
        [
            {
                "cohort_id": cohort.id,
                "person_id": one.person_id,
                "org_id": one.org_id,
                "from_on": one.on,
                "came_by": one.why,
                "recorded_at": now,
            }
            for one in batch
        ],
    )
    there = lists.open_enrolments(cohort.id, [one.person_id for one in batch])
    _write_posts([(there[one.person_id], one) for one in batch])
    assessments = [part.assessment_id for part in cohort.assessments]
    list_candidates(assessments, [(one.person_id, one.org_id) for one in batch], now)
    for one in batch:
        if one.why is Coming.MOVED_IN:
            relieving.carry_over(queries.enrolment(there[one.person_id]), one.on, now, by)


def _add_posts(batch: Sequence[Offer]) -> None:
    _write_posts([(one.enrolment_id, one) for one in batch if one.enrolment_id])


def _write_posts(rows: Sequence[tuple[int, Offer]]) -> None:
    add_rows(
        EnrolmentPost,
        [
            {"enrolment_id": key, "org_id": org_id, "post": post, "from_on": one.on}
            for key, one in rows
            for org_id, post in one.posts
        ],
    )


def _take_off(cohort_id: int, batch: Sequence[Offer], now: datetime, by: int) -> None:
    there = queries.enrolments([one.enrolment_id for one in batch if one.enrolment_id])
    gone = [
        services.Ending(there[one.enrolment_id], one.on, one.why)
        for one in batch
        if one.enrolment_id and isinstance(one.why, Leaving)
    ]
    services.end(cohort_id, gone, now, by)
