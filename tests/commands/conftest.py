"""Places to set up, back up and restore: a folder and an empty database, of either kind."""

from dataclasses import replace

import pytest

from lms.app import create_app
from lms.commands.first_run import mark, upgrade
from lms.db import db
from lms.keys import make_keys
from lms.settings import Settings
from tests import postgres
from tests.make import Make


@pytest.fixture
def places(tmp_path, request):
    """places("sqlite") → settings of a new, empty place; so does places("postgresql")."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    made = []

    def place(kind: str) -> Settings:
        made.append(tmp_path / f"house{len(made)}")
        url = "" if kind == "sqlite" else postgres.bare(f"{worker}_place{len(made)}")
        return Settings(var=made[-1], database_url=url, testing=True)

    return place


@pytest.fixture
def apps():
    """apps(settings) → the program around them; its connections are closed when the test ends."""
    made = []

    def app(settings: Settings):
        made.append(create_app(settings))
        return made[-1]

    yield app
    for one in made:
        with one.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def city(places, apps, clock):
    """city("sqlite") → the settings of a city with a few rows and one uploaded file."""

    def filled(kind: str) -> Settings:
        settings = places(kind)
        settings = replace(settings, secrets=make_keys(settings.var))
        app = apps(settings)
        with app.app_context():
            upgrade(app)
            mark(app, "city")
            make = Make(db.engine, clock)
            county = make.unit("垣曲县")
            make.person(make.unit("历山镇", under=county), name="王·䶮")
            make.session.close()
        upload = settings.var / "uploads" / "ab" / "roster.xlsx"
        upload.parent.mkdir(parents=True)
        upload.write_bytes(b"PK\x03\x04 a roster")
        return settings

    return filled
