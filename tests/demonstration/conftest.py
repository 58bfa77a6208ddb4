"""One county of the demonstration, on both databases, loaded once for all of its tests."""

import json
import os
import shutil
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from lms.access.scope import seeing_everything
from lms.competencies.services import load_reference
from lms.db import db
from lms.demonstration.load import load
from lms.people.models import Person
from lms.training.models import Cohort
from lms.web.transaction import finish
from tests import postgres
from tests.conftest import FrozenClock, app_on, make_schema

COUNTY = "140827"  # 垣曲县
TODAY = date(2026, 11, 23)
FILE = "demonstration"


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def loaded(request, once, worker, tmp_path_factory):
    """The house with 垣曲县 in it, the accounts, and what was said meanwhile.

    It is laid down once a run for each kind; every process looks at a copy of its own.
    """
    kind = request.param
    if kind == "postgresql":
        postgres.postgres_url_for(worker, make_schema)  # the server, and the tables to copy

    def lay_down(var):
        if kind == "sqlite":
            shutil.copy(request.getfixturevalue("empty_database"), var / FILE)
        else:
            postgres.fresh_copy(FILE)
        with leaving(app_on(address(kind, var), var, FrozenClock())) as app:
            with seeing_everything():
                load_reference(FrozenClock()())
                finish()
            said = []
            accounts = load(app, lambda *line: said.append(line), {COUNTY})
        (var / "told.json").write_text(json.dumps([accounts, said], default=str))

    var = tmp_path_factory.mktemp("demonstration") / "var"
    shutil.copytree(once(f"demonstration_{kind}", lay_down), var)
    if kind == "postgresql":
        postgres.copied(address(kind, var), address(kind, var, worker))
    accounts, said = json.loads((var / "told.json").read_text())
    there = app_on(address(kind, var, worker), var, FrozenClock())
    with leaving(there) as app, seeing_everything():
        yield SimpleNamespace(app=app, accounts=accounts, said=said)


def address(kind, var, whose=""):
    """Of the database with the county in it; whose: the copy of a process."""
    if kind == "sqlite":
        return f"sqlite:///{var / FILE}"
    return postgres.url(Path(os.environ[postgres.PLACE]), f"{FILE}_{whose}" if whose else FILE)


@contextmanager
def leaving(app):
    """Inside the house, and out of its database at the end."""
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def count(table, *where):
    return db.session.scalar(select(func.count()).select_from(table).where(*where))


def account(loaded, word):
    return next(one for one in loaded.accounts if word in one["role"])


def person(account):
    number = account["sign_in"]
    return db.session.scalar(select(Person).where(Person.short_number == number))


def main_cohort():
    return db.session.scalar(select(Cohort).where(Cohort.title.contains("村干部")))
