"""Finds out whether a document is marked as a state secret. The words in running text are none."""

import re
from collections.abc import Iterable
from itertools import islice

from lms.errors import Invalid
from lms.sheets.books import Book, Sheet
from lms.sheets.cells import text

FIRST_LINES = 6
FEW_CELLS = 3
DATA = "…"
STARS = "★☆⭐✩✯"
CLASS = r"(?:绝\s*密|机\s*密|秘\s*密|絕\s*密|機\s*密|祕\s*密)"
SPAN = r"[0-9一二三四五六七八九十]+\s*(?:年|个\s*月|個\s*月|日|天)"
TERM = rf"(?:长\s*期|長\s*期|{SPAN}|[^\s]{{0,12}}(?:前|止|后))"
STARRED = rf"{CLASS}\s*[{STARS}]\s*{TERM}?"
OPEN, CLOSE = r"[\s【\[（(〔]*", r"[\s】\]）)〕]*"
PREFIX = r"(?:(?:密\s*级|密级标志|保密级别)\s*[:：]?\s*)?"
ALONE_STARRED = re.compile(rf"{OPEN}{PREFIX}{OPEN}({STARRED}){CLOSE}")
ALONE_WORD = re.compile(rf"{OPEN}{PREFIX}{OPEN}({CLASS}){CLOSE}")
BEFORE, AFTER = r"(?:^|[\s：:（(【\[])", r"(?=$|[\s）)】\]])"
APART_STARRED = re.compile(rf"{BEFORE}({STARRED}){AFTER}")
ENTRY = re.compile(
    r"\s*[A-Za-z0-9一二三四五六七八九十]{1,3}\s*[.．、)）:：]"
)  # an option, a question
APART = re.compile(r"\s{2,}")
LONGEST = 60  # a line longer than this is running text


def secret_marking(lines: Iterable[str], head_lines: Iterable[str] = ()) -> str | None:
    """The marking of a document, as 机密★5年, or None.

    lines: its text in reading order; head_lines: page heads and feet, text boxes.
    In the first lines and the page head a marking may share its line with other things, and
    the bare word is one when it stands alone; further down only a starred one alone in its line.
    """
    written = (line for line in map(_clean, lines) if line)
    first = [*map(_clean, head_lines), *islice(written, FIRST_LINES)]
    return _first_found(map(_in_first, first)) or _first_found(map(_in_body, written))


def _first_found(markings: Iterable[str | None]) -> str | None:
    return next((marking for marking in markings if marking), None)


def _clean(line: str) -> str:
    return text(line.replace("\t", "  "))


def _in_body(line: str) -> str | None:
    if len(line) > LONGEST or not any(star in line for star in STARS):
        return None
    match = ALONE_STARRED.fullmatch(line)
    return _plain(match[1]) if match else None


def _in_first(line: str) -> str | None:
    short = len(line) <= LONGEST
    if short and (match := ALONE_STARRED.fullmatch(line) or ALONE_WORD.fullmatch(line)):
        return _plain(match[1])
    if ENTRY.match(line):
        return None
    parts = (part for part in APART.split(line) if len(part) <= LONGEST)
    words = {match[1] for part in parts if (match := ALONE_WORD.fullmatch(part))}
    if len(words) == 1:  # several side by side are the answers to a question
        return _plain(words.pop())
    match = APART_STARRED.search(line)
    return _plain(match[1]) if match else None


def _plain(marking: str) -> str:
    return "".join(marking.split())


def refuse_secret(name: str, lines: Iterable[str], head_lines: Iterable[str] = ()) -> None:
    """Refuse a document that is marked as secret. name: of the file."""
    marking = secret_marking(lines, head_lines)
    if marking:
        raise Invalid(
            "“{file}”标有密级“{marking}”。本系统为非涉密系统，严禁存储、处理、传输国家秘密和工作秘密，"
            "文件未予接收。请立即按保密规定处理；如系误标，请由定密单位更正后再上传。",
            file=name,
            marking=marking,
        )


def refuse_secret_book(book: Book) -> None:
    """Refuse a workbook in which any sheet, hidden ones too, is marked as secret."""
    for sheet in book.sheets:
        refuse_secret(book.name, _lines(sheet), sheet.page_heads)


def _lines(sheet: Sheet) -> Iterable[str]:
    """The rows as lines. Of a row of many cells, which is data, the words are never alone."""
    seen = 0
    for cells in sheet.rows:
        if seen < FIRST_LINES or cells.count("") >= len(cells) - FEW_CELLS:
            words = [text(value) for value in cells if value != ""]
            seen += bool(words)
            yield "   ".join(words) if len(words) <= FEW_CELLS else DATA
