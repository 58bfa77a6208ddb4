"""The numbered steps lead to the tables that the models speak of, and a broken step to nothing."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations

from lms.app import create_app
from lms.commands import database
from lms.commands.first_run import upgrade
from lms.db import Base, db
from lms.settings import HOME, Settings
from tests import postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Settings of a place without any table."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    url = "" if request.param == "sqlite" else postgres.bare(f"{worker}_steps")
    return Settings(var=tmp_path, database_url=url, testing=True)


@pytest.fixture
def app(place):
    app = create_app(place)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_the_steps_give_the_tables_of_the_models(app):
    upgrade(app)
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_steps_are_numbered_without_a_gap():
    files = sorted((HOME / "migrations" / "versions").glob("*.py"))
    assert [file.name[:5] for file in files] == [f"{n:04}_" for n in range(1, len(files) + 1)]


def test_a_step_that_breaks_changes_nothing(app, place, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("the power went")

    monkeypatch.setattr(Operations, "batch_alter_table", broken)
    with pytest.raises(RuntimeError, match="the power went"):
        upgrade(app)
    with database.connected(place) as connection:
        assert database.tables(connection) - {"alembic_version"} == set()
