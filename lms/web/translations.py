"""Turns the translators' files into those that Flask-Babel reads, only where something changed."""

import hashlib
from pathlib import Path

from lms.settings import HOME

SOURCES = HOME / "translations"


def write(target: Path, folder: Path = SOURCES) -> list[str]:
    """Compile every messages.po below the folder to `target`; gives the languages made anew."""
    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        compiled = target / source.relative_to(folder).with_suffix(".mo")
        stamp = compiled.with_suffix(".from")
        content = source.read_bytes()
        if stamp.exists() and stamp.read_text() == hashlib.sha256(content).hexdigest():
            continue
        compile_one(source, compiled)
        stamp.write_text(hashlib.sha256(content).hexdigest())
        made.append(source.parent.parent.name)
    return made


def compile_one(source: Path, compiled: Path) -> None:
    from babel.messages import mofile, pofile  # slow to load, and a second start needs neither

    compiled.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as words, compiled.open("wb") as out:
        mofile.write_mo(out, pofile.read_po(words))
