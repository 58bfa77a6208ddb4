"""What hours are, and what a credit says. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from lms.errors import Conflict, Invalid
from lms.people.rules import Post
from lms.words import N_

MOST = Decimal(2000)  # hours that one entry can give: a year has no more to learn in


class HourKind(StrEnum):
    """What hours were earned by."""

    ORGANISED = "organised"  # 集中培训
    ONLINE = "online"  # 网络自学
    OTHER = "other"


KIND_NAMES: dict[HourKind, str] = {
    HourKind.ORGANISED: N_("集中培训"),
    HourKind.ONLINE: N_("网络自学"),
    HourKind.OTHER: N_("其他"),
}


class Audience(StrEnum):
    """For whom hours are owed each year."""

    COUNTY_RANK = "county rank"
    TOWNSHIP_RANK = "township rank"
    BRANCH = "branch leaders"
    MEMBER = "party members"
    CADRE = "cadres"


AUDIENCE_NAMES: dict[Audience, str] = {
    Audience.COUNTY_RANK: N_("县处级领导干部"),
    Audience.TOWNSHIP_RANK: N_("乡科级干部、一级主任科员以下公务员"),
    Audience.BRANCH: N_("基层党组织书记和班子成员"),
    Audience.MEMBER: N_("党员"),
    Audience.CADRE: N_("干部（网络自学）"),
}


class RuleKey(StrEnum):
    """What a dated rule of hours speaks of."""

    MINUTES = "minutes per hour"
    DAY = "hours per day"
    REQUIRED = "weight of a required course"
    ELECTIVE = "weight of an elective course"
    TIERS = "tiers by length"
    SHARE = "share watched"
    OUTSIDE = "weight of hours from outside"
    DAILY = "daily cap"
    YEARLY = "yearly cap"
    OWED = "organised hours owed"
    OWED_ONLINE = "online hours owed"
    CARRY = "carry-over"
    CLOSES = "days until a year is closed"


RULE_NAMES: dict[RuleKey, str] = {
    RuleKey.MINUTES: N_("网络课程多少分钟为 1 学时"),
    RuleKey.DAY: N_("集中培训一天的学时"),
    RuleKey.REQUIRED: N_("必修课折算比例"),
    RuleKey.ELECTIVE: N_("选修课折算比例"),
    RuleKey.TIERS: N_("按课程长度分档计学时"),
    RuleKey.SHARE: N_("看完多少比例才计学时"),
    RuleKey.OUTSIDE: N_("外部名单学时的认定比例"),
    RuleKey.DAILY: N_("网络自学每天最多计入的学时"),
    RuleKey.YEARLY: N_("网络自学每年最多计入的学时"),
    RuleKey.OWED: N_("每年应完成的集中培训学时"),
    RuleKey.OWED_ONLINE: N_("每年应完成的网络自学学时"),
    RuleKey.CARRY: N_("多余学时结转下一年"),
    RuleKey.CLOSES: N_("年度结束后多少天内仍按当年记入"),
}
OF_AUDIENCES = frozenset({RuleKey.OWED, RuleKey.OWED_ONLINE})


@dataclass(frozen=True)
class Credit:
    """Hours to be entered for a person. rule: the dated rule that made them.

    org_id: the person's unit at that time; earned_on: the day on which the training ended.
    post: as it was held there then; looked up where it is left open. planned: what the activity
    was to give, where that differs from what it gave.
    """

    person_id: int
    org_id: int
    hours: Decimal
    kind: HourKind
    earned_on: date
    rule: str
    activity: str | None = None
    post: Post | None = None
    planned: Decimal | None = None
    began_on: date | None = None
    evidence: str | None = None
    cohort_id: int | None = None
    programme_id: int | None = None
    lesson_id: int | None = None
    class_id: int | None = None
    list_id: int | None = None


def hundredths(hours: Decimal) -> int:
    """Hours as the ledger keeps them: whole hundredths add up alike on every database."""
    return int((hours * 100).quantize(Decimal(1), ROUND_HALF_UP))


def in_hours(kept: int) -> Decimal:
    """Hundredths as hours again."""
    return Decimal(kept).scaleb(-2)


def refuse_hours(hours: Decimal) -> None:
    """An entry gives something, and no more than a year can hold."""
    if not 0 <= hours <= MOST:
        raise Invalid("学时应在 0 到 {most} 之间，请核对。", most=MOST)


def refuse_reversal(reverses: bool, reversed_before: bool, why: str) -> None:
    """An entry is reversed once, with a reason; a reversing entry is not reversed itself."""
    if reverses:
        raise Conflict("这一条是冲销记录，不能再冲销；如冲销有误，请重新补录学时。")
    if reversed_before:
        raise Conflict("这一条学时已经冲销，请刷新页面。")
    if not why.strip():
        raise Invalid("请写明冲销的原因。")


class ListState(StrEnum):
    """How far a list of hours from outside has come."""

    READ = "read"  # waits for who sent it
    HANDED_ON = "handed on"  # waits for a second person
    DONE = "done"
    RETURNED = "returned"
    DROPPED = "dropped"


LIST_STATES: dict[ListState, str] = {
    ListState.READ: N_("待核对"),
    ListState.HANDED_ON: N_("待第二人确认"),
    ListState.DONE: N_("已记入"),
    ListState.RETURNED: N_("已撤回"),
    ListState.DROPPED: N_("已放弃"),
}


class LineState(StrEnum):
    """What has been found of a row of a list."""

    GOOD = "good"
    DOUBT = "doubt"  # who is meant has to be said
    TWICE = "twice"  # the ledger seems to have it already
    LEFT = "left"  # left out by who sent it
    WRONG = "wrong"


LINE_STATES: dict[LineState, str] = {
    LineState.WRONG: N_("有错误"),
    LineState.DOUBT: N_("请选定人员"),
    LineState.TWICE: N_("可能重复"),
    LineState.GOOD: N_("可以记入"),
    LineState.LEFT: N_("不记入"),
}
