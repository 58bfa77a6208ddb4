"""What the tests of this room share."""

from contextlib import contextmanager

import pytest

from lms.access.permissions import Permission, Role
from lms.access.scope import set_scope
from lms.audit.models import AuditEntry
from lms.audit.rules import Actor
from lms.audit.services import acting
from lms.db import db
from lms.gate import scope_for
from lms.orgs.rules import UnitKind
from lms.people.facts import PersonFacts
from lms.people.queries import assignments
from lms.people.rules import Me
from tests.conftest import SECRETS


class City:
    """A city of two counties, with a township and two villages in the first, and its officers."""

    def __init__(self, make):
        self.make = make
        self.top = make.unit("某市", kind=UnitKind.CITY)
        self.county = make.unit("甲县", under=self.top)
        self.other = make.unit("乙县", under=self.top)
        self.township = make.unit("历山镇", under=self.county, kind=UnitKind.TOWNSHIP)
        self.upper = make.unit("上王村", under=self.township, kind=UnitKind.VILLAGE)
        self.lower = make.unit("下王村", under=self.township, kind=UnitKind.VILLAGE)
        self.afar = make.unit("远村", under=self.other, kind=UnitKind.VILLAGE)
        self.officer = make.officer(self.county, name="赵县")
        self.of_township = make.officer(self.township, Role.TOWNSHIP_OFFICER, name="钱乡")
        self.stranger = make.officer(self.other, name="孙县")
        self.of_city = make.officer(self.top, Role.CITY_OFFICER, name="李市")
        self.security = make.officer(self.top, Role.SECURITY_ADMIN, name="周安")


@pytest.fixture
def city(make):
    return City(make)


@pytest.fixture
def keys():
    return SECRETS


@pytest.fixture
def within(app, clock):
    """with within(officer): … what one request of that person does; committed at the end."""

    @contextmanager
    def of(person, *permissions):
        with app.app_context():
            set_scope(scope_for(person.id, list(permissions or [Permission.KEEP_ROSTER]), clock()))
            acting(Actor(person.id, name=person.name))
            yield
            db.session.commit()

    return of


@pytest.fixture
def me_of(app, clock):
    """The signed-in person, as the gate would know them. Call it inside `within`."""

    def me(person) -> Me:
        return Me(person.id, person.name, person.org_id, assignments(person.id, clock().date()))

    return me


@pytest.fixture
def acts(make):
    """acts() → the acts in the log, in order."""
    return lambda: [entry.act for entry in make.all(AuditEntry)]


WANG = PersonFacts(
    name="王建国",
    number="A-1",
    sex="男",
    born="1970-03-05",
    id_number="990827197003050017",
    phone="12012345678",
)
