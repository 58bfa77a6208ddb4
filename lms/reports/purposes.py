"""Why numbers of many may be taken home, which, and for how long. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from lms.words import N_

LASTS = timedelta(hours=24)  # from the moment a second person agrees


class Numbers(StrEnum):
    """Which numbers stand in a file."""

    PHONES = "phones"
    IDS = "ids"
    BOTH = "both"

    @property
    def phones(self) -> bool:
        return self is not Numbers.IDS

    @property
    def ids(self) -> bool:
        return self is not Numbers.PHONES


NUMBERS_NAMES: dict[Numbers, str] = {
    Numbers.PHONES: N_("手机号"),
    Numbers.IDS: N_("身份证号"),
    Numbers.BOTH: N_("手机号和身份证号"),
}


class Purpose(StrEnum):
    """What they are wanted for; more is said in words."""

    CALLING = "calling"
    CHECKING = "checking"
    LODGING = "lodging"
    ABOVE = "above"
    ROSTER = "roster"
    OTHER = "other"


PURPOSE_NAMES: dict[Purpose, str] = {
    Purpose.CALLING: N_("逐人通知参训、参考"),
    Purpose.CHECKING: N_("考试入场核对身份"),
    Purpose.LODGING: N_("办理食宿、交通、保险"),
    Purpose.ABOVE: N_("上级要求报送"),
    Purpose.ROSTER: N_("与名册、户籍等核对"),
    Purpose.OTHER: N_("其他（请写明）"),
}


class Step(StrEnum):
    """How a request stands; it follows from what was decided and when."""

    WAITING = "waiting"
    AGREED = "agreed"
    OVER = "over"
    REFUSED = "refused"


STEP_NAMES: dict[Step, str] = {
    Step.WAITING: N_("待第二人确认"),
    Step.AGREED: N_("可以下载"),
    Step.OVER: N_("已过期"),
    Step.REFUSED: N_("未同意"),
}


def step(agreed: bool | None, decided_at: datetime | None, now: datetime) -> Step:
    """How a request stands at a moment."""
    if agreed is None or decided_at is None:
        return Step.WAITING
    if not agreed:
        return Step.REFUSED
    return Step.AGREED if now < decided_at + LASTS else Step.OVER
