"""Parts of a page that read the same for all who hold the same roles: drawn once, with gaps.

The gaps are the token of the reader's forms and the reader's name. A part is drawn without anybody:
what else of a person it asked for would not be there, and raise.
"""

import re
from collections.abc import Hashable
from types import SimpleNamespace

from flask import Flask, current_app, g
from markupsafe import Markup, escape

from lms.dice import token
from lms.web.forms import csrf_token, nobodys_page
from lms.web.language import locale, type_size

MARK = f"\ue003{token(9)}\ue003"  # around the name of a gap; nobody can write it into a text
GAPS = re.compile(f"{MARK}(\\w+){MARK}")
MOST = 2000  # of more all are drawn anew


def install(app: Flask) -> None:
    app.extensions["parts"] = {}
    app.jinja_env.globals["drawn_once"] = drawn_once


def gap(name: str) -> Markup:
    """Where something is filled in."""
    return Markup(f"{MARK}{name}{MARK}")  # noqa: S704 - a word of ours


def drawn_once(name: str, **facts: Hashable) -> Markup:
    """The part `_parts/NAME.html` for the reader of this page, in the own language and size.

    facts: all that it asks for beside these; drawn anew where one is another.
    """
    known: dict[Hashable, list[str]] = current_app.extensions["parts"]
    key = (name, _reading(), *facts.values())
    pieces = known.get(key)
    if pieces is None:
        if len(known) >= MOST:
            known.clear()
        pieces = known[key] = _drawn(name, facts)
    found = list(pieces)
    found[1::2] = [_filled(one) for one in pieces[1::2]]
    return Markup("".join(found))  # noqa: S704 - what a template has made, and what is escaped


def _reading() -> tuple[str, str]:
    """In which language and size somebody reads: asked once a page."""
    found = g.get("reading")
    if found is None:
        found = g.reading = (locale(), type_size())
    return found


def _filled(name: str) -> str:
    return csrf_token() if name == "token" else escape(g.me.name)


def _drawn(name: str, facts: dict[str, Hashable]) -> list[str]:
    language, size = _reading()
    nobody = SimpleNamespace(name=gap("name")) if g.get("me") else None
    page = current_app.jinja_env.get_template(f"_parts/{name}.html")
    with nobodys_page(gap("token")):
        return GAPS.split(page.render(locale=language, type_size=size, me=nobody, **facts))
