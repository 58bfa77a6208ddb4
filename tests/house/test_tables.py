"""Every table says who sees it, or stands on this short list of tables everyone may read."""

import re
from pathlib import Path

from lms.access.scope import Scoped
from lms.db import Base

OPEN_TABLES = {
    # names and shape of units are not secret
    "org_unit",
    "unit_span",
    # reference data
    "framework",
    "competency",
    "project",
    "law_edition",
    "hour_rule",
    "holiday_year",
    # read only while signing in, and by the gate
    "past_password",
    "device",
    "sign_in",
    "wrong_answers",
    "bank_named",
    # the last short number that was given out
    "number_series",
    # the worker's own
    "due_thing",
    # what kind of house this is: read by commands alone
    "house",
}
HOUSE_WRITERS = {
    "lms/access/scope.py",
    "lms/exams/publishing.py",
    "lms/exams/releasing.py",
    "lms/exams/services.py",
    "lms/learning/services.py",
}


def test_every_table_is_scoped_or_listed(app):
    unscoped = {
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if not issubclass(mapper.class_, Scoped)
    }
    assert unscoped == OPEN_TABLES


def test_only_the_listed_services_write_for_the_house():
    found = {
        str(file)
        for file in Path("lms").rglob("*.py")
        if re.search(r"the_house_writes\(", file.read_text())
    }
    assert found <= HOUSE_WRITERS


def test_no_relationship_lists_rows_of_another_room(app):
    """Lists of someone else's rows are queries: person.attempts does not exist."""
    for mapper in Base.registry.mappers:
        for relation in mapper.relationships:
            if relation.uselist:
                here = mapper.class_.__module__.split(".")[1]
                there = relation.mapper.class_.__module__.split(".")[1]
                assert here == there, f"{mapper.class_.__name__}.{relation.key}"
