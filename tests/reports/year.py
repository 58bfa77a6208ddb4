"""A year of a territory, played through from one seed: what happens in it from January to December.

Structure and lists go through the services, each at the moment of its day; hours, marks and
verdicts, of which there are thousands, are laid down as the rows that the services would add.
Run it in the scope of the whole house.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from lms.bank.models import Bank
from lms.callups.models import CallUp, Quota
from lms.classes.models import (
    AttendanceList,
    AttendanceMark,
    ClassMember,
    ClassOutcome,
    ClassSession,
    TrainingClass,
)
from lms.classes.rules import Came, ClassKind, Evidence, Left, Mark
from lms.clock import CITY_TIME
from lms.courses.models import Course, Lesson
from lms.db import db, look_anew
from lms.dice import Stream
from lms.exams.deferred import Deferral
from lms.exams.models import Allowance, Assessment, Attempt, Result, Verdict
from lms.exams.publishing import count_one, void
from lms.exams.rules import Counting
from lms.exams.terms import DeferReason
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.orgs import services as orgs
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.orgs.rules import VILLAGE_LEVEL, UnitKind
from lms.papers.models import Paper
from lms.people.facts import PersonFacts
from lms.people.models import Person, Posting
from lms.people.rules import Post
from lms.people.services import add_person, end_posting, move_person, post_person
from lms.training import enrolling, fixing, following, relieving, services
from lms.training.models import Cohort, Enrolment
from lms.training.relieving import Wanted
from lms.training.rules import Asked, Coming, Leaving, ReliefKind, ReliefReason
from lms.web import transaction

POSTS = (Post.VPS, Post.VCD, Post.VCM)
PAPER = timedelta(minutes=60)


class Year:
    """The year of a territory. root: the unit under which all of it happens; by: who decides."""

    def __init__(self, root: OrgUnit, year: int, by: int, secrets, seed: int = 2025):
        self.root, self.year, self.by, self.secrets = root, year, by, secrets
        self.dice = Stream(seed)
        self.numbers: dict[tuple[int, int], int] = {}

    def day(self, month: int, day: int = 1) -> date:
        return date(self.year, month, day)

    def at(self, month: int, day: int = 1, hour: int = 9) -> datetime:
        return datetime.combine(self.day(month, day), time(hour), CITY_TIME)

    def ends(self) -> list[date]:
        """The last day of each month."""
        firsts = [self.day(month) for month in range(2, 13)] + [date(self.year + 1, 1, 1)]
        return [one - timedelta(days=1) for one in firsts]

    def play(self, watch=lambda year: None) -> list[int]:
        """Everything; the ids of the lists, the one with everything first.

        watch: looks on just before and just after the change of term.
        """
        self.open()
        self.january()
        self.february()
        watch(self)
        self.march()
        watch(self)
        self.april()
        self.may()
        self.june()
        self.july()
        self.autumn()
        return [one.id for one in self.cohorts]

    def keep(self, *rows):
        db.session.add_all(rows)
        db.session.flush()
        return rows[0] if rows else None

    def finish(self):
        """A slice is kept."""
        transaction.finish()

    # ── lists and assessments ───────────────────────────────────────────────────────────────────

    def open(self):
        """Three lists of one programme: with an assessment, with two, and wholly on line."""
        now = self.at(1, 2)
        services.load_reference(now)
        project = services.queries.projects()[2].id
        code = f"Y{self.year}"
        programme = services.open_programme(
            self.root.id, code, "年度轮训", [project], self.day(1), now, self.by
        )
        self.course = self.keep(
            Course(org_id=self.root.id, code=code, title="课程", summary="", made_at=now)
        )
        self.lessons = [
            self.keep(
                Lesson(
                    course_id=self.course.id,
                    number=number,
                    title=f"第{number}课",
                    minutes=45,
                    hours=Decimal(2),
                )
            )
            for number in (1, 2, 3)
        ]
        self.best, self.last, self.first = (self._exam(one) for one in Counting)
        counties = self._units(UnitKind.COUNTY)
        self.cohorts = [
            self._list(programme, self.root, POSTS, 6, [self.best]),
            self._list(programme, self.root, (Post.VPS,), 2, [self.last, self.first]),
            self._list(programme, counties[0], POSTS, 1, []),
        ]
        self.main = self.cohorts[0]
        look_anew()
        self.finish()

    def _exam(self, counts: Counting) -> Assessment:
        now = self.at(1, 2)
        bank = self.keep(
            Bank(org_id=self.root.id, code=f"Y{counts.value}", title="库", made_at=now)
        )
        paper = self.keep(
            Paper(bank_id=bank.id, title="卷", minutes=60, points=Decimal(100), made_at=now)
        )
        return self.keep(
            Assessment(
                org_id=self.root.id,
                title=f"测评 {counts.value}",
                paper_id=paper.id,
                opens_at=self.at(4, 10),
                closes_at=self.at(4, 12, 18),
                minutes=60,
                attempts=5,
                which_counts=counts,
                pass_mark=60,
                questions=50,
                points=Decimal(100),
                shuffled=True,
                confirmed_at=now,
                made_at=now,
            )
        )

    def _list(self, programme, org, posts, hours, exams) -> Cohort:
        now = self.at(1, 2)
        cohort = services.open_cohort(
            programme,
            self.root.id,
            title=f"第{hours}期",
            opens_on=self.day(1),
            closes_on=self.day(12, 31),
            required_hours=Decimal(hours),
            course_ids=[self.course.id],
            assessment_ids=[one.id for one in exams],
            now=now,
            by=self.by,
        )
        rule = enrolling.add_rule(cohort, org, Asked(posts), now, self.by)
        for _step in enrolling.enrol({"rule_id": rule.id, "by": self.by}, {}, now):
            transaction.finish()
        fixing.fix_list(cohort, now + timedelta(hours=2), self.by)
        return cohort

    def _units(self, *kinds) -> list[OrgUnit]:
        query = select(OrgUnit).where(
            under(self.root.path), OrgUnit.kind.in_(kinds), OrgUnit.closed_on.is_(None)
        )
        return list(db.session.scalars(query.order_by(OrgUnit.path)))

    def listed(self, cohort=None) -> list[tuple[int, int, int]]:
        """Enrolment, person and unit of who is on the list now."""
        query = (
            select(Enrolment.id, Enrolment.person_id, Enrolment.org_id)
            .where(Enrolment.cohort_id == (cohort or self.main).id, Enrolment.to_on.is_(None))
            .order_by(Enrolment.id)
        )
        return [tuple(row) for row in db.session.execute(query)]

    def some(self, times: int, among: int, cohort=None) -> list[tuple[int, int, int]]:
        return [one for one in self.listed(cohort) if self.dice.happens(times, among)]

    # ── hours, reliefs ──────────────────────────────────────────────────────────────────────────

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

    # ── classes ─────────────────────────────────────────────────────────────────────────────────

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

    # ── a change of term ────────────────────────────────────────────────────────────────────────

    def march(self):
        """Postings end and begin, persons go elsewhere, villages are merged and re-hung."""
        villages = self._units(*VILLAGE_LEVEL)
        now, on = self.at(3, 15), self.day(3, 15)
        for village in villages[:: max(len(villages) // 12, 2)]:
            self._new_term(village, on, now)
        movers = self.some(1, 10)
        for _key, person, _unit in movers:
            there = self.dice.pick(villages)
            move_person(
                db.session.get_one(Person, person), there, Post.VCM, on, now, why="交流任职"
            )
        self.merge(villages[1], villages[2], self.at(3, 18))
        self.merge(villages[-2], villages[3], self.at(3, 18))  # into another township
        orgs.rehang(villages[4], self._far(villages[4]), self.day(3, 20))
        self.finish()
        self.follow(self.at(3, 25))

    def _new_term(self, village, on, now):
        held = select(Posting).where(Posting.org_id == village.id, Posting.to_on.is_(None))
        for place, posting in enumerate(db.session.scalars(held.order_by(Posting.id)).all()):
            if place % 2:
                continue
            end_posting(posting, on, "换届", now)
            facts = PersonFacts(f"新任{village.id}{place}", sex="男")
            person = add_person(facts, village, now, self.secrets)
            post_person(person, village, posting.post, on, now)

    def merge(self, village, successor, now):
        """A village is closed, its people go on in its successor."""
        on = now.astimezone(CITY_TIME).date()
        held = select(Posting).where(Posting.org_id == village.id, Posting.to_on.is_(None))
        for posting in db.session.scalars(held.order_by(Posting.id)).all():
            person = db.session.get_one(Person, posting.person_id)
            move_person(person, successor, posting.post, on, now, why="撤并", ending=[posting])
        orgs.close(village, on)
        db.session.flush()
        orgs.choose(village, successor, self.by, now)
        self.finish()

    def _far(self, village) -> OrgUnit:
        """A township of another part of the territory."""
        towns = self._units(UnitKind.TOWNSHIP, UnitKind.STREET)
        return next(one for one in reversed(towns) if one.id != village.parent_id)

    def follow(self, now):
        """What the roster offers is done, list by list."""
        for cohort in self.cohorts:
            for _step in following.follow({"cohort_id": cohort.id, "by": self.by}, {}, now):
                transaction.finish()
        look_anew()

    # ── assessments ─────────────────────────────────────────────────────────────────────────────

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

    # ── what comes late ─────────────────────────────────────────────────────────────────────────

    def july(self):
        """补录: hours of February, a verdict of April, a list of attendance, somebody forgotten."""
        now = self.at(7, 8)
        for _key, person, unit in self.some(1, 8):
            hours = self.hours(person, unit, 150, self.day(2, 20), now, cohort_id=self.main.id)
            self.keep(hours)
        for _key, person, unit in self.some(1, 12):
            self.sit(self.best, person, unit, self.at(4, 11, 11), self.share(), now)
        session = db.session.scalars(
            select(ClassSession)
            .where(ClassSession.class_id == self.winter.id)
            .order_by(ClassSession.id.desc())
        ).first()
        self._confirm(session, now)
        for key, person, unit in self.some(1, 15)[:5]:
            one = db.session.get_one(Enrolment, key)
            services.end(one, self.day(6, 30), Leaving.OTHER, "漏报", now, self.by)
            self.keep(
                Enrolment(
                    cohort_id=self.main.id,
                    person_id=person,
                    org_id=unit,
                    from_on=self.day(7, 5),
                    came_by=Coming.ADDED,
                    recorded_at=now,
                )
            )
        self.finish()

    def autumn(self):
        """A class that makes up, members off its list; more resits; a second change of term."""
        self.online(8, 1, 3)
        chosen = self.some(1, 3)
        made = self.hold(9, chosen, (Came.MAKING_UP, Came.LISTED, Came.MOVED), lessons=2)
        members = select(ClassMember).where(ClassMember.class_id == made.id)
        for one in db.session.scalars(members.order_by(ClassMember.id)).all()[::4]:
            one.to_at, one.left_as = self.at(10, 8), Left.OFF_THE_LIST
        sessions = select(ClassSession).where(ClassSession.class_id == made.id)
        for one in db.session.scalars(sessions.order_by(ClassSession.id.desc()).limit(1)).all():
            self._confirm(one, self.at(9, 14))
            one.cancelled_at = self.at(9, 20)
        self.finish()
        self.finish_class(made, self.at(9, 15), 350)
        for exam in (self.best, self.last, self.first):
            cohort = self.main if exam is self.best else self.cohorts[1]
            for _key, person, unit in self.some(1, 4, cohort):
                self.sit(exam, person, unit, self.at(10, 12), self.share())
        villages = self._units(*VILLAGE_LEVEL)
        for village in villages[1::7]:
            self._new_term(village, self.day(11, 3), self.at(11, 3))
        self.follow(self.at(11, 10))
        self.online(12, 1, 3)
