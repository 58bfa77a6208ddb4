"""The scope holds for every shape of query, for reads and for writes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import false, func, insert, literal, null, select, update
from sqlalchemy.orm import Session, aliased

from lms.access import add_rows, change_rows
from lms.access.permissions import Permission, Role
from lms.access.scope import set_scope, the_house_writes
from lms.courses.models import Course, Lesson
from lms.db import alike, db, told
from lms.errors import NotAllowed
from lms.gate import scope_for
from lms.learning.models import LessonRead
from lms.ledger.models import HourEntry
from lms.ledger.rules import HourKind
from lms.orgs.models import OrgUnit
from lms.orgs.rules import UnitKind
from lms.people.models import Person, Posting
from lms.people.rules import Post

SEES, KEEPS = [Permission.SEE_UNITS], [Permission.KEEP_ROSTER]


class House:
    """A city with two counties, a village cadre in each, and an officer of the first."""

    def __init__(self, make):
        self.make = make
        self.city = make.unit("某市", kind=UnitKind.CITY)
        self.county = make.unit("甲县", under=self.city)
        self.other = make.unit("乙县", under=self.city)
        self.mine = make.person(self.county, name="王一")
        self.strange = make.person(self.other, name="王二")
        self.officer = make.officer(self.county)
        self.trainer = make.officer(self.county, Role.TRAINER, name="张老师")
        for unit in (self.city, self.county, self.other):
            make.keep(
                Course(
                    code=f"C{unit.id}", title="课", summary="", org_id=unit.id, made_at=make.clock()
                )
            )


@pytest.fixture
def house(make):
    return House(make)


@pytest.fixture
def sees(app, house):
    """sees(person, permissions) → a session that sees as far as that person."""
    opened = []

    def as_(person, permissions):
        with app.app_context():
            scope = scope_for(person.id, permissions, app.extensions["clock"]())
            session = Session(db.engine, info={"scope": scope})
        opened.append(session)
        return session

    yield as_
    for session in opened:
        session.close()


SHAPES = {
    "rows": lambda: select(Posting.person_id),
    "alias": lambda: select(aliased(Posting).person_id),
    "subquery": lambda: select(select(Posting.person_id).subquery().c.person_id),
    "exists": lambda: select(OrgUnit.id).where(
        select(Posting.id).where(Posting.org_id == OrgUnit.id).exists()
    ),
    "join": lambda: select(OrgUnit.name).join(Posting, Posting.org_id == OrgUnit.id),
    "persons": lambda: select(Person.id).where(Person.name.startswith("王")),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_evidence_of_another_unit_is_unseen(house, sees, shape):
    session = sees(house.officer, SEES)
    assert len(session.scalars(SHAPES[shape]()).all()) == 1


def test_a_count_counts_only_what_is_seen(house, sees):
    count = select(func.count()).select_from(Posting)
    assert sees(house.officer, SEES).scalar(count) == 1


def test_rows_that_come_as_one_text_are_only_those_that_are_seen(app, house):
    rows = select(Posting.person_id).subquery()
    word = '一\n二，"三"'
    with app.app_context():
        set_scope(scope_for(house.officer.id, SEES, app.extensions["clock"]()))
        for options in ({}, {"counted": Posting}):
            found = told([rows.c.person_id, null()], rows, options)
            assert found == [[house.mine.id, None]]
            assert list(alike([literal(word)], rows, options)) == [([word], 1)]
        nobody = select(Posting.person_id).where(false()).subquery()
        assert told([nobody.c.person_id], nobody, {}) == []
        assert list(alike([nobody.c.person_id], nobody, {})) == []


def test_a_part_is_seen_with_its_whole(house, sees, make):
    for course in make.all(Course):
        make.keep(Lesson(course_id=course.id, number=1, title="一", minutes=1, hours=Decimal(1)))
    seen = sees(house.officer, SEES).scalars(select(Lesson.id)).all()
    assert len(seen) == 2  # the city's and the county's


def test_content_of_a_superior_is_seen_and_of_a_neighbour_is_not(house, sees):
    owners = set(sees(house.mine, [Permission.LEARN]).scalars(select(Course.org_id)))
    assert owners == {house.city.id, house.county.id}


def test_a_trainers_unit_opens_content_never_evidence(house, sees):
    session = sees(house.trainer, [Permission.KEEP_COURSES])
    assert session.scalars(select(Posting.id)).all() == []
    assert len(session.scalars(select(Course.id)).all()) == 2


def test_a_cadre_sees_of_all_persons_only_themselves(house, sees):
    found = sees(house.mine, [Permission.LEARN]).scalars(select(Person.id)).all()
    assert found == [house.mine.id]


def test_the_record_moves_with_the_person(house, sees, make):
    make.keep(
        HourEntry(
            person_id=house.strange.id,
            org_id=house.other.id,
            kind=HourKind.ONLINE,
            hundredths=200,
            earned_on=date(2026, 1, 1),
            rule="lesson",
            recorded_at=make.clock(),
        )
    )
    assert sees(house.officer, SEES).scalars(select(HourEntry.id)).all() == []
    make.posting(house.strange, house.county, Post.VCD)
    assert len(sees(house.officer, SEES).scalars(select(HourEntry.id)).all()) == 1


def test_a_posting_that_has_ended_opens_nothing(house, sees, make, clock):
    yesterday = clock().date() - timedelta(days=1)
    make.posting(house.strange, house.county, Post.VCD, to_on=yesterday)
    names = sees(house.officer, SEES).scalars(select(Person.name)).all()
    assert "王二" not in names


def test_a_permission_of_another_role_widens_nothing(house, sees, make):
    """Who is officer of one county and trainer of another answers for the first alone."""
    make.role(house.officer, Role.TRAINER, house.other)
    assert len(sees(house.officer, SEES).scalars(select(Posting.id)).all()) == 1


def test_an_update_touches_only_what_is_seen(house, sees):
    assert sees(house.officer, KEEPS).execute(update(Posting).values(rank="x")).rowcount == 1


def test_an_update_that_moves_rows_is_refused(house, sees):
    with pytest.raises(NotAllowed):
        sees(house.officer, KEEPS).execute(update(Posting).values(org_id=house.other.id))


def test_a_bulk_insert_is_refused(house, sees):
    row = {"code": "X", "title": "x", "summary": "", "org_id": house.other.id}
    with pytest.raises(NotAllowed):
        sees(house.officer, KEEPS).execute(insert(Course), [row])


def _course(org, code="new"):
    return Course(code=code, title="新", summary="", org_id=org.id, made_at=_NOW)


@pytest.fixture(autouse=True)
def _now(clock):
    global _NOW
    _NOW = clock()


def test_a_row_for_a_stranger_is_refused(house, sees):
    session = sees(house.officer, [Permission.KEEP_COURSES])
    session.add(_course(house.other))
    with pytest.raises(NotAllowed):
        session.flush()


def test_a_row_for_ones_own_unit_is_taken(house, sees):
    session = sees(house.officer, [Permission.KEEP_COURSES])
    session.add(_course(house.county))
    session.flush()


def test_a_row_cannot_be_moved_to_a_stranger(house, sees):
    session = sees(house.officer, [Permission.KEEP_COURSES])
    course = session.scalars(select(Course).where(Course.org_id == house.county.id)).one()
    course.org_id = house.other.id
    with pytest.raises(NotAllowed):
        session.flush()


def test_a_row_of_a_superior_that_is_seen_cannot_be_changed_by_a_cadre(house, sees):
    """Content that flows down is read below, never written there."""
    session = sees(house.mine, [Permission.LEARN])
    course = session.scalars(select(Course).where(Course.org_id == house.city.id)).one()
    course.title = "改"
    with pytest.raises(NotAllowed):
        session.flush()


def test_a_part_of_a_strangers_whole_is_refused(house, sees, make):
    other = next(course for course in make.all(Course) if course.org_id == house.other.id)
    session = sees(house.officer, [Permission.KEEP_COURSES])
    lesson = Lesson(course_id=other.id, number=9, title="x", minutes=1, hours=Decimal(1))
    session.add(lesson)
    with pytest.raises(NotAllowed):
        session.flush()


def _hours(person, org):
    return HourEntry(
        person_id=person.id,
        org_id=org.id,
        kind=HourKind.ONLINE,
        hundredths=200,
        earned_on=date(2026, 1, 1),
        rule="lesson",
        recorded_at=_NOW,
    )


def test_a_cadre_cannot_give_himself_hours(house, sees):
    session = sees(house.mine, [Permission.LEARN])
    session.add(_hours(house.mine, house.county))
    with pytest.raises(NotAllowed):
        session.flush()


def test_the_house_gives_hours_to_the_person_of_the_request_and_to_no_other(app, house):
    with app.app_context():
        db.session.info["scope"] = scope_for(house.mine.id, [Permission.LEARN], _NOW)
        with the_house_writes():
            db.session.add(_hours(house.mine, house.county))
        with pytest.raises(NotAllowed), the_house_writes():
            db.session.add(_hours(house.strange, house.other))
        db.session.rollback()


@pytest.fixture
def reads(house, make):
    """reads((person, unit), …) → rows that say that each has read a lesson."""
    course = next(one for one in make.all(Course) if one.org_id == house.county.id)
    lesson = make.keep(
        Lesson(course_id=course.id, number=1, title="一", minutes=1, hours=Decimal(1))
    )

    def rows(*pairs):
        return [
            {"person_id": p.id, "org_id": o.id, "lesson_id": lesson.id, "read_at": _NOW}
            for p, o in pairs
        ]

    return rows


def test_many_rows_pass_the_same_check_as_one(app, house, reads):
    with app.app_context():
        db.session.info["scope"] = scope_for(house.officer.id, KEEPS, _NOW)
        with pytest.raises(NotAllowed):
            add_rows(LessonRead, reads((house.mine, house.county), (house.strange, house.other)))
        add_rows(LessonRead, reads((house.mine, house.county)))
        assert len(db.session.scalars(select(LessonRead)).all()) == 1
        db.session.rollback()


def test_many_rows_of_a_cadre_are_of_the_cadre_alone(app, house, reads):
    with app.app_context():
        db.session.info["scope"] = scope_for(house.mine.id, [Permission.LEARN], _NOW)
        with pytest.raises(NotAllowed):
            add_rows(LessonRead, reads((house.mine, house.county), (house.strange, house.other)))
        add_rows(LessonRead, reads((house.mine, house.county)))
        assert len(db.session.scalars(select(LessonRead)).all()) == 1
        db.session.rollback()


def test_rows_that_name_other_columns_go_in_together(app, house):
    since = {"post": Post.VCM, "from_on": date(2021, 3, 1), "recorded_at": _NOW}
    plain = {"person_id": house.mine.id, "org_id": house.county.id, **since}
    ranked = {**plain, "post": Post.VPS, "rank": "副科级"}
    with app.app_context():
        db.session.info["scope"] = scope_for(house.officer.id, KEEPS, _NOW)
        with pytest.raises(NotAllowed):
            add_rows(Posting, [ranked, {**plain, "org_id": house.other.id}])
        add_rows(Posting, [ranked, plain])
        begun = select(Posting.post, Posting.rank).where(Posting.from_on == date(2021, 3, 1))
        assert set(db.session.execute(begun)) >= {(Post.VPS, "副科级"), (Post.VCM, None)}
        db.session.rollback()


def test_many_changes_pass_the_same_check_as_one(app, house, make):
    mine, strange = (
        next(one for one in make.all(Posting) if one.person_id == person.id)
        for person in (house.mine, house.strange)
    )
    with app.app_context():
        db.session.info["scope"] = scope_for(house.officer.id, KEEPS, _NOW)
        both = [{"id": one.id, "rank": "副科级"} for one in (mine, strange)]
        with pytest.raises(NotAllowed):
            change_rows(Posting, both)
        with pytest.raises(NotAllowed):
            change_rows(Posting, [{"id": mine.id, "org_id": house.county.id}])
        change_rows(Posting, both[:1])
        ranks = select(Posting.person_id).where(Posting.rank == "副科级")
        assert db.session.scalars(ranks).all() == [house.mine.id]
        db.session.rollback()


def test_no_scope_no_answer(app, house):
    with app.app_context(), pytest.raises(NotAllowed):
        db.session.scalars(select(Posting.id))
