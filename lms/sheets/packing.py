"""A book as bytes, and back: what was read and checked once need not be read again. Pure."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from lms.sheets.books import Book, Sheet

MOMENTS = {kind.__name__: kind for kind in (datetime, date, time)}


def packed(book: Book) -> bytes:
    """All that was read of a file. Read back with `unpacked`."""
    sheets = [vars(sheet) | {"formulas": sorted(sheet.formulas)} for sheet in book.sheets]
    return ENCODER.encode({"name": book.name, "sheets": sheets}).encode()


def unpacked(data: bytes) -> Book:
    """The book as it was packed, to the type of each value."""
    kept = json.loads(data, object_hook=_value)
    return Book(kept["name"], tuple(_sheet(**sheet) for sheet in kept["sheets"]))


def _plain(value: Any) -> dict[str, Any]:
    if isinstance(value, timedelta):
        return {"timedelta": [value.days, value.seconds, value.microseconds]}
    return {type(value).__name__: value.isoformat()}


def _value(found: dict[str, Any]) -> Any:
    """Days and times stand under the name of their kind; whatever else is a part of the book."""
    if len(found) > 1:
        return found
    ((kind, written),) = found.items()
    return timedelta(*written) if kind == "timedelta" else MOMENTS[kind].fromisoformat(written)


def _sheet(merged: list[Any], formulas: list[Any], page_heads: list[str], **more: Any) -> Sheet:
    return Sheet(
        merged=tuple(map(tuple, merged)),
        formulas=frozenset(map(tuple, formulas)),
        page_heads=tuple(page_heads),
        **more,
    )


ENCODER = json.JSONEncoder(ensure_ascii=False, default=_plain)
