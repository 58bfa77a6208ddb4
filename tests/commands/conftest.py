"""Places to set up, back up and restore: a folder and an empty database, of either kind."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import JSON, Boolean, Date, Enum, Integer, Numeric

from lms.app import create_app
from lms.commands import first_run, restore
from lms.commands.backup import backup
from lms.commands.database import State, connected, look, revisions
from lms.commands.first_run import mark, upgrade
from lms.db import Base, Utc, db
from lms.keys import make_keys
from lms.settings import Settings
from tests import postgres


@pytest.fixture
def places(tmp_path, worker):
    """places("sqlite") → settings of a new, empty place; so does places("postgresql")."""
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


def value(column, row: int, day: int):
    """A plausible value for any column; keys point to the row of the same number."""
    kind = column.type
    reversal = row == 2 and "reverses_id" in column.table.columns  # the one thing below nothing
    plain = {
        Integer: -30 if reversal and column.name == "hundredths" else row,
        Boolean: row == 1,
        Numeric: Decimal("12.50"),
        Date: date(2026, 1, 1) + timedelta(days=day),
        Utc: datetime(2026, 1, 1, microsecond=row, tzinfo=UTC) + timedelta(days=day),
        JSON: {"历山": ["镇", row, None, 1.5, {"a": "\u2028\n\t"}]},
    }
    if isinstance(kind, Enum):
        return list(kind.enum_class)[0]
    found = next((given for sort, given in plain.items() if isinstance(kind, sort)), None)
    return f"䶮·{column.name} {row}"[: kind.length or 40] if found is None else found


# Where one of two must be said and the other not: which in the first row, which in the second.
ONE_OF_TWO = {
    "allowance": ("person_id", "org_id"),
    "inspection_bundle": ("class_id", "assessment_id"),
}
ANOTHER = {"numbers_asked": "decided_by"}  # a second person, not the one who asked


def _given(table, row: int):
    """The columns that a row says: all that must be said, in the second all there are."""
    either = ONE_OF_TWO.get(table.name, ())
    said = [one for one in table.columns if row == 2 or not one.nullable]
    chosen = [table.columns[name] for name in either[row - 1 : row]]
    return [one for one in said if one.name not in either] + chosen


def one_of_everything(connection):
    """Two rows in every table: one with nothing that may be left out, one with everything."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("pragma foreign_keys=off")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("set session_replication_role = replica")
    for table in Base.metadata.tables.values():
        connection.execute(table.delete())
        for row in (1, 2):
            given = _given(table, row)
            values = {column.name: value(column, row, day) for day, column in enumerate(given)}
            if (second := ANOTHER.get(table.name)) in values:
                values[second] += 1
            connection.execute(table.insert().values(values))
        if connection.dialect.name == "postgresql" and table.autoincrement_column is not None:
            connection.exec_driver_sql(f"alter sequence {table.name}_id_seq restart with 3")
    connection.commit()


def copy_tables(ready: Settings, settings: Settings) -> None:
    """What the steps made in one place, copied to an empty one of the same kind."""
    if ready.database_url:
        return postgres.copied(ready.database_url, settings.database)
    with connected(ready) as there, connected(settings) as empty:
        return there.backup(empty)


def filled(settings: Settings, ready: Settings) -> Settings:
    """A city with rows in every table, and one uploaded file, is laid down there.

    ready: where the tables are, to be copied.
    """
    settings = replace(settings, secrets=make_keys(settings.var))
    copy_tables(ready, settings)
    app = create_app(settings)
    with app.app_context():
        mark(app, "city")
        with db.engine.connect() as connection:
            one_of_everything(connection)
        db.session.remove()
        db.engine.dispose()
    upload = settings.var / "uploads" / "ab" / "roster.xlsx"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"PK\x03\x04 a roster")
    return settings


@pytest.fixture(scope="session")
def first_of_its_kind(with_tables, tmp_path_factory, worker):
    """first_of_its_kind("sqlite") → settings of such a city, to be copied and never touched."""
    made: dict[str, Settings] = {}

    def first(kind: str) -> Settings:
        if kind not in made:
            url = "" if kind == "sqlite" else postgres.bare(f"{worker}_first")
            var = tmp_path_factory.mktemp("first") / "house"
            place = Settings(var=var, database_url=url, testing=True)
            made[kind] = filled(place, with_tables(kind))
        return made[kind]

    return first


@pytest.fixture(scope="session")
def with_tables(tmp_path_factory, worker):
    """with_tables("sqlite") → settings of a place where the steps were run, and nothing else."""
    made: dict[str, Settings] = {}

    def place(kind: str) -> Settings:
        if kind not in made:
            url = "" if kind == "sqlite" else postgres.bare(f"{worker}_with_tables")
            var = tmp_path_factory.mktemp("tables")
            made[kind] = Settings(var=var, database_url=url, testing=True)
            app = create_app(made[kind])
            upgrade(app)
            with app.app_context():
                db.engine.dispose()
        return made[kind]

    return place


@pytest.fixture
def tables_at_hand(with_tables, monkeypatch):
    """Whoever asks for the newest tables in an empty place gets a copy of those that were made.

    What the steps themselves do is proved where they are run: a second or three each time.
    """

    def laid(app, revision="head"):
        settings = app.extensions["settings"]
        newest = revision in ("head", revisions()[-1])
        if not newest or look(settings).state is not State.EMPTY:
            return upgrade(app, revision)
        with app.app_context():
            db.engine.dispose()
        kind = settings.database.partition(":")[0].partition("+")[0]
        return copy_tables(with_tables(kind), settings)

    monkeypatch.setattr(first_run, "upgrade", laid)
    monkeypatch.setattr(restore, "upgrade", laid)


@pytest.fixture(scope="session")
def archived(first_of_its_kind, tmp_path_factory):
    """archived("sqlite") → what a backup of such a city says, and its file; made once."""
    made = {}

    def archive(kind: str):
        if kind not in made:
            file = tmp_path_factory.mktemp("archived") / "kept.zip"
            made[kind] = backup(first_of_its_kind(kind), file), file
        return made[kind]

    return archive


@pytest.fixture
def city(places, first_of_its_kind):
    """city("sqlite") → settings of a city with rows in every table, and one uploaded file."""

    def copied(kind: str) -> Settings:
        first, here = first_of_its_kind(kind), places(kind)
        shutil.copytree(first.var, here.var)
        if kind == "postgresql":
            postgres.copied(first.database_url, here.database_url)
        return replace(here, secrets=first.secrets)

    return copied
