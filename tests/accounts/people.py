"""Accounts ready to use, and browsers to use them with."""

import re

from lms.accounts import hashing, issuing
from lms.accounts.entering import code_digest
from lms.accounts.models import Account, Slip
from lms.accounts.rules import Secret
from tests.conftest import Browser

PIN, PASSWORD = "704815", "Ting-yun-2026"


class Accounts:
    """Makes accounts with slips, PINs and passwords, and browsers that sign in."""

    def __init__(self, app, make):
        self.app, self.make = app, make
        self.house = app.extensions["settings"]

    def account(self, person, *, pin=None, password=None, **facts):
        kept = pin or password
        kind = Secret.PIN if pin else Secret.PASSWORD
        hash_ = hashing.hashed(kept, kind, self.house) if kept else None
        return self.make.keep(
            Account(
                person_id=person.id,
                org_id=person.org_id,
                made_at=self.make.clock(),
                pin_hash=hash_ if pin else None,
                password_hash=hash_ if password else None,
                **facts,
            )
        )

    def slip(self, person, **facts):
        """A slip in somebody's hand; its code."""
        code = issuing.new_code()
        self.make.keep(
            Slip(
                person_id=person.id,
                org_id=person.org_id,
                made_at=self.make.clock(),
                code_digest=code_digest(code, self.house),
                **facts,
            )
        )
        return code

    def cadre(self, name="王建国", **facts):
        """A cadre who has a slip and a PIN; and the slip's code."""
        person = self.make.person(name=name, **facts)
        self.account(person, pin=PIN)
        return person, self.slip(person, used_at=self.make.clock())

    def newcomer(self, name="王建国", **facts):
        """A cadre with a slip who has never signed in; and the slip's code."""
        person = self.make.person(name=name, **facts)
        self.account(person)
        return person, self.slip(person)

    def officer(self, unit, **facts):
        """An officer with a password."""
        person = self.make.officer(unit, **facts)
        self.account(person, password=PASSWORD)
        return person

    def phone(self, address="10.0.0.1"):
        return Phone(self.app.test_client(), address)


class Phone(Browser):
    """A browser at an address, that knows the steps of signing in."""

    def __init__(self, client, address):
        super().__init__(client)
        client.environ_base["REMOTE_ADDR"] = address
        client.environ_base["HTTP_USER_AGENT"] = "Mozilla (Linux; Android 9) MicroMessenger/8.0"

    def enter(self, name="", secret=PIN, code="", **more):
        data = {"sign-in-name": name, "sign-in-secret": secret, "sign-in-code": code}
        return self.post("/sign-in", {**data, **{f"sign-in-{k}": v for k, v in more.items()}})

    def remember(self, person, code, secret=PIN):
        """Sign in so that this device is remembered, and out again."""
        assert self.enter(person.short_number, secret, code, remember="y").status_code == 303
        assert self.post("/sign-out").status_code == 303

    def show(self, code):
        return self.post("/sign-in/slip", {"code": code})

    def choose(self, secret, again=None, **more):
        data = {"secret": secret, "again": secret if again is None else again, **more}
        return self.post("/sign-in/choose", data)

    def inside(self):
        return self.get("/own").status_code == 200


def words(answer) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
