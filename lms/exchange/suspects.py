"""Looks over all that was found: numbers that jump or stand twice, sections that lack questions."""

from collections import Counter
from collections.abc import Sequence

from lms.exchange.raw import Raw
from lms.exchange.rules import Doubt, Read
from lms.words import N_

JUMPED = N_("题号从 {before} 跳到 {number}，中间可能漏读了题目。请核对。")
AGAIN = N_("题号 {number} 在这一部分出现了不止一次。请核对。")
UNUSUAL = N_(
    "选项没有字母，按行数读到 {count} 个，其他题是 {usual} 个，可能有一行断开了。请核对选项和答案。"
)
COUNTED = N_("“{heading}”说有 {told} 题，读到 {count} 题。")


def _compare_guessed_options(read: Read) -> None:
    """Options without letters: a line too many or too few would move the answer by one."""
    whole = [one for found in read.found for one in (found, *found.parts)]
    guessed = [one for one in whole if "options" in one.guessed]
    usual = Counter(len(one.options) for one in guessed).most_common(1)
    for one in guessed:
        if len(one.options) != usual[0][0]:
            values = {"count": len(one.options), "usual": usual[0][0]}
            one.doubts.append(Doubt(UNUSUAL, values, "options", one.place))


def suspect(read: Read, raws: Sequence[Raw]) -> None:
    """Add the doubts that only the whole shows."""
    _compare_guessed_options(read)
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
