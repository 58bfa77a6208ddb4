"""培训情况统计表 as it goes upward: its columns, and over whose heads each stands. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.people.rules import Post
from lms.reports.measures import Definition
from lms.reports.rules import NO_HEAD, Level
from lms.words import N_

LAID_OUT = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE, Level.POST)
BY_NAMES: dict[Level, str] = {
    Level.COUNTY: N_("按县市区"),
    Level.TOWNSHIP: N_("按乡镇（街道）"),
    Level.VILLAGE: N_("按村（社区）"),
    Level.POST: N_("按职务"),
}
EVERYBODY = ""
HEAD_NAMES: dict[str, str] = {
    Post.VPS: N_("党组织书记"),
    Post.VDS: N_("副书记"),
    Post.VCD: N_("村委会主任"),
    NO_HEAD: N_("其他职务"),
    EVERYBODY: N_("小计"),
}
# What is told apart by post, and the rate that stands behind it.
SPLIT = (("required", ""), ("attended", "attendance_rate"), ("completed", "completion_rate"))
EXAM = ("scheduled", "sat", "passed", "pass_rate")
SHORT = {"pass_rate": N_("总合格率"), "listed": N_("在册人数")}  # as these sheets call them


@dataclass(frozen=True)
class Spot:
    """One column: a number, of those alone who stand for a post, or of everybody."""

    one: Definition
    post: str = EVERYBODY
    split: bool = False

    @property
    def head(self) -> str:
        return HEAD_NAMES[self.post] if self.split else SHORT.get(self.one.code, self.one.name)

    @property
    def group(self) -> str:
        return self.one.name if self.split else ""


def spots(held: Mapping[str, Definition], posts: Sequence[str], assessed: bool) -> list[Spot]:
    """The columns between the name of a line and the remark. posts: those told apart; or none."""
    found = [Spot(held["listed"])]
    for code, rate in SPLIT:
        whose = (*posts, EVERYBODY) if posts else (EVERYBODY,)
        found += [Spot(held[code], post, bool(posts)) for post in whose]
        found += [Spot(held[rate])] if rate else []
    found += [Spot(held[code]) for code in EXAM] if assessed else []
    return [*found, Spot(held["mean_hours"])]
