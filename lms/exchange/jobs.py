"""What the worker does with an import of questions, and what it needs of the house."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lms.access.permissions import Permission
from lms.exchange import committing, returning, services, staging
from lms.exchange.staging import Store
from lms.jobs.rules import Handler, Progress
from lms.web.here import secret, settings
from lms.words import N_

Args = dict[str, Any]
KEEP = Permission.KEEP_BANK


def store() -> Store:
    """Where files lie, and with which key."""
    return Store(settings().var, secret("cipher"))


def reading(args: Args, state: Args, now: datetime) -> Iterator[Progress]:
    return staging.read(args["import_id"], store(), now, args.get("url", ""))


def writing(args: Args, state: Args, now: datetime) -> Iterator[Progress]:
    return committing.write(args["import_id"], store(), now, args.get("url", ""))


def taking_back(args: Args, state: Args, now: datetime) -> Iterator[Progress]:
    return returning.take_back(args["import_id"], now, args.get("url", ""))


HANDLERS: dict[str, Handler] = {
    services.READ: Handler(N_("读取题库文件"), reading, KEEP),
    services.WRITE: Handler(N_("带入试题"), writing, KEEP),
    services.TAKE_BACK: Handler(N_("撤回带入的试题"), taking_back, KEEP),
}
