"""Reads streams out of the container of old Office files, and looks through an .xls for dangers."""

import struct
from dataclasses import dataclass

HEADER = struct.Struct("<24xHHHHH6xIIIIIIIII")
END = 0xFFFFFFFA  # this and above are marks, not sectors
ENTRY = 128
STREAM, ROOT = 2, 5


@dataclass(frozen=True)
class Entry:
    name: str
    kind: int
    start: int
    size: int


class Container:
    """An OLE compound file. Raises ValueError or struct.error where it is broken."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        found = HEADER.unpack_from(data)
        version, shift, mini_shift = found[1], found[3], found[4]
        directory, self.cutoff, mini_fat, difat = found[7], found[9], found[10], found[12]
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError("sector size")
        self.sector, self.mini_sector = 1 << shift, 1 << mini_shift
        self.large = version >= 4
        self.fat = self._fat(difat)
        self.entries = self._entries(self._chain(directory))
        self.mini_fat = _numbers(self._chain(mini_fat))
        root = next((entry for entry in self.entries if entry.kind == ROOT), None)
        self.mini = self._chain(root.start) if root else b""

    def names(self) -> set[str]:
        return {entry.name for entry in self.entries}

    def stream(self, name: str) -> bytes | None:
        """The bytes of a stream, or None."""
        entry = next((e for e in self.entries if e.kind == STREAM and e.name == name), None)
        if entry is None:
            return None
        if entry.size >= self.cutoff:
            return self._chain(entry.start)[: entry.size]
        size = self.mini_sector
        chain = _follow(self.mini_fat, entry.start)
        return b"".join(self.mini[n * size : (n + 1) * size] for n in chain)[: entry.size]

    def _fat(self, difat: int) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self.data, 76))
        seen = 0
        while difat < END and seen <= len(self.data) // self.sector:
            numbers = _numbers(self._sector(difat))
            sectors += numbers[:-1]
            difat = numbers[-1]
            seen += 1
        if len(sectors) > 110 + len(self.data) // 4:
            raise ValueError("too many")
        return _numbers(b"".join(self._sector(n) for n in dict.fromkeys(sectors) if n < END))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        found = self.data[start : start + self.sector]
        if not found:
            raise ValueError("no such sector")
        return found

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _follow(self.fat, start))

    def _entries(self, directory: bytes) -> list[Entry]:
        found = []
        for at in range(0, len(directory) - ENTRY + 1, ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            start, size = struct.unpack_from("<IQ", directory, at + 116)
            name = directory[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            size = size if self.large else size & 0xFFFFFFFF
            found.append(Entry(name, kind, start, size))
        return found


def _numbers(data: bytes) -> list[int]:
    usable = len(data) // 4
    return list(struct.unpack_from(f"<{usable}I", data))


def _follow(table: list[int], start: int) -> list[int]:
    """The chain of sectors from `start`; a loop is an error."""
    chain: list[int] = []
    while start < END:
        if start >= len(table) or len(chain) > len(table):
            raise ValueError("broken chain")
        chain.append(start)
        start = table[start]
    return chain
