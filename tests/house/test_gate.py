"""Every view says what it needs, and every page is where its name says."""

import inspect
import re
from pathlib import Path

from lms.access.permissions import OPEN, SIGNED_IN, TICKET, Permission

TEMPLATES = Path("templates")
RENDERS = re.compile(r"render_template\(\s*\"([^\"]+)\"")
# Pages that several views share, or that a file outside a room's views renders.
SHARED = {"base.html", "busy.html", "refusal.html"}


def test_every_view_is_labelled(app):
    for name, view in app.view_functions.items():
        label = getattr(view, "needs", None)
        assert label, f"{name} has no label"
        for need in label:
            assert need in (OPEN, SIGNED_IN, TICKET) or isinstance(need, Permission), name


def test_a_view_renders_its_own_template(app):
    for name, view in app.view_functions.items():
        room, _, page = name.partition(".")
        for template in RENDERS.findall(inspect.getsource(view)):
            assert template in SHARED or template.split("/")[0] == room, (name, template)
            assert (TEMPLATES / template).is_file(), (name, template)


def test_no_template_is_left_without_a_view():
    named = set()
    for file in Path("lms").rglob("*.py"):
        named |= set(re.findall(r"[\w\-]+/[\w\-]+\.html", file.read_text()))
    for file in TEMPLATES.rglob("*.html"):
        path = file.relative_to(TEMPLATES).as_posix()
        if not path.startswith("_parts/") and path not in SHARED:
            assert path in named, path


def test_what_changes_something_is_never_a_get(app):
    """A view that takes a post takes nothing else, but for a form that shows itself again."""
    for rule in app.url_map.iter_rules():
        methods = rule.methods - {"OPTIONS", "HEAD"}
        assert methods <= {"GET", "POST"}, rule
