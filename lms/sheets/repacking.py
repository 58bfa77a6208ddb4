"""Puts some parts of a zip package anew and copies every other entry as it lies there, raw."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
SIZED_BEHIND, UTF8 = 0x08, 0x800  # flags: sizes follow the data; the name is UTF-8
ZIP64 = 0xFFFFFFFF
DEFLATED = 8


@dataclass
class Entry:
    """One entry of the directory: its fields, and what follows them there."""

    fields: list[int | bytes]
    name: bytes
    rest: bytes

    @property
    def offset(self) -> int:
        return int(self.fields[-1])

    def packed(self) -> bytes:
        return CENTRAL.pack(*self.fields) + self.name + self.rest


def replaced(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The package with these parts anew, in their old places. Nothing else changes by a byte."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = [info.filename for info in package.infolist()]
        start, comment = package.start_dir, package.comment
    entries = _directory(data, start, len(names))
    if any(ZIP64 in entry.fields for entry in entries):
        return _packed_anew(data, parts)
    ends = _ends(entries, start)
    target = BytesIO()
    for name, entry in zip(names, entries, strict=True):
        offset = target.tell()
        if name in parts:
            _write(target, entry, parts[name])
        else:
            target.write(data[entry.offset : ends[entry.offset]])
        entry.fields[-1] = offset
    begun = target.tell()
    target.write(b"".join(entry.packed() for entry in entries))
    size, number = target.tell() - begun, len(entries)
    target.write(END.pack(b"PK\x05\x06", 0, 0, number, number, size, begun, len(comment)) + comment)
    return target.getvalue()


def _directory(data: bytes, start: int, number: int) -> list[Entry]:
    found, at = [], start
    for _ in range(number):
        fields = list(CENTRAL.unpack_from(data, at))
        at += CENTRAL.size
        name, rest = int(fields[10]), int(fields[11]) + int(fields[12])
        found.append(Entry(fields, data[at : at + name], data[at + name : at + name + rest]))
        at += name + rest
    return found


def _ends(entries: list[Entry], start: int) -> dict[int, int]:
    """Where each entry begins → where the next one does."""
    starts = sorted(entry.offset for entry in entries)
    return dict(zip(starts, [*starts[1:], start], strict=True))


def _write(target: BytesIO, entry: Entry, content: bytes) -> None:
    """The entry with another content; its fields in the directory follow."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    flags = int(entry.fields[3]) & UTF8
    entry.fields[3:5] = [flags, DEFLATED]
    entry.fields[7:10] = [zlib.crc32(content), len(packed), len(content)]
    same = entry.fields[2:10]  # from the version needed to the sizes
    target.write(LOCAL.pack(b"PK\x03\x04", *same, len(entry.name), 0) + entry.name + packed)


def _packed_anew(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A package whose directory counts in 64 bits: the contents stay, the packing is ours."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            content = parts.get(info.filename)
            kept = zipfile.ZipInfo(info.filename, info.date_time)
            kept.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(kept, old.read(info) if content is None else content)
    return target.getvalue()
