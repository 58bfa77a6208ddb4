"""The numbered steps lead to the tables that the models speak of, and a broken step to nothing."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import MetaData, Table, insert, select

from lms.app import create_app
from lms.commands import database
from lms.commands.first_run import upgrade
from lms.courses.models import LessonVersion
from lms.courses.rules import LessonKind
from lms.db import Base, db
from lms.exams.models import Assessment, Result, Verdict
from lms.learning.models import LessonRead
from lms.ledger.models import HourEntry
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


FIRST = "2026-11-23 08:00:00"
# A city that has held an assessment, as step 0001 keeps it: parent before child.
ROWS = (
    ("org_unit", {"code": "1408", "name": "某市", "kind": "city", "path": "/1/", "place": 1}),
    ("person", {"org_id": 1, "name": "王一", "pinyin": "wangyi", "short_number": "100001"}),
    ("bank", {"code": "b", "title": "题库", "org_id": 1, "made_at": FIRST}),
    ("paper", {"bank_id": 1, "title": "卷", "minutes": 60, "points": 100, "made_at": FIRST}),
    (
        "assessment",
        {"org_id": 1, "title": "测评", "paper_id": 1, "questions": 1, "points": 100}
        | {"opens_at": FIRST, "closes_at": "2026-11-24 08:00:00", "minutes": 60, "attempts": 1}
        | {"pass_mark": 60, "shuffled": False, "confirmed_at": FIRST, "made_at": FIRST},
    ),
    (
        "attempt",
        {"assessment_id": 1, "person_id": 1, "org_id": 1, "number": 1, "paper_id": 1, "seed": 7}
        | {"started_at": FIRST, "ends_at": FIRST, "submitted_at": FIRST, "turn": 1},
    ),
    (
        "result",
        {"assessment_id": 1, "person_id": 1, "org_id": 1, "attempt_id": 1, "earned": 80}
        | {"points": 100, "passed": True, "level": "良好", "abilities": "{}"}
        | {"published_at": FIRST},
    ),
    (
        "verdict",
        {"assessment_id": 1, "person_id": 1, "org_id": 1, "attempt_id": 1, "passed": True}
        | {"sat_at": FIRST, "recorded_at": FIRST},
    ),
    (
        "hour_entry",
        {"person_id": 1, "org_id": 1, "kind": "online", "hours": Decimal("1.35")}
        | {"earned_on": date(2026, 11, 23), "rule": "lesson", "recorded_at": FIRST},
    ),
    ("course", {"org_id": 1, "code": "c", "title": "课", "summary": "", "made_at": FIRST}),
    (
        "lesson",
        {
            "course_id": 1,
            "number": 1,
            "title": "第一课",
            "text": "正文。",
            "minutes": 4,
            "hours": 0.5,
        },
    ),
    ("lesson_read", {"person_id": 1, "org_id": 1, "lesson_id": 1, "read_at": FIRST}),
)


def test_a_city_of_the_first_step_keeps_its_assessments_and_lessons(app):
    """A verdict goes on counting, a result standing, and the order of options is that of before.

    What a lesson taught is its first version.
    """
    upgrade(app, "0001")
    with app.app_context(), db.engine.begin() as connection:
        for table, known in ROWS:
            _put(connection, table, known)
    upgrade(app)
    with app.app_context(), db.engine.connect() as connection:
        row = connection.execute(select(Assessment.__table__)).mappings().one()
        assert (row["options_shuffled"], row["which_counts"]) == (False, "best")
        assert connection.execute(select(Verdict.__table__.c.counts)).scalars().all() == [True]
        stands = select(Result.__table__.c.number, Result.__table__.c.replaced_at)
        assert connection.execute(stands).all() == [(1, None)]
        assert connection.execute(select(HourEntry.__table__.c.hundredths)).scalars().all() == [135]
        taught = select(LessonVersion.__table__.c["kind", "text", "minutes", "made_at"])
        assert connection.execute(taught).all() == [
            (LessonKind.TEXT, "正文。", 4, datetime.fromisoformat(FIRST).replace(tzinfo=UTC))
        ]
        assert connection.execute(select(LessonRead.__table__.c.version_id)).scalars().all() == [1]


def _put(connection, name, known):
    """A row of a table as it is now; what must be said besides is said somehow."""
    table = Table(name, MetaData(), autoload_with=connection)
    filled = {
        column.name: _something(column)
        for column in table.columns
        if not column.nullable and not column.primary_key and column.server_default is None
    }
    values = {**filled, **known}
    typed = {key: _typed(table.columns[key], value) for key, value in values.items()}
    connection.execute(insert(table).values(typed))


def _something(column):
    some = {datetime: FIRST, date: date(2026, 11, 23), bool: False, str: "x", dict: {}}
    return some.get(column.type.python_type, 0)


def _typed(column, value):
    kind = column.type.python_type
    if kind is datetime and isinstance(value, str):
        return datetime.fromisoformat(value)
    return json.loads(value) if kind is dict and isinstance(value, str) else value


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
