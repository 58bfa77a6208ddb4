"""How far an import of questions has come, and where each of its questions stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lms.words import N_

UPLOADS = "banks"  # the folder of sent files


class Step(StrEnum):
    """How far an import has come."""

    READING = "reading"
    READ = "read"  # waits for the trainer
    WRITING = "writing"
    DONE = "done"
    RETURNING = "returning"
    RETURNED = "returned"
    DROPPED = "dropped"


STEP_NAMES: dict[Step, str] = {
    Step.READING: N_("正在读取"),
    Step.READ: N_("待确认"),
    Step.WRITING: N_("正在写入"),
    Step.DONE: N_("已带入"),
    Step.RETURNING: N_("正在撤回"),
    Step.RETURNED: N_("已撤回"),
    Step.DROPPED: N_("已放弃"),
}
BUSY = frozenset({Step.READING, Step.WRITING, Step.RETURNING})


class Status(StrEnum):
    """Where a question of an import stands."""

    CHECK = "check"  # a fault or a doubt keeps it back
    ALIKE = "alike"  # it may be one that the bank has, or that stands twice in the file
    CHANGED = "changed"
    NEW = "new"
    UNANSWERED = "unanswered"  # can only be a draft
    SAME = "same"
    LEFT = "left"  # somebody said so


STATUS_NAMES: dict[Status, str] = {
    Status.CHECK: N_("待核"),
    Status.ALIKE: N_("疑似重复"),
    Status.CHANGED: N_("修改"),
    Status.NEW: N_("新增"),
    Status.UNANSWERED: N_("没有答案"),
    Status.SAME: N_("相同"),
    Status.LEFT: N_("不带入"),
}
USABLE = frozenset({Status.ALIKE, Status.CHANGED, Status.NEW, Status.SAME})
TAKEN = frozenset({Status.CHANGED, Status.NEW, Status.UNANSWERED})  # what confirming writes


class Choice(StrEnum):
    """What a person decided about a question that looks like another."""

    NEW = "new"  # it is another one
    UPDATE = "update"  # it is that one, changed
    SKIP = "skip"


@dataclass(frozen=True)
class Like:
    """Another question that looks alike. entry_id: one of the bank; number: a line of the import.

    share: of the words, in hundredths.
    """

    share: int
    entry_id: int = 0
    number: int = 0


@dataclass(frozen=True)
class Case:
    """All that decides where a question stands."""

    faulty: bool = False
    doubtful: bool = False  # the reader had a doubt, or guessed the answer
    accepted: bool = False  # somebody looked and said that it is right as it is
    answered: bool = True
    about: bool = False  # the bank has it
    same: bool = False  # and nothing of it changes
    doubled: bool = False  # the same stands in the file before
    likes: tuple[Like, ...] = ()
    choice: Choice | None = None
    left: bool = False


def status_of(case: Case) -> Status:
    """Where a question stands. What is wrong comes before what it is compared with."""
    if case.left or case.choice is Choice.SKIP:
        return Status.LEFT
    if case.faulty or (case.doubtful and not case.accepted):
        return Status.CHECK
    if case.about:
        return Status.SAME if case.same else Status.CHANGED
    if case.doubled:
        return Status.SAME
    if case.likes and case.choice is None:
        return Status.ALIKE
    return Status.NEW if case.answered else Status.UNANSWERED


@dataclass(frozen=True)
class Group:
    """The questions under one heading of a file: its words, how many, and what is set."""

    words: str
    count: int = 0
    set: Mapping[str, int] = field(default_factory=dict)
