"""What is brought into a lesson, from Word or by pasting, as Markdown with pictures. Pure."""

import re
from dataclasses import dataclass
from io import BytesIO

from lms.errors import Invalid
from lms.sheets.guards import Content, content_to_read, damaged, macros
from lms.sheets.packages import unpack

BARE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\(([^()\s]*)\)")
LINK = re.compile(r"(?<!!)\[((?:\\.|[^\]\\])*)\]\([^()\s]*\)")
DRAWINGS = re.compile(r"<img\b[^<>]*\bsrc=[\"'](?:file:|blob:|cid:)[^<>]*>", re.IGNORECASE)
LONGEST = 20_000_000


@dataclass(frozen=True)
class Brought:
    """Markdown whose pictures are called by `names`; those that were named and did not come."""

    text: str
    pictures: dict[str, bytes]
    lacking: tuple[str, ...]

    def with_names(self, names: dict[str, str]) -> str:
        """The text as it is kept. names: picture → its name in the store; without one it goes."""

        def named(found: re.Match[str]) -> str:
            name = names.get(found[2])
            return f"![{found[1]}](pic:{name})" if name else ""

        return BARE.sub(named, self.text).strip()


def read_word(name: str, data: bytes) -> Brought:
    """The text of a .docx with headings, lists, tables and pictures. Raises Invalid."""
    if name.lower().endswith((".doc", ".wps")):
        raise Invalid("“{file}”是旧格式。请在 WPS 或 Word 中另存为 .docx，再带入。", file=name)
    if content_to_read(name, data) is not Content.ZIP:
        raise Invalid("“{file}”不是 Word 文档（.docx），请另存为 .docx 后再带入。", file=name)
    parts = unpack(name, data, keep=lambda part: part.endswith(("document.xml", ".bin")))
    if any("vbaproject" in part.lower() for part in parts):
        raise macros(name)
    if not any(part.endswith("document.xml") for part in parts):
        raise damaged(name)
    return read_page(_html(name, data))


def _html(name: str, data: bytes) -> str:
    import mammoth  # slow to load, and only who brings a document in needs it

    try:
        return mammoth.convert_to_html(BytesIO(data)).value
    except Exception as wrong:  # it meets broken parts in its own ways
        raise damaged(name) from wrong


def read_page(html: str) -> Brought:
    """What was pasted from Word, WPS or a page."""
    from lms.exchange.webtext import Pictures, markdown  # loaded by who pastes

    if len(html) > LONGEST:
        raise Invalid("粘贴的内容太多，请分几次粘贴。")
    pictures = Pictures()
    lost = len(DRAWINGS.findall(html))
    text = LINK.sub(r"\1", markdown(DRAWINGS.sub("", html), pictures))
    lacking = (*pictures.lacking, *("…" for _ in range(lost)))
    return Brought(text, pictures.shown, lacking)
