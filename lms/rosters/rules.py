"""What a row of a roster must satisfy, and what may become of it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from lms.errors import Invalid
from lms.people.rules import masked_id, masked_phone
from lms.sheets import cells
from lms.sheets.books import Value
from lms.words import N_

# data: how the number of a term is written
CHINESE_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}
REASONS = N_("错误原因")  # the column that is added to what could not be taken
UPLOADS = "rosters"  # the folder of sent files
PHONE_DIGITS = 11  # the shortest number that is masked
LONG_NUMBER = re.compile(r"(?<!\d)(\d{17}[\dXx]|1[2-9]\d{9})(?!\d)")


class Status(StrEnum):
    """What a row says, compared with what is known."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    TRANSFER = "transfer"
    MISSING = "missing"
    ERROR = "error"


STATUS_NAMES: dict[Status, str] = {
    Status.ERROR: N_("有错误"),
    Status.TRANSFER: N_("已在其他单位"),
    Status.MISSING: N_("名册中没有"),
    Status.MOVED: N_("换了单位"),
    Status.CHANGED: N_("有变动"),
    Status.NEW: N_("新增"),
    Status.SAME: N_("无变动"),
}
GOOD = frozenset({Status.NEW, Status.CHANGED, Status.MOVED, Status.TRANSFER})


class State(StrEnum):
    """How far an import has come."""

    READING = "reading"
    READ = "read"  # waits for the officer
    WRITING = "writing"
    DONE = "done"
    RETURNING = "returning"
    RETURNED = "returned"
    DROPPED = "dropped"


STATE_NAMES: dict[State, str] = {
    State.READING: N_("正在读取"),
    State.READ: N_("待确认"),
    State.WRITING: N_("正在写入"),
    State.DONE: N_("已导入"),
    State.RETURNING: N_("正在撤回"),
    State.RETURNED: N_("已撤回"),
    State.DROPPED: N_("已放弃"),
}
BUSY = frozenset({State.READING, State.WRITING, State.RETURNING})


@dataclass(frozen=True)
class Fault:
    """What is wrong in a column of a row and how to mend it. why: constant text with values."""

    column: str
    why: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.why.format(**self.values) if self.values else self.why

    @classmethod
    def of(cls, column: str, refusal: Invalid) -> "Fault":
        return cls(column, refusal.text, refusal.values)


@lru_cache(1000)  # what stands beside a person comes again and again: 汉族, 中共党员
def without_numbers(text: str) -> str:
    """The text with ID numbers and phones in it masked, so that it may be kept as it is."""
    if len(text) < PHONE_DIGITS:
        return text
    return LONG_NUMBER.sub(lambda found: _masked(found[0]), text)


def _masked(number: str) -> str:
    return masked_id(number) if len(number) > 11 else masked_phone(number)


def read_term(value: Value) -> int | None:
    """The number of a term: 第十届, 第10届, 10. None where the cell is empty."""
    written = cells.text(value)
    if not written:
        return None
    bare = re.sub(r"^第|届.*$|[ \n]", "", written)
    term = int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 4 else _chinese(bare)
    if not term:
        raise Invalid("届次“{written}”不能识别，请写成“第十届”或“10”。", written=written[:20])
    return term


def _chinese(written: str) -> int | None:
    """十二 is 12; up to 99."""
    tens, ten, ones = written.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or any(d not in CHINESE_DIGITS for d in tens + ones):
        return None
    ten_times = (CHINESE_DIGITS[tens] if tens else 1) * 10 if ten else 0
    return ten_times + (CHINESE_DIGITS[ones] if ones else 0) or None
