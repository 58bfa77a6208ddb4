"""How long a session stays open. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from lms.access.permissions import ADMINISTRATORS, Role

IDLE = timedelta(minutes=30)  # then the page locks behind the PIN and loses nothing
IDLE_ADMINISTRATOR = timedelta(minutes=15)  # then an administrator is signed out
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # how often the last contact is written down


def idle_limit(roles: Iterable[Role]) -> timedelta:
    """How long a page may lie idle before it asks again."""
    return IDLE_ADMINISTRATOR if ADMINISTRATORS & set(roles) else IDLE


def idle(seen_at: datetime, now: datetime, roles: Iterable[Role]) -> bool:
    """Whether a session has lain idle too long."""
    return now - seen_at > idle_limit(roles)
