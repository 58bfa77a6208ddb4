"""A zip whose every file has a digest, with an index that says what each of them is. Pure."""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from lms.inspecting import vocabulary as words
from lms.sheets.delimited import csv_bytes
from lms.sheets.guards import UTF8_BOM

LANG = {"zh": "zh-Hans", "en": "en"}
# The index is read in whatever browser an inspector has, and printed.
STYLE = (
    "body{max-width:70rem;margin:2rem auto;padding:0 1rem;line-height:1.5;color:#1d2129;"
    'font-family:"Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif}'
    "h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left}"
    "td:nth-child(3){text-align:right}td:last-child,code{font-family:monospace;"
    "word-break:break-all;font-size:.85em}"
)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content is the same file, whenever it was made


def digest_of(data: bytes) -> str:
    """The SM3 digest of a file (GB/T 32905): 64 hex digits."""
    return hashlib.new("sm3", data).hexdigest()


@dataclass(frozen=True)
class Entry:
    """A file of a bundle. rows: of a table without its head; none: it is no table."""

    name: str
    what: str
    rows: int | None
    size: int
    digest: str

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def entries(kept: Iterable[Mapping[str, Any]]) -> list[Entry]:
    return [Entry(**one) for one in kept]


def sums(files: Iterable[Entry]) -> bytes:
    """A line for each file: digest, two spaces, name; as `sm3sum -c` reads it."""
    return "".join(f"{one.digest}  {one.name}\n" for one in files).encode()


class Bundle:
    """A zip in the making. say: the program's own words in the language of who asked for it."""

    def __init__(self, language: str = "zh", say: Callable[[str], str] = str) -> None:
        self.language, self.say = language, say
        self.target, self.files = BytesIO(), list[Entry]()
        self.index: Entry | None = None
        self.zip = ZipFile(self.target, "w", ZIP_DEFLATED)

    def table(
        self, name: str, what: str, head: Sequence[str], batches: Iterable[Sequence[Sequence[Any]]]
    ) -> Iterator[int]:
        """A table as .csv, batch by batch, for there may be half a million rows; gives how many."""
        written, rows = [csv_bytes([[self.say(word) for word in head]])], 0
        for batch in batches:
            said = [[self._said(cell) for cell in row] for row in batch]
            written.append(csv_bytes(said).removeprefix(UTF8_BOM))
            rows += len(batch)
            yield rows
        self.add(f"{self.say(name)}.csv", what, b"".join(written), rows)

    def _said(self, cell: Any) -> Any:
        """A cell; a list of several things is one text, with room between them."""
        if isinstance(cell, list):
            return " ".join(str(self._said(one)) for one in cell)
        return self.say(cell) if isinstance(cell, words.Word) else cell

    def add(self, name: str, what: str, data: bytes, rows: int | None = None) -> None:
        """A file, numbered in the order of the index."""
        numbered = f"{len(self.files) + 1:02d}-{name}"
        self.files.append(Entry(numbered, self.say(what), rows, len(data), digest_of(data)))
        self._write(numbered, data)

    def _write(self, name: str, data: bytes) -> None:
        self.zip.writestr(ZipInfo(name, EPOCH), data, ZIP_DEFLATED)

    def kept(self) -> list[dict[str, Any]]:
        """What a row keeps of a bundle that is bound: its files, and at last its index."""
        return [one.kept() for one in (*self.files, self.index) if one]

    @property
    def whole(self) -> str:
        """The digest over all digests: it stands in the index and in the log."""
        return digest_of(sums(self.files))

    def bound(self, title: str, lines: Sequence[str]) -> bytes:
        """The zip with its index and its list of digests. lines: what must be said beside it."""
        name = words.INDEX[self.language]
        self._write(words.SUMS[self.language], sums(self.files))
        page = self._page(title, lines)
        self.index = Entry(name, self.say(words.INDEX_WHAT), None, len(page), digest_of(page))
        self._write(name, page)
        self.zip.close()
        return self.target.getvalue()

    def _page(self, title: str, lines: Sequence[str]) -> bytes:
        """The page that says what is inside; it opens in any browser, without a network."""
        named = {"sums": words.SUMS[self.language]}
        said = "".join(f"<p>{escape(line)}</p>\n" for line in lines)
        heads = "".join(f"<th>{escape(self.say(word))}</th>" for word in words.INDEX_HEADS)
        rows = "".join(map(_row, self.files))
        how = "".join(f"<p>{escape(self.say(line).format(**named))}</p>\n" for line in words.HOW)
        head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
        whole = escape(self.say(words.WHOLE).format(**named))
        return (
            f'<!doctype html>\n<html lang="{LANG[self.language]}">{head}\n<h1>{escape(title)}</h1>'
            f"\n{said}<table>\n<tr>{heads}</tr>\n{rows}</table>\n"
            f"<p>{whole}<code>{self.whole}</code></p>\n{how}</html>\n"
        ).encode()


def _row(one: Entry) -> str:
    name = escape(one.name)
    rows = "—" if one.rows is None else one.rows
    linked = f'<td><a href="{name}">{name}</a></td>'
    return f"<tr>{linked}<td>{escape(one.what)}</td><td>{rows}</td><td>{one.digest}</td></tr>\n"


# ── read anew ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Checked:
    """What reading anew found. wrong: names of files that differ or are missing."""

    same: list[str]
    wrong: list[str]

    @property
    def whole(self) -> bool:
        return bool(self.same) and not self.wrong


def checked(data: bytes, name: str, files: Sequence[Entry]) -> Checked:
    """A whole zip, or one file from inside one, against the digests that were kept."""
    if name.lower().endswith(".zip"):
        return _zip_checked(data, files)
    found = digest_of(data)
    same = [one.name for one in files if one.digest == found]
    return Checked(same[:1], [] if same else [name])


def _zip_checked(data: bytes, files: Sequence[Entry]) -> Checked:
    try:
        with ZipFile(BytesIO(data)) as book:
            sizes = {one.filename: one.file_size for one in book.infolist()}
            fit = [one for one in files if sizes.get(one.name) == one.size]
            same = [one.name for one in fit if digest_of(book.read(one.name)) == one.digest]
            language = "en" if words.INDEX["en"] in sizes else "zh"
            listed, summed = words.INDEX[language], words.SUMS[language]
            strange = set(sizes) - {one.name for one in files} - {listed, summed}
            lines = sums(one for one in files if one.name != listed)
            if sizes.get(summed) != len(lines) or book.read(summed) != lines:
                strange.add(summed)
    except (BadZipFile, OSError, ValueError, EOFError, RuntimeError, zlib.error):
        return Checked([], [one.name for one in files])
    missing = [one.name for one in files if one.name not in same]
    return Checked(same, missing + sorted(strange))
