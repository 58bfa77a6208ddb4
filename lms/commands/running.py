"""`make run` and `make serve`, from the first look at the port to the last process ended."""

import os

from lms.commands import addresses, serving
from lms.commands.addresses import Place
from lms.commands.first_run import Accounts, Maker, accounts_file, line_of
from lms.commands.speech import say, told
from lms.commands.starting import make_ready
from lms.settings import Settings


def run(make_app: Maker, real: bool) -> None:
    """Make ready what is missing, serve, and end when told to."""
    os.umask(0o077)  # what is made here is for the owner alone
    place = Place.from_env()
    addresses.refuse_taken(place)
    settings, accounts = make_ready(make_app, real)
    serving.serve(settings, place, lambda: welcome(settings, place, accounts))


def welcome(settings: Settings, place: Place, accounts: Accounts) -> None:
    """Where to go and how to get in."""
    for line in addresses.shown(place):
        say(line)
    if accounts:
        say(told("演示账号（存于 {file}）：", file=accounts_file(settings)))
    for account in accounts:
        say(line_of(account))
    if not settings.demonstration and not settings.secure_cookies:
        say(told("提醒：正式使用请放在 HTTPS 之后，并设 LMS_HTTPS=1。"))
    say(told("按 Ctrl-C 停止。"))
