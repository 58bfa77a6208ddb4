"""The icons of every page, each drawn once: icon("upload") and city_mark() in any template."""

from functools import cache, cached_property
from typing import Any

from flask import Flask
from jinja2 import Environment
from markupsafe import Markup

PART = "_parts/icons.html"


class Icons:
    """A page shows dozens; the part that draws them is read once for all pages."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.icon = cache(lambda name: Markup(self._part.icon(name)))
        self.mark = cache(lambda: Markup(self._part.mark()))

    @cached_property
    def _part(self) -> Any:
        return self.env.get_template(PART).module


def install(app: Flask) -> None:
    drawn = Icons(app.jinja_env)
    app.jinja_env.globals.update(icon=drawn.icon, city_mark=drawn.mark)
