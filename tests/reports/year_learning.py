"""Lessons, exemptions and classes of a year that is played."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from lms.callups.models import CallUp, Quota
from lms.classes.models import (
    AttendanceList,
    AttendanceMark,
    ClassMember,
    ClassOutcome,
    ClassSession,
    TrainingClass,
)
from lms.classes.rules import Came, ClassKind, Evidence, Mark
from lms.clock import CITY_TIME
from lms.db import db
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.orgs.rules import UnitKind
from lms.training import relieving
from lms.training.models import Enrolment
from lms.training.relieving import Wanted
from lms.training.rules import ReliefKind, ReliefReason
from tests.reports.year_lists import Lists


class Learning(Lists):
    """January and February, and what is learned all the year."""

    def hours(self, person, unit, hundredths, on, recorded_at, kind=HourKind.ONLINE, **more):
        return HourEntry(
            person_id=person,
            org_id=unit,
            kind=kind,
            hundredths=hundredths,
            planned=hundredths,
            earned_on=on,
            rule="某条",
            recorded_at=recorded_at,
            **more,
        )

    def online(self, month: int, times: int, among: int):
        """So many finish a lesson that month."""
        rows = []
        for _key, person, unit in self.some(times, among):
            day = self.dice.number(3, 28)
            lesson = self.dice.pick(self.lessons)
            when = self.at(month, day, 20)
            rows.append(
                self.hours(person, unit, 200, self.day(month, day), when, lesson_id=lesson.id)
            )
        self.keep(*rows)
        self.finish()

    def relieve(self, kind, chosen, first, last, now, approved=True):
        enrolments = [db.session.get_one(Enrolment, key) for key, _person, _unit in chosen]
        made = []
        for one in enrolments:
            wanted = Wanted(kind, ReliefReason.ILL, first, last)
            made += relieving.ask([one], wanted, now, self.by)
        if approved:
            relieving.approve(made, True, now + timedelta(hours=1), self.by)
        return made

    def january(self):
        """Lessons on line; exemptions of some months, 缓训; some refused, some waiting."""
        self.online(1, 1, 2)
        chosen = self.some(1, 5)
        third = max(len(chosen) // 4, 1)
        away = self.relieve(
            ReliefKind.EXEMPT, chosen[:third], self.day(1, 10), self.day(5), self.at(1, 10)
        )
        self.relieve(
            ReliefKind.DEFERRED,
            chosen[third : 2 * third],
            self.day(1, 15),
            self.day(7),
            self.at(1, 15),
        )
        self.relieve(
            ReliefKind.EXEMPT,
            chosen[2 * third : 3 * third],
            self.day(2),
            self.day(12, 20),
            self.at(3, 5),  # approved afterwards, for earlier days
        )
        waiting = self.relieve(
            ReliefKind.EXEMPT,
            chosen[3 * third :],
            self.day(1, 20),
            self.day(9),
            self.at(1, 20),
            False,
        )
        relieving.refuse(waiting[::2], "材料不全", self.at(1, 22), self.by)
        self.away = [one.id for one in away]
        self.finish()

    def hold(self, month: int, chosen, ways, lessons=3) -> TrainingClass:
        """A class with its lessons, members, marks, and confirmed lists but the last."""
        first = self.day(month, 10)
        made = self.keep(
            TrainingClass(
                org_id=self.root.id,
                programme_id=self.main.programme_id,
                cohort_id=self.main.id,
                title=f"{month}月班",
                kind=ClassKind.FULL_TIME,
                from_on=first,
                to_on=first + timedelta(days=lessons - 1),
                place="党校",
                capacity=5000,
                required_hours=Decimal(4),
                by_hours=True,
                by_attendance=True,
                by_assessment=False,
                lateness_counts=False,
                made_at=self.at(month, 1),
                opened_at=self.at(month, 3),
            )
        )
        members = [
            self.keep(
                ClassMember(
                    class_id=made.id,
                    person_id=person,
                    org_id=unit,
                    from_at=self.at(month, 4),
                    came_as=self.dice.pick(ways),
                )
            )
            for _key, person, unit in chosen
        ]
        sessions = [self._session(made, first + timedelta(days=n)) for n in range(lessons)]
        for session in sessions:
            self._mark(session, members, session.starts_at + timedelta(hours=1))
        for session in sessions[:-1]:
            self._confirm(session, session.ends_at)
        self.finish()
        return made

    def _session(self, made, day) -> ClassSession:
        starts = datetime.combine(day, time(8, 30), CITY_TIME)
        return self.keep(
            ClassSession(
                class_id=made.id,
                starts_at=starts,
                ends_at=starts + timedelta(hours=3),
                hours=Decimal("3.5"),
                subject="一讲",
            )
        )

    def _mark(self, session, members, now):
        words = (*[Mark.PRESENT] * 6, Mark.LATE, Mark.EARLY, Mark.LEAVE, Mark.ABSENT, Mark.ABSENT)
        self.keep(
            *(
                AttendanceMark(
                    session_id=session.id,
                    member_id=one.id,
                    mark=self.dice.pick(words),
                    evidence=Evidence.LIST,
                    marked_at=now,
                )
                for one in members
            )
        )

    def _confirm(self, session, now):
        self.keep(
            AttendanceList(
                session_id=session.id,
                confirmed_at=now,
                confirmed_by=self.by,
                evidence=Evidence.LIST,
            )
        )

    def finish_class(self, made, now, hundredths=700):
        """Who came through, and the hours of it."""
        members = db.session.scalars(
            select(ClassMember).where(ClassMember.class_id == made.id).order_by(ClassMember.id)
        ).all()
        rows = []
        for one in members:
            through = self.dice.happens(3, 4)
            rows.append(
                ClassOutcome(
                    member_id=one.id,
                    completed=through,
                    hours=Decimal(7),
                    missing=[],
                    decided_at=now,
                    decided_by=self.by,
                )
            )
            if through:
                rows.append(
                    self.hours(
                        one.person_id,
                        one.org_id,
                        hundredths,
                        made.to_on,
                        now,
                        HourKind.ORGANISED,
                        cohort_id=self.main.id,
                        class_id=made.id,
                    )
                )
        self.keep(*rows)
        self.finish()

    def february(self):
        """The first class, by quotas and lists; the list of its last day stays open till July."""
        self.online(2, 1, 3)
        chosen = self.some(1, 2)
        ways = (Came.LISTED, Came.CALLED_UP, Came.SPLIT)
        self.winter = self.hold(2, chosen, ways)
        call = self.keep(
            CallUp(
                org_id=self.root.id,
                class_id=self.winter.id,
                title="调训",
                due_at=self.at(2, 5),
                made_at=self.at(1, 25),
                sent_at=self.at(1, 28),
            )
        )
        units = self._units(UnitKind.TOWNSHIP, UnitKind.STREET)
        self.keep(
            *(
                Quota(call_up_id=call.id, org_id=one.id, places=self.dice.number(1, 6))
                for one in units
            )
        )
        self.finish_class(self.winter, self.at(2, 15))
