"""免训 leaves 应训 for its days, 缓训 stays in; asked below, approved above, and taken back."""

from datetime import date, timedelta

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.db import db
from lms.people.rules import Post
from lms.training import changes, fixing
from lms.training.completion import completion, listed_posts
from lms.training.models import Cohort, Enrolment, Relief, ReliefStep
from lms.training.rules import Coming, ReliefKind, ReliefReason, ReliefState, Standing, standing
from tests.training import builders as build

FIRST, LAST = date(2026, 11, 20), date(2026, 11, 29)


@pytest.fixture
def cohort(make, city):
    return build.cohort(make, city.county)


@pytest.fixture
def wang(make, city, cohort):
    person = make.person(city.upper, name="王建国")
    return build.enrolment(make, cohort, person, Post.VPS, came_by=Coming.INITIAL)


@pytest.fixture
def township(make, city):
    return make.officer(city.township, Role.TOWNSHIP_OFFICER, name="周八")


def asking(*enrolments, act="ask", **changes):
    return {
        "act": act,
        "enrolments": [one.id for one in enrolments],
        "kind": "exempt",
        "reason": "ill",
        "from_on": str(FIRST),
        "last_on": str(LAST),
        **changes,
    }


def url(cohort):
    return f"/training/cohorts/{cohort.id}/reliefs/new"


def required(app, day):
    with app.app_context(), seeing_everything():
        query = completion(day).subquery()
        posts = db.session.execute(listed_posts(day)).all()
        found = db.session.execute(db.select(query.c.enrolment_id)).scalars().all()
        assert len(posts) == len(found)
        return len(found)


def given(make, enrolment, kind=ReliefKind.EXEMPT, approved=True, back=None) -> Relief:
    made = make.keep(
        Relief(
            enrolment_id=enrolment.id,
            cohort_id=enrolment.cohort_id,
            person_id=enrolment.person_id,
            org_id=enrolment.org_id,
            kind=kind,
            reason=ReliefReason.ILL,
            from_on=FIRST,
            to_on=LAST + timedelta(days=1),
            recorded_at=make.clock(),
        )
    )
    steps = [(ReliefState.APPROVED, FIRST)] * approved
    steps += [(ReliefState.TAKEN_BACK, back)] * bool(back)
    for state, on in steps:
        step = ReliefStep(
            relief_id=made.id, state=state, on=on, originals_seen=True, recorded_at=make.clock()
        )
        make.keep(step)
    return made


@pytest.mark.parametrize(
    ("facts", "on_days"),
    [
        ({}, [1, 0, 0, 0, 1]),
        ({"approved": False}, [1, 1, 1, 1, 1]),
        ({"kind": ReliefKind.DEFERRED}, [1, 1, 1, 1, 1]),
        ({"back": FIRST + timedelta(days=3)}, [1, 0, 1, 1, 1]),
        ({"back": FIRST}, [1, 1, 1, 1, 1]),
    ],
)
def test_an_approved_exemption_leaves_the_list_for_its_days_alone(
    make, app, cohort, wang, facts, on_days
):
    given(make, wang, **facts)
    days = [-1, 0, 3, 9, 10]
    assert [required(app, FIRST + timedelta(days=n)) for n in days] == on_days


def test_the_table_of_changes_tells_the_same(make, app, city, cohort, wang):
    cohort.fixed_at = make.clock() - timedelta(days=20)
    make.keep(cohort)
    given(make, wang, back=FIRST + timedelta(days=3))
    with app.app_context(), seeing_everything():
        found = db.session.get(Cohort, cohort.id)
        county = db.session.get(type(city.county), city.county.id)
        for day in range(20, 30):
            until = date(2026, 11, day)
            table = changes.table(found, county, changes.period(found, None, until))
            assert table.total.start == 1
            assert table.total.end == required(app, until)


def test_a_township_asks_and_the_county_approves_several_at_once(
    make, app, city, cohort, wang, township, sign_in
):
    other = build.enrolment(make, cohort, make.person(city.lower, name="李二"), Post.VPS)
    browser = sign_in(township)
    assert browser.post(url(cohort), asking(wang, other)).status_code == 303
    assert required(app, FIRST) == 2  # nothing is given by asking
    assert [row.asked_by for row in make.all(Relief)] == [township.id] * 2
    ids = [row.id for row in make.all(Relief)]
    decision = {"act": "approve", "reliefs": ids, "originals_seen": "1"}
    assert browser.post("/training/reliefs", decision).status_code == 403
    county = sign_in(city.officer)
    page = county.get("/training/reliefs").text
    assert "王建国" in page and "周八" in page
    assert county.post("/training/reliefs", decision | {"originals_seen": ""}).status_code == 422
    assert county.post("/training/reliefs", decision).status_code == 302
    assert required(app, FIRST) == 0
    steps = [(row.state, row.originals_seen, row.recorded_by) for row in make.all(ReliefStep)]
    assert steps == [(ReliefState.APPROVED, True, city.officer.id)] * 2
    assert [row.act for row in make.all(AuditEntry)].count("approve relief") == 2
    assert county.post("/training/reliefs", decision).status_code == 409


def test_what_is_refused_says_why(make, app, city, cohort, wang, township, sign_in):
    browser = sign_in(township)
    browser.post(url(cohort), asking(wang))
    one = make.all(Relief)[0].id
    county = sign_in(city.officer)
    assert county.post("/training/reliefs", {"act": "refuse", "reliefs": [one]}).status_code == 422
    county.post("/training/reliefs", {"act": "refuse", "reliefs": [one], "why": "没有原件"})
    assert "没有原件" in browser.get(f"/training/reliefs/{one}").text
    assert required(app, FIRST) == 1
    assert browser.post(url(cohort), asking(wang)).status_code == 303  # may be asked again


def test_a_county_gives_at_once_and_takes_back_from_a_day_on(
    make, app, city, cohort, wang, sign_in
):
    county = sign_in(city.officer)
    page = county.post(url(cohort), asking(wang, act="approve"))
    assert (page.status_code, make.all(Relief)) == (
        422,
        [],
    )  # without 已核验原件 nothing is half done
    county.post(url(cohort), asking(wang, act="approve", originals_seen="1"))
    one = make.all(Relief)[0].id
    back = {"on": "2026-11-23", "why": "提前康复"}
    assert county.post(f"/training/reliefs/{one}", back | {"on": "2026-12-24"}).status_code == 422
    county.post(f"/training/reliefs/{one}", back)
    assert (required(app, date(2026, 11, 22)), required(app, date(2026, 11, 23))) == (0, 1)
    assert county.post(f"/training/reliefs/{one}", back).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"reason": "work"}, 422),
        ({"last_on": "2026-11-19"}, 422),
        ({"last_on": "2036-11-19"}, 422),
        ({"enrolments": []}, 422),
        ({"enrolments": [999]}, 422),
        ({"kind": "deferred", "reason": "other"}, 422),
        ({"kind": "deferred", "reason": "work"}, 303),
    ],
)
def test_what_cannot_be_asked_is_refused(make, cohort, wang, township, sign_in, wrong, status):
    answer = sign_in(township).post(url(cohort), asking(wang) | wrong)
    assert answer.status_code == status
    assert len(make.all(Relief)) == (status == 303)


def test_the_same_days_are_not_given_twice(make, cohort, wang, township, sign_in):
    given(make, wang, kind=ReliefKind.DEFERRED)
    assert sign_in(township).post(url(cohort), asking(wang)).status_code == 422
    later = asking(wang, from_on="2026-11-30", last_on="2026-12-01")
    assert sign_in(township).post(url(cohort), later).status_code == 303


def test_nobody_approves_for_himself(make, city, cohort, sign_in):
    self = build.enrolment(make, cohort, city.officer, Post.LEADER)
    own = asking(self, act="approve", originals_seen="1")
    answer = sign_in(city.officer).post(url(cohort), own)
    assert answer.status_code == 422 and "不能批准本人" in answer.text
    assert make.all(Relief) == []


def test_a_neighbouring_township_asks_for_nobody_here(make, city, cohort, wang, sign_in):
    stranger = make.officer(make.unit("蒲掌乡", under=city.county), Role.TOWNSHIP_OFFICER)
    browser = sign_in(stranger)
    assert "王建国" not in browser.get(url(cohort)).text
    assert browser.post(url(cohort), asking(wang)).status_code == 422
    assert make.all(Relief) == []


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], Standing.WAITING),
        ([(ReliefState.TAKEN_BACK, FIRST)], Standing.TAKEN_BACK),
        ([(ReliefState.REFUSED, FIRST)], Standing.REFUSED),
        ([(ReliefState.APPROVED, FIRST)], Standing.HOLDS),
        ([(ReliefState.APPROVED, FIRST), (ReliefState.TAKEN_BACK, LAST)], Standing.HOLDS),
        ([(ReliefState.APPROVED, FIRST), (ReliefState.TAKEN_BACK, FIRST)], Standing.TAKEN_BACK),
    ],
)
def test_how_a_relief_stands_follows_from_its_steps(steps, expected):
    assert standing(steps, FIRST, LAST, FIRST + timedelta(days=1)) is expected


def test_before_and_after_its_days_it_does_not_hold():
    approved = [(ReliefState.APPROVED, FIRST)]
    assert standing(approved, FIRST, LAST, FIRST - timedelta(days=1)) is Standing.TO_COME
    assert standing(approved, FIRST, LAST, LAST) is Standing.OVER


def test_who_is_exempted_when_the_list_is_fixed_comes_back_as_a_move(make, app, city, cohort, wang):
    given(make, wang)
    with app.app_context(), seeing_everything():
        fixing.fix_list(db.session.get(Cohort, cohort.id), make.clock(), None)
        db.session.commit()
    with app.app_context(), seeing_everything():
        found = db.session.get(Cohort, cohort.id)
        county = db.session.get(type(city.county), city.county.id)
        total = changes.table(found, county, changes.period(found, None, date(2026, 12, 1))).total
        assert (total.start, total.gained, total.end) == (0, 1, 1)
    assert make.all(Enrolment)[0].came_by is Coming.INITIAL
