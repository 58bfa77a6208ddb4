"""All options of a question in one cell: lettered, a line each, parted by a sign, or as JSON."""

import json
import re
from typing import Any

from lms.bank.rules import LETTERS
from lms.exchange.lines import flat
from lms.exchange.options import cuts

# data: what parts options that have no letters, the surest first
PARTED = (r"\n+", r"\|{3}|\$\$|#{2,}|@{2,}|§|┋", r"\|", r"\t+", r"[;；]")
PREFIX = re.compile(
    r"\s*[(\[【]?\s*(?P<letter>[A-Za-z])\s*[)\]】]?\s*(?:[、.:)]|(?<=[)\]】]))[、.]?\s*"
)
NAMED = re.compile(r"[(\[]?(?:选项|option|choice|opt)?_?([A-Za-z])[)\].、:]?", re.IGNORECASE)
# data: how programs call the text of an option, its letter, and whether it is right
TEXT_KEYS = (
    *("optioncontent", "content", "text", "value", "title", "name", "label", "option", "desc"),
    *("optiontext", "内容", "选项内容", "选项", "body", "answer", "description", "optionvalue"),
)
LETTER_KEYS = (
    *("key", "letter", "code", "optionkey", "optioncode", "prefix", "标号", "序号", "optionno"),
    *("opt", "index", "label", "name", "id", "optionname", "value", "option", "选项"),
)
RIGHT_KEYS = (
    *("iscorrect", "correct", "isright", "right", "isanswer", "checked", "是否正确", "正确"),
)
# data: C，一定职业 · A 道德准则、B 道德情操
LETTER_AND_TEXT = re.compile(r"\s*([A-H])(?![A-Za-z0-9])[\s,，、.．:：)）]*(?=\S)")
NEXT_LETTER = re.compile(r"[、,，;；\s]\s{0,4}([A-H])(?![A-Za-z0-9])[\s.．:：)）、]{0,4}(?=\S)")
LONGEST_ANSWER = 2000  # characters of an answer made of options' texts
DEEPEST = 20  # of JSON in a cell
LONGEST = 60_000


class Marked(dict[str, str]):
    """Options by their letters. right: letters that are marked as right."""

    right: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.right = set()


def options_in(text: str) -> Marked | None:
    """The options of a cell; None where it holds none that can be told apart."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    if text[0] in "[{":
        found = loaded(text)
        if found is not None and (options := options_of(found)):
            return options
    return _lettered(text) or _parted(text)


def loaded(text: str) -> Any:
    """JSON, or None where it is none or too deep."""
    depth = deepest = 0
    for sign in text:
        depth += sign in "[{"
        depth -= sign in "]}"
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def options_of(value: Any) -> Marked | None:
    """Options of a JSON value: a list of texts or objects, or an object by letters."""
    found = Marked()
    if isinstance(value, str):
        return options_in(value)
    if isinstance(value, dict):
        pairs = [(str(key).strip(), one) for key, one in value.items()]
        letters = [_letter(key) for key, _ in pairs]
        if not all(letters) or len(set(letters)) != len(letters):
            return None
        for letter, (_, one) in zip(letters, pairs, strict=True):
            text = _text(one)
            if text:
                found[str(letter)] = text
        return found if len(found) > 1 else None
    if not isinstance(value, list) or not 2 <= len(value) <= len(LETTERS):
        return None
    return _of_list(value)


def _of_list(value: list[Any]) -> Marked | None:
    found = Marked()
    told = [_told_letter(one) for one in value]
    named = all(told) and len(set(told)) == len(told)
    for place, one in enumerate(value):
        text = _text(one)
        letter = told[place] if named else LETTERS[place]
        if text is None or letter is None:
            return None
        if text:
            found[letter] = text
        if isinstance(one, dict) and any(_is_true(one, key) for key in RIGHT_KEYS):
            found.right.add(letter)
    return found


def _text(one: Any) -> str | None:
    if one is None:
        return ""
    if isinstance(one, bool):
        return "TRUE" if one else "FALSE"
    if isinstance(one, str | int | float):
        return str(one).strip()
    if not isinstance(one, dict):
        return None
    plain = {str(key).casefold().replace("_", ""): value for key, value in one.items()}
    for key in TEXT_KEYS:
        value = plain.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            if isinstance(value, str) and len(plain) > 1 and _letter(value) and key in LETTER_KEYS:
                continue
            return str(value).strip()
    if len(one) == 1:
        (value,) = one.values()
        return str(value).strip() if isinstance(value, str | int | float) else None
    return None


def _told_letter(one: Any) -> str | None:
    if not isinstance(one, dict):
        return None
    plain = {str(key).casefold().replace("_", ""): value for key, value in one.items()}
    told = [_letter(str(plain[key])) for key in LETTER_KEYS if isinstance(plain.get(key), str)]
    found = [letter for letter in told if letter]
    if not found and len(one) == 1:
        (key,) = one
        return _letter(str(key))
    return found[0] if found else None


def _letter(key: str) -> str | None:
    """A, a, (A), 选项A, optionA."""
    match = NAMED.fullmatch(key.strip())
    return match[1].upper() if match else None


def _is_true(one: dict[str, Any], key: str) -> bool:
    plain = {str(name).casefold().replace("_", ""): value for name, value in one.items()}
    return plain.get(key) in (True, 1, "1", "true", "True", "是", "正确", "Y", "y", "√")


def _lettered(text: str) -> Marked | None:
    """A.… B.… in one or several lines."""
    found = Marked()
    parts = cuts(text, "A", False)
    if len(parts) < 2 or parts[0].start > 0:
        parts = cuts(text, "A", True)
    if len(parts) < 2 or text[: parts[0].start].strip() or parts[0].letter != "A":
        return None
    ends = [part.start for part in parts[1:]] + [len(text)]
    for part, end in zip(parts, ends, strict=True):
        found[part.letter] = text[part.text_at : end].strip().rstrip("|；;$#@").strip()
        if part.ticked:
            found.right.add(part.letter)
    return found


def _parted(text: str) -> Marked | None:
    for mark in PARTED:
        pieces = [piece.strip() for piece in re.split(mark, text) if piece.strip()]
        if 2 <= len(pieces) <= len(LETTERS):
            found = Marked()
            for letter, piece in zip(LETTERS, pieces, strict=False):
                found[letter] = piece
            return found
    return None


def prefix_of(option: str) -> tuple[str, str] | None:
    """The letter that an option begins with, and its text without it."""
    match = PREFIX.match(flat(option[:12]))
    if not match or not option[match.end() :].strip():
        return None
    return match["letter"].upper(), option[match.end() :].strip()


def without_prefixes(options: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The options without the letters that all of them begin with; and, where such a letter is
    another than the option's own, that letter."""
    found = {letter: prefix_of(text) for letter, text in options.items()}
    told = {letter: prefix for letter, prefix in found.items() if prefix}
    if not told or len(told) < len(options) or "A" not in {one[0] for one in told.values()}:
        return options, {}
    shown = {letter: one[0] for letter, one in told.items() if one[0] != letter}
    return {letter: one[1] for letter, one in told.items()}, shown


def lettered(text: str) -> dict[str, str] | None:
    """The options of an answer like A 道德准则、B 道德情操; None where it is none."""
    start = LETTER_AND_TEXT.match(text) if len(text) <= LONGEST_ANSWER else None
    if not start:
        return None
    marks = [start]
    for match in NEXT_LETTER.finditer(text, start.end()):
        if match[1] > marks[-1][1]:
            marks.append(match)
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found = {
        mark[1]: text[mark.end() : end].strip(" 、,，;；。")
        for mark, end in zip(marks, ends, strict=True)
    }
    return found if all(len(words) > 1 for words in found.values()) else None
