"""The five projects at work: a programme, a cohort and its list in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
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
from lms.training import enrolling, fixing, services
from lms.training.models import Cohort, Programme, Requirement
from lms.training.planning import Demand, require
from lms.training.queries import projects
from lms.training.rules import Asked
from lms.web import transaction
from lms.words import N_

BASIS = N_("市委组织部年度培训计划（演示）")
ANEW = 10 * enrolling.SLICE  # persons listed, until the database looks again how its rows lie
ATTEMPTS, PASS_MARK = 3, 60
MORE_MINUTES, HURT = 20, N_("右手受伤，有医院证明。")


@dataclass(frozen=True)
class Planned:
    """A programme to open, with its one cohort, its course and whom it is for.

    years: only posts begun within so many; none: all.
    """

    projects: tuple[str, ...]
    code: str
    title: str
    cohort: str
    posts: tuple[Post, ...]
    course: str
    audience: str
    years: int | None = None


MAIN = Planned(
    ("P3",),
    "WANREN",
    N_("万人计划"),
    N_("村干部依法履职轮训第一期"),
    tuple(sorted(VILLAGE_CADRES)),
    "wanren-jiceng",
    N_("村党组织和村委会成员"),
)
OTHERS = (
    Planned(
        ("P1",),
        "LVZHI",
        N_("党政领导干部履职能力提升计划"),
        N_("乡科级领导干部履职培训第一期"),
        (Post.LEADER, Post.TPS, Post.THD, Post.TLD),
        "lvzhi-juece",
        N_("乡科级党政领导干部"),
    ),
    Planned(
        ("P2",),
        "ZHUANYE",
        N_("机关干部专业能力提升计划"),
        N_("机关和乡镇干部专业能力培训第一期"),
        (Post.STAFF, Post.TOC, Post.TOG),
        "zhuanye-banshi",
        N_("机关和乡镇工作人员"),
    ),
    Planned(
        ("P4",),
        "CHUANGXIN",
        N_("企业事业管理人员思维创新计划"),
        N_("企业事业管理人员培训第一期"),
        (Post.MANAGER,),
        "chuangxin-guanli",
        N_("企业事业管理人员"),
    ),
    Planned(
        ("P5",),
        "GENGXIN",
        N_("专业技术人才知识更新计划"),
        N_("专业技术人员公需科目培训第一期"),
        (Post.TECH,),
        "gengxin-gongxu",
        N_("专业技术人员"),
    ),
    Planned(
        ("P2", "P3"),
        "NIANQING",
        N_("千人计划·年轻干部培训班"),
        N_("基层年轻干部培训第一期"),
        (Post.STAFF, Post.TOG),
        "nianqing-qunzhong",
        N_("到基层任职不满三年的干部"),
        years=3,
    ),
)


def open_all(
    city: City, courses: Sequence[Course], papers: Sequence[PaperRelease], officer: int
) -> tuple[Cohort, list[Cohort]]:
    """The cohort of the 万人计划, which has an assessment, and those of the other projects."""
    services.load_reference(city.began)
    first, *resits = papers
    assessment = _set(city, first, resits, officer)
    by_code = {course.code: course for course in courses}
    others = [_open(city, one, by_code[one.course], [], officer) for one in OTHERS]
    # The newest stands first.
    cohort = _open(city, MAIN, by_code[MAIN.course], [assessment.id], officer)
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
    city: City, planned: Planned, course: Course, assessments: list[int], officer: int
) -> Cohort:
    """Open a programme with a cohort, list whom its rule names, and fix the list.

    Told and kept by slices.
    """
    programme = _programme(city, planned, officer)
    asked = _require(city, programme, planned, course, bool(assessments), officer)
    cohort = services.open_cohort(
        programme,
        city.id,
        title=f"{city.today.year}年{planned.cohort}",
        opens_on=day_of(city.began),
        closes_on=day_of(city.closes),
        required_hours=asked.hours,
        course_ids=[course.id],
        assessment_ids=assessments,
        now=city.began,
        by=officer,
    )
    since = planned.years and city.today.replace(year=city.today.year - planned.years, day=1)
    whom = Asked(planned.posts, since or None)
    rule = enrolling.add_rule(cohort, programme.org, whom, city.began, officer)
    steps = enrolling.enrol({"rule_id": rule.id, "by": officer}, {}, city.began)
    for step in steps:
        if step.done % ANEW == enrolling.SLICE:
            look_anew()  # the list grows fast
        transaction.finish()
        if step.done and not step.result:  # the last step says the same again
            city.say(planned.cohort, step.done, step.total)
    fixing.fix_list(cohort, city.began + timedelta(hours=2), officer)
    transaction.finish()
    return cohort


def _require(
    city: City, programme: Programme, planned: Planned, course: Course, assessed: bool, officer: int
) -> Requirement:
    """What the programme asks of its audience from its first day on."""
    demand = Demand(
        planned.audience,
        planned.posts,
        hours=sum((one.hours for one in course.lessons), Decimal(0)),
        assessed=assessed,
        course_ids=(course.id,),
        from_on=day_of(city.began),
        basis=BASIS,
    )
    return require(programme, demand, city.began, officer)


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
