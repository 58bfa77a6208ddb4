"""Builders for what is read from tables: rows to questions, and a question in one line."""

from lms.exchange.rules import Found, Read
from lms.exchange.workbooks import read_tables
from lms.sheets.books import Book, Sheet


def read(*rows, name="题库.xlsx", sheet="Sheet1", merged=(), formulas=(), **others) -> Read:
    """Read a book whose first sheet has these rows; others: more sheets by their names."""
    first = Sheet(sheet, [list(row) for row in rows], merged=tuple(merged))
    first.formulas = frozenset(formulas)
    more = [Sheet(title, [list(row) for row in held]) for title, held in others.items()]
    return read_tables(Book(name, (first, *more)))


def line(found: Found) -> str:
    """A question in one line: type, number, stem, options, key."""
    options = " ".join(f"{letter}={text}" for letter, text in found.options.items())
    kind = found.type.value if found.type else "?"
    return " · ".join(filter(None, [kind, found.number, found.stem, options, key(found)]))


def key(found: Found) -> str:
    """The key as one word; ? where there is none."""
    answer = found.answer
    if isinstance(answer, frozenset):
        return "".join(sorted(answer))
    if isinstance(answer, bool):
        return "√" if answer else "×"
    if isinstance(answer, tuple):
        return ";".join("/".join(variants) for variants in answer)
    return answer or "?"


def lines(read: Read) -> list[str]:
    assert read.refused is None, read.refused
    return [line(found) for found in read.found]


def is_silent(found: Found) -> bool:
    """Whether a key is taken with no mark on it: no doubt, and not called a guess."""
    return found.answer is not None and not found.doubts and "answer" not in found.guessed


def doubts(found: Found) -> str:
    return " ".join(one.text.format(**one.values) for one in found.doubts)
