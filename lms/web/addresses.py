"""Addresses learn how they are written when one of them first is: at a start, most never are."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, url_for
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


def install(app: Flask) -> None:
    app.extensions["doors"] = {}
    app.jinja_env.globals["url_for"] = address


def address(endpoint: str, **values: Any) -> str:
    """What `url_for` says; where nothing is filled in, it is the same on every page."""
    if values or endpoint.startswith("."):
        return url_for(endpoint, **values)
    known: dict[str, str] = current_app.extensions["doors"]
    if endpoint not in known:
        known[endpoint] = url_for(endpoint)
    return known[endpoint]
