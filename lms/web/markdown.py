"""Markdown to clean HTML. What people typed is rendered nowhere else, and never trusted."""

import re
from functools import lru_cache

import nh3
from markdown import Markdown
from markdown.inlinepatterns import HtmlInlineProcessor, InlineProcessor, SimpleTextInlineProcessor
from markupsafe import Markup

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "strong", "em", "ul", "ol", "li", "blockquote"),
    *("table", "thead", "tbody", "tr", "th", "td", "code", "pre", "sub", "sup", "del"),
}
CLEANER = nh3.Cleaner(tags=TAGS, attributes={}, url_schemes=set(), link_rel=None)
SHORT = 2000  # characters: a stem or an option, shown again to each who sits the same paper


def rendered(text: str, pictures: str = "") -> Markup:
    """The text as HTML with our own short list of tags, no attributes, and only our own pictures.

    pictures: as in `shown`.
    """
    made = Markdown(extensions=["tables", "sane_lists"], output_format="html")
    made.ESCAPED_CHARS = [*made.ESCAPED_CHARS, "<"]  # \\<div> in a question about web pages
    made.inlinePatterns.register(_PictureProcessor(PICTURE, made), "picture", 195)
    html = CLEANER.clean(made.convert(text))
    html = KEPT_PICTURE.sub(lambda found: _picture(found, pictures), html)
    return Markup(html)  # noqa: S704 - cleaned in these very lines


# ── texts of questions ──────────────────────────────────────────────────────────────────────────

PICTURE = r"!\[((?:\\.|[^\]\\])*)\]\(pic:([0-9a-f]{32})\)"
LOW_LINES = r"(_{3,})"  # a blank, or a line to write on; never bold type
FEW_TAGS = r"(</?(?:sub|sup|del)>|<br\s*/?>)"
OPENS, BETWEEN, CLOSES = "\ue010", "\ue011", "\ue012"  # around a picture until all is clean
KEPT_PICTURE = re.compile(f"{OPENS}([0-9a-f]{{32}}){BETWEEN}([^{CLOSES}]*){CLOSES}")
# What a question has no use for, and what its plain words would now and then be taken for.
NO_BLOCKS = ("code", "reference", "setextheader", "hr")
NO_MARKS = (
    *("image_link", "link", "reference", "image_reference", "short_reference", "short_image_ref"),
    *("autolink", "automail", "html"),
)


def shown(text: str, pictures: str = "") -> Markup:
    """A text of a question as HTML: line ends are kept, and only our own pictures are shown.

    pictures: the address before the name of a picture; without it, what a picture shows is said.
    """
    html = _clean(text) if len(text) <= SHORT else _cleaned(text)
    if OPENS in html:
        html = KEPT_PICTURE.sub(lambda found: _picture(found, pictures), html)
    return Markup(html)  # noqa: S704 - `_cleaned`, and a picture's words with it


def in_line(html: Markup) -> Markup:
    """The same without its paragraph, where it is but one: an option, a point of a rubric."""
    one = html.startswith("<p>") and html.find("</p>") == len(html) - len("</p>")
    return html[len("<p>") : -len("</p>")] if one else html


def _cleaned(text: str) -> str:
    """The text as clean HTML; where a picture stands, its name and its words between marks."""
    made = Markdown(extensions=["tables", "sane_lists", "nl2br"], output_format="html")
    made.ESCAPED_CHARS = [*made.ESCAPED_CHARS, "<"]
    made.preprocessors.deregister("html_block")
    for name in NO_BLOCKS:
        made.parser.blockprocessors.deregister(name)
    for name in NO_MARKS:
        made.inlinePatterns.deregister(name)
    made.inlinePatterns.register(_PictureProcessor(PICTURE, made), "picture", 195)
    made.inlinePatterns.register(SimpleTextInlineProcessor(LOW_LINES), "low lines", 175)
    made.inlinePatterns.register(HtmlInlineProcessor(FEW_TAGS, made), "few tags", 90)
    return CLEANER.clean(made.convert(text))


_clean = lru_cache(maxsize=16_384)(_cleaned)  # the texts of some thousand questions


def _picture(found: re.Match[str], pictures: str) -> str:
    """Its words are clean already; in an attribute, quotes are not allowed either."""
    alt = found[2].replace('"', "&quot;")
    if not pictures:
        return f"〔{alt}〕"
    return f'<img src="{pictures}{found[1]}" alt="{alt}">'


class _PictureProcessor(InlineProcessor):
    """A picture of ours, as a text that no cleaner takes for a tag."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - so called by the library
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        alt = re.sub(r"\\(.)", r"\1", m[1])
        return f"{OPENS}{m[2]}{BETWEEN}{alt}{CLOSES}", m.start(0), m.end(0)
