"""Reasons from last time that a paper still carries: what was doubted then is doubted again."""

import re

from lms.exchange.rules import STILL_FAULTY, Doubt, Found, Read
from lms.exchange.word import LEADS, NOTE

CARRIED = re.compile(rf"\s*{LEADS[NOTE]}([^\n]*)")


def doubt_carried(read: Read) -> Read:
    """Reasons that became part of a text are taken out of it and stand as doubts."""
    for found in read.found:
        for one in (found, *found.parts):
            for why in _taken_out(one):
                found.doubts.append(Doubt(STILL_FAULTY, {"why": why.strip()}))
    return read


def _taken_out(one: Found) -> list[str]:
    texts = [one.stem, one.explanation, *one.options.values()]
    found = [why for text in texts for why in CARRIED.findall(text)]
    if found:
        one.stem, one.explanation = CARRIED.sub("", one.stem), CARRIED.sub("", one.explanation)
        one.options = {letter: CARRIED.sub("", text) for letter, text in one.options.items()}
    return found
