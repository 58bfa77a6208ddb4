"""After a crowd: whether the database holds what was acknowledged, once, and scored it by the rule.

Nothing of the program's own folding or publishing is used here: only its tables and the bare
scoring of one answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from benchmarks.crowd import chosen
from benchmarks.filling import Hall
from benchmarks.house import House
from lms.access.scope import seeing_everything
from lms.db import db
from lms.exams import queries
from lms.exams.models import Answer, Assessment, Attempt, Mark, Result
from lms.scoring.marks import share
from lms.scoring.totals import rounded

SLICE = 500
Row = tuple[int, int, int, Sequence[str]]  # turn, sequence, slot, what was said


def last_said(rows: Iterable[Row]) -> dict[int, Sequence[str]]:
    """For each slot what was said last: by turn, then by sequence."""
    said: dict[int, Sequence[str]] = {}
    for _turn, _sequence, slot, content in sorted(rows, key=lambda row: row[:2]):
        said[slot] = content
    return said


def worth(said: Mapping[int, Sequence[str]], keys: Mapping[int, tuple[Any, Any]]) -> Any:
    """What answers earn. keys: by slot, the key and the points."""
    earned = (share(key, said.get(slot, ())) * Fraction(all) for slot, (key, all) in keys.items())
    return rounded(sum(earned, Fraction(0)))


def amiss(house: House, hall: Hall, sittings: Sequence[Sequence[Any]]) -> list[str]:
    """What is wrong, one line each. sittings: as the crowd has seen them."""
    with house.app.app_context(), seeing_everything():
        keys = keys_of(hall.assessment)
        found = [f"person {number} never began" for number, attempt, *_ in sittings if not attempt]
        sat = {attempt: row for row in sittings if (attempt := row[1])}
        begun = db.session.scalar(
            select(func.count()).where(Attempt.assessment_id == hall.assessment)
        )
        if begun != len(sat):
            found.append(f"{begun} attempts for {len(sat)} people")
        for ids in _slices(sorted(sat)):
            found += _amiss(ids, sat, keys)
    return found


def keys_of(assessment_id: int) -> dict[int, tuple[Any, Any]]:
    """By slot: the key and the points."""
    assessment = db.session.get_one(Assessment, assessment_id)
    return {slot.number: (slot.key, slot.points) for slot in queries.with_paper(assessment)}


def _slices(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + SLICE] for at in range(0, len(ids), SLICE))


def stored(ids: Sequence[int]) -> tuple[dict[int, list[Any]], dict[int, list[Any]], dict[int, Any]]:
    """By attempt: its answers, its results, and (marks, slots with one)."""
    answers: dict[int, list[Any]] = defaultdict(list)
    results: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(
        select(
            Answer.attempt_id,
            Answer.turn,
            Answer.sequence,
            Answer.slot,
            Answer.content,
            Answer.said_at,
            Answer.saved_at,
            Answer.counts,
        ).where(Answer.attempt_id.in_(ids))
    ):
        answers[row.attempt_id].append(row)
    for row in db.session.execute(
        select(Result.attempt_id, Result.earned, Result.replaced_at).where(
            Result.attempt_id.in_(ids)
        )
    ):
        results[row.attempt_id].append(row)
    marked = select(Mark.attempt_id, func.count(), func.count(Mark.slot.distinct()))
    marks = {
        attempt: (many, slots)
        for attempt, many, slots in db.session.execute(
            marked.where(Mark.attempt_id.in_(ids)).group_by(Mark.attempt_id)
        )
    }
    return answers, results, marks


def scored_wrong(
    rows: Sequence[Any], results: Sequence[Any], marks: tuple[int, int], keys: Mapping[int, Any]
) -> str:
    """What is wrong with how an ended attempt was scored; "" where nothing is."""
    if len(results) != 1:
        return f"{len(results)} results"
    if marks != (len(keys), len(keys)):
        return f"{marks[0]} marks on {marks[1]} of {len(keys)} questions"
    said = last_said((row.turn, row.sequence, row.slot, row.content) for row in rows if row.counts)
    if results[0].earned != worth(said, keys):
        return f"earned {results[0].earned}, and {worth(said, keys)} is right"
    return ""


def _amiss(
    ids: Sequence[int], sat: Mapping[int, Sequence[Any]], keys: Mapping[int, Any]
) -> Iterator[str]:
    answers, results, marks = stored(ids)
    for attempt in ids:
        number, _, turn, many, kept = sat[attempt]
        said = {one.key: one for one in (chosen(number, turn, n, 0) for n in range(1, many + 1))}
        rows = answers[attempt]
        there = {(row.turn, row.sequence) for row in rows}
        if gone := {(turn, sequence) for sequence in kept} - there:
            yield f"attempt {attempt}: {len(gone)} were acknowledged and are gone"
        if len(rows) > len(there) or not all(_as_said(row, said) for row in rows):
            yield f"attempt {attempt}: something is stored twice, or as nobody said it"
        if why := scored_wrong(rows, results[attempt], marks.get(attempt, (0, 0)), keys):
            yield f"attempt {attempt}: {why}"


def _as_said(row: Any, said: Mapping[tuple[int, int], Any]) -> bool:
    one = said.get((row.turn, row.sequence))
    return bool(one and row.counts and (one.slot, one.answer) == (row.slot, row.content))
