"""Looking up papers, and what they could be made of. The scope is already on every query."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from lms.bank.files import read_question
from lms.bank.models import Question, QuestionVersion
from lms.bank.queries import usable
from lms.bank.rules import Pool, State
from lms.clock import months_before, start_of
from lms.db import db, find
from lms.errors import NotAllowed
from lms.orgs.models import OrgUnit
from lms.papers.models import Blueprint, BlueprintRow, Paper, PaperRelease, PaperSlot
from lms.papers.rules import QUIZ, Cell, Item, Rule


def papers() -> Sequence[Paper]:
    """The papers in sight, newest first; not what was drawn for a 小测."""
    query = select(Paper).where(Paper.form != QUIZ).order_by(Paper.id.desc())
    return db.session.scalars(query).all()


def paper(paper_id: int) -> Paper:
    return find(Paper, paper_id)


def series(paper: Paper) -> list[tuple[Paper, int]]:
    """The other papers of its set, each with how many questions it shares with this one."""
    if paper.series_id is None:
        return []
    mine, theirs = aliased(PaperSlot), aliased(PaperSlot)
    same = select(mine.version_id).where(mine.paper_id == paper.id)
    shared = (
        select(func.count(theirs.version_id.distinct()))
        .where(theirs.paper_id == Paper.id, theirs.version_id.in_(same))
        .scalar_subquery()
    )
    query = select(Paper, shared).where(Paper.series_id == paper.series_id, Paper.id != paper.id)
    return [(one, n) for one, n in db.session.execute(query.order_by(Paper.id))]


def title(paper_id: int) -> str:
    """The title of a paper: a queue is named by it."""
    return db.session.scalar(select(Paper.title).where(Paper.id == paper_id)) or ""


def slots(paper_id: int) -> Sequence[PaperSlot]:
    """The slots of a paper in order, with their versions.

    A paper may ask examination questions of another bank, which is not open to all who see the
    paper: what hangs on a seen row is seen, so versions are named here, and stand under the scope.
    """
    query = select(PaperSlot).join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
    query = query.where(PaperSlot.paper_id == paper_id).order_by(PaperSlot.number)
    loaded = contains_eager(PaperSlot.version).selectinload(QuestionVersion.abilities)
    return db.session.scalars(query.options(loaded)).all()


def banks_of(paper_id: int) -> Sequence[int]:
    """The banks whose questions a paper asks, as far as they are in sight."""
    query = (
        select(Question.bank_id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(PaperSlot, PaperSlot.version_id == QuestionVersion.id)
        .where(PaperSlot.paper_id == paper_id)
        .distinct()
    )
    return db.session.scalars(query).all()


def refuse_in_part(paper_id: int) -> None:
    """What shows a whole paper is for those to whom all of it is open."""
    whole = select(func.count(PaperSlot.id)).where(PaperSlot.paper_id == paper_id)
    seen = whole.join(QuestionVersion, QuestionVersion.id == PaperSlot.version_id)
    hidden = (db.session.scalar(whole) or 0) - (db.session.scalar(seen) or 0)
    if hidden:
        raise NotAllowed(
            "这份试卷有 {n} 题出自没有向您开放的题库，不能查看。请联系那个题库的管理单位。",
            n=hidden,
        )


def blueprints() -> Sequence[Blueprint]:
    """The blueprints in sight, newest first."""
    loaded = selectinload(Blueprint.rows)
    return db.session.scalars(select(Blueprint).options(loaded).order_by(Blueprint.id.desc())).all()


def blueprint(blueprint_id: int) -> Blueprint:
    return find(Blueprint, blueprint_id)


def made_from(blueprint_id: int) -> Sequence[Paper]:
    """The papers made from a blueprint, newest first."""
    query = select(Paper).where(Paper.blueprint_id == blueprint_id).order_by(Paper.id.desc())
    return db.session.scalars(query).all()


def rule_of(blueprint: Blueprint) -> Rule:
    """A blueprint as it is assembled by."""
    groups = sorted({one.apart for one in blueprint.picks if one.apart is not None})
    return Rule(
        title=blueprint.title,
        minutes=blueprint.minutes,
        banks=tuple(one.from_bank_id for one in blueprint.banks),
        cells=tuple(_cell(row) for row in blueprint.rows),
        project=blueprint.project or "",
        open_percent=blueprint.open_percent,
        unused_months=blueprint.unused_months,
        must=tuple(one.code for one in blueprint.picks if one.apart is None),
        apart=tuple(
            tuple(one.code for one in blueprint.picks if one.apart == group) for group in groups
        ),
    )


def _cell(row: BlueprintRow) -> Cell:
    return Cell(
        type=row.type,
        count=row.count,
        points=row.points,
        ability_id=row.competency_id,
        ability=row.competency.name if row.competency else "",
        project=row.project or "",
        topic=row.topic or "",
        layer=row.layer,
        level=row.level,
        difficulty=row.difficulty,
    )


def items(
    rule: Rule,
    day: date,
    avoid: Collection[int] = (),
    unreviewed: bool = False,
    asked: Collection[int] = (),
    shares: Mapping[int, float] = {},
) -> list[Item]:
    """The questions that a paper may take, as the assembly sees them. avoid: ids of papers.

    unreviewed: those in review as well; asked: questions that shall not be asked once more;
    shares: version → how people did, where it is known.
    """
    pools = [Pool.EXAM, Pool.OPEN] if rule.open_percent else [Pool.EXAM]
    since = unused_since(rule, day)
    used, barred = _in_papers(), _in_papers(since) if since else set()
    barred = barred.union(asked, _in_papers(papers=avoid) if avoid else ())
    query = usable(rule.banks, pools, day, unreviewed).options(
        selectinload(QuestionVersion.abilities), selectinload(QuestionVersion.question)
    )
    by_project = any(cell.project for cell in rule.cells)
    return [
        _item(one, one.question_id in used, by_project, shares.get(one.id))
        for one in db.session.scalars(query)
        if one.question_id not in barred
    ]


def unused_since(rule: Rule, day: date) -> date | None:
    """What was used since this day is not used again; none where the rule says nothing of it."""
    return months_before(day, rule.unused_months) if rule.unused_months else None


def _item(one: QuestionVersion, used: bool, by_project: bool, share: float | None) -> Item:
    return Item(
        version_id=one.id,
        type=one.type,
        ability_ids=frozenset(ability.competency_id for ability in one.abilities),
        projects=frozenset(read_question(one.text).projects) if by_project else frozenset(),
        topic=one.topic or "",
        layer=one.layer,
        level=one.level,
        difficulty=one.difficulty,
        open=one.question.pool is Pool.OPEN,
        used=used,
        share=share,
    )


def _in_papers(since: date | None = None, papers: Collection[int] = ()) -> set[int]:
    """The questions that stand in papers: in all of them, those since a day, or these.

    In papers of whoever it was: who may take a question may know that another has taken it.
    """
    query = (
        select(QuestionVersion.question_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(PaperSlot, PaperSlot.version_id == QuestionVersion.id)
        .join(Paper, Paper.id == PaperSlot.paper_id)
        .distinct()
    )
    if since:
        query = query.where(Paper.made_at >= start_of(since))
    if papers:
        query = query.where(Paper.id.in_(papers))
    return set(db.session.scalars(query, execution_options={"counted": Question}))


def versions_by_code(banks: Sequence[int], codes: Collection[str]) -> dict[str, int]:
    """The versions in use of final questions with these codes."""
    query = (
        select(Question.code, QuestionVersion.id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(
            Question.bank_id.in_(banks),
            Question.code.in_(codes),
            Question.state == State.FINAL,
            QuestionVersion.number == Question.latest,
        )
        .order_by(QuestionVersion.id)
    )
    return dict(db.session.execute(query).all())


def codes(version_ids: Collection[int]) -> dict[int, str]:
    """By version: the code of its question."""
    query = (
        select(QuestionVersion.id, Question.code)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(version_ids))
    )
    return dict(db.session.execute(query).all())


def versions(ids: Collection[int]) -> dict[int, QuestionVersion]:
    """Versions by their ids."""
    query = select(QuestionVersion).where(QuestionVersion.id.in_(ids))
    return {one.id: one for one in db.session.scalars(query)}


def releases() -> Sequence[PaperRelease]:
    """The papers handed to the reader's units, newest first."""
    query = select(PaperRelease).where(PaperRelease.ended_at.is_(None))
    return db.session.scalars(query.order_by(PaperRelease.id.desc())).all()


def releases_of(paper_id: int) -> list[tuple[PaperRelease, str]]:
    """To which units a paper was handed, with their names."""
    query = (
        select(PaperRelease, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == PaperRelease.org_id)
        .where(PaperRelease.paper_id == paper_id, PaperRelease.ended_at.is_(None))
        .order_by(PaperRelease.id)
    )
    return [(one, name) for one, name in db.session.execute(query)]
