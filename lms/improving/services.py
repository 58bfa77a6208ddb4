"""Plans of improvement: made, given steps, and what became of each step. All is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lms.audit.services import record
from lms.clock import day_of
from lms.db import db
from lms.errors import Invalid
from lms.improving import queries, rules
from lms.improving.models import ImprovementPlan, PlanStep, StepMark
from lms.improving.rules import Mark, Standing
from lms.orgs.models import OrgUnit
from lms.training.models import Cohort


@dataclass(frozen=True)
class Wanted:
    """A plan as an officer makes it."""

    aim: Decimal
    review_on: date
    owner_id: int
    causes: str
    ability: str = ""


@dataclass(frozen=True)
class Step:
    """One thing to be done."""

    what: str
    due_on: date
    owner_id: int


def make_plan(
    unit: OrgUnit, cohort: Cohort, wanted: Wanted, steps: Sequence[Step], by: int, now: datetime
) -> ImprovementPlan:
    """A unit says what it does about a difference, and when one looks again."""
    today = day_of(now)
    if wanted.review_on <= today:
        raise Invalid("复看日期应晚于今天，请改正。")
    if not 0 < wanted.aim <= 100:
        raise Invalid("目标完成率应大于 0、不超过 100，请改正。")
    if not steps:
        raise Invalid("改进计划至少要有一条措施。")
    queries.refuse_stranger(unit, wanted.owner_id, today)
    made = ImprovementPlan(
        org_id=unit.id,
        cohort_id=cohort.id,
        seen_on=today,
        review_on=wanted.review_on,
        aim=wanted.aim,
        ability=wanted.ability or None,
        causes=wanted.causes.strip(),
        owner_id=wanted.owner_id,
        made_at=now,
        made_by=by,
    )
    db.session.add(made)
    db.session.flush()
    for one in steps:
        _add_step(made, unit, one, by, now)
    facts: dict[str, Any] = {"cohort": cohort.id, "aim": str(wanted.aim), "steps": len(steps)}
    record("make improvement plan", now, whom=made, org_id=unit.id, **facts)
    return made


def add_step(plan: ImprovementPlan, wanted: Step, by: int, now: datetime) -> PlanStep:
    """One more thing to be done."""
    made = _add_step(plan, plan.org, wanted, by, now)
    facts: dict[str, Any] = {"due_on": wanted.due_on.isoformat(), "owner": wanted.owner_id}
    record("add plan step", now, whom=made, org_id=plan.org_id, **facts)
    return made


def _add_step(
    plan: ImprovementPlan, unit: OrgUnit, wanted: Step, by: int, now: datetime
) -> PlanStep:
    rules.refuse_step(wanted.due_on, day_of(now))
    queries.refuse_stranger(unit, wanted.owner_id, day_of(now))
    made = PlanStep(
        improvement_plan_id=plan.id,
        what=wanted.what.strip(),
        due_on=wanted.due_on,
        owner_id=wanted.owner_id,
        made_at=now,
        made_by=by,
    )
    db.session.add(made)
    db.session.flush()
    return made


def mark_step(
    step: PlanStep, mark: Mark, on: date, note: str, by: int, now: datetime
) -> ImprovementPlan:
    """It was done, or is dropped. A wrong mark is followed by the right one."""
    rules.refuse_mark(mark, on, day_of(step.made_at), day_of(now), note)
    made = StepMark(
        plan_step_id=step.id,
        mark=mark,
        on=on,
        note=note.strip() or None,
        recorded_at=now,
        recorded_by=by,
    )
    db.session.add(made)
    db.session.flush()
    plan = queries.plan(step.improvement_plan_id)
    facts: dict[str, Any] = {"mark": mark.value, "on": on.isoformat()}
    record("mark plan step", now, whom=step, org_id=plan.org_id, **facts)
    return plan


def standing(step: PlanStep, today: date) -> Standing:
    """How a step stands on a day."""
    last = step.marks[-1] if step.marks else None
    return rules.standing(step.due_on, (last.mark, last.on) if last else None, today)


def done(plan: ImprovementPlan, today: date) -> tuple[int, int]:
    """How many steps of a plan are done, of how many that are not dropped."""
    found = [standing(one, today) for one in plan.steps]
    kept = [one for one in found if one is not Standing.DROPPED]
    return sum(one in (Standing.DONE, Standing.DONE_LATE) for one in kept), len(kept)
