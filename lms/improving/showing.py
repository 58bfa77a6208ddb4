"""What the pages of differences and plans show, in the reader's language."""

from collections.abc import Mapping, Sequence
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
from lms.improving.rules import FEWEST, FEWEST_UNITS, STANDING_NAMES
from lms.improving.rules import Standing as OfStep
from lms.people import queries as people
from lms.reports.measures import share
from lms.reports.overview import lacks
from lms.reports.progress import LACK_NAMES, Lack
from lms.reports.rules import LEVEL_NAMES
from lms.reports.tables import Line
from lms.training.models import Cohort

NONE, MINUS = "—", "−"
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
    was, is_ = (one.mine.share if one else None for one in sides)
    moved = None if was is None or is_ is None else (is_ - was) * 100
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
