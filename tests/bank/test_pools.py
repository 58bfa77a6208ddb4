"""The examination pool is seen by its writer, its reviewers and those who make papers of it."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from lms.access.permissions import Permission, Role
from lms.audit.models import AuditEntry
from lms.bank.models import BankNamed, Question, QuestionVersion, VersionSource
from lms.bank.rules import Pool, Right
from lms.bank.twins import twins_of
from lms.db import db
from lms.errors import NotAllowed
from lms.gate import scope_for

SEES = [Permission.SEE_BANK]
SECRET = "考试库里的秘密题目应当怎样答？"


class Shelf:
    """A bank of a city with a question for practice and one for examinations."""

    def __init__(self, make):
        self.make = make
        self.city = make.unit("某市")
        self.bank = make.bank(self.city)
        self.writer = make.officer(self.city, Role.TRAINER, name="写题人")
        self.open = make.question(self.bank, stem="村民会议由谁召集？")
        self.exam = make.question(self.bank, pool=Pool.EXAM, stem=SECRET, by=self.writer)
        self.guest = make.officer(make.unit("他县"), Role.TRAINER, name="别的教师")

    def end(self, *rights):
        for one in self.make.all(BankNamed):
            if one.right in rights and one.ended_at is None:
                one.ended_at = self.make.clock()
        self.make.session.commit()


@pytest.fixture
def shelf(make):
    return Shelf(make)


@pytest.fixture
def sees(app, clock):
    """sees(person) → a session that sees as far as that person."""
    opened = []

    def as_(person, permissions=SEES):
        scope = db.session.info["scope"] = scope_for(person.id, permissions, clock())
        opened.append(Session(db.engine, info={"scope": scope}))
        return opened[-1]

    with app.app_context():
        yield as_
        for session in opened:
            session.close()


SHAPES = {
    "rows": lambda: select(Question.id),
    "alias": lambda: select(aliased(Question).id),
    "versions": lambda: select(QuestionVersion.id),
    "versions by alias": lambda: select(aliased(QuestionVersion).id),
    "sources": lambda: select(VersionSource.id),
    "subquery": lambda: select(select(QuestionVersion.id).subquery().c.id),
    "join": lambda: select(QuestionVersion.id).join(
        Question, QuestionVersion.question_id == Question.id
    ),
    "twice": lambda: (
        select(QuestionVersion.id)
        .join(Question, QuestionVersion.question_id == Question.id)
        .where(Question.id.in_(select(QuestionVersion.question_id)))
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_who_may_only_look_sees_every_shape_of_query_without_the_examination_pool(
    shelf, sees, make, shape
):
    make.named(shelf.bank, Right.PRACTISE, person=shelf.guest)
    assert len(sees(shelf.guest).scalars(SHAPES[shape]()).all()) == 1
    assert len(sees(shelf.writer).scalars(SHAPES[shape]()).all()) == 2


def test_a_writer_sees_his_own_of_the_examination_pool_and_nobody_elses(shelf, sees, make):
    shelf.end(Right.MAKE_PAPERS, Right.REVIEW)
    other = make.officer(shelf.city, Role.TRAINER, name="同事")
    count = select(func.count()).select_from(Question)
    assert sees(shelf.writer).scalar(count) == 2
    assert sees(other).scalar(count) == 1


def test_a_unit_named_to_review_is_named_for_its_reviewers_alone(shelf, sees, make):
    shelf.end(Right.MAKE_PAPERS)
    colleague = make.officer(shelf.city, Role.TRAINER, name="同事")
    reviewer = make.officer(shelf.city, Role.REVIEWER, name="审题人")
    count = select(func.count()).select_from(Question)
    assert sees(colleague).scalar(count) == 1
    assert sees(reviewer).scalar(count) == 2


def test_a_right_that_has_ended_opens_nothing(shelf, sees):
    shelf.end(*Right)
    assert sees(shelf.writer).scalars(select(Question.id)).all() == []


def test_a_bank_that_is_lent_to_be_read_is_not_written(shelf, sees, make):
    make.named(shelf.bank, Right.PRACTISE, person=shelf.guest)
    session = sees(shelf.guest, [Permission.SEE_BANK, Permission.KEEP_BANK])
    lent = session.scalars(select(Question)).one()
    assert session.execute(update(Question).values(pool=Pool.PRACTICE)).rowcount == 0
    lent.pool = Pool.OPEN
    with pytest.raises(NotAllowed):
        session.flush()
    session.rollback()
    session.add(
        Question(
            bank_id=shelf.bank.id,
            code="x",
            pool=Pool.OPEN,
            state=lent.state,
            latest=1,
            made_at=make.clock(),
        )
    )
    with pytest.raises(NotAllowed):
        session.flush()


def test_list_search_count_and_address_tell_nothing_of_it(shelf, make, sign_in):
    make.named(shelf.bank, Right.PRACTISE, person=shelf.guest)
    browser, page = sign_in(shelf.guest), f"/banks/{shelf.bank.id}"
    version = shelf.exam.versions[0].id
    for address in (page, "/banks/questions", f"{page}?words=秘密", f"{page}?pool=exam"):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert SECRET[:6] not in answer.text
    assert "共 1 条" in browser.get(page).text
    assert browser.get(f"/banks/versions/{version}").status_code == 404
    assert SECRET[:6] in sign_in(shelf.writer).get(f"{page}?words=秘密").text


def test_a_twin_tells_nothing_of_it(shelf, make, app, clock):
    make.named(shelf.bank, Right.PRACTISE, person=shelf.guest)
    from lms.bank.files import read_draft

    asked = read_draft(shelf.exam.versions[0].text)
    with app.app_context():
        for person, many in ((shelf.writer, 1), (shelf.guest, 0)):
            db.session.info["scope"] = scope_for(person.id, SEES, clock())
            assert len(twins_of([asked])[0]) == many
            assert len(twins_of([asked] * 11)[0]) == many
        db.session.rollback()


def test_a_paper_of_another_bank_that_asks_it_opens_to_nobody_of_that_bank_alone(
    shelf, make, sign_in
):
    """Made by somebody who makes papers of both; its guest makes papers of one."""
    county = make.unit("某县", shelf.city)
    guest = make.officer(county, Role.TRAINER, name="县里的教师")
    asked = [make.question(bank := make.bank(county), pool=Pool.EXAM), shelf.exam]
    paper = make.paper(bank, [one.versions[-1] for one in asked])
    for address in ("papers/{}", "papers/{}/print", "exams/papers/{}/trial"):
        page = sign_in(guest).get("/" + address.format(paper.id))
        assert page.status_code == 403, address
        assert "有 1 题出自没有向您开放的题库" in page.text and SECRET not in page.text
    tried = sign_in(guest).post(f"/exams/papers/{paper.id}/trial", {"s2": "A"})
    assert tried.status_code == 403 and SECRET not in tried.text
    both = make.officer(shelf.city, Role.TRAINER, name="两库的教师")
    make.named(bank, Right.MAKE_PAPERS, person=both)
    assert SECRET in sign_in(both).get(f"/papers/{paper.id}").text


def test_a_list_that_shows_it_is_logged_as_a_look(shelf, make, sign_in):
    sign_in(shelf.writer).get(f"/banks/{shelf.bank.id}?words=秘密")
    look = next(one for one in make.all(AuditEntry) if one.act.startswith("look at"))
    assert look.facts["codes"] == [shelf.exam.code]


def test_the_banks_one_is_named_on_are_asked_for_once_a_request(shelf, sign_in, statements):
    browser = sign_in(shelf.writer)
    with statements() as seen:
        browser.get(f"/banks/{shelf.bank.id}")
    assert sum("bank_named" in one for one in seen) == 1
