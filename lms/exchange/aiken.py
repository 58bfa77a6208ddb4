"""Reads Aiken: a stem, options A) B) …, and a line ANSWER: with the letter."""

import re
from dataclasses import dataclass, field

from lms.bank.rules import QuestionType
from lms.exchange.answers import letters_in
from lms.exchange.rules import Doubt, Found, Place, Read, refuse_too_many
from lms.exchange.webtext import escaped
from lms.words import N_

OPTION = re.compile(r"\s*([A-Z])[.)]\s*(\S.*)")
ANSWER = re.compile(r"\s*ANSWER\s*:(.*)", re.IGNORECASE)

OTHER = re.compile(r"\s*(?:\d{1,4}\s*[.)]\s|Explanation\s*:|Analysis\s*:)", re.IGNORECASE)

NOT_STARTED = N_("选项前面没有题干，请补上题干。")
FEW_OPTIONS = N_("选项不到两个，请补上选项。")
NO_ANSWER = N_("没有“ANSWER:”一行，看不出答案，请补上。")
BEYOND = N_("答案“{written}”不在选项 {letters} 里，请核对。")
NOT_IN_ORDER = N_("选项没有从 A 依次排列（现为 {letters}），可能漏了选项，请核对。")


@dataclass
class _Entry:
    line: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)


def is_aiken(name: str, text: str) -> bool:
    """Whether a text has options A) B) and lines ANSWER: with a letter, and little else."""
    lines = [line for line in text.splitlines() if line.strip()]
    told = [match[1] for line in lines if (match := ANSWER.match(line))]
    named = ".aiken" in name.lower()
    if not named and any(OTHER.match(line) for line in lines):
        return False
    if not named and not any(letters_in(word) for word in told):
        return False
    options = sum(bool(OPTION.fullmatch(line)) for line in lines)
    return named or (options >= 2 * len(told) - 2 and 2 * (options + len(told)) >= len(lines))


def read_aiken(name: str, text: str) -> Read:
    """All questions of an Aiken file; what is not finished is read with its fault."""
    refuse_too_many(name, text.upper().count("ANSWER"))
    read = Read(name)
    entry = _Entry()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if answer := ANSWER.match(line):
            if entry.line or not read.found:
                read.found.append(_found(name, entry, number, answer[1].strip()))
            entry = _Entry()
            continue
        option = OPTION.fullmatch(line)
        if not option and entry.options:  # a stem follows without an answer between
            read.found.append(_found(name, entry, number, None))
            entry = _Entry()
        entry.line = entry.line or number
        if option:
            entry.options.append((option[1], option[2].strip()))
        else:
            entry.stem.append(line.strip())
    if entry.line:
        read.found.append(_found(name, entry, entry.line, None))
    return read


def _found(name: str, entry: _Entry, line: int, answer: str | None) -> Found:
    found = Found(Place(name, line=entry.line or line), QuestionType.SINGLE)
    found.stem = escaped("\n".join(entry.stem))
    found.options = {letter: escaped(text) for letter, text in entry.options}
    letters = "、".join(letter for letter, _ in entry.options)
    if not found.stem:
        found.doubts.append(Doubt(NOT_STARTED, what="stem"))
    elif len(found.options) < 2:
        found.doubts.append(Doubt(FEW_OPTIONS, what="options"))
    elif not "ABCDEFGHIJKLMNOPQRSTUVWXYZ".startswith("".join(one for one, _ in entry.options)):
        found.doubts.append(Doubt(NOT_IN_ORDER, {"letters": letters}, "options"))
    elif answer is None:
        found.doubts.append(Doubt(NO_ANSWER, what="answer"))
    else:
        _answer(found, answer, letters)
    return found


def _answer(found: Found, written: str, letters: str) -> None:
    told = set(letters_in(written) or ())
    if not told or not told <= set(found.options):
        values = {"written": written[:40], "letters": letters}
        found.doubts.append(Doubt(BEYOND, values, "answer"))
        return
    found.answer = frozenset(told)
    if len(told) > 1:  # the format itself has one answer; some write several
        found.type = QuestionType.MULTIPLE
        found.guessed.add("type")
