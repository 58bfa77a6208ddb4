"""Questions of a notebook as a list shows them, and the set that an address asks for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from flask import url_for
from flask_babel import gettext as _

from lms.audit.services import record
from lms.bank.models import QuestionVersion
from lms.bank.rules import Pool
from lms.competencies.queries import abilities
from lms.errors import NotFound
from lms.practice import choosing
from lms.practice.forms import SetForm
from lms.practice.queries import Notebook, Reported
from lms.practice.rules import Standing
from lms.web import transaction
from lms.web.here import now

LISTED = 50  # of a long notebook those that are due first


@dataclass(frozen=True)
class Line:
    """A question in a list. standing: none where it was never answered."""

    version: QuestionVersion
    standing: Standing | None


def listed(ids: Sequence[int], book: Notebook) -> list[Line]:
    """Those of the first questions that may be practised today, in their order."""
    ids = ids[:LISTED]
    found = choosing.versions(ids, book, book.day)
    return [Line(found[one], book.standings.get(one)) for one in ids if one in found]


def instead(book: Notebook) -> list[tuple[str, str, str]]:
    """For mistakes whose questions still examine: their topics, else their abilities, as doors."""
    known = {one.id: one for one in abilities().values()}
    found: dict[str, tuple[str, int]] = {}
    for sat in book.hidden:
        if choosing.of_topic(sat.topic, book.day):
            url = url_for("practice.practise", topic=sat.topic)
            name = sat.topic
        elif near := [known[one] for one in sat.ability_ids if one in known]:
            name, url = _(near[0].name), url_for("practice.practise", ability=near[0].id)
        else:
            continue
        found[name] = url, found.get(name, ("", 0))[1] + 1
    return [(name, url, _("测评答错 %(n)s 题", n=n)) for name, (url, n) in found.items()]


def named_set(form: SetForm, book: Notebook, seed: int) -> tuple[str, Collection[int]]:
    """The title of a set, and its questions."""
    if form.question.data:
        return _("一道题"), [choosing.one(form.question.data, book).question_id]
    if form.ability.data:
        known = {one.id: one for one in abilities().values()}
        if form.ability.data not in known:
            raise NotFound("没有这项本领。")
        ids = choosing.of_ability(form.ability.data, book.day)
        return _(known[form.ability.data].name), choosing.some(ids, book, seed)
    topic = form.topic.data or ""
    if form.bank.data:
        ids = choosing.of_chapter(form.bank.data, topic, book.day)
        return topic or _("未分章"), choosing.some(ids, book, seed)
    if topic:
        return topic, choosing.some(choosing.of_topic(topic, book.day), book, seed)
    return _kept(form.of.data, book)


def _kept(which: str, book: Notebook) -> tuple[str, Collection[int]]:
    kept = {
        "mistakes": (_("错题本"), book.mistakes),
        "due": (_("到期的错题"), book.due),
        "starred": (_("收藏的题"), sorted(book.starred)),
    }
    if which not in kept:
        raise NotFound("没有这个页面。")
    title, ids = kept[which]
    return title, ids[: choosing.AT_A_TIME]


def looked_at(rows: Sequence[Reported]) -> None:
    """A list that shows questions of the examination pool is a look at them."""
    codes = [one.code for one in rows if one.pool is Pool.EXAM]
    if codes:
        look = partial(record, "look at examination questions", now(), whom="bank", codes=codes)
        transaction.afterwards(look)
