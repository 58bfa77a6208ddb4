"""The words that go with a table: a draft of the 情况反馈, and a few lines for a group. Pure.

Units stand in administrative order, nobody is ranked, and no person is named.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lms.laws.rules import numeral
from lms.reports.measures import Count, Definition, Kind, Topic
from lms.reports.progress import LACK_NAMES, Lack
from lms.reports.rules import LEVEL_NAMES
from lms.reports.tables import KINDS, Line, Table

NONE = "—"
GAP = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
LISTED = 20  # units that a draft goes through one by one; of more the table speaks
IN_A_GROUP = 15  # units in the few lines for a group
MEASURED = {Kind.PERSONS: " 人", Kind.TIMES: " 人次", Kind.MEAN: " 学时"}  # data: as reports count
AND, STOP, LIST, THEN = "，", "。", "、", "；"  # data: as sentences are made
TITLE = "{unit}{cohort}完成情况反馈"  # data: as such papers are headed
OPENING = "现将{cohort}截至{day}的完成情况反馈如下（按{listed}统计）。"  # data: as papers begin
ALL, UNITS, WHY, NEXT = "总体情况", "各单位情况", "未完成的原因", "下一步工作"  # data: heads
PLAN = "班次自{first}至{last}，计划进度 {plan}，完成率 {rate}。"  # data: of a draft
BY_LEVEL = "各{level}完成情况（按行政区划顺序）："  # data: of a draft
BY_OTHER = "各{level}完成情况："  # data: of a draft
OF_A_LINE = "{name}{numbers}"
IN_TABLE = "各{level}完成情况见附表。"  # data: of a draft
OPEN = "未完成 {n} 人，其中{reasons}。每人只计一个主要原因。"  # data: of a draft
ALL_DONE = "应训人员已全部完成。"  # data: of a draft
UNDER = "低于计划进度的有 {n} 个单位（按行政区划顺序）：{units}。"  # data: of a draft
UNDER_MANY = "低于计划进度的有 {n} 个单位。"  # data: of a draft
NONE_UNDER = "各单位均不低于计划进度。"  # data: of a draft
OF_UNDER = "{name}未完成 {n} 人（{reasons}）"  # data: of a draft
STEPS = {
    Lack.NOT_CALLED: "对未调训的 {n} 人，列入后续调训安排",  # data: of a draft
    Lack.DEFERRED: "对缓训的 {n} 人，在缓训原因消除后安排补训",  # data: of a draft
    Lack.ABSENT: "对未参训的 {n} 人，核实原因后安排参训或补训",  # data: of a draft
    Lack.HOURS: "对学时不足的 {n} 人，安排补足学时",  # data: of a draft
    Lack.EXAM_DEFERRED: "对缓考的 {n} 人，按批准的时间组织补考",  # data: of a draft
    Lack.NOT_SAT: "对未参考的 {n} 人，安排参加测评或补考",  # data: of a draft
    Lack.FAILED: "对未合格的 {n} 人，安排学习和补考",  # data: of a draft
}
AGAIN = "{last}前按同一口径再次统计反馈"  # data: of a draft
GO_ON = "按同一口径继续统计，全部完成后反馈结果"  # data: of a draft
ENCLOSED = "附件：{title}"  # data: as papers name what goes with them
# data: the first of the few lines
GROUP_HEAD = "【{unit}{cohort}】截至{day}（{listed}）"
GROUP_UNITS = "各{level}{rate}（按行政区划顺序）：{units}"  # data: of the few lines
GROUP_OTHERS = "各{level}{rate}：{units}"  # data: of the few lines
GROUP_PLAN = "计划进度 {plan}。"  # data: of the few lines
GROUP_WHY = "未完成 {n} 人：{reasons}。"  # data: of the few lines


@dataclass(frozen=True)
class Standing:
    """What is told: a table, its columns, why some have not completed, and the plan.

    reasons: how many lack what, of all; under: the lines below the plan, with theirs.
    """

    unit: str
    cohort: str
    listed: str
    opens_on: date
    closes_on: date
    as_of: date
    columns: Sequence[Definition]
    table: Table
    reasons: Mapping[Lack, int]
    under: Sequence[tuple[str, Mapping[Lack, int]]]
    plan: str
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Draft:
    """The words of a 情况反馈: a title, how it begins, heads with their paragraphs, the end."""

    title: str
    opening: str
    parts: Sequence[tuple[str, Sequence[str]]]
    enclosed: str
    signed: tuple[str, str]


def close(text: str) -> str:
    """Without the gaps that a page has around numbers: papers and lines for a group have none."""
    return GAP.sub("", text)


def day(value: date) -> str:
    """2026年1月5日: no zero before a number."""
    return f"{value.year}年{value.month}月{value.day}日"  # data: as documents write a day


# ── numbers in words ────────────────────────────────────────────────────────────────────────────


def number(one: Definition, counts: Mapping[str, int]) -> str:
    """应训 12 人, 完成率 66.67%."""
    return f"{one.name} {_value(one, one.value(counts))}"


def _value(one: Definition, value: int | Decimal | None) -> str:
    if value is None:
        return NONE
    return f"{value * 100:.2f}%" if one.kind is Kind.RATE else f"{value}{MEASURED[one.kind]}"


def sentences(columns: Iterable[Definition], counts: Mapping[str, int]) -> list[str]:
    """The numbers of a line: those of list and training in one sentence, of tests, of hours."""
    found: dict[Topic, list[str]] = {}
    for one in columns:
        topic = Topic.TRAINING if one.topic is Topic.LIST else one.topic
        found.setdefault(topic, []).append(number(one, counts))
    return [AND.join(found[topic]) + STOP for topic in Topic if topic in found]


def _said(reasons: Mapping[Lack, int], between: str = LIST) -> str:
    return between.join(f"{LACK_NAMES[one]} {n} 人" for one, n in reasons.items() if n)  # data: n


def _rate(columns: Iterable[Definition]) -> Definition | None:
    """The rate of completion, as these columns have it."""
    rates = (one for one in columns if one.kind is Kind.RATE)
    return next((one for one in rates if one.numerator is Count.COMPLETED), None)


# ── the draft ───────────────────────────────────────────────────────────────────────────────────


def draft(told: Standing, today: date) -> Draft:
    """The words of the 情况反馈, for an officer to go on writing."""
    heads = [(ALL, _in_all(told)), (UNITS, _by_line(told)), (WHY, _reasons(told))]
    heads.append((NEXT, list(_next(told))))
    return Draft(
        TITLE.format(unit=told.unit, cohort=told.cohort),
        close(OPENING.format(cohort=told.cohort, day=day(told.as_of), listed=told.listed)),
        [
            (f"{numeral(n)}、{head}", [close(text) for text in said])
            for n, (head, said) in enumerate(heads, start=1)
        ],
        ENCLOSED.format(title=f"{told.unit}{told.cohort}完成情况统计表"),  # data: its name
        (told.unit, day(today)),
    )


def _in_all(told: Standing) -> list[str]:
    said = ["".join(sentences(told.columns, told.table.total.counts))]
    if rate := _rate(told.columns):
        value = _value(rate, rate.value(told.table.total.counts))
        span = {"first": day(told.opens_on), "last": day(told.closes_on)}
        said.append(PLAN.format(plan=told.plan, rate=value, **span))
    return [*said, *told.notes]


def _by_line(told: Standing) -> list[str]:
    level = LEVEL_NAMES[told.table.level]
    if len(told.table.lines) > LISTED:
        return [IN_TABLE.format(level=level)]
    shown = [one for one in told.columns if one.numerator in (Count.REQUIRED, Count.COMPLETED)]
    each = [
        OF_A_LINE.format(
            name=line.name, numbers=AND.join(number(one, line.counts) for one in shown)
        )
        for line in told.table.lines
    ]
    head = BY_LEVEL if told.table.level in KINDS else BY_OTHER
    return [head.format(level=level) + THEN.join(each) + STOP]


def _reasons(told: Standing) -> list[str]:
    still = sum(told.reasons.values())
    if not still:
        return [ALL_DONE]
    said = [OPEN.format(n=still, reasons=_said(told.reasons))]
    each = [
        OF_UNDER.format(name=name, n=sum(why.values()), reasons=_said(why))
        for name, why in told.under
    ]
    if not each:
        return [*said, NONE_UNDER]
    whole = UNDER if 1 < len(each) <= LISTED else UNDER_MANY  # one alone would be the last
    return [*said, whole.format(n=len(each), units=THEN.join(each))]


def _next(told: Standing) -> Iterator[str]:
    """Steps for those who lack something, and when the table is made again."""
    steps = [STEPS[one].format(n=n) for one, n in told.reasons.items() if n]
    later = told.closes_on > told.as_of
    steps.append(AGAIN.format(last=day(told.closes_on)) if later else GO_ON)
    yield from (f"{n}. {step}{STOP}" for n, step in enumerate(steps, start=1))


# ── a few lines for a group ─────────────────────────────────────────────────────────────────────


def few_lines(told: Standing) -> str:
    """Three to six lines to paste: the numbers, and the rate of every line where they are few."""
    head = {"unit": told.unit, "cohort": told.cohort, "listed": told.listed}
    numbers = sentences(told.columns, told.table.total.counts)
    lines = [GROUP_HEAD.format(day=day(told.as_of), **head), *numbers[:1]]
    if numbers[1:]:
        lines.append("".join(numbers[1:]))
    if told.plan:
        why = _said(told.reasons)
        still = GROUP_WHY.format(n=sum(told.reasons.values()), reasons=why) if why else ""
        lines.append(GROUP_PLAN.format(plan=told.plan) + still)
    if units := _units(told):
        lines.append(units)
    if told.notes:
        lines.append("".join(told.notes))
    return "\n".join(map(close, lines))


def _units(told: Standing) -> str:
    """The rate of completion of each line, in their order."""
    rate, lines = _rate(told.columns), told.table.lines
    if rate is None or not 1 < len(lines) <= IN_A_GROUP:
        return ""
    units = LIST.join(f"{one.name} {_value(rate, rate.value(one.counts))}" for one in lines)
    words = GROUP_UNITS if told.table.level in KINDS else GROUP_OTHERS
    return words.format(level=LEVEL_NAMES[told.table.level], rate=rate.name, units=units + STOP)


def reasons_of(line: Line) -> dict[Lack, int]:
    """How many of a line lack what; the parts add up to those who have not completed."""
    return {one: line.counts[one] for one in Lack if line.counts.get(one)}
