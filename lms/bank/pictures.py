"""Pictures of questions: kept sealed beside the database, called by what they are.

A picture's name is the beginning of the SHA-256 of the file that was sent; a text shows it as
`![…](pic:name)`. The file that was sent lies beside the small one that is shown.
"""

import hashlib
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select

from lms.bank.models import Picture, VersionPicture
from lms.bank.shrinking import fit
from lms.ciphers import opened_bytes, sealed_bytes
from lms.db import db
from lms.errors import NotFound

NAME = 32  # hex digits
ROOM = "pictures"  # the folder below var/uploads; a backup takes all of these


def keep_picture(var: Path, data: bytes, secret: str, now: datetime, by: int | None) -> str:
    """Keep a picture; the name by which a text shows it. secret: the key "cipher".

    Raises Invalid for what is no picture. The same picture again has the same name.
    """
    name = hashlib.sha256(data).hexdigest()[:NAME]
    if not _file(var, name).is_file():
        small = fit(data)
        _lay_down(_file(var, f"{name}.original"), sealed_bytes(data, secret))
        _lay_down(_file(var, name), sealed_bytes(small, secret))
    mine = select(exists().where(Picture.name == name, Picture.person_id.is_not_distinct_from(by)))
    if not db.session.scalar(mine):
        db.session.add(Picture(name=name, person_id=by, kept_at=now))
        db.session.flush()
    return name


def refuse_unseen(name: str) -> None:
    """A picture is seen with a question that shows it, and by whoever put it there."""
    with_question = select(VersionPicture.id).where(VersionPicture.name == name).limit(1)
    mine = select(Picture.id).where(Picture.name == name).limit(1)
    if db.session.scalar(mine) is None and db.session.scalar(with_question) is None:
        raise NotFound("没有找到，或不在您的权限范围内。")


def picture(var: Path, name: str, secret: str) -> bytes:
    """The picture as it is shown. Whoever asks has been asked whether they may."""
    return _taken(_file(var, name), secret)


def original(var: Path, name: str, secret: str) -> bytes:
    """The file as it was sent, to be taken home."""
    return _taken(_file(var, f"{name}.original"), secret)


def weight(var: Path, name: str) -> int:
    """Bytes on the line; 0 where there is no such picture."""
    file = _file(var, name)
    return file.stat().st_size if file.is_file() else 0


def _taken(file: Path, secret: str) -> bytes:
    if not file.is_file():
        raise NotFound("图片已不在，请在题目里重新放入。")
    return opened_bytes(file.read_bytes(), secret)


def _file(var: Path, name: str) -> Path:
    return var / "uploads" / ROOM / name


def _lay_down(file: Path, data: bytes) -> None:
    """All of it or nothing: it has its name only when it is whole."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}.part")
    new.touch(mode=0o600)
    new.write_bytes(data)
    new.replace(file)
