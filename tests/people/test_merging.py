"""Two records of one person become one: history stays, and sums count everything once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lms.access.permissions import Role
from lms.accounts.models import Account, Slip
from lms.audit.models import AuditEntry
from lms.courses.models import Course, Lesson
from lms.errors import Conflict, NotFound
from lms.exams.models import Attempt
from lms.learning.models import LessonRead
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind, hundredths
from lms.people import merging, queries
from lms.people.models import Person, Posting, RoleHeld
from lms.people.rules import Post
from lms.training.models import Cohort, Enrolment, Programme
from tests.exams.build import Hall
from tests.people.conftest import WANG

TODAY = date(2026, 11, 23)


@pytest.fixture
def kept(city, make):
    return make.person(city.upper, name="王建国", number="A-1")


@pytest.fixture
def gone(city, make):
    return make.person(city.lower, name="王建国", post=None)


@pytest.fixture
def merge(city, within, clock, kept, gone, make):
    def of(officer=None):
        with within(officer or city.officer):
            moved = merging.merge(queries.one(kept.id), queries.one(gone.id), clock())
        make.session.expire_all()
        return moved

    return of


@pytest.fixture
def lesson(make, city):
    course = make.keep(
        Course(code="C1", title="课", summary="", org_id=city.top.id, made_at=make.clock())
    )
    return make.keep(
        Lesson(course_id=course.id, number=1, title="一", minutes=45, hours=Decimal("1.5"))
    )


@pytest.fixture
def hours(make, lesson):
    """hours(person, …) → an entry of the ledger."""

    def of(person, lesson_id=None, hours="1.5", **facts):
        return make.keep(
            HourEntry(
                person_id=person.id,
                org_id=person.org_id,
                lesson_id=lesson_id,
                kind=HourKind.ONLINE,
                hundredths=hundredths(Decimal(hours)),
                earned_on=TODAY,
                rule="lesson",
                recorded_at=make.clock(),
                **facts,
            )
        )

    return of


def of(make, table, person):
    return [one for one in make.all(table) if one.person_id == person.id]


def test_the_record_that_goes_stays_and_says_where_it_went(merge, kept, gone, make, city, within):
    merge()
    left = next(one for one in make.all(Person) if one.id == gone.id)
    assert left.merged_into_id == kept.id
    with within(city.officer), pytest.raises(NotFound):
        queries.one(gone.id)


def test_what_was_not_known_is_taken_over(merge, kept, gone, make, keys):
    from lms.people.numbers import sealed_columns

    for column, value in sealed_columns(WANG, keys).items():
        setattr(gone, column, value)
    gone.number, gone.sex, gone.own_columns = "B-2", "男", {"入党": "1999", "学历": "大专"}
    make.keep(gone)
    kept.own_columns = {"学历": "本科"}
    make.keep(kept)
    merge()
    now = next(one for one in make.all(Person) if one.id == kept.id)
    assert (now.number, now.sex, now.phone_digest) == ("A-1", "男", gone.phone_digest)
    assert now.own_columns == {"入党": "1999", "学历": "本科"}


def test_a_personnel_number_goes_over_though_it_is_unique(merge, kept, gone, make):
    kept.number, gone.number = None, "B-2"
    make.keep(kept), make.keep(gone)
    merge()
    numbers = {one.id: one.number for one in make.all(Person)}
    assert (numbers[kept.id], numbers[gone.id]) == ("B-2", None)


def test_hours_of_one_lesson_count_once_and_all_others_are_added(
    merge, kept, gone, hours, lesson, make
):
    hours(kept, lesson.id)
    twice = hours(gone, lesson.id)
    hours(gone, lesson.id, "-1.5", reverses_id=twice.id)
    hours(gone, None, "4")
    for person in (kept, gone):
        make.keep(
            LessonRead(
                person_id=person.id,
                org_id=person.org_id,
                lesson_id=lesson.id,
                read_at=make.clock(),
            )
        )
    moved = merge()
    assert moved["hour_entry"] == 1 and "lesson_read" not in moved
    assert sum(one.hours for one in of(make, HourEntry, kept)) == Decimal("5.5")
    assert len(make.all(HourEntry)) == 4  # nothing is deleted


def test_a_post_that_both_record_is_held_once_on_every_day(merge, kept, gone, make, city):
    """The other record knows him longer in the same post: its days stay."""
    make.posting(gone, city.upper, Post.VPS, from_on=date(2015, 1, 1), to_on=date(2022, 1, 1))
    make.posting(gone, city.upper, Post.VCD, from_on=date(2021, 1, 1))
    merge()
    spans = {(one.post, one.from_on, one.to_on) for one in of(make, Posting, kept)}
    assert spans == {
        (Post.VPS, date(2015, 1, 1), date(2020, 1, 1)),
        (Post.VPS, date(2020, 1, 1), None),
        (Post.VCD, date(2021, 1, 1), None),
    }


def test_the_home_unit_follows_what_is_held_now(merge, kept, gone, make, city):
    (held,) = of(make, Posting, kept)
    held.to_on = date(2025, 1, 1)
    make.keep(held)
    make.posting(gone, city.lower)
    merge()
    assert next(one for one in make.all(Person) if one.id == kept.id).org_id == city.lower.id


def enrolled(make, person, cohort, from_on):
    return make.keep(
        Enrolment(
            person_id=person.id,
            org_id=person.org_id,
            cohort_id=cohort.id,
            from_on=from_on,
            recorded_at=make.clock(),
        )
    )


def test_who_stood_on_a_list_twice_stands_on_it_once(merge, kept, gone, make, city):
    unit = {"org_id": city.top.id, "opens_on": TODAY, "made_at": make.clock()}
    programme = make.keep(Programme(code="W", title="计划", **unit))
    cohort = make.keep(
        Cohort(
            programme_id=programme.id,
            title="一期",
            closes_on=TODAY,
            required_hours=Decimal(8),
            **unit,
        )
    )
    enrolled(make, kept, cohort, date(2026, 3, 1))
    enrolled(make, gone, cohort, date(2026, 2, 1))
    merge()
    open_ones = [one for one in make.all(Enrolment) if one.to_on is None]
    assert [(one.person_id, one.from_on) for one in open_ones] == [(kept.id, date(2026, 2, 1))]


@pytest.fixture
def attempt(make):
    """attempt(person, number) → an attempt at one assessment."""
    assessment = Hall(make).assessment()

    def sat(person, number):
        return make.keep(
            Attempt(
                person_id=person.id,
                org_id=person.org_id,
                assessment_id=assessment.id,
                number=number,
                paper_id=assessment.paper_id,
                seed=1,
                started_at=make.clock(),
                ends_at=make.clock() + timedelta(hours=1),
            )
        )

    return sat


def test_attempts_go_on_counting(merge, kept, gone, make, attempt):
    first, second, third = attempt(gone, 1), attempt(gone, 2), attempt(kept, 1)
    assert merge()["attempt"] == 2
    numbers = {one.id: (one.person_id, one.number) for one in make.all(Attempt)}
    assert numbers == {third.id: (kept.id, 1), first.id: (kept.id, 2), second.id: (kept.id, 3)}


def test_what_one_signs_in_with_stays_where_it_was_made(merge, kept, gone, make):
    for person in (kept, gone):
        make.keep(Account(person_id=person.id, org_id=person.org_id, made_at=make.clock()))
        make.keep(
            Slip(
                person_id=person.id,
                org_id=person.org_id,
                code_digest=f"digest {person.id}",
                made_at=make.clock(),
            )
        )
    merge()
    assert len(of(make, Slip, kept)) == len(of(make, Slip, gone)) == 1


def test_who_could_sign_in_by_one_record_alone_goes_on_with_it(merge, kept, gone, make):
    make.keep(Account(person_id=gone.id, org_id=gone.org_id, made_at=make.clock()))
    assert merge()["account"] == 1
    assert len(of(make, Account, kept)) == 1


def test_the_log_names_every_row_that_moved(merge, kept, gone, hours, make):
    entry = hours(gone, None, "4")
    merge()
    (noted,) = make.all(AuditEntry)
    assert (noted.act, noted.whom) == ("merge persons", f"person {kept.id}")
    assert noted.facts == {"gone": gone.id, "moved": {"hour_entry": [entry.id]}}


def test_two_id_numbers_are_two_persons(merge, kept, gone, make):
    kept.id_digest, gone.id_digest = "a" * 64, "b" * 64
    make.keep(kept), make.keep(gone)
    with pytest.raises(Conflict):
        merge()
    assert all(one.merged_into_id is None for one in make.all(Person))


def test_roles_that_exclude_one_another_are_not_merged(merge, kept, gone, make, city):
    make.role(kept, Role.TRAINER, city.county)
    make.role(gone, Role.AUDIT_ADMIN, city.top)
    with pytest.raises(Conflict):
        merge(city.of_city)
    assert len(of(make, RoleHeld, gone)) == 1


def test_a_record_merges_once(merge, kept, gone):
    merge()
    with pytest.raises(NotFound):
        merge()


def test_who_was_merged_before_follows(merge, kept, gone, make, city):
    oldest = make.person(city.lower, name="王建国", post=None, merged_into_id=gone.id)
    merge()
    assert next(one for one in make.all(Person) if one.id == oldest.id).merged_into_id == kept.id


def test_records_of_two_counties_are_merged_from_above_both(merge, kept, gone, make, city):
    gone.org_id = city.afar.id
    make.keep(gone)
    for officer in (city.officer, city.stranger):
        with pytest.raises(NotFound):
            merge(officer)
    merge(city.of_city)


def test_every_table_about_persons_is_among_those_that_move(app):
    with app.app_context():
        names = {table.__tablename__ for table in merging.tables()}
        assert {"posting", "role_held", "hour_entry", "enrolment", "attempt", "verdict"} <= names
        assert not {"person", "audit_entry"} & names


def test_namesakes_are_offered(within, city, kept, gone, make):
    make.person(city.afar, name="王建国")
    make.person(city.upper, name="别人")
    with within(city.officer):
        assert [one.id for one in merging.lookalikes(queries.one(kept.id))] == [gone.id]
