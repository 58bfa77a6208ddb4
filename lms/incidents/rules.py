"""What may be reported as a 重大事项 of training, and how it stands. Pure."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from lms.errors import Conflict, Invalid
from lms.words import N_


class Kind(StrEnum):
    """What happened. Nothing about a leading cadre's own affairs is among it."""

    ACCIDENT = "accident"
    LEAK = "leaked paper"
    STOPPED = "stopped system"
    SAFETY = "food or safety"
    OTHER = "other"


KIND_NAMES: dict[Kind, str] = {
    Kind.ACCIDENT: N_("培训中的事故"),
    Kind.LEAK: N_("试题泄露"),
    Kind.STOPPED: N_("系统中断"),
    Kind.SAFETY: N_("食品、住宿、交通安全"),
    Kind.OTHER: N_("培训中的其他重大事项"),
}


class State(StrEnum):
    """How far it has come: made from what was decided, and kept nowhere."""

    OPEN = "open"
    HANDLING = "handling"
    CLOSED = "closed"


STATE_NAMES: dict[State, str] = {
    State.OPEN: N_("待处置"),
    State.HANDLING: N_("处置中"),
    State.CLOSED: N_("已结"),
}
DECIDED = (State.HANDLING, State.CLOSED)  # what a decision can leave it in


def state(decided: Sequence[State]) -> State:
    """decided: what each decision left it in, in their order."""
    return decided[-1] if decided else State.OPEN


def refuse_to_come(happened_at: datetime, now: datetime) -> None:
    """What is reported has happened."""
    if happened_at > now:
        raise Invalid("发生时间还没有到，请核对日期和时刻。")


def refuse_closed(stands: State) -> None:
    """What is closed stays as it was decided."""
    if stands is State.CLOSED:
        raise Conflict("这件事已经办结，不能再添加处置决定。有新情况请另报一件，写明与本件的关系。")
