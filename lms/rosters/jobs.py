"""What the worker does with an import, and what it needs of the house."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lms.access.permissions import Permission
from lms.jobs.rules import Handler, Progress
from lms.rosters import services
from lms.rosters.committing import write
from lms.rosters.returning import take_back
from lms.rosters.staging import House, read
from lms.web.here import settings
from lms.words import N_

Args = dict[str, Any]
KEEP = Permission.KEEP_ROSTER


def house() -> House:
    """Where files lie, with which keys, and whether invented numbers are taken."""
    here = settings()
    return House(here.var, here.secrets, here.demonstration)


def reading(args: Args, state: Args, now: datetime) -> Iterator[Progress]:
    return read(args["import_id"], house(), now, args.get("url", ""))


def writing(args: Args, state: Args, now: datetime) -> Iterator[Progress]:
    return write(args["import_id"], house(), now, args.get("url", ""))


def taking_back(args: Args, state: Args, now: datetime) -> Iterator[Progress]:
    return take_back(args["import_id"], house(), now, args.get("url", ""))


HANDLERS: dict[str, Handler] = {
    services.READ: Handler(N_("读取名册"), reading, KEEP),
    services.WRITE: Handler(N_("导入名册"), writing, KEEP),
    services.TAKE_BACK: Handler(N_("撤回名册"), taking_back, KEEP),
}
