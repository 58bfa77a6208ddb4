"""Reads GIFT into a tree of items as they are written; decides nothing about what they mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from lms.words import N_

NOT_CLOSED = N_("左大括号没有配对的右大括号，请补上。")
NOT_OPENED = N_("右大括号前面没有左大括号，请补上，或在它前面加反斜杠。")
NO_ANSWERS = N_("大括号里的内容看不懂，请写成 =正确 ~错误，或 T、F，或 #数字。")
NOT_ALL_PAIRS = N_("连线题的每一项都要写成“=左边 -> 右边”。")
NO_NUMBER = N_("数字题的答案“{written}”不是数字，请写成 3.14:0.01 或 3.1..3.2。")
BEFORE_ANSWERS = N_("大括号里第一个 = 或 ~ 前面还有文字“{written}”，请检查。")

COMMENT = re.compile(r"\s*//")
ID = re.compile(r"\[id:([^\]\x00-\x1f]+)\]")
TAG = re.compile(r"\[tag:([^\]<>`\x00-\x1f]+)\]")
CATEGORY = re.compile(r"\s*\$CATEGORY:\s*(.*?)\s*$")
TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]")
WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,10})?)%")
NUMERAL = r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?"
WITHIN = re.compile(rf"({NUMERAL})(?:\s*:\s*({NUMERAL}))?")
BETWEEN = re.compile(rf"({NUMERAL})\s*\.\.\s*({NUMERAL})")
SPACES = re.compile(r"\s+")
BLANK = " _____ "  # stands in the stem where text follows the answers

# A sign behind a backslash is put out of the way before anything is looked for.
ESCAPED = re.compile(r"\\([~=#{}:n\\])")
ASIDE = {sign: chr(0xFDD0 + place) for place, sign in enumerate("~=#{}:n\\")}
BACK = {ord(aside): "\n" if sign == "n" else sign for sign, aside in ASIDE.items()}
NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")


class Kind(StrEnum):
    DESCRIPTION = "Description"
    CATEGORY = "Category"
    TRUE_FALSE = "TF"
    CHOICE = "MC"
    SHORT = "Short"
    NUMERICAL = "Numerical"
    ESSAY = "Essay"
    MATCHING = "Matching"


@dataclass(frozen=True)
class Text:
    format: str
    text: str


@dataclass(frozen=True)
class Number:
    """A number with what is allowed beside it, or a range; low and high are its ends."""

    low: Decimal
    high: Decimal
    middle: Decimal | None = None  # as written, where it was no range

    @property
    def within(self) -> Decimal:
        return self.high - self.middle if self.middle is not None else (self.high - self.low) / 2


@dataclass(frozen=True)
class Choice:
    """One answer. text None: anything else (only numerical). weight: percent, None: not said."""

    correct: bool
    text: Text | Number | None
    weight: Decimal | None = None
    feedback: Text | None = None


@dataclass
class Item:
    """One entry. fault: why its answers could not be read; its stem is kept."""

    kind: Kind
    line: int
    title: str = ""
    stem: Text = Text("moodle", "")
    embedded: bool = False
    choices: tuple[Choice, ...] = ()
    pairs: tuple[tuple[Text, str], ...] = ()
    right: bool | None = None
    feedback: Text | None = None  # for all
    when: tuple[Text | None, Text | None] = (None, None)  # true/false: first and second
    id: str = ""
    tags: tuple[str, ...] = ()
    fault: tuple[str, dict[str, str]] | None = None


@dataclass
class _Chunk:
    """The lines of one entry."""

    line: int = 0
    lines: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def parse(text: str) -> list[Item]:
    """All entries of a file in their order."""
    return [_item(chunk) for chunk in _chunks(text)]


def _aside(text: str) -> str:
    text = NONCHARACTERS.sub("", text)
    return ESCAPED.sub(lambda found: ASIDE[found[1]], text)


def _chunks(text: str) -> Iterator[_Chunk]:
    """Blank lines part entries, except within braces that are closed further down."""
    lines = _aside(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")).split(
        "\n"
    )
    closes = _next_brace_closes(lines)
    chunk, inside = _Chunk(), False
    for number, line in enumerate(lines, start=1):
        if COMMENT.match(line):
            chunk.remarks.append(line)
            continue
        if not line.strip():
            if not inside or not closes[number - 1]:
                if chunk.lines:
                    yield chunk
                    chunk, inside = _Chunk(), False
                continue
        elif not chunk.lines:
            chunk.line = number
        chunk.lines.append(line)
        if CATEGORY.match(line) and len(chunk.lines) == 1:
            yield chunk
            chunk, inside = _Chunk(), False
            continue
        last = max(line.rfind("{"), line.rfind("}"))
        inside = line[last] == "{" if last >= 0 else inside
    if chunk.lines:
        yield chunk


def _next_brace_closes(lines: list[str]) -> list[bool]:
    """For each line, whether the first brace in it or below is a closing one."""
    found, closes = [False] * len(lines), False
    for place in range(len(lines) - 1, -1, -1):
        first = next((sign for sign in lines[place] if sign in "{}"), "")
        closes = first == "}" if first and not COMMENT.match(lines[place]) else closes
        found[place] = closes
    return found


def _item(chunk: _Chunk) -> Item:
    written = "\n".join(chunk.lines)
    remarks = " ".join(chunk.remarks).translate(BACK)
    named = ID.search(remarks)
    item = Item(Kind.DESCRIPTION, chunk.line, tags=tuple(TAG.findall(remarks)))
    item.id = named[1].strip() if named else ""
    if category := CATEGORY.fullmatch(written):
        item.kind, item.title = Kind.CATEGORY, _plain(category[1])
        return item
    if title := TITLE.match(written):
        item.title, written = _plain(title[1]), written[title.end() :]
    format = "moodle"
    if told := FORMAT.match(written):
        format, written = told[1], written[told.end() :]
    opened = written.find("{")
    closed = written.find("}", opened + 1)
    if opened < 0 or closed < 0:
        item.stem = _text(written, format)
        if opened >= 0 or closed >= 0:
            item.fault = (NOT_CLOSED if opened >= 0 else NOT_OPENED, {})
        return item
    before, body, after = written[:opened], written[opened + 1 : closed], written[closed + 1 :]
    item.embedded = bool(after.strip())
    whole = before.rstrip() + BLANK + after.lstrip() if item.embedded else before
    item.stem = _text(whole, format)
    _answers(item, body, format)
    return item


def _answers(item: Item, body: str, format: str) -> None:
    body, _, general = body.partition("####")
    if general.strip():
        item.feedback = _text(general, format)
    body = body.strip()
    if not body:
        item.kind = Kind.ESSAY
    elif body.startswith("#"):
        item.kind = Kind.NUMERICAL
        _numerical(item, body[1:], format)
    elif "~" in body:
        item.kind = Kind.CHOICE
        item.choices = _choices(item, body, format)
    elif "=" in body and "->" in body:
        item.kind = Kind.MATCHING
        _matching(item, body, format)
    elif "=" in body:
        item.kind = Kind.SHORT
        item.choices = _choices(item, body, format)
    else:
        _true_or_false(item, body, format)


def _pieces(item: Item, body: str) -> Iterator[tuple[bool, Decimal | None, str]]:
    """Each answer: whether it begins with =, its weight, the rest."""
    parts = re.split("([=~])", body)
    if parts[0].strip():
        item.fault = (BEFORE_ANSWERS, {"written": _plain(parts[0])[:40]})
    for mark, rest in zip(parts[1::2], parts[2::2], strict=True):
        weight = WEIGHT.match(rest)
        yield (
            mark == "=",
            Decimal(weight[1]) if weight else None,
            rest[weight.end() if weight else 0 :],
        )


def _choices(item: Item, body: str, format: str) -> tuple[Choice, ...]:
    found = []
    for correct, weight, rest in _pieces(item, body):
        answer, _, told = rest.partition("#")
        found.append(Choice(correct, _text(answer, format), weight, _told(told, format)))
    return tuple(found)


def _numerical(item: Item, body: str, format: str) -> None:
    if not re.search("[=~]", body):
        body = "=" + body
    elif not body.lstrip().startswith(("=", "~")):
        body = "=" + body.lstrip()
    found = []
    for correct, weight, rest in _pieces(item, body):
        answer, _, told = rest.partition("#")
        number = _number(answer.translate(BACK).strip())
        if number is None and answer.strip() not in ("", "*"):
            item.fault = (NO_NUMBER, {"written": _plain(answer)[:40]})
        found.append(Choice(correct, number, weight, _told(told, format)))
    item.choices = tuple(found)


def _number(written: str) -> Number | None:
    if between := BETWEEN.fullmatch(written):
        low, high = sorted((Decimal(between[1]), Decimal(between[2])))
        return Number(low, high)
    within = WITHIN.fullmatch(written)
    if not within:
        return None
    middle, by = Decimal(within[1]), abs(Decimal(within[2] or 0))
    return Number(middle - by, middle + by, middle)


def _matching(item: Item, body: str, format: str) -> None:
    pairs = []
    for _, _, rest in _pieces(item, body):
        left, arrow, right = rest.partition("->")
        if not arrow:
            item.fault = (NOT_ALL_PAIRS, {})
        pairs.append((_text(left, format), _plain(right)))
    item.pairs = tuple(pairs)


def _true_or_false(item: Item, body: str, format: str) -> None:
    word, *told = body.split("#")
    if word.strip().upper() not in ("T", "TRUE", "F", "FALSE"):
        item.fault = (NO_ANSWERS, {})
        return
    item.kind = Kind.TRUE_FALSE
    item.right = word.strip().upper().startswith("T")
    first, second, *_ = *(_told(one, format) for one in told), None, None
    item.when = (first, second)


def _told(written: str, format: str) -> Text | None:
    return _text(written, format) if written.strip() else None


def _text(written: str, format: str) -> Text:
    """Spaces and line ends that only lay out the file mean nothing, but for HTML and Markdown."""
    if told := FORMAT.match(written):
        format, written = told[1], written[told.end() :]
    if format in ("html", "markdown"):
        return Text(format, written.strip().translate(BACK))
    return Text(format, _plain(written))


def _plain(written: str) -> str:
    return SPACES.sub(" ", written).strip().translate(BACK)
