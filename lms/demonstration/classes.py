"""A class in each of the five projects: one has ended, two run, one is to come, one is a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from lms.access.permissions import Role
from lms.classes import angles, attending, ending, evaluating, leaving, listing, services
from lms.classes.models import ClassMember, TrainingClass
from lms.classes.rules import Came, ClassKind, Lesson, Mark, Plan
from lms.clock import start_of
from lms.db import db
from lms.demonstration.accounts import COUNTY, TOWNSHIP, visitors
from lms.demonstration.city import City, at
from lms.demonstration.officers import Office
from lms.demonstration.units import CITY
from lms.training.lists import people_on_list
from lms.training.models import Cohort, Teacher
from lms.web import transaction
from lms.words import N_

MORNING, AFTERNOON = (time(8, 30), time(12, 0)), (time(14, 30), time(18, 0))
HALF_A_DAY = Decimal(4)
PLACE = "县委党校第一教室"
FLOOD, ILL, KEPT = "防汛值班", "发热就诊", N_("因防汛公务请假半天，同意继续培训。")


@dataclass(frozen=True)
class Held:
    """A class to hold. begins: so many days from today; persons: how many are in it."""

    title: str
    begins: int
    days: int
    persons: int
    subjects: tuple[str, ...]


ENDED = Held(
    "村党组织书记履职培训班（第一期）",
    -13,
    3,
    36,
    (
        "农村集体“三资”管理",
        "四议两公开怎样开",
        "矛盾纠纷的排查和化解",
        "防汛和地质灾害应对",
        "村级事务公开",
        "结业交流",
    ),
)
LEADERS = Held(
    "乡镇领导干部履职能力培训班",
    -1,
    3,
    24,
    (
        "依法行政与重大决策程序",
        "应急处突",
        "信访工作条例",
        "群众工作案例",
        "预算绩效",
        "结业交流",
    ),
)
OFFICES = Held(
    "机关干部公文写作培训班",
    7,
    2,
    30,
    ("公文格式", "调研报告", "会议纪要", "公文改错"),
)
MANAGERS = Held(
    "企业管理人员创新培训班",
    -2,
    4,
    20,
    (
        "国企改革政策",
        "数字化转型",
        "安全生产法",
        "企业合规",
        "案例研讨",
        "现场教学",
        "科技成果转化",
        "结业交流",
    ),
)
TECHNICIANS = Held("专业技术人员公需科目面授班", 20, 2, 25, ("公需科目一", "公需科目二"))


def leave_classes(
    city: City, offices: Sequence[Office], main: Cohort, others: Sequence[Cohort]
) -> None:
    """The classes, with what has happened in them so far."""
    by = {(office.role, office.unit): office.person.id for office in offices}
    officer, manager = by[Role.CITY_OFFICER, CITY], by[Role.CLASS_MANAGER, COUNTY]
    crew = Crew(city, officer, manager, _teachers())
    ended = crew.hold(ENDED, main, _secretaries(city))
    crew.attend(ended, {0: {2: Mark.LATE}, 3: {5: Mark.ABSENT}, 4: {7: Mark.LEAVE}})
    away = _members(ended)[7]
    leaving.decide_on(away, False, KEPT, at(ended.to_on, time(18)), officer)
    ending.end_class(ended, None, at(ended.to_on, time(19)), ended.to_on, officer)
    _judge(ended)
    leaders = crew.hold(LEADERS, others[0], _some(others[0]))
    _ask(crew, leaders)
    crew.attend(leaders, {0: {3: Mark.LATE}, 1: {6: Mark.ABSENT}})
    crew.hold(OFFICES, others[1], _some(others[1]))
    managers = crew.hold(MANAGERS, others[2], _some(others[2]))
    crew.attend(managers, {number: {1: Mark.LEAVE} for number in range(3)})
    crew.hold(TECHNICIANS, others[3], _some(others[3]), opened=False)
    transaction.finish()
    city.say(N_("培训班"))


def _secretaries(city: City) -> list[tuple[int, int]]:
    """书记 of villages of one county, but for those whom a visitor plays."""
    untouched = {known.id for known in visitors(city)}
    return [
        (known.id, known.unit_id)
        for unit, post in sorted(city.held)
        if post == "VPS" and unit.startswith(COUNTY) and not unit.startswith(TOWNSHIP)
        for known in city.held[unit, post]
        if known.id not in untouched
    ]


def _some(cohort: Cohort) -> list[tuple[int, int]]:
    return list(people_on_list(cohort.id))


def _teachers() -> list[int | None]:
    """The roster of teachers; a demonstration without one has lessons without a name."""
    return list(db.session.scalars(select(Teacher.id).order_by(Teacher.id))) or [None]


@dataclass(frozen=True)
class Crew:
    """Who holds the classes."""

    city: City
    officer: int
    manager: int
    teachers: list[int | None]

    def hold(
        self, held: Held, cohort: Cohort, persons: list[tuple[int, int]], opened: bool = True
    ) -> TrainingClass:
        """A class with its timetable and its list, opened a week before."""
        first = self.city.today + timedelta(days=held.begins)
        now = start_of(min(first, self.city.today)) - timedelta(days=7)
        made = services.make_class(self.city.id, self._plan(held, cohort, first), now, self.officer)
        for lesson in self._lessons(held, first):
            services.add_lesson(made, lesson, now)
        db.session.expire(made, ["sessions"])
        listing.put_in(made, persons[: held.persons], Came.LISTED, now, self.officer)
        if opened:
            services.open_class(made, now, self.officer)
        transaction.finish()
        return made

    def _plan(self, held: Held, cohort: Cohort, first: date) -> Plan:
        hours = HALF_A_DAY * len(held.subjects)
        return Plan(
            programme_id=cohort.programme_id,
            cohort_id=None,
            title=held.title,
            kind=ClassKind.FULL_TIME,
            for_org_id=None,
            batch=1,
            from_on=first,
            to_on=first + timedelta(days=held.days - 1),
            place=PLACE,
            capacity=60,
            person_id=self.manager,
            required_hours=hours - HALF_A_DAY,
            by_hours=True,
            by_attendance=True,
            by_assessment=False,
            most_absent=1,
            lateness_counts=False,
        )

    def _lessons(self, held: Held, first: date) -> list[Lesson]:
        """Morning and afternoon, day by day; a class of one lesson a day meets in the morning."""
        a_day = len(held.subjects) // held.days
        return [
            Lesson(
                at(first + timedelta(days=number // a_day), half[0]),
                at(first + timedelta(days=number // a_day), half[1]),
                HALF_A_DAY,
                subject,
                self.teachers[number % len(self.teachers)],
            )
            for number, subject in enumerate(held.subjects)
            for half in [(MORNING, AFTERNOON)[number % a_day]]
        ]

    def attend(self, found: TrainingClass, exceptions: dict[int, dict[int, Mark]]) -> None:
        """Confirm the lists of what is over. exceptions: lesson → place in the list → mark."""
        members = _members(found)
        for number, lesson in enumerate(found.sessions):
            if lesson.ends_at >= self.city.now or lesson.on >= self.city.today:
                continue
            ticked = {one.id: Mark.PRESENT for one in members}
            for place, mark in exceptions.get(number, {}).items():
                ticked[members[place].id] = mark
            attending.confirm(lesson, ticked, attending.Rests(), None, lesson.ends_at, self.manager)
        transaction.finish()


def _members(found: TrainingClass) -> list[ClassMember]:
    query = select(ClassMember).where(ClassMember.class_id == found.id)
    return list(db.session.scalars(query.order_by(ClassMember.id)))


def _ask(crew: Crew, found: TrainingClass) -> None:
    """A leave that was granted, and one that waits."""
    first, second, *_ = _members(found)
    before = found.opened_at or crew.city.now
    last = start_of(found.to_on)
    halves = last + timedelta(hours=8), last + timedelta(hours=12)
    leaving.ask(first, *halves, FLOOD, before, crew.manager, granted=True)
    leaving.ask(second, *halves, ILL, before, second.person_id)


def _judge(found: TrainingClass) -> None:
    """A dozen have answered the five questions, and said what they think of the teachers."""
    after = start_of(found.to_on + timedelta(days=1))
    for number, one in enumerate(_members(found)[:12]):
        scores = {question: 5 - (number + question) % 7 // 5 for question in evaluating.QUESTIONS}
        evaluating.answer(one, scores, after)
        heard = angles.judged(found)[: 4 + number % 2]
        angles.count(
            found, {teacher.key: 5 - (number + n) % 5 // 4 for n, teacher in enumerate(heard)}
        )
