"""What was answered in the demonstration is added up at once, as the worker does every hour."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.access.permissions import Role
from lms.analyses import answered, topics
from lms.analyses.tallying import tally_due
from lms.bank.models import Question, QuestionVersion
from lms.bank.pools import set_pool
from lms.bank.rules import Pool
from lms.db import db, find
from lms.demonstration.city import City
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY
from lms.orgs.models import OrgUnit
from lms.people.models import Person
from lms.people.rules import Assignment, Me
from lms.web import transaction
from lms.words import N_

RELEASED = 3  # questions whose text may be told
WHY = N_("答错的人多，出库后用于讲评；以后的试卷不再用这道题。")


def leave_analyses(city: City, offices: Sequence[Office]) -> None:
    """The sums that the pages about papers, abilities and topics read; some questions are told."""
    for _ in tally_due(city.now):
        transaction.finish()
    _release(city, next(one for one in offices if (one.role, one.unit) == (Role.TRAINER, CITY)))
    transaction.finish()
    city.say(N_("作答汇总"))


def _release(city: City, office: Office) -> None:
    """What most people missed leaves examination, so that it can be talked over with them."""
    top = find(OrgUnit, city.id)
    found = answered.gather([top.path], None, city.today)
    asked = topics.known(found, found.whole, lambda place: [place.version_id])
    told = [(key, one) for key, one in asked.items() if one.told and one.missed]
    most = sorted(told, key=lambda each: (each[1].share, each[0]))[:RELEASED]
    versions = [version_id for version_id, _known in most]
    query = select(QuestionVersion.question_id).where(QuestionVersion.id.in_(versions))
    exam = query.join(Question).where(Question.pool == Pool.EXAM)
    person = find(Person, office.person.id)
    held = Assignment(office.role, top.id, top.path, top.name)
    me = Me(person.id, person.name, top.id, (held,))
    set_pool(db.session.scalars(exam).all(), Pool.PRACTICE, city.now, me, WHY)
