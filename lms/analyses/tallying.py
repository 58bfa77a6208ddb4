"""Answers are added up in the background, so that a page about ten thousand reads sums."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, String, and_, cast, delete, func, select

from lms.access import add_rows
from lms.analyses.figures import BLANK, SlotTally, Tallied
from lms.analyses.models import PaperTally, UnitTally
from lms.clock import day_of
from lms.db import db
from lms.exams.holding import held
from lms.exams.models import Answer, Assessment, Attempt, Mark, Result
from lms.orgs.models import OrgUnit
from lms.orgs.rules import VILLAGE_LEVEL
from lms.papers.models import PaperSlot
from lms.psychometrics.items import Sums

if TYPE_CHECKING:
    import numpy as np

BATCH = 500  # attempts whose marks and answers are read at once
STANDS = and_(Result.attempt_id == Attempt.id, Result.replaced_at.is_(None))


def tally_due(now: datetime) -> Iterator[None]:
    """Add up anew what has been published since it was added up last; an assessment a slice."""
    for assessment_id in _changed():
        tally(assessment_id, now)
        yield


def _changed() -> list[int]:
    """The assessments with a result that is newer than their tally. A 小测 is for practice only."""
    made = (
        select(PaperTally.assessment_id, func.min(PaperTally.made_at))
        .group_by(PaperTally.assessment_id)
        .order_by(PaperTally.assessment_id)
    )
    known = dict(db.session.execute(made).all())
    query = (
        select(Result.assessment_id, func.max(Result.published_at), func.max(Result.replaced_at))
        .join(Assessment, Assessment.id == Result.assessment_id)
        .where(Assessment.posts.is_(None), Result.number > 0)  # 0: prepared, not published
        .group_by(Result.assessment_id)
        .order_by(Result.assessment_id)
    )
    return [
        assessment_id
        for assessment_id, published, replaced in db.session.execute(query)
        if assessment_id not in known
        or known[assessment_id] <= max(published, replaced or published)
    ]


@dataclass(frozen=True)
class Sat:
    """The first attempt of a person with a paper. first: with any paper of the assessment."""

    attempt_id: int
    paper_id: int
    org_id: int
    sat_on: date
    marks: int  # hundredths of a point
    first: bool


def tally(assessment_id: int, now: datetime) -> None:
    """Add up one assessment, paper by paper, and put it in the place of what stood there."""
    papers: dict[int, list[Sat]] = defaultdict(list)
    for one in _sat(assessment_id):
        papers[one.paper_id].append(one)
    made = [_tallied(paper_id, sat) for paper_id, sat in papers.items()]
    for table in (PaperTally, UnitTally):
        db.session.execute(delete(table).where(table.assessment_id == assessment_id))
    for (paper_id, sat), (whole, right) in zip(papers.items(), made, strict=True):
        same = {"assessment_id": assessment_id, "paper_id": paper_id}
        db.session.add(PaperTally(**same, figures=whole.kept(), made_at=now))
        add_rows(UnitTally, [same | row for row in _by_unit(sat, right)])
    db.session.flush()


def _sat(assessment_id: int) -> list[Sat]:
    """Those whose result stands; who handed in by mistake of another has none."""
    numbered = [
        func.row_number().over(partition_by=by, order_by=(Attempt.number, Attempt.id))
        for by in ((Attempt.person_id,), (Attempt.person_id, Attempt.paper_id))
    ]
    query = (
        select(
            Attempt.id,
            Attempt.paper_id,
            Attempt.org_id,
            Attempt.submitted_at,
            Attempt.ends_at,
            cast(func.round(Result.earned * 100), Integer),
            *numbered,
        )
        .join(Result, STANDS)
        .where(Attempt.assessment_id == assessment_id)
        .order_by(Attempt.paper_id, Attempt.id)
    )
    return [
        Sat(key, paper_id, org_id, day_of(min(submitted or ends, ends)), marks, first == 1)
        for key, paper_id, org_id, submitted, ends, marks, first, of_paper in db.session.execute(
            query
        )
        if of_paper == 1
    ]


def _tallied(paper_id: int, sat: Sequence[Sat]) -> tuple[Tallied, "np.ndarray"]:
    """The sums of a paper; and for each attempt and place whether all its points were earned."""
    import numpy as np

    rows = db.session.execute(
        select(PaperSlot.number, PaperSlot.points)
        .where(PaperSlot.paper_id == paper_id)
        .order_by(PaperSlot.number)
    ).all()
    numbers = [number for number, _points in rows]
    points = np.array([float(one) for _number, one in rows])
    ids = [one.attempt_id for one in sat]
    shares, right = _shares(ids, numbers)
    chosen = _chosen(ids)
    earned = shares * points
    others = (earned.sum(axis=1, keepdims=True) - earned) / np.maximum(points.sum() - points, 1e-9)
    sums = (shares, others, shares**2, others**2, shares * others)
    added = [one.sum(axis=0) for one in sums]
    slots = {
        number: SlotTally(
            Sums(len(sat), *(float(one[place]) for one in added)),
            int(right[:, place].sum()),
            _letters(chosen.get(number, Counter()), len(sat)),
        )
        for place, number in enumerate(numbers)
    }
    return Tallied(dict(Counter(one.marks for one in sat)), slots), right


def _shares(attempt_ids: Sequence[int], numbers: Sequence[int]) -> "tuple[np.ndarray, np.ndarray]":
    """One row an attempt, one column a place: the share of the mark that counts; whether full."""
    import numpy as np

    row_of = {key: row for row, key in enumerate(attempt_ids)}
    column_of = {number: column for column, number in enumerate(numbers)}
    shares = np.zeros((len(attempt_ids), len(numbers)))
    right = np.zeros(shares.shape, dtype=bool)
    for ids in _batches(attempt_ids):
        query = (
            select(Mark.attempt_id, Mark.slot, Mark.share, Mark.share_of)
            .where(Mark.attempt_id.in_(ids))
            .order_by(Mark.id)  # the last counts
        )
        for attempt_id, slot, share, of in db.session.execute(query):
            if slot in column_of:
                place = row_of[attempt_id], column_of[slot]
                shares[place], right[place] = share / of, share == of
    return shares, right


def _chosen(attempt_ids: Sequence[int]) -> dict[int, Counter[str]]:
    """Place → the answer that counts, as it is kept → persons."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for ids in _batches(attempt_ids):
        query = (
            select(Answer.attempt_id, Answer.slot, cast(Answer.content, String), Answer.counts)
            .where(Answer.attempt_id.in_(ids))
            .order_by(Answer.turn, Answer.sequence)  # the last counts
        )
        said: dict[tuple[int, int], str] = {}
        late = set()
        for attempt_id, slot, content, counts in db.session.execute(query):
            if counts:
                said[attempt_id, slot] = content
            else:
                late.add(attempt_id)
        for attempt_id in late:  # few: looked at one by one
            for slot, one in held(attempt_id).items():
                said[attempt_id, slot] = json.dumps(one.answer)
        for (_attempt_id, slot), content in said.items():
            found[slot][content] += 1
    return found


def _letters(chosen: Mapping[str, int], persons: int) -> dict[str, int]:
    """Letter → how many chose it; BLANK → how many said nothing. Texts are left out."""
    found: Counter[str] = Counter()
    for content, many in chosen.items():
        answer = [one for one in json.loads(content) if one.strip()]
        found[BLANK] += 0 if answer else many
        for one in set(answer):
            if len(one) == 1 and "A" <= one <= "Z":
                found[one] += many
    found[BLANK] += persons - sum(chosen.values())
    return {one: many for one, many in sorted(found.items()) if many}


def _by_unit(sat: Sequence[Sat], right: "np.ndarray") -> list[dict[str, Any]]:
    """A row for each township or office and day, of first attempts alone."""
    units = _townships()
    groups: dict[tuple[int, date], list[int]] = defaultdict(list)
    for place, one in enumerate(sat):
        if one.first:
            groups[units[one.org_id], one.sat_on].append(place)
    return [
        {
            "org_id": org_id,
            "sat_on": day,
            "persons": len(places),
            "right": right[places].sum(axis=0).tolist(),
        }
        for (org_id, day), places in sorted(groups.items())
    ]


def _townships() -> dict[int, int]:
    """Unit → itself; of a village the unit above it: no page asks for less."""
    rows = db.session.execute(select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.kind))
    return {key: parent if kind in VILLAGE_LEVEL and parent else key for key, parent, kind in rows}


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), BATCH):
        yield ids[first : first + BATCH]
