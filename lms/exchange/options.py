"""The options of a question: lettered in any style, one or several to a line, ticked or not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.exchange.lines import SHOWN, SHOWN_END, UNDER, UNDER_END, bare, flat

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# data: a letter with its mark; ticks; what is set behind a right option
TICK = r"(?P<tick>[√✓✔☑])?\s*"
GLUED_TICK = r"(?P<tick>[√✓✔☑])?"  # within a line, a tick apart belongs to what is before it
BOXED = re.compile(r"\s*[-*+]?\s*\[\s*(?P<box>[xX√✓ ])\s*\]\s+(?=\S)")
ROUND = re.compile(r"\s*(?P<box>[○□◯☐⭕〇☑✔✓])\s*(?=[^\s)）])")
FIRM = (
    r"(?:[(\[【]\s*(?P<a>[A-Za-z])\s*[)\]】]\s*[、.:,]?|选项\s*(?P<b>[A-Za-z])\s*[、.:)]"
    r"|(?P<c>[A-Za-z])\s*(?:选项|项)?\s*(?:[、．:)）]|\.(?![A-Za-z]\.))[、.]?)"
)
LOOSE = r"(?P<d>[A-Za-z])(?:[ \t\u3000,]+|(?=[\u4e00-\u9fff《“]))"
SAYS = r"(?=\s*(?:[^\s。.,，;；:：?？!！)）]|!\[))"  # within a line an option has a text at once
AT_START = re.compile(rf"[\s*_\ue000-\ue003]*{TICK}(?:{FIRM}|{LOOSE})")
INSIDE = re.compile(
    rf"(?:(?<=[\s,;。)\]】?!:—_'\"”》])|(?<=[^A-Za-z、和与或及(])){GLUED_TICK}{FIRM}{SAYS}"
)
LOOSE_INSIDE = re.compile(rf"(?<=[ \t\u3000]){TICK}{LOOSE}")
APART = re.compile(f"[{SHOWN}{UNDER}]([^{SHOWN_END}{UNDER_END}]*)")
MARKED = re.compile(r"\s([A-Z])\s*[、.．)]")
RIGHT_BEHIND = re.compile(
    r"\s*(?:[(\[【]\s*(?:正确答案|正确选项|答案|正确|√|✓|✔)\s*[)\]】]|[√✓✔]|[←]\s*正确答案?)\s*$"
)


@dataclass
class Options:
    """What was found of options. jumps: letters before which one is missing; twice: doublets.

    ticked: those marked as right; shown: those that look otherwise, in a colour or bold; marked:
    whether the letter had a mark of its own.
    """

    texts: dict[str, str] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    jumps: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    ticked: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    marked: dict[str, bool] = field(default_factory=dict)

    @property
    def expected(self) -> str:
        """The letter that comes next."""
        last = next(reversed(self.texts), "")
        return LETTERS[min(LETTERS.index(last) + 1, 25)] if last else "A"

    def add(
        self, letter: str, text: str, at: int, ticked: bool = False, marked: bool = False
    ) -> None:
        if letter in self.texts:
            self.twice.append(letter)
            letter = self.expected
        elif letter > self.expected:
            self.jumps.append(letter)
        if _looks_otherwise(text):
            self.shown.add(letter)
        text = bare(text).strip()
        if right := RIGHT_BEHIND.search(flat(text)):
            text, ticked = text[: right.start()], True
        self.texts[letter] = text
        self.at[letter], self.marked[letter] = at, marked
        if ticked:
            self.ticked.add(letter)


def _looks_otherwise(text: str) -> bool:
    """Whether nearly all of an option is set apart from other text."""
    if SHOWN not in text and UNDER not in text:
        return False
    apart = sum(map(len, APART.findall(text)))
    return apart * 5 >= len("".join(bare(text).split())) * 4


def letter_at_start(text: str) -> str | None:
    """The letter of the option that a line begins with, firmly marked, or None."""
    match = AT_START.match(flat(text))
    return _letter(match) if match and not match["d"] else None


def loose_letter(text: str) -> str | None:
    """The letter that a line begins with, if only a space or nothing follows it."""
    match = AT_START.match(flat(text))
    return _letter(match) if match else None


def _letter(match: re.Match[str]) -> str:
    groups = match.groupdict()
    found = groups.get("a") or groups.get("b") or groups.get("c") or groups.get("d") or ""
    return found.upper()


@dataclass(frozen=True)
class Cut:
    """One option of a line: its letter, where its mark begins and where its text does."""

    letter: str
    start: int
    text_at: int
    ticked: bool


def cuts(text: str, expected: str, loose: bool, known: Sequence[str] = ()) -> list[Cut]:
    """Where the options of a line begin, the first being `expected` or, at the start, any letter.

    loose: letters without a mark count. known: letters that the question has already.
    """
    plain = flat(text)
    found: list[Cut] = []
    start = AT_START.match(plain)
    if start and (loose or not start["d"]) and start.end() < len(plain) + 1:
        letter = _letter(start)
        may = letter == expected or _may_come(letter, expected, known)
        listed = plain[: start.end()].rstrip()[-1:] in "、," and not start["d"]
        if may and not (listed and _is_row_of_names(plain[start.end() :], letter)):
            found.append(Cut(letter, 0, start.end(), bool(start["tick"])))
            expected = LETTERS[min(LETTERS.index(letter) + 1, 25)]
    at = found[0].text_at if found else 0
    for match in _inside(plain, at, loose):
        if match.start() >= at and _letter(match) == expected and _follows(plain, found, match):
            found.append(Cut(expected, match.start(), match.end(), bool(match["tick"])))
            expected = LETTERS[min(LETTERS.index(expected) + 1, 25)]
            at = match.end()
    return found


def _inside(plain: str, at: int, loose: bool) -> list[re.Match[str]]:
    found = list(INSIDE.finditer(plain, at))
    if loose:
        found += LOOSE_INSIDE.finditer(plain, at)
        found.sort(key=lambda match: match.start())
    return found


def _follows(plain: str, found: list[Cut], match: re.Match[str]) -> bool:
    """The option before it must have a text: A、B、C三人 is no row of options."""
    before = plain[found[-1].text_at if found else 0 : match.start()]
    return bool(before.strip(" \t、,;")) or not found


def _is_row_of_names(rest: str, letter: str) -> bool:
    """A、B 两公司: names within a sentence, no options."""
    after = LETTERS[LETTERS.index(letter) + 1 : LETTERS.index(letter) + 2]
    return bool(after) and re.match(rf"\s*{after}\s*[、,和与及两二三等]", rest) is not None


def _may_come(letter: str, expected: str, known: Sequence[str]) -> bool:
    """At the start of a line: one that was passed over, or stands twice."""
    if not known:
        return letter in "BC" and expected == "A"
    return letter in known[1:] or 0 < LETTERS.index(letter) - LETTERS.index(expected) <= 2


def boxed(text: str) -> tuple[str, bool] | None:
    """The text of `- [x] …` or `□ …`, and whether it is ticked."""
    plain = flat(text)
    if match := BOXED.match(plain):
        return text[match.end() :].strip(), match["box"] != " "
    match = ROUND.match(plain)
    return (text[match.end() :].strip(), match["box"] in "☑✔✓√") if match else None


def passed_over(text: str, own: str, known: Sequence[str]) -> str | None:
    """A later letter within the text of an option, before which one must be missing."""
    for letter in MARKED.findall(flat(text)):
        if letter not in known and 0 < LETTERS.index(letter) - LETTERS.index(own) <= 3:
            return letter
    return None
