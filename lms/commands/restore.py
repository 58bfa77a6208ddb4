"""Puts an archive back into an empty place, on either database, wholly or not at all."""

import zipfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from lms.commands import archive as archives
from lms.commands import database
from lms.commands.archive import Manifest
from lms.commands.backup import uploads
from lms.commands.database import State
from lms.commands.first_run import DEMONSTRATION, accounts_file, keep_accounts, upgrade
from lms.commands.loading import load
from lms.errors import Conflict, Invalid
from lms.keys import read_keys
from lms.settings import Settings


def restore(app: Any, file: Path, progress: Any) -> Manifest:
    """Check the archive, then fill the app's empty place. A failure leaves the place empty."""
    settings = app.extensions["settings"]
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        raise Invalid("{file} 不是完整的备份文件。", file=file) from None
    with archive, database.alone(settings):
        manifest = archives.read_manifest(archive)
        refuse_misfit(settings, manifest)
        archives.verify(archive, manifest, progress)
        settings = replace(settings, demonstration=manifest.kind == DEMONSTRATION)
        with database.whole(settings, "restore"):
            _fill(app, settings, archive, manifest, progress)
        if settings.demonstration and not accounts_file(settings).exists():
            keep_accounts(settings, [])
    return manifest


def refuse_misfit(settings: Settings, manifest: Manifest) -> None:
    """The archive must suit the program, and the place must be empty and have no other keys."""
    if manifest.revision not in database.revisions():
        raise Invalid(
            "这份备份由更新的程序制作（{revision}），请先更新程序再恢复。",
            revision=manifest.revision,
        )
    if database.unfinished(settings) == "restore":
        database.wipe(settings)
    if database.look(settings).state is not State.EMPTY or any(uploads(settings)):
        raise Conflict(
            "只能恢复到空的地方：{var} 里已有数据或上传的文件。"
            "请用 LMS_VAR 指定一个新文件夹（用 PostgreSQL 的，再换一个空的数据库）。",
            var=settings.var,
        )
    if accounts_file(settings).exists() and manifest.kind != DEMONSTRATION:
        raise Conflict("{var} 是演示用的文件夹，正式系统的备份请恢复到别处。", var=settings.var)
    mine = database.fingerprints(read_keys(settings.var))
    if any(mine[name] != mark for name, mark in manifest.keys.items() if name in mine):
        raise Conflict(
            "{file} 里的密钥不是这份备份的，恢复后已加密的内容将无法读出。请先换成原来的密钥文件。",
            file=settings.var / "secrets.json",
        )


def _fill(
    app: Any,
    settings: Settings,
    archive: zipfile.ZipFile,
    manifest: Manifest,
    progress: Any,
) -> None:
    upgrade(app, manifest.revision)
    load(settings, archive, manifest, progress)
    for path in manifest.members:
        if path.startswith("uploads/"):
            put_upload(settings, archive, path)
    upgrade(app)


def put_upload(settings: Settings, archive: zipfile.ZipFile, path: str) -> None:
    """Lay one uploaded file where it was; never outside the folder of uploads."""
    parts = PurePosixPath(path).parts
    if ".." in parts or "\\" in path or parts[0] != "uploads":
        raise Invalid("备份文件里有不合规的路径：{path}", path=path)
    target = settings.var.joinpath(*parts)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with archive.open(path) as source, target.open("wb") as out:
        for piece in archives.pieces(source):
            out.write(piece)
    target.chmod(0o600)
