"""Reads any file with questions: what the bytes are decides the reader, not the name alone."""

from collections.abc import Callable
from pathlib import PurePath

from lms.errors import Invalid
from lms.exchange.aiken import is_aiken, read_aiken
from lms.exchange.decoding import decoded
from lms.exchange.delimited import is_delimited, read_delimited
from lms.exchange.gift import is_gift, read_gift
from lms.exchange.jsons import is_json, read_json
from lms.exchange.moodle import is_moodle, read_moodle
from lms.exchange.own import is_own, read_own
from lms.exchange.rules import Doubt, Read
from lms.exchange.workbooks import read_workbook
from lms.sheets.guards import Content, content_of, format_of

Recogniser = Callable[[str, str], bool]  # (name, text of the file) → is it this format?
TextReader = Callable[[str, str], Read]
BytesReader = Callable[[str, bytes], Read]

# Formats of text, the strict ones first; what none recognises is read as lines.
TEXTS: tuple[tuple[Recogniser, TextReader], ...] = (
    (is_own, read_own),
    (is_moodle, read_moodle),
    (is_json, read_json),
    (is_aiken, read_aiken),
    (is_gift, read_gift),
    (is_delimited, read_delimited),
)
# Packages (zip) and old containers (OLE): the part that tells what it is, and its reader.
PACKAGES: tuple[tuple[str, BytesReader], ...] = (("xl/workbook.xml", read_workbook),)
STREAMS: tuple[tuple[str, BytesReader], ...] = (("Workbook", read_workbook),)


def read_file(name: str, data: bytes) -> Read:
    """What was understood of a file. What cannot be taken at all is refused within the Read."""
    name = PurePath(name.replace("\\", "/")).name
    try:
        return _read(name, data)
    except Invalid as refusal:
        return Read(name, refused=Doubt(refusal.text, refusal.values))


def _read(name: str, data: bytes) -> Read:
    if content_of(data) is Content.TEXT:
        text = decoded(name, data)
        for recognises, read in TEXTS:
            if recognises(name, text):
                return read(name, text)
    format_of(name, data)
    raise Invalid("“{file}”的格式不能读取。", file=name)
