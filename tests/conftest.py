"""The test house: the real app, a fresh database per test, and time that stands still."""

import gc
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

# ruff: noqa: E402
gc.disable()  # until all is gathered: what is loaded stays, and was walked for a third of that time

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask, session
from hypothesis import HealthCheck, given
from hypothesis import settings as dice
from hypothesis import strategies as st
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, event

from lms.accounts import hashing
from lms.app import create_app
from lms.bare import Bare
from lms.ciphers import digest
from lms.commands import starting
from lms.commands.serving import RARELY
from lms.db import Base, db
from lms.exams.kept import Kept
from lms.keys import NAMES
from lms.settings import Settings
from lms.web import built as packed
from lms.web import compiled
from lms.web.forms import csrf_token
from tests.embedded import Embedded
from tests.make import Make

pytest_plugins = ["tests.postgres"]

HOUSES: dict[str, Flask] = {}  # one for each database that a worker has
TOKENS: dict[str, str] = {}  # of forms, by the seed of a session
COOKIES: dict[str, str] = {}  # of sessions, by their token: builders number it in each test anew
PAGES = Path()  # where compiled pages are kept, from the start of a run
SECRETS = {name: f"a key for tests, long enough: {name}" for name in NAMES}


AS_IN_USE = hashing.ARGON  # slow on purpose; nothing is guessed here, so tests do not wait
hashing.ARGON = PasswordHasher.from_parameters(CHEAPEST)
packed.BROTLI, packed.GZIP = 5, 1  # no test asks how small a file has become

# No law breaks because the machine is slow, and none by chance: each run tries the same examples.
# LMS_EXAMPLES=1000 tries so many others.
EXAMPLES = int(os.environ.get("LMS_EXAMPLES", "0"))
dice.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=EXAMPLES or 50,
    derandomize=not EXAMPLES,
)
dice.load_profile("unhurried")


@pytest.hookimpl(trylast=True)  # pytest has put together what shares a fixture by now
def pytest_collection_modifyitems(items):
    """A run on two processes gives one of them SQLite, the other PostgreSQL.

    Each begins with the first test of its half and takes from the end of the other's: there
    lies what is short and needs no database. So each prepares for one kind, and neither ends late.
    """
    heaps = {name: [] for name in ("browser", "sqlite", "", "postgresql")}
    for item in items:
        heaps[heap_of(item)].append(item)
    first = heaps["browser"] + heaps["sqlite"]
    more = max(0, len(items) // 2 - len(first))
    items[:] = first + heaps[""][:more] + heaps["postgresql"] + heaps[""][more:]


def heap_of(item) -> str:
    """A real browser takes longest; else the database that the test is run on."""
    if "chromium" in item.fixturenames:
        return "browser"
    given = getattr(item, "callspec", None)
    kinds = [kind for kind in given.params.values() if isinstance(kind, str)] if given else []
    return next((kind for kind in ("postgresql", "sqlite") if kind in kinds), "")


def pytest_configure(config):
    """Pages that were compiled once are kept beside the sources, until their writer changes."""
    global PAGES
    PAGES = config.cache.mkdir(f"pages-{sha256(compiled.WRITER.read_bytes()).hexdigest()[:8]}")


def pytest_collection_finish(session):
    """What was loaded by now stays: no search for rings walks it again.

    A page leaves some two hundred things in rings, a test some twelve hundred; what a search walks
    is mostly statements that are kept. So it looks when there are three million things more.
    """
    at_the_first_law()
    gc.collect()
    gc.freeze()
    gc.set_threshold(3_000_000, 20, 100)
    gc.enable()


@given(st.none())
def at_the_first_law(_):
    """Before the first of a process, Hypothesis has everything collected: now there is little."""


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish():
    """What is looked through here for what broke unseen is not looked through twice more."""
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(val, argname):
    """Bytes of a file are no name: they hold the moment it was made, which each worker has anew."""
    return argname if isinstance(val, bytes | bytearray) else None


class FrozenClock:
    """Stands still until a test moves it: 2026-11-23 17:00 in the city."""

    def __init__(self):
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


def app_on(url: str, var: Path, clock, **changes):
    settings = Settings(
        var=var, database_url=url, secrets=SECRETS, demonstration=True, testing=True, **changes
    )
    app = create_app(settings, clock=clock, dice=lambda: 7)
    with app.app_context():  # more kinds of statements are sent in a run than an engine keeps
        db.engine.update_execution_options(compiled_cache={})
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(PAGES))  # one for all tests
    return app


def make_schema(url: str) -> None:
    """All tables, as the models have them; test_migrations shows that migrations give the same."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


@pytest.fixture
def looks_for_rings():
    """They are looked for as on a server: whoever measures memory asks for it."""
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    yield
    gc.set_threshold(*before)


@pytest.fixture(scope="session")
def worker(request):
    """The name of this process among those of the run."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def once(tmp_path_factory, worker):
    """once(name, fill) → a folder that `fill(folder)` filled, for every process of this run."""
    from tests.postgres import locked  # pytest loads it as a plugin first

    base = tmp_path_factory.getbasetemp()
    place = base if worker == "main" else base.parent

    def made(name, fill) -> Path:
        folder, half = place / name, place / f"{name}.half"
        with locked(place / f"{name}.lock"):
            if not folder.exists():
                half.mkdir()
                fill(half)
                half.rename(folder)
        return folder

    return made


@pytest.fixture(scope="session")
def built(once, request):
    """What each start makes of the sources, kept from run to run as a start keeps it.

    build(settings) lays a copy there; parts: only these of its folders.
    """
    from tests.postgres import locked  # pytest loads it as a plugin first

    kept = request.config.cache.mkdir("built")

    def fill(there):
        with locked(kept / "lock"):
            starting.build(create_app, Settings(var=kept, testing=True))
            shutil.copytree(kept, there, dirs_exist_ok=True, ignore=shutil.ignore_patterns("lock"))
            for page in (kept / "templates").glob("*.cache"):
                with suppress(OSError):  # it is there, or this disk knows no second name
                    os.link(page, PAGES / page.name)

    folder = once("built", fill)

    def build(settings: Settings, *parts: str) -> None:
        for part in parts or [part.name for part in folder.iterdir()]:
            shutil.copytree(folder / part, settings.var / part, dirs_exist_ok=True)

    return build


@pytest.fixture(scope="session")
def empty_database():
    """Built once, to be copied. In memory where that can be: none waits for a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        file = Path(folder, "empty.sqlite")
        make_schema(f"sqlite:///{file}")
        yield file


@pytest.fixture(scope="session")
def embedded(empty_database):
    """The one database that this worker's tests on SQLite share."""
    here = Embedded(empty_database)
    yield here
    leave(HOUSES.pop(here.url, None))
    here.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, worker):
    """An empty database with the schema. Every test that asks for the app runs on both kinds."""
    if request.param == "sqlite":
        embedded = request.getfixturevalue("embedded")
        if not embedded.emptied():
            leave(HOUSES.get(embedded.url))
            embedded.renew()
        return embedded.url
    from tests import postgres  # pytest loads it as a plugin first

    url = postgres.postgres_url_for(worker, make_schema)
    postgres.empty(url)
    return url


@pytest.fixture
def clock():
    return FrozenClock()


@pytest.fixture
def app(database_url, clock, tmp_path):
    """The house as every test finds it. Its doors are hung once: that takes longer than most tests.

    Who alters the house itself (a view more, a handler) asks for `own_app` in its place.
    """
    if database_url not in HOUSES:
        HOUSES[database_url] = app_on(database_url, tmp_path, clock)
    app = HOUSES[database_url]
    settings = replace(app.extensions["settings"], var=tmp_path, demonstration=True)
    app.extensions.update(settings=settings, clock=clock)
    Kept.drop_all()
    yield app
    with app.app_context():
        db.session.remove()  # to connect anew costs more than most tests


@pytest.fixture
def own_app(database_url, clock, tmp_path):
    app = app_on(database_url, tmp_path, clock)
    yield app
    leave(app)


def leave(app):
    """Of its database, with all connections."""
    if app is not None:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def make(app, clock):
    with app.app_context():
        make = Make(db.engine, clock)
    yield make
    make.close()


@pytest.fixture
def statements(app, monkeypatch):
    """`with statements() as seen:` → every statement that the program sent meanwhile."""
    execute = Bare.execute

    @contextmanager
    def watch():
        seen = []

        def note(connection, cursor, statement, *_):
            if not connection.get_execution_options().get("of_the_builders"):
                seen.append(statement)

        with app.app_context():
            engine = db.engine

        def bare(line, asked, values):
            seen.append(str(asked))
            return execute(line, asked, values)

        event.listen(engine, "before_cursor_execute", note)
        monkeypatch.setattr(Bare, "execute", bare)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)
            monkeypatch.setattr(Bare, "execute", execute)

    return watch


@pytest.fixture
def client(app):
    return Browser(app.test_client())


@pytest.fixture
def sign_in(app, make):
    """sign_in(person) → a browser of that person."""

    def as_(person):
        token = make.sign_in(person)
        client = app.test_client()
        if token in COOKIES:
            client.set_cookie("lms", COOKIES[token])
            return Browser(client)
        with client.session_transaction() as cookie:
            cookie["token"] = token
            cookie["csrf"] = "the same in every test"
        COOKIES[token] = client.get_cookie("lms").value
        return Browser(client)

    return as_


class Browser:
    """A test client that sends the token of its session with every post."""

    def __init__(self, client):
        self.client = client

    def get(self, url, **more):
        return self.client.get(url, **more)

    def post(self, url, data=None, **more):
        headers = {"X-CSRF-Token": self.token(), **more.pop("headers", {})}
        data = data if data is None else {"csrf_token": self.token(), **data}
        return self.client.post(url, data=data, headers=headers, **more)

    def token(self) -> str:
        """As the pages of its session have it; for each seed it is made once."""
        seed = self.seed()
        if seed not in TOKENS:
            with self.client.application.test_request_context():
                session["csrf"] = seed
                TOKENS[seed] = csrf_token()
        return TOKENS[seed]

    def seed(self) -> str:
        app, sent = self.client.application, self.client.get_cookie("lms")
        signer = app.session_interface.get_signing_serializer(app)
        kept = signer.loads(sent.value).get("csrf") if sent else None
        if kept is None:
            with self.client.session_transaction() as cookie:
                kept = cookie.setdefault("csrf", "the same in every test")
        return kept


def token_digest(token: str) -> str:
    return digest(token, SECRETS["session"], "sign-in")
