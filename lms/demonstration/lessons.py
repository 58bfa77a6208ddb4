"""Lessons to hear, to read and to be asked about; a township that learns them on line."""

import wave
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from math import pi, sin

from lms.access import add_rows
from lms.access.permissions import Role
from lms.bank.queries import banks_for, usable
from lms.bank.rules import Right
from lms.certificates.fonts import PLAIN, ready
from lms.clock import day_of
from lms.courses import store
from lms.courses.models import Course, Lesson
from lms.courses.queries import PRACTISED
from lms.courses.rules import Content, FileRole, Gate, LessonKind, Sent, fitting
from lms.courses.services import Plan, add_course, add_lesson
from lms.db import db
from lms.demonstration.accounts import TOWNSHIP, visitors
from lms.demonstration.city import City
from lms.demonstration.officers import Office
from lms.demonstration.programmes import MAIN
from lms.learning.models import Stream
from lms.training import enrolling, services
from lms.training.lists import people_on_list
from lms.training.models import Cohort
from lms.training.queries import programme_by_code, unit
from lms.training.rules import Asked
from lms.web import transaction
from lms.words import N_

TITLE, ABOUT = N_("线上学习示范课"), N_("用一段录音、一份 PDF 和一篇课文，看看线上学习怎样进行。")
COHORT = N_("历山镇线上学习第一期")
HEARD, READ, ASKED = N_("听一段录音"), N_("读一份 PDF"), N_("读一篇课文，再过一关")
NAMES = {"wav": N_("示范录音.wav"), "pdf": N_("示范材料.pdf")}
ABOUT_SOUND = N_("这是一段提示音，用来试听。看满九成算听完；锁屏、接电话时停止计时，已计的不会丢。")
TEXT = (
    N_("## 线上学习怎样算学完"),
    N_("录音和视频：听满、看满九成。"),
    N_("课文和 PDF：不统计停留时间；有过关测验的，答对六成过关。"),
    N_("> 过关测验可以重做，每次题目不同。读过的课文存在手机上，没有网络也能再看。"),
)
LINES = (
    N_("怎样读 PDF 课"),
    N_("一、先看大小，再决定打开。"),
    N_("二、用手机自带的阅读器看。"),
    N_("三、看完回到课时页，按“我已读完”。"),
)
SECONDS, RATE = 90, 16_000  # of the recording: 1.4 MB, so that it comes in two parts
CHIME, TONES = 3, (523, 659, 784)  # seconds between two chimes, Hz
QUESTIONS, SHARE = 3, 60


def leave_lessons(city: City, offices: list[Office]) -> None:
    """A course of three kinds of lessons, a cohort that takes it, and some who have begun."""
    trainer, officer = (_first(offices, one) for one in (Role.TRAINER, Role.CITY_OFFICER))
    course = add_course(city.id, TITLE, ABOUT, 90, city.began, trainer)
    _lessons(city, course, trainer)
    transaction.finish()
    cohort = _cohort(city, course, officer)
    listed = people_on_list(cohort.id)
    add_rows(Stream, list(_streams(city, course.lessons[0], listed)))
    transaction.finish()
    city.say(N_("线上学习"))


def _first(offices: list[Office], role: Role) -> int:
    return next(office.person.id for office in offices if office.role is role)


def _lessons(city: City, course: Course, trainer: int) -> None:
    first = _add(course, HEARD, 2, "0.05", _recording(city, trainer), city, trainer)
    _add(course, READ, 2, "0.05", _paper(city, trainer), city, trainer, required=False)
    text = Content(LessonKind.TEXT, "\n\n".join(TEXT), None, None, _gate(city), {})
    _add(course, ASKED, 3, "0.1", text, city, trainer, after_id=first.id)


def _add(
    course: Course,
    title: str,
    minutes: int,
    hours: str,
    content: Content,
    city: City,
    trainer: int,
    required: bool = True,
    after_id: int | None = None,
) -> Lesson:
    plan = Plan(title, minutes, Decimal(hours), required, after_id)
    return add_lesson(course, plan, fitting(content), city.began, trainer)


def _gate(city: City) -> Gate | None:
    """Of the first bank that may be practised."""
    for bank in banks_for(Right.PRACTISE):
        if db.session.scalar(usable([bank.id], PRACTISED, city.today).limit(1)) is not None:
            return Gate(bank.id, None, QUESTIONS, SHARE)
    return None


def _recording(city: City, trainer: int) -> Content:
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(RATE)
        out.writeframes(_chimes())
    kept = _kept(city, trainer, "wav", file)
    return Content(LessonKind.AUDIO, ABOUT_SOUND, SECONDS, None, None, {FileRole.MAIN: kept})


def _chimes() -> bytes:
    """Three tones that fade, again and again."""
    one = bytearray()
    for place in range(CHIME * RATE):
        second, tone = place / RATE, TONES[min(int(place / RATE), len(TONES) - 1)]
        fades = max(0.0, 1 - (second % 1))
        one.append(128 + int(60 * fades * sin(2 * pi * tone * second)))
    return bytes(one) * (SECONDS // CHIME)


def _paper(city: City, trainer: int) -> Content:
    from reportlab.lib.pagesizes import A4  # slow to load, and only here
    from reportlab.pdfgen.canvas import Canvas

    ready(city.house.var)
    file = BytesIO()
    page = Canvas(file, A4, invariant=True)
    for place, line in enumerate(LINES):
        page.setFont(PLAIN, 24 if place == 0 else 16)
        page.drawString(72, 740 - 48 * place, line)
    page.save()
    file.seek(0)
    kept = _kept(city, trainer, "pdf", file)
    return Content(LessonKind.PDF, "", None, None, None, {FileRole.MAIN: kept})


def _kept(city: City, trainer: int, ending: str, file: BytesIO) -> Sent:
    file.seek(0)
    most = city.house.largest_file
    return store.keep(city.house.var, trainer, NAMES[ending], file, most, city.now)


def _cohort(city: City, course: Course, officer: int) -> Cohort:
    """Whoever is posted in one township."""
    cohort = services.open_cohort(
        programme_by_code(f"{MAIN.code}-{city.today.year}"),  # type: ignore[arg-type]  # just opened
        city.id,
        title=f"{city.today.year}年{COHORT}",
        opens_on=day_of(city.began),
        closes_on=day_of(city.closes) + timedelta(days=15),
        required_hours=sum((one.hours for one in course.lessons), Decimal(0)),
        course_ids=[course.id],
        assessment_ids=[],
        now=city.began,
        by=officer,
    )
    rule = enrolling.add_rule(cohort, unit(city.units[TOWNSHIP]), Asked(()), city.began, officer)
    for _step in enrolling.enrol({"rule_id": rule.id, "by": officer}, {}, city.began):
        transaction.finish()
    return cohort


def _streams(
    city: City, lesson: Lesson, listed: list[tuple[int, int]]
) -> Iterator[dict[str, object]]:
    """Four have listened: all, half, a piece again and again, and more than the clock allows."""
    mine = {one.id for one in visitors(city)}
    whole, began = SECONDS * 10, city.now - timedelta(days=3)
    odd: tuple[dict[str, int], ...] = (
        {},
        {},
        {"again": 4 * whole, "jumps": 6},
        {"beyond": whole, "bursts": 40},
    )
    spans = (f"0-{whole}", f"0-{whole // 2}", "0-300", "0-450")
    others = [one for one in listed if one[0] not in mine]
    for (person_id, org_id), heard, more in zip(others, spans, odd, strict=False):
        counts = {"beyond": 0, "again": 0, "displaced": 0, "jumps": 0, "bursts": 0} | more
        yield {
            "person_id": person_id,
            "org_id": org_id,
            "lesson_id": lesson.id,
            "version_id": lesson.newest.id,
            "opened_at": began,
            "closed_at": began + timedelta(minutes=2),
            "heard_at": began + timedelta(seconds=SECONDS),
            "spans": heard,
            "told": 6,
            "place": int(heard.rpartition("-")[2]),
            "beats": 6,
            **counts,
        }
