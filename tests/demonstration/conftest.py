"""One county of the demonstration, on both databases, loaded once for all of its tests."""

import shutil
from datetime import date
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
from tests.conftest import FrozenClock, app_on, make_schema

COUNTY = "140827"  # 垣曲县
TODAY = date(2026, 11, 23)


def new_database(request, folder):
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("empty_database"), folder)
        return f"sqlite:///{file}"
    from tests import postgres

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    postgres.postgres_url_for(worker, make_schema)
    return postgres.fresh_copy(f"{worker}_demonstration")


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def loaded(request, tmp_path_factory):
    """The house with 垣曲县 in it, the accounts, and what was said meanwhile."""
    folder = tmp_path_factory.mktemp("demonstration")
    app = app_on(new_database(request, folder), folder, FrozenClock())
    said = []
    with app.app_context():
        with seeing_everything():
            load_reference(FrozenClock()())
            finish()
        accounts = load(app, lambda *line: said.append(line), {COUNTY})
        with seeing_everything():
            yield SimpleNamespace(app=app, accounts=accounts, said=said)
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
