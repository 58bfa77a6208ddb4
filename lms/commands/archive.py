"""The archive of a house: what stands in it, and how a value looks there on any database. Pure.

A zip of `database/<table>.jsonl` (one row a line, a list in the order of the table's columns),
`uploads/…` as they lie, and `manifest.json`: revision, columns, counts and SHA-256 of each member.
Keys are never in it.
"""

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from lms.errors import Invalid
from lms.words import N_

FORMAT = 1
MANIFEST = "manifest.json"
PIECE = 1024 * 1024


@dataclass
class Member:
    """One file of the archive: its digest, and for a table its columns and how many rows."""

    sha256: str
    bytes: int
    columns: list[str] = field(default_factory=list)
    rows: int = 0


@dataclass
class Manifest:
    """What an archive says about itself."""

    made_at: str
    revision: str
    kind: str
    keys: dict[str, str]
    format: int = FORMAT
    members: dict[str, Member] = field(default_factory=dict)

    def text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    def tables(self) -> dict[str, Member]:
        """The tables by name."""
        return {
            path.removeprefix("database/").removesuffix(".jsonl"): member
            for path, member in self.members.items()
            if path.startswith("database/")
        }


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """What the archive says it holds; refused where it is not one of ours."""
    try:
        kept = json.loads(archive.read(MANIFEST))
        members = {path: Member(**one) for path, one in kept.pop("members").items()}
        manifest = Manifest(**kept, members=members)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Invalid("这不是本系统的备份文件。") from None
    if manifest.format > FORMAT:
        raise Invalid("这份备份由更新的程序制作，请先更新程序再恢复。")
    return manifest


def neutral(value: Any) -> Any:
    """A value as it stands in the archive: JSON's own, else text that both databases read."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    if isinstance(value, time):
        return value.isoformat("microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"{type(value).__name__} has no neutral form")


def from_neutral(value: Any) -> Any:
    """What the driver of either database takes for it."""
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


class Writer:
    """Writes members and keeps what the manifest says of each."""

    def __init__(self, file: Path, manifest: Manifest) -> None:
        self.archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.manifest = manifest

    def table(self, name: str, columns: list[str], rows: Iterator[Any]) -> None:
        """One line a row."""
        count = 0

        def lines() -> Iterator[bytes]:
            nonlocal count
            for row in rows:
                count += 1
                values = [neutral(value) for value in row]
                yield json.dumps(values, ensure_ascii=False).encode() + b"\n"

        member = self.member(f"database/{name}.jsonl", lines())
        member.columns, member.rows = columns, count

    def upload(self, path: str, file: Path) -> None:
        with file.open("rb") as source:
            self.member(f"uploads/{path}", pieces(source))

    def member(self, path: str, content: Iterator[bytes]) -> Member:
        digest, size = hashlib.sha256(), 0
        with self.archive.open(path, "w", force_zip64=True) as out:
            for piece in content:
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        self.manifest.members[path] = Member(digest.hexdigest(), size)
        return self.manifest.members[path]

    def close(self) -> None:
        self.archive.writestr(MANIFEST, self.manifest.text())
        self.archive.close()


def pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece


def verify(archive: zipfile.ZipFile, manifest: Manifest, progress: Callable[..., None]) -> None:
    """Read the whole archive once; refuse where a byte is missing, changed or added."""
    there = {name for name in archive.namelist() if not name.endswith("/")}
    if there != {MANIFEST, *manifest.members}:
        raise Invalid("备份文件里的内容与其目录不符，不能恢复。")
    for number, (path, member) in enumerate(manifest.members.items(), 1):
        digest, size = hashlib.sha256(), 0
        with archive.open(path) as source:
            for piece in pieces(source):
                digest.update(piece)
                size += len(piece)
                if size > member.bytes:
                    break
        if (digest.hexdigest(), size) != (member.sha256, member.bytes):
            raise Invalid("备份文件已损坏：{path} 的摘要不符，不能恢复。", path=path)
        progress(N_("校验"), number, len(manifest.members))


def rows(archive: zipfile.ZipFile, table: str) -> Iterator[list[Any]]:
    """The rows of a table, in the order of its columns."""
    with archive.open(f"database/{table}.jsonl") as source:
        for line in source:
            yield [from_neutral(value) for value in json.loads(line)]
