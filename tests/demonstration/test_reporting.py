"""An incident was read and decided, and a class is evaluated by three angles."""

from sqlalchemy import select

from lms.analyses import answered, topics
from lms.classes import angles
from lms.classes.models import TrainingClass
from lms.db import db
from lms.demonstration.classes import ENDED
from lms.exams.deferred import Deferral
from lms.incidents.models import Incident
from lms.incidents.rules import State
from lms.incidents.services import stands
from lms.orgs.models import OrgUnit
from lms.reports.models import NumbersAsked
from tests.demonstration.conftest import TODAY


def test_one_incident_is_closed_and_one_class_has_been_judged_from_three_angles(loaded):
    (incident,) = db.session.scalars(select(Incident)).all()
    assert stands(incident) is State.CLOSED
    assert (len(incident.readings), len(incident.decisions)) == (2, 2)
    query = select(TrainingClass).where(TrainingClass.title == ENDED.title)
    found = db.session.scalars(query).one()
    words = list(angles.words(found.id).values())
    told = angles.teachers_said(found, words, TODAY)
    assert len(words) == 2 and any(opinion for _who, opinion, _offices in told)
    assert told and all(len(offices) == 2 for _who, _opinion, offices in told)


def test_numbers_and_a_deferral_wait_and_questions_are_told(loaded):
    """A request on the county's desk, one agreed to; one 缓考 holds, one waits; of what was missed
    most the text is told."""
    assert sorted(str(one) for one in db.session.scalars(select(NumbersAsked.agreed))) == [
        "None",
        "True",
    ]
    asked = db.session.scalars(select(Deferral)).all()
    assert [one.approved for one in sorted(asked, key=lambda one: one.id)] == [True, None]
    top = db.session.scalars(select(OrgUnit).where(OrgUnit.parent_id.is_(None))).one()
    told = topics.missed(answered.gather([top.path], None, TODAY)).questions
    assert told and all(stem for stem, _known in told)
