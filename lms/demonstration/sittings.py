"""Attempts of the demonstration that are really sat, through the services of the exam hall."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from lms.clock import day_of
from lms.db import find
from lms.demonstration.city import City, at
from lms.demonstration.fates import Fate, answer
from lms.dice import Stream, shuffled
from lms.exams import queries, saving, services
from lms.exams.models import (
    Assessment,
    Attempt,
)
from lms.exams.questions import Slot
from lms.exams.rules import Operation
from lms.exams.tickets import Ticket
from lms.web import transaction
from lms.words import N_

SEED = 20180726
REALLY_SAT = 160  # persons; among them every eighth fails in the end
SKILLS = {Fate.PASSED: (78, 90, 100), Fate.FAILED: (30, 35)}  # of the first, second … attempt
FAILS_AT_FIRST = 12  # of a hundred who pass in the end


@dataclass
class Pattern:
    """How somebody fared: the attempts, and whether the last was passed."""

    attempts: list[Attempt] = field(default_factory=list)
    passed: bool = False


def actors(fates: dict[int, Fate]) -> dict[int, Fate]:
    """Those whose attempts are really sat, from everywhere: a quarter, if the city is small."""
    found: dict[int, Fate] = {}
    most = min(REALLY_SAT, sum(fate in SKILLS for fate in fates.values()) // 4)
    for fate, many in ((Fate.PASSED, most * 7 // 8), (Fate.FAILED, most // 8)):
        ids = [person_id for person_id, its in fates.items() if its is fate]
        found |= dict.fromkeys(shuffled(ids, SEED, fate)[:many], fate)
    return found


def really_sit(city: City, assessment: Assessment, acting: dict[int, Fate]) -> dict[int, Pattern]:
    """Let these sit, each at a moment of their own; person → how they fared."""
    stream = Stream(SEED)
    found: dict[int, Pattern] = {}
    moments = _moments(city, stream, len(acting))
    for done, (person_id, fate) in enumerate(acting.items(), start=1):
        found[person_id] = _fared(assessment, person_id, fate, moments[done - 1], stream)
        if done % 20 == 0 or done == len(acting):
            transaction.finish()
            city.say(N_("测评答卷"), done, len(acting))
    return found


def _moments(city: City, stream: Stream, many: int) -> list[datetime]:
    """When they begin, from the third day to a week ago: in the morning, at noon, after supper."""
    first = day_of(city.began) + timedelta(days=3)
    days = (city.today - timedelta(days=7) - first).days
    found = []
    for place in range(many):
        day = first + timedelta(days=place * days // many)
        hour, minute = stream.pick((8, 9, 10, 12, 15, 16, 19, 20)), stream.number(0, 59)
        found.append(at(day, time(hour, minute, stream.number(0, 59))))
    return found


def _fared(
    assessment: Assessment,
    person_id: int,
    fate: Fate,
    moment: datetime,
    stream: Stream,
) -> Pattern:
    """One person's attempts, a day apart, until one is passed or none is tried any more."""
    pattern = Pattern()
    skills = SKILLS[fate]
    if fate is Fate.PASSED and stream.happens(FAILS_AT_FIRST, 100):
        skills = (40, *skills[1:])
    for skill in skills:
        attempt = _attempt(assessment, person_id, skill, moment, stream)
        pattern.attempts.append(find(Attempt, attempt.id))
        result = queries.result_of(attempt.id)
        pattern.passed = result is not None and result.passed
        if pattern.passed or stream.happens(fate is Fate.FAILED, 2):
            break
        moment += timedelta(days=1, minutes=stream.number(0, 90))
    return pattern


def _attempt(
    assessment: Assessment,
    person_id: int,
    skill: int,
    moment: datetime,
    stream: Stream,
) -> Attempt:
    """Begin, answer one after the other, submit: as the pages of the exam hall do it."""
    seed = stream.number(0, 2**31 - 1)
    attempt = services.start(assessment.id, person_id, moment, seed)
    device = f"{seed:08x}"
    turn = services.open_turn(attempt, device, moment)
    assert turn is not None  # it has just begun
    slots = queries.with_paper(attempt)
    said = list(_operations(slots, turn, skill, moment, stream))
    ticket = Ticket(attempt.id, person_id, device, turn)
    for part in (said[: len(said) // 2], said[len(said) // 2 :]):
        saving.save(ticket, part, part[-1].said_at + timedelta(seconds=1))
    services.submit(attempt, said[-1].said_at + timedelta(seconds=40))
    return attempt


def _operations(
    slots: Sequence[Slot], turn: int, skill: int, moment: datetime, stream: Stream
) -> Iterator[Operation]:
    for sequence, slot in enumerate(slots, start=1):
        moment += timedelta(seconds=stream.number(15, 80))
        yield Operation(
            turn, sequence, slot.number, tuple(answer(slot.asks, skill, stream)), moment
        )
