"""Looking at secrets: slow on purpose, and only so many at once, so that the rest goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.accounts.rules import Secret, typed_digits
from lms.ciphers import digest
from lms.errors import TooMany
from lms.settings import Settings

ARGON = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # Argon2id, 19 MiB
PATIENCE = 10.0  # seconds to wait for a turn


@cache
def _turns(at_once: int) -> BoundedSemaphore:
    return BoundedSemaphore(at_once)


@contextmanager
def _turn(house: Settings) -> Iterator[None]:
    turns = _turns(house.password_checks_at_once)
    if not turns.acquire(timeout=PATIENCE):
        raise TooMany("现在登录的人较多，请过一会儿再试。")
    try:
        yield
    finally:
        turns.release()


def _mixed(text: str, kind: Secret, house: Settings) -> str:
    """A PIN with the key that is not in the database: six digits alone are guessed in a second."""
    if kind is Secret.PASSWORD:
        return text
    return digest(typed_digits(text), house.secrets["pin"], "pin")


def hashed(text: str, kind: Secret, house: Settings) -> str:
    """What to keep of a new PIN or password."""
    with _turn(house):
        return ARGON.hash(_mixed(text, kind, house))


def matches(kept: str | None, text: str, kind: Secret, house: Settings) -> bool:
    """Whether a secret is the one kept; takes as long where nothing is kept."""
    with _turn(house):
        try:
            return ARGON.verify(kept or _nothing(), _mixed(text, kind, house)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nothing() -> str:
    return ARGON.hash("nobody's")
