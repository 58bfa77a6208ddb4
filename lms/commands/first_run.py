"""Fills an empty database: the tables, what every house knows, and the demonstration or a city."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lms.clock import system_clock
from lms.commands import database
from lms.commands.speech import Progress, say, told
from lms.settings import HOME, Settings

Maker = Callable[[Settings], Any]  # makes the app: the roof above this room
Accounts = list[dict[str, str]]  # {"role": …, "sign_in": …, "password" or "code": …}

DEMONSTRATION, CITY = "demonstration", "city"


def first_run(make_app: Maker, settings: Settings, kind: str) -> Accounts:
    """Fill an empty database: all of it, or nothing that the next run would stumble over."""
    progress = Progress()
    with database.whole(settings, kind):
        keep_accounts(settings, [])  # the demonstration's own rules hold from here
        with opened(make_app(settings)) as app:
            upgrade(app)
            mark(app, kind)
            progress(told("数据库"))
            accounts = FILL[kind](app, progress)
        keep_accounts(settings, accounts if kind == DEMONSTRATION else [])
    progress(told("准备完成"))
    return accounts


@contextmanager
def opened(app: Any) -> Iterator[Any]:
    """The app at work here; afterwards it holds no connection that a web worker would inherit."""
    from lms.db import db

    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def mark(app: Any, kind: str) -> None:
    """Write into the database what it is and which keys are its own; and what every house knows."""
    from lms.access.scope import seeing_everything
    from lms.commands.models import House, Kind
    from lms.competencies.services import load_reference
    from lms.db import db
    from lms.laws.services import load_register
    from lms.web import transaction

    keys = database.fingerprints(app.extensions["settings"].secrets)
    with seeing_everything():
        db.session.add(House(kind=Kind(kind), made_at=system_clock(), keys=keys))
        load_reference(system_clock())
        load_register(HOME / "question_banks", system_clock())
        transaction.finish()


def demonstration(app: Any, progress: Progress) -> Accounts:
    from lms.demonstration.load import load

    return load(app, progress)


def city(app: Any, progress: Progress) -> Accounts:
    """The three administrators. Their codes are said before this run counts as finished."""
    from lms.access.permissions import ROLE_NAMES
    from lms.accounts.issuing import first_administrators
    from lms.accounts.rules import shown_code
    from lms.web import transaction

    made = first_administrators(system_clock(), app.extensions["settings"])
    transaction.finish()
    progress(told("三位管理员"))
    say(told("三位管理员的登录号和一次性登录码，只显示这一次，请立即抄下，分别交给本人："))
    for role, _, number, code in made:
        say(line_of({"role": ROLE_NAMES[role], "sign_in": number, "code": shown_code(code)}))
    return []


def line_of(account: dict[str, str]) -> str:
    """An account as it is shown: who, and what to type."""
    role, *rest = account.values()
    return "  " + told("{role}：{rest}", role=told(role), rest="  ".join(rest))


FILL = {DEMONSTRATION: demonstration, CITY: city}


def upgrade(app: Any, revision: str = "head") -> None:
    """Bring the tables to a revision."""
    from alembic import command

    with app.app_context():
        command.upgrade(with_migrations(app).migrate.get_config(), revision)


def with_migrations(app: Any) -> Any:
    """Flask-Migrate on this app; only where steps are run, for it loads for a quarter second."""
    from flask_migrate import Migrate

    from lms.db import db

    if "migrate" not in app.extensions:
        Migrate(app, db, directory=str(HOME / "migrations"), render_as_batch=True)
    return app.extensions["migrate"]


def accounts_file(settings: Settings) -> Path:
    return settings.var / "demonstration.json"


def keep_accounts(settings: Settings, accounts: Accounts) -> None:
    """Write the accounts beside the database, for the owner's eyes only (0600)."""
    file = accounts_file(settings)
    if not settings.demonstration:
        return
    new = file.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump({"accounts": accounts}, out, ensure_ascii=False, indent=1)
    new.replace(file)


def read_accounts(settings: Settings) -> Accounts:
    file = accounts_file(settings)
    return json.loads(file.read_text())["accounts"] if file.exists() else []
