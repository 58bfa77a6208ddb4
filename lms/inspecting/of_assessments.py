"""The tables of the bundle of an assessment, every person masked. It was found in scope before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from lms.clock import day_of
from lms.exams.changed import KeyChange
from lms.exams.models import (
    Allowance,
    Assessment,
    Attempt,
    Candidate,
    LateDecision,
    Mark,
    NamedOfficer,
    Result,
    Verdict,
)
from lms.exams.queries import verdicts
from lms.inspecting import gathering as of
from lms.inspecting import vocabulary as words
from lms.inspecting.gathering import Part, Row, at, part, said
from lms.inspecting.items import items
from lms.inspecting.masking import Masks
from lms.inspecting.vocabulary import Word
from lms.marking.models import Appeal, NamedMarker, Reading, RubricChange, Script
from lms.marking.rules import ABOUT_NAMES
from lms.orgs.models import OrgUnit
from lms.reports.measures import percent

ATTEMPTS = 100  # whose marks are read in one batch
ITS = (Candidate, Attempt, NamedOfficer, NamedMarker, Allowance, Appeal)
DECIDED = ((Allowance, "made_by"), (Appeal, "decided_by"), (KeyChange, "decided_by"))


@dataclass(frozen=True)
class Gathered:
    """An assessment, its persons, and what the log holds of it."""

    found: Assessment
    masked: Masks
    log: Sequence[Any]
    now: datetime

    def rows(self, query: Select) -> Sequence[Any]:
        return of.asked(Assessment, query)

    def by(self, person_id: int | None) -> tuple[str, str]:
        return self.masked.who(person_id)

    def its(self, table: Any, *columns: Any) -> Sequence[Any]:
        """Rows of a table of this assessment, the oldest first."""
        its = select(*(columns or (table,))).where(table.assessment_id == self.found.id)
        return self.rows(its.order_by(table.id))


def gathered(found: Assessment, now: datetime) -> Gathered:
    """Everybody who is in the bundle, and the log."""
    bare = Gathered(found, Masks({}), (), now)
    log = of.logged(Assessment, [f"assessment {found.id}"])
    ids = {row[0] for table in ITS for row in bare.its(table, table.person_id)}
    ids |= {row[0] for table, name in DECIDED for row in bare.its(table, getattr(table, name))}
    ids |= {one.person_id for one in log} | of.who_reported(Assessment, found.id)
    markers = select(Mark.marker_id).join(Attempt, Attempt.id == Mark.attempt_id).distinct()
    ids |= {row[0] for row in bare.rows(markers.where(Attempt.assessment_id == found.id))}
    return Gathered(found, of.masks(ids), log, now)


def parts(one: Gathered) -> list[Part]:
    """All tables in the order of the index."""
    day = day_of(one.now)
    return [
        _facts(one.found),
        *(make(one) for make in (_candidates, _by_unit, items, _attempts, _results)),
        Part(words.MARKS, _marks(one)),
        Part(words.READINGS, _readings(one)),
        *(make(one) for make in (_named, _changes, _late, _allowances, _appeals)),
        of.incidents(Assessment, one.found.id, one.masked),
        *of.acts(one.log, one.masked),
        of.definitions(day, one.found.org.path),
    ]


def _facts(found: Assessment) -> Part:
    plain = (found.title, found.org.name, found.questions, found.full, at(found.opens_at))
    more = (at(found.closes_at), found.minutes, found.attempts, found.pass_mark, found.place)
    return of.facts(words.ASSESSMENT, zip(words.OF_ASSESSMENT, (*plain, *more), strict=True))


def _candidates(one: Gathered) -> Part:
    listed = [row[0] for row in one.its(Candidate)]
    where = of.places({row.org_id for row in listed})
    rows = [
        (*one.by(row.person_id), where[row.org_id], at(row.listed_at), row.attempts_begun)
        + (row.voided,)
        for row in listed
    ]
    return part(words.CANDIDATES, rows)


def _by_unit(one: Gathered) -> Part:
    """By county in administrative order: who was to sit, who did, who passed."""
    listed = one.its(Candidate, Candidate.person_id, Candidate.org_id)
    where = of.places({row.org_id for row in listed})
    best = {row.person_id: row.passed for row in one.rows(verdicts(_of(Verdict, one)))}
    counts: dict[str, list[int]] = {}
    for person_id, org_id in listed:
        line = counts.setdefault(where[org_id], [0, 0, 0])
        line[0] += 1
        line[1] += person_id in best
        line[2] += bool(best.get(person_id))
    rows = [
        (name, *counts[name], percent(counts[name][2], counts[name][1]))
        for name in _in_order(counts)
    ]
    whole = [sum(line[n] for line in counts.values()) for n in range(3)]
    return part(words.BY_UNIT, [*rows, (Word(words.ALL), *whole, percent(whole[2], whole[1]))])


def _of(table: Any, one: Gathered) -> Any:
    return table.assessment_id == one.found.id


def _in_order(named: dict[str, Any]) -> list[str]:
    query = select(OrgUnit.name).where(OrgUnit.name.in_(named))
    found = of.asked(Assessment, query.order_by(OrgUnit.place, OrgUnit.code, OrgUnit.id))
    return list(dict.fromkeys(row[0] for row in found))


def _attempts(one: Gathered) -> Part:
    papers: dict[int, int] = {}
    rows = []
    for (row,) in one.its(Attempt):
        paper = papers.setdefault(row.paper_id, len(papers) + 1)
        times = (at(row.started_at), at(row.ends_at), at(row.submitted_at), at(row.voided_at))
        rows.append((one.masked.code(row.person_id), row.number, paper, *times))
    return part(words.ATTEMPTS, rows)


def _results(one: Gathered) -> Part:
    query = select(Result, Attempt.number).join(Attempt, Attempt.id == Result.attempt_id)
    rows = [
        (one.masked.code(row.person_id), number, row.number, row.earned, row.points)
        + (said(row.passed), Word(row.level), at(row.published_at), at(row.replaced_at))
        + (one.masked.text(row.why),)
        for row, number in one.rows(query.where(_of(Result, one), Result.number > 0))
    ]
    return part(words.RESULTS, rows)


def _marks(one: Gathered) -> Iterator[list[Row]]:
    """The log of marking, some attempts at a time."""
    attempts = one.its(Attempt, Attempt.id, Attempt.person_id, Attempt.number)
    for first in range(0, len(attempts), ATTEMPTS):
        some = {row.id: row for row in attempts[first : first + ATTEMPTS]}
        query = select(Mark).where(Mark.attempt_id.in_(some)).order_by(Mark.attempt_id, Mark.id)
        yield [_mark(one, some[row.attempt_id], row) for (row,) in one.rows(query)]


def _mark(one: Gathered, attempt: Any, row: Mark) -> Row:
    by = one.by(row.marker_id) if row.marker_id else (Word(words.MACHINE), "")
    worth = (f"{row.share}/{row.share_of}", row.points)
    whose = (one.masked.code(attempt.person_id), attempt.number, row.slot)
    return (*whose, *worth, *by, one.masked.text(row.why), at(row.marked_at))


def _readings(one: Gathered) -> Iterator[list[Row]]:
    query = (
        select(Reading, Script.slot, Attempt.person_id, Attempt.number)
        .join(Script, Script.id == Reading.script_id)
        .join(Attempt, Attempt.id == Script.attempt_id)
        .where(Script.assessment_id == one.found.id, Reading.given_at.is_not(None))
        .order_by(Attempt.id, Script.slot, Reading.round)
    )
    yield [
        (one.masked.code(person_id), number, slot, row.round, *one.by(row.marker_id))
        + (" ".join(str(line + 1) for line in sorted(row.lines)), at(row.given_at))
        for row, slot, person_id, number in one.rows(query)
    ]


def _named(one: Gathered) -> Part:
    officers = [
        (Word(words.OFFICER), *one.by(row.person_id), at(row.named_at), "")
        for (row,) in one.its(NamedOfficer)
    ]
    markers = [
        (Word(words.MARKER), *one.by(row.person_id), at(row.named_at), at(row.ended_at))
        for (row,) in one.its(NamedMarker)
    ]
    return part(words.NAMED, officers + markers)


def _changes(one: Gathered) -> Part:
    """Keys and rubrics that were changed; to what, is among the keys."""
    rows = [
        (Word(kind), one.masked.text(row.reason), at(row.decided_at), *one.by(row.decided_by))
        for kind, table in ((words.KEY_CHANGED, KeyChange), (words.RUBRIC_CHANGED, RubricChange))
        for (row,) in one.its(table)
    ]
    return part(words.KEY_CHANGES, rows)


def _late(one: Gathered) -> Part:
    query = (
        select(LateDecision, Attempt.person_id, Attempt.number)
        .join(Attempt, Attempt.id == LateDecision.attempt_id)
        .where(Attempt.assessment_id == one.found.id)
        .order_by(LateDecision.id)
    )
    rows = [
        (one.masked.code(person_id), number, said(row.accepted), one.masked.text(row.reason))
        + (at(row.decided_at), *one.by(row.decided_by))
        for row, person_id, number in one.rows(query)
    ]
    return part(words.LATE, rows)


def _allowances(one: Gathered) -> Part:
    """Exceptions; the reason of a person's own is left out, that of a unit is told."""
    held = [row[0] for row in one.its(Allowance)]
    where = of.places({row.org_id for row in held if row.org_id})
    rows = [
        (Word(words.A_PERSON) if row.person_id else where[row.org_id], *one.by(row.person_id))
        + ("" if row.person_id else one.masked.text(row.reason), row.more_minutes)
        + (row.more_attempts, at(row.opens_at), at(row.closes_at), at(row.made_at))
        + (at(row.ended_at), *one.by(row.made_by))
        for row in held
    ]
    return part(words.ALLOWANCES, rows)


def _appeals(one: Gathered) -> Part:
    rows = [
        (*one.by(row.person_id), Word(ABOUT_NAMES[row.about]), row.slot, at(row.filed_at))
        + (said(row.accepted), at(row.decided_at), *one.by(row.decided_by))
        for (row,) in one.its(Appeal)
    ]
    return part(words.APPEALS, rows)
