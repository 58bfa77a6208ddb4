"""The templates of the house: what every page knows stands in one dict, and is called at once."""

from collections.abc import MutableMapping
from keyword import iskeyword
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

# Functions of ours that want to know nothing of the page that calls them.
AT_ONCE = frozenset({"_", "asset", "city_mark", "csrf_token", "drawn_once", "icon", "url_for"})


class Written(CodeGenerator):
    """A page as Python. What is in AT_ONCE is called by itself, not through the page's context.

    The context looks at each call whether the function wants it, and takes the variables of loops
    and blocks with it: half of what saying a text cost.
    """

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        given = [*node.args, *node.kwargs]
        plain = isinstance(node.node, nodes.Name) and node.node.name in AT_ONCE
        starred = node.dyn_args or node.dyn_kwargs or any(iskeyword(one.key) for one in node.kwargs)
        if not plain or starred or forward_caller:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for one in given:
            self.visit(one, frame)
            self.write(", ")
        self.write(")")


class Pages(Environment):
    """No template is loaded with words of its own, so none needs a chain before the common ones.

    A chain is gone through anew for each of the dozen parts of a page: a fifth of the drawing.
    """

    code_generator_class = Written

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
