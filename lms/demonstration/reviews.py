"""What waits for the reviewer: a county's brought bank, questions sent, one returned, a new law."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from lms.access.permissions import Role
from lms.bank.files import read_question
from lms.bank.models import Question
from lms.bank.rules import (
    BLANK,
    TRUE_FALSE,
    Difficulty,
    Layer,
    Origin,
    Part,
    Pool,
    QuestionType,
    Right,
    Source,
    State,
    Thinking,
)
from lms.bank.rules import Question as Asked
from lms.bank.services import name_on, open_bank
from lms.bank.states import send
from lms.bank.writing import add_questions
from lms.demonstration.accounts import COUNTY
from lms.demonstration.city import City
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY, DATA
from lms.laws.queries import edition_of
from lms.laws.services import load_register
from lms.reviewing.queries import entry
from lms.reviewing.rules import Decision
from lms.reviewing.services import answer, decide
from lms.web import transaction
from lms.words import N_

OWN, OWN_TITLE = "demonstration-own", N_("市委党校自编题库（演示）")
BROUGHT, BROUGHT_TITLE = "demonstration-county", N_("垣曲县应知应会题库（演示）")
LAW = N_("运城市院坝会办法（演示）")
WHY = N_("前两个选项都对：入户叫醒也是通知转移。请改掉一个，或改成多选。")
GAP = "（　）"
EXPLAINED = "条文的原话是“{key}”。"  # data: of a question
FOLDERS = {state.value: state for state in (State.FINAL, State.IN_REVIEW, State.DRAFT)}


def leave_reviews(city: City, offices: list[Office]) -> None:
    """Two banks that wait: the trainer's own, and one that a county brought from elsewhere."""
    by = {(office.role, office.unit): office.person.id for office in offices}
    _change_a_law(city)
    _own(city, by[Role.TRAINER, CITY], by[Role.REVIEWER, CITY])
    _brought(city, by[Role.TRAINER, COUNTY])
    transaction.finish()
    city.say(N_("审题"))


def _change_a_law(city: City) -> None:
    """A rule that is invented, in two editions; the first has ended."""
    load_register(DATA / "own", city.now)
    before, after = edition_of(LAW, "2023-03-01"), edition_of(LAW, "2026-07-15")
    if before is not None and after is not None:
        before.successor_id = after.id
        before.to_on = min(before.to_on or city.today, city.today - timedelta(days=1))
        after.from_on = min(after.from_on, city.today)


def _own(city: City, trainer: int, reviewer: int) -> None:
    """What the trainer wrote: in use, sent, returned, and one not sent yet."""
    bank = open_bank(OWN, OWN_TITLE, city.id, city.began)
    for folder in sorted((DATA / "own" / "questions").iterdir()):
        asked = [read_question(file.read_text("utf-8")) for file in sorted(folder.glob("*.md"))]
        state = FOLDERS.get(folder.name, State.DRAFT)
        made = add_questions(bank, asked, Pool.PRACTICE, state, city.began, trainer)
        if folder.name == State.RETURNED:
            _return(city, made[0], reviewer)


def _return(city: City, question: Question, reviewer: int) -> None:
    when = city.now - timedelta(days=1)
    send(question, when - timedelta(days=1))
    one, version = entry(question.id)
    review = answer(one, version, [{"letters": ["B"]}], when, reviewer)
    decide(one, review, Decision.RETURNED, {"key": "partly", "options": "no"}, WHY, when)


def _brought(city: City, trainer: int) -> None:
    """A hundred and twenty questions in review; the city's reviewers may take a sample."""
    bank = open_bank(BROUGHT, BROUGHT_TITLE, city.units[COUNTY], city.began)
    name_on(bank, Right.REVIEW, city.began, org_id=city.id)
    asked = [one for number, row in _rows() for one in _three(number, row)]
    when = city.now - timedelta(days=3)
    add_questions(bank, asked, Pool.PRACTICE, State.IN_REVIEW, when, trainer, Origin.BROUGHT)


def _rows() -> Iterator[tuple[int, dict[str, str]]]:
    with (DATA / "county_bank.csv").open(encoding="utf-8", newline="") as file:
        yield from enumerate(csv.DictReader(file), start=1)


def _three(number: int, row: dict[str, str]) -> Iterator[Asked]:
    """One fact asked in three ways: to choose, to judge, to fill in."""
    wrong = [row[f"wrong_{letter}"] for letter in "abc"]
    texts = [*wrong[: number % 4], row["right"], *wrong[number % 4 :]]
    options = dict(zip("ABCD", texts, strict=True))
    right = frozenset(letter for letter, text in options.items() if text == row["right"])
    stem, points, key = row["asked"], Decimal(2), row["key"]
    chosen = Part(QuestionType.SINGLE, stem.replace(BLANK, GAP), points, options, right)
    true = number % 2 == 0
    said = stem.replace(BLANK, row["right"] if true else wrong[0])
    letter = frozenset("A" if true else "B")
    judged = Part(QuestionType.TRUE_FALSE, said, points, dict(TRUE_FALSE), letter)
    filled = Part(QuestionType.BLANK, stem, points, blanks=((row["right"],),))
    for kind, part in zip("abc", (chosen, judged, filled), strict=True):
        yield _asked(
            row, f"{number:02}-{kind}", replace(part, explanation=EXPLAINED.format(key=key))
        )


def _asked(row: dict[str, str], code: str, part: Part) -> Asked:
    source = Source(row["law"], date.fromisoformat(row["edition"]), row["article"], row["key"])
    return Asked(
        id=f"yq-{code}",
        type=part.type,
        parts=(part,),
        points=part.points,
        abilities=(row["ability"],),
        layer=Layer.KNOWLEDGE,
        level=Thinking.RECALL,
        difficulty=Difficulty.EASY,
        origin=Origin.BROUGHT,
        sources=(source,),
    )
