"""Assessments of a year that is played: sat, deferred, sat again, judged anew, void."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from lms.db import db
from lms.exams.deferred import Deferral
from lms.exams.models import Allowance, Attempt, Result, Verdict
from lms.exams.publishing import count_one, void
from lms.exams.rules import Counting
from lms.exams.terms import DeferReason
from lms.ledger.models import HourEntry
from lms.training import relieving
from tests.reports.year_lists import Lists

PAPER = timedelta(minutes=60)


class Sitting(Lists):
    """April, May and June."""

    def sit(self, exam, person, unit, at, share, recorded_at=None) -> Attempt:
        """One attempt with its result and verdict."""
        key = exam.id, person
        number = self.numbers[key] = self.numbers.get(key, 0) + 1
        attempt = self.keep(
            Attempt(
                person_id=person,
                org_id=unit,
                assessment_id=exam.id,
                paper_id=exam.paper_id,
                number=number,
                seed=1,
                started_at=at - PAPER / 2,
                ends_at=at + PAPER / 2,
                submitted_at=at,
            )
        )
        self._say(attempt, share, at, recorded_at or at)
        if exam.which_counts is not Counting.BEST:
            count_one(attempt)
        return attempt

    def _say(self, attempt, share, at, now, number=1):
        about = {
            "person_id": attempt.person_id,
            "org_id": attempt.org_id,
            "assessment_id": attempt.assessment_id,
            "attempt_id": attempt.id,
        }
        facts = {"earned": Decimal(share), "points": 100, "level": "", "abilities": {}}
        passed = share >= 60
        self.keep(
            Result(**about, **facts, passed=passed, number=number, published_at=now),
            Verdict(**about, passed=passed, sat_at=at, recorded_at=now),
        )

    def share(self) -> int:
        return self.dice.pick((30, 45, 59, 60, 75, 89, 90, 100))

    def april(self):
        """The assessment: most sit it, some in two; some are deferred, one of them taken back."""
        self.online(4, 1, 4)
        at = self.at(4, 11, 10)
        sitting = self.some(3, 5)
        self.sat = [
            self.sit(self.best, person, unit, at, self.share()) for _k, person, unit in sitting
        ]
        self.finish()
        there = {person for _key, person, _unit in sitting}
        rest = [one for one in self.listed() if one[1] not in there]
        self.later = [one for one in rest if self.dice.happens(1, 3)]
        for place, (_key, person, unit) in enumerate(self.later):
            self._defer(person, unit, place)
        for exam in (self.last, self.first):
            for _key, person, unit in self.some(2, 3, self.cohorts[1]):
                self.sit(exam, person, unit, self.at(4, 20), self.share())
        self.finish()

    def _defer(self, person, unit, place):
        resit = self.keep(
            Allowance(
                assessment_id=self.best.id,
                person_id=person,
                opens_at=self.at(5, 10),
                closes_at=self.at(5, 12, 18),
                reason="缓考",
                made_at=self.at(4, 9),
                made_by=self.by,
            )
        )
        back = place % 4 == 3
        self.keep(
            Deferral(
                assessment_id=self.best.id,
                person_id=person,
                org_id=unit,
                reason=DeferReason.ILL,
                from_on=self.day(4, 8),
                asked_at=self.at(4, 8),
                approved=place % 5 != 4,
                decided_at=self.at(4, 9) if place % 2 else self.at(5, 3),  # some afterwards
                decided_by=self.by,
                allowance_id=resit.id,
                ended_on=self.day(4, 25) if back else None,
                ended_at=self.at(4, 25) if back else None,
            )
        )

    def may(self):
        """Resits: of who failed, of who was deferred; a second attempt where the last counts."""
        for attempt in self.sat[::2]:
            when = self.at(5, 11, 15)
            self.sit(self.best, attempt.person_id, attempt.org_id, when, self.share())
        for _key, person, unit in self.later[::2]:
            self.sit(self.best, person, unit, self.at(5, 11, 16), self.share())
        for exam in (self.last, self.first):
            for _key, person, unit in self.some(1, 2, self.cohorts[1]):
                self.sit(exam, person, unit, self.at(5, 20), self.share())
        self.finish()

    def june(self):
        """Verdicts changed by an appeal or a new key, attempts void, hours and exemptions back."""
        for place, one in enumerate(self.sat[1::6]):
            attempt = db.session.get_one(Attempt, one.id)
            if place % 2:
                void(attempt, self.at(6, 12), "他人代考")
            else:
                self._judge_anew(attempt, 61 if place % 4 else 20, self.at(6, 10))
        for exam in (self.last, self.first):
            query = select(Attempt).where(Attempt.assessment_id == exam.id).order_by(Attempt.id)
            for attempt in db.session.scalars(query).all()[::5]:
                void(attempt, self.at(6, 13), "他人代考")
        query = select(HourEntry).where(HourEntry.reverses_id.is_(None)).order_by(HourEntry.id)
        for entry in db.session.scalars(query).all()[::7]:
            self.keep(self._back(entry, self.at(6, 20)))
        for one in relieving.chosen(self.away)[::2]:
            relieving.take_back(one, self.day(4, 15), "已能参加", self.at(6, 21), self.by)
        self.finish()

    def _judge_anew(self, attempt, share, now):
        standing = db.session.scalar(
            select(Result).where(Result.attempt_id == attempt.id, Result.replaced_at.is_(None))
        )
        standing.replaced_at = now
        for verdict in db.session.scalars(
            select(Verdict).where(Verdict.attempt_id == attempt.id, Verdict.counts)
        ):
            verdict.counts = False
        db.session.flush()
        self._say(attempt, share, attempt.submitted_at, now, standing.number + 1)

    def _back(self, entry, now) -> HourEntry:
        same = ("person_id", "org_id", "kind", "earned_on", "lesson_id", "cohort_id", "class_id")
        facts = {name: getattr(entry, name) for name in same}
        facts |= {"rule": entry.rule, "reverses_id": entry.id, "why": "重复登记"}
        return HourEntry(**facts, hundredths=-entry.hundredths, recorded_at=now)
