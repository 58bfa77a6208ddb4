"""From a blueprint to frozen papers: one, parallel ones, a resit that shares nothing with them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lms.audit.services import record
from lms.bank.files import read_question
from lms.bank.models import QuestionVersion
from lms.bank.rules import (
    DIFFICULTY_NAMES,
    LAYER_NAMES,
    THINKING_NAMES,
    TYPE_NAMES,
    Question,
    QuestionType,
    State,
)
from lms.clock import day_of
from lms.competencies.rules import PROJECT_NAMES
from lms.db import db
from lms.errors import Conflict, Listed, Refusal
from lms.papers import queries
from lms.papers.assembly import Assembled, Wish, assemble
from lms.papers.models import Blueprint, Paper, PaperSlot
from lms.papers.rules import Cell, Item, Rule, pairs_of, points_of_parts, refuse_unusable
from lms.scoring.choice import Credit
from lms.words import N_

ANY = N_("不限本领")


@dataclass(frozen=True)
class Stock:
    """What the banks hold for a blueprint. have: for each cell, how many fit it by themselves;
    short: how many it lacks when all cells of one form are filled together.

    known: of `have`, whose difficulty is known from use; whole, whole_known: the same of all that
    may be taken, whichever cell.
    """

    have: list[int]
    short: list[int]
    lacking: list[Refusal]
    known: list[int]
    whole: int
    whole_known: int


@dataclass(frozen=True)
class Wanted:
    """A set of papers. forms: what each is called; avoid: papers with which they share nothing.

    unreviewed: questions in review may be taken; each is reviewed before the paper is handed out.
    asked: questions that were asked of late, or of those who shall sit it; shares: version → what
    people earn, where it is known.
    """

    title: str
    forms: Sequence[str] = ("",)
    avoid: Collection[int] = ()
    unreviewed: bool = False
    asked: Collection[int] = ()
    shares: Mapping[int, float] = field(default_factory=dict)


def stock(
    rule: Rule,
    now: datetime,
    seed: int,
    asked: Collection[int] = (),
    shares: Mapping[int, float] = {},
) -> Stock:
    """How many questions each cell finds, and what lacks. Nothing is written.

    asked: questions that were asked of late; shares: version → what people earn, where known.
    """
    items = queries.items(rule, day_of(now), asked=asked, shares=shares)
    fits = [[item for item in items if cell.takes(item)] for cell in rule.cells]
    found = assemble(rule.cells, items, _wish(rule, 1), seed)
    return Stock(
        [len(one) for one in fits],
        found.short,
        lacking(rule, found),
        [_known(one) for one in fits],
        len(items),
        _known(items),
    )


def _known(items: Collection[Item]) -> int:
    return sum(item.share is not None for item in items)


def make_papers(
    blueprint: Blueprint, rule: Rule, wanted: Wanted, seed: int, now: datetime, by: int | None
) -> list[Paper]:
    """Assemble a set of papers and freeze them. Raises Conflict, naming the cells that fail."""
    refuse_unusable(rule)
    items = queries.items(
        rule, day_of(now), wanted.avoid, wanted.unreviewed, wanted.asked, wanted.shares
    )
    found = assemble(rule.cells, items, _wish(rule, len(wanted.forms)), seed)
    if lacks := lacking(rule, found):
        raise Conflict("题库中的题不够，没有组卷：{lacking}。", lacking=Listed(lacks))
    papers = _papers(blueprint, rule, wanted, now, by)
    texts = queries.versions({one for form in range(len(papers)) for one in found.versions(form)})
    for paper, cells in zip(papers, found.forms, strict=True):
        paper.slots = _slots(rule.cells, cells, texts)
    db.session.add_all(papers)
    db.session.flush()
    for paper in papers[1:]:
        paper.series_id = papers[0].id
    if papers[1:]:
        papers[0].series_id = papers[0].id
    for paper in papers:
        record("make paper", now, whom=paper, title=paper.title, seed=seed)
    return papers


def _wish(rule: Rule, forms: int) -> Wish:
    codes = queries.versions_by_code(rule.banks, {*rule.must, *(c for g in rule.apart for c in g)})
    groups = [[codes[code] for code in group if code in codes] for group in rule.apart]
    must = frozenset(codes[code] for code in rule.must if code in codes)
    return Wish(forms, must, pairs_of(groups), rule.open)


def lacking(rule: Rule, found: Assembled) -> list[Refusal]:
    """狠抓落实本领·难·材料题 差 3 题: every cell that cannot be filled, then what else lacks."""
    told: list[Refusal] = [
        Conflict("{of} 差 {n} 题", of=named(cell), n=short)
        for cell, short in zip(rule.cells, found.short, strict=True)
        if short
    ]
    if found.short_open and not any(found.short):
        told.append(Conflict("公开题库 差 {n} 题", n=found.short_open))
    told += [Conflict("必选题 {code} 已退回或停用", code=code) for code in _gone(rule)]
    codes = queries.codes(found.short_must)
    told += [Conflict("必选题 {code} 放不进任何一行", code=codes[one]) for one in found.short_must]
    return told


def _gone(rule: Rule) -> list[str]:
    """Questions that must stand and are final no more: they may have gone since it was written."""
    known = queries.versions_by_code(rule.banks, rule.must) if rule.must else {}
    return [code for code in rule.must if code not in known]


def named(cell: Cell) -> Conflict:
    """A cell as people call it: its ability, what else it asks for, its type."""
    asked = [
        cell.ability or ANY,
        PROJECT_NAMES.get(cell.project, cell.project),
        cell.topic,
        cell.difficulty and DIFFICULTY_NAMES[cell.difficulty],
        cell.level and THINKING_NAMES[cell.level],
        cell.layer and LAYER_NAMES[cell.layer],
    ]
    words = [word for word in asked if word]
    return Conflict("{of}·{type}", of=_joined(words), type=TYPE_NAMES[cell.type])


def _joined(words: Sequence[str]) -> str | Conflict:
    if len(words) == 1:
        return words[0]
    return Conflict("{of}·{more}", of=_joined(words[:-1]), more=words[-1])


def _papers(
    blueprint: Blueprint, rule: Rule, wanted: Wanted, now: datetime, by: int | None
) -> list[Paper]:
    return [
        Paper(
            bank_id=blueprint.bank_id,
            title=wanted.title,
            minutes=rule.minutes,
            points=rule.points,
            blueprint_id=blueprint.id,
            form=form,
            made_at=now,
            made_by=by,
        )
        for form in wanted.forms
    ]


def _slots(
    cells: Sequence[Cell], filled: Sequence[Sequence[int]], texts: dict[int, QuestionVersion]
) -> list[PaperSlot]:
    """Type by type, as papers are printed; a case takes a slot for each of its parts."""
    found: list[PaperSlot] = []
    kinds = list(QuestionType)
    rows = sorted(zip(cells, filled, strict=True), key=lambda row: kinds.index(row[0].type))
    for cell, ids in rows:
        for version_id in ids:
            question = read_question(texts[version_id].text)
            shares = points_of_parts(question, cell.points)
            for part, points in enumerate(shares):
                slot = PaperSlot(number=len(found) + 1, version_id=version_id, part=part)
                slot.points, slot.credit = points, credit_of(question, part)
                slot.waits = texts[version_id].question.state is not State.FINAL
                found.append(slot)
    return found


def credit_of(question: Question, part: int) -> Credit:
    """As the question says; else each blank earns its share, and a choice is right as a whole."""
    blanks = question.parts[part].type is QuestionType.BLANK
    return question.credit or (Credit.PER_OPTION if blanks else Credit.ALL_OR_NOTHING)
