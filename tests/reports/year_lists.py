"""The ground of a year that is played: its days, its lists, its assessments."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from lms.bank.models import Bank
from lms.clock import CITY_TIME
from lms.courses.models import Course, Lesson
from lms.db import db, look_anew
from lms.dice import Stream
from lms.exams.models import Assessment
from lms.exams.rules import Counting
from lms.orgs.models import OrgUnit
from lms.orgs.queries import under
from lms.orgs.rules import UnitKind
from lms.papers.models import Paper
from lms.people.rules import Post
from lms.training import enrolling, fixing, services
from lms.training.models import Cohort, Enrolment
from lms.training.rules import Asked
from lms.web import transaction

POSTS = (Post.VPS, Post.VCD, Post.VCM)


class Lists:
    """What the events of a year stand on. root: where they happen; by: who decides."""

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

    def keep(self, *rows):
        db.session.add_all(rows)
        db.session.flush()
        return rows[0] if rows else None

    def finish(self):
        """A slice is kept."""
        transaction.finish()

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
