"""Starts the house: `python run.py` the demonstration, `python run.py --serve` a real city."""

import os
import sys
from typing import Any

# What was read once is kept as bytecode, also where the machine is told not to: else each of the
# three processes would read the whole house anew at every start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from lms.errors import Refusal  # noqa: E402 - after that


def create_app() -> Any:
    """The program, for `flask --app run …`, `flask --app run db …` too."""
    from lms.app import create_app
    from lms.commands.first_run import with_migrations

    app = create_app()
    with_migrations(app)
    return app


def web() -> Any:
    """The program for a WSGI server: our own web workers, or another."""
    from lms.commands.serving import begin_web, behind_the_first_page, loading

    begin_web()
    with loading():
        from lms.app import create_app

        app = create_app()
    behind_the_first_page()
    return app


def worker() -> None:
    """The one process beside the web workers."""
    from lms.commands.serving import loading, work

    with loading():
        from lms.app import create_app

        app = create_app()
    work(app)


def main(real: bool) -> None:
    from lms.commands.running import run

    def make_app(settings: Any) -> Any:
        from lms.app import create_app

        return create_app(settings)

    run(make_app, real)


if __name__ == "__main__":
    try:
        worker() if "--worker" in sys.argv[1:] else main("--serve" in sys.argv[1:])
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
