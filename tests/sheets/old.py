"""Builds .xls files by hand: an OLE container with a workbook of BIFF8 records."""

import struct

SECTOR = 512
END, FAT, FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def label(row: int, column: int, text: str) -> bytes:
    return record(
        0x0204,
        struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"),
    )


def shared(row: int, column: int, index: int) -> bytes:
    return record(0x00FD, struct.pack("<HHHI", row, column, 0, index))


def strings(*texts: str) -> bytes:
    body = struct.pack("<II", len(texts), len(texts))
    for text in texts:
        body += struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
    return record(0x00FC, body)


def number(row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def formula(row: int, column: int, result: float) -> bytes:
    """=1, with its last result."""
    tokens = struct.pack("<BH", 0x1E, 1)
    return record(
        0x0006,
        struct.pack("<HHHdHIH", row, column, 0, result, 0, 0, len(tokens)) + tokens,
    )


def page_head(text: str) -> bytes:
    return record(0x0014, struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))


def locked() -> bytes:
    return record(0x002F, b"\x01\x00\x01\x00\x01\x00" + b"x" * 48)


def old_workbook(cells: bytes, before: bytes = b"", name: str = "名册") -> bytes:
    """A workbook of one sheet. cells: its records; before: records of the workbook itself."""
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6))
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    size = len(start) + len(before) + 4 + 6 + len(title) + 4
    sheet = record(0x0085, struct.pack("<IH", size, 0) + title)
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6))
    return container(
        {"Workbook": start + before + sheet + record(0x000A) + begin + cells + record(0x000A)}
    )


def container(streams: dict[str, bytes]) -> bytes:
    """An OLE file; each stream is made long enough to need no mini stream."""
    names = list(streams)
    bodies = [streams[name].ljust(4096, b"\0") for name in names]
    counts = [-(-len(body) // SECTOR) for body in bodies]
    total = sum(counts) + 1
    fats = 1
    while fats * SECTOR // 4 < fats + total:
        fats += 1
    table = [FAT] * fats + [END]
    firsts = []
    for count in counts:
        firsts.append(len(table))
        table += [*range(len(table) + 1, len(table) + count), END]
    table += [FREE] * (fats * SECTOR // 4 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, fats, fats, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", *range(fats), *[FREE] * (109 - fats))
    entries = _entry("Root Entry", 5, END, 0, child=1)
    for place, (name, first, body) in enumerate(zip(names, firsts, bodies, strict=True), start=1):
        following = place + 1 if place < len(names) else FREE
        entries += _entry(name, 2, first, len(body), sibling=following)
    data = header + struct.pack(f"<{len(table)}I", *table) + entries.ljust(SECTOR, b"\0")
    return data + b"".join(
        body.ljust(n * SECTOR, b"\0") for body, n in zip(bodies, counts, strict=True)
    )


def _entry(
    name: str, kind: int, first: int, size: int, child: int = FREE, sibling: int = FREE
) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), kind, 1, FREE, sibling, child)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )
