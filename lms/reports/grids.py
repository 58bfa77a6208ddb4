"""A blank table as it was sent: its heads, lines and empty cells; nothing is understood yet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.sheets.books import Sheet
from lms.sheets.cells import label, letters, text

SEARCHED = 400  # rows of a form
WIDE = 0.55  # of the width: so much of a head row is written
TITLE = 0.8  # of the width: a merged cell so wide is a title
COUNTED = re.compile(r"[甲乙丙丁戊己庚辛]|[A-Z]|栏次|序|(\(?\d{1,2}\)?|[①-⑳])([=＝].*)?")
OF_WHICH = "其中"  # a head that begins so is a part of the one at its left
FOOT = re.compile(
    r"注|备注:|说明|填表|填报|审核|制表|单位负责|负责人|联系|报送|\d{4}年\d|统计时间|[*※]"
)
NUMBERED = re.compile(r"-?[\d.,%]+|—|-|/")

Place = tuple[int, int]  # row, column, from 1


@dataclass(frozen=True)
class Column:
    """A column under its heads. words: from the top down, as they are written."""

    number: int
    words: tuple[str, ...]

    @property
    def full(self) -> str:
        return "/".join(self.words)

    @property
    def letters(self) -> str:
        return letters(self.number)


@dataclass(frozen=True)
class Row:
    """A line with what stands at its left. words: from the left, a merged one in every line.

    places: the column of each word.
    """

    number: int
    words: tuple[str, ...]
    places: tuple[int, ...] = ()

    @property
    def full(self) -> str:
        return "/".join(self.words)


@dataclass(frozen=True)
class Block:
    """One table of a sheet: its columns right of the labels, its lines, and which cells wait.

    labels: the columns at the left that say what a line is about.
    """

    labels: tuple[Column, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: frozenset[Place]
    formulas: frozenset[Place]


class Grid:
    """The cells of a sheet as people see them: a merged cell's words in all that it covers."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.words = [[label(value) for value in row] for row in sheet.rows[:SEARCHED]]
        self.width = max((n for row in self.words for n, w in enumerate(row, 1) if w), default=0)
        for row in self.words:
            row += [""] * (self.width - len(row))
        self.covered: set[Place] = set()  # not the first cell of a merged one
        self.titles: set[Place] = set()
        self.spans: dict[Place, int] = {}  # first cell of a merged one → how many lines it covers
        for merge in sheet.merged:
            self._spread(*merge)

    def _spread(self, top: int, left: int, bottom: int, right: int) -> None:
        if top > len(self.words) or left > self.width:
            return
        word = self.words[top - 1][left - 1]
        title = right - left + 1 >= TITLE * self.width
        self.spans[top, left] = bottom - top + 1
        for row in range(top, min(bottom, len(self.words)) + 1):
            for column in range(left, min(right, self.width) + 1):
                self.words[row - 1][column - 1] = word
                if (row, column) != (top, left):
                    self.covered.add((row, column))
                if title:
                    self.titles.add((row, column))

    def word(self, row: int, column: int) -> str:
        return self.words[row - 1][column - 1]

    def waits(self, row: int, column: int) -> bool:
        """Whether a cell is there to be filled: empty, no formula, its own."""
        at = (row, column)
        if at in self.covered or at in self.sheet.formulas:
            return False
        return not text(self.sheet.cell(row, column)) and self.spans.get(at, 1) == 1

    def is_head(self, row: int) -> bool:
        """Whether a row is written nearly from end to end, with words."""
        words = [
            self.word(row, column)
            for column in range(1, self.width + 1)
            if (row, column) not in self.titles
        ]
        said = [word for word in words if word and not NUMBERED.fullmatch(word)]
        return len(said) >= max(2, WIDE * self.width) and len(set(said)) >= 2

    def counts_columns(self, row: int) -> bool:
        """A line of column numbers: 甲 乙 1 2 3."""
        said = [word for word in self.words[row - 1] if word]
        return len(said) >= 2 and all(COUNTED.fullmatch(word) for word in said)


def blocks(sheet: Sheet) -> list[Block]:
    """The tables of a sheet, from the top down; those side by side from the left."""
    grid, found = Grid(sheet), []
    heads = list(_heads(grid))
    for place, (first, last) in enumerate(heads):
        below = heads[place + 1][0] - 1 if place + 1 < len(heads) else len(grid.words)
        body = list(_body(grid, last, below))
        starts = _starts(grid, first, last, body)
        for start, end in zip(starts, [*starts[1:], grid.width + 1], strict=True):
            block = _block(grid, (first, last), (start, end), body)
            if block is not None:
                found.append(block)
    return found


def _heads(grid: Grid) -> Iterator[tuple[int, int]]:
    """First and last row of each head."""
    row = 1
    while row <= len(grid.words):
        if not (grid.is_head(row) or _of_which(grid, row)) or grid.counts_columns(row):
            row += 1
            continue
        last = row
        while last < len(grid.words) and (grid.is_head(last + 1) or _goes_on(grid, last)):
            if grid.counts_columns(last + 1):
                break
            last += 1
        yield row, last
        row = last + 1


def _of_which(grid: Grid, row: int) -> bool:
    """Whether the row below says what parts the heads of a row have."""
    below = grid.words[row] if row < len(grid.words) else []
    said = [word for word in grid.words[row - 1] if word]
    return len(said) >= 2 and any(word.startswith(OF_WHICH) for word in below)


def _goes_on(grid: Grid, last: int) -> bool:
    """Whether the next row only divides what is merged in this one, or says of which."""
    if _of_which(grid, last):
        return True
    merged = {
        column
        for top, left, bottom, right in grid.sheet.merged
        if top == bottom == last and left < right
        for column in range(left, right + 1)
    }
    said = {n for n, word in enumerate(grid.words[last], 1) if word}
    return len(said) >= 2 and said <= merged


def _body(grid: Grid, last: int, below: int) -> Iterator[int]:
    """The rows under a head, down to the notes."""
    for row in range(last + 1, below + 1):
        if grid.counts_columns(row):
            continue
        if _is_foot(grid, row):
            return
        yield row


def _starts(grid: Grid, first: int, last: int, body: list[int]) -> list[int]:
    """The columns at which a table begins: where the head of the lines is said again."""
    paths = {n: _path(grid, n, first, last) for n in range(1, grid.width + 1)}
    labels = [n for n in range(1, _labels(grid, body, 1, grid.width + 1) + 1) if paths[n]]
    if not labels:
        return [1]
    again = [n for n in paths if n > labels[-1] and paths[n] == paths[labels[0]]]
    return [1, *again]


Span = tuple[int, int]


def _block(grid: Grid, head: Span, across: Span, body: list[int]) -> Block | None:
    """head: its first and last row; across: the first column, and the first behind the last."""
    start, end = across
    labels = _labels(grid, body, start, end)
    heads = [Column(n, _path(grid, n, *head)) for n in range(start, end)]
    said = {n for n in range(start, labels + 1) if any(grid.word(row, n) for row in body)}
    columns = [one for one in heads if one.words and one.number not in said]
    rows = list(_rows(grid, body, start, labels))
    if not columns or not rows:
        return None
    cells = [(row.number, column.number) for row in rows for column in columns]
    empty = frozenset(at for at in cells if grid.waits(*at))
    lines = tuple(one for one in heads if one.number in said)
    return Block(lines, tuple(columns), tuple(rows), empty, grid.sheet.formulas & set(cells))


def _is_foot(grid: Grid, row: int) -> bool:
    """Notes and signatures under a table."""
    said = [word for word in grid.words[row - 1] if word]
    return bool(said) and bool(FOOT.match(said[0])) and said[0] != "备注"


def _labels(grid: Grid, body: list[int], start: int, end: int) -> int:
    """The last of the columns at the left that say what a line is about."""
    found = 0
    for column in range(start, end):
        said = [grid.word(row, column) for row in body if any(grid.words[row - 1])]
        words = [word for word in said if word and not NUMBERED.fullmatch(word)]
        if said and len(words) > len(said) / 2:
            found = column
        elif found and column > found + 1:
            break
    return found or start


def _path(grid: Grid, column: int, first: int, last: int) -> tuple[str, ...]:
    """The words above a column, from the top; what is written once over several is shared."""
    words: list[str] = []
    for row in range(first, last + 1):
        word = grid.word(row, column)
        if not word and row < last and grid.word(last, column):
            word = _from_the_left(grid, row, column, last)
        if word and (not words or words[-1] != word):
            words.append(word)
    return tuple(words)


def _from_the_left(grid: Grid, row: int, column: int, last: int) -> str:
    """A group that is written over its first column only, and not merged."""
    for left in range(column - 1, 0, -1):
        if word := grid.word(row, left):
            below = grid.word(last, left)
            of_which = not below and grid.word(last, left + 1).startswith(OF_WHICH)
            return word if of_which or below not in ("", word) else ""
    return ""


def _rows(grid: Grid, body: list[int], start: int, last: int) -> Iterator[Row]:
    """The lines with their labels; one that is left out under another is the same."""
    labels = last - start + 1
    held = [""] * labels
    for row in body:
        words = [grid.word(row, column) for column in range(start, last + 1)]
        said = [n for n, word in enumerate(words) if word and not NUMBERED.fullmatch(word)]
        if not said:
            continue
        for n in range(labels):
            if words[n] and NUMBERED.fullmatch(words[n]):
                held[n] = words[n]
            elif words[n]:
                held[n:] = [words[n], *[""] * (labels - n - 1)]
        kept = {
            held[n]: start + n
            for n in range(said[-1] + 1)
            if held[n] and not NUMBERED.fullmatch(held[n])
        }
        yield Row(row, tuple(kept), tuple(kept.values()))
