"""The page of the dictionary of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.reports.counting import KNOWN
from lms.reports.defining import definition
from lms.reports.dictionary import ALL, SHIPPED
from lms.reports.measures import COUNT_NAMES, TOPIC_NAMES, Definition, Topic, in_force, needed
from lms.reports.models import MeasureVersion


@dataclass(frozen=True)
class Entry:
    """A number of the dictionary, and whether the house can count it."""

    now: Definition
    counted: bool
    versions: list[tuple[Definition, str]]  # the later ones, and whose they are


def dictionary(own: Sequence[MeasureVersion], way: Sequence[int], day: date) -> dict[str, Any]:
    """What the page of the dictionary shows: by head, each number as it is made today."""
    later = [(definition(row), row.org.name) for row in own]
    held = in_force([*SHIPPED.values(), *(one for one, _name in later)], day, way)
    entries = [
        Entry(held[code], needed([held[code]]) <= KNOWN, [o for o in later if o[0].code == code])
        for code in ALL
    ]
    topics = [(topic, [one for one in entries if one.now.topic is topic]) for topic in Topic]
    return {"topics": topics, "topic_names": TOPIC_NAMES, "count_names": COUNT_NAMES, "day": day}
