"""Addresses learn how they are written when one of them first is: at a start, most never are."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request, url_for
from werkzeug.routing import Rule

STAND_IN = 899_999_999_999_999_000  # and those above it: no row has such a number


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
    """What `url_for` says. An address of numbers alone is learnt once, and only filled in then."""
    if not all(type(one) is int or one == "" for one in values.values()):
        return url_for(endpoint, **values)
    if endpoint.startswith("."):
        endpoint = f"{request.blueprint}{endpoint}"
    known: dict[Any, tuple[str, ...]] = current_app.extensions["doors"]
    shape = (endpoint, *values, *[one == "" for one in values.values()])
    if shape not in known:
        known[shape] = _learnt(endpoint, values)
    text, *gaps = known[shape]
    return text % tuple([values[name] for name in gaps]) if gaps else text


def _learnt(endpoint: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """An address with %s for each number, and their names in that order; without any, itself."""
    stand_in = {STAND_IN + place: name for place, name in enumerate(values) if values[name] != ""}
    said = url_for(endpoint, **{**values, **{name: one for one, name in stand_in.items()}})
    if not stand_in:
        return (said,)
    gaps = re.compile("|".join(map(str, stand_in)))
    names = [stand_in[int(one)] for one in gaps.findall(said)]
    return (gaps.sub("%s", said.replace("%", "%%")), *names)


def came_from() -> str:
    """The page of this house that the request came from; never another house's."""
    where = urlsplit(request.referrer or "")
    if where.netloc != request.host or not where.path.startswith("/"):
        return "/"
    return where.path + (f"?{where.query}" if where.query else "")


def can_be_opened(path: str) -> bool:
    """Whether a page stands there: forms are sent to places that may have none."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(urlsplit(path).path, "GET")
