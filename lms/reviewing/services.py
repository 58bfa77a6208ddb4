"""Answering blind, deciding, drawing a sample and coming to its end."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, update

from lms.audit.services import record
from lms.bank import states
from lms.bank.files import read_draft
from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.rules import State, refuse_own
from lms.db import db
from lms.errors import Conflict, Invalid, NotAllowed
from lms.reviewing import queries, rules
from lms.reviewing.models import Review, Sample
from lms.reviewing.rules import Decision, Said, SampleState


def answer(
    entry: Question, version: QuestionVersion, said: Sequence[Said], now: datetime, by: int
) -> Review:
    """Keep what the reviewer answers before seeing the key. It is never changed afterwards."""
    refuse_own(by, entry.made_by, version.made_by)
    refuse_unless_waiting(entry)
    asked = read_draft(version.text)
    rules.refuse_unanswered(asked, said)
    review = queries.review(version.id, by)
    if review is None:
        review = Review(
            question_id=entry.id,
            version_id=version.id,
            person_id=by,
            began_at=now,
            ratings={},
            comment="",
        )
        db.session.add(review)
        db.session.flush()
    once = update(Review).where(Review.id == review.id, Review.answered_at.is_(None))
    agreed = rules.agrees(asked, said)
    kept = once.values(answer=list(said), agrees=agreed, answered_at=now)
    if db.session.execute(kept).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这道题您已经答过，答案不能再改。")
    db.session.refresh(review)
    return review


def refuse_unless_waiting(entry: Question) -> None:
    if (entry.waiting_state or entry.state) is not State.IN_REVIEW:
        raise Conflict("题目 {code} 不在待审状态，可能已有人审过。", code=entry.code)


def decide(
    entry: Question,
    review: Review,
    decision: Decision,
    ratings: Mapping[str, str],
    comment: str,
    now: datetime,
) -> None:
    """The reviewer has answered and seen the key, and says what becomes of the question."""
    rules.refuse_hasty(decision, review.agrees, ratings, comment)
    _keep(review, decision, ratings, comment, now)
    if decision is Decision.PASSED:
        states.approve(entry, now, review.person_id)
    else:
        states.send_back(entry, now, comment)


def _keep(
    review: Review, decision: Decision, ratings: Mapping[str, str], comment: str, now: datetime
) -> None:
    if review.answered_at is None:
        raise Conflict("请先作答，再看答案。")
    review.decision, review.decided_at = decision, now
    review.ratings, review.comment = dict(ratings), comment.strip()
    db.session.flush()


def draw(bank: Bank, seed: int, now: datetime, by: int, keeper: bool) -> Sample:
    """Draw the sample of a brought bank, for a reviewer who is not its owner."""
    if keeper or by in queries.bringers(bank.id, now):
        raise NotAllowed("抽审要由没有带入、也不管理这个题库的审题人来做。")
    if queries.gave_up(bank.id, by):
        raise NotAllowed("您放弃过这个题库的抽审，请由别的审题人来做。")
    if queries.open_sample(bank.id) is not None:
        raise Conflict("这个题库已有一次抽审正在进行。")
    waiting = queries.brought(bank.id, now)
    chosen = rules.drawn(waiting, seed)
    if not chosen:
        raise Conflict("这个题库没有可以抽审的题：要是带入的、待审的，并且不在考试题库。")
    sample = Sample(
        bank_id=bank.id,
        person_id=by,
        seed=seed,
        waiting=len(waiting),
        size=len(chosen),
        state=SampleState.OPEN,
        drawn_at=now,
    )
    db.session.add(sample)
    db.session.flush()
    _lay_out(sample, chosen, now)
    record("draw sample", now, whom=bank, seed=seed, waiting=len(waiting), size=len(chosen))
    return sample


def _lay_out(sample: Sample, chosen: Sequence[int], now: datetime) -> None:
    """A review of each question of the sample, to be answered in this order."""
    known = {version.question_id: version.id for version in queries.versions_of(chosen)}
    mine = queries.reviews_by(sample.person_id, known.values())
    for place, question_id in enumerate(chosen, start=1):
        review = mine.get(known[question_id]) or Review(
            question_id=question_id,
            version_id=known[question_id],
            person_id=sample.person_id,
            began_at=now,
            ratings={},
            comment="",
        )
        review.sample_id, review.place = sample.id, place
        db.session.add(review)
    db.session.flush()


def judge(sample: Sample, review: Review, faulty: bool, comment: str, now: datetime) -> None:
    """Whether a question of the sample has a fault. The last without one, or the first with one,
    ends the sample."""
    if sample.state is not SampleState.OPEN or review.sample_id != sample.id:
        raise Conflict("这次抽审已经结束。")
    if faulty and not comment.strip():
        raise Invalid("请写明错在哪里，命题人要照着改。")
    decision = Decision.RETURNED if faulty else Decision.PASSED
    rules.refuse_hasty(decision, review.agrees, {}, comment)
    _keep(review, decision, {}, comment, now)
    if faulty:
        _fail(sample, review, now)
    elif _read_whole(sample):
        finish(sample, now)


def _read_whole(sample: Sample) -> bool:
    return all(one.decision is Decision.PASSED for one in queries.drawn(sample.id))


def finish(sample: Sample, now: datetime) -> None:
    """No fault in any: all that the sample speaks for is in use from now on.

    Where questions left the sample before they were read, the others do not speak for the rest.
    """
    if sample.state is not SampleState.OPEN or not _read_whole(sample):
        raise Conflict("这次抽审还没有看完，或已经结束。")
    read = queries.drawn(sample.id)
    full = len(read) == sample.size
    ids = [one.question_id for one in read]
    if full:
        ids = queries.brought(sample.bank_id, sample.drawn_at)
    state = SampleState.PASSED if full else SampleState.DROPPED
    _end(sample, state, states.approve_many(ids, now), now)


def _fail(sample: Sample, review: Review, now: datetime) -> None:
    """One fault: it goes back, those read without one are in use, all others are read."""
    read = [one for one in queries.drawn(sample.id) if one.decision is Decision.PASSED]
    entry = queries.entry(review.question_id)[0]
    states.send_back(entry, now, review.comment)
    passed = states.approve_many([one.question_id for one in read], now)
    unread = Review.sample_id == sample.id, Review.answered_at.is_(None)
    db.session.execute(delete(Review).where(*unread))
    _end(sample, SampleState.FAILED, passed, now)


def _end(sample: Sample, state: SampleState, passed: int, now: datetime) -> None:
    once = update(Sample).where(Sample.id == sample.id, Sample.state == SampleState.OPEN)
    done = db.session.execute(once.values(state=state, ended_at=now, passed=passed))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这次抽审已经结束。")
    db.session.refresh(sample)
    record("end sample", now, whom=sample, state=state.value, passed=passed)


def give_up(sample: Sample, now: datetime) -> None:
    """A sample that is not finished; somebody else may draw another one."""
    unread = Review.sample_id == sample.id, Review.answered_at.is_(None)
    db.session.execute(delete(Review).where(*unread))
    _end(sample, SampleState.DROPPED, 0, now)
