"""Setting an assessment, changing it while that wrongs nobody, naming who answers for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from lms.audit.services import record
from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid, Listed, Refusal
from lms.exams import allowing, queries, rules
from lms.exams.models import Assessment, NamedOfficer, SetPaper
from lms.exams.questions import Slot
from lms.exams.rules import Counting, Leaving, Publishing
from lms.papers import standing
from lms.papers.checking import looked_through
from lms.papers.models import Paper, PaperRelease

Weighed = Callable[[str], int]  # bytes of a picture


@dataclass(frozen=True)
class Setting:
    """What the organiser chose. pass_mark, merit, distinction: of 100; posts: of a 小测."""

    org_id: int
    title: str
    opens_at: datetime
    closes_at: datetime
    minutes: int
    attempts: int
    pass_mark: int
    shuffled: bool
    posts: list[str] | None = None
    options_shuffled: bool = True
    least_minutes: int = 0
    which_counts: Counting = Counting.BEST
    merit: int = rules.MERIT[1]
    distinction: int = rules.DISTINCTION[1]
    category: str | None = None
    audience: str | None = None
    password: str | None = None
    place: str | None = None
    shown: dict[str, list[str]] = field(default_factory=dict)
    leaving: Leaving = Leaving.COUNTED
    leaves_most: int | None = None
    late_until: datetime | None = None
    late_counts: bool = False
    publishing: Publishing = Publishing.AT_ONCE


# What may still change when somebody has sat it: nothing that weighs on what they did.
ALWAYS = frozenset({"closes_at", "shown"})
# Who sits may know these; a password stands in no log.
UNTOLD = frozenset({"password"})


# ── setting ─────────────────────────────────────────────────────────────────────────────────────


def set_assessment(
    setting: Setting,
    release: PaperRelease,
    weighed: Weighed,
    now: datetime,
    by: int,
    dealt: Sequence[PaperRelease] = (),
    resits: Sequence[PaperRelease] = (),
) -> Assessment:
    """Set a released paper for a window of time; who sets it is named for it.

    weighed: bytes of a picture; dealt: papers that are dealt in turn with the first; resits: for
    who sits again.

    The organiser has confirmed that it is for training, not for recruitment, promotion or
    selection. Raises Invalid for a window nobody could use, and for papers of unlike size.
    """
    rules.refuse_unlike([(one.questions, one.points) for one in (release, *dealt, *resits)])
    rules.refuse_twice([one.paper_id for one in (release, *dealt, *resits)])
    setting = replace(setting, category=setting.category or queries.project_of(release.paper_id))
    assessment = _set(setting, release.paper_id, release.questions, release.points, now, by)
    found = _unsound(queries.with_paper(assessment), release.points, weighed)
    found = found + standing.troubles(standing.lacking(release.paper_id, day_of(now)))
    for resit, papers in ((False, dealt), (True, resits)):
        for place, one in enumerate(papers, start=1):
            found = found + _beside(assessment, one, resit, place, weighed, now)
    _refuse_troubles(found)
    record("set assessment", now, whom=assessment, org_id=setting.org_id, title=setting.title)
    name_officer(assessment, by, now)
    return assessment


def set_quiz(
    setting: Setting, paper: Paper, weighed: Weighed, now: datetime, by: int
) -> Assessment:
    """Set a paper that was drawn for a 小测. Nobody is named for it: no mark has a name there."""
    quiz = _set(setting, paper.id, len(paper.slots), paper.points, now, by)
    _refuse_troubles(_unsound(queries.with_paper(quiz), paper.points, weighed))
    return quiz


def _set(
    setting: Setting, paper_id: int, questions: int, points: Decimal, now: datetime, by: int
) -> Assessment:
    refuse_setting(setting, now)
    sizes = {"paper_id": paper_id, "questions": questions, "points": points}
    made = {"confirmed_at": now, "made_at": now, "made_by": by}
    assessment = Assessment(**vars(setting), **sizes, **made)
    db.session.add(assessment)
    db.session.flush()
    return assessment


def refuse_setting(setting: Setting, now: datetime) -> None:
    """What nobody could sit, or would be sat under a rule that says nothing."""
    rules.refuse_window(setting.opens_at, setting.closes_at, setting.minutes, now)
    rules.refuse_bands(setting.pass_mark, setting.merit, setting.distinction)
    if setting.least_minutes > setting.minutes:
        raise Invalid("最早交卷的时间不能晚于考试时长 {minutes} 分钟。", minutes=setting.minutes)
    if setting.leaving is Leaving.COLLECTED and not setting.leaves_most:
        raise Invalid("请填写离开几次后收卷。")
    if setting.late_until is not None and setting.late_until <= setting.closes_at:
        raise Invalid("迟到答案的截止时间要晚于测评的截止时间。")


def _beside(
    assessment: Assessment,
    release: PaperRelease,
    resit: bool,
    place: int,
    weighed: Weighed,
    now: datetime,
) -> list[Refusal]:
    """One more paper of the assessment; what would wrong who sits it."""
    one = SetPaper(assessment_id=assessment.id, paper_id=release.paper_id, resit=resit, place=place)
    db.session.add(one)
    db.session.flush()
    found = _unsound(queries.with_paper(one), release.points, weighed)
    return found + standing.troubles(standing.lacking(release.paper_id, day_of(now)))


def _unsound(slots: Sequence[Slot], points: Decimal, weighed: Weighed) -> list[Refusal]:
    """What would wrong who sits these."""
    asked = [(slot, slot.question) for slot in slots]
    return looked_through(points, asked, weighed)["troubles"]


def _refuse_troubles(found: Sequence[Refusal]) -> None:
    """A paper that would wrong who sits it goes back to its maker. Says no more than numbers."""
    if found:
        raise Invalid("这份试卷有问题，请联系命题人：{troubles}", troubles=Listed(found))


# ── changing ────────────────────────────────────────────────────────────────────────────────────


def setting_of(assessment: Assessment) -> Setting:
    """What an assessment is set to now."""
    return Setting(**{name: getattr(assessment, name) for name in Setting.__dataclass_fields__})


def change(assessment: Assessment, asked: dict[str, Any], now: datetime) -> list[str]:
    """Change what may still change; the names of what did.

    Before anybody has sat it that is all but its papers and its unit. Afterwards what was promised
    stands: the close can be put off, never brought forward, and what is shown may change. Running
    clocks follow a later close.
    """
    before = setting_of(assessment)
    wanted = replace(before, **asked)
    names = [name for name in asked if getattr(before, name) != getattr(wanted, name)]
    if queries.begun(assessment.id):
        if not set(names) <= ALWAYS:
            raise Conflict("已经有人开考，只能推迟截止时间、修改公布的内容。其他的请用“例外”。")
        if wanted.closes_at < before.closes_at:
            raise Conflict("已经有人开考，截止时间只能推迟，不能提前。")
    if not names:
        return []
    if set(names) != {"shown"}:
        refuse_setting(wanted, now)
    for name in names:
        setattr(assessment, name, getattr(wanted, name))
    db.session.flush()
    if "closes_at" in names:
        allowing.run_on(assessment, now)
    told = {name: str(getattr(before, name)) for name in names if name not in UNTOLD}
    record(
        "change assessment", now, whom=assessment, org_id=assessment.org_id, names=names, was=told
    )
    return names


# ── who answers for it ──────────────────────────────────────────────────────────────────────────


def name_officer(assessment: Assessment, person_id: int, now: datetime) -> None:
    """Let an officer see the attempts and marks of an assessment. Twice is once."""
    if assessment.quiz:
        raise Conflict("小测不指定人员：只看做题人数和每题的答对率，没有人看个人成绩。")
    if queries.named(assessment.id, person_id):
        return
    db.session.add(NamedOfficer(assessment_id=assessment.id, person_id=person_id, named_at=now))
    db.session.flush()
    record("name officer", now, whom=assessment, org_id=assessment.org_id, officer=person_id)


def unname_officer(assessment: Assessment, row_id: int, now: datetime) -> None:
    """Take an officer's name off again; one must remain to answer for the marks."""
    rows = {row.id: row for row, _name, _unit in queries.officers(assessment.id)}
    if row_id not in rows:
        return
    if len(rows) == 1:
        raise Conflict("至少要有一名指定人员，请先指定另一人。")
    officer = rows[row_id].person_id
    db.session.delete(rows[row_id])
    db.session.flush()
    record("unname officer", now, whom=assessment, org_id=assessment.org_id, officer=officer)
