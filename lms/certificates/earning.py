"""Who has earned which certificate, and the facts that it will say."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter

from sqlalchemy import Row, Select, and_, case, extract, func, select, true
from sqlalchemy.sql.expression import ColumnElement

from lms.certificates import queries
from lms.certificates.models import Certificate
from lms.certificates.rules import Completion, HourLine, HoursOfYear, issuer, whole_unit
from lms.classes.models import ClassMember, ClassOutcome, TrainingClass
from lms.classes.rules import Purpose
from lms.clock import day_of
from lms.courses.models import Course, Lesson
from lms.db import db
from lms.ledger.models import HourEntry
from lms.ledger.rules import KIND_NAMES, in_hours
from lms.orgs.models import OrgUnit
from lms.orgs.queries import lineages
from lms.orgs.rules import UnitKind
from lms.people.models import Person
from lms.training.completion import completion, in_training
from lms.training.models import Cohort, CohortAssessment, Enrolment, Programme


@dataclass(frozen=True)
class Occasion:
    """A cohort or a class, and what its certificates say of it. key: the column that names it."""

    key: str
    id: int
    org_id: int
    path: str
    issuer: str
    title: str
    began_on: date
    ended_on: date
    hours: Decimal
    assessed: bool

    @property
    def names_it(self) -> dict[str, int]:
        return {self.key: self.id}

    def about(self, person_id: int) -> str:
        """What the first certificate of a person for it is about."""
        return f"{self.key} {self.id} person {person_id}"

    def facts(self, name: str, unit: str, issued_on: date) -> Completion:
        return Completion(
            name=name,
            unit=unit,
            issuer=self.issuer,
            issued_on=issued_on,
            title=self.title,
            began_on=self.began_on,
            ended_on=min(self.ended_on, issued_on),
            hours=self.hours,
            assessed=self.assessed,
        )


def of_cohort(cohort: Cohort) -> Occasion:
    """A cohort is gone through when its hours are there and its assessments passed."""
    asked = select(CohortAssessment.id).where(CohortAssessment.cohort_id == cohort.id).limit(1)
    return Occasion(
        key="cohort_id",
        id=cohort.id,
        org_id=cohort.org_id,
        path=cohort.org.path,
        issuer=issuer(cohort.org.name, cohort.org.kind),
        title=_title(cohort.programme, cohort.title),
        began_on=cohort.opens_on,
        ended_on=cohort.closes_on,
        hours=cohort.required_hours,
        assessed=db.session.scalar(asked) is not None,
    )


def of_class(held: TrainingClass) -> Occasion:
    """A class is gone through when its end was decided so."""
    ends = [part for part in held.assessments if part.purpose is Purpose.END]
    return Occasion(
        key="class_id",
        id=held.id,
        org_id=held.org_id,
        path=held.org.path,
        issuer=issuer(held.org.name, held.org.kind),
        title=_title(held.programme, held.title),
        began_on=held.from_on,
        ended_on=held.to_on,
        hours=held.required_hours,
        assessed=held.by_assessment and bool(ends),
    )


def _title(programme: Programme, title: str) -> str:
    return title if programme.title in title else f"{programme.title} {title}"


# ── who has gone through it ─────────────────────────────────────────────────────────────────────

OF_THE_LIST = {"counted": Enrolment}
PART = 2000  # enrolments looked at in one slice of a job
UNIT_BY_UNIT = attrgetter("path", "pinyin", "person_id")
OF_THE_CLASS = {"counted": ClassMember}


def _through(
    occasion: Occasion, as_of: date, part: tuple[int, int] | None = None
) -> tuple[Select, dict]:
    """person_id, org_id of everybody who has gone through it; and on whom the scope stands.

    part: of a cohort, only those whose enrolment lies between these numbers.
    """
    if occasion.key == "cohort_id":
        some = Enrolment.id.between(*part) if part else true()
        row = completion(as_of, occasion.id, who=and_(in_training(as_of), some)).subquery()
        found = select(row.c.person_id, row.c.org_id).where(row.c.completed == 1)
        return found, OF_THE_LIST
    last = select(func.max(ClassOutcome.id)).group_by(ClassOutcome.member_id)
    return (
        select(ClassMember.person_id, ClassMember.org_id)
        .join(ClassOutcome, ClassOutcome.member_id == ClassMember.id)
        .where(ClassMember.class_id == occasion.id, ClassMember.to_at.is_(None))
        .where(ClassOutcome.id.in_(last), ClassOutcome.completed),
        OF_THE_CLASS,
    )


def _certified(occasion: Occasion) -> Select:
    """Who has had a certificate of it; one that was revoked is not made anew by itself."""
    column = getattr(Certificate, occasion.key)
    return select(Certificate.person_id).where(column == occasion.id)


@dataclass(frozen=True)
class Counts:
    """How many have gone through it, and how many of them have their certificate."""

    through: int
    certified: int

    @property
    def open(self) -> int:
        return self.through - self.certified


def counts(occasion: Occasion, as_of: date) -> Counts:
    """One statement."""
    query, options = _through(occasion, as_of)
    row = query.subquery()
    has = case((row.c.person_id.in_(_certified(occasion)), 1), else_=0)
    found = db.session.execute(
        select(func.count(), func.coalesce(func.sum(has), 0)).select_from(row),
        execution_options=options,
    ).one()
    return Counts(int(found[0]), int(found[1]))


def no_more(occasion: Occasion, as_of: date) -> list[str]:
    """Who has a valid certificate of a class, and by its lists as they stand has not completed it.

    Who left the list of a cohort has completed it all the same, so nobody is asked about there.
    """
    if occasion.key != "class_id":
        return []
    through = _through(occasion, as_of)[0].with_only_columns(ClassMember.person_id)
    return queries.without(occasion.key, occasion.id, through)


def earned(occasion: Occasion, as_of: date) -> Iterator[Sequence[Row]]:
    """Those who have earned it and have none, part by part: thousands are looked up in slices.

    Columns: person_id, org_id, name, path (of the unit), pinyin.
    """
    for part in _parts(occasion):
        query, options = _through(occasion, as_of, part)
        row = query.subquery()
        people = (
            select(row.c.person_id, row.c.org_id, Person.name, OrgUnit.path, Person.pinyin)
            .join(Person, Person.id == row.c.person_id)
            .join(OrgUnit, OrgUnit.id == row.c.org_id)
            .where(row.c.person_id.not_in(_certified(occasion)))
        )
        yield db.session.execute(people, execution_options=options).all()


def _parts(occasion: Occasion) -> list[tuple[int, int] | None]:
    """The list of a cohort as spans of its numbers; a class is small enough for one look."""
    if occasion.key != "cohort_id":
        return [None]
    query = select(Enrolment.id).where(Enrolment.cohort_id == occasion.id).order_by(Enrolment.id)
    ids = db.session.scalars(query, execution_options=OF_THE_LIST).all()
    spans = (ids[start : start + PART] for start in range(0, len(ids), PART))
    return [(span[0], span[-1]) for span in spans]


# ── the hours of a person ───────────────────────────────────────────────────────────────────────


def years(person_id: int) -> Sequence[int]:
    """The years in which a person has hours, the latest first."""
    year = extract("year", HourEntry.earned_on)
    query = select(year).where(HourEntry.person_id == person_id).distinct()
    return sorted((int(one) for one in db.session.scalars(query)), reverse=True)


def hours(person_id: int, year: int) -> list[HourLine]:
    """What a person has earned in a year, a line for each course or activity, in order of days."""
    title = func.coalesce(HourEntry.activity, Course.title, Programme.title, "")
    query = (
        select(
            title.label("title"),
            HourEntry.kind,
            func.sum(HourEntry.hundredths).label("hundredths"),
            func.max(HourEntry.earned_on).label("ended_on"),
        )
        .outerjoin(Lesson, Lesson.id == HourEntry.lesson_id)
        .outerjoin(Course, Course.id == Lesson.course_id)
        .outerjoin(Cohort, Cohort.id == HourEntry.cohort_id)
        .outerjoin(Programme, Programme.id == Cohort.programme_id)
        .where(HourEntry.person_id == person_id, *_in_year(year))
        .group_by(title, HourEntry.kind)
        .having(func.sum(HourEntry.hundredths) > 0)
        .order_by(func.max(HourEntry.earned_on), title)
    )
    # What was earned is one's own; the course may by now lie outside one's units.
    rows = db.session.execute(query, execution_options={"counted": HourEntry})
    return [
        HourLine(
            row.title or row.title or KIND_NAMES[row.kind],
            KIND_NAMES[row.kind],
            in_hours(row.hundredths),
            row.ended_on,
        )
        for row in rows
    ]


def _in_year(year: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return HourEntry.earned_on >= date(year, 1, 1), HourEntry.earned_on < date(year + 1, 1, 1)


def facts_of_year(person: Person, year: int, now: datetime) -> HoursOfYear:
    """What a 学时证明 of a year says today; the county of the person stands for it."""
    line = above([person.org_id])[person.org_id]
    stands = stands_for(line)
    return HoursOfYear(
        name=person.name,
        unit=whole_unit([unit.name for unit in line]),
        issuer=issuer(stands.name, stands.kind),
        issued_on=day_of(now),
        year=year,
        lines=hours(person.id, year),
    )


def stands_for(line: Sequence[OrgUnit]) -> OrgUnit:
    """The county among a unit and those above it; the highest where there is none."""
    return next((unit for unit in reversed(line) if unit.kind is UnitKind.COUNTY), line[0])


# ── units ───────────────────────────────────────────────────────────────────────────────────────


def above(org_ids: Collection[int]) -> dict[int, list[OrgUnit]]:
    """Unit → itself and those above it, from the city down. Two statements for thousands."""
    paths = dict(
        db.session.execute(select(OrgUnit.id, OrgUnit.path).where(OrgUnit.id.in_(org_ids))).all()
    )
    steps = select(OrgUnit).where(OrgUnit.id.in_(lineages(paths.values())))
    known = {unit.id: unit for unit in db.session.scalars(steps)}
    return {
        org_id: [known[int(step)] for step in path.strip("/").split("/")]
        for org_id, path in paths.items()
    }


def unit_names(org_ids: Collection[int]) -> dict[int, str]:
    """Unit → its name with the county and the township it lies in."""
    return {
        org_id: whole_unit([unit.name for unit in line]) for org_id, line in above(org_ids).items()
    }
