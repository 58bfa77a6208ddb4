"""What hours are. Pure."""

from enum import StrEnum


class HourKind(StrEnum):
    """What hours were earned by."""

    ORGANISED = "organised"  # 集中培训
    ONLINE = "online"  # 网络自学
    OTHER = "other"
