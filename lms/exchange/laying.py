"""Lays a key on its questions, by section and number; what does not fit is doubted, not shifted."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from lms.exchange.keys import Entry, Key, KeySection
from lms.exchange.lines import joined
from lms.exchange.raw import Raw, Written
from lms.exchange.rules import Doubt
from lms.words import N_

MISSING = N_("答案表里没有第 {number} 题的答案。请补上答案，或检查题号。")
BAD_ROW = N_("答案表里第 {number} 题所在一行的答案个数与题数不符，没有采用。请核对后补上答案。")
TWICE = N_("答案表里第 {number} 题有两个不同的答案，没有采用。请核对后补上答案。")
TWO_OF_A_NUMBER = N_("有两道题的题号都是 {number}，答案表的答案没有采用。请核对后补上答案。")
RUN_DIFFERS = N_("答案表里有 {answers} 个答案，题目有 {count} 道，没有采用。请核对后补上答案。")
UNMATCHED = N_("答案表的分段与题目的分段对不上，没有采用。请核对后补上答案。")
UNUSED = N_("答案表里第 {number} 题的答案没有对应的题目，可能漏读了题目。请核对。")


def lay(keys: Sequence[Key], raws: Sequence[Raw]) -> list[Doubt]:
    """Give the questions before each key their answers; returns what is to be said of the whole."""
    notes: list[Doubt] = []
    start = 0
    for key in keys:
        own = [raw for raw in raws if start <= raw.at < key.at]
        start = key.at
        notes += _lay_one(key, own)
    return notes


def _lay_one(key: Key, raws: Sequence[Raw]) -> list[Doubt]:
    notes: list[Doubt] = []
    pairs = _matched(key, raws)
    if pairs is None:
        for raw in raws:
            if not raw.answers:
                raw.doubts.append(Doubt(UNMATCHED, {}, "answer"))
        return notes
    for section, group in pairs:
        if section:
            notes += _lay_section(section, group)
    return notes


def _matched(key: Key, raws: Sequence[Raw]) -> list[tuple[KeySection | None, list[Raw]]] | None:
    """Which part of the key is of which section; None where nobody can tell."""
    groups = [list(group) for _, group in groupby(raws, key=lambda raw: raw.block.part)]
    groups = [group for group in groups if any(raw.number for raw in group)]
    numbers = [raw.number for raw in raws if raw.number]
    told = [number for section in key.sections for number in section.entries]
    runs = any(section.run for section in key.sections)
    if not runs and len(set(numbers)) == len(numbers) and len(set(told)) == len(told):
        whole = KeySection()
        for section in key.sections:
            whole.entries |= section.entries
            whole.twice |= section.twice
        return [(whole, list(raws))]
    if all(section.typed for section in key.sections):
        return _by_type(key, groups)
    if len(groups) == len(key.sections):
        return list(zip(key.sections, groups, strict=True))
    if len(groups) == 1 and len(key.sections) == 1:
        return [(key.sections[0], groups[0])]
    return None


def _by_type(
    key: Key, groups: Sequence[list[Raw]]
) -> list[tuple[KeySection | None, list[Raw]]] | None:
    """Sections of one type in their order; each must have its own."""
    left = list(key.sections)
    found: list[tuple[KeySection | None, list[Raw]]] = []
    for group in groups:
        section = group[0].block.section
        kind = section.type if section else None
        mine = next((s for s in left if section and s.type is kind), None)
        if mine:
            left.remove(mine)
        found.append((mine, group))
    return None if left else found


def _lay_run(section: KeySection, raws: Sequence[Raw]) -> list[Doubt]:
    """Answers in a row without numbers: a guess, and none at all if their count differs."""
    told = re.findall(r"[A-Z]|[√×✓✔✗✘╳]|对|错", section.run)
    for place, raw in enumerate(raws):
        if len(told) != len(raws):
            values = {"answers": len(told), "count": len(raws)}
            raw.doubts.append(Doubt(RUN_DIFFERS, values, "answer"))
        else:
            _give(raw, Entry(place, told[place], section.at))
            raw.guessed.add("answer")
    return []


def _lay_section(section: KeySection, raws: Sequence[Raw]) -> list[Doubt]:
    if section.run:
        return _lay_run(section, raws)
    numbers = Counter(raw.number for raw in raws)
    notes = []
    for raw in raws:
        if not raw.number:
            continue
        entry = section.entries.get(int(raw.number))
        values = {"number": raw.number}
        if numbers[raw.number] > 1:
            raw.doubts.append(Doubt(TWO_OF_A_NUMBER, values, "answer"))
        elif entry is None:
            if not raw.answers:
                raw.doubts.append(Doubt(MISSING, values, "answer"))
        elif entry.bad:
            raw.doubts.append(Doubt(BAD_ROW, values, "answer"))
        elif entry.number in section.twice:
            raw.doubts.append(Doubt(TWICE, values, "answer"))
        else:
            _give(raw, entry)
    known = {int(number) for number in numbers if number}
    for number in section.entries:
        if number not in known:
            notes.append(Doubt(UNUSED, {"number": number}))
    return notes


def _give(raw: Raw, entry: Entry) -> None:
    raw.answers.append(Written(entry.text, entry.at, "key"))
    if entry.explanation:
        raw.explanation = joined(raw.explanation, entry.explanation, 0)
