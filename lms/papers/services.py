"""Making papers."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from lms.audit.services import record
from lms.bank.files import read_question
from lms.bank.rules import TYPE_NAMES, Question, QuestionType
from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid, Listed
from lms.papers import queries
from lms.papers.models import Blueprint, BlueprintRow, Paper, PaperRelease, PaperSlot
from lms.papers.rules import Drawn, Row, Rule, draw
from lms.scoring.choice import Credit
from lms.words import N_

ANY = N_("不限本领")


def make_paper(rule: Rule, seed: int, now: datetime, by: int | None) -> Paper:
    """Draw a paper by its rule and freeze it. Raises Conflict, naming what the bank lacks."""
    rows = rule.rows
    if not rows:
        raise Invalid("还没有填写组卷规则：请至少填写一行（本领、题型、题数、每题分值）。")
    items = queries.items(rule.banks, rule.pools, day_of(now))
    drawn = draw([row.wanted for row in rows], items, seed)
    if not drawn.complete:
        raise Conflict("题库中的题不够，没有组卷：{lacking}。", lacking=lacking(rows, drawn))
    blueprint = _blueprint(rule, now, by)
    paper = Paper(
        bank_id=rule.banks[0],
        title=rule.title,
        minutes=rule.minutes,
        points=sum((row.points * row.count for row in rows), Decimal(0)),
        blueprint_id=blueprint.id,
        made_at=now,
        made_by=by,
        slots=_slots(rows, drawn),
    )
    db.session.add(paper)
    db.session.flush()
    record("make paper", now, whom=paper, title=rule.title, questions=len(paper.slots), seed=seed)
    return paper


def lacking(rows: Sequence[Row], drawn: Drawn) -> Listed:
    """群众工作本领·多选 差 3 题: every row that could not be filled."""
    return Listed(
        Conflict("{of}·{type} 差 {n} 题", of=row.ability or ANY, type=TYPE_NAMES[row.type], n=short)
        for row, short in zip(rows, drawn.short, strict=True)
        if short
    )


def _blueprint(rule: Rule, now: datetime, by: int | None) -> Blueprint:
    blueprint = Blueprint(
        bank_id=rule.banks[0], title=rule.title, minutes=rule.minutes, made_at=now, made_by=by
    )
    blueprint.rows = [
        BlueprintRow(
            place=place,
            competency_id=row.ability_id,
            type=row.type,
            count=row.count,
            points=row.points,
        )
        for place, row in enumerate(rule.rows)
    ]
    db.session.add(blueprint)
    db.session.flush()
    return blueprint


def _slots(rows: Sequence[Row], drawn: Drawn) -> list[PaperSlot]:
    """The rows one after the other; within a row as drawn."""
    filled = zip(rows, drawn.rows, strict=True)
    found = [(row, version_id) for row, ids in filled for version_id in ids]
    texts = queries.versions([version_id for _, version_id in found])
    return [
        PaperSlot(
            number=number,
            version_id=version_id,
            part=0,
            points=row.points,
            credit=_credit(read_question(texts[version_id].text)),
        )
        for number, (row, version_id) in enumerate(found, start=1)
    ]


def _credit(question: Question) -> Credit:
    """As the question says; else each blank earns its share, and a choice is right as a whole."""
    blanks = question.type is QuestionType.BLANK
    return question.credit or (Credit.PER_OPTION if blanks else Credit.ALL_OR_NOTHING)


def release(paper: Paper, org_id: int, now: datetime, by: int | None) -> PaperRelease:
    """Hand a paper to the officers of a unit and below; they see its title and size alone."""
    if any(one.org_id == org_id for one, _unit in queries.releases_of(paper.id)):
        raise Conflict("这份试卷已经提供给该单位。")
    given = PaperRelease(
        org_id=org_id,
        paper_id=paper.id,
        title=paper.title,
        questions=len(paper.slots),
        minutes=paper.minutes,
        points=paper.points,
        released_at=now,
        released_by=by,
    )
    db.session.add(given)
    db.session.flush()
    record("release paper", now, whom=paper, org_id=org_id)
    return given
