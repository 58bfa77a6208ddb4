"""What was read of a file is the same when it is taken out again."""

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as some

from lms.sheets.books import Book, Sheet
from lms.sheets.packing import packed, unpacked

# a text of half a sign is no text: no file gives one
TEXTS = some.text(some.characters(exclude_categories=["Cs"]))
VALUES = some.one_of(
    TEXTS,
    some.integers(),
    some.floats(allow_nan=False),
    some.booleans(),
    some.dates(),
    some.datetimes().map(lambda moment: moment.replace(fold=0)),  # summer time: no file has it
    some.times().map(lambda moment: moment.replace(fold=0)),
    some.timedeltas(),
)
PLACES = some.tuples(some.integers(1, 9), some.integers(1, 9))
SHEETS = some.builds(
    Sheet,
    name=TEXTS,
    rows=some.lists(some.lists(VALUES, max_size=4), max_size=4),
    hidden=some.booleans(),
    merged=some.lists(some.tuples(*[some.integers(1, 9)] * 4), max_size=2).map(tuple),
    formulas=some.frozensets(PLACES, max_size=3),
    page_heads=some.lists(TEXTS, max_size=2).map(tuple),
)


def kinds(book):
    return [type(value) for sheet in book.sheets for row in sheet.rows for value in row]


@given(some.builds(Book, name=TEXTS, sheets=some.lists(SHEETS, max_size=2).map(tuple)))
def test_a_book_comes_back_as_it_was_to_the_kind_of_each_value(book):
    back = unpacked(packed(book))
    assert back == book
    assert kinds(back) == kinds(book)


def test_every_kind_of_value_is_kept():
    row = ["甲", 1, 1.0, True, date(2026, 1, 5), datetime(2026, 1, 5, 8), time(8), timedelta(1)]
    book = Book("名册.xlsx", (Sheet("表", [row]),))
    assert kinds(unpacked(packed(book))) == [type(value) for value in row]
