"""Tables in a Word document: questions in rows, a key, options side by side, or plain data."""

import re
from collections.abc import Callable, Sequence

from lxml import etree

from lms.exchange.labels import pieces
from lms.exchange.lines import Line, bare, flat, tidy
from lms.exchange.numbers import number_of
from lms.exchange.options import letter_at_start
from lms.exchange.pairs import GROUP
from lms.exchange.word_numbering import W

Cell = list[str]  # its lines
Row = list[Cell]
Lines = Callable[[etree._Element], list[str]]
# data: heads of a key
NUMBERS = re.compile(r"(?:题\s*号|序\s*号|题\s*次|编\s*号)")
ANSWERS = re.compile(r"(?:参考|正确|标准)?答\s*案")
NUMBER = re.compile(r"[(（]?\d{1,4}[)）]?[、.．]?")
ANSWER = re.compile(rf"(?:{GROUP.pattern})(?:[\s,、]*[A-Z])*")
WIDEST, CELLS = 60, 20_000


def rows_of(table: etree._Element, lines: Lines) -> list[Row]:
    """The cells of a table with their lines; a merged cell is said once."""
    found: list[Row] = []
    for row in table.iter(f"{W}tr"):
        cells: Row = []
        for cell in row.iterchildren(f"{W}tc", f"{W}sdt"):
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merged is not None and merged.get(f"{W}val") != "restart"
            cells.append([] if goes_on else lines(cell))
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            more = span.get(f"{W}val") if span is not None else None
            if more and more.isascii() and more.isdecimal():
                cells += [[]] * min(int(more) - 1, WIDEST)
        found.append(cells)
    return found


def key_rows(rows: Sequence[Row]) -> list[str]:
    """The rows of a key as lines 1.A 2.B; empty where the table is none."""
    texts = [[flat(" ".join(cell)).strip() for cell in row] for row in rows]
    found = _across(texts) or _down(texts)
    return found if found else []


def _across(texts: Sequence[Sequence[str]]) -> list[str]:
    """题号 1 2 3 above 答案 A B C, once or several times."""
    full = [row for row in texts if any(row)]
    if len(full) < 2 or len(full) % 2:
        return []
    found = []
    for numbers, answers in zip(full[::2], full[1::2], strict=True):
        if not numbers or not answers:
            return []
        if NUMBERS.fullmatch(numbers[0]) and ANSWERS.fullmatch(answers[0]):
            numbers, answers = numbers[1:], answers[1:]
        line = _paired(list(zip(numbers, answers, strict=False)))
        if not line:
            return []
        found.append(line)
    return found


def _down(texts: Sequence[Sequence[str]]) -> list[str]:
    """Columns 题号 | 答案, once or several times side by side."""
    full = [row for row in texts if any(row)]
    heads = full[0] if full else []
    columns = [n for n, head in enumerate(heads) if NUMBERS.fullmatch(head)]
    columns = [n for n in columns if n + 1 < len(heads) and ANSWERS.fullmatch(heads[n + 1])]
    if not columns:
        return []
    found = []
    for n in columns:
        pairs = [(row[n], row[n + 1]) for row in full[1:] if len(row) > n + 1]
        line = _paired(pairs)
        if not line:
            return []
        found.append(line)
    return found


def _paired(pairs: Sequence[tuple[str, str]]) -> str:
    """Number and answer side by side; "" where one of them is neither."""
    full = [(number, answer) for number, answer in pairs if number or answer]
    if not full or not all(NUMBER.fullmatch(n) and ANSWER.fullmatch(a) for n, a in full if a):
        return ""
    known = [(n, a) for n, a in full if a]
    return "  ".join(f"{n.strip('()（）、.．')}.{a}" for n, a in known)


def flattened(rows: Sequence[Row]) -> list[str]:
    """The cells as lines, where a table only lays out options, numbers and answers."""
    cells = [cell for row in rows for cell in row if any(line.strip() for line in cell)]
    marked = sum(any(_is_marked(line) for line in cell) for cell in cells)
    if not cells or marked * 3 < len(cells):
        return []
    found: list[str] = []
    for row in rows:
        found += _row_as_lines([cell for cell in row if any(line.strip() for line in cell)])
    return found


def _is_marked(line: str) -> bool:
    if letter_at_start(line) or pieces(line)[0].field:
        return True
    number = number_of(Line(line, 0))
    return number is not None and number.firm


def _row_as_lines(cells: Sequence[Cell]) -> list[str]:
    """A cell that is only a number, or the space for an answer, goes before the next one."""
    found: list[str] = []
    lead = ""
    for cell in cells:
        lines = [line for line in cell if line.strip()]
        if len(lines) == 1 and NUMBER.fullmatch(flat(lines[0]).strip()):
            lead += lines[0].strip().rstrip("、.．") + "、"
            continue
        found.append(lead + lines[0].strip())
        found += lines[1:]
        lead = ""
    return [*found, lead] if lead else found


def as_grid(rows: Sequence[Row]) -> str:
    """A table of data as Markdown; "" where it holds nothing, or too much."""
    texts = [[tidy(" ".join(map(bare, cell))) for cell in row] for row in rows]
    texts = [row for row in texts if any(row)]
    width = max(map(len, texts), default=0)
    if not width or width > WIDEST or width * len(texts) > CELLS:
        return ""
    if width == 1:
        return "\n\n".join(row[0] for row in texts)
    full = [[cell.replace("|", "\\|") for cell in row] + [""] * (width - len(row)) for row in texts]
    lines = ["| " + " | ".join(row) + " |" for row in full]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])
