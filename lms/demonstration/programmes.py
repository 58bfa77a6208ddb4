"""The five projects at work: a programme, a cohort and its list in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from lms.bank.pictures import weight
from lms.clock import day_of
from lms.courses.models import Course
from lms.db import db, look_anew
from lms.demonstration.city import City
from lms.exams.allowing import allow
from lms.exams.models import Assessment, Candidate
from lms.exams.setting import Setting, set_assessment
from lms.papers.models import PaperRelease
from lms.people.rules import VILLAGE_CADRES, Post
from lms.training import enrolling, services
from lms.training.models import Cohort, Programme
from lms.training.queries import projects
from lms.training.rules import Asked
from lms.web import transaction
from lms.words import N_

MAIN_COURSE = "wanren-jiceng"
ATTEMPTS, PASS_MARK = 3, 60
MORE_MINUTES, HURT = 20, N_("右手受伤，有医院证明。")


@dataclass(frozen=True)
class Planned:
    """A programme to open, with its one cohort. posts: whom it is for."""

    projects: tuple[str, ...]
    code: str
    title: str
    cohort: str
    posts: tuple[Post, ...]


MAIN = Planned(
    ("P3",), "WANREN", N_("万人计划"), N_("村干部依法履职轮训第一期"), tuple(sorted(VILLAGE_CADRES))
)
OTHERS = (
    Planned(
        ("P1",),
        "LVZHI",
        N_("党政领导干部履职能力提升计划"),
        N_("乡科级领导干部履职培训第一期"),
        (Post.LEADER, Post.TPS, Post.THD, Post.TLD),
    ),
    Planned(
        ("P2",),
        "ZHUANYE",
        N_("机关干部专业能力提升计划"),
        N_("机关和乡镇干部专业能力培训第一期"),
        (Post.STAFF, Post.TOC, Post.TOG),
    ),
    Planned(
        ("P4",),
        "CHUANGXIN",
        N_("企业事业管理人员思维创新计划"),
        N_("企业事业管理人员培训第一期"),
        (Post.MANAGER,),
    ),
    Planned(
        ("P5",),
        "GENGXIN",
        N_("专业技术人才知识更新计划"),
        N_("专业技术人员公需科目培训第一期"),
        (Post.TECH,),
    ),
)


def open_all(
    city: City, courses: Sequence[Course], papers: Sequence[PaperRelease], officer: int
) -> tuple[Cohort, list[Cohort]]:
    """The cohort of the 万人计划, which has an assessment, and those of the other projects."""
    services.load_reference(city.began)
    first, *resits = papers
    assessment = _set(city, first, resits, officer)
    main = [course for course in courses if course.code == MAIN_COURSE]
    rest = [course for course in courses if course.code != MAIN_COURSE] or main
    others = [_open(city, planned, rest, [], officer) for planned in OTHERS]
    cohort = _open(city, MAIN, main, [assessment.id], officer)  # the newest stands first
    _except(city, assessment, officer)
    return cohort, others


def _except(city: City, assessment: Assessment, officer: int) -> None:
    """One candidate writes with the left hand and has more time."""
    listed = select(Candidate.person_id).where(Candidate.assessment_id == assessment.id)
    person_id = db.session.scalar(listed.order_by(Candidate.id.desc()).limit(1))
    allow(
        assessment,
        person_id=person_id,
        more_minutes=MORE_MINUTES,
        reason=HURT,
        now=city.began,
        by=officer,
    )
    transaction.finish()


def _set(
    city: City, paper: PaperRelease, resits: Sequence[PaperRelease], officer: int
) -> Assessment:
    setting = Setting(
        org_id=city.id,
        title=N_("村干部八种本领测评"),
        opens_at=city.began,
        closes_at=city.closes,
        minutes=paper.minutes,
        attempts=ATTEMPTS,
        pass_mark=PASS_MARK,
        shuffled=True,
    )
    weighed = partial(weight, city.house.var)
    return set_assessment(setting, paper, weighed, city.began, officer, resits=resits)


def _open(
    city: City, planned: Planned, courses: list[Course], assessments: list[int], officer: int
) -> Cohort:
    """Open a programme with a cohort, and list whom its rule names; told and kept by slices."""
    programme = _programme(city, planned, officer)
    cohort = services.open_cohort(
        programme,
        city.id,
        title=f"{city.today.year}年{planned.cohort}",
        opens_on=day_of(city.began),
        closes_on=day_of(city.closes),
        required_hours=sum((one.hours for course in courses for one in course.lessons), Decimal(0)),
        course_ids=[course.id for course in courses],
        assessment_ids=assessments,
        now=city.began,
        by=officer,
    )
    rule = enrolling.add_rule(cohort, programme.org, Asked(planned.posts), city.began, officer)
    steps = enrolling.enrol({"rule_id": rule.id, "by": officer}, {}, city.began)
    for number, step in enumerate(steps):
        if number % 10 == 0:
            look_anew()  # the list grows fast
        transaction.finish()
        if not step.result:  # the last step says the same again
            city.say(planned.cohort, step.done, step.total)
    return cohort


def _programme(city: City, planned: Planned, officer: int) -> Programme:
    return services.open_programme(
        city.id,
        f"{planned.code}-{city.today.year}",
        planned.title,
        [one.id for one in projects() if one.code in planned.projects],
        day_of(city.began),
        city.began,
        officer,
    )
