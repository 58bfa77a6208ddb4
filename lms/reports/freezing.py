"""A table is frozen: taken with the rows under it, digested, approved; it never changes."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload, selectinload

from lms.clock import day_of
from lms.db import db, find
from lms.errors import Conflict, Invalid, NotAllowed
from lms.people.rules import Me
from lms.reports import counting, tables
from lms.reports.changes import Changes, changes
from lms.reports.frames import frame
from lms.reports.measures import Count
from lms.reports.models import FrozenSign, FrozenTable
from lms.reports.rules import Level, Sign
from lms.reports.services import Report
from lms.reports.snapshots import (
    KEYS,
    Snapshot,
    canonical,
    digest_of,
    packed,
    read,
    unpacked,
)
from lms.sheets.books import Value
from lms.sheets.cells import text
from lms.sheets.reading import read_book
from lms.training.models import Enrolment

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 50
# Kept of everybody, whatever the table shows: what a change is explained by.
FACTS = {
    *(Count.LISTED, Count.EXEMPTED, Count.EXEMPT_CAME, Count.WITHDRAWN, Count.REQUIRED),
    *(Count.DEFERRED, Count.ATTENDED, Count.COMPLETED, Count.OPEN, Count.SCHEDULED),
    *(Count.SAT, Count.PASSED, Count.HOURS),
}


@dataclass(frozen=True)
class Said:
    """The words of a table as they are frozen: in Chinese, whoever froze it."""

    heading: str
    notes: tuple[str, ...]


def taken(report: Report, said: Said) -> Snapshot:
    """The table with the rows under it. Raises Conflict where the two do not add up."""
    if report.table.level is Level.CLASS:
        raise Invalid("按培训班的表不能定稿，请改按单位、职务或系统。")
    columns, rows = _rows(report)
    tree = report.tree
    inside = tree.inside(report.root.id)
    units = [*tree.way(report.root.id)[:-1], *inside]
    return Snapshot(
        said.heading,
        said.notes,
        report.root.id,
        report.cohort.title,
        report.roster.fixed_on is not None,
        report.as_of,
        tuple(report.columns),
        report.table,
        tuple(tree.units[unit] for unit in units),
        tuple(columns),
        tuple(rows),
    )


def _rows(report: Report) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns and the rows of everybody inside the unit, in a fixed order."""
    import pandas as pd

    shown = {Count(name) for name in report.table.total.counts}
    counts = (shown | FACTS) - {Count.QUOTA}  # places are given to units, not to persons
    people = counting.by_person(report.roster, counts)
    people = people[people["org_id"].isin(report.tree.inside(report.root.id))]
    _refuse_unequal(report, people, shown - {Count.QUOTA})
    whole = people.merge(_stays(report.cohort.id), on="enrolment_id", how="left")
    held = _posts(report)
    whole["posts"] = whole["enrolment_id"].map(held).fillna("")
    names = [*KEYS, *(one.value for one in Count if one in counts)]
    whole = whole.sort_values(["org_id", "person_id", "enrolment_id"])[names].astype(object)
    whole = whole.where(pd.notna(whole), None)
    return names, list(whole.itertuples(index=False, name=None))


def _refuse_unequal(report: Report, people: "pd.DataFrame", counts: Collection[Count]) -> None:
    """The parts add up to the whole: the rows are counted anew, by themselves."""
    total = report.table.total.counts
    for one in counts:
        if int(people[one.value].sum()) != total[one.value]:
            raise Conflict("名单刚才有变动，表内数字和名单对不上。请稍候再定稿。")


def _stays(cohort_id: int) -> "pd.DataFrame":
    """enrolment_id, from_on, came_by, left_by: how each came onto the list, and left it."""
    query = select(
        Enrolment.id.label("enrolment_id"), Enrolment.from_on, Enrolment.came_by, Enrolment.left_by
    ).where(Enrolment.cohort_id == cohort_id)
    found = frame(query, counted=Enrolment)
    for name in ("from_on", "came_by", "left_by"):
        found[name] = [str(one) if one else None for one in found[name]]
    return found


def _posts(report: Report) -> dict[int, str]:
    """Enrolment → the posts for which it stands, in their order."""
    held = counting.posts(report.roster)
    found: dict[int, list[str]] = {}
    for enrolment, post in zip(held["enrolment_id"], held["post"], strict=True):
        found.setdefault(enrolment, []).append(post.value)
    return {enrolment: " ".join(sorted(posts)) for enrolment, posts in found.items()}


# ── versions ────────────────────────────────────────────────────────────────────────────────────


def frozen_table(frozen_id: int) -> FrozenTable:
    return find(FrozenTable, frozen_id)


def frozen_tables(first: int) -> tuple[Sequence[FrozenTable], int]:
    """A page of what is frozen in sight, the latest first; and how many there are in all."""
    loaded = joinedload(FrozenTable.org), selectinload(FrozenTable.signs)
    query = select(FrozenTable).options(*loaded, defer(FrozenTable.content))
    page = query.order_by(FrozenTable.id.desc()).offset(first).limit(SHOWN)
    whole = db.session.scalar(select(func.count(FrozenTable.id)))
    return db.session.scalars(page).all(), whole or 0


def versions(one: FrozenTable) -> Sequence[FrozenTable]:
    """All versions of a table, the first first."""
    return _versions(one.org_id, one.cohort_id, one.as_of, one.level, one.opening, one.every)


def earlier(report: Report, every: bool) -> Sequence[FrozenTable]:
    """The versions that there are of a table that may be frozen."""
    opening = report.roster.fixed_on is not None
    level = report.table.level
    return _versions(report.root.id, report.cohort.id, report.as_of, level, opening, every)


def _versions(
    org_id: int, cohort_id: int, as_of: date, level: Level, opening: bool, every: bool
) -> Sequence[FrozenTable]:
    query = select(FrozenTable).where(
        FrozenTable.org_id == org_id,
        FrozenTable.cohort_id == cohort_id,
        FrozenTable.as_of == as_of,
        FrozenTable.level == level,
        FrozenTable.opening == opening,
        FrozenTable.every == every,
    )
    return db.session.scalars(query.order_by(FrozenTable.version)).all()


def freeze(report: Report, said: Said, every: bool, why: str, by: Me, now: datetime) -> FrozenTable:
    """Keep a table for good; the next version where it was kept before. why: it is made anew."""
    snapshot = taken(report, said)
    before = earlier(report, every)
    if before:
        _refuse_idle(before[-1], snapshot, why)
    why = why if before else ""  # a first version corrects nothing
    version = before[-1].version + 1 if before else 1
    plain = snapshot.plain() | {"made": [version, now.isoformat(), by.id, by.name, why]}
    data = canonical(plain)
    made = FrozenTable(
        org_id=report.root.id,
        cohort_id=report.cohort.id,
        as_of=report.as_of,
        level=report.table.level,
        opening=snapshot.opening,
        every=every,
        version=version,
        why=why or None,
        heading=snapshot.heading,
        persons=len(snapshot.persons()),
        content=packed(data),
        digest=digest_of(data),
        frozen_at=now,
        frozen_by=by.id,
        maker=by.name,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _refuse_idle(last: FrozenTable, snapshot: Snapshot, why: str) -> None:
    if changes(opened(last).snapshot, snapshot).none:
        raise Conflict("和第 {n} 版相比没有任何变化，不需要再定稿。", n=last.version)
    if not why:
        raise Invalid("这张表已有第 {n} 版。请写明为什么要出新的一版。", n=last.version)


@dataclass(frozen=True)
class Opened:
    """A frozen table with what is in it. whole: the digest still is that of what is kept."""

    snapshot: Snapshot
    whole: bool


def opened(one: FrozenTable) -> Opened:
    data = unpacked(one.content)
    return Opened(read(json.loads(data)), digest_of(data) == one.digest)


def corrected(one: FrozenTable) -> Changes | None:
    """What a version has changed of the one before it; none for the first."""
    before = [row for row in versions(one) if row.version < one.version]
    return changes(opened(before[-1]).snapshot, opened(one).snapshot) if before else None


def since(one: FrozenTable, report: Report, said: Said) -> Changes:
    """What has changed between a frozen table and the same table today."""
    return changes(opened(one).snapshot, taken(report, said))


# ── who is behind a number ──────────────────────────────────────────────────────────────────────


def persons_behind(one: Snapshot, count: Count, line: str) -> list[dict[str, Any]]:
    """The rows that made a number of a line; the sum has an empty key."""
    rows = [dict(zip(one.columns, row, strict=True)) for row in one.rows]
    mine = [row for row in rows if row.get(count.value) == 1]
    if not line:
        return mine
    if one.table.level is Level.POST:
        return [row for row in mine if line in row["posts"].split()]
    lines = tables.Tree(one.units).counted_for(one.table.level, one.root)
    return [row for row in mine if lines.get(row["org_id"]) == line]


# ── approved, signed ────────────────────────────────────────────────────────────────────────────


def next_in_line(one: FrozenTable, me: Me, *permissions: Any) -> bool:
    """Whether somebody is above the unit; for the city, another of its officers."""
    if me.id == one.frozen_by:
        return False
    held = me.granting(permissions)
    if one.org.parent_id is None:
        return any(row.path == one.org.path for row in held)
    return any(one.org.path.startswith(row.path) and one.org.path != row.path for row in held)


def approve(one: FrozenTable, me: Me, may: bool, now: datetime) -> FrozenSign:
    """The next in line has read it. Raises NotAllowed for anybody else."""
    if not may:
        raise NotAllowed("定稿由上一级的管理员审核；市级的表由本市另一位管理员审核。")
    if any(sign.kind is Sign.HERE for sign in one.signs):
        raise Conflict("这一版已经审核过。")
    return _signed(one, Sign.HERE, me, now, checked=me.name, signed_on=day_of(now))


@dataclass(frozen=True)
class OnPaper:
    """Who signed the printed table, and when."""

    filled: str
    checked: str
    issued: str
    signed_on: date


def sign(one: FrozenTable, paper: OnPaper, me: Me, now: datetime) -> FrozenSign:
    """Enter who has signed on paper. What was entered wrongly is entered again; the last counts."""
    if not day_of(one.frozen_at) <= paper.signed_on <= day_of(now):
        raise Invalid("签字日期应在定稿日（{day}）和今天之间，请核对。", day=day_of(one.frozen_at))
    return _signed(one, Sign.PAPER, me, now, **vars(paper))


def _signed(one: FrozenTable, kind: Sign, me: Me, now: datetime, **more: Any) -> FrozenSign:
    made = FrozenSign(frozen_table_id=one.id, kind=kind, recorded_at=now, recorded_by=me.id, **more)
    db.session.add(made)
    db.session.flush()
    return made


# ── a file that came back ───────────────────────────────────────────────────────────────────────


def cells_of(name: str, data: bytes) -> list[list[str]]:
    """The first visible sheet of a workbook as clean text, numbers to ten places."""
    book = read_book(name, data)
    sheet = next(one for one in book.sheets if not one.hidden)
    return [[_plain(value) for value in row] for row in sheet.rows]


def _plain(value: Value) -> str:
    return text(round(value, 10) if isinstance(value, float) else value)
