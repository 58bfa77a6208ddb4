"""Makes the methods of dataclasses at their first use: a house that opens needs few of them.

The house has five hundred dataclasses. Python writes the source of up to six methods for each and
compiles it, a sixth of what a start takes, and most are never called before the first page is
seen. Where Python makes them in another way, this does nothing, and a start takes a little longer.
"""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

MAKER = "_create_fn"  # until Python 3.12; later ones compile all methods of a class at once


@contextmanager
def lightly() -> Iterator[None]:
    """Classes that are made within get each method when it is first called."""
    make = getattr(dataclasses, MAKER, None)
    if make is None:
        yield
        return
    setattr(dataclasses, MAKER, lambda name, *how, **more: _later(name, make, how, more))
    try:
        yield
    finally:
        setattr(dataclasses, MAKER, make)


def _later(
    name: str, make: Callable[..., Any], how: tuple[Any, ...], more: dict[str, Any]
) -> Callable[..., Any]:
    """What stands in a method's place until it is called, then gives the place to it."""

    def first(self: Any, *given: Any, **named: Any) -> Any:
        made = make(name, *how, **more)
        made.__qualname__ = first.__qualname__
        for kind in type(self).__mro__:
            if kind.__dict__.get(name) is first:
                setattr(kind, name, made)
        return made(self, *given, **named)

    first.__name__ = name
    return first
