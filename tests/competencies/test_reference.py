"""The eight abilities are loaded once, and asked for by code."""

from lms.access.scope import seeing_everything
from lms.competencies import queries, services
from lms.competencies.models import Competency, Framework
from lms.db import db


def test_the_eight_abilities_are_loaded_once(app, make, clock):
    with app.app_context(), seeing_everything():
        for _ in range(2):
            services.load_reference(clock())
            db.session.commit()
    assert [row.code for row in make.all(Framework)] == ["EIGHT"]
    assert [row.code for row in make.all(Competency)] == [
        *("LRN", "POL", "INN", "DEV", "LAW", "MAS", "IMP", "RSK")
    ]


def test_an_ability_is_found_by_its_code(app, clock):
    with app.app_context(), seeing_everything():
        services.load_reference(clock())
        assert queries.abilities()["IMP"].name == "狠抓落实本领"
