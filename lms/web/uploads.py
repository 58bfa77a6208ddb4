"""Files kept sealed beside the database: what was sent, what was printed; a folder a room."""

import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from lms.ciphers import opened_bytes, sealed_bytes
from lms.dice import token
from lms.errors import Conflict


def keep(var: Path, room: str, data: bytes, secret: str) -> str:
    """Keep a file in var/uploads/<room>; the name it has there. secret: the key "cipher"."""
    stored = token(20)
    keep_as(var, room, stored, data, secret)
    return stored


def keep_as(var: Path, room: str, stored: str, data: bytes, secret: str) -> None:
    """Keep a file under a name. It is there whole or not at all, also where two keep it at once."""
    folder = _folder(var, room)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = folder / f".{stored}.{token(8)}"  # with a dot: no backup takes it
    half.touch(mode=0o600)
    half.write_bytes(sealed_bytes(data, secret))
    os.replace(half, folder / stored)


def kept(var: Path, room: str, stored: str | None, secret: str) -> bytes:
    """A file as it was sent. Raises Conflict where it is no longer there."""
    file = _folder(var, room) / (stored or "gone")
    if not file.is_file():
        raise Conflict("上传的文件已不在，请重新上传。")
    return opened_bytes(file.read_bytes(), secret)


def remove(var: Path, room: str, stored: str | None) -> None:
    """Let go of a file."""
    if stored:
        (_folder(var, room) / stored).unlink(missing_ok=True)


def stored_under(var: Path, room: str, begins: str) -> list[str]:
    """The files of a room whose names begin so."""
    return [file.name for file in _folder(var, room).glob(f"{begins}*")]


def let_go_of_strays(var: Path, room: str, known: Collection[str], before: datetime) -> None:
    """Remove the files of a room that nobody names, written before a moment: what broke off."""
    for file in _folder(var, room).glob("*"):
        if file.is_file() and file.name not in known and _old(file, before):
            file.unlink(missing_ok=True)


def _old(file: Path, before: datetime) -> bool:
    return file.stat().st_mtime < before.timestamp()


def _folder(var: Path, room: str) -> Path:
    return var / "uploads" / room
