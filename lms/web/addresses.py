"""Addresses learn how they are written when one of them first is: at a start, most never are."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class Address(Rule):
    """A rule that makes its builders when asked: they took four fifths of opening a house."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        name = "_build_unknown" if append_unknown else "_build"

        def first(rule: Address, **values: Any) -> tuple[str, str]:
            made = super()._compile_builder(append_unknown)
            setattr(rule, name, made.__get__(rule, None))
            return made(rule, **values)

        return first
