"""Who is listed by a rule, what counts as completed, and the five projects. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from lms.errors import Invalid
from lms.people.rules import VILLAGE_CADRES, Post, Span, in_force
from lms.words import N_

MOST_ASKED = 50  # questions of a 小测
LONGEST = timedelta(days=3 * 366)  # of one relief
BOTH_POSTS = frozenset({Post.VPS, Post.VCD})  # 一肩挑
SENT = frozenset({Post.FIRST_SEC, Post.AID_TEAM, Post.SECONDED})  # the post at home goes on
IN_VILLAGES = VILLAGE_CADRES | {Post.VSD, Post.FIRST_SEC, Post.AID_TEAM}


class Coming(StrEnum):
    """How somebody came onto a list that was fixed."""

    INITIAL = "initial"
    NEW_POST = "new post"
    MOVED_IN = "moved in"
    ADDED = "added"


class Leaving(StrEnum):
    """Why somebody left a list."""

    LEFT_POST = "left post"
    MOVED_OUT = "moved out"
    MISTAKE = "mistake"
    OTHER = "other"


class ReliefKind(StrEnum):
    """免训 leaves 应训 for the days it holds; 缓训 stays in."""

    EXEMPT = "exempt"
    DEFERRED = "deferred"


class ReliefReason(StrEnum):
    """Why somebody need not come, or not yet."""

    ILL = "ill"
    BIRTH = "birth"
    SENT_ABROAD = "sent abroad"
    LEAVING_SOON = "leaving soon"
    OLD_AND_WEAK = "old and weak"
    TRAINED_ABOVE = "trained above"
    WORK = "work"
    FAMILY = "family"
    OTHER = "other"


class ReliefState(StrEnum):
    """What became of an asked relief. Forwarded: asked by the person, and passed on below."""

    FORWARDED = "forwarded"
    APPROVED = "approved"
    REFUSED = "refused"
    TAKEN_BACK = "taken back"


COMING_NAMES: dict[Coming, str] = {
    Coming.INITIAL: N_("期初"),
    Coming.NEW_POST: N_("新任"),
    Coming.MOVED_IN: N_("调入"),
    Coming.ADDED: N_("补列"),
}
LEAVING_NAMES: dict[Leaving, str] = {
    Leaving.LEFT_POST: N_("离任"),
    Leaving.MOVED_OUT: N_("调出"),
    Leaving.MISTAKE: N_("误列"),
    Leaving.OTHER: N_("其他"),
}
RELIEF_NAMES: dict[ReliefKind, str] = {
    ReliefKind.EXEMPT: N_("免训"),
    ReliefKind.DEFERRED: N_("缓训"),
}
REASON_NAMES: dict[ReliefReason, str] = {
    ReliefReason.ILL: N_("病"),
    ReliefReason.BIRTH: N_("产"),
    ReliefReason.SENT_ABROAD: N_("公派"),
    ReliefReason.LEAVING_SOON: N_("即将离任"),
    ReliefReason.OLD_AND_WEAK: N_("年老体弱"),
    ReliefReason.TRAINED_ABOVE: N_("已参加上级调训"),
    ReliefReason.WORK: N_("工作走不开"),
    ReliefReason.FAMILY: N_("家中有事"),
    ReliefReason.OTHER: N_("其他"),
}
# Exemption has these reasons and no others; a deferral has those that pass.
REASONS: dict[ReliefKind, tuple[ReliefReason, ...]] = {
    ReliefKind.EXEMPT: tuple(ReliefReason)[:6],
    ReliefKind.DEFERRED: (
        ReliefReason.ILL,
        ReliefReason.BIRTH,
        ReliefReason.SENT_ABROAD,
        ReliefReason.WORK,
        ReliefReason.FAMILY,
        ReliefReason.OTHER,
    ),
}


class Standing(StrEnum):
    """How an asked relief stands on a day."""

    WAITING = "waiting"
    HOLDS = "holds"
    TO_COME = "to come"
    OVER = "over"
    REFUSED = "refused"
    TAKEN_BACK = "taken back"


STANDING_NAMES: dict[Standing, str] = {
    Standing.WAITING: N_("待批准"),
    Standing.HOLDS: N_("有效"),
    Standing.TO_COME: N_("未到日期"),
    Standing.OVER: N_("已到期"),
    Standing.REFUSED: N_("未批准"),
    Standing.TAKEN_BACK: N_("已收回"),
}


def standing(
    steps: Iterable[tuple[ReliefState, date]], from_on: date, to_on: date, day: date
) -> Standing:
    """What the steps of a relief, each with its day, come to on a day."""
    known = dict(steps)
    if ReliefState.REFUSED in known:
        return Standing.REFUSED
    back = known.get(ReliefState.TAKEN_BACK)
    if ReliefState.APPROVED not in known:
        return Standing.WAITING if back is None else Standing.TAKEN_BACK
    if back is not None and back <= max(day, from_on):
        return Standing.TAKEN_BACK
    if day < from_on:
        return Standing.TO_COME
    return Standing.HOLDS if day < to_on else Standing.OVER


def refuse_relief(kind: ReliefKind, reason: ReliefReason, note: str, span: Span) -> None:
    """A relief has a reason of its kind, and an end that is not years away."""
    from_on, to_on = span
    if reason not in REASONS[kind]:
        raise Invalid("这个原因不能用于所选的办理类别，请改选。")
    if reason is ReliefReason.OTHER and not note.strip():
        raise Invalid("原因选“其他”的，请写明是什么原因。")
    if to_on is None or to_on <= from_on:
        raise Invalid("截止日期不能早于开始日期，请改正。")
    if to_on - from_on > LONGEST:
        raise Invalid("免训、缓训一次最长三年，请改正截止日期。")


@dataclass(frozen=True)
class Asked:
    """Whom a rule names in a unit and under it: posts (none: every post), and their term.

    since: posts begun on this day or later (换届后). label: only in units that bear it.
    """

    posts: tuple[Post, ...] = ()
    since: date | None = None
    label: str | None = None


class Held(NamedTuple):
    """A post that a person holds in a unit. home_id: the unit where the person is at home."""

    person_id: int
    home_id: int
    org_id: int
    post: Post


@dataclass(frozen=True)
class Listed:
    """A person as a rule puts them on the list: once, with every post that the rule names."""

    person_id: int
    org_id: int
    posts: tuple[tuple[int, Post], ...]  # unit and post

    @property
    def holds_both(self) -> bool:
        """书记 and 村委会主任 in one person (一肩挑)."""
        return holds_both(post for _, post in self.posts)


def holds_both(posts: Iterable[Post]) -> bool:
    """Whether these posts of one person are 书记 and 村委会主任."""
    return set(posts) >= BOTH_POSTS


def for_villages(posts: Iterable[str]) -> bool:
    """Whether a list that names these posts is one for villages. Naming none, it is for all."""
    return not IN_VILLAGES.isdisjoint(posts)


def counted_in(home_id: int, posts: Sequence[tuple[int, Post]], villages: bool) -> int:
    """The one unit under which a person counts on a list. posts: unit and post, one at least.

    Where the list is for villages, that to which he is sent, or where he serves in a village; else
    the home unit where it is among them; else the first.
    """

    if len(posts) == 1:
        return posts[0][0]

    def rank(held: tuple[int, Post]) -> int:
        org_id, post = held
        at_home = org_id == home_id
        if villages and post in SENT and not at_home:
            return 0
        if villages and post in IN_VILLAGES:
            return 1 if at_home else 2
        return 3 if at_home else 4

    return min(posts, key=rank)[0]


def listed(held: Iterable[Held], villages: bool = False) -> Iterator[Listed]:
    """One entry a person. held: sorted by person. villages: whether the list is for villages."""
    for person_id, rows in groupby(held, key=attrgetter("person_id")):
        mine = list(rows)
        posts = tuple(dict.fromkeys((one.org_id, one.post) for one in mine))
        yield Listed(person_id, counted_in(mine[0].home_id, posts, villages), posts)


def is_sent(posts: Iterable[tuple[int, Post]]) -> bool:
    """Whether somebody with these posts, each in its unit, was sent there from another."""
    return any(post in SENT for _, post in posts)


# ── what happened in the roster ────────────────────────────────────────────────────────────────

BETWEEN = timedelta(days=31)  # so long one may be under way from post to post


@dataclass(frozen=True)
class Served:
    """A post that somebody holds or held, from a day to a day (not included)."""

    org_id: int
    post: Post
    from_on: date
    to_on: date | None

    def holds(self, day: date) -> bool:
        return in_force(self.from_on, self.to_on, day)


@dataclass(frozen=True)
class Ended:
    """Since when, and why, somebody holds no post any more for which they stand on a list."""

    on: date
    why: Leaving


def coming(served: Iterable[Served], posts: set[tuple[int, Post]], since: date) -> Coming:
    """调入 is who came from another unit with hardly a break; else 新任. Who is sent is 新任."""
    here = {org_id for org_id, _ in posts}
    if {post for _, post in posts} <= SENT:
        return Coming.NEW_POST
    moved = any(
        one.org_id not in here
        and one.from_on < since
        and (one.to_on is None or one.to_on + BETWEEN >= since)
        for one in served
    )
    return Coming.MOVED_IN if moved else Coming.NEW_POST


def leaving(served: Sequence[Served], posts: set[tuple[int, Post]], day: date) -> Ended | None:
    """None: a post of the list is still held, or none of them was ever in the roster.

    调出 is who began in another unit at about that time; else 离任.
    """
    mine = [one for one in served if (one.org_id, one.post) in posts]
    if not mine or any(one.holds(day) for one in mine):
        return None
    ends = [one.to_on for one in mine if one.to_on is not None and one.to_on <= day]
    if not ends:
        return None
    on, here = max(ends), {org_id for org_id, _ in posts}
    elsewhere = any(
        one.org_id not in here and one.holds(day) and one.from_on + BETWEEN >= on for one in served
    )
    return Ended(on, Leaving.MOVED_OUT if elsewhere else Leaving.LEFT_POST)


@dataclass(frozen=True)
class Preview:
    """What applying a rule would do, before anything is done."""

    persons: int  # whom the rule names
    posts: int
    both: int  # 其中一肩挑
    new_persons: int
    new_posts: int
    left: int  # taken off the list before; they are not put back by a rule


def preview(
    named: Iterable[Listed], on_list: dict[int, set[tuple[int, Post]]], left: set[int]
) -> Preview:
    """on_list: person → units and posts on the list; left: who was taken off it."""
    persons = posts = both = new_persons = new_posts = gone = 0
    for one in named:
        persons += 1
        posts += len(one.posts)
        both += one.holds_both
        if one.person_id in left and one.person_id not in on_list:
            gone += 1
            continue
        new_persons += one.person_id not in on_list
        new_posts += len(set(one.posts) - on_list.get(one.person_id, set()))
    return Preview(persons, posts, both, new_persons, new_posts, gone)


def completed(hours: Decimal, required: Decimal, passed: bool, assessed: bool) -> bool:
    """完成: the required hours, and the assessment passed where there is one."""
    return hours >= required and (passed or not assessed)


def refuse_days_out_of_order(opens_on: date, closes_on: date) -> None:
    """A cohort ends on the day it begins, or later."""
    if closes_on < opens_on:
        raise Invalid("截止日期不能早于开始日期，请改正。")


def refuse_day_off_the_list(first: date, on: date, today: date) -> None:
    """Who leaves a list leaves it between the first day on which that is possible and today."""
    if not first <= on <= max(first, today):
        raise Invalid(
            "移出日期应在 {first} 至 {last} 之间，请改正。", first=first, last=max(first, today)
        )


def refuse_unreasoned(left_by: Leaving, why: str) -> None:
    """A reason that says nothing by itself needs words."""
    if left_by is Leaving.OTHER and not why.strip():
        raise Invalid("原因选“其他”的，请写明是什么原因。")
