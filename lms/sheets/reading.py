"""Reads a sent file into a book of plain rows, or says in one sentence why not."""

from pathlib import PurePath

from lms.errors import Invalid
from lms.sheets.books import Book
from lms.sheets.cells import text
from lms.sheets.delimited import read_csv
from lms.sheets.guards import Format, format_of
from lms.sheets.secrecy import refuse_secret_book
from lms.sheets.xls import read_xls
from lms.sheets.xlsx import read_xlsx


def read_book(name: str, data: bytes) -> Book:
    """The sheets of an .xlsx, .xls or .csv with rows as they are numbered there.

    Raises Invalid for what is no table, is too large, is broken, locked, empty or marked secret.
    """
    name = PurePath(name.replace("\\", "/")).name
    sort = format_of(name, data)
    if sort is Format.XLSX:
        sheets = read_xlsx(name, data)
    elif sort is Format.XLS:
        sheets = read_xls(name, data)
    else:
        sheets = [read_csv(name, data)]
    book = Book(name, tuple(sheets))
    refuse_secret_book(book)
    if not any(text(value) for sheet in sheets for row in sheet.rows for value in row):
        raise Invalid("“{file}”里没有内容，请检查是否选错了文件。", file=name)
    return book
