"""Listing thousands by a rule: in slices of a fifth of a second, each of which may be repeated."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from lms.access import add_rows
from lms.audit.services import record
from lms.clock import day_of
from lms.db import db
from lms.exams.services import list_candidates as list_for_assessments
from lms.jobs.rules import Progress
from lms.orgs.models import OrgUnit
from lms.training import lists, queries
from lms.training.models import Cohort, Enrolment, EnrolmentPost, EnrolmentRule
from lms.training.rules import Asked, Coming, Listed, counted_in, for_villages
from lms.words import N_

SLICE = 200  # persons; on a slow machine a slice still stays under 200 ms
LISTING = N_("正在列入名单…")
LISTED = N_("名单已更新。")


def add_rule(
    cohort: Cohort, org: OrgUnit, asked: Asked, now: datetime, by: int | None
) -> EnrolmentRule:
    """A rule for a cohort. That it has a label is recorded, and not which: the log has readers."""
    rule = EnrolmentRule(
        cohort_id=cohort.id,
        org_id=org.id,
        posts=[post.value for post in asked.posts],
        since=asked.since,
        label=asked.label or None,
        made_at=now,
    )
    db.session.add(rule)
    db.session.flush()
    facts: dict[str, Any] = {"since": str(asked.since or ""), "labelled": bool(asked.label)}
    record("add rule", now, whom=rule, org_id=org.id, cohort=cohort.id, posts=rule.posts, **facts)
    return rule


def enrol(args: dict[str, Any], state: dict[str, Any], now: datetime) -> Iterator[Progress]:
    """Put on the list whom a rule names and the list does not have; nobody twice.

    args: rule_id, by, url (where the finished job leads), came_by (the reason, where the list is
    fixed). The rule counts as applied only when
    the last slice is done; a slice that is repeated finds its rows there and adds none.
    """
    rule = queries.rule(args["rule_id"])
    cohort_id, rule_id, day = rule.cohort_id, rule.id, day_of(now)
    cohort = queries.cohort(cohort_id)
    assessments = [part.assessment_id for part in cohort.assessments]
    villages = for_villages(post for one in cohort.rules for post in one.posts)
    came_by = Coming(args.get("came_by") or Coming.ADDED) if cohort.fixed_at else None
    after, added = state.get("after", 0), state.get("added", 0)
    known = {"after": after, "added": added}
    rows: list[Any] = []
    for part in lists.held_by([rule], day):
        rows += part
        yield Progress(0, 0, known, line=LISTING)  # only read so far
    left, named = lists.left_the_list(cohort_id), lists.as_listed(rows, villages)
    rest = [one for one in named if one.person_id > after]
    yield Progress(len(named) - len(rest), len(named), known, line=LISTING)
    for start in range(0, len(rest), SLICE):
        batch = rest[start : start + SLICE]
        there = lists.people_on_list(cohort_id, [one.person_id for one in batch])
        added += _list(cohort_id, batch, left, came_by, now)
        if villages and came_by is None:
            _count_where_they_serve(cohort_id, batch, there)
        list_for_assessments(assessments, _staying(cohort_id, batch), now)
        done = len(named) - len(rest) + start + len(batch)
        yield Progress(
            done, len(named), {"after": batch[-1].person_id, "added": added}, line=LISTING
        )
    _applied(rule_id, args.get("by"), added, now)
    yield Progress(len(named), len(named), line=LISTED, result={"url": args.get("url")})


def _list(
    cohort_id: int,
    batch: Sequence[Listed],
    left: set[int],
    came_by: Coming | None,
    now: datetime,
) -> int:
    """List whom the list does not have, and add the posts it does not have. How many persons."""
    day = day_of(now)
    there = lists.open_enrolments(cohort_id, [one.person_id for one in batch])
    new = [one for one in batch if one.person_id not in there and one.person_id not in left]
    add_rows(
        Enrolment,
        [
            {
                "cohort_id": cohort_id,
                "person_id": one.person_id,
                "org_id": one.org_id,
                "from_on": day,
                "came_by": came_by,
                "recorded_at": now,
            }
            for one in new
        ],
    )
    _list_posts(cohort_id, batch, day)
    return len(new)


def _list_posts(cohort_id: int, batch: Sequence[Listed], day: date) -> None:
    people = [one.person_id for one in batch]
    enrolments = lists.open_enrolments(cohort_id, people)
    there = lists.posts_on_list(cohort_id, people)
    rows = [
        {"enrolment_id": enrolments[one.person_id], "org_id": org_id, "post": post, "from_on": day}
        for one in batch
        if one.person_id in enrolments
        for org_id, post in one.posts
        if (org_id, post) not in there.get(one.person_id, ())
    ]
    add_rows(EnrolmentPost, rows)


def _count_where_they_serve(
    cohort_id: int, batch: Sequence[Listed], there: Sequence[tuple[int, int]]
) -> None:
    """A rule may name the village of who was listed at home by another: on a draft he goes along.

    there: person and unit of who stood on the list before. What was fixed is followed instead.
    """
    units = dict(there)
    others = [one.person_id for one in batch if units.get(one.person_id, one.org_id) != one.org_id]
    gone = []
    for one in lists.with_posts(cohort_id, others):
        org_id = counted_in(
            one.person.org_id, [(held.org_id, held.post) for held in one.posts], True
        )
        if org_id != one.org_id:
            one.org_id = org_id
            gone.append(one.person_id)
    for candidate in lists.candidates_of(cohort_id, gone):
        db.session.delete(candidate)  # listed anew, under the other unit
    db.session.flush()


def _staying(cohort_id: int, batch: Sequence[Listed]) -> list[tuple[int, int]]:
    """Person and unit of those in a batch who are on the list."""
    return lists.people_on_list(cohort_id, [one.person_id for one in batch])


def _applied(rule_id: int, by: int | None, added: int, now: datetime) -> None:
    """One small write makes the whole valid."""
    rule = queries.rule(rule_id)
    rule.applied_at, rule.applied_by = now, by
    record("apply rule", now, whom=rule, org_id=rule.org_id, cohort=rule.cohort_id, added=added)


def list_candidates(
    args: dict[str, Any], state: dict[str, Any], now: datetime
) -> Iterator[Progress]:
    """Tell the assessments of a cohort of everybody on its list. args: cohort_id, url."""
    cohort = queries.cohort(args["cohort_id"])
    assessments = [part.assessment_id for part in cohort.assessments]
    people = lists.people_on_list(cohort.id)
    rest = [one for one in people if one[0] > state.get("after", 0)]
    for start in range(0, len(rest), SLICE):
        batch = rest[start : start + SLICE]
        list_for_assessments(assessments, batch, now)
        done = len(people) - len(rest) + start + len(batch)
        yield Progress(done, len(people), {"after": batch[-1][0]}, line=LISTING)
    yield Progress(len(people), len(people), line=LISTED, result={"url": args.get("url")})
