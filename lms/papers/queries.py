"""Looking up papers, and what they could be made of. The scope is already on every query."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lms.bank.models import QuestionVersion
from lms.bank.queries import usable
from lms.bank.rules import Pool, QuestionType
from lms.db import db, find
from lms.orgs.models import OrgUnit
from lms.papers.models import Paper, PaperRelease, PaperSlot
from lms.papers.rules import Item, Wanted, available


def papers() -> Sequence[Paper]:
    """The papers in sight, newest first."""
    return db.session.scalars(select(Paper).order_by(Paper.id.desc())).all()


def paper(paper_id: int) -> Paper:
    return find(Paper, paper_id)


def slots(paper_id: int) -> Sequence[PaperSlot]:
    """The slots of a paper in order, with their versions."""
    query = select(PaperSlot).where(PaperSlot.paper_id == paper_id).order_by(PaperSlot.number)
    loaded = selectinload(PaperSlot.version).selectinload(QuestionVersion.abilities)
    return db.session.scalars(query.options(loaded)).all()


def items(banks: Sequence[int], pools: Sequence[Pool], day: date) -> list[Item]:
    """The questions that a paper may take, as the draw sees them."""
    query = usable(banks, pools, day).options(selectinload(QuestionVersion.abilities))
    return [
        Item(one.id, one.type, frozenset(ability.competency_id for ability in one.abilities))
        for one in db.session.scalars(query)
    ]


def versions(ids: Sequence[int]) -> dict[int, QuestionVersion]:
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


def stock(
    banks: Sequence[int], abilities: Sequence[tuple[int, str]], day: date
) -> list[tuple[str, list[tuple[int, int]]]]:
    """What these banks hold: a line an ability, a column a type that a machine can mark.

    Each cell: how many in the examination pool, how many in the open bank.
    """
    exam, opened = items(banks, [Pool.EXAM], day), items(banks, [Pool.OPEN], day)
    kinds = [kind for kind in QuestionType if kind.by_machine]
    return [
        (
            name,
            [
                tuple(available(Wanted(ability_id, kind, 0), pool) for pool in (exam, opened))
                for kind in kinds
            ],
        )
        for ability_id, name in abilities
    ]


def release_of(paper_id: int) -> PaperRelease | None:
    """The release by which a paper reaches the reader, if one does."""
    query = select(PaperRelease).where(
        PaperRelease.paper_id == paper_id, PaperRelease.ended_at.is_(None)
    )
    return db.session.scalar(query.order_by(PaperRelease.id).limit(1))
