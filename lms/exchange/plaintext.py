"""Reads questions from a text file, or from text that was pasted in."""

import re

from lms.errors import Invalid
from lms.exchange.layouts import read_lines
from lms.exchange.lines import Line, text_lines
from lms.exchange.rules import Read
from lms.exchange.wholes import refuse_web_page
from lms.sheets.secrecy import refuse_secret

LONGEST_LINE = 20_000
DRESS = re.compile(r"^\s*(?:>\s?)+|^\s*[-*+]\s+(?=[(（]?[A-Z][.、．)）:：])|\*\*")
MOST_LINES = 60_000


def read_text(name: str, text: str) -> Read:
    """The questions of a text. Raises Invalid where it holds none, or too much."""
    if text.count("\n") + text.count("\r") > 2 * MOST_LINES:
        raise too_many_lines(name)
    lines = text_lines(text)
    refuse_too_long(name, lines)
    refuse_secret(name, (line.text for line in lines if line.text.strip()))
    refuse_web_page(name, text)
    return read_lines(name, _undressed(name, lines))


def _undressed(name: str, lines: list[Line]) -> list[Line]:
    """Lines of Markdown without its marks: > - ** before and around what they say."""
    dressed = sum(bool(DRESS.search(line.text)) for line in lines)
    if dressed < 2 or (dressed * 10 < len(lines) and not name.lower().endswith(".md")):
        return lines
    return [Line(DRESS.sub("", line.text), line.at) for line in lines]


def too_many_lines(name: str) -> Invalid:
    return Invalid("“{file}”超过 {limit} 行。请分成几个文件。", file=name, limit=MOST_LINES)


def refuse_too_long(name: str, lines: list[Line]) -> None:
    if len(lines) > MOST_LINES:
        raise too_many_lines(name)
    long = next((line for line in lines if len(line.text) > LONGEST_LINE), None)
    if long:
        raise Invalid(
            "“{file}”第 {row} 行超过 {limit} 字，不像题目。请把每道题、每个选项分行。",
            file=name,
            row=long.at,
            limit=LONGEST_LINE,
        )
