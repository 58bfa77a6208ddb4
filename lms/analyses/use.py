"""How questions did wherever they were asked: what who makes papers knows of their difficulty."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Select, select

from lms.analyses.figures import read
from lms.analyses.models import PaperTally
from lms.bank.files import as_met
from lms.bank.models import Question, QuestionVersion
from lms.db import db
from lms.exams.changed import KeyChange
from lms.papers.models import PaperSlot
from lms.papers.rules import Use

# Who may take a question may know how it did, in whosever paper; of an answer nothing comes out.
OF_QUESTIONS = {"counted": Question}


def used(bank_ids: Collection[int]) -> dict[int, Use]:
    """Version → how it did, of the questions of these banks that are in sight.

    Of each person the first attempt with a paper, as these were added up last. A question of
    several parts is one: what was earned of all its points. Where everyone was given the points
    it says nothing. Versions that differ in facts alone are one question, and know the same.
    """
    places, given, alike = _places(bank_ids), _given(bank_ids), _alike(bank_ids)
    answered: dict[int, int] = defaultdict(int)
    earned: dict[int, float] = defaultdict(float)
    asked: dict[int, float] = defaultdict(float)
    papers = _asked(select(PaperSlot.paper_id), bank_ids)
    query = select(PaperTally.assessment_id, PaperTally.paper_id, PaperTally.figures)
    query = query.where(PaperTally.paper_id.in_(papers)).order_by(PaperTally.id)
    for assessment_id, paper_id, figures in db.session.execute(
        query, execution_options=OF_QUESTIONS
    ):
        persons = {}
        for number, one in read(figures).slots.items():
            version_id, part, points = places.get((paper_id, number), (0, 0, 0.0))
            if version_id and (assessment_id, version_id, part) not in given:
                first = alike.get(version_id, version_id)
                persons[first] = one.sums.persons
                earned[first] += points * one.sums.x
                asked[first] += points * one.sums.persons
        for first, many in persons.items():
            answered[first] += many
    did = {
        first: Use(many, earned[first] / asked[first]) for first, many in answered.items() if many
    }
    return did | {version_id: did[first] for version_id, first in alike.items() if first in did}


def _asked(query: Select, bank_ids: Collection[int]) -> Select:
    """A query of slots, narrowed to what asks questions of these banks."""
    return (
        query.join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.bank_id.in_(bank_ids))
    )


def _places(bank_ids: Collection[int]) -> dict[tuple[int, int], tuple[int, int, float]]:
    """Paper, number → version, part, points; of papers that somebody has sat."""
    columns = (PaperSlot.number, PaperSlot.version_id, PaperSlot.part, PaperSlot.points)
    query = _asked(select(PaperSlot.paper_id, *columns), bank_ids)
    query = query.where(PaperSlot.paper_id.in_(select(PaperTally.paper_id)))
    return {
        (paper_id, number): (version_id, part, float(points))
        for paper_id, number, version_id, part, points in db.session.execute(
            query, execution_options=OF_QUESTIONS
        )
    }


def _alike(bank_ids: Collection[int]) -> dict[int, int]:
    """Version → the first of its question that asks the very same; of those asked and changed."""
    sat = select(PaperSlot.version_id).where(PaperSlot.paper_id.in_(select(PaperTally.paper_id)))
    entries = select(QuestionVersion.question_id).where(QuestionVersion.id.in_(sat))
    query = select(QuestionVersion.question_id, QuestionVersion.id, QuestionVersion.text)
    query = query.join(Question, Question.id == QuestionVersion.question_id)
    query = query.where(Question.bank_id.in_(bank_ids), Question.latest > 1)
    query = query.where(Question.id.in_(entries)).order_by(QuestionVersion.id)
    first: dict[tuple[int, str], int] = {}
    return {
        version_id: first.setdefault((question_id, as_met(text)), version_id)
        for question_id, version_id, text in db.session.execute(
            query, execution_options=OF_QUESTIONS
        )
    }


def _given(bank_ids: Collection[int]) -> set[tuple[int, int, int]]:
    """Assessment, version, part: the key was wrong, and everyone has the points."""
    query = (
        select(KeyChange.assessment_id, KeyChange.version_id, KeyChange.part, KeyChange.key)
        .join(QuestionVersion, QuestionVersion.id == KeyChange.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.bank_id.in_(bank_ids))
        .order_by(KeyChange.id)  # the last counts
    )
    rows = db.session.execute(query, execution_options=OF_QUESTIONS)
    last = {(one, version_id, part): key for one, version_id, part, key in rows}
    return {place for place, key in last.items() if key is None}
