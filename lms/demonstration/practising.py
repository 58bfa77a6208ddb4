"""What the cadre whom a visitor plays has practised: mistakes that are due, a star, a report."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from lms.bank.models import QuestionVersion
from lms.bank.queries import banks_for, usable
from lms.bank.rules import Right
from lms.db import db
from lms.demonstration.accounts import visitors
from lms.demonstration.city import City, at
from lms.demonstration.fates import answer
from lms.dice import Stream
from lms.exams.questions import known_question
from lms.practice.choosing import POOLS
from lms.practice.services import Told, keep, report
from lms.web import transaction
from lms.words import N_

SEED = 20261128
DEVICE = "demonstration"
A_DAY, SKILL, BETTER = 10, 55, 80  # of a hundred, at first and the second time
DAYS_AGO = (9, 4, 2)  # on the last of these what was wrong is done again
FAULT = N_("条文编号好像写错了，请核对。")


def leave_practice(city: City) -> None:
    """A cadre who practised on three days; another met a question that may be wrong."""
    other, known = visitors(city)
    asked, stream = _asked(city), Stream(SEED)
    told = list(_answers(city, asked, stream))
    for moment in dict.fromkeys(one.said_at for one in told):
        keep(known.id, DEVICE, [one for one in told if one.said_at == moment], moment)
    star = Told(len(told) + 1, asked[0].id, city.now - timedelta(days=2), starred=True)
    keep(known.id, DEVICE, [star], star.said_at)
    report(other.id, asked[1].id, FAULT, city.now - timedelta(days=1))
    transaction.finish()
    city.say(N_("练习"))


def _asked(city: City) -> list[QuestionVersion]:
    """Some of every bank that may be practised."""
    found: list[QuestionVersion] = []
    for bank in banks_for(Right.PRACTISE):
        found += db.session.scalars(usable([bank.id], POOLS, city.today).limit(A_DAY // 2))
    return [one for one in found if _by_machine(one)][: 2 * A_DAY]


def _by_machine(version: QuestionVersion) -> bool:
    asked = known_question(version.text)
    return len(asked.parts) == 1 and asked.key() is not None


def _answers(city: City, asked: list[QuestionVersion], stream: Stream) -> Iterator[Told]:
    """Ten on one day, ten on another, and the first ten again."""
    days = (asked[:A_DAY], asked[A_DAY:], asked[:A_DAY])
    sequence = 0
    for ago, versions in zip(DAYS_AGO, days, strict=True):
        moment = _evening(city, ago)
        for version in versions:
            sequence += 1
            skill = BETTER if ago == DAYS_AGO[-1] else SKILL
            said = answer(known_question(version.text).parts[0], skill, stream)
            yield Told(sequence, version.id, moment, answer=tuple(said))


def _evening(city: City, days_ago: int) -> datetime:
    return at(city.today - timedelta(days=days_ago), time(20, 10))
