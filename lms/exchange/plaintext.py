"""Reads questions from a text file, or from text that was pasted in."""

import re

from lms.errors import Invalid
from lms.exchange.layouts import read_lines
from lms.exchange.lines import Line, text_lines
from lms.exchange.rules import Read
from lms.exchange.wholes import refuse_web_page
from lms.sheets.secrecy import refuse_secret

LONGEST_LINE = 20_000
MOST_LINES = 120_000
PARTED = ("|||", "###", "@@@", "&&&")  # marks between number, stem and answer in one line
MARKDOWN = re.compile(r"^\s*(?:#{1,6}\s+|>\s?)|\*\*|__(?=\S[^_]*\S?__)")


def read_text(name: str, text: str) -> Read:
    """The questions of a text. Raises Invalid where it holds none, or too much."""
    lines = text_lines(text)
    refuse_too_long(name, lines)
    refuse_secret(name, (line.text for line in lines if line.text.strip()))
    refuse_web_page(name, text)
    return read_lines(name, _unparted(lines))


def refuse_too_long(name: str, lines: list[Line]) -> None:
    if len(lines) > MOST_LINES:
        raise Invalid("“{file}”超过 {limit} 行。请分成几个文件。", file=name, limit=MOST_LINES)
    long = next((line for line in lines if len(line.text) > LONGEST_LINE), None)
    if long:
        raise Invalid(
            "“{file}”第 {row} 行超过 {limit} 字，不像题目。请把每道题、每个选项分行。",
            file=name,
            row=long.at,
            limit=LONGEST_LINE,
        )


def _unparted(lines: list[Line]) -> list[Line]:
    """Lines such as 1|||题干|||答案 as lines of their own, each with its label."""
    full = [line for line in lines if line.text.strip()]
    mark = next((m for m in PARTED if _parts_all(full, m)), None)
    if mark is None:
        return lines
    found = []
    for line in lines:
        cells = [cell.strip() for cell in line.text.split(mark)]
        if len(cells) < 2:
            found.append(line)
            continue
        number = cells.pop(0) if cells[0].isdecimal() and len(cells) > 2 else ""
        stem, *options, answer = cells
        found.append(Line(f"{number}、{stem}" if number else stem, line.at))
        found += [Line(option, line.at) for option in options if option]
        found.append(Line(f"答案：{answer}", line.at))
    return found


def _parts_all(lines: list[Line], mark: str) -> bool:
    with_mark = sum(line.text.count(mark) > 0 for line in lines)
    return with_mark > 1 and with_mark * 10 >= len(lines) * 8
