"""`make run` and `make serve`, from the first look at the port to the last process ended."""

import os
import sys

from lms.commands import addresses, serving
from lms.commands.addresses import Place
from lms.commands.first_run import Accounts, Maker, accounts_file, line_of
from lms.commands.speech import say, told
from lms.commands.starting import make_ready
from lms.settings import Settings

READY = "LMS_READY"  # set for the second life of this process, so that there is no third


def run(make_app: Maker, real: bool) -> None:
    """Make ready what is missing, serve, and end when told to."""
    os.umask(0o077)  # what is made here is for the owner alone
    place = Place.from_env()
    addresses.refuse_taken(place)
    settings, accounts = make_ready(make_app, real)
    begin_light()
    serving.serve(settings, place, lambda: welcome(settings, place, accounts))


def begin_light() -> None:
    """After a set-up, start anew: what it loaded would weigh on every process for months."""
    if "flask" in sys.modules and os.environ.get(READY) is None:
        os.environ[READY] = "1"
        sys.stdout.flush()
        os.execv(sys.executable, sys.orig_argv)


def welcome(settings: Settings, place: Place, accounts: Accounts) -> None:
    """Where to go and how to get in."""
    for line in addresses.shown(place):
        say(line)
    if accounts:
        say(told("演示账号（存于 {file}）：", file=accounts_file(settings)))
    elif settings.demonstration:
        say(told("演示账号不在备份里，见原来的 demonstration.json。"))
    for account in accounts:
        say(line_of(account))
    if not settings.demonstration and not settings.secure_cookies:
        say(told("提醒：正式使用请放在 HTTPS 之后，并设 LMS_HTTPS=1。"))
    say(told("按 Ctrl-C 停止。"))
