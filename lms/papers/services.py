"""Keeping blueprints, and handing papers to officers."""

from dataclasses import replace
from datetime import datetime

from lms.audit.services import record
from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid, Listed
from lms.papers import queries, standing
from lms.papers.models import (
    Blueprint,
    BlueprintBank,
    BlueprintPick,
    BlueprintRow,
    Paper,
    PaperRelease,
)
from lms.papers.rules import Cell, Rule, refuse_unusable


def keep_blueprint(
    rule: Rule, now: datetime, by: int | None, blueprint: Blueprint | None = None
) -> Blueprint:
    """Keep a new blueprint, or change one. Raises Invalid for questions that nobody knows."""
    refuse_unusable(rule)
    _refuse_unknown(rule)
    act = "change blueprint" if blueprint else "make blueprint"
    if blueprint is None:
        blueprint = Blueprint(bank_id=rule.banks[0], made_at=now, made_by=by)
        db.session.add(blueprint)
    else:
        blueprint.changed_at = now
    blueprint.title, blueprint.minutes = rule.title, rule.minutes
    blueprint.project = rule.project or None
    blueprint.open_percent, blueprint.unused_months = rule.open_percent, rule.unused_months
    db.session.flush()
    blueprint.rows, blueprint.banks, blueprint.picks = [], [], []
    db.session.flush()
    blueprint.rows = [_row(place, cell) for place, cell in enumerate(rule.cells)]
    blueprint.banks = [
        BlueprintBank(place=place, from_bank_id=bank_id) for place, bank_id in enumerate(rule.banks)
    ]
    blueprint.picks = [BlueprintPick(code=code, apart=None) for code in rule.must]
    blueprint.picks += [
        BlueprintPick(code=code, apart=group)
        for group, codes in enumerate(rule.apart)
        for code in codes
    ]
    db.session.flush()
    record(act, now, whom=blueprint, title=rule.title, questions=rule.questions)
    return blueprint


def copy_blueprint(blueprint: Blueprint, now: datetime, by: int | None) -> Blueprint:
    """The same blueprint once more, for a line of work to change."""
    rule = queries.rule_of(blueprint)
    return keep_blueprint(replace(rule, title=f"{rule.title[:110]} 2"), now, by)


def _refuse_unknown(rule: Rule) -> None:
    asked = {*rule.must, *(code for group in rule.apart for code in group)}
    unknown = sorted(asked - set(queries.versions_by_code(rule.banks, asked)))
    if unknown:
        raise Invalid("所选题库中没有这些编号的已定稿试题：{codes}。", codes="、".join(unknown))


def _row(place: int, cell: Cell) -> BlueprintRow:
    return BlueprintRow(
        place=place,
        competency_id=cell.ability_id,
        type=cell.type,
        count=cell.count,
        points=cell.points,
        project=cell.project or None,
        topic=cell.topic or None,
        layer=cell.layer,
        level=cell.level,
        difficulty=cell.difficulty,
    )


def release(paper: Paper, org_id: int, now: datetime, by: int | None) -> PaperRelease:
    """Hand a paper to the officers of a unit and below; they see its title and size alone."""
    if found := standing.troubles(standing.lacking(paper.id, day_of(now))):
        raise Conflict("这份试卷还不能提供：{troubles}", troubles=Listed(found))
    if any(one.org_id == org_id for one, _unit in queries.releases_of(paper.id)):
        raise Conflict("这份试卷已经提供给该单位。")
    given = PaperRelease(
        org_id=org_id,
        paper_id=paper.id,
        title=paper.full_title,
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
