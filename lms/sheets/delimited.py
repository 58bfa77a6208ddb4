"""Reads and writes .csv."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import islice

from lms.errors import Invalid
from lms.sheets.books import Row, Sheet
from lms.sheets.guards import (
    UTF16_BOMS,
    damaged,
    refuse_too_many_rows,
    refuse_too_much,
    refuse_too_wide,
)

DELIMITERS = ",;\t"
SNIFFED = 20  # lines
AS_TEXT = re.compile(r'="([^"]*)"')  # Excel's way to keep a number as text in a csv
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r")
SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?\r?\n', re.IGNORECASE)


def read_csv(name: str, data: bytes) -> Sheet:
    """The one sheet of a csv. name: of the file; the sheet is called after it."""
    written = decoded(name, data)
    told = SEPARATOR_LINE.match(written)
    body = written[told.end() :] if told else written
    rows: list[Row] = []
    formulas: set[tuple[int, int]] = set()
    width = count = 0
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=told[1] if told else _sniff(body))
    try:
        for number, cells in enumerate(reader, start=1):
            width = max(width, len(cells))
            count += any(cells)
            refuse_too_wide(name, len(cells))
            refuse_too_many_rows(name, count)
            refuse_too_much(name, number, width)
            rows.append(list(map(_cell, cells)))
            formulas.update((number, c) for c, v in enumerate(cells, 1) if _is_formula(v))
    except csv.Error:
        raise damaged(name) from None
    return Sheet(name=name.rpartition(".")[0] or name, rows=rows, formulas=frozenset(formulas))


def decoded(name: str, data: bytes) -> str:
    """The text of a file in UTF-8 or GB18030 (or UTF-16 where it says so)."""
    encodings = ["utf-16"] if data.startswith(UTF16_BOMS) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(
        "“{file}”的文字编码无法识别。请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。", file=name
    )


def _sniff(body: str) -> str:
    """The delimiter that stands in most of the first lines, and most often."""
    lines = [line for line in islice(io.StringIO(body), SNIFFED) if line.strip()]
    return max(DELIMITERS, key=lambda d: (sum(d in line for line in lines), body[:5000].count(d)))


def _cell(value: str) -> str:
    if value.startswith(GUARDED):
        return value[1:]
    match = AS_TEXT.fullmatch(value)
    return match[1] if match else value


def _is_formula(value: str) -> bool:
    return value.startswith("=") and not AS_TEXT.fullmatch(value)


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """A csv that WPS and Excel open without garbling, and of which no cell is a formula."""
    return csv_lines([guarded(value) for value in row] for row in rows)


def csv_lines(*some: Iterable[Sequence[object]]) -> bytes:
    """The csv of rows whose every cell is guarded already."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    for rows in some:
        writer.writerows(rows)
    return target.getvalue().encode("utf-8-sig")


def guarded(value: object) -> object:
    """The value with an apostrophe before what a spreadsheet would take for a formula."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return value
