"""What is counted, and how each number is defined. Pure."""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from lms.orgs.rules import UnitKind
from lms.words import N_

HUNDREDTH_OF_PERCENT = Decimal("0.0001")


class Placed(NamedTuple):
    """A unit as it stood on a day. closed: it stood no more, and is placed as it last was."""

    id: int
    name: str
    kind: UnitKind
    parent_id: int | None
    place: int
    code: str | None
    closed: bool


class Level(StrEnum):
    """What the lines of a table are."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    POST = "post"


LEVEL_NAMES: dict[Level, str] = {
    Level.COUNTY: N_("县（市、区）"),
    Level.TOWNSHIP: N_("乡镇（街道）"),
    Level.VILLAGE: N_("村（社区）"),
    Level.POST: N_("职务"),
}


class Measure(StrEnum):
    """A number of persons. Each is a link to the names behind it."""

    LISTED = "listed"
    ATTENDED = "attended"
    COMPLETED = "completed"
    SCHEDULED = "scheduled"
    SAT = "sat"
    PASSED = "passed"
    OPEN = "open"


MEASURE_NAMES: dict[Measure, str] = {
    Measure.LISTED: N_("应训"),
    Measure.ATTENDED: N_("参训"),
    Measure.COMPLETED: N_("完成"),
    Measure.SCHEDULED: N_("应考"),
    Measure.SAT: N_("参考"),
    Measure.PASSED: N_("合格"),
    Measure.OPEN: N_("未完成"),
}

# One sentence a number, printed under every table: a table without it will be disputed.
DEFINITIONS: tuple[str, ...] = (
    N_("应训：统计日在名单上的人员，一人多职只计一人。"),
    N_("参训：其中已学完至少一课并取得学时的人员；参训率＝参训÷应训。"),
    N_("完成：其中学时达到要求且测评合格的人员；完成率＝完成÷应训。"),
)
EXAM_DEFINITIONS: tuple[str, ...] = (
    N_("应考：其中须参加测评的人员；参考：已交卷的人员；参考率＝参考÷应考。"),
    N_("合格：最好一次成绩达到合格线的人员；总合格率＝合格÷应考。"),
)
HOURS_DEFINITION = N_("人均学时＝应训人员已取得的学时之和÷应训。分母为零时显示“—”。")


def share(numerator: int, denominator: int) -> Decimal | None:
    """A rate to a hundredth of a percent, half up; none where nobody could be counted."""
    if not denominator:
        return None
    exact = Decimal(int(numerator)) / Decimal(int(denominator))
    return exact.quantize(HUNDREDTH_OF_PERCENT, ROUND_HALF_UP)
