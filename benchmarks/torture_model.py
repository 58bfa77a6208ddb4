"""What must be true of every attempt, whatever happened on the way. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from benchmarks.phone import Answer, Kept, Said

Key = tuple[int, int]  # turn, sequence
GRACE = timedelta(seconds=60)
CLOSE = timedelta(seconds=20)  # of two requests so near to each other either may be the first
SECRET = "暗记"  # stands in everything of a question
LATER = ("解析暗记", "答案暗记")  # in explanations and in keys: sent at no time here
CHOICE = re.compile(r'<label class="choice">.*?</label>', re.DOTALL)
LETTER = re.compile(r'value="[A-Z]"|<b>[A-Z]</b>|选项暗记\d+[A-Z]|正确|错误')


@dataclass
class Model:
    """What the devices of one person said in one attempt, and what the server has answered for.

    kept: what it said that it holds, and whether it came too late to count.
    """

    said: dict[Key, Said] = field(default_factory=dict)
    kept: dict[Key, bool] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def heard(self, batch: Iterable[Said], answer: Kept) -> None:
        """An answer to a batch."""
        sent = {one.key for one in batch}
        if stray := (answer.kept | answer.refused) - sent:
            self.wrong.append(f"answered for what was not sent: {sorted(stray)}")
        if answer.refused:
            self.wrong.append(f"refused: {sorted(answer.refused)}")
        for key in answer.kept:
            late = key in answer.late
            if self.kept.setdefault(key, late) != late:
                self.wrong.append(f"{key} counted once, and then did not, or the reverse")

    def refused(self, answer: Kept, key: Key) -> None:
        """A key that was kept was sent with another content."""
        if key in answer.kept or key not in answer.refused:
            self.wrong.append(f"{key} was taken with another content")

    def opened(self, before: Mapping[int, Key], held: Iterable[Sequence[Any]]) -> None:
        """What an opened page begins with: nothing acknowledged `before` is missing or older."""
        there = {slot: (turn, sequence) for slot, turn, sequence, _ in held}
        for slot, key in before.items():
            if there.get(slot, (0, 0)) < key:
                self.wrong.append(f"{slot}: {key} was acknowledged, {there.get(slot)} came back")

    def newest(self) -> dict[int, Key]:
        """By slot, the last that was acknowledged and counts."""
        found: dict[int, Key] = {}
        for key in sorted(key for key, late in self.kept.items() if not late):
            found[self.said[key].slot] = key
        return found


@dataclass(frozen=True)
class Ended:
    """An attempt as it is stored. openings: turn → when it was opened."""

    ends_at: datetime
    submitted_at: datetime | None
    openings: Mapping[int, datetime]


def amiss(model: Model, rows: Sequence[Any], ended: Ended) -> Iterator[str]:
    """What is wrong with how the answers of an attempt are stored."""
    yield from model.wrong
    stored = {(row.turn, row.sequence): row for row in rows}
    if len(stored) < len(rows):
        yield "an operation is stored twice"
    for key, late in model.kept.items():
        if key not in stored:
            yield f"{key} was acknowledged and is gone"
        elif stored[key].counts is late:
            yield f"{key}: was said to be {'late' if late else 'in time'}, and is not"
    for key, row in stored.items():
        said = model.said.get(key)
        if said is None or (said.slot, tuple(said.answer)) != (row.slot, tuple(row.content)):
            yield f"{key} is stored as nobody said it"
        if why := counts_wrong(row, ended):
            yield f"{key} {why}"


def counts_wrong(row: Any, ended: Ended) -> str:
    """Whether it was decided as the rule says if this counts; "" where it was."""
    newer = ended.openings.get(row.turn + 1)
    late = row.said_at > ended.ends_at or row.saved_at > ended.ends_at + GRACE
    if row.counts and (late or (newer and row.said_at > newer + CLOSE)):
        return "counts, and came too late"
    handed_over = newer is not None and row.said_at > newer
    handed_in = ended.submitted_at is not None and row.saved_at > ended.submitted_at - CLOSE
    if not row.counts and not (late or handed_over or handed_in):
        return "does not count, and nothing speaks against it"
    return ""


def held_up(answer: Answer) -> str:
    """A save has a lane of its own past the turnstile: nobody who saves is told to come again."""
    return f"a save was told to come again in {answer.again} s" if answer.again else ""


def seen_too_early(body: str, bell: bool) -> str:
    """What an answer gives away before its time; "" where nothing. bell: it has rung."""
    if not bell and SECRET in body:
        return "a question before the bell: " + body[max(body.find(SECRET) - 40, 0) :][:80]
    found = [one for one in LATER if one in body]
    return f"a key: {body[max(body.find(found[0]) - 40, 0) :][:80]}" if found else ""


def told_apart(page: str) -> str:
    """Whether the page of an exam shows the right option as another thing than the wrong ones."""
    for fields in page.split("<fieldset")[1:]:
        shapes = {LETTER.sub("", label) for label in CHOICE.findall(fields.split("</fieldset")[0])}
        if len(shapes) > 1:
            return f"options that differ by more than their text: {sorted(shapes)}"
    return ""
