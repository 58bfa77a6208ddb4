"""Kinds of hours, and when a cohort is completed. Pure."""

from decimal import Decimal
from enum import StrEnum


class HourKind(StrEnum):
    """What hours were earned by."""

    ORGANISED = "organised"  # 集中培训
    ONLINE = "online"  # 网络自学
    OTHER = "other"


def completed(hours: Decimal, required: Decimal, passed: bool, assessed: bool) -> bool:
    """完成: the required hours, and the assessment passed where there is one."""
    return hours >= required and (passed or not assessed)
