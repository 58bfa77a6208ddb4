"""What may be bundled, and how long it is kept. Pure."""

from datetime import datetime, timedelta

from lms.errors import Conflict, NotAllowed

KEPT = timedelta(days=14)  # the file; its index stays, so that a copy can still be checked
STRAY = timedelta(days=1)  # no job lasts so long: a file that no row names then was broken off


def refuse_gone(stored: str | None) -> None:
    """A file that was let go of can be made anew."""
    if stored is None:
        raise Conflict("这份检查材料已过保存期，文件已删除，可以重新生成；目录和摘要仍可核对。")


def refuse_others(mine: bool, unit: str) -> None:
    """Who runs it makes it, or who keeps the audit log."""
    if not mine:
        raise NotAllowed("检查材料由主办单位“{unit}”或审计管理员生成。", unit=unit)


def refuse_unnamed(named: bool) -> None:
    """Marks are in it, and those are seen by the officers named alone."""
    if not named:
        raise NotAllowed("检查材料含逐题评分，只有这次测评的指定人员或审计管理员可以生成。")


def keys_inside(last_close: datetime, running: int, planned: bool, now: datetime) -> bool:
    """Paper and key leave the house when nobody is asked the same any more, here or elsewhere."""
    return now >= last_close and not running and not planned
