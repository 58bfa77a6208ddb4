"""Pages compiled once and kept beside the database: no process makes them anew, none waits."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lms.settings import HOME

if TYPE_CHECKING:
    from flask import Flask

SOURCES = HOME / "templates"
WRITER = HOME / "lms" / "web" / "pages.py"  # of pages as Python
STAMP = "made_from"


def install(app: "Flask", folder: Path) -> None:
    """Take pages from the folder where `write` left them; what has changed since is made anew."""
    from jinja2 import FileSystemBytecodeCache

    if folder.is_dir():
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))


def write(make_app: Callable[[], "Flask"], target: Path, folder: Path = SOURCES) -> bool:
    """Compile every page into `target`, unless what lies there is made of these very sources."""
    made_from, stamp = fingerprint(folder), target / STAMP
    if stamp.exists() and stamp.read_text() == made_from:
        return False
    new = target.with_name(target.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700, parents=True)
    app = make_app()
    install(app, new)
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    (new / STAMP).write_text(made_from)
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)
    return True


def fingerprint(folder: Path) -> str:
    """Changes when a page changes, appears or goes, and when the libraries or the writer do."""
    whole = hashlib.sha256((HOME / "requirements.txt").read_bytes())
    whole.update(WRITER.read_bytes())
    for file in sorted(folder.rglob("*.*")):
        content = file.read_bytes()
        whole.update(f"{file.relative_to(folder)}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()
