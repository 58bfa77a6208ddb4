"""Starts the house: `python run.py` the demonstration, `python run.py --serve` a real city."""

import sys
from typing import Any

from lms.errors import Refusal


def create_app() -> Any:
    """The program, for `flask --app run …` and for any WSGI server."""
    from lms.app import create_app

    return create_app()


def web() -> Any:
    """The program inside one of our own web workers."""
    from lms.commands.serving import web

    return web(create_app)


def main(real: bool) -> None:
    from lms.commands.running import run

    def make_app(settings: Any) -> Any:
        from lms.app import create_app

        return create_app(settings)

    run(make_app, real)


if __name__ == "__main__":
    try:
        main("--serve" in sys.argv[1:])
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
