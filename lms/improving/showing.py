"""What the pages of differences, plans and pledges show, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.improving import services
from lms.improving.dissecting import BESIDE_NAMES, DONE, Below, Beside, Dissection
from lms.improving.knowing import Ability
from lms.improving.models import ImprovementPlan, PlanStep
from lms.improving.pledging import Number, Standing, Tally, is_rate
from lms.improving.rules import FEWEST, FEWEST_UNITS, STANDING_NAMES, STATE_NAMES, State
from lms.improving.rules import Standing as OfStep
from lms.orgs.models import OrgUnit
from lms.people import queries as people
from lms.reports.dictionary import SHIPPED
from lms.reports.measures import share
from lms.reports.overview import lacks
from lms.reports.progress import LACK_NAMES, Lack
from lms.reports.rules import LEVEL_NAMES
from lms.reports.tables import Line
from lms.reports.workbooks import file_stem, signatures
from lms.sheets.pages import DEMONSTRATION, Column, Kind, Page, file_name
from lms.training.models import Cohort
from lms.web.here import settings
from lms.web.language import day

NONE, MINUS = "—", "−"
SIGNS = {
    State.RUNNING: "wait",
    State.KEPT_EARLY: "ok",
    State.KEPT: "ok",
    State.BROKEN: "bad",
}
STEP_SIGNS = {
    OfStep.OPEN: "wait",
    OfStep.OVERDUE: "warn",
    OfStep.DONE: "ok",
    OfStep.DONE_LATE: "ok",
    OfStep.DROPPED: "none",
}


def percent(part: int, whole: int) -> str:
    value = share(part, whole)
    return NONE if value is None else f"{value * 100:.2f}%"


def points(value: Decimal | None) -> str:
    """+1.20 and −0.30."""
    if value is None:
        return NONE
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value):.2f}"


# ── who is behind ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Under:
    """A unit with how far it has come, why it is not further, and what it does about it."""

    name: str
    url: str
    done: int
    due: int
    behind: bool
    reasons: list[tuple[str, int]]
    plan: ImprovementPlan | None
    steps: tuple[int, int]


def units(
    found: Below, cohort: Cohort, plans: Sequence[ImprovementPlan], today: date
) -> dict[str, Any]:
    latest = {one.org_id: one for one in reversed(plans)}
    rows = [_under(found, line, cohort, latest.get(int(line.key)), today) for line in found.lines]
    return {"level": _(LEVEL_NAMES[found.level]), "rows": rows, "plan": found.plan}


def _under(
    found: Below, line: Line, cohort: Cohort, plan: ImprovementPlan | None, today: date
) -> Under:
    due, done = (line.counts[one] for one in DONE)
    return Under(
        _(line.name),
        url_for(".unit", cohort_id=cohort.id, unit_id=line.key),
        done,
        due,
        found.is_behind(line),
        [(_(LACK_NAMES[lack]), many) for lack, many in lacks(line)],
        plan,
        services.done(plan, today) if plan else (0, 0),
    )


# ── one unit ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Cause:
    """One line of the difference."""

    name: str
    url: str
    mine: int
    mine_share: str
    others_share: str
    points: str


def gap(found: Dissection, address: Mapping[str, Any]) -> dict[str, Any]:
    """The difference as the page shows it. address: of the page, for the names."""
    (mine, due), (theirs, whole) = found.gap.mine, found.gap.others
    return {
        "rate": percent(mine, due),
        "others": NONE if found.hidden else percent(theirs, whole),
        "points": points(found.gap.points),
        "behind": found.gap.points is not None and found.gap.points < 0,
        "causes": [
            Cause(
                _(LACK_NAMES[Lack(one.word)]),
                url_for(".lacking", **address, lack=one.word),
                one.mine,
                percent(one.mine, due),
                NONE if found.hidden else percent(one.others, whole),
                points(one.points),
            )
            for one in found.gap.causes
        ],
        "hidden": _(
            "本单位或同类单位在名单上的不足 %(n)s 人，或同类单位不足 %(m)s 个，不作对照。",
            n=FEWEST,
            m=FEWEST_UNITS,
        )
        if found.hidden
        else "",
    }


def beside(chosen: Beside, address: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """The two ways to compare: label, address, whether it is the present one."""
    return [
        (_(BESIDE_NAMES[one]), url_for(".unit", **{**address, "beside": one.value}), one is chosen)
        for one in Beside
    ]


def then_and_now(then: Dissection, now: Dissection) -> list[tuple[str, str, str, str]]:
    """Whether it helped: each number on both days, and by how much it differs."""

    def line(name: str, was: tuple[int, int], is_: tuple[int, int], hidden: bool):
        if hidden:
            return name, NONE, NONE, NONE
        one, other = share(*was), share(*is_)
        moved = None if one is None or other is None else (other - one) * 100
        return name, percent(*was), percent(*is_), points(moved)

    hidden = then.hidden or now.hidden
    found = [
        line(_("本单位完成率"), then.gap.mine, now.gap.mine, False),
        line(_("同类单位完成率"), then.gap.others, now.gap.others, hidden),
    ]
    words = {one.word for side in (then, now) for one in side.gap.causes}
    for lack in (one for one in Lack if one.value in words):
        was, is_ = (_many(side, lack) for side in (then, now))
        both = (was, then.gap.mine[1]), (is_, now.gap.mine[1])
        found.append(line(_("其中：%(why)s", why=_(LACK_NAMES[lack])), *both, False))
    return found


def _many(side: Dissection, lack: Lack) -> int:
    return next((one.mine for one in side.gap.causes if one.word == lack.value), 0)


@dataclass(frozen=True)
class Knows:
    """One ability of the unit beside those like it."""

    name: str
    share: str
    persons: int
    questions: int
    others: str
    points: str
    weakest: str


def abilities(found: Sequence[Ability]) -> dict[str, Any]:
    """In the order of the framework; in words, which one is furthest behind."""
    behind = [one for one in found if one.points is not None and one.points < 0]
    least = min(behind, key=lambda one: one.points or 0, default=None)
    said = ""
    if least is not None:
        said = _(
            "和同类单位差得最多的是“%(name)s”（%(points)s 个百分点）。",
            name=least.name,
            points=points(least.points),
        )
    return {"rows": [_knows(one) for one in found], "least": said}


def _knows(one: Ability) -> Knows:
    others = NONE if one.others is None else percent(one.others.right, one.others.asked)
    mine = percent(one.mine.right, one.mine.asked)
    counts = (one.mine.persons, one.mine.questions)
    return Knows(one.name, mine, *counts, others, points(one.points), one.weakest)


def of_ability(code: str | None, then: Sequence[Ability], now: Sequence[Ability]):
    """The line of the ability that a plan is about, on both days."""
    sides = [next((one for one in side if one.code == code), None) for side in (then, now)]
    named = next((one for one in sides if one), None)
    if named is None:
        return []
    shares = [one.mine.share if one else None for one in sides]
    moved = None if None in shares else (shares[1] - shares[0]) * 100
    said = [percent(one.mine.right, one.mine.asked) if one else NONE for one in sides]
    return [(_("“%(name)s”答对率", name=named.name), *said, points(moved))]


# ── plans ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Doing:
    """A step as the page shows it."""

    step: PlanStep
    owner: str
    sign: str
    state: str
    open: bool
    note: str
    when: date | None


def steps(plan: ImprovementPlan, today: date, names: Mapping[int, str]) -> list[Doing]:
    found = []
    for one in plan.steps:
        state, last = services.standing(one, today), one.marks[-1] if one.marks else None
        owner = names.get(one.owner_id, NONE)
        note = (last.note or "") if last else ""
        word = _(STANDING_NAMES[state])
        is_open = state in (OfStep.OPEN, OfStep.OVERDUE)
        found.append(
            Doing(one, owner, STEP_SIGNS[state], word, is_open, note, last.on if last else None)
        )
    return found


def helped(plan: ImprovementPlan, now: Dissection) -> tuple[str, str]:
    """A sign and a word: whether the aim is reached; judged when the day has come."""
    value = share(*now.gap.mine)
    if value is not None and value * 100 >= plan.aim:
        return "ok", _("已达到目标")
    if now.as_of < plan.review_on:
        return "wait", _("还没到复看日期")
    return "warn", _("到复看日期还没达到目标")


def owners(plan: ImprovementPlan) -> dict[int, str]:
    return people.names([plan.owner_id, *(one.owner_id for one in plan.steps)])


# ── pledges ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Promise:
    """A pledge as the page shows it."""

    unit: str
    cohort: str
    measure: str
    value: str
    by_on: date
    owner: str
    number: str
    parts: str
    sign: str
    state: str
    url: str
    words: str


def pledged(code: str, value: Decimal) -> str:
    """90.00%, or 120 persons."""
    return f"{value:.2f}%" if is_rate(code) else _("%(n)s 人", n=f"{int(value):,}")


def measured(code: str, number: Number) -> str:
    if number.value is None:
        return NONE
    return f"{number.value:.2f}%" if is_rate(code) else _("%(n)s 人", n=f"{int(number.value):,}")


def promises(found: Iterable[Standing]) -> list[Promise]:
    held = list(found)
    names = people.names(one.pledge.owner_id for one in held)
    return [_promise(one, names) for one in held]


def _promise(one: Standing, names: Mapping[int, str]) -> Promise:
    held = one.pledge
    parts = "" if one.number.whole is None else f"{one.number.part}/{one.number.whole}"
    return Promise(
        held.org.name,
        held.cohort.title,
        _(SHIPPED[held.code].name),
        pledged(held.code, held.value),
        held.by_on,
        names.get(held.owner_id, NONE),
        measured(held.code, one.number),
        parts,
        SIGNS[one.state],
        _(STATE_NAMES[one.state]),
        url_for(".pledge", pledge_id=held.id),
        held.words or "",
    )


def state_names() -> list[tuple[State, str]]:
    return [(one, _(STATE_NAMES[one])) for one in State]


def sheet(
    root: OrgUnit, found: Sequence[Standing], tallied: Sequence[Tally], today: date, by: str
) -> tuple[str, list[Page]]:
    """The name and the pages of the file: each pledge, and how many of each unit are kept."""
    title = _("%(unit)s重点工作承诺兑现情况表", unit=root.name)
    made = _("统计日：%(day)s。由 %(by)s 从系统导出。", day=day(today), by=by)
    mark = _(DEMONSTRATION) if settings().demonstration else ""
    below = [_("填报单位：%(unit)s", unit=root.name), *definitions(), made, signatures(_)]
    rows = [
        [number, one.unit, one.cohort, one.words, one.measure, one.value, one.by_on, one.owner]
        + [one.number, one.parts, one.state]
        for number, one in enumerate(promises(found), start=1)
    ]
    heads = [
        Column(_("序号"), Kind.NUMBER, 6),
        Column(_("单位"), Kind.TEXT, 18),
        Column(_("班次"), Kind.TEXT, 24),
        Column(_("承诺事项"), Kind.TEXT, 24),
        Column(_("指标"), Kind.TEXT, 14),
        Column(_("承诺达到"), Kind.TEXT, 10),
        Column(_("承诺日期"), Kind.DATE, 12),
        Column(_("责任人"), Kind.TEXT, 10),
        Column(_("实际"), Kind.TEXT, 10),
        Column(_("人数"), Kind.TEXT, 12),
        Column(_("状态"), Kind.TEXT, 10),
    ]
    each = Page(_("承诺"), heads, rows, title, "", below, mark)
    tally = Page(_("按单位"), _tally_heads(), _tally_rows(tallied), title, "", below, mark)
    return file_name(file_stem(title, today, _)), [each, tally]


def _tally_heads() -> list[Column]:
    words = [_("承诺"), *(name for _state, name in state_names())]
    return [Column(_("单位"), Kind.TEXT, 20), *(Column(word, Kind.NUMBER, 10) for word in words)]


def _tally_rows(tallied: Sequence[Tally]) -> list[list[object]]:
    return [
        [one.unit.name, one.whole, *(one.of.get(state, 0) for state in State)] for one in tallied
    ]


def definitions() -> list[str]:
    """How the state of a pledge is made."""
    return [
        _("状态由系统按指标口径计算，没有人填报：到期看承诺日期当天的数字，没到期看今天的数字。"),
        _(
            "提前兑现＝承诺日期以前已经达到（到期的，到期当天仍然达到）；已兑现＝到期当天达到；未兑现＝到期当天没有达到。"
        ),
    ]
