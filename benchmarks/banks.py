"""Banks of any size, mixed from the words of the shipped questions."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from sqlalchemy import select

from benchmarks.house import House
from lms.access.scope import seeing_everything
from lms.bank.files import read_question
from lms.bank.models import Bank
from lms.bank.rules import Difficulty, Pool, Question, QuestionType, State
from lms.bank.services import open_bank
from lms.bank.writing import add_questions
from lms.clock import system_clock
from lms.db import db, look_anew
from lms.errors import Invalid
from lms.orgs.queries import top
from lms.settings import HOME
from lms.web import transaction

SEED = 20260713
BATCH = 5_000


def bank_of(house: House, questions: int) -> int:
    """The id of a bank with so many questions; made at the first call."""
    code = f"benchmark-{questions}"
    with house.app.app_context(), seeing_everything():
        bank = db.session.scalar(select(Bank).where(Bank.code == code))
        city, now = top(), system_clock()
        assert city is not None
        if bank is None:
            bank = open_bank(code, code, city.id, now)
            for some in invented(questions):
                add_questions(bank, some, Pool.OPEN, State.FINAL, now, None)
                transaction.finish()
            look_anew()
            transaction.finish()
        return bank.id


def invented(count: int, seed: int = SEED) -> Iterator[list[Question]]:
    """So many questions, in batches."""
    die, shipped = Random(seed), _shipped()
    for first in range(0, count, BATCH):
        yield [_mixed(number, die, shipped) for number in range(first, min(count, first + BATCH))]


def _shipped() -> list[Question]:
    found = []
    for file in sorted((HOME / "question_banks").glob("*/**/*.md")):
        try:
            question = read_question(file.read_text())
        except Invalid:
            continue  # a README, the text of a law
        if question.type in (QuestionType.SINGLE, QuestionType.MULTIPLE):
            found.append(question)
    return found


def _mixed(number: int, die: Random, shipped: list[Question]) -> Question:
    """The stem of one with the options of another, and a number that stands nowhere else."""
    one, other = die.choice(shipped), die.choice(shipped)
    part = replace(
        other.parts[0],
        stem=f"{one.parts[0].stem} {number}",
        points=other.points,
        explanation=one.parts[0].explanation,
    )
    facts = {"difficulty": die.choice(list(Difficulty)), "abilities": one.abilities}
    if die.random() < 0.1:
        facts["abilities"] = ()
    return replace(other, id=f"q-{number:05}", parts=(part,), sources=one.sources, **facts)
