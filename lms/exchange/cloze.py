"""Reads the answers within a cloze text of Moodle: {1:MULTICHOICE:=California~Arizona}."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lms.exchange.gift_tree import WITHIN, Number
from lms.words import N_

KINDS = {
    **dict.fromkeys(("MULTICHOICE", "MC", "MULTICHOICE_S", "MCS"), "choice"),
    **dict.fromkeys(("MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH"), "choice"),
    **dict.fromkeys(("MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"), "choice"),
    **dict.fromkeys(("MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH"), "several"),
    **dict.fromkeys(("MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"), "several"),
    **dict.fromkeys(("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"), "words"),
    **dict.fromkeys(("NUMERICAL", "NM"), "number"),
}
OPENS = re.compile(r"\{(\d{0,4}):([A-Z_]{2,16})(?::|(?=\}))")
ESCAPED = re.compile(r"\\([~=#}\\/])")
ASIDE = {sign: chr(0xFDD0 + place) for place, sign in enumerate("~=#}\\/")}
BACK = {ord(aside): sign for sign, aside in ASIDE.items()}
WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,8})?)%")
GAP = "\ufdef"  # where a subquestion stood

NONE = N_("完形题里没有空，请检查。")
UNKNOWN = N_("完形题第 {number} 空的类型“{kind}”不认识。")
NOT_CLOSED = N_("完形题第 {number} 空没有右大括号。")
FEW = N_("完形题第 {number} 空的选项不到两个。")
NO_RIGHT = N_("完形题第 {number} 空没有得满分的答案。")
NO_NUMBER = N_("完形题第 {number} 空的答案“{written}”不是数字。")

Fault = tuple[str, dict[str, object]]


@dataclass(frozen=True)
class Alternative:
    """One answer. text: HTML; number: of a numerical one."""

    text: str
    percent: Decimal
    feedback: str = ""
    number: Number | None = None


@dataclass(frozen=True)
class Gap:
    weight: int
    kind: str  # choice, several, words, number
    answers: tuple[Alternative, ...]


def parse(text: str) -> tuple[str, list[Gap], Fault | None]:
    """The text with GAP at each place, what is asked there, and the first fault."""
    pieces: list[str] = []
    gaps: list[Gap] = []
    aside = ESCAPED.sub(lambda found: ASIDE[found[1]], text)
    at = 0
    for match in OPENS.finditer(aside):
        if match.start() < at:
            continue
        number = len(gaps) + 1
        kind = KINDS.get(match[2])
        if kind is None:
            return text, [], (UNKNOWN, {"number": number, "kind": match[2]})
        end = aside.find("}", match.end())
        if end < 0:
            return text, [], (NOT_CLOSED, {"number": number})
        answers = _answers(aside[match.end() : end])
        fault = _fault(number, kind, answers)
        if fault:
            return text, [], fault
        gaps.append(Gap(int(match[1] or 1), kind, tuple(map(_numbered, answers))))
        pieces += [aside[at : match.start()], GAP]
        at = end + 1
    if not gaps:
        return text, [], (NONE, {})
    return "".join([*pieces, aside[at:]]).translate(BACK), gaps, None


def _answers(body: str) -> list[Alternative]:
    found = []
    for piece in body.split("~") if body.strip() else []:
        percent = Decimal(0)
        rest = piece.strip()
        if rest.startswith("="):
            percent, rest = Decimal(100), rest[1:]
        elif weight := WEIGHT.match(rest):
            percent, rest = Decimal(weight[1]), rest[weight.end() :]
        answer, _, feedback = rest.partition("#")
        found.append(
            Alternative(answer.translate(BACK).strip(), percent, feedback.translate(BACK).strip())
        )
    return found


def _fault(number: int, kind: str, answers: Sequence[Alternative]) -> Fault | None:
    if kind in ("choice", "several") and len(answers) < 2:
        return FEW, {"number": number}
    right = sum((one.percent for one in answers if one.percent > 0), Decimal(0))
    whole = any(one.percent == 100 for one in answers)
    if not whole and (kind != "several" or right < 99):
        return NO_RIGHT, {"number": number}
    if kind == "number":
        for one in answers:
            if one.text != "*" and not WITHIN.fullmatch(html.unescape(one.text)):
                return NO_NUMBER, {"number": number, "written": one.text[:40]}
    return None


def _numbered(one: Alternative) -> Alternative:
    match = WITHIN.fullmatch(html.unescape(one.text))
    if not match:
        return one
    middle, by = Decimal(match[1]), abs(Decimal(match[2] or 0))
    number = Number(middle - by, middle + by, middle)
    return Alternative(one.text, one.percent, one.feedback, number)
