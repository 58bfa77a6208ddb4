"""A bank is begun, shared for one right or another, handed over and put away."""

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.audit.models import AuditEntry
from lms.bank.models import Bank, BankNamed, Question
from lms.bank.rules import Pool, Right, State
from lms.bank.writing import add_questions
from lms.db import db
from lms.errors import Conflict
from lms.orgs.rules import UnitKind


class House:
    """A county with a bank and two teachers; a neighbour's teacher and reviewer."""

    def __init__(self, make):
        self.make = make
        self.city = make.unit("某市", kind=UnitKind.CITY)
        self.county = make.unit("甲县", under=self.city)
        self.bank = make.bank(self.county, title="甲县题库")
        self.keeper = make.officer(self.county, Role.TRAINER, name="张老师")
        self.colleague = make.officer(self.county, Role.TRAINER, name="李老师")
        self.other = make.unit("乙县", under=self.city)
        self.guest = make.officer(self.other, Role.TRAINER, name="王老师")
        self.reviewer = make.officer(self.other, Role.REVIEWER, name="赵老师")
        self.home = f"/banks/{self.bank.id}"

    def acts(self):
        return [one.act for one in self.make.all(AuditEntry)]

    def held(self, **who):
        rows = [one for one in self.make.all(BankNamed) if one.ended_at is None]
        return {
            one.right for one in rows if all(getattr(one, name) == key for name, key in who.items())
        }


@pytest.fixture
def house(make):
    return House(make)


@pytest.fixture
def keeper(house, sign_in):
    return sign_in(house.keeper)


def test_a_bank_is_begun_with_a_code_made_for_it(house, keeper, make):
    assert "甲县" in keeper.get("/banks/new").text
    for number in (1, 2):
        answer = keeper.post("/banks/new", {"title": "新题库", "org_id": house.county.id})
        assert answer.status_code == 303
        assert make.all(Bank)[-1].code == f"bank-2026-00{number}"
    made = make.all(Bank)[-1]
    assert house.held(bank_id=made.id, org_id=house.county.id) == set(Right)
    assert keeper.get(f"/banks/{made.id}").status_code == 200
    refused = keeper.post("/banks/new", {"title": "", "org_id": house.county.id})
    assert refused.status_code == 422


def test_a_bank_is_begun_for_ones_own_unit_alone(house, keeper, make):
    answer = keeper.post("/banks/new", {"title": "别县的", "org_id": house.other.id})
    assert answer.status_code == 422
    assert len(make.all(Bank)) == 1


def test_the_list_tells_what_lies_in_each_bank(house, keeper, make):
    for state, pool in (("final", "practice"), ("draft", "exam"), ("in_review", "open")):
        make.question(house.bank, pool=Pool(pool), state=State(state))
    make.question(house.bank, state=State.RETIRED)
    page = keeper.get("/banks/").text
    assert "甲县题库" in page and "查看、编写、组卷" in page
    for part in ("state=final", "state=in_review", "state=draft", "pool=exam", "pool=open"):
        assert f'{house.bank.id}?{part}">1<' in page


def test_a_bank_is_shared_with_a_neighbour_to_be_read(house, keeper, sign_in, make):
    make.question(house.bank)
    assert sign_in(house.guest).get(house.home).status_code == 404
    page = keeper.get(f"{house.home}/settings").text
    assert "王老师（乙县）" in page
    form = {"whom": f"u{house.other.id}", "rights": "practise"}
    assert keeper.post(f"{house.home}/share", form).status_code == 303
    guest = sign_in(house.guest)
    assert guest.get(house.home).status_code == 200
    assert "写题" not in guest.get(house.home).text
    new = guest.post(f"{house.home}/questions/new", {"type": "single", "do": "save"})
    assert new.status_code == 403
    assert "share bank" in house.acts()


def test_a_right_to_write_brings_the_right_to_look(house, keeper):
    form = {"whom": f"p{house.guest.id}", "rights": "write"}
    keeper.post(f"{house.home}/share", form)
    assert house.held(person_id=house.guest.id) == {Right.PRACTISE, Right.WRITE}
    keeper.post(f"{house.home}/share", form)
    assert len([one for one in house.make.all(BankNamed) if one.person_id]) == 2


def test_a_share_that_ends_stays_as_a_row_with_its_end(house, keeper, sign_in, make):
    row = make.named(house.bank, Right.PRACTISE, person=house.guest)
    assert sign_in(house.guest).get(house.home).status_code == 200
    assert keeper.post(f"{house.home}/share/end", {"row": row.id}).status_code == 303
    assert sign_in(house.guest).get(house.home).status_code == 404
    ended = next(one for one in make.all(BankNamed) if one.id == row.id)
    assert (ended.ended_at, ended.ended_by) == (make.clock(), house.keeper.id)
    assert keeper.post(f"{house.home}/share/end", {"row": row.id}).status_code == 409


def test_the_owner_goes_on_looking(house, keeper, make):
    own = next(one for one in make.all(BankNamed) if one.right is Right.PRACTISE)
    assert keeper.post(f"{house.home}/share/end", {"row": own.id}).status_code == 422


def test_who_is_lent_a_bank_settles_nothing_of_it(house, sign_in, make):
    for right in Right:
        make.named(house.bank, right, person=house.guest)
    guest, form = sign_in(house.guest), {"whom": f"u{house.other.id}", "rights": "practise"}
    assert guest.get(f"{house.home}/settings").status_code == 200
    for door in ("share", "share/end", "title", "owner", "handover", "retire", "reopen"):
        assert guest.post(f"{house.home}/{door}", form).status_code == 403, door


def test_what_one_who_leaves_has_not_finished_goes_to_another(house, keeper, make, sign_in):
    mine = [make.question(house.bank, state=state, by=house.colleague) for state in State]
    make.named(house.bank, Right.WRITE, person=house.colleague)
    form = {"leaver": house.colleague.id, "successor": house.guest.id}
    assert "李老师（3）" in keeper.get(f"{house.home}/settings").text
    assert keeper.post(f"{house.home}/handover", form).status_code == 303
    writers = {one.state: one.made_by for one in make.all(Question)}
    unfinished = {State.DRAFT, State.IN_REVIEW, State.RETURNED}
    assert {state for state, by in writers.items() if by == house.guest.id} == unfinished
    assert {one.made_by for entry in mine for one in entry.versions} == {house.colleague.id}
    assert house.held(person_id=house.colleague.id) == set()
    assert Right.WRITE in house.held(person_id=house.guest.id)
    assert "hand over bank" in house.acts()
    assert keeper.post(f"{house.home}/handover", form).status_code == 422  # nothing is left


def test_what_is_unfinished_goes_to_a_teacher_and_to_no_reviewer(house, keeper, make):
    make.question(house.bank, state=State.DRAFT, by=house.colleague)
    page = (
        keeper.get(f"{house.home}/settings").text.split('id="successor"')[1].split("</select>")[0]
    )
    assert "王老师" in page and "赵老师" not in page
    form = {"leaver": house.colleague.id, "successor": house.reviewer.id}
    assert keeper.post(f"{house.home}/handover", form).status_code == 422
    assert {one.made_by for one in make.all(Question)} == {house.colleague.id}


def test_a_reviewer_is_no_unit_s_writer_and_a_teacher_no_reviewer(house, keeper, sign_in):
    form = {"whom": f"u{house.other.id}", "rights": "review"}
    keeper.post(f"{house.home}/share", form)
    page = sign_in(house.reviewer).get("/banks/").text
    assert "查看、审核" in page
    assert "审核" not in sign_in(house.guest).get("/banks/").text.split("<tbody>")[1]


def test_another_unit_owns_it_when_one_answers_for_both(house, keeper, make, sign_in):
    assert keeper.post(f"{house.home}/owner", {"org_id": house.other.id}).status_code == 422
    make.role(house.keeper, Role.TRAINER, house.other)
    both = sign_in(house.keeper)
    assert both.post(f"{house.home}/owner", {"org_id": house.other.id}).status_code == 303
    assert make.all(Bank)[0].org_id == house.other.id
    assert house.held(org_id=house.other.id) == set(Right)


def test_a_bank_that_is_put_away_takes_no_questions_and_makes_no_papers(app, house, keeper, make):
    assert keeper.post(f"{house.home}/retire").status_code == 303
    assert "已停用" in keeper.get(house.home).text
    assert f"{house.home}/questions/new" not in keeper.get(house.home).text
    assert keeper.get("/papers/blueprints/new").status_code == 403  # there is no other bank
    with app.app_context(), seeing_everything(), pytest.raises(Conflict):
        bank = db.session.get(Bank, house.bank.id)
        add_questions(bank, [], Pool.OPEN, State.DRAFT, make.clock(), None)
    assert keeper.post(f"{house.home}/retire").status_code == 409
    assert keeper.post(f"{house.home}/reopen").status_code == 303
    assert make.all(Bank)[0].retired_at is None


def test_a_bank_takes_another_name(house, keeper, make):
    keeper.post(f"{house.home}/title", {"title": "甲县基层题库"})
    assert make.all(Bank)[0].title == "甲县基层题库"
    assert keeper.post(f"{house.home}/title", {"title": " "}).status_code == 422
