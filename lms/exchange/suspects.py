"""Looks over all that was found: numbers that jump or stand twice, sections that lack questions."""

from collections.abc import Sequence

from lms.exchange.raw import Raw
from lms.exchange.rules import Doubt, Read
from lms.words import N_

JUMPED = N_("题号从 {before} 跳到 {number}，中间可能漏读了题目。请核对。")
AGAIN = N_("题号 {number} 在这一部分出现了不止一次。请核对。")
COUNTED = N_("“{heading}”说有 {told} 题，读到 {count} 题。")


def suspect(read: Read, raws: Sequence[Raw]) -> None:
    """Add the doubts that only the whole shows."""
    seen: dict[tuple[int, str], Raw] = {}
    counts: dict[int, int] = {}
    for raw, found in zip(raws, read.found, strict=True):
        block = raw.block
        counts[block.part] = counts.get(block.part, 0) + 1
        if raw.number and not raw.block.shares:
            if (block.part, raw.number) in seen:
                found.doubts.append(Doubt(AGAIN, {"number": raw.number}, "number", found.place))
            elif block.jump is not None:
                values = {"before": block.jump - 1, "number": raw.number}
                found.doubts.append(Doubt(JUMPED, values, "number", found.place))
            seen[block.part, raw.number] = raw
    sections = {raw.block.part: raw.block.section for raw in raws}
    for part, section in sections.items():
        if section and section.count and section.count != counts[part]:
            values = {"heading": section.text, "told": section.count, "count": counts[part]}
            read.notes.append(Doubt(COUNTED, values))
