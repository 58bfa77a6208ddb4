"""A part that asks for nothing of its page is read once for all pages, and no other is."""

import pytest
from jinja2 import meta, nodes

from lms.settings import HOME
from tests.conftest import FrozenClock, app_on

TEMPLATES = HOME / "templates"
IMPORTS = (nodes.Import, nodes.FromImport)


@pytest.fixture(scope="module")
def trees(tmp_path_factory):
    """Every template, parsed; and what all of them know."""
    env = app_on("sqlite://", tmp_path_factory.mktemp("var"), FrozenClock()).jinja_env
    files = sorted(TEMPLATES.rglob("*.html"))
    found = {file.relative_to(TEMPLATES).as_posix(): env.parse(file.read_text()) for file in files}
    return found, set(env.globals)


def asks_nothing(tree, known):
    """Macros alone, of words that every template knows; nothing is said while it is read."""
    inside = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    if meta.find_undeclared_variables(tree) - known - inside:
        return False
    for part in tree.body:
        blank = isinstance(part, nodes.Output) and all(
            isinstance(piece, nodes.TemplateData) for piece in part.nodes
        )
        plain = isinstance(part, nodes.Assign) and part.find(nodes.Call) is None
        if not (blank or plain or isinstance(part, (nodes.Macro, *IMPORTS))):
            return False
    return True


def read_once(trees, known):
    """The parts that ask for nothing, and whose own parts do not either."""
    uses = {
        name: [one.template.value for one in tree.find_all(IMPORTS)] for name, tree in trees.items()
    }
    found = {name for name, tree in trees.items() if asks_nothing(tree, known)}
    while less := {name for name in found if not found.issuperset(uses[name])}:
        found -= less
    return found


def test_a_part_is_read_with_each_page_only_where_it_asks_for_something_of_it(trees):
    pages, known = trees
    once = read_once(pages, known)
    wrong = [
        f"{name}:{one.lineno} {one.template.value}"
        for name, tree in pages.items()
        for one in tree.find_all(IMPORTS)
        if one.with_context == (one.template.value in once)
    ]
    assert wrong == []


def test_what_a_part_asks_for_is_seen(trees):
    _, known = trees
    env = trees[0]["base.html"].environment
    free = "{% macro a(b) %}{% set c = b %}{{ _('好') }}{{ c }}{% endmacro %}"
    assert asks_nothing(env.parse(free), known)
    assert not asks_nothing(env.parse("{% macro a() %}{{ me.name }}{% endmacro %}"), known)
    assert not asks_nothing(env.parse("{% set said = _('好') %}" + free), known)
