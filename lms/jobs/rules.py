"""What a job is made of. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from lms.access.permissions import Permission
from lms.words import N_

LEASE = timedelta(seconds=60)  # a worker that is silent for so long has died
TRIES = 3
SLICE = 0.2  # seconds; a longer slice would keep others from saving


class JobStatus(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


# Who may have asked for a job, and finds it again; of others' only who keeps the system sees any.
P = Permission
ASKING = (P.KEEP_SYSTEM, P.KEEP_ROSTER, P.RUN_TRAINING, P.KEEP_BANK, P.READ_AUDIT)

STATUS_NAMES: dict[JobStatus, str] = {
    JobStatus.QUEUED: N_("排队中"),
    JobStatus.RUNNING: N_("进行中"),
    JobStatus.DONE: N_("已完成"),
    JobStatus.FAILED: N_("未完成"),
}


@dataclass(frozen=True)
class Progress:
    """The end of a slice. `state` is what the job needs to go on from here after a break.

    `line` and `result` are shown to the person: a sentence, and plain values (an address "url"
    among them is where the finished job leads).
    """

    done: int
    total: int
    state: dict[str, Any] = field(default_factory=dict)
    line: str = ""
    result: dict[str, Any] = field(default_factory=dict)


Work = Callable[[dict[str, Any], dict[str, Any], datetime], Iterator[Progress]]


@dataclass(frozen=True)
class Handler:
    """How a kind of job is done: `work(args, state, now)` yields at the end of each slice.

    A slice may be repeated after a break, so it starts from `state` alone. `permission` is what
    the person needs, asked anew when the job starts.
    """

    title: str
    work: Work
    permission: Permission


@dataclass(frozen=True)
class Due:
    """What is done by the clock: `act(now)`, every so often."""

    name: str
    every: timedelta
    act: Callable[[datetime], object]
