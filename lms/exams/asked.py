"""Which questions have been asked in assessments: asked by who makes the next paper."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import SelectBase, select

from lms.bank.models import Question, QuestionVersion
from lms.db import db
from lms.exams.models import Assessment, Attempt, SetPaper
from lms.papers.models import PaperSlot


def asked_since(since: datetime) -> set[int]:
    """Questions in sight of papers that could be sat since a moment, whoever set them."""
    open_ = Assessment.closes_at >= since
    beside = select(SetPaper.paper_id).join(Assessment, Assessment.id == SetPaper.assessment_id)
    sat = select(Attempt.paper_id).where(Attempt.started_at >= since)  # by an own, later window
    papers = select(Assessment.paper_id).where(open_).union(beside.where(open_), sat)
    return questions_of(papers)


def questions_of(papers: SelectBase | Collection[int]) -> set[int]:
    """The questions in sight that these papers ask. Only that they were used comes out."""
    query = (
        select(QuestionVersion.question_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(PaperSlot, PaperSlot.version_id == QuestionVersion.id)
        .where(PaperSlot.paper_id.in_(papers))  # type: ignore[arg-type]
        .distinct()
    )
    return set(db.session.scalars(query, execution_options={"counted": Question}))
