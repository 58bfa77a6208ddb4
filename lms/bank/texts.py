"""Texts as a trainer types them, and the Markdown that shows just that. Pure.

A field holds plain text. Three things in it mean more: ____ is a blank, 【图1】 is a picture, and
lines that begin and end with | are the rows of a table. All else is shown as it was typed.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from lms.bank.front import CONTROLS
from lms.bank.rules import BLANK

PICTURE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\(pic:([0-9a-f]{32})\)")
NAME = re.compile("[0-9a-f]{32}")
MARKER = re.compile(r"【图([1-9][0-9]{0,2})】")
ROW = re.compile(r"\|.*\|")
RULER = re.compile(r"\|(?: --- \|)+")
ESCAPABLE = r"[\\`*_{}\[\]()>#+\-.!|<]"
# What Markdown would take for its own inside a line. Runs of three and more underscores stay.
MARKS = re.compile(
    rf"(?P<slash>\\(?={ESCAPABLE}))|(?P<star>[*`])|(?P<low>_+)|(?P<entity>&(?=#?\w+;))"
    r"|(?P<tag><(?=/?(?:sub|sup|del|br)\s*/?>))|(?P<picture>!(?=\[[^\n]*\]\(pic:))|(?P<brace>[{}])"
)
BEGINNING = re.compile(r"[#>]|[-+](?=[ \t]|$)|\d+(?P<dot>\.)(?=[ \t])")
RULER_LIKE = re.compile(r"[|: \t\\-]*[|-][|: \t\\-]*")
BACK = re.compile(rf"\\({ESCAPABLE})|&(amp|lt|#123|#125);")
MEANT = {"amp": "&", "lt": "<", "#123": "{", "#125": "}"}


@dataclass(frozen=True)
class Shown:
    """A picture in a text: what it is called, and what it shows, for those who do not see it."""

    name: str
    alt: str


def as_markdown(text: str, pictures: Mapping[int, Shown] | None = None, gaps: bool = False) -> str:
    """What shows the text as it was typed. gaps: ____ is a blank to fill, and braces are not."""
    lines = [line.strip(" \t") for line in CONTROLS.sub("", text.replace("\r\n", "\n")).split("\n")]
    blocks = []
    for in_table, some in groupby(_with_places(lines), key=lambda pair: pair[1]):
        rows = [line for line, _ in some]
        if in_table:
            blocks.append(_table(rows, pictures or {}, gaps))
        else:
            blocks.append("\n".join(_line(row, pictures or {}, gaps) for row in rows))
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(blocks)).strip()


def as_field(markdown: str, numbers: Mapping[str, int] | None = None) -> str:
    """The same as a trainer reads it. numbers: of the pictures, by name."""
    lines = []
    for line in markdown.split("\n"):
        if not RULER.fullmatch(line):
            lines.append(_freed(line, numbers or {}))
    return "\n".join(lines)


def _shown(picture: re.Match[str]) -> str:
    """A picture as a word: what it shows, where somebody wrote that."""
    said = re.sub(r"\\(.)", r"\1", picture[1]) or "图"  # data: kept with the question
    return f"〔{said}〕"


def in_short(markdown: str) -> str:
    """The text in one line, as a list shows it: what pictures show, tables without their bars."""
    text = PICTURE.sub(_shown, markdown)
    lines = (line.replace(" | ", " ").strip("| ") for line in as_field(text).split("\n"))
    return " ".join(" ".join(lines).split())


def marker(number: int) -> str:
    """Where a picture stands in a field."""
    return f"【图{number}】"  # data: what is typed


def is_plain(markdown: str) -> bool:
    """Whether a field can hold all of it; bold type, for one, is lost when it is typed over."""
    numbers = {name: number for number, name in enumerate(names_in([markdown]), start=1)}
    found = pictures_in([markdown], numbers)
    return as_markdown(as_field(markdown, numbers), found, gaps=True) == markdown or (
        as_markdown(as_field(markdown, numbers), found) == markdown
    )


def names_in(texts: Collection[str]) -> list[str]:
    """The pictures that texts show, each once, in their order."""
    found = (name for text in texts if "](pic:" in text for _, name in PICTURE.findall(text))
    return list(dict.fromkeys(found))


def numbered(texts: Collection[str]) -> dict[str, int]:
    """A number for each picture of these texts; one that stands in a text as words is left out."""
    taken = {int(number) for text in texts for number in MARKER.findall(text)}
    free = (number for number in range(1, 1000) if number not in taken)
    return dict(zip(names_in(texts), free, strict=False))


def pictures_in(texts: Collection[str], numbers: Mapping[str, int]) -> dict[int, Shown]:
    """The pictures of these texts by their numbers."""
    found: dict[int, Shown] = {}
    for text in texts:
        for alt, name in PICTURE.findall(text):
            if name in numbers:
                alt = re.sub(r"\\(.)", r"\1", alt)
                found.setdefault(numbers[name], Shown(name, alt))
    return found


def written(picture: Shown) -> str:
    """How Markdown shows a picture."""
    alt = re.sub(r"([\\\[\]|])", r"\\\1", " ".join(picture.alt.split()))
    return f"![{alt}](pic:{picture.name})"


def _with_places(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is a row of a table: two such lines in a row are one."""
    row = [bool(ROW.fullmatch(line)) and line.count("|") > 2 for line in ["", *lines, ""]]
    for place, line in enumerate(lines, start=1):
        yield line, row[place] and (row[place - 1] or row[place + 1])


def _table(rows: list[str], pictures: Mapping[int, Shown], gaps: bool) -> str:
    cells = [[cell.strip() for cell in row[1:-1].split("|")] for row in rows]
    wide = max(map(len, cells))
    filled = [[_inline(cell, pictures, gaps) for cell in row] for row in cells]
    lines = ["| " + " | ".join(row + [""] * (wide - len(row))) + " |" for row in filled]
    return "\n".join([lines[0], "|" + " --- |" * wide, *lines[1:]])


def _line(line: str, pictures: Mapping[int, Shown], gaps: bool) -> str:
    if RULER_LIKE.fullmatch(line):
        return re.sub(r"([|\\-])", r"\\\1", line, count="\\" not in line)
    begun = BEGINNING.match(line)
    if not begun:
        return _inline(line, pictures, gaps)
    at = begun.start("dot") if begun["dot"] else 0
    return line[:at] + "\\" + line[at] + _inline(line[at + 1 :], pictures, gaps)


def _inline(text: str, pictures: Mapping[int, Shown], gaps: bool) -> str:
    """Marks get a backslash; markers of pictures that there are become pictures."""
    pieces, end = [], 0
    for found in MARKER.finditer(text):
        if (picture := pictures.get(int(found[1]))) is not None:
            pieces += [_marked(text[end : found.start()], gaps), written(picture)]
            end = found.end()
    return "".join([*pieces, _marked(text[end:], gaps)])


def _marked(text: str, gaps: bool) -> str:
    def one(found: re.Match[str]) -> str:
        mark, kind = found[0], found.lastgroup
        if kind == "low":
            stays = mark == BLANK if gaps else len(mark) > 2
            return mark if stays else r"\_" * len(mark)
        if kind == "brace":
            return f"&#{ord(mark)};" if gaps else mark
        return "&amp;" if kind == "entity" else "\\" + mark

    return MARKS.sub(one, text)


def _freed(text: str, numbers: Mapping[str, int]) -> str:
    """Pictures as their markers, marks without their backslashes."""
    pieces, end = [], 0
    for found in PICTURE.finditer(text):
        if found[2] in numbers:
            pieces += [_meant(text[end : found.start()]), marker(numbers[found[2]])]
            end = found.end()
    return "".join([*pieces, _meant(text[end:])])


def _meant(text: str) -> str:
    return BACK.sub(lambda found: found[1] or MEANT[found[2]], text)
