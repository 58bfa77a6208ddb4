"""Rows for the reports. `frame` is the one way from the database to pandas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Select, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from lms.db import db
from lms.errors import NotFound
from lms.orgs.models import OrgUnit, UnitSpan
from lms.orgs.queries import under
from lms.people.models import Person
from lms.reports.rules import Measure, Placed
from lms.training.completion import completion, listed_posts
from lms.training.models import Enrolment

if TYPE_CHECKING:
    import pandas as pd

PAGE = 100


def frame(query: Select, counted: type[Any] | None = None) -> "pd.DataFrame":
    """Runs through the session, so the scope applies. pd.read_sql would go round it.

    counted: the one table on which the scope stands, for who is counted; what is counted about
    them (hours, verdicts) then needs none.
    """
    import pandas as pd  # an eighth of a start: loaded by who asks for a table

    options = {"counted": counted} if counted else {}
    result = db.session.execute(query, execution_options=options)
    names, rows = list(result.keys()), result.all()
    if not rows:
        return pd.DataFrame(columns=names)
    return pd.DataFrame(dict(zip(names, zip(*rows, strict=True), strict=True)))


def units(as_of: date) -> list[Placed]:
    """Every unit as it stood on a day; one that was closed by then as it last stood."""
    unit, span = OrgUnit.__table__.c, UnitSpan.__table__.c  # as rows: the mapper takes its time
    that_day = and_(span.from_on <= as_of, or_(span.to_on.is_(None), span.to_on > as_of))
    query = select(
        unit.id,
        func.coalesce(span.name, unit.name),
        unit.kind,
        func.coalesce(span.parent_id, unit.parent_id),
        unit.place,
        unit.code,
        span.id.is_(None),
    ).outerjoin_from(OrgUnit.__table__, UnitSpan.__table__, and_(span.org_id == unit.id, that_day))
    return list(map(Placed._make, db.session.execute(query).all()))


def _flags(cohort_id: int, as_of: date) -> tuple[Any, dict[str, Any]]:
    """One row a person on the list, and each count as 0 or 1 of that row."""
    row = completion(as_of, cohort_id).subquery()
    return row, {
        "listed": literal(1),
        "attended": case((row.c.hundredths > 0, 1), else_=0),
        "completed": row.c.completed,
        "scheduled": case((row.c.assessed > 0, 1), else_=0),
        "sat": case((and_(row.c.assessed > 0, row.c.sat >= row.c.assessed), 1), else_=0),
        "passed": case((and_(row.c.assessed > 0, row.c.passed >= row.c.assessed), 1), else_=0),
    }


def counted_by_unit(cohort_id: int, as_of: date) -> "pd.DataFrame":
    """One row a unit with anybody on the list: org_id, the counts, hundredths of hours."""
    row, flags = _flags(cohort_id, as_of)
    sums = [_count(func.sum(flag)).label(name) for name, flag in flags.items()]
    hours = _count(func.sum(row.c.hundredths)).label("hundredths")
    query = select(row.c.org_id, *sums, hours).group_by(row.c.org_id)
    return frame(query, counted=Enrolment)


def counted_by_person(cohort_id: int, as_of: date) -> "pd.DataFrame":
    """One row a person listed: enrolment_id, org_id, the counts (0 or 1), hundredths of hours."""
    row, flags = _flags(cohort_id, as_of)
    columns = [_count(flag).label(name) for name, flag in flags.items()]
    query = select(row.c.enrolment_id, row.c.org_id, *columns, row.c.hundredths)
    return frame(query, counted=Enrolment)


def posts(cohort_id: int, as_of: date) -> "pd.DataFrame":
    """One row a post on the list: enrolment_id, org_id, post."""
    row = listed_posts(as_of, cohort_id).subquery()
    return frame(select(row.c.enrolment_id, row.c.org_id, row.c.post), counted=Enrolment)


def _count(value: Any) -> Any:
    """A whole number: the two databases give sums of different kinds."""
    return cast(value, Integer)


@dataclass(frozen=True)
class Behind:
    """One of the persons behind a number."""

    person_id: int
    name: str
    org_id: int
    unit: str
    superior: str
    posts: str
    hours: Any
    required: Any
    assessed: int
    sat: int
    passed: int
    completed: int


def behind(
    cohort_id: int,
    as_of: date,
    measure: Measure,
    units: Sequence[int],
    post: str = "",
    first: int = 0,
    most: int | None = PAGE,
) -> tuple[list[Behind], int]:
    """The persons behind a number, in administrative order, and how many there are in all."""
    row, flags = _flags(cohort_id, as_of)
    asked = flags["completed"] == 0 if measure is Measure.OPEN else flags[measure.value] == 1
    superior = aliased(OrgUnit)
    query = (
        select(
            row.c.person_id,
            Person.name,
            row.c.org_id,
            OrgUnit.name.label("unit"),
            func.coalesce(superior.name, "").label("superior"),
            row.c.enrolment_id,
            row.c.hours,
            row.c.required_hours,
            row.c.assessed,
            row.c.sat,
            row.c.passed,
            row.c.completed,
            func.count().over().label("whole"),
        )
        .join(Person, Person.id == row.c.person_id)
        .join(OrgUnit, OrgUnit.id == row.c.org_id)
        .outerjoin(superior, superior.id == OrgUnit.parent_id)
        .where(asked, row.c.org_id.in_(units))
        .order_by(OrgUnit.path, Person.pinyin, Person.id)
        .offset(first)
    )
    listed = listed_posts(as_of, cohort_id).subquery()
    if post:
        query = query.where(
            row.c.enrolment_id.in_(select(listed.c.enrolment_id).where(listed.c.post == post))
        )
    rows = db.session.execute(
        query.limit(most) if most else query, execution_options={"counted": Enrolment}
    ).all()
    held = _held(listed, [one.enrolment_id for one in rows])
    found = [Behind(*one[:5], held.get(one.enrolment_id, ""), *one[6:12]) for one in rows]
    return found, rows[0].whole if rows else 0


def _held(listed: Any, enrolments: list[int]) -> dict[int, str]:
    """The posts of each enrolment as one word list, to be named where it is shown."""
    query = select(listed.c.enrolment_id, listed.c.post).where(
        listed.c.enrolment_id.in_(enrolments)
    )
    found: dict[int, str] = {}
    for enrolment, post in db.session.execute(query, execution_options={"counted": Enrolment}):
        found[enrolment] = f"{found[enrolment]} {post.value}" if enrolment in found else post.value
    return found


def roots(paths: Sequence[str]) -> list[OrgUnit]:
    """The units for which somebody answers, none below another, in administrative order."""
    tops = [p for p in paths if not any(p != other and p.startswith(other) for other in paths)]
    ids = [int(path.strip("/").split("/")[-1]) for path in set(tops)]
    query = select(OrgUnit).where(OrgUnit.id.in_(ids)).order_by(OrgUnit.path)
    return list(db.session.scalars(query))


def unit_within(unit_id: int, paths: Sequence[str]) -> OrgUnit:
    """The unit, if it lies in one of these subtrees; else it does not exist."""
    mine = or_(*(under(path) for path in paths)) if paths else OrgUnit.id.is_(None)
    found = db.session.scalar(select(OrgUnit).where(OrgUnit.id == unit_id, mine))
    if found is None:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found
