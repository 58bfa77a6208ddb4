"""What the demonstration city asks and teaches: the shipped banks, a paper, the courses."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lms.bank.models import Bank, QuestionVersion
from lms.bank.queries import by_code
from lms.bank.rules import Pool, QuestionType, State
from lms.bank.services import copy_for_examination, load_folder, open_bank
from lms.competencies.queries import abilities
from lms.courses.models import Course
from lms.courses.services import load_courses
from lms.db import db
from lms.demonstration.city import City
from lms.papers.making import Wanted, make_papers
from lms.papers.models import PaperRelease
from lms.papers.rules import Cell, Rule
from lms.papers.samples import SAMPLES, sample
from lms.papers.services import keep_blueprint, release
from lms.settings import HOME
from lms.web import transaction
from lms.words import N_

BANKS, COURSES = HOME / "question_banks", Path(__file__).parent / "courses"
EXAM_BANK, EXAM_TITLE = "demonstration-exam", N_("演示测评题库")
PAPER, RESIT = N_("村干部八种本领测评卷（一）"), N_("村干部八种本领补考卷")
MINUTES = 60
SEED = 20180725
# Of each ability: one question of each kind, at so many points; together a hundred.
PARTS = (
    (QuestionType.SINGLE, Decimal("3")),
    (QuestionType.MULTIPLE, Decimal("4")),
    (QuestionType.TRUE_FALSE, Decimal("2.5")),
    (QuestionType.BLANK, Decimal("3")),
)


def load_banks(city: City) -> list[Bank]:
    """Every shipped bank, for practice: the keys are public."""
    found = []
    folders = sorted(file.parent for file in BANKS.glob("*/bank.yaml"))
    for done, folder in enumerate(folders, start=1):
        bank, _ = load_folder(folder, city.id, city.began, Pool.OPEN, State.FINAL)
        found.append(bank)
        transaction.finish()
        city.say(N_("题库"), done, len(folders))
    return found


def release_papers(city: City, banks: Sequence[Bank], trainer: int) -> list[PaperRelease]:
    """A bank to examine from; a paper of all abilities and one for who sits again, handed to all.

    The two share no question.
    """
    exam = open_bank(EXAM_BANK, EXAM_TITLE, city.id, city.began)
    for bank in banks:
        copy_for_examination(bank, exam, every_second(bank), city.began)
    for project in SAMPLES:
        keep_blueprint(sample(project, (exam.id,), _known()), city.began, trainer)
    rule = _rule(exam)
    kept = keep_blueprint(rule, city.began, trainer)
    [paper] = make_papers(kept, rule, Wanted(PAPER), SEED, city.began, trainer)
    wanted = Wanted(RESIT, avoid=(paper.id,))
    [resit] = make_papers(kept, rule, wanted, SEED, city.began, trainer)
    released = [release(one, city.id, city.began, trainer) for one in (paper, resit)]
    transaction.finish()
    city.say(N_("试卷"))
    return released


def every_second(bank: Bank) -> list[str]:
    """Codes of half the questions of a bank: of each kind and ability the first, the third …"""
    alike: dict[tuple[object, ...], list[str]] = defaultdict(list)
    there = by_code(bank.id)
    ids = [version.id for _, version in there.values()]
    whole = select(QuestionVersion).options(selectinload(QuestionVersion.abilities))
    db.session.scalars(whole.where(QuestionVersion.id.in_(ids))).all()  # hundreds in one question
    for code, (_, version) in sorted(there.items()):
        asked = tuple(one.competency_id for one in version.abilities)
        alike[version.type, *asked].append(code)
    return sorted(code for codes in alike.values() for code in codes[::2])


def _rule(bank: Bank) -> Rule:
    cells = tuple(
        Cell(kind, 1, points, *ability) for kind, points in PARTS for ability in _known().values()
    )
    return Rule(PAPER, MINUTES, (bank.id,), cells, "P3")


def _known() -> dict[str, tuple[int, str]]:
    return {code: (one.id, one.name) for code, one in abilities().items()}


def load_lessons(city: City) -> list[Course]:
    """The courses that are shipped with the demonstration, given to the whole city."""
    courses = load_courses(COURSES, city.id, city.began)
    transaction.finish()
    city.say(N_("课程"), len(courses), len(courses))
    return courses
