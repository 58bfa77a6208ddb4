"""Reads any file with questions: what the bytes are decides the reader, not the name alone."""

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePath

from lms.errors import Invalid
from lms.exchange.aiken import is_aiken, read_aiken
from lms.exchange.carried import doubt_carried
from lms.exchange.decoding import decoded
from lms.exchange.delimited import is_delimited, read_delimited
from lms.exchange.documents import read_docx
from lms.exchange.gift import is_gift, read_gift
from lms.exchange.json_text import is_json
from lms.exchange.jsons import read_json
from lms.exchange.moodle import is_moodle, read_moodle
from lms.exchange.old_word import read_doc
from lms.exchange.own import is_own, is_own_folder, read_own, read_own_folder
from lms.exchange.plaintext import read_text
from lms.exchange.rules import Doubt, Read
from lms.exchange.workbooks import read_workbook
from lms.sheets.guards import Content, content_to_read, damaged
from lms.sheets.ole import Container
from lms.sheets.packages import BROKEN

Recogniser = Callable[[str, str], bool]  # (name, text of the file) → is it this format?
TextReader = Callable[[str, str], Read]
BytesReader = Callable[[str, bytes], Read]

PASTED = "粘贴的文字.txt"  # data: how pasted text is called
# Formats of text, the strict ones first; what none recognises is read as lines.
TEXTS: tuple[tuple[Recogniser, TextReader], ...] = (
    (is_own, read_own),
    (is_moodle, read_moodle),
    (is_json, read_json),
    (is_aiken, read_aiken),
    (is_gift, read_gift),
    (is_delimited, read_delimited),
)
# Packages (zip): whether the names of their parts show the format, and its reader.
PACKAGES: tuple[tuple[Callable[[list[str]], bool], BytesReader], ...] = (
    (lambda names: any(name.startswith("word/") for name in names), read_docx),
    (lambda names: any(name.startswith("xl/") for name in names), read_workbook),
    (is_own_folder, read_own_folder),
)
# Old containers (OLE): the stream that shows the format, and its reader.
STREAMS: tuple[tuple[str, BytesReader], ...] = (
    ("WordDocument", read_doc),
    ("Workbook", read_workbook),
    ("Book", read_workbook),
)


def read_file(name: str, data: bytes) -> Read:
    """What was understood of a file. What cannot be taken at all is refused within the Read."""
    name = PurePath(name.replace("\\", "/")).name
    try:
        return doubt_carried(_read(name, data))
    except Invalid as refusal:
        return Read(name, refused=Doubt(refusal.text, refusal.values))


def _read(name: str, data: bytes) -> Read:
    content = content_to_read(name, data)
    if content is Content.ZIP:
        return _package(name, data)
    if content is Content.OLE:
        return _container(name, data)
    return _text(name, decoded(name, data))


def read_pasted(text: str, name: str = PASTED) -> Read:
    """What was understood of text that was pasted in."""
    return read_file(name, text.encode("utf-8", "replace"))


def _text(name: str, text: str) -> Read:
    reader = next((read for recognises, read in TEXTS if recognises(name, text)), read_text)
    return reader(name, text)


def _package(name: str, data: bytes) -> Read:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = package.namelist()
    except BROKEN:
        raise damaged(name) from None
    for shows, read in PACKAGES:
        if shows(names):
            return read(name, data)
    raise Invalid("“{file}”是压缩包，里面没有能读的题目文件。请解压后上传里面的文件。", file=name)


def _container(name: str, data: bytes) -> Read:
    try:
        streams = Container(data).names()
    except (ValueError, struct.error, IndexError, OverflowError):
        raise damaged(name) from None
    for stream, read in STREAMS:
        if stream in streams:
            return read(name, data)
    raise Invalid(
        "“{file}”是旧版 Office 文件，里面没有文档也没有表格。请另存为 .docx 或 .xlsx 后再上传。",
        file=name,
    )
