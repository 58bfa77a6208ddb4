"""Builders. Each makes one valid thing; a test names only what it is about.

They hold a session of their own, so that no request finds an object already in memory.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.permissions import Role
from lms.access.scope import EVERYTHING
from lms.accounts.models import Means, SignIn
from lms.ciphers import digest
from lms.orgs.models import OrgUnit, UnitSpan
from lms.orgs.rules import UnitKind
from lms.people.models import Person, Posting, RoleHeld
from lms.people.rules import Post

BEGAN = date(2020, 1, 1)


class Make:
    def __init__(self, engine, clock):
        self.session = Session(engine, info={"scope": EVERYTHING}, expire_on_commit=False)
        self.clock = clock
        self.count = 0

    def keep(self, thing):
        self.session.add(thing)
        self.session.commit()
        return thing

    def next(self) -> int:
        self.count += 1
        return self.count

    def all(self, table):
        self.session.expire_all()
        return self.session.scalars(select(table).order_by(table.id)).all()

    # who ---------------------------------------------------------------

    def unit(self, name="某县", under=None, kind=UnitKind.COUNTY, code=None):
        parent = under.id if under else None
        unit = OrgUnit(name=name, kind=kind, parent_id=parent, path="", code=code, opened_on=BEGAN)
        self.keep(unit)
        unit.path = f"{under.path if under else '/'}{unit.id}/"
        self.session.add(UnitSpan(org_id=unit.id, name=name, parent_id=parent, from_on=BEGAN))
        return self.keep(unit)

    def person(self, org=None, post=Post.VPS, name="张三", **facts):
        """A person posted in a unit; post=None for one who is posted nowhere."""
        org = org or self.unit()
        number = self.next()
        person = self.keep(
            Person(
                name=name,
                pinyin="",
                short_number=f"{100000 + number}",
                org_id=org.id,
                recorded_at=self.clock(),
                **facts,
            )
        )
        if post is not None:
            self.posting(person, org, post)
        return person

    def posting(self, person, org, post=Post.VPS, from_on=BEGAN, to_on=None, **facts):
        return self.keep(
            Posting(
                person_id=person.id,
                org_id=org.id,
                post=post,
                from_on=from_on,
                to_on=to_on,
                recorded_at=self.clock(),
                **facts,
            )
        )

    def role(self, person, role, org, from_on=BEGAN, to_on=None):
        return self.keep(
            RoleHeld(
                person_id=person.id,
                role=role,
                org_id=org.id,
                from_on=from_on,
                to_on=to_on,
                given_at=self.clock(),
            )
        )

    def officer(self, org, role=Role.COUNTY_OFFICER, name="李四"):
        """Somebody who holds a role for a unit and is no cadre."""
        person = self.person(org, post=None, name=name)
        self.role(person, role, org)
        return person

    def sign_in(self, person) -> str:
        """An open session; its token."""
        from tests.conftest import SECRETS

        token = f"token {self.next()}"
        self.keep(
            SignIn(
                token_digest=digest(token, SECRETS["session"], "sign-in"),
                person_id=person.id,
                means=Means.PASSWORD,
                address="",
                started_at=self.clock(),
                seen_at=self.clock(),
            )
        )
        return token
