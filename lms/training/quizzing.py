"""Asking a 小测: drawn from a bank, for whoever holds some posts under a unit, open until a day."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import func, select

from lms.access.scope import scope_in, seeing_everything
from lms.audit.services import record
from lms.bank.models import Bank
from lms.bank.rules import Right
from lms.clock import CITY_TIME, day_of
from lms.db import db, find
from lms.errors import Invalid, NotFound
from lms.exams.counting import Board, board, totals
from lms.exams.models import Assessment
from lms.exams.rules import Progress as Numbers
from lms.exams.services import list_candidates
from lms.exams.setting import Setting
from lms.exams.setting import set_quiz as set_for_sitting
from lms.jobs.rules import Progress
from lms.jobs.services import ask
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.papers.drawing import askable as drawable
from lms.papers.drawing import draw, frozen
from lms.people.models import Person, Posting
from lms.people.queries import holds
from lms.people.rules import Post
from lms.training import lists
from lms.training.enrolling import LISTED, LISTING, SLICE
from lms.training.rules import Asked
from lms.words import N_

BATCH = 1000  # persons listed at once; what is more, by the worker
LIST = "list for a quiz"
USES = (Right.PRACTISE, Right.WRITE)
ATTEMPTS, PASS_MARK = 3, 60  # the house's own; they matter only where a cohort asks for it
LASTS = timedelta(days=3)
TITLE_LENGTH = 120
TITLE = N_("{month}月{day}日小测：{bank}")
# Said to a group of cadres, so always in Chinese.
FOR_THE_GROUP = N_(
    "【{title}】共 {n} 题，{month}月{day}日 {at} 前做完，不计时，交卷就看答案和解析。"
    "点开登录即可作答："
)


@dataclass(frozen=True)
class Quiz:
    """What was asked for."""

    bank: Bank
    questions: int
    org: OrgUnit
    posts: Sequence[Post]
    closes_at: datetime


def askable(banks: Collection[int], day: date) -> dict[int, int]:
    """By bank: how many questions a 小测 may take from it."""
    there = drawable(banks, day)
    return {bank_id: there.get(bank_id, 0) for bank_id in banks}


def banks() -> dict[int, str]:
    """The banks that this person may use, by id, with their titles."""
    scope = scope_in(db.session())
    query = select(Bank.id, Bank.title).where(Bank.retired_at.is_(None)).order_by(Bank.code)
    if scope is not None:
        query = query.where(Bank.id.in_(scope.banks(*USES)))
    return dict(db.session.execute(query).all())


def heads(org: OrgUnit, posts: Sequence[Post], now: datetime) -> int:
    """How many persons hold one of these posts under a unit today; a number, no name."""
    query = (
        select(func.count(Posting.person_id.distinct()))
        .join(Person, Person.id == Posting.person_id)
        .join(OrgUnit, OrgUnit.id == Posting.org_id)
        .where(under(org.path), holds(Posting, day_of(now)), Person.merged_into_id.is_(None))
    )
    if posts:
        query = query.where(Posting.post.in_(posts))
    return db.session.scalar(query, execution_options={"counted": OrgUnit}) or 0


def usual_end(now: datetime) -> datetime:
    """In three days, at the end of the day; in the city's time, as a form shows it."""
    return datetime.combine(day_of(now + LASTS), time(23, 59))


def set_quiz(
    quiz: Quiz, seed: int, weighed: Callable[[str], int], now: datetime, by: int
) -> Assessment:
    """Draw the questions, set them, and list everybody whom they are for.

    The caller has seen that bank and unit are hers. A teacher answers for nobody's evidence and
    reads no paper of a bank that she only uses, so what follows is written by the house; nothing
    of it is shown but sums.
    """
    if quiz.closes_at <= now:
        raise Invalid("结束时间已经过去，请改为将来的时间。")
    today = day_of(now)
    drawn = draw(quiz.bank.id, quiz.questions, seed, today)
    title = TITLE.format(month=today.month, day=today.day, bank=quiz.bank.title)[:TITLE_LENGTH]
    paper = frozen(quiz.bank, title, drawn, now, by)
    with seeing_everything():
        listed = lists.named(quiz.org.path, Asked(tuple(quiz.posts)), today)
        if not listed:
            raise Invalid("这个单位现在没有人担任所选职务，请换一个单位或职务。")
        db.session.add(paper)
        db.session.flush()
        made = set_for_sitting(_setting(quiz, title, now), paper, weighed, now, by)
        people = [(one.person_id, one.org_id) for one in listed]
        list_candidates([made.id], people[:BATCH], now)
        if people[BATCH:]:
            ask(LIST, {"assessment_id": made.id}, by, now)
    record(
        "set quiz",
        now,
        whom=made,
        org_id=made.org_id,
        title=title,
        bank=quiz.bank.id,
        questions=len(drawn),
        persons=len(listed),
        seed=seed,
    )
    return made


def list_the_rest(args: dict[str, Any], state: dict[str, Any], now: datetime) -> Iterator[Progress]:
    """A county and more is listed in slices. Who follows the link before is listed by himself."""
    quiz = find(Assessment, args["assessment_id"])
    quiz_id, path = quiz.id, quiz.org.path
    asked = Asked(tuple(Post(word) for word in quiz.posts or ()))
    with seeing_everything():
        people = [(one.person_id, one.org_id) for one in lists.named(path, asked, day_of(now))]
    for first in range(state.get("done", BATCH), len(people), SLICE):
        with seeing_everything():
            list_candidates([quiz_id], people[first : first + SLICE], now)
        done = min(first + SLICE, len(people))
        yield Progress(done, len(people), {"done": done}, line=LISTING)
    yield Progress(len(people), len(people), line=LISTED)


def _setting(quiz: Quiz, title: str, now: datetime) -> Setting:
    """No clock but the close: as many minutes as the window has."""
    return Setting(
        org_id=quiz.org.id,
        title=title,
        opens_at=now,
        closes_at=quiz.closes_at,
        minutes=max((quiz.closes_at - now) // timedelta(minutes=1), 1),
        attempts=ATTEMPTS,
        pass_mark=PASS_MARK,
        shuffled=False,  # the group speaks of 第 3 题 B, and all mean the same
        options_shuffled=False,
        posts=[post.value for post in quiz.posts],
    )


def made_by(person_id: int) -> Sequence[Assessment]:
    """The 小测 that a person made, the newest first."""
    query = select(Assessment).where(Assessment.made_by == person_id, Assessment.posts.is_not(None))
    return db.session.scalars(query.order_by(Assessment.id.desc())).all()


def quiz(assessment_id: int, person_id: int) -> Assessment:
    """A 小测, for who made it."""
    found = find(Assessment, assessment_id)
    if not found.quiz or found.made_by != person_id:
        raise NotFound("没有找到，或不在您的权限范围内。")
    return found


def totals_of(quizzes: Sequence[Assessment]) -> dict[int, Numbers]:
    """How many have done each, of everybody listed."""
    return totals([one.id for one in quizzes], counted=Assessment)


def far(quiz: Assessment) -> Board:
    """How many have done it, unit by unit: of everybody listed, for who made it sees sums alone."""
    return board(quiz, counted=Assessment)


def for_the_group(quiz: Assessment, link: str) -> str:
    """The words to paste into the group."""
    ends = quiz.closes_at.astimezone(CITY_TIME)
    until = {"month": ends.month, "day": ends.day, "at": f"{ends:%H:%M}"}
    return FOR_THE_GROUP.format(title=quiz.title, n=quiz.questions, **until) + "\n" + link


def drawn_code(link: str) -> str:
    """The QR of a link, as SVG."""
    return _code(link).svg_inline(omitsize=True, border=2)


def code_picture(link: str) -> bytes:
    """The QR of a link as a PNG, for a group that shows no SVG."""
    written = BytesIO()
    _code(link).save(written, kind="png", scale=12, border=3)
    return written.getvalue()


def _code(link: str):
    import segno  # loaded by who shows a code

    return segno.make(link, error="m", micro=False)
