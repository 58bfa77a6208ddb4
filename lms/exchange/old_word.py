"""Reads .doc by way of LibreOffice, where it is installed; else asks for a .docx."""

import struct

from lms.exchange.documents import read_docx
from lms.exchange.rules import Read
from lms.sheets import converting
from lms.sheets.guards import damaged, locked, macros
from lms.sheets.ole import Container

MAGIC = (0xA5EC, 0xA5DC)  # of Word 97 and later, of Word 6
ENCRYPTED = 0x0100
BROKEN = (ValueError, struct.error, IndexError, OverflowError, MemoryError)


def read_doc(name: str, data: bytes) -> Read:
    """The questions of a .doc. Raises Invalid where it cannot be opened or converted."""
    _refuse_unsafe(name, data)
    return read_docx(name, converting.converted(name, data, converting.DOCX))


def _refuse_unsafe(name: str, data: bytes) -> None:
    """Refuse what is broken, locked or carries a program, before another program opens it."""
    try:
        container = Container(data)
        head = container.stream("WordDocument") or b""
        magic, flags = struct.unpack_from("<H8xH", head)
    except BROKEN:
        raise damaged(name) from None
    if magic not in MAGIC:
        raise damaged(name)
    if flags & ENCRYPTED:
        raise locked(name)
    if container.names() & {"Macros", "_VBA_PROJECT", "VBA"}:
        raise macros(name)
