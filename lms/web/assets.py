"""Gives templates the address of a static file, and the files to whoever asks for them."""

import re
from functools import cache
from wsgiref.headers import Headers

from flask import Flask, current_app
from whitenoise import WhiteNoise

from lms.settings import HOME, Settings
from lms.web import built

SOURCES = HOME / "static"
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


@cache
def names_in_memory() -> dict[str, str]:
    """The names alone, for a house that was not built: tests of pages, commands."""
    return built.built(SOURCES).names


def names() -> dict[str, str]:
    """Source path → hashed path of every static file of this house."""
    here = current_app.extensions  # each look through a proxy is three calls
    if "assets" not in here:
        made = built.read_manifest(here["static_folder"])
        here["assets"] = made.get("names") or names_in_memory()
    return here["assets"]


def asset(name: str) -> str:
    """The address of a static file: asset('js/page.js') → /static/js/page.0123456789ab.js."""
    return f"/static/{names()[name]}"


def no_guessing(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


def install(app: Flask, settings: Settings) -> None:
    """Serve what `built.write` left in var/static, packed and to be kept for ever."""
    folder = settings.var / "static"
    app.extensions["static_folder"] = folder
    app.jinja_env.globals["asset"] = asset
    if folder.is_dir():
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=folder,
            prefix="static/",
            max_age=60,
            immutable_file_test=lambda path, url: bool(HASHED.search(url)),
            add_headers_function=no_guessing,
            allow_all_origins=False,
        )
