"""The key at the end of a paper or a section: found, cut off, and laid on its questions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from lms.bank.rules import QuestionType
from lms.exchange.answers import letters_in
from lms.exchange.labels import pieces
from lms.exchange.lines import bare, flat
from lms.exchange.looking import Look
from lms.exchange.pairs import Pairs, read_pairs
from lms.exchange.sections import HEADING, TYPES
from lms.exchange.truths import truth

# data: the line above a key
HEAD = re.compile(
    r"[\s《【\[*#(<]*(?:附(?:件|录)?\s*\d?\s*[:：]?\s*)?[^,，。;；?？!]{0,40}?"
    r"(?:参考|标准|正确|试题)?答\s*案(?:及|与|和|、)?(?:详细)?(?:解析|评分标准|评分细则|说明|要点)?"
    r"(?:如下|部分|一览|汇总|页|表|区|卡)?[\s》】\])*>]*[:：]?[\s*]*"
)


FAR = 40  # lines that are looked at below a heading
# Answers in a row that no numbers part: ABCDA, √×√.
RUN_ALONE = re.compile(r"(?:[A-Za-z]|[√×✓✔✗✘╳]|对|错|[\s,、])+")


@dataclass
class Entry:
    """The answer that a key gives for a number."""

    number: int
    text: str
    at: int
    explanation: str = ""
    bad: bool = False


@dataclass
class KeySection:
    """The entries under one heading of a key. typed: the heading says a type."""

    type: QuestionType | None = None
    typed: bool = False
    entries: dict[int, Entry] = field(default_factory=dict)
    twice: set[int] = field(default_factory=set)
    run: str = ""  # answers in a row, without numbers
    at: int = 0

    def put(self, entry: Entry) -> None:
        if entry.number in self.entries and self.entries[entry.number].text != entry.text:
            self.twice.add(entry.number)
        self.entries[entry.number] = entry


@dataclass
class Key:
    """One key. at: where it stands; it is of questions before it."""

    at: int
    sections: list[KeySection]

    @property
    def size(self) -> int:
        return sum(len(section.entries) + len(section.run) for section in self.sections)


def cut_keys(looks: Sequence[Look]) -> tuple[list[Look], list[Key]]:
    """The lines without the keys, and the keys."""
    left: list[Look] = []
    keys: list[Key] = []
    at = 0
    case = False  # below the heading of cases an answer may be of several parts
    while at < len(looks):
        heading = looks[at].heading
        if heading and heading.typed:
            case = heading.type is QuestionType.CASE
        end = 0 if case and looks[at].answered else _end_of_key(looks, at)
        key = _read_key(looks[at:end]) if end else None
        if key and key.size:
            keys.append(key)
            at = end
        else:
            left.append(looks[at])
            at += 1
    return left, keys


def _end_of_key(looks: Sequence[Look], at: int) -> int:
    """Where the key that begins here ends; 0 where none begins."""
    look = looks[at]
    if look.blank or look.separator:
        return 0
    rows = read_pairs(look.line.text) if look.number or look.text[:1] in "([【第" else None
    if not (rows and len(rows) > 1) and not _is_head(looks, at):
        return 0
    end = at + 1
    while end < len(looks):
        here = looks[end]
        if here.opens or (here.heading and here.heading.typed and _questions_follow(looks, end)):
            return _back_to_start(looks, at, end)
        end += 1
    return end


def _is_head(looks: Sequence[Look], at: int) -> bool:
    """A line 参考答案 alone with a key below it, or 答案： with pairs behind it."""
    look = looks[at]
    text = bare(look.line.text)
    if len(text) <= 50 and HEAD.fullmatch(flat(text)):
        below = _next(looks, at, 3)
        return any(map(_is_row, below)) or (bool(below) and _only_head(looks, at, below[0]))
    if not look.answered:
        return False
    told = next(piece.text for piece in look.pieces if piece.field == "answer")
    pairs = read_pairs(told)
    starts = look.pieces[0].field == "answer" or _heading_tail(text) is not None
    return starts and pairs is not None and len(pairs) > 1


def _only_head(looks: Sequence[Look], at: int, below: Look) -> bool:
    """The one line 参考答案 of a document, with numbers that begin anew: answers in words."""
    if looks[at].labelled or not (below.number and below.number.value == 1):
        return False
    heads = (look for look in looks if 0 < len(look.text) <= 50 and HEAD.fullmatch(look.text))
    return len(list(islice(heads, 2))) == 1 and any(look.number for look in islice(looks, at))


def _next(looks: Sequence[Look], at: int, count: int) -> list[Look]:
    found = []
    for look in islice(looks, at + 1, at + FAR):
        if not look.blank and not look.separator:
            found.append(look)
            if len(found) == count:
                break
    return found


def _is_row(look: Look) -> bool:
    """A row of a key; one pair alone could be a question."""
    pairs = read_pairs(look.line.text)
    if pairs is None:
        tail = _heading_tail(look.line.text)
        if tail and RUN_ALONE.fullmatch(tail):
            return True
        pairs = read_pairs(tail) if tail else None
    if pairs is None and look.number:
        told, _ = _told(look.line.text[look.number.rest_at :])
        return letters_in(told) is not None or truth(told) is not None
    return pairs is not None


def _heading_tail(text: str) -> str | None:
    """What follows the name of a type in a line such as 一、单选题：1-5 ABCDA."""
    match = HEADING.fullmatch(flat(text).strip())
    if not match or len(match["before"]) > 6:
        return None
    return re.sub(
        r"^[\s:.、)\]】]*(?:[(\[【][^()\[\]【】]*[)\]】])?(?:答案)?[\s:]*", "", match["rest"]
    )


def _questions_follow(looks: Sequence[Look], at: int) -> bool:
    """Whether questions, and no rows of a key, come below a heading."""
    tail = _heading_tail(looks[at].line.text)
    if tail and (read_pairs(tail) or RUN_ALONE.fullmatch(tail)):
        return False
    for look in looks[at + 1 : at + 8]:
        if look.opens:
            return True
        if _is_row(look) or (look.heading and look.heading.typed):
            return False
    return False


def _back_to_start(looks: Sequence[Look], start: int, end: int) -> int:
    """From the first options after a key back to the number or heading of their question."""
    at = end
    while at > start + 1 and not looks[at].number and not looks[at].heading:
        at -= 1
    while at > start + 1 and looks[at - 1].heading:
        at -= 1
    return at


def _read_key(looks: Sequence[Look]) -> Key:
    sections = [KeySection()]
    last: Entry | None = None
    for place, look in enumerate(looks):
        text = bare(look.line.text)
        if look.blank or look.separator or (place == 0 and HEAD.fullmatch(flat(text))):
            continue
        if place == 0 and look.answered:
            text = next(piece.text for piece in look.pieces if piece.field == "answer")
        tail = _heading_tail(text)
        if tail is not None and (look.heading or read_pairs(tail) or RUN_ALONE.fullmatch(tail)):
            sections.append(_section(text))
            text, last = tail, None
        last = _take(sections[-1], text, look, last)
    return Key(
        looks[0].line.at, [section for section in sections if section.entries or section.run]
    )


def _section(text: str) -> KeySection:
    match = HEADING.fullmatch(flat(text).strip())
    name = match["type"] if match else ""
    kind = next((kind for pattern, kind in TYPES if re.fullmatch(pattern, name)), None)
    return KeySection(kind, typed=True)


def _take(section: KeySection, text: str, look: Look, last: Entry | None) -> Entry | None:
    """Rows of pairs, a number with an answer in words, or more of the one before."""
    pairs = read_pairs(text)
    if pairs:
        return _put(section, pairs, look)
    if RUN_ALONE.fullmatch(flat(text)) and not section.entries and not last:
        section.run += "".join(flat(text).upper().split())
        section.at = look.line.at
        return None
    if look.number and look.line.text:
        body = look.line.text[look.number.rest_at :]
        entry = Entry(look.number.value, "", look.line.at)
        entry.text, entry.explanation = _told(body)
        section.put(entry)
        return entry
    if last:
        told, explained = _told(text)
        labelled = look.labelled and look.pieces[0].field == "explanation"
        if labelled or last.explanation:
            last.explanation = f"{last.explanation}\n{told or explained}".strip()
        elif told and letters_in(last.text) is None and truth(last.text) is None:
            last.text = f"{last.text}\n{told}".strip()
    return last


def _put(section: KeySection, pairs: Pairs, look: Look) -> Entry | None:
    entry = None
    for number, answer in pairs.items():
        entry = Entry(number, answer, look.line.at, bad=number in pairs.bad)
        section.put(entry)
    section.twice |= pairs.twice
    return entry


def _told(body: str) -> tuple[str, str]:
    """Answer and explanation of one entry."""
    answer: list[str] = []
    told: list[str] = []
    for piece in pieces(body):
        (told if piece.field == "explanation" else answer).append(piece.text.strip())
    return "\n".join(filter(None, answer)), "\n".join(filter(None, told))
