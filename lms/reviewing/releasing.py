"""Releasing questions one by one after their law has changed, or calling them back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from lms.audit.services import record
from lms.bank import states
from lms.bank.files import read_draft
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Source, State, refuse_own
from lms.bank.writing import put_next
from lms.clock import day_of
from lms.db import db
from lms.errors import Conflict, Invalid
from lms.laws.models import LawEdition
from lms.laws.queries import known_articles
from lms.laws.rules import Verdict, article_name, checked
from lms.reviewing.models import SourceCheck
from lms.reviewing.resting import ends, target

Cited = tuple[str, str]  # article, key words


def release(
    entry: Question,
    version: QuestionVersion,
    row: LawEdition,
    cited: Sequence[Cited],
    now: datetime,
    by: int,
) -> None:
    """The reviewer has compared question and article: it holds, here or in the next edition.

    cited: where each of its sources on this edition stands now. Pointing to the next edition is a
    new version; stem, options and key are those of the one before, so it needs no other review.
    """
    refuse_own(by, entry.made_by, version.made_by)
    onto = _target(row, day_of(now))
    _refuse_what_does_not_agree(onto, cited)
    released = version
    if onto.id != row.id or list(cited) != _cited(version, row):
        if entry.waiting is not None:
            raise Conflict("题目 {code} 有一版修改还没有定稿，请先办完那一版。", code=entry.code)
        asked = read_draft(version.text)
        sources = _moved(asked.sources, row, onto, cited)
        released = put_next(entry, replace(asked, sources=sources), entry.state, now, by)
    db.session.add(
        SourceCheck(
            question_id=entry.id,
            version_id=released.id,
            law_edition_id=onto.id,
            verdict=Verdict.AGREES,
            checked_at=now,
            person_id=by,
        )
    )
    db.session.flush()
    record("release question", now, whom=entry, code=entry.code, law=onto.law, edition=onto.edition)


def _target(row: LawEdition, day: date) -> LawEdition:
    onto = target(row)
    if onto is None:
        raise Conflict("还没有登记由哪一版接替，请先在法规登记表里选定。")
    if ends(row) and onto.from_on > day:
        raise Conflict("接替的版本 {day} 起施行，到那一天再放行。", day=onto.from_on.isoformat())
    if onto.text is None:
        raise Conflict("接替的版本还没有条文，请先上传。")
    return onto


def _refuse_what_does_not_agree(onto: LawEdition, cited: Sequence[Cited]) -> None:
    known = known_articles(onto)
    for article, key in cited:
        found = checked(known, article, key).verdict
        if found is Verdict.NO_ARTICLE:
            raise Invalid("条文里没有第 {article} 条，请核对条号。", article=article or "—")
        if found is not Verdict.AGREES:
            raise Invalid(
                "{article}里没有“{key}”这几个字，请从条文里选关键词。",
                article=article_name(article),
                key=key,
            )


def _cited(version: QuestionVersion, row: LawEdition) -> list[Cited]:
    here = [one for one in version.sources if (one.law, one.edition) == (row.law, row.edition)]
    return [(one.article, one.key) for one in here]


def _moved(
    sources: Sequence[Source], row: LawEdition, onto: LawEdition, cited: Sequence[Cited]
) -> tuple[Source, ...]:
    """The sources on one edition pointed to another; the others stay."""
    left, edition = list(cited), date.fromisoformat(onto.edition)
    found = []
    for one in sources:
        here = one.law == row.law and str(one.edition or "") == row.edition
        if here and left:
            article, key = left.pop(0)
            one = Source(onto.law, edition, article, key)
        found.append(one)
    return tuple(found)


def call_back(entry: Question, why: str, now: datetime) -> None:
    """What no longer holds goes back to its writer."""
    if entry.state is not State.FINAL:
        raise Conflict("题目 {code} 不在使用中，不用退回。", code=entry.code)
    states.recall(entry, now, why)
