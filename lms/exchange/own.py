"""Reads questions in the form of the house: one Markdown file, or a zip with a folder of them."""

import re
from itertools import pairwise
from pathlib import PurePosixPath

from lms.bank.files import read_draft
from lms.bank.front import HEAD
from lms.bank.texts import names_in
from lms.errors import Invalid
from lms.exchange.becoming import to_found
from lms.exchange.rules import Doubt, Found, Place, Read, texts_of
from lms.sheets.packages import unpack
from lms.words import N_

# Where a question begins: the line above its facts, of which the type is one.
BEGINS = re.compile(r"^---[ \t]*\n(?=(?:[a-z_]+:.*\n|[ \t-].*\n){0,40}?type:)", re.MULTILINE)
UNREADABLE = N_("这个文件读不了：{why}")
NOT_UTF8 = N_("不是 UTF-8 文本，请另存为 UTF-8。")
NO_QUESTIONS = N_("“{file}”里没有题目文件（.md）。")
README = "README.md"
PICTURES = "pictures"  # the folder of what the questions show


def is_own(name: str, text: str) -> bool:
    """Whether a text is a question file: it begins with its facts between two lines of ---."""
    head = HEAD.match(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    return bool(head) and "type:" in head[1]  # type: ignore[index]


def read_own(name: str, text: str) -> Read:
    """The questions of a question file, one or several after another. Where one of several
    cannot be read, it stands among them with the reason."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    starts = [match.start() for match in BEGINS.finditer(text)] or [0]
    read = Read(name)
    for start, end in pairwise([*starts, len(text)]):
        place = Place(file=name, line=text.count("\n", 0, start) + 1)
        try:
            read.found.append(to_found(read_draft(text[start:end]), place))
        except Invalid as why:
            if len(starts) == 1:
                return Read(name, refused=Doubt(why.text, why.values))
            doubt = Doubt(UNREADABLE, {"why": str(why)}, place=place)
            read.found.append(Found(place, doubts=[doubt]))
    return read


def is_own_folder(names: list[str]) -> bool:
    """Whether the parts of a zip are a folder of question files."""
    return any(_is_question(name) for name in names)


def read_own_folder(name: str, data: bytes) -> Read:
    """Every question file of a zip. One that cannot be read stands among them, with the reason."""
    parts = unpack(name, data, keep=lambda part: _is_question(part) or _is_picture(part))
    pictures = {PurePosixPath(part).name: parts[part] for part in parts if _is_picture(part)}
    found = [_found(part, parts[part]) for part in sorted(parts) if _is_question(part)]
    for one in found if pictures else ():
        shown = names_in(texts_of(one))
        one.pictures = {known: pictures[known] for known in shown if known in pictures}
    if not found:
        return Read(name, refused=Doubt(NO_QUESTIONS, {"file": name}))
    return Read(name, found)


def _is_question(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(step.startswith((".", "__MACOSX")) for step in path.parts)
    return path.suffix.lower() == ".md" and path.name != README and not hidden


def _is_picture(name: str) -> bool:
    return PurePosixPath(name).parent.name == PICTURES


def _found(part: str, data: bytes) -> Found:
    place = Place(file=part, line=1)
    try:
        return to_found(read_draft(data.decode("utf-8-sig")), place)
    except UnicodeDecodeError:
        why = Invalid(NOT_UTF8)
    except Invalid as wrong:
        why = wrong
    return Found(place, doubts=[Doubt(UNREADABLE, {"why": str(why)})])
