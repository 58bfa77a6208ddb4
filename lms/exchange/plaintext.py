"""Reads questions from a text file, or from text that was pasted in."""

import re

from lms.exchange.layouts import read_lines
from lms.exchange.lines import Line, text_lines
from lms.exchange.rules import Read
from lms.exchange.wholes import MOST_LINES, refuse_too_long, refuse_web_page, too_many_lines
from lms.sheets.secrecy import refuse_secret

DRESS = re.compile(r"^\s*(?:>\s?)+|^\s*[-*+]\s+(?=[(（]?[A-Z][.、．)）:：])|\*\*")


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
