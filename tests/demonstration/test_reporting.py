"""An incident was read and decided, and a class is evaluated by three angles."""

from sqlalchemy import select

from lms.classes import angles
from lms.classes.models import TrainingClass
from lms.db import db
from lms.demonstration.classes import ENDED
from lms.incidents.models import Incident
from lms.incidents.rules import State
from lms.incidents.services import stands


def test_one_incident_is_closed_and_one_class_has_been_judged_from_three_angles(loaded):
    (incident,) = db.session.scalars(select(Incident)).all()
    assert stands(incident) is State.CLOSED
    assert (len(incident.readings), len(incident.decisions)) == (2, 2)
    query = select(TrainingClass).where(TrainingClass.title == ENDED.title)
    found = db.session.scalars(query).one()
    words = list(angles.words(found.id).values())
    told = angles.teachers_said(found, words)
    assert len(words) == 2 and any(opinion for _who, opinion, _offices in told)
    assert told and all(len(offices) == 2 for _who, _opinion, offices in told)
