"""Files of lessons: taken in piece by piece, called by what they are, kept as they came.

A name is the beginning of the SHA-256 of the content and the ending that it was recognised by.
Content of courses is no secret, so these files are not sealed: a player asks for any part of them.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from lms.courses.rules import HEAD, Sent, ending_of
from lms.dice import token
from lms.errors import Conflict, Invalid, NotFound

MIB = 1024 * 1024
BLOCK = 256 * 1024
PIECE = 2 * MIB  # a page sends a file in pieces: none holds a worker for long
LEFT_FREE = 512 * MIB  # of the disk, for the database
FORGOTTEN = timedelta(days=1)
NAME = re.compile(r"[0-9a-f]{32}\.[0-9a-z]{3,4}")
PART = re.compile(r"[\w-]{20,40}")


def begin(var: Path, person_id: int, now: datetime) -> str:
    """A new file that will come in pieces; the word by which its pieces are known."""
    folder = _parts(var)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < (now - FORGOTTEN).timestamp():
            old.unlink(missing_ok=True)
    word = token(20)
    _part(var, person_id, word).touch(mode=0o600)
    return word


def add(var: Path, person_id: int, word: str, at: int, sent: IO[bytes], most: int) -> int:
    """Put a piece behind those that are there; how much there is now.

    A piece that is there already is passed over, so that a page may send it again.
    """
    part = _part(var, person_id, word)
    if not part.is_file():
        raise NotFound("上传已中断，请重新选择文件。")
    there = part.stat().st_size
    if at != there:
        return there
    if shutil.disk_usage(part.parent).free < LEFT_FREE:
        raise Conflict("服务器磁盘空间不足，请联系系统管理员。")
    with part.open("ab") as out:
        for block in iter(lambda: sent.read(BLOCK), b""):
            there += len(block)
            if there > most:
                break
            out.write(block)
    if there > most:
        part.unlink()
        raise Invalid("文件超过 {limit} MB，请压缩后再上传。", limit=most // MIB)
    return there


def finish(var: Path, person_id: int, word: str, called: str) -> Sent:
    """Keep the file under its name. Raises Invalid for what no lesson takes."""
    part = _part(var, person_id, word)
    if not part.is_file():
        raise NotFound("上传已中断，请重新选择文件。")
    called = called.replace("\\", "/").rpartition("/")[2][-120:] or "file"
    try:
        with part.open("rb") as file:
            ending = ending_of(called, file.read(HEAD))
            file.seek(0)
            digest = hashlib.sha256()
            for block in iter(lambda: file.read(BLOCK), b""):
                digest.update(block)
    except Invalid:
        part.unlink()
        raise
    sent = Sent(f"{digest.hexdigest()[:32]}.{ending}", called, part.stat().st_size)
    if not sent.size:
        raise Invalid("“{file}”是空文件，请检查后重新上传。", file=called)
    part.replace(path(var, sent.name))
    return sent


def keep(var: Path, person_id: int, called: str, data: IO[bytes], most: int, now: datetime) -> Sent:
    """A file that came whole, with a form."""
    word = begin(var, person_id, now)
    add(var, person_id, word, 0, data, most)
    return finish(var, person_id, word, called)


def known(var: Path, name: str, called: str) -> Sent:
    """A file that was kept before, as a form names it: only who has it knows its name."""
    if not NAME.fullmatch(name) or not path(var, name).is_file():
        raise Invalid("“{file}”已不在，请重新上传。", file=called or name)
    return Sent(name, called, path(var, name).stat().st_size)


def blocks(file: Path, first: int, count: int) -> Iterator[bytes]:
    """A stretch of a file, in blocks."""
    with file.open("rb") as opened:
        opened.seek(first)
        while count > 0 and (block := opened.read(min(BLOCK, count))):
            count -= len(block)
            yield block


def path(var: Path, name: str) -> Path:
    return var / "uploads" / "lessons" / name


def _parts(var: Path) -> Path:
    return var / "uploads" / "lessons" / "parts"


def _part(var: Path, person_id: int, word: str) -> Path:
    """Everyone's own: a word of somebody else opens nothing."""
    if not PART.fullmatch(word):
        raise NotFound("上传已中断，请重新选择文件。")
    return _parts(var) / f"{person_id}.{word}"
