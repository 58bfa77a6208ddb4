"""Counting a list: each count as 0 or 1 of a person, added up by the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Label,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from lms.db import alike, among, db
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.reports import attending, sitting
from lms.reports.attending import BY_CLASS
from lms.reports.frames import frame
from lms.reports.measures import PERSONS, Count
from lms.reports.rules import HEADS, NO_HEAD
from lms.training.asks import counts_in
from lms.training.completion import (
    completion,
    exempted,
    listed_posts,
    on_list,
    one_where,
    relieved,
)
from lms.training.models import Cohort, Enrolment, EnrolmentPost
from lms.training.rules import Coming, ReliefKind

if TYPE_CHECKING:
    import pandas as pd

OF_THE_LIST = {"counted": Enrolment}  # the scope stands on who is counted, not on what is
KINDS = {Count.ORGANISED: HourKind.ORGANISED, Count.ONLINE: HourKind.ONLINE}
BY_ATTEMPT = {Count.FIRST_PASSED, Count.RESIT_PASSED, Count.EXCELLENT}

BESIDE = {Count.LISTED, Count.EXEMPTED, Count.EXEMPT_CAME, Count.WITHDRAWN}
# What can be counted from what the house records today.
KNOWN = {
    *(Count.REQUIRED, Count.ATTENDED, Count.COMPLETED, Count.OPEN, Count.REACHED, Count.DEFERRED),
    *(Count.SCHEDULED, Count.SAT, Count.PASSED, Count.COVERED, Count.HOURS),
    *(Count.QUOTA, Count.EXAM_DEFERRED),
    *BESIDE,
    *BY_CLASS,
    *KINDS,
    *BY_ATTEMPT,
}


@dataclass(frozen=True)
class Roster:
    """The list that is counted, as of a day: those on it now, or those when it was fixed.

    fixed_on: the day of the opening list (期初名单); none: the list of that day (现任名单).
    post: only who stands on it for this post; NO_HEAD: for none of the three heads.
    units: only who is listed in these; none: wherever.
    """

    cohort_id: int
    as_of: date
    fixed_on: date | None = None
    post: str = ""
    units: Sequence[int] | None = None

    @property
    def of_posts(self) -> date:
        """The day whose posts are told: of the opening list that on which it was fixed."""
        return self.fixed_on or self.as_of

    @property
    def _there(self) -> ColumnElement[bool]:
        if self.fixed_on:
            return self._of_those(Enrolment.came_by == Coming.INITIAL)
        return self._of_those(on_list(self.as_of))

    def _of_those(self, held: ColumnElement[bool]) -> ColumnElement[bool]:
        if self.units is not None:
            held = and_(held, among(Enrolment.org_id, self.units))
        if not self.post:
            return held
        posts = HEADS if self.post == NO_HEAD else (self.post,)
        standing = select(EnrolmentPost.enrolment_id).where(
            EnrolmentPost.post.in_(posts), EnrolmentPost.from_on <= self.of_posts
        )
        of_these = Enrolment.id.in_(standing)
        return and_(held, not_(of_these) if self.post == NO_HEAD else of_these)

    @property
    def _relieved(self) -> ColumnElement[bool]:
        return Enrolment.id.in_(exempted(self.fixed_on or self.as_of))

    @property
    def listed(self) -> ColumnElement[bool]:
        """在册: 应训 or 免训."""
        return self._there

    @property
    def required(self) -> ColumnElement[bool]:
        """应训."""
        return and_(self._there, not_(self._relieved))

    @property
    def exempted(self) -> ColumnElement[bool]:
        """免训."""
        return and_(self._there, self._relieved)

    @property
    def withdrawn(self) -> ColumnElement[bool]:
        """Who has left by that day, and has not come back."""
        other = aliased(Enrolment)
        back = select(other.id).where(
            other.cohort_id == Enrolment.cohort_id,
            other.person_id == Enrolment.person_id,
            other.id > Enrolment.id,
            other.from_on <= self.as_of,
        )
        gone = self._of_those(and_(Enrolment.to_on <= self.as_of, not_(back.exists())))
        return and_(gone, self._there) if self.fixed_on else gone

    def whose(self, count: Count) -> ColumnElement[bool]:
        """The enrolments among which those of a count are."""
        if count in (Count.LISTED, Count.COVERED):
            return self._there
        if count in (Count.EXEMPTED, Count.EXEMPT_CAME):
            return self.exempted
        return self.withdrawn if count is Count.WITHDRAWN else self.required


@dataclass(frozen=True)
class Counted:
    """Everybody on a list as rows, and each count as an expression over them."""

    row: Subquery
    source: FromClause
    flags: dict[Count, Any]


def counted(
    roster: Roster,
    counts: Collection[Count],
    who: ColumnElement[bool] | None = None,
    more: Sequence[Label] = (),
) -> Counted:
    """One row a person of a list. Only what the counts need is looked up.

    who: whose enrolments; without it, those 应训. more: columns of the row besides.
    """
    held = roster.required if who is None else who
    row = completion(roster.as_of, roster.cohort_id, who=held, more=more).subquery()
    wanted = set(counts)
    source, looked_up = _joined(row, roster, wanted)
    known = flags_of(row, roster.as_of, _came(row, roster, wanted)) | looked_up
    if wanted & BY_CLASS:
        facts = attending.facts(roster.cohort_id, roster.as_of)
        source = source.outerjoin(facts.row, facts.row.c.person_id == row.c.person_id)
        known |= facts.flags()
    return Counted(row, source, {one: known[one] for one in Count if one in counts})


def _came(row: Subquery, roster: Roster, counts: set[Count]) -> ColumnElement[bool]:
    """Whether somebody has come, where that is asked."""
    on_line = row.c.hundredths > 0
    asked = counts & {Count.ATTENDED, Count.DEFERRED, Count.EXEMPT_CAME}
    return has_come(row.c.person_id, on_line, roster) if asked else on_line


def has_come(person: Any, on_line: ColumnElement[bool], roster: Roster) -> ColumnElement[bool]:
    """To a class, or on line where no class is held for the person."""
    if not attending.has_classes(roster.cohort_id):
        return on_line
    return came_to_class(person, on_line, roster)


def came_to_class(person: Any, on_line: ColumnElement[bool], roster: Roster) -> ColumnElement[bool]:
    """The same on a list for which classes are held."""
    whose = roster.cohort_id, roster.as_of
    in_class = person.in_(attending.members(*whose))
    return or_(person.in_(attending.came(*whose)), and_(on_line, not_(in_class)))


def flags_of(row: Subquery, as_of: date, came: ColumnElement[bool]) -> dict[Count, Any]:
    """What the completion of a list says by itself."""
    later = row.c.enrolment_id.in_(relieved(as_of, ReliefKind.DEFERRED))
    return {
        **dict.fromkeys((Count.LISTED, Count.REQUIRED, Count.EXEMPTED), literal(1)),
        Count.WITHDRAWN: literal(1),
        Count.EXEMPT_CAME: one_where(came),
        Count.DEFERRED: one_where(later, not_(came)),
        Count.ATTENDED: one_where(came),
        Count.COMPLETED: row.c.completed,
        Count.OPEN: 1 - row.c.completed,
        Count.REACHED: row.c.reached,
        Count.SCHEDULED: row.c.scheduled,
        Count.SAT: row.c.sat_all,
        Count.PASSED: row.c.passed_all,
        Count.HOURS: row.c.hundredths,
    }


def _passed(row: Subquery, how: ColumnElement[bool]) -> ColumnElement[int]:
    return one_where(row.c.passed_all == 1, how)


def _joined(
    row: Subquery, roster: Roster, counts: set[Count]
) -> tuple[FromClause, dict[Count, Any]]:
    """The rows with what some counts need besides, each looked up only where it is asked for."""
    source: FromClause = row
    cohort_id, as_of = roster.cohort_id, roster.as_of
    found: dict[Count, Any] = {}
    if counts & set(KINDS):
        kinds = _hours_by_kind(cohort_id, as_of)
        source = source.outerjoin(kinds, kinds.c.person_id == row.c.person_id)
        found |= {one: func.coalesce(kinds.c[one.value], 0) for one in KINDS}
    if counts & BY_ATTEMPT:
        best = sitting.attempts(cohort_id, as_of)
        source = source.outerjoin(best, best.c.person_id == row.c.person_id)
        found[Count.FIRST_PASSED] = _passed(row, best.c.number == 1)
        found[Count.RESIT_PASSED] = _passed(row, best.c.number > 1)
        found[Count.EXCELLENT] = _passed(row, best.c.high == 1)
    if Count.COVERED in counts:
        found[Count.COVERED] = one_where(row.c.person_id.in_(_covered(cohort_id, as_of)))
    if Count.EXAM_DEFERRED in counts:
        shall = row.c.person_id.in_(sitting.exam_deferred(cohort_id, as_of))
        found[Count.EXAM_DEFERRED] = one_where(row.c.sat < row.c.assessed, shall)
    return source, found


def _hours_by_kind(cohort_id: int, as_of: date) -> Subquery:
    """person_id, organised, online: hundredths of hours that count in a cohort."""
    sums = [
        func.sum(case((HourEntry.kind == kind, HourEntry.hundredths), else_=0)).label(one.value)
        for one, kind in KINDS.items()
    ]
    query = select(HourEntry.person_id, *sums).where(
        counts_in(cohort_id), HourEntry.earned_on <= as_of
    )
    return query.group_by(HourEntry.person_id).subquery()


def _covered(cohort_id: int, as_of: date) -> Select:
    """person_id of everybody who has completed a list of the same programme.

    Also who was on it only before, or is exempted now: what was learned stays learned. To be
    asked whether somebody is among them: joined, the embedded database goes through all for each.
    """
    programme = select(Cohort.programme_id).where(Cohort.id == cohort_id).scalar_subquery()
    lists = db.session.scalars(select(Cohort.id).where(Cohort.programme_id == programme))
    ever = Enrolment.from_on <= as_of
    rows = [completion(as_of, one, who=ever).subquery() for one in lists]
    done = [select(row.c.person_id).where(row.c.completed == 1) for row in rows]
    return select(done[0].union(*done[1:]).subquery().c.person_id)


def by_unit(
    roster: Roster, counts: Collection[Count], lines: Mapping[int, int] | None = None
) -> "pd.DataFrame":
    """Rows of units with anybody on the list: org_id, and each count.

    lines: unit → the unit to whose row it is added; others are left out.
    """
    found = added_up(counted(roster, set(counts) - BESIDE - {Count.QUOTA}), lines)
    places = attending.quotas(roster.cohort_id, roster.as_of, counts)
    more = [*beside(roster, counts), *([] if places is None else [places])]
    return together([found, *more], counts)  # the table adds up what is of one unit


def added_up(asked: Counted, lines: Mapping[int, int] | None = None, *apart: str) -> "pd.DataFrame":
    """Rows of units, told apart by some columns of the row besides. lines: as of `by_unit`.

    Everybody comes as they are, what is true of them as one number, and who stands alike is added
    up here: to sort thousands within the database takes longer.
    """
    import pandas as pd

    flags = [one for one in asked.flags if one in PERSONS]  # 0 or 1 of each; the others are sums
    sums = [one for one in asked.flags if one not in PERSONS]
    keys, true = ["org_id", *apart], as_one(asked.flags[one] for one in flags)
    names = [*keys, *(one.value for one in (*flags, *sums))]
    told = *(asked.row.c[one] for one in keys), true, *(asked.flags[one] for one in sums)
    found: dict[Sequence[Any], list[int]] = {}
    for (unit, *more), many in alike(told, asked.source, OF_THE_LIST):
        line = unit if lines is None else lines.get(unit)
        if line is None:
            continue
        key, bits, given = (line, *more[: len(apart)]), more[len(apart)], more[len(apart) + 1 :]
        numbers = found.setdefault(key, [0] * (len(flags) + len(sums)))
        for place, number in enumerate((*(bits >> at & 1 for at in range(len(flags))), *given)):
            numbers[place] += many * number
    return pd.DataFrame([(*key, *numbers) for key, numbers in found.items()], columns=names)


def as_one(flags: Iterable[ColumnElement[int]]) -> ColumnElement[int]:
    """What is true of somebody as one number, a bit for each."""
    nothing: ColumnElement[int] = literal(0, Integer)
    return sum((flag * (1 << place) for place, flag in enumerate(flags)), nothing)


KEYS = ("enrolment_id", "person_id", "org_id")


def by_person(roster: Roster, counts: Collection[Count]) -> "pd.DataFrame":
    """One row a person on the list: enrolment_id, person_id, org_id, and each count."""
    asked = counted(roster, set(counts) - BESIDE - {Count.QUOTA})
    columns = [integer(flag).label(one.value) for one, flag in asked.flags.items()]
    keys = [asked.row.c[key] for key in KEYS]
    found = frame(select(*keys, *columns).select_from(asked.source), counted=Enrolment)
    return together([found, *beside(roster, counts, by_person=True)], counts)


def beside(
    roster: Roster, counts: Collection[Count], by_person: bool = False
) -> "list[pd.DataFrame]":
    """Those who are not 应训, where they are asked for: exempted, and gone. They are few."""
    wanted, found = BESIDE & set(counts), []
    if wanted - {Count.WITHDRAWN}:
        credited = select(func.sum(HourEntry.hundredths)).where(
            HourEntry.person_id == Enrolment.person_id,
            HourEntry.earned_on <= roster.as_of,
            counts_in(roster.cohort_id),
        )
        on_line = func.coalesce(credited.scalar_subquery(), 0) > 0
        came = has_come(Enrolment.person_id, on_line, roster)
        flags = {Count.EXEMPTED: literal(1), Count.EXEMPT_CAME: one_where(came)}
        if Count.COVERED in counts:
            covered = _covered(roster.cohort_id, roster.as_of)
            flags[Count.COVERED] = one_where(Enrolment.person_id.in_(covered))
        found.append(_aside(roster, roster.exempted, flags, by_person))
    if Count.WITHDRAWN in wanted:
        gone = {Count.WITHDRAWN: literal(1)}
        found.append(_aside(roster, roster.withdrawn, gone, by_person))
    return found


def _aside(
    roster: Roster, whose: ColumnElement[bool], flags: dict[Count, Any], by_person: bool
) -> "pd.DataFrame":
    sums = {one: flag if by_person else func.sum(flag) for one, flag in flags.items()}
    named = [integer(value).label(one.value) for one, value in sums.items()]
    keys = [Enrolment.id.label("enrolment_id"), Enrolment.person_id, Enrolment.org_id]
    query = select(*(keys if by_person else keys[2:]), *named)
    query = query.where(Enrolment.cohort_id == roster.cohort_id, whose)
    return frame(query if by_person else query.group_by(Enrolment.org_id), counted=Enrolment)


def together(frames: list["pd.DataFrame"], counts: Collection[Count]) -> "pd.DataFrame":
    """Frames of different people as one; 在册 is 应训 and 免训."""
    import pandas as pd

    more = [one for one in frames[1:] if len(one)]
    whole = pd.concat([frames[0], *more], ignore_index=True) if more else frames[0].copy()
    for one in counts:
        if one not in whole:
            whole[one.value] = 0
    if more:
        whole = whole.fillna(0)
        numbers = [name for name in whole.columns if name not in (*KEYS, "held")]
        whole[numbers] = whole[numbers].astype("int64")
    if Count.LISTED in counts:
        whole[Count.LISTED.value] = whole[Count.REQUIRED.value] + whole[Count.EXEMPTED.value]
    return whole


def posts(roster: Roster) -> "pd.DataFrame":
    """One row a post: enrolment_id, person_id, org_id, post; of those exempted and gone too."""
    who = or_(roster.required, roster.exempted, roster.withdrawn)
    row = listed_posts(roster.of_posts, roster.cohort_id, who).subquery()
    columns = (row.c.enrolment_id, row.c.person_id, row.c.org_id, row.c.post)
    return frame(select(*columns), counted=Enrolment)


def integer(value: Any) -> Any:
    """A whole number: the two databases give sums of different kinds."""
    return cast(value, Integer)
