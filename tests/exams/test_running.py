"""Those who run an assessment: what they set, whom they list, what they see and what not."""

from datetime import timedelta

import pytest

from lms.access.permissions import Permission, Role
from lms.audit.models import AuditEntry
from lms.db import db
from lms.errors import NotAllowed
from lms.exams import services, sits
from lms.exams.models import Assessment, Attempt, Candidate, Mark, NamedOfficer, Result, Verdict
from lms.exams.rules import Standing
from lms.gate import scope_for
from lms.jobs.worker import do_due
from lms.orgs.rules import UnitKind
from lms.web.transaction import finish
from tests.exams.build import FOUR, RIGHT, SHORT, question

NEW = "/exams/assessments/new"


def form(paper, org, **changes):
    return {
        "org_id": org.id,
        "title": "上岗测评",
        "release": paper.id,
        "opens_at": "2026-11-24T09:00",
        "closes_at": "2026-12-05T18:00",
        "minutes": "",
        "attempts": "2",
        "pass_mark": "70",
        "shuffled": "y",
        "confirmed": "y",
        **changes,
    }


def test_an_officer_sets_a_paper_whose_questions_she_never_sees(hall, sign_in, make):
    release = hall.release()
    web = sign_in(hall.officer)
    page = web.get(NEW).get_data(as_text=True)
    assert "试卷甲（4 题，60 分钟）" in page and "村民会议" not in page
    answer = web.post(NEW, form(release, hall.county))
    assert answer.status_code == 303
    (made,) = make.all(Assessment)
    assert (made.questions, made.points, made.minutes, made.pass_mark) == (4, 8, 60, 70)
    assert made.opens_at.isoformat() == "2026-11-24T01:00:00+00:00"
    assert [row.person_id for row in make.all(NamedOfficer)] == [hall.officer.id]
    assert {"set assessment", "name officer"} <= {row.act for row in make.all(AuditEntry)}
    page = web.get(answer.location).get_data(as_text=True)
    assert "村民会议" not in page and "还没有应考人员" in page


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"confirmed": ""}, "请确认是培训测评"),
        ({"closes_at": "2026-11-24T08:00"}, "结束时间要晚于开始时间"),
        ({"opens_at": "2026-11-20T09:00", "closes_at": "2026-11-21T09:00"}, "已经过去"),
        ({"closes_at": "2026-11-24T09:30"}, "开放时间短于考试时长 60 分钟"),
        ({"title": ""}, "上岗"),
        ({"pass_mark": "0"}, "error"),
        ({"release": "9999"}, "error"),
        ({"opens_at": "明天"}, "error"),
    ],
)
def test_what_cannot_be_set_is_said_beside_what_was_typed(hall, sign_in, make, changes, why):
    sent = form(hall.release(), hall.county, **changes)
    answer = sign_in(hall.officer).post(NEW, sent)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and (why in text or sent["title"] == "")
    assert sent["title"] in text and make.all(Assessment) == []


def test_a_paper_that_a_person_must_mark_is_set_as_well(hall, sign_in, make):
    release = hall.release(hall.paper([question("q-9", "short", SHORT)]))
    assert sign_in(hall.officer).post(NEW, form(release, hall.county)).status_code == 303
    assert [one.questions for one in make.all(Assessment)] == [1]


def test_nothing_is_set_for_another_county(hall, sign_in, make):
    other = make.unit("乙县")
    answer = sign_in(hall.officer).post(NEW, form(hall.release(), other))
    assert answer.status_code == 422 and make.all(Assessment) == []


def test_without_a_released_paper_the_page_says_how_to_begin(hall, sign_in):
    assert "还没有可用的试卷" in sign_in(hall.officer).get(NEW).get_data(as_text=True)


# ── the list ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def acting(app, clock):
    """acting(officer) → inside, the session sees as far as that officer who runs training."""

    def enter(officer):
        db.session.info["scope"] = scope_for(officer.id, [Permission.RUN_TRAINING], clock())

    with app.app_context():
        yield enter
        db.session.rollback()


def test_who_is_listed_already_stays_as_listed(hall, acting, clock, make):
    first, second = hall.cadre("王一"), hall.cadre("王二")
    assessment = hall.assessment(first)
    acting(hall.officer)
    persons = [(first.id, hall.county.id), (second.id, hall.village.id)]
    assert services.list_candidates([assessment.id], persons, clock()) == 1
    assert services.list_candidates([assessment.id], persons, clock()) == 0
    finish()
    listed = {row.person_id: row.org_id for row in make.all(Candidate)}
    assert listed == {first.id: hall.village.id, second.id: hall.village.id}


def test_nobody_is_listed_under_a_strangers_unit(hall, acting, clock, make):
    stranger = hall.cadre("赵一", org=make.unit("乙县"))
    assessment = hall.assessment()
    acting(hall.officer)
    with pytest.raises(NotAllowed):
        services.list_candidates([assessment.id], [(stranger.id, stranger.org_id)], clock())


# ── what is seen ────────────────────────────────────────────────────────────────────────────────


class City:
    """A city's assessment that cadres of two counties sat."""

    def __init__(self, hall, make, sit):
        self.city = make.unit("某市", kind=UnitKind.CITY)
        self.east = make.unit("东县", under=self.city)
        self.west = make.unit("西县", under=self.city)
        self.head = make.officer(self.city, Role.CITY_OFFICER, name="钱主任")
        self.officer = make.officer(self.east)
        self.good, self.bad, self.idle = (
            hall.cadre(n, self.east) for n in ("王一", "王二", "王三")
        )
        self.strange = hall.cadre("赵一", self.west)
        everyone = (self.good, self.bad, self.idle, self.strange)
        self.assessment = hall.assessment(*everyone, org=self.city, named=self.head)
        self.url = f"/exams/assessments/{self.assessment.id}"
        for person, slots in ((self.good, (1, 2, 3)), (self.bad, (1,)), (self.strange, ())):
            page = sit(person, self.assessment)
            for slot in slots:
                page.say(slot, *RIGHT[slot])
            page.submit()


@pytest.fixture
def city(hall, make, sit):
    return City(hall, make, sit)


def test_the_board_counts_by_unit_and_reaches_the_subtree_alone(city, sign_in):
    text = sign_in(city.head).get(city.url).get_data(as_text=True)
    assert "东县" in text and "西县" in text
    rows = [cell.split("<")[0] for cell in text.split('<td class="n">')[1:]]
    assert len(rows) >= 8
    text = sign_in(city.officer).get(city.url).get_data(as_text=True)
    assert "东县" in text and "西县" not in text


def test_names_come_with_a_verdict_and_never_with_a_mark(city, sign_in):
    text = sign_in(city.officer).get(f"{city.url}/candidates").get_data(as_text=True)
    assert all(name in text for name in ("王一", "王二", "王三")) and "赵一" not in text
    shown = text.split("<main")[1].replace("已出成绩", "")  # which is a state, and no mark
    assert "合格" in shown and "未开始" in shown and "成绩" not in shown
    failed = sign_in(city.officer).get(f"{city.url}/candidates?come=failed").get_data(as_text=True)
    assert "王二" in failed and "王一" not in failed


def test_an_officer_who_is_not_named_sees_no_attempt_and_no_mark(city, sign_in, make, app, clock):
    candidate = next(row for row in make.all(Candidate) if row.person_id == city.good.id)
    page = f"{city.url}/candidates/{candidate.id}"
    assert sign_in(city.officer).get(page).status_code == 403
    with app.app_context():
        db.session.info["scope"] = scope_for(city.officer.id, [Permission.RUN_EXAMS], clock())
        for table in (Attempt, Mark, Result):
            assert db.session.query(table).all() == []
        assert len(db.session.query(Verdict).all()) == 2
    text = sign_in(city.head).get(page).get_data(as_text=True)
    assert "6 分（满分 8 分）" in text
    assert [row.whom for row in make.all(AuditEntry) if row.act == "look at result"] == [
        f"candidate {candidate.id}"
    ]


def test_an_officer_below_names_nobody_for_the_citys_assessment(city, sign_in, make):
    answer = sign_in(city.officer).post(f"{city.url}/officers", {"person_id": city.officer.id})
    assert answer.status_code == 403
    (named,) = make.all(NamedOfficer)
    answer = sign_in(city.officer).post(f"{city.url}/officers/{named.id}/remove", {})
    assert answer.status_code in (403, 409) and len(make.all(NamedOfficer)) == 1


def test_the_city_names_a_second_officer_and_one_always_remains(city, sign_in, make):
    web = sign_in(city.head)
    assert web.post(f"{city.url}/officers", {"person_id": city.officer.id}).status_code == 303
    first, second = make.all(NamedOfficer)
    assert web.post(f"{city.url}/officers/{first.id}/remove", {}).status_code == 303
    assert web.post(f"{city.url}/officers/{second.id}/remove", {}).status_code == 409
    assert [row.id for row in make.all(NamedOfficer)] == [second.id]


def test_a_neighbours_assessment_does_not_exist(hall, city, sign_in, make):
    other = make.officer(make.unit("乙县"))
    web = sign_in(other)
    for url in (city.url, f"{city.url}/candidates", f"{city.url}/candidates/1"):
        assert web.get(url).status_code == 404
    assert web.post(f"{city.url}/officers", {"person_id": other.id}).status_code == 404


def test_a_cadre_enters_no_officers_page(hall, city, sign_in):
    web = sign_in(city.good)
    for url in ("/exams/assessments", NEW, city.url, f"{city.url}/candidates"):
        assert web.get(url).status_code == 403


def test_the_list_of_assessments_counts_everyone_once(city, sign_in):
    text = sign_in(city.officer).get("/exams/assessments").get_data(as_text=True)
    cells = [cell.split("<")[0] for cell in text.split('<td class="n">')[1:]]
    assert cells == ["3", "2", "2", "1"]


# ── the worker ──────────────────────────────────────────────────────────────────────────────────


def test_an_attempt_that_nobody_submits_is_ended_when_its_time_is_over(app, hall, sit, clock, make):
    cadre, other = hall.cadre("王一"), hall.cadre("王二")
    page = sit(cadre, hall.assessment(cadre, other))
    page.say(1, "B")
    clock.time += timedelta(minutes=30)
    sit(other, make.all(Assessment)[0])
    clock.time += timedelta(minutes=31, seconds=16)
    due = next(one for one in app.extensions["due things"] if "end" in one.name)
    for _ in range(2):
        do_due(app, due)
        clock.time += timedelta(seconds=11)
    assert len(make.all(Result)) == 1 and len(make.all(Mark)) == len(FOUR)
    (verdict,) = make.all(Verdict)
    ended = next(row for row in make.all(Attempt) if row.person_id == cadre.id)
    assert verdict.sat_at == ended.ends_at and verdict.recorded_at == ended.submitted_at


# ── for today and training ──────────────────────────────────────────────────────────────────────


def test_what_is_still_to_sit_is_known_in_one_statement(app, hall, sit, clock, statements):
    cadre = hall.cadre()
    soon = hall.assessment(cadre, title="在考", closes_at=clock() + timedelta(hours=5))
    hall.assessment(cadre, title="待考", opens_at=clock() + timedelta(hours=1))
    done = hall.assessment(cadre, title="合格了")
    hall.assessment(cadre, title="过期了", closes_at=clock() + timedelta(minutes=70))
    sit(cadre, soon)
    page = sit(cadre, done)
    for slot, answer in RIGHT.items():
        page.say(slot, *answer)
    page.submit()
    clock.time += timedelta(minutes=50)
    with app.app_context():
        db.session.info["scope"] = scope_for(cadre.id, [Permission.LEARN], clock())
        with statements() as asked:
            waiting = sits.open_for(cadre.id, clock())
        assert len(asked) == 1
        assert [(one.title, one.standing(clock())) for one in waiting] == [
            ("过期了", Standing.OPEN),
            ("在考", Standing.RUNNING),
            ("待考", Standing.COMING),
        ]
        later = clock() + timedelta(minutes=20)
        assert [one.title for one in sits.open_for(cadre.id, later)] == ["在考", "待考"]
        everything = {one.title: one.standing(later) for one in sits.all_for(cadre.id)}
        assert everything["过期了"] is Standing.MISSED and everything["合格了"] is Standing.PASSED
