"""小测: four fields make a link; who scans it sits at once; its maker sees sums, and no name."""

from datetime import timedelta

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Pool, Right, State
from lms.exams.models import Assessment, Attempt, Candidate, NamedOfficer
from lms.orgs.rules import UnitKind
from lms.papers.models import Paper, PaperSlot
from lms.people.rules import Post
from lms.training import quizzing
from tests.exams.build import BLANK, MULTIPLE, SHORT, SINGLE, TRUE_FALSE, question
from tests.exams.sitter import Sitter
from tests.training import builders as build

KINDS = {"single": SINGLE, "multiple": MULTIPLE, "true_false": TRUE_FALSE, "blank": BLANK}


class School:
    """A county whose teacher may look into a bank of practice questions; a township with cadres."""

    def __init__(self, make, city):
        self.make, self.city = make, city
        self.bank = make.bank(city.county, title="自编题库")
        self.teacher = make.officer(city.county, Role.TRAINER, name="张老师")
        for kind, body in KINDS.items():
            self.add(kind, body)
        self.wang = make.person(city.upper, name="王书记")
        make.posting(self.wang, city.upper, Post.VCD)
        self.li = make.person(city.lower, Post.VCD, name="李主任")

    def add(self, kind="single", body=SINGLE, **facts):
        text = question(f"n-{self.make.next()}", kind, body)
        return self.make.question(
            self.bank, text=text.replace("{", "{{").replace("}", "}}"), **facts
        )

    def fields(self, **other):
        ends = self.make.clock() + timedelta(days=3)
        return {
            "bank": self.bank.id,
            "questions": 3,
            "unit": self.city.township.id,
            "posts": ["VPS", "VCD"],
            "closes_at": f"{ends:%Y-%m-%dT23:59}",
            **other,
        }


@pytest.fixture
def school(make, city):
    return School(make, city)


@pytest.fixture
def teacher(school, sign_in):
    return sign_in(school.teacher)


@pytest.fixture
def made(school, teacher, make):
    answer = teacher.post("/training/quizzes/new", school.fields())
    assert answer.status_code == 303, answer.text
    make.session.commit()
    return make.all(Assessment)[0]


def link(quiz) -> str:
    return f"/exams/quizzes/{quiz.id}"


def begun(web, clock, quiz) -> Sitter:
    """Whoever follows the link: the page begins by itself, as its script does."""
    assert "开始做题" in web.get(link(quiz)).text
    sitting = web.post(f"{link(quiz)}/attempts", {}).location
    return Sitter(web, clock, attempt_id=int(sitting.rsplit("/", 1)[1])).open()


def test_four_fields_give_a_link_a_code_and_words_for_the_group(school, teacher, made, make):
    page = teacher.get(f"/training/quizzes/{made.id}").text
    assert f"http://localhost{link(made)}" in page
    assert "<svg" in page and "自编题库" in page and "共 3 题，11月26日 23:59 前做完" in page
    picture = teacher.get(f"/training/quizzes/{made.id}/code.png")
    assert picture.data.startswith(b"\x89PNG")
    assert {one.person_id for one in make.all(Candidate)} == {school.wang.id, school.li.id}
    assert make.all(NamedOfficer) == []
    assert "set quiz" in {one.act for one in make.all(AuditEntry)}


def test_the_form_says_how_many_questions_and_how_many_persons_there_are(school, teacher):
    address = f"/training/quizzes/new?unit={school.city.township.id}&bank={school.bank.id}"
    page = teacher.get(f"{address}&posts=VPS").text
    assert "自编题库（可出 4 题）" in page and "现在有 1 人" in page
    assert "现在有 2 人" in teacher.get(address).text


def test_nothing_is_drawn_but_final_questions_of_open_pools_that_a_machine_marks(
    school, teacher, make, city
):
    school.add(pool=Pool.EXAM)
    school.add(state=State.IN_REVIEW)
    school.add("short", SHORT)
    school.make.edition("旧法", to_on=make.clock().date())
    assert "可出 4 题" in teacher.get("/training/quizzes/new").text
    teacher.post("/training/quizzes/new", school.fields(questions=4))
    drawn = {slot.version_id for slot in make.all(PaperSlot)}
    entries = {one.id: one for one in make.all(Question)}
    versions = [one for one in make.all(QuestionVersion) if one.id in drawn]
    assert len(versions) == 4
    assert {entries[one.question_id].pool for one in versions} == {Pool.PRACTICE}


def test_what_nobody_could_sit_is_refused_beside_its_field(school, teacher, make):
    more = teacher.post("/training/quizzes/new", school.fields(questions=5))
    assert more.status_code == 422 and "只有 4 道" in more.text
    empty = make.bank(school.city.county, code="a-bank", title="空题库")
    none = teacher.post("/training/quizzes/new", school.fields(bank=empty.id)).text
    assert "请换一个题库" in none and none.index("自编题库（可出 4") < none.index("空题库（可出 0")
    nobody = teacher.post("/training/quizzes/new", school.fields(posts=["TECH"]))
    assert nobody.status_code == 422 and "没有人担任所选职务" in nobody.text
    nowhere = teacher.post("/training/quizzes/new", school.fields(unit=0))
    assert nowhere.status_code == 422 and "请选择单位" in nowhere.text
    past = teacher.post("/training/quizzes/new", school.fields(closes_at="2026-11-01T09:00"))
    assert past.status_code == 422 and "已经过去" in past.text
    assert make.all(Assessment) == make.all(Paper) == make.all(Candidate) == []


def test_another_countys_unit_and_a_bank_that_was_not_lent_are_no_choice(school, teacher, make):
    far = teacher.post("/training/quizzes/new", school.fields(unit=school.city.other.id))
    theirs = make.bank(school.city.other)
    foreign = teacher.post("/training/quizzes/new", school.fields(bank=theirs.id))
    assert (far.status_code, foreign.status_code) == (422, 422)
    assert make.all(Assessment) == []


def test_a_township_officer_asks_from_a_bank_lent_to_look_at(school, sign_in, make, city):
    officer = make.officer(city.township, Role.TOWNSHIP_OFFICER, name="组织委员")
    make.named(school.bank, Right.PRACTISE, org=city.township)
    answer = sign_in(officer).post("/training/quizzes/new", school.fields())
    assert answer.status_code == 303
    assert make.all(Assessment)[0].made_by == officer.id


def test_who_follows_the_link_and_signs_in_is_brought_back_to_it(made, client):
    answer = client.get(link(made))
    assert answer.status_code == 401 or "sign-in" in answer.location
    assert link(made) in answer.text or link(made) in (answer.location or "").replace("%2F", "/")


def test_a_cadre_sits_at_once_without_a_clock_and_then_sees_keys_and_explanations(
    school, made, sign_in, clock
):
    attempt_id = begun(sign_in(school.wang), clock, made).attempt_id
    clock.time += timedelta(days=2)
    web = sign_in(school.wang)
    sitter = Sitter(web, clock, attempt_id=attempt_id)
    page = web.get(sitter.url).text
    assert "11月26日 23:59 前" in page.replace("2026年", "")
    assert web.get(link(made)).location == sitter.url
    sitter.submit()
    result = sitter.result().text
    assert "题对，共 3 题" in result and 'class="right"' in result and "没有作答" in result
    assert "合格线" not in result
    assert web.get(link(made)).location == f"{sitter.url}/result"


def test_it_stands_on_the_first_page_while_it_is_open_and_done_when_sat(
    school, made, sign_in, clock
):
    web = sign_in(school.wang)
    assert "小测 3 题，不计时" in web.get("/").text
    assert web.get(f"/exams/assessments/{made.id}/before").location == link(made)
    begun(web, clock, made).submit()
    page = web.get("/").text
    assert "去做小测" not in page and "已完成" in page
    assert "已做" in web.get("/exams/").text
    clock.time += timedelta(days=4)
    assert "自编题库" not in web.get("/").text


def test_who_is_late_or_not_meant_is_told_in_a_sentence(school, made, sign_in, clock, make, city):
    stranger = sign_in(make.person(make.unit("丙村", under=city.other, kind=UnitKind.VILLAGE)))
    answer = stranger.get(link(made))
    assert answer.status_code == 404 and "不在参加范围内" in answer.text
    other = sign_in(make.person(city.upper, Post.VPM, name="委员"))
    assert "不在参加范围内" in other.get(link(made)).text
    assert other.post(f"{link(made)}/attempts", {}).status_code == 404
    clock.time += timedelta(days=4)
    late = sign_in(school.wang)
    assert "截止，不能再做" in late.get(link(made)).text
    assert late.post(f"{link(made)}/attempts", {}).status_code == 409


def test_who_is_posted_after_it_was_made_may_sit_it_too(school, made, sign_in, clock, make, city):
    new = make.person(city.lower, Post.VPS, name="新书记")
    begun(sign_in(new), clock, made).submit()
    mine = [one for one in make.all(Candidate) if one.person_id == new.id]
    assert [(one.org_id, one.attempts_begun) for one in mine] == [(city.lower.id, 1)]


def test_its_maker_is_led_from_the_link_to_the_page_about_it(made, teacher):
    assert teacher.get(link(made)).location == f"/training/quizzes/{made.id}"
    assert teacher.post(f"{link(made)}/attempts", {}).status_code == 403
    assert "0/2" in teacher.get("/training/quizzes").text


def test_its_maker_sees_how_many_by_unit_and_no_name_nor_mark(
    school, made, teacher, sign_in, clock, make, city
):
    for number in range(5):
        begun(sign_in(make.person(city.upper, name=f"村干部{number}")), clock, made).submit()
    page = teacher.get(f"/training/quizzes/{made.id}").text
    assert "上王村" in page and "5/7" in page
    assert "5 人中 0 人全对" in page
    assert "王书记" not in page and "村干部" not in page
    assert teacher.get(f"/exams/assessments/{made.id}/candidates").status_code == 403


def test_the_shares_wait_until_five_have_done_it(made, teacher, school, sign_in, clock):
    begun(sign_in(school.wang), clock, made).submit()
    page = teacher.get(f"/training/quizzes/{made.id}").text
    assert "做完的人到 5 个以后显示" in page and "全对" not in page


def test_nobody_is_named_for_a_quiz_so_nobody_sees_marks(made, city, sign_in):
    officer = sign_in(city.officer)
    answer = officer.post(f"/exams/assessments/{made.id}/officers", {"person_id": city.officer.id})
    assert answer.status_code == 409 and "小测不指定人员" in answer.text
    assert "小测，不计时" in officer.get(f"/exams/assessments/{made.id}").text


def test_the_page_of_a_quiz_is_its_makers_alone(made, sign_in, make, city):
    colleague = sign_in(make.officer(city.county, Role.TRAINER, name="同事"))
    assert colleague.get(f"/training/quizzes/{made.id}").status_code == 404
    assert colleague.get("/training/quizzes").text.count("自编题库") == 0


def test_it_counts_for_a_cohort_only_when_it_is_put_into_one(school, made, sign_in, clock, make):
    build.projects(make)
    cohort = build.cohort(make, school.city.county, assessments=[made], hours="0")
    build.enrolment(make, cohort, school.wang, Post.VPS)
    web = sign_in(school.wang)
    begun(web, clock, made).submit()
    assert "还差 1 次测评" in web.get("/").text.replace('<span class="n">', "").replace(
        "</span>", ""
    )


def test_an_open_quiz_keeps_no_officers_session_open(school, made, sign_in, clock, make):
    make.role(school.wang, Role.TOWNSHIP_OFFICER, school.city.township)
    web = sign_in(school.wang)
    begun(web, clock, made)
    assert make.all(Attempt)[0].submitted_at is None
    clock.time += timedelta(hours=9)
    assert web.get("/desk").status_code == 401


def test_what_was_drawn_for_a_quiz_is_no_paper_on_the_shelf(made, teacher):
    assert "小测" not in teacher.get("/papers/").text.split("<main")[1]


def test_thousands_are_listed_by_the_worker(school, teacher, make, monkeypatch, work):
    monkeypatch.setattr(quizzing, "BATCH", 1)
    teacher.post("/training/quizzes/new", school.fields())
    make.session.commit()
    assert len(make.all(Candidate)) == 1
    work()
    make.session.commit()
    assert {one.person_id for one in make.all(Candidate)} == {school.wang.id, school.li.id}
