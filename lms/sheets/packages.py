"""Opens a zip package (xlsx, docx) within bounds and gives its parts; reads XML safely."""

import re
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Protocol

from lxml import etree

from lms.errors import Invalid
from lms.sheets.guards import MIB, RATIO, UNPACKED, damaged, locked, too_large

CHUNK = MIB
SMALL = MIB  # a part this small cannot hurt, whatever its ratio
MEMBERS = 5_000
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError)
FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")


class Watch(Protocol):
    """Sees each chunk of a part as it is unpacked, and may refuse it."""

    def __call__(self, part: str, chunk: bytes) -> None: ...


def is_xml(part: str) -> bool:
    """The parts that hold text; pictures and the like are not kept."""
    return part.lower().endswith((".xml", ".rels"))


def unpack(
    name: str,
    data: bytes,
    keep: Callable[[str], bool] = is_xml,
    watch: Watch | None = None,
) -> dict[str, bytes]:
    """The kept parts of a package by name. name: of the file, for refusals.

    Every part is unpacked and counted, kept or not: what a package declares may be a lie.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return _parts(name, package, keep, watch)
    except BROKEN:
        raise damaged(name) from None


def _parts(
    name: str, package: zipfile.ZipFile, keep: Callable[[str], bool], watch: Watch | None
) -> dict[str, bytes]:
    members = package.infolist()
    if len(members) > MEMBERS:
        raise too_large(name)
    parts: dict[str, bytes] = {}
    left = UNPACKED
    for member in members:
        _refuse_strange(name, member)
        chunks: list[bytes] = []
        size = 0
        with package.open(member) as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if watch and is_xml(member.filename):
                    watch(member.filename, chunk)
                if size > left or _swells(size, member.compress_size):
                    raise too_large(name)
                if keep(member.filename):
                    chunks.append(chunk)
        left -= size
        if chunks:
            parts[member.filename] = b"".join(chunks)
    _refuse_document_types(name, parts)
    return parts


def _swells(size: int, packed: int) -> bool:
    return size > SMALL and size > RATIO * max(packed, 1)


def _refuse_strange(name: str, member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 0x1:
        raise locked(name)
    if member.compress_type not in METHODS:
        raise damaged(name)
    if _swells(member.file_size, member.compress_size):
        raise too_large(name)


def _refuse_document_types(name: str, parts: dict[str, bytes]) -> None:
    """No office program writes a DOCTYPE; whoever does means to have entities expanded."""
    for part, data in parts.items():
        if is_xml(part):
            first = FIRST_ELEMENT.search(data)
            if data.find(b"<!DOCTYPE", 0, first.start() if first else None) >= 0:
                raise damaged(name)


def packed(parts: dict[str, bytes]) -> BytesIO:
    """The parts as a package again, stored: what was checked is what will be read."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        for part, data in parts.items():
            package.writestr(zipfile.ZipInfo(part), data)
    target.seek(0)
    return target


def parse_xml(name: str, data: bytes) -> etree._Element:
    """The root element of a small part, without entities, network or DTD."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise damaged(name) from None
    if root.getroottree().docinfo.doctype:
        raise Invalid("“{file}”含有不允许的 XML 声明，不予读取。", file=name)
    return root
