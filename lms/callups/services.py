"""Splitting a list into classes: asked for, found in the background, looked at, confirmed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lms.audit.services import record
from lms.callups import gathering, queries
from lms.callups.models import ClassSplit
from lms.callups.rules import Area, Out, Planned, Series, overlap, planned, refuse_too_many
from lms.callups.splitting import Called, Split, splitting
from lms.classes import listing
from lms.classes.rules import Came, ClassKind, Plan, Purpose
from lms.classes.services import make_class
from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.jobs.rules import Progress
from lms.orgs.models import OrgUnit
from lms.sheets.promise import refuse_title
from lms.training import lists
from lms.training.models import Cohort
from lms.training.queries import cohort as cohort_of
from lms.training.rules import ReliefKind
from lms.words import N_

SPLIT, MAKE = "split list", "make classes"
READING, SPLITTING, FOUND = N_("正在读取名单…"), N_("正在分班…"), N_("分班方案已算出，请核对。")
MAKING, MADE = N_("正在开设班级…"), N_("班级已开设，名单已编入。")
TITLE, ALONE = N_("{name} {area}第{number}班"), N_("{name} 第{number}班")


@dataclass(frozen=True)
class Terms:
    """What is the same in every class of a split. name: how their titles begin."""

    name: str
    kind: ClassKind
    required_hours: Decimal
    by_hours: bool
    by_attendance: bool
    by_assessment: bool
    most_absent: int | None

    def facts(self) -> dict[str, Any]:
        return asdict(self) | {"kind": self.kind.value, "required_hours": str(self.required_hours)}

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "Terms":
        kind, hours = ClassKind(facts["kind"]), Decimal(facts["required_hours"])
        return cls(**dict(facts) | {"kind": kind, "required_hours": hours})


# ── asking ──────────────────────────────────────────────────────────────────────────────────────


def classes_for(series: Series, areas: Sequence[Area], name: str) -> list[Planned]:
    """The classes of a series, with titles."""
    if not areas:
        raise Conflict("这部分名单上没有待编班的人：可能还没有列入名单，或都已编入班级。")
    return titled(planned(series, areas), {area.id: area.name for area in areas}, name)


def titled(classes: Sequence[Planned], names: Mapping[int, str], name: str) -> list[Planned]:
    """With a title each, where none was given: numbered within its unit."""
    count: dict[int, int] = {}
    found = []
    for one in classes:
        count[one.area] = number = count.get(one.area, 0) + 1
        text = TITLE if len(names) > 1 else ALONE
        title = one.title or text.format(name=name, area=names[one.area], number=number)
        refuse_title(title)
        found.append(replace(one, title=title[:120]))
    return found


def ask_split(
    cohort: Cohort,
    org: OrgUnit,
    classes: Sequence[Planned],
    terms: Terms,
    now: datetime,
    by: int,
) -> ClassSplit:
    """Keep what is to be split, and into what. A job finds who goes where."""
    if not classes:
        raise Invalid("请至少写一个班。")
    refuse_too_many(len(classes))
    plan = {"classes": [_told(one) for one in classes], "terms": terms.facts()}
    made = ClassSplit(org_id=org.id, cohort_id=cohort.id, plan=plan, asked_at=now, asked_by=by)
    db.session.add(made)
    db.session.flush()
    record("ask split", now, whom=made, org_id=org.id, cohort=cohort.id, classes=len(classes))
    return made


def _told(one: Planned) -> dict[str, Any]:
    return asdict(one) | {"first_on": str(one.first_on), "last_on": str(one.last_on)}


# ── finding ─────────────────────────────────────────────────────────────────────────────────────


def solve(args: dict[str, Any], state: dict[str, Any], now: datetime) -> Iterator[Progress]:
    """Find who goes into which class. args: split_id, url. One small write keeps what was found."""
    found_for = queries.class_split(args["split_id"])
    path, cohort = found_for.org.path, found_for.cohort
    people = gathering.people(cohort.id, path)
    yield Progress(0, len(people), line=READING)
    classes = queries.planned_of(found_for)
    first = min(one.first_on for one in classes)
    busy = gathering.busy(path, first)
    tied = gathering.pairs(path, day_of(now))
    away = {person: [one.days for one in held] for person, held in busy.items()}
    people = [replace(one, away=tuple(away.get(one.id, ()))) for one in people]
    found = Split()
    for found in splitting(people, classes, tied, away):
        done = min(len(found.seats) + len(found.out), max(0, len(people) - 1))
        yield Progress(done, len(people), line=SPLITTING)
    kept = queries.class_split(args["split_id"])
    kept.found = _kept(found, people, classes, busy, cohort, first)
    kept.found_at = now
    result = {"url": args.get("url")}
    yield Progress(len(people), len(people), line=FOUND, result=result)


def _kept(
    found: Split,
    people: Sequence[Called],
    classes: Sequence[Planned],
    busy: Mapping[int, Sequence[gathering.Busy]],
    cohort: Cohort,
    first: date,
) -> dict[str, Any]:
    """As it is kept: classes with their people, who is left out, what is to be pointed out."""
    by_number = {one.number: one for one in classes}
    seats: dict[str, list[int]] = {}
    for one in sorted(people, key=lambda one: (one.line, one.id)):
        if one.id in found.seats:
            seats.setdefault(str(found.seats[one.id]), []).append(one.id)
    exempt = _exempt(cohort.id)
    out = [
        [
            person,
            Out.EXEMPT if left.why is Out.DEFERRED and person in exempt else left.why,
            left.other,
        ]
        for person, left in found.out.items()
    ]
    twice = gathering.repeated(cohort.programme_id, cohort.id, first, list(found.seats))
    elsewhere = [
        [person, one.class_id, one.title]
        for person, number in found.seats.items()
        for one in busy.get(person, ())
        if overlap(one.days, by_number[number].days)
    ]
    again = [[person, title] for person, title in twice.items()]
    return {"seats": seats, "out": out, "elsewhere": elsewhere, "again": again}


def _exempt(cohort_id: int) -> set[int]:
    """Who of a list has an exemption among the days off."""
    by_enrolment = gathering.reliefs(cohort_id)
    exempt = [
        key
        for key, days in by_enrolment.items()
        if any(kind is ReliefKind.EXEMPT for kind, _ in days)
    ]
    return queries.persons_of(exempt)


# ── confirming ──────────────────────────────────────────────────────────────────────────────────


def confirm(found: ClassSplit, now: datetime, by: int) -> None:
    """From now on the plan holds; a job opens its classes, and goes on where one was broken off."""
    if found.confirmed_at is not None and still_to_make(found):
        return
    if found.found is None:
        raise Conflict("分班方案还没有算好，请稍候。")
    if not queries.first_to_confirm(found.id, now):
        raise Conflict("这个方案已经确认过，请刷新页面。")
    found.confirmed_by = by
    classes = len(found.found["seats"])
    record("confirm split", now, whom=found, org_id=found.org_id, classes=classes)


def still_to_make(found: ClassSplit) -> int:
    """How many classes of a confirmed plan are not open yet."""
    return len((found.found or {}).get("seats", ())) - len((found.made or {}).get("classes", ()))


def make_classes(args: dict[str, Any], state: dict[str, Any], now: datetime) -> Iterator[Progress]:
    """Open the classes of a confirmed plan, each with its people. args: split_id, by, url.

    A slice is one class, and the plan keeps what was made: another press goes on from there. Who
    has left the list since, or came into a class, is told by name.
    """
    split_id, by = args["split_id"], args["by"]
    kept = queries.class_split(split_id)
    seats: dict[str, list[int]] = (kept.found or {}).get("seats", {})
    classes = [one for one in queries.planned_of(kept) if str(one.number) in seats]
    made: dict[str, int] = dict((kept.made or {}).get("classes", {}))
    lost: list[int] = list((kept.made or {}).get("lost", []))
    for number, one in enumerate(classes, start=1):
        if str(one.number) in made:
            continue
        class_id, missing = _open(kept, one, seats[str(one.number)], now, by)
        made[str(one.number)] = class_id
        lost = lost + missing
        kept.made = {"classes": dict(made), "lost": lost}
        yield Progress(number, len(classes), line=MAKING)
        kept = queries.class_split(split_id)
    yield Progress(len(classes), len(classes), line=MADE, result={"url": args.get("url")})


def _open(
    kept: ClassSplit, one: Planned, members: Collection[int], now: datetime, by: int
) -> tuple[int, list[int]]:
    """A class with its people; its id, and who could not be put into it any more."""
    terms, cohort = Terms.read(kept.plan["terms"]), cohort_of(kept.cohort_id)
    ends = [part.assessment_id for part in cohort.assessments] if terms.by_assessment else []
    made = make_class(
        kept.org_id,
        plan_of(one, terms, cohort),
        now,
        by,
        [part.course_id for part in cohort.courses],
        dict.fromkeys(ends, Purpose.END),
    )
    there = lists.open_enrolments(cohort.id, list(members))
    taken = queries.in_a_class(cohort.id, members)
    units = queries.units_on_list(cohort.id, members)
    coming = [person for person in members if person in there and person not in taken]
    listing.put_in(made, [(person, units[person]) for person in coming], Came.SPLIT, now, by)
    return made.id, [person for person in members if person not in coming]


def plan_of(one: Planned, terms: Terms, cohort: Cohort) -> Plan:
    """A class of the split as the room of classes takes it."""
    return Plan(
        programme_id=cohort.programme_id,
        cohort_id=cohort.id,
        title=one.title,
        kind=terms.kind,
        for_org_id=one.area,
        batch=None,
        from_on=one.first_on,
        to_on=one.last_on,
        place=one.place or None,
        capacity=one.capacity,
        person_id=None,
        required_hours=terms.required_hours,
        by_hours=terms.by_hours,
        by_attendance=terms.by_attendance,
        by_assessment=terms.by_assessment,
        most_absent=terms.most_absent,
        lateness_counts=False,
    )
