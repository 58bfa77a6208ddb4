"""How much work something is, counted instead of timed: the same on every machine."""

import sys
from collections.abc import Callable


def calls(do: Callable[[], object]) -> int:
    """How many functions are begun while it is done, those written in C among them."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        do()
    finally:
        sys.setprofile(before)
    return count


def growth(do: Callable[[int], object], size: int) -> float:
    """How many times the work is done for twice the size; 4 where each looks at all the others."""
    do(size)  # what is made once, at the first use
    return calls(lambda: do(2 * size)) / calls(lambda: do(size))
