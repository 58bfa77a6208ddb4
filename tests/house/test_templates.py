"""Pages: they compile, speak only through gettext, and carry no script or style in line."""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes

from lms.menu import RAIL, TABS
from lms.settings import HOME
from tests.conftest import FrozenClock, app_on

TEMPLATES = HOME / "templates"
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
TRANSLATED = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
IN_LINE = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=|<script\b(?![^>]*\ssrc=)|<style\b|javascript:""", re.I
)
PAGES = sorted(file.relative_to(TEMPLATES).as_posix() for file in TEMPLATES.rglob("*.html"))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The program as it is put together; pages are read from it, and no database is."""
    return app_on("sqlite://", tmp_path_factory.mktemp("var"), FrozenClock())


@pytest.fixture(scope="module")
def parts():
    """The macros alone, outside a page."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: text, lambda one, many, n: one if n == 1 else many, newstyle=True
    )
    return lambda name: env.get_template(f"_parts/{name}.html").module


def outside_gettext(tree: nodes.Node) -> Iterator[str]:
    """Every Chinese text of a template that no translator would meet."""
    said = {
        id(argument)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATED
        for argument in call.args
    }
    for text in tree.find_all(nodes.TemplateData):
        if CHINESE.search(text.data):
            yield text.data.strip()
    for text in tree.find_all(nodes.Const):
        if isinstance(text.value, str) and CHINESE.search(text.value) and id(text) not in said:
            yield text.value


def in_line(env: Environment, source: str) -> list[str]:
    """What the browser would refuse: style and script written into the page."""
    kinds = ((kind, value) for _, kind, value in env.lex(source))
    html = "".join(value if kind == "data" else "\ufffc" for kind, value in kinds)
    return IN_LINE.findall(html)


def test_every_page_compiles_in_the_house_that_is_strict(house):
    assert house.jinja_env.undefined is StrictUndefined
    assert [page for page in PAGES if house.jinja_env.get_template(page).name != page] == []


def test_no_chinese_text_stands_outside_gettext(house):
    parsed = {page: house.jinja_env.parse((TEMPLATES / page).read_text()) for page in PAGES}
    found = {page: list(outside_gettext(tree)) for page, tree in parsed.items()}
    assert {page: texts for page, texts in found.items() if texts} == {}


def test_no_style_and_no_script_is_written_into_a_page(house):
    found = {page: in_line(house.jinja_env, (TEMPLATES / page).read_text()) for page in PAGES}
    assert {page: slips for page, slips in found.items() if slips} == {}


def test_the_walls_themselves_would_see_a_slip(house):
    tree = house.jinja_env.parse("标题{{ '正文' }}{{ _('好' ~ '的') }}{{ _('好的') }}")
    assert list(outside_gettext(tree)) == ["标题", "正文", "好", "的"]
    assert len(in_line(house.jinja_env, "<p style='a' onclick=b><script>c</script>")) == 3
    assert in_line(house.jinja_env, """<script src="{{ asset('a') }}" defer></script>""") == []


def test_every_icon_that_is_asked_for_is_drawn(parts):
    icons = parts("icons")
    drawn = {*icons.strokes, *icons.synonyms}
    asked = {entry.icon for entry in (*RAIL, *TABS)}
    for page in PAGES:
        asked |= set(re.findall(r"\bicon\('(\w+)'\)", (TEMPLATES / page).read_text()))
    assert asked - drawn == set()
    assert set(icons.synonyms.values()) <= set(icons.strokes)


@given(numerator=st.integers(0, 10**6), denominator=st.integers(1, 10**6))
def test_a_rate_is_rounded_half_up_to_two_places(parts, numerator, denominator):
    shown = str(parts("tables").percent(numerator, denominator))
    hundredths = int(shown.removesuffix("%").replace(".", ""))
    error = hundredths - Fraction(10000 * numerator, denominator)
    assert Fraction(-1, 2) < error <= Fraction(1, 2)


def test_nothing_and_zero_are_different(parts):
    tables = parts("tables")
    assert "—" in tables.number(None) and ">0<" in tables.number(0)
    assert "—" in tables.rate(0, 0) and "0.00%" in tables.rate(0, 38)
    assert "97.37%" in tables.rate(37, 38) and "37/38" in tables.rate(37, 38)


# ── the tokens ──────────────────────────────────────────────────────────────────────────────────

STYLES = [HOME / "static/css" / f"{name}.css" for name in ("tokens", "elements", "parts")]
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", STYLES[0].read_text()))
GROUNDS = ("ground", "paper", "sunk", "info-ground")
READ = [
    *product(("ink", "muted", "link", "bad"), GROUNDS),
    *(("ok", ground) for ground in ("ok-ground", "paper")),
    *(("warn", ground) for ground in ("warn-ground", "paper", "ground")),
    *(("bad", ground) for ground in ("bad-ground", "paper")),
    *(("paper", ground) for ground in ("red", "red-deep", "ink")),
]
SEEN = [*product(("edge", "ring"), ("paper", "ground")), ("ok", "line")]


def light(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(c * weight for c, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(COLOURS[one]), light(COLOURS[other])))
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_read_on_its_ground():
    assert [pair for pair in READ if contrast(*pair) < 4.5] == []


def test_edges_and_rings_can_be_seen():
    assert [pair for pair in SEEN if contrast(*pair) < 3] == []


def test_every_colour_is_a_token():
    for style in STYLES[1:]:
        assert set(re.findall(r"#[0-9a-f]{3,6}\b", style.read_text())) <= {"#777"}


def test_the_style_stays_small():
    assert sum(len(style.read_bytes()) for style in STYLES) < 26_000
