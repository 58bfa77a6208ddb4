"""The templates of the house: what every page knows stands in one dict."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class Pages(Environment):
    """No template is loaded with words of its own, so none needs a chain before the common ones.

    A chain is gone through anew for each of the dozen parts of a page: a fifth of the drawing.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
