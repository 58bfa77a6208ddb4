"""How much of a file an answer carries: a part to a player, the rest to a download. Pure."""

import re
from collections.abc import Iterable, Iterator
from threading import BoundedSemaphore

from lms.errors import TooMany

PART = 1024 * 1024  # bytes of a reply to a player at most: a slow phone holds no worker
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def stretch(asked: str, size: int, most: int | None) -> tuple[int, int]:
    """The first and the last byte of the answer. What is no range is no question for a part.

    most: bytes of one answer; none: all that is asked for, so that a broken download goes on
    where it broke off. Nothing is there where the first lies behind the last.
    """
    found = RANGE.fullmatch(asked)
    if not found or not (found[1] or found[2]):
        return 0, size - 1
    if not found[1]:  # the last so many
        first, last = max(size - int(found[2]), 0), size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
    return first, last if most is None else min(last, first + most - 1)


class Places:
    """So many downloads at once: each goes on as slowly as its line, and holds a thread."""

    def __init__(self, most: int) -> None:
        self._free = BoundedSemaphore(most)

    def take(self) -> "Place":
        """A place until it is left. Raises TooMany where there is none."""
        if not self._free.acquire(blocking=False):
            raise TooMany("现在下载的人多，请过一两分钟再点一次。")
        return Place(self._free)


class Place:
    """One of them; left once, by whoever comes first: the end of the file, or of the line."""

    def __init__(self, free: BoundedSemaphore) -> None:
        self._free: BoundedSemaphore | None = free

    def leave(self) -> None:
        free, self._free = self._free, None
        if free is not None:
            free.release()

    def held_by(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The blocks; afterwards, however it ends, the place is free."""
        try:
            yield from blocks
        finally:
            self.leave()
