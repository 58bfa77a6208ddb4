"""Every command of the house, for `flask --app run …`."""

from flask import Flask

from lms.commands import accounts, audit, bank, keeping, laws, models, orgs, people, reports

ROOMS = (keeping, orgs, people, bank, laws, reports, accounts, audit)
COMMANDS = tuple(command for room in ROOMS for command in room.COMMANDS)
__all__ = ["install", "models"]


def install(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
