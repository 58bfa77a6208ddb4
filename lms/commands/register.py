"""Every command of the house, for `flask --app run …`."""

from flask import Flask

from lms.commands import keeping, models, orgs

COMMANDS = (*keeping.COMMANDS, *orgs.COMMANDS)
__all__ = ["install", "models"]


def install(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
