"""Turns the HTML of an exchange format into Markdown, and takes the pictures out of it."""

import base64
import binascii
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

import nh3
from markdownify import MarkdownConverter

from lms.errors import Invalid

LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>|&(?:[a-z]{2,8}|#\d{1,6});")
TAG = re.compile(r"<[^<>]*>")
PICTURE = re.compile(r'(<img\b[^<>]*?\bsrc=")([^"<>]*)(")', re.IGNORECASE)
INLINE = re.compile(r"data:image/(png|jpe?g|gif|bmp|webp);base64,(.*)", re.DOTALL | re.IGNORECASE)
MARK = re.compile(r"\*|<(?=[A-Za-z/!?])")
ENTITY = re.compile(r"&(?=#?\w{2,10};)")
FILE = "@@PLUGINFILE@@/"
KEPT = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "strong", "em", "b", "i", "ul", "ol", "li", "div"),
    *("blockquote", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "sub", "sup"),
    *("del", "a", "img"),
}
CLEANER = nh3.Cleaner(
    tags=KEPT,
    attributes={"img": {"src", "alt"}, "a": {"href"}, "td": {"colspan"}, "th": {"colspan"}},
    url_schemes={"http", "https", "data", "mailto"},
    link_rel=None,
)
SIMPLE = re.compile(r"(?:\s*<(?:p|div)>[^<>]*</(?:p|div)>)+\s*")  # nothing but paragraphs
DEEPEST = 200  # tags open at once, more than any page has
MOST = 3_000  # tags of one piece


@dataclass
class Pictures:
    """The pictures of one question: those its file holds, and those that its texts show.

    held: by the name in the file. shown: by the name in the Markdown. lacking: named, not there.
    """

    held: Mapping[str, bytes] = field(default_factory=dict)
    shown: dict[str, bytes] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)

    def name(self, source: str) -> str:
        """How the Markdown calls the picture that the HTML shows from `source`."""
        inline = INLINE.fullmatch(html.unescape(source))
        if inline:
            data = unpacked(inline[2])
            return self._kept(f"picture.{inline[1].lower()}", data) if data else ""
        name = unquote(html.unescape(source.removeprefix(FILE)))
        if name in self.held:
            return self._kept(name.rpartition("/")[2], self.held[name])
        self.lacking.append(name[:80])
        return name

    def _kept(self, name: str, data: bytes) -> str:
        """Two pictures of one name are told apart by a number."""
        name = re.sub(r"[\s()\[\]<>\"'\\]", "_", name)
        stem, dot, ending = name.rpartition(".")
        count = 1
        while self.shown.setdefault(name, data) != data:
            count += 1
            name = f"{stem}-{count}{dot}{ending}"
        return name


def unpacked(written: str) -> bytes:
    """The bytes behind base64; empty where it is none."""
    try:
        return base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


@dataclass
class Effort:
    """How many marks of a file may still be looked at: a page of a bank has few."""

    left: int = 60_000

    def spend(self, marks: int) -> None:
        self.left -= marks
        if self.left < 0:
            raise Invalid("文件里的网页格式（HTML）过多，不予读取。请分成几个文件后再上传。")


def markdown(written: str, pictures: Pictures | None = None, effort: Effort | None = None) -> str:
    """The Markdown of a piece of HTML. Pictures that it shows are put down in `pictures`."""
    if "<" not in written:
        return _text(written)
    if SIMPLE.fullmatch(written):
        return "\n\n".join(filter(None, map(_text, TAG.split(written))))
    (effort or Effort()).spend(written.count("<"))
    known = pictures or Pictures()
    named = PICTURE.sub(lambda found: found[1] + known.name(found[2]) + found[3], written)
    if named.count("<") > MOST or _deepest(named) > DEEPEST:
        return html.unescape(TAG.sub(" ", named)).strip()
    made = _Converter(
        heading_style="ATX", sub_symbol="<sub>", sup_symbol="<sup>", table_infer_header=True
    ).convert(CLEANER.clean(named))
    return re.sub(r"\n{3,}", "\n\n", made).strip()


def _text(written: str) -> str:
    return escaped(html.unescape(written).strip())


def escaped(text: str) -> str:
    """A text that shows its stars and tags, where Markdown would take them for its own."""
    if not set(text) & set("*<&"):
        return text
    return ENTITY.sub("&amp;", MARK.sub(r"\\\g<0>", text))


class _Converter(MarkdownConverter):
    def escape(self, text: str, parent_tags: object = None) -> str:
        return escaped(text)


def _deepest(written: str) -> int:
    """At least as many tags as stand open at once; some are never closed."""
    depth = deepest = 0
    for tag in TAG.findall(written):
        depth = max(0, depth - 1) if tag.startswith("</") else depth + 1
        deepest = max(deepest, depth)
        if tag.endswith("/>") or tag[1:3].lower() in ("br", "im", "hr", "p>", "p ", "li", "!-"):
            depth = max(0, depth - 1)
    return deepest
