"""Finds the head of a table in a sheet: below title rows, one or two rows high, merged or not."""

from collections.abc import Callable
from dataclasses import dataclass

from lms.sheets.books import Merge, Row, Sheet
from lms.sheets.cells import label, letters

SEARCHED = 40  # rows from the top in which a head can stand
MERGES = 20_000  # looked at; a sheet with more is no form that people fill in
ENOUGH = 2  # known words that make a row a head

Known = Callable[[str], bool]
Labels = list[str]


@dataclass(frozen=True)
class Heading:
    """A column's words. group: those of the merged head above it, or ""."""

    column: int  # from 1
    label: str
    group: str = ""

    @property
    def full(self) -> str:
        return f"{self.group}/{self.label}" if self.group else self.label

    @property
    def letters(self) -> str:
        return letters(self.column)


@dataclass(frozen=True)
class Head:
    first_row: int  # from 1
    last_row: int
    headings: tuple[Heading, ...]


def find_head(sheet: Sheet, known: Known) -> Head | None:
    """The rows that hold most of the known words. known: of a label without spaces."""
    top = _labels(sheet)
    best = _best([_count(row, known) for row in top])
    pair = _best(
        [_count(_joined(a, b), known) for a, b in zip(top, top[1:], strict=False)], default=0
    )
    if pair[1] > best[1] and pair[1] >= ENOUGH and not _has_numbers(sheet, pair[0] + 1):
        return _head(top, pair[0], pair[0] + 1, sheet.merged)
    if best[1] < ENOUGH:
        return None
    first, last = best[0], best[0]
    if last + 1 < len(top) and _goes_on(sheet, top, last + 1):
        last += 1
    elif first and _has_groups(sheet, first, len(top[first])):
        first -= 1
    return _head(top, first, last, sheet.merged)


def _best(scores: list[int], default: int = 0) -> tuple[int, int]:
    """The first place of the highest score, and the score."""
    if not scores:
        return 0, default
    highest = max(scores)
    return scores.index(highest), highest


def _count(row: Labels, known: Known) -> int:
    return sum(known(word) for word in set(row) if word)


def _joined(upper: Labels, lower: Labels) -> Labels:
    longer = max(len(upper), len(lower))
    upper, lower = upper + [""] * (longer - len(upper)), lower + [""] * (longer - len(lower))
    return [b or a for a, b in zip(upper, lower, strict=True)]


def _labels(sheet: Sheet) -> list[Labels]:
    """The labels of the top rows, merged ones in every cell that they cover."""
    top = [[label(value) for value in row] for row in sheet.rows[:SEARCHED]]
    for first, left, last, right in sheet.merged[:MERGES]:
        if first > len(top) or left > len(top[first - 1]):
            continue
        word = top[first - 1][left - 1]
        for row in top[first - 1 : last]:
            for column in range(left - 1, min(right, len(row))):
                row[column] = word
    return top


def _has_numbers(sheet: Sheet, place: int) -> bool:
    return any(isinstance(value, int | float) for value in sheet.rows[place])


def _goes_on(sheet: Sheet, top: list[Labels], lower: int) -> bool:
    """Whether the row at `lower` (from 0) still belongs to the head above it."""
    row = lower + 1
    if any(first < row <= last for first, _, last, _ in sheet.merged):
        return True
    under = {
        column
        for first, left, last, right in sheet.merged
        if first == last == row - 1 and left < right
        for column in range(left - 1, min(right, len(top[lower])))
    }
    written = {column for column, word in enumerate(top[lower]) if word}
    return len(written) >= 2 and written <= under and not _has_numbers(sheet, lower)


def _has_groups(sheet: Sheet, place: int, width: int) -> bool:
    """Whether merged heads stand in the row above `place` (from 0), and not a title."""
    return any(
        first <= place <= last and left < right and (right - left + 1) < 0.8 * width
        for first, left, last, right in sheet.merged
    )


def _head(top: list[Labels], first: int, last: int, merged: tuple[Merge, ...]) -> Head:
    upper, lower = top[first], top[last]
    words = _joined(upper, lower) if first != last else lower
    groups = upper + [""] * (len(words) - len(upper)) if first != last else [""] * len(words)
    groups = _spread(groups, words, first, merged)
    headings = tuple(
        Heading(column, word, group if group != word else "")
        for column, (word, group) in enumerate(zip(words, groups, strict=True), start=1)
        if word
    )
    return Head(first + 1, last + 1, headings)


def _spread(groups: Labels, words: Labels, first: int, merged: tuple[Merge, ...]) -> Labels:
    """A group that is written once and not merged (csv) covers the empty cells to its right."""
    if any(top <= first + 1 <= last and left < right for top, left, last, right in merged):
        return groups
    spread, group = [], ""
    for word, here in zip(words, groups, strict=True):
        group = here or group
        spread.append(group if not here or here != word else "")
        if here == word:
            group = ""
    return spread


def row_labels(row: Row) -> Labels:
    return [label(value) for value in row]
