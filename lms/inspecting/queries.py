"""Looking up bundles, and what they can be made of. The scope is already on every query."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.classes.models import TrainingClass
from lms.db import db, find
from lms.exams.models import Assessment, NamedOfficer
from lms.inspecting.models import InspectionBundle
from lms.orgs.queries import subtrees

SHOWN = 50


def bundles(**about: int) -> Sequence[InspectionBundle]:
    """The bundles in sight, the latest first. about: of one class, of one assessment."""
    query = select(InspectionBundle).options(joinedload(InspectionBundle.org)).filter_by(**about)
    return db.session.scalars(query.order_by(InspectionBundle.id.desc()).limit(SHOWN)).all()


def bundle(bundle_id: int) -> InspectionBundle:
    """One of them. Raises NotFound."""
    return find(InspectionBundle, bundle_id)


def classes(paths: Sequence[str]) -> Sequence[TrainingClass]:
    """The classes that the units under these paths organise, the latest first."""
    query = select(TrainingClass).options(joinedload(TrainingClass.org))
    mine = TrainingClass.org_id.in_(subtrees(paths))
    return db.session.scalars(
        query.where(mine, TrainingClass.opened_at.is_not(None))
        .order_by(TrainingClass.from_on.desc(), TrainingClass.id.desc())
        .limit(SHOWN)
    ).all()


def assessments(paths: Sequence[str], named: int | None) -> Sequence[Assessment]:
    """The assessments of the units under these paths; named: those this person is named for."""
    query = select(Assessment).options(joinedload(Assessment.org))
    query = query.where(Assessment.org_id.in_(subtrees(paths)), Assessment.posts.is_(None))
    if named is not None:
        mine = select(NamedOfficer.assessment_id).where(NamedOfficer.person_id == named)
        query = query.where(Assessment.id.in_(mine))
    return db.session.scalars(
        query.order_by(Assessment.opens_at.desc(), Assessment.id.desc()).limit(SHOWN)
    ).all()
