"""基础工作 as figures: every fact counts for a line, and every number is made of facts. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from lms.words import N_


class Topic(StrEnum):
    """What is looked at. Nobody fills anything in: all of it is in the system."""

    LISTS = "lists"
    FAULTS = "faults"
    DEFINITIONS = "definitions"
    FROZEN = "frozen"
    APPEALS = "appeals"
    APPROVALS = "approvals"


TOPIC_NAMES: dict[Topic, str] = {
    Topic.LISTS: N_("名单确认"),
    Topic.FAULTS: N_("信息有误未答复"),
    Topic.DEFINITIONS: N_("自定口径"),
    Topic.FROZEN: N_("调训到定稿"),
    Topic.APPEALS: N_("申诉按时答复"),
    Topic.APPROVALS: N_("待审批"),
}
APPEAL_DAYS = 7  # an appeal is answered in time within so many days
WORDS: dict[Topic, str] = {  # days: those of an appeal
    Topic.LISTS: N_(
        "名单确认＝已由单位主要负责人确认、此后没有变动的名单数÷正在办的班次中应确认的名单数；"
        "市一级按乡镇、部门计，县一级按本单位直属的乡镇、部门计。"
    ),
    Topic.FAULTS: N_("信息有误未答复：学员反映、还没有答复的条数；最久：从反映到今天的天数。"),
    Topic.DEFINITIONS: N_("自定口径：现行的、由本单位另定版本的指标数。"),
    Topic.FROZEN: N_(
        "调训到定稿：定稿的统计表（第 1 版）张数；平均天数＝从下达调训（没有的，从定下期初名单）"
        "到定稿的天数之和÷能算出天数的张数。"
    ),
    Topic.APPEALS: N_(
        "申诉按时答复＝提出后 %(days)d 天内答复的申诉数÷已答复和已满 %(days)d 天的申诉数；"
        "今年提出的，按测评的组织单位计。"
    ),
    Topic.APPROVALS: N_(
        "待审批：没有批复的免训缓训、等第二人确认的外部学时名单、没有审核的定稿；最久：等到今天的天数。"
    ),
}


class How(StrEnum):
    """What a column shows of the facts of its topic."""

    RATE = "rate"
    COUNT = "count"
    LONGEST = "longest"
    MEAN = "mean"


# The columns under three heads: 底数不清、规范不明、效率不高 are the faults that are looked for.
GROUPS: tuple[tuple[str, tuple[tuple[Topic, How, str], ...]], ...] = (
    (
        N_("底数"),
        (
            (Topic.LISTS, How.RATE, N_("名单已确认")),
            (Topic.FAULTS, How.COUNT, N_("信息有误未答复")),
            (Topic.FAULTS, How.LONGEST, N_("最久（天）")),
        ),
    ),
    (N_("规范"), ((Topic.DEFINITIONS, How.COUNT, N_("自定口径")),)),
    (
        N_("效率"),
        (
            (Topic.FROZEN, How.COUNT, N_("定稿（张）")),
            (Topic.FROZEN, How.MEAN, N_("调训到定稿平均（天）")),
            (Topic.APPEALS, How.RATE, N_("申诉按时答复")),
            (Topic.APPROVALS, How.COUNT, N_("待审批")),
            (Topic.APPROVALS, How.LONGEST, N_("最久（天）")),
        ),
    ),
)
COLUMNS = tuple(column for _name, columns in GROUPS for column in columns)


@dataclass(frozen=True)
class Fact:
    """Something that counts: under which unit, what it is, how much of how much, how many days.

    key, kind: what the page of it needs to lead there.
    """

    topic: Topic
    org_id: int
    what: str
    since: date | None = None
    done: int = 1
    of: int = 1
    days: int | None = None
    kind: str = ""
    key: int = 0


@dataclass
class Figure:
    """What the facts of a topic come to in a line."""

    facts: int = 0
    done: int = 0
    of: int = 0
    timed: int = 0  # facts of which one knows how many days they took
    days: int = 0
    longest: int | None = None

    def add(self, one: Fact) -> None:
        self.facts += 1
        self.done, self.of = self.done + one.done, self.of + one.of
        if one.days is not None:
            self.timed, self.days = self.timed + 1, self.days + one.days
            self.longest = max(self.longest or 0, one.days)

    @property
    def mean(self) -> Decimal | None:
        """Days for each fact that has some, to one place, half up; of none there is none."""
        if not self.timed:
            return None
        return (Decimal(self.days) / self.timed).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Line:
    """One line: a unit, or what lies beside the units of the table. key "": everything."""

    key: str
    name: str
    figures: Mapping[Topic, Figure]


def table(
    facts: Iterable[Fact], lines: Mapping[int, str], named: Sequence[tuple[str, str]], total: str
) -> list[Line]:
    """The lines in their order, the sum last. lines: unit → key of its line; named: key, name."""
    found = {key: _blank() for key, _name in named}
    whole = _blank()
    for one in facts:
        key = lines.get(one.org_id)
        if key in found:
            found[key][one.topic].add(one)
            whole[one.topic].add(one)
    return [*(Line(key, name, found[key]) for key, name in named), Line("", total, whole)]


def _blank() -> dict[Topic, Figure]:
    return {topic: Figure() for topic in Topic}
