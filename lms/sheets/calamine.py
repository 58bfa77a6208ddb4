"""Lets python-calamine read a checked workbook, and bounds what comes out."""

from collections.abc import Iterator
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from lms.sheets.books import Merge, Sheet
from lms.sheets.guards import (
    SHEETS,
    damaged,
    locked,
    refuse_too_many_rows,
    refuse_too_much,
    too_large,
)


def read_sheets(name: str, file: BytesIO) -> Iterator[tuple[int, Sheet]]:
    """The worksheets, each with its place in the workbook from 0; charts are left out."""
    book = _opened(name, file)
    total = 0
    if len(book.sheets_metadata) > SHEETS:
        raise too_large(name)
    for place, about in enumerate(book.sheets_metadata):
        if about.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = _loaded(name, book, place)
        refuse_too_much(name, sheet.total_height + 1, sheet.total_width + 1)
        rows = sheet.to_python(skip_empty_area=False)
        total += sum(map(any, rows))
        refuse_too_many_rows(name, total)
        hidden = about.visible is not SheetVisibleEnum.Visible
        yield place, Sheet(about.name, rows, hidden, _merged(sheet))  # type: ignore[arg-type]


def _opened(name: str, file: BytesIO) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(file)
    except PasswordError:
        raise locked(name) from None
    except CalamineError:
        raise damaged(name) from None
    except BaseException as failure:
        raise _panic(name, failure) from None


def _loaded(name: str, book: CalamineWorkbook, place: int) -> CalamineSheet:
    try:
        return book.get_sheet_by_index(place)
    except CalamineError:
        raise damaged(name) from None
    except BaseException as failure:
        raise _panic(name, failure) from None


def _panic(name: str, failure: BaseException) -> BaseException:
    """The reader is written in Rust; its panics are no Exceptions, and mean a broken file."""
    if isinstance(failure, Exception) or type(failure).__name__ == "PanicException":
        return damaged(name)
    return failure


def _merged(sheet: CalamineSheet) -> tuple[Merge, ...]:
    ranges = sheet.merged_cell_ranges or []
    return tuple((top + 1, left + 1, low + 1, right + 1) for (top, left), (low, right) in ranges)
