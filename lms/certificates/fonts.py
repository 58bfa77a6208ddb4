"""The typeface of what is printed: Noto Sans SC, unpacked beside the database at first use."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lms.dice import token

PLAIN, BOLD = "NotoSansSC-Regular", "NotoSansSC-Bold"
PACKED = Path(__file__).parent / "fonts"
GETA = "〓"  # data: what a printer sets where a sign is missing from the case


def ready(var: Path) -> None:
    """Make both weights known to the printer, once a process."""
    for _step in loading(var):
        pass


def loading(var: Path) -> Iterator[None]:
    """The same, a weight at a time: to read one takes most of a slice of a job.

    What the printer presses stays in bytes: spelling it in letters (ASCII 85) takes as long as
    drawing it.
    """
    from reportlab import rl_config  # loaded by who prints
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    rl_config.useA85 = 0
    yield
    for name in {PLAIN, BOLD} - set(pdfmetrics.getRegisteredFontNames()):
        pdfmetrics.registerFont(TTFont(name, str(_unpacked(var / "fonts", name))))
        yield


def _unpacked(folder: Path, name: str) -> Path:
    """The file of a weight. Two processes may unpack it at once: each puts a whole one there."""
    file = folder / f"{name}.ttf"
    with ZipFile(PACKED / f"{name}.zip") as packed:
        inside = packed.getinfo(file.name)
        if not file.is_file() or file.stat().st_size != inside.file_size:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            half = folder / f"{name}.{token(8)}"
            half.write_bytes(packed.read(inside))
            os.replace(half, file)
    return file


def missing(text: str, var: Path) -> list[str]:
    """The signs of a text that the typeface does not have, in their order, each once."""
    ready(var)
    known = _face().charToGlyph
    return list(dict.fromkeys(sign for sign in text if ord(sign) not in known))


def printable(text: str) -> str:
    """The text with 〓 for what the typeface does not have, so that no sign is lost in silence."""
    known = _face().charToGlyph
    return "".join(sign if ord(sign) in known else GETA for sign in text)


def width(text: str, font: str, size: float) -> float:
    """How wide a text will be, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return stringWidth(text, font, size)


def _face() -> Any:
    from reportlab.pdfbase.pdfmetrics import getFont

    return getFont(PLAIN).face
