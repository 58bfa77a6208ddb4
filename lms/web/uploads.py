"""Sent files, kept sealed beside the database until their import is over; a folder a room."""

from pathlib import Path

from lms.ciphers import opened_bytes, sealed_bytes
from lms.dice import token
from lms.errors import Conflict


def keep(var: Path, room: str, data: bytes, secret: str) -> str:
    """Keep a file in var/uploads/<room>; the name it has there. secret: the key "cipher"."""
    folder = _folder(var, room)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stored = token(20)
    file = folder / stored
    file.touch(mode=0o600)
    file.write_bytes(sealed_bytes(data, secret))
    return stored


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


def _folder(var: Path, room: str) -> Path:
    return var / "uploads" / room
