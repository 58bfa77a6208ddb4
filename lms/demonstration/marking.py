"""Written answers that wait to be read, some read already, and an appeal that waits."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import func, select

from lms.access.permissions import Role
from lms.bank.models import Bank, QuestionVersion
from lms.bank.pictures import weight
from lms.bank.queries import by_code
from lms.bank.rules import QuestionType
from lms.db import db
from lms.demonstration.city import City, Known, at
from lms.demonstration.fates import answer
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY, DATA
from lms.dice import Stream
from lms.exams import queries, saving, services, sits
from lms.exams.models import Assessment, Attempt, Result
from lms.exams.questions import Slot
from lms.exams.rules import Operation
from lms.exams.setting import Setting, set_assessment
from lms.exams.tickets import Ticket
from lms.holidays.days import Calendar, calendar
from lms.marking import appealing, owning
from lms.marking import queries as reading
from lms.marking import services as marking
from lms.marking.gathering import gather
from lms.marking.models import Script
from lms.marking.rules import About
from lms.papers.models import Paper, PaperSlot
from lms.papers.services import release
from lms.scoring.choice import Credit
from lms.web import transaction
from lms.words import N_

SEED, BANK, MACHINE = 20261129, "cadres", 6  # so many questions before the two written ones
WRITTEN = ("cadres-0104", "cadres-0105")
TITLE, PAPER = N_("机关干部依法履职书面测评（演示）"), N_("机关干部书面测评卷（演示）")
DISAGREES = N_("第 3 题的两个选项意思一样，我选的也应当算对，请核对原文。")
MINUTES, PASS_MARK = 60, 60
READ = 3  # answers to the first written question that are read already


def leave_marking(city: City, offices: list[Office]) -> None:
    """An assessment with two written questions; an appeal in the one that was there before."""
    main = db.session.scalars(select(func.min(Assessment.id))).one()
    by = {(office.role, office.unit): office.person for office in offices}
    officer, marker = by[Role.CITY_OFFICER, CITY].id, by[Role.MARKER, CITY].id
    began = at(city.today - timedelta(days=2), time(9))
    assessment = _set(city, officer, began)
    owning.keep_plan(assessment, False, 20, 5, SEED, began)
    owning.name_marker(assessment, marker, None, began)
    _sit(city, assessment, began)
    for _ in gather(began + timedelta(hours=6), lambda: SEED):
        transaction.finish()
    _read(assessment, marker, began + timedelta(days=1))
    _disagree(main, calendar(city.house.var))
    transaction.finish()
    city.say(N_("阅卷"))


def _set(city: City, officer: int, began: datetime) -> Assessment:
    paper = _paper(city, officer)
    given = release(paper, city.id, city.began, officer)
    setting = Setting(
        org_id=city.id,
        title=TITLE,
        opens_at=began,
        closes_at=began + timedelta(hours=8),
        minutes=MINUTES,
        attempts=1,
        pass_mark=PASS_MARK,
        shuffled=True,
    )
    weighed = partial(weight, city.house.var)
    return set_assessment(setting, given, weighed, began - timedelta(days=3), officer)


def _paper(city: City, officer: int) -> Paper:
    """Some questions for the machine, then the two for a person."""
    bank = db.session.scalars(select(Bank).where(Bank.code == BANK)).one()
    known = {code: version for code, (_, version) in by_code(bank.id).items()}
    plain = [known[code] for code in sorted(known) if known[code].type is QuestionType.SINGLE]
    asked = plain[:MACHINE] + [known[code] for code in WRITTEN]
    slots = [_slot(number, version) for number, version in enumerate(asked, start=1)]
    points = sum((slot.points for slot in slots), Decimal(0))
    paper = Paper(
        bank_id=bank.id,
        title=PAPER,
        minutes=MINUTES,
        points=points,
        made_at=city.began,
        made_by=officer,
        slots=slots,
    )
    db.session.add(paper)
    db.session.flush()
    return paper


def _slot(number: int, version: QuestionVersion) -> PaperSlot:
    return PaperSlot(
        number=number,
        version_id=version.id,
        part=0,
        points=version.points,
        credit=Credit.HALF_IF_INCOMPLETE,
    )


# ── who sits it ─────────────────────────────────────────────────────────────────────────────────


def _texts() -> dict[str, list[str]]:
    """What people wrote, by the question."""
    found: dict[str, list[str]] = {code: [] for code in WRITTEN}
    with (DATA / "written.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["code"]].append(row["said"])
    return found


def _sit(city: City, assessment: Assessment, began: datetime) -> None:
    """So many of the city's own offices as there are texts, half an hour after one another."""
    texts, stream = list(zip(*_texts().values(), strict=True)), Stream(SEED)
    people = list(_staff(city))[: len(texts)]
    services.list_candidates([assessment.id], [(one.id, one.unit_id) for one in people], began)
    slots = queries.with_paper(assessment)
    for place, known in enumerate(people):
        moment = began + timedelta(minutes=30 * place + 5)
        _write(assessment, slots, known, texts[place], moment, stream)


def _staff(city: City) -> Iterator[Known]:
    for unit, post in sorted(city.held):
        if post == "STAFF" and unit.startswith(f"{CITY}-"):
            yield from city.held[unit, post][1:2]


def _write(
    assessment: Assessment,
    slots: Sequence[Slot],
    known: Known,
    texts: Sequence[str],
    moment: datetime,
    stream: Stream,
) -> None:
    seed = stream.number(0, 2**31 - 1)
    attempt = services.start(assessment.id, known.id, moment, seed)
    device = f"{seed:08x}"
    turn = services.open_turn(attempt, device, moment)
    assert turn is not None  # it has just begun
    said, written = [], iter(texts)
    for sequence, slot in enumerate(slots, start=1):
        moment += timedelta(seconds=90)
        told = [next(written)] if slot.key is None else answer(slot.asks, 75, stream)
        said.append(Operation(turn, sequence, slot.number, tuple(told), moment))
    ticket = Ticket(attempt.id, known.id, device, turn)
    saving.save(ticket, said, moment + timedelta(seconds=1))
    services.submit(attempt, moment + timedelta(seconds=40))
    transaction.finish()


# ── who reads, who disagrees ────────────────────────────────────────────────────────────────────


def _read(assessment: Assessment, marker: int, moment: datetime) -> None:
    """The first answers to the first question, as far as a marker has come."""
    first = select(Script).where(Script.assessment_id == assessment.id)
    script = db.session.scalars(first.order_by(Script.slot, Script.id).limit(1)).one()
    for place in range(READ):
        moment += timedelta(minutes=2)
        taken = marking.take(reading.place(script), marker, moment)
        if taken is None:
            break
        marking.give(taken, list(range(place + 2)), "", moment + timedelta(minutes=1), marker)


def _disagree(main: int, days: Calendar) -> None:
    """Somebody who did not pass writes the day after."""
    query = (
        select(Attempt, Result)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(Result.assessment_id == main, Result.replaced_at.is_(None), ~Result.passed)
        .order_by(Result.published_at.desc(), Result.id)
        .limit(1)
    )
    attempt, result = db.session.execute(query).one()
    sit = sits.to_sit(attempt.person_id, main)
    moment = result.published_at + timedelta(days=1)
    about = (About.QUESTION, 3, DISAGREES, None)
    appealing.appeal(sit, attempt, *about, attempt.person_id, moment, days)
