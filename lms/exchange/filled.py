"""Reads the workbook of the house, cell by cell: what was taken home, or filled in by hand."""

from decimal import Decimal, InvalidOperation

from lms.bank.rules import BLANK, LETTERS, TRUE_FALSE, TYPE_NAMES, QuestionType
from lms.exchange.answers import read_answer
from lms.exchange.rules import STILL_FAULTY, Answer, Doubt, Found, Place, Read
from lms.exchange.sections import type_named
from lms.exchange.single import RUNS
from lms.exchange.template import (
    ANSWER,
    EXAMPLE,
    EXPLANATION,
    FACTS,
    NUMBER,
    OPTION,
    PART,
    POINTS,
    REASONS,
    REMARK,
    STEM,
    TYPE,
    heads,
    own_mark,
)
from lms.sheets.books import Book, Row, Sheet, Value
from lms.sheets.cells import label, text
from lms.words import N_

HEAD_WITHIN = 20  # rows in which the head is looked for
NO_POINTS = N_("分值“{written}”不是数字，请改正。")
NO_TYPE = N_("不认识题型“{written}”，请从下拉列表中选。")
ORPHAN = N_("这一行是小题，上面却没有材料题。请在上面加一行“材料题”，题干写材料。")
TYPES: dict[str, QuestionType] = {name: kind for kind, name in TYPE_NAMES.items()}


def is_template(book: Book) -> bool:
    """Whether a book has the columns of the house."""
    return any(_head_of(sheet) for sheet in book.sheets)


def read_template(book: Book) -> Read:
    """The questions of a book in the columns of the house, cell by cell, nothing guessed at."""
    read = Read(book.name)
    for sheet in book.sheets:
        head = _head_of(sheet)
        if head:
            _Reader(book.name, sheet, head, read.found).read()
    return read


def _head_of(sheet: Sheet) -> int:
    """The row of the head, from 1; 0 where there is none."""
    for number, row in enumerate(sheet.rows[:HEAD_WITHIN], start=1):
        words = {label(cell) for cell in row}
        if {TYPE, STEM, ANSWER} <= words:
            return number
    return 0


class _Reader:
    """Goes down a sheet, row by row."""

    def __init__(self, file: str, sheet: Sheet, head: int, found: list[Found]) -> None:
        self.file, self.sheet, self.head, self.found = file, sheet, head, found
        self.columns: dict[str, int] = {}
        for place, cell in enumerate(sheet.rows[head - 1]):
            self.columns.setdefault(label(cell), place)
        known = {*heads(len(LETTERS)), REASONS, ""}
        self.others = [name for name in self.columns if name not in known]

    def read(self) -> None:
        for number, row in enumerate(self.sheet.rows[self.head :], start=self.head + 1):
            if self._text(row, REMARK) != EXAMPLE and any(
                self._text(row, name) for name in (TYPE, STEM, ANSWER)
            ):
                self._take(number, row)

    def _take(self, number: int, row: Row) -> None:
        found = self._question(number, row)
        part = self._text(row, PART)
        if not part:
            self.found.append(found)
        elif self.found and self.found[-1].type is QuestionType.CASE:
            found.number = part
            self.found[-1].parts.append(found)
        else:
            found.doubts.append(Doubt(ORPHAN))
            self.found.append(found)

    def _question(self, number: int, row: Row) -> Found:
        found = Found(Place(file=self.file, sheet=self.sheet.name, row=number))
        found.number = self._text(row, NUMBER)
        self._type(found, self._text(row, TYPE))
        found.stem = self._exact(row, STEM)
        if found.type is QuestionType.BLANK:
            found.stem = RUNS.sub(BLANK, found.stem)
        found.options = self._options(row)
        found.explanation = self._exact(row, EXPLANATION)
        self._points(found, self._text(row, POINTS))
        self._answer(found, self._exact(row, ANSWER))
        said = {fact: self._exact(row, head) for head, fact in FACTS.items()}
        found.facts = {fact: written for fact, written in said.items() if written}
        if found.number and not self._text(row, PART):
            found.facts["id"] = found.number
        kept = {name: self._text(row, name) for name in self.others}
        found.kept = {name: written for name, written in kept.items() if written}
        if why := self._text(row, REASONS):
            found.doubts.append(Doubt(STILL_FAULTY, {"why": " ".join(why.split())}))
        return found

    def _cell(self, row: Row, name: str) -> Value:
        place = self.columns.get(name, len(row))
        return row[place] if place < len(row) else ""

    def _text(self, row: Row, name: str) -> str:
        return text(self._cell(row, name))

    def _exact(self, row: Row, name: str) -> str:
        """A text as it was written; anything else as text."""
        value = self._cell(row, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else text(value)

    def _type(self, found: Found, written: str) -> None:
        found.type = TYPES.get(written) or type_named(written)
        if found.type is None and written:
            found.doubts.append(Doubt(NO_TYPE, {"written": written[:20]}, "type"))

    def _options(self, row: Row) -> dict[str, str]:
        cells = {letter: self._exact(row, f"{OPTION}{letter}") for letter in LETTERS}
        options = {letter: cell for letter, cell in cells.items() if cell.strip()}
        marks = [own_mark(letter, option) for letter, option in options.items()]
        if not all(marks):
            return options
        pairs = zip(options.items(), marks, strict=True)
        return {letter: option[mark.end() :] for (letter, option), mark in pairs if mark}

    def _points(self, found: Found, written: str) -> None:
        if not written:
            return
        try:
            found.points = Decimal(written.removesuffix("分"))
        except InvalidOperation:
            found.points = None
        if found.points is None or not found.points.is_finite():
            found.points = None
            found.doubts.append(Doubt(NO_POINTS, {"written": written[:20]}, "points"))

    def _answer(self, found: Found, written: str) -> None:
        exact = exactly(found, written)
        if exact is not None:
            found.answer = exact
            return
        meant = read_answer(written, found.type, found.options, found.stem.count(BLANK))
        found.answer = meant.answer
        found.type = found.type or meant.type
        found.guessed |= meant.guessed
        found.doubts += meant.doubts


def exactly(found: Found, written: str) -> Answer | None:
    """An answer in the very form in which the house writes it; None for any other."""
    kind = found.type
    if kind is None or kind is QuestionType.CASE or not written.strip():
        return None
    if kind is QuestionType.TRUE_FALSE:
        return {TRUE_FALSE["A"]: True, TRUE_FALSE["B"]: False}.get(written)
    if kind.by_letters:
        letters = frozenset(written)
        plain = len(letters) == len(written) and letters <= set(found.options)
        return letters if plain else None
    if kind is QuestionType.BLANK:
        lines = written.split("\n")
        if len(lines) != found.stem.count(BLANK):
            return None
        return tuple(tuple(variant.strip() for variant in line.split(" 或 ")) for line in lines)
    return written
