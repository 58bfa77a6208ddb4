"""Giving out slips: whose, by whom, and what becomes of the old ones."""

import re
from datetime import date

import pytest

from lms.access.permissions import Role
from lms.accounts import issuing
from lms.accounts.models import Account, SignIn, Slip
from lms.accounts.rules import Secret, read_code
from lms.audit.models import AuditEntry
from lms.errors import Conflict
from lms.orgs.models import OrgUnit
from tests.accounts.people import PASSWORD, PIN, words

PRINT = "/slips/sheets"


class Township:
    """A township of two villages, with an officer, under a county with an officer."""

    def __init__(self, make):
        self.city = make.unit("某市")
        self.county = make.unit("垣曲县", under=self.city)
        self.unit = make.unit("历山镇", under=self.county)
        self.upper = make.unit("上王村", under=self.unit)
        self.lower = make.unit("下王村", under=self.unit)
        self.officer = make.officer(self.unit, Role.TOWNSHIP_OFFICER, name="赵敏")
        self.above = make.officer(self.county, Role.COUNTY_OFFICER, name="钱伟")
        self.wang = make.person(self.upper, name="王建国")
        self.li = make.person(self.lower, name="李秀英")


@pytest.fixture
def township(make):
    return Township(make)


@pytest.fixture
def desk(township, sign_in):
    return sign_in(township.officer)


def codes(page) -> list[str]:
    return [code.replace(" ", "") for code in re.findall(r"\d{4} \d{4} \d{4} \d{4}", page.text)]


# ── printing ────────────────────────────────────────────────────────────────────────────────────


def test_a_sheet_has_a_slip_for_everyone_of_the_township(desk, township, make):
    page = desk.post(PRINT, {"unit": township.unit.id})
    said = words(page)
    assert page.status_code == 200 and "历山镇：2 张" in said
    for part in ("王建国 历山镇 上王村", township.wang.short_number, "李秀英 历山镇 下王村"):
        assert part in said
    assert page.text.count("<svg viewBox") == 2
    assert [read_code(code) for code in codes(page)] == codes(page)
    assert len(make.all(Slip)) == len(make.all(Account)) == 2


def test_a_printed_code_opens_the_first_signing_in(desk, township, accounts, phone):
    found = codes(desk.post(PRINT, {"unit": township.upper.id}))
    assert len(found) == 1
    assert phone.show(found[0]).status_code == 303
    assert "王建国" in phone.get("/sign-in/introduction").text


def test_the_picture_leads_to_the_page_with_the_code_after_the_hash():
    import segno

    shown = issuing.picture("https://lms.example/sign-in/slip", "1234567890123456")
    same = segno.make(
        "https://lms.example/sign-in/slip#1234567890123456", error="m", micro=False, mask=2
    )
    assert shown == same.svg_inline(omitsize=True, border=2)


def test_a_slip_that_was_printed_is_not_printed_again_unasked(desk, township, make):
    desk.post(PRINT, {"unit": township.unit.id})
    answer = desk.post(PRINT, {"unit": township.unit.id})
    assert answer.status_code == 409 and "都已发过" in answer.text
    assert len(make.all(Slip)) == 2


def test_where_asked_unused_slips_are_replaced_and_the_old_ones_die(desk, township, phone, make):
    old = codes(desk.post(PRINT, {"unit": township.upper.id}))[0]
    new = codes(desk.post(PRINT, {"unit": township.upper.id, "unused": "y"}))[0]
    assert phone.show(old).status_code == 422
    assert phone.show(new).status_code == 303


def test_who_has_a_pin_gets_a_new_slip_only_where_asked_and_keeps_the_pin(
    desk, township, accounts, phone, make
):
    accounts.account(township.wang, pin=PIN)
    accounts.slip(township.wang)
    assert desk.post(PRINT, {"unit": township.upper.id, "unused": "y"}).status_code == 409
    new = codes(desk.post(PRINT, {"unit": township.upper.id, "used": "y"}))[0]
    assert phone.enter(township.wang.short_number, PIN, new).status_code == 303


def test_sheets_are_cut_by_township(township, sign_in, make):
    other = make.unit("蒲掌乡", under=township.county)
    make.person(make.unit("东村", under=other), name="孙强")
    page = sign_in(township.above).post(PRINT, {"unit": township.county.id})
    sheets = re.findall(r'<section class="slips" aria-label="([^"]*)"', page.text)
    assert sheets == ["历山镇", "蒲掌乡"]


def test_an_officer_prints_nothing_of_another_township(desk, township, make):
    other = make.unit("蒲掌乡", under=township.county)
    make.person(other)
    assert desk.post(PRINT, {"unit": other.id}).status_code == 404
    assert make.all(Slip) == []


def test_nobody_prints_a_way_into_a_higher_account(desk, township, make):
    make.posting(township.above, township.upper)  # the county's officer is posted in the village
    page = desk.post(PRINT, {"unit": township.unit.id})
    assert "钱伟" not in page.text and len(codes(page)) == 2
    assert "由上级签发" in desk.get(f"/slips?unit={township.unit.id}").text


def test_the_officer_above_prints_for_the_township_officer(township, sign_in):
    page = sign_in(township.above).post(PRINT, {"unit": township.unit.id})
    assert "赵敏" in page.text


def test_every_issue_is_written_down(desk, township, make):
    desk.post(PRINT, {"unit": township.unit.id})
    entry = next(row for row in make.all(AuditEntry) if row.act == "issue slips")
    assert entry.person_id == township.officer.id
    assert entry.facts["persons"] == [township.wang.id, township.li.id]
    assert not any(code in str(entry.facts) for code in ("code", "digest"))


def test_the_page_counts_by_unit_and_says_how_far_everyone_has_come(desk, township, accounts):
    accounts.account(township.wang, pin=PIN)
    accounts.slip(township.wang)
    said = words(desk.get("/slips"))
    assert "上王村 1 0 0 1" in said and "下王村 1 1 0 0" in said
    assert "王建国" in said and "已设 PIN 或密码" in said and "未发凭条" in said


def test_a_search_finds_by_name_and_by_number_and_only_ones_own(desk, township, make):
    make.person(make.unit("蒲掌乡", under=township.county), name="王建国的邻居")
    said = words(desk.post("/slips/found", {"q": "王建"}))
    assert "找到 1 人" in said
    assert "李秀英" in desk.post("/slips/found", {"q": township.li.short_number}).text


def test_a_cadre_has_no_business_with_slips(township, sign_in):
    assert sign_in(township.wang).get("/slips").status_code == 403


# ── 重发 ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_code_is_read_out_and_a_new_pin_chosen(desk, township, accounts, phone, make):
    accounts.account(township.wang, pin=PIN)
    old = accounts.slip(township.wang)
    page = desk.post(f"/slips/{township.wang.id}/reissue")
    (new,) = codes(page)
    assert phone.show(old).status_code == 422
    phone.show(new)
    assert "王建国" in phone.get("/sign-in/introduction").text
    assert phone.choose("815704").status_code == 303
    assert "reissue slip" in [row.act for row in make.all(AuditEntry)]


def test_a_new_code_is_given_only_for_ones_own(desk, township, make):
    stranger = make.person(make.unit("蒲掌乡", under=township.county))
    assert desk.post(f"/slips/{stranger.id}/reissue").status_code == 404


def test_nobody_gets_into_an_account_that_answers_for_more(desk, township, make):
    make.posting(township.above, township.upper)
    answer = desk.post(f"/slips/{township.above.id}/reissue")
    assert answer.status_code == 403 and "由上一级" in answer.text
    assert desk.post(f"/slips/{township.officer.id}/reissue").status_code == 403
    assert make.all(Slip) == []


def test_the_security_administrator_issues_to_those_who_hold_a_role(township, make, sign_in):
    admin = make.officer(township.city, Role.SECURITY_ADMIN)
    desk = sign_in(admin)
    assert desk.post(f"/slips/{township.above.id}/reissue").status_code == 200
    assert desk.post(f"/slips/{township.wang.id}/reissue").status_code == 403
    page = desk.get("/slips").text
    assert "钱伟" in page and "王建国" not in page


# ── ending ──────────────────────────────────────────────────────────────────────────────────────


def test_an_officer_ends_an_account_with_a_reason_and_opens_it_again(
    desk, township, accounts, phone, make
):
    accounts.account(township.wang, pin=PIN)
    code = accounts.slip(township.wang)
    phone.enter(township.wang.short_number, PIN, code)
    assert desk.post(f"/accounts/{township.wang.id}/end", {"why": ""}).status_code == 422
    assert desk.post(f"/accounts/{township.wang.id}/end", {"why": "已调离"}).status_code == 303
    assert not phone.inside()
    page = desk.get(f"/accounts/{township.wang.id}").text
    assert "已调离" in page and "恢复账号" in page
    assert desk.post(f"/slips/{township.wang.id}/reissue").status_code == 409
    assert desk.post(f"/accounts/{township.wang.id}/reopen", {"why": "误停"}).status_code == 303
    assert phone.enter(township.wang.short_number, PIN, code).status_code == 303
    assert {"end account", "reopen account"} <= {row.act for row in make.all(AuditEntry)}


def test_nothing_is_deleted_when_an_account_ends(desk, township, accounts, make):
    accounts.account(township.wang, pin=PIN)
    desk.post(f"/accounts/{township.wang.id}/end", {"why": "退休"})
    assert len(make.all(Account)) == 1 and make.all(SignIn)


def test_an_account_of_another_township_is_neither_seen_nor_ended(desk, township, accounts, make):
    stranger = make.person(make.unit("蒲掌乡", under=township.county))
    accounts.account(stranger, pin=PIN)
    assert desk.get(f"/accounts/{stranger.id}").status_code == 404
    assert desk.post(f"/accounts/{stranger.id}/end", {"why": "x"}).status_code == 404


# ── many, and the first ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def house(app):
    return app.extensions["settings"]


@pytest.fixture
def everything(app):
    from lms.access.scope import seeing_everything
    from lms.web import transaction

    with app.test_request_context(), seeing_everything():
        yield
        transaction.finish()


def test_many_accounts_are_opened_at_once(make, house, clock, everything):
    unit = make.unit()
    ids = [make.person(unit).id for _ in range(30)]
    codes = issuing.open_accounts_with_slips(ids, None, clock(), house)
    assert sorted(codes) == ids and len(set(codes.values())) == 30
    again = issuing.open_accounts_with_slips(ids[:2], None, clock(), house)
    assert codes[ids[0]] != again[ids[0]]


def test_an_empty_city_begins_with_three_administrators(make, house, clock, app, phone):
    from lms.access.scope import seeing_everything
    from lms.web import transaction

    with app.test_request_context(), seeing_everything():
        made = issuing.first_administrators(clock(), house)
        transaction.finish()
    roles = [role for role, *_ in made]
    assert roles == [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]
    assert len(make.all(OrgUnit)) == 1
    phone.show(made[1][3])
    assert "设置密码" in phone.get("/sign-in/choose").text
    assert phone.choose(PASSWORD).status_code == 303
    assert phone.get("/sessions").status_code == 200


def test_the_first_list_of_divisions_names_the_unit_that_was_there(make, house, clock, everything):
    from lms.db import db
    from lms.orgs.rules import UnitKind
    from lms.orgs.services import NewUnit, open_units

    issuing.first_administrators(clock(), house)
    db.session.flush()
    open_units([NewUnit("140800", "运城市", UnitKind.CITY, "", 0)], date(2023, 6, 30))
    units = db.session.query(OrgUnit).all()
    assert [(unit.name, unit.code) for unit in units] == [("运城市", "140800")]


def test_only_a_demonstration_has_secrets_made_beforehand(make, app, clock, house, everything):
    from dataclasses import replace

    person = make.person()
    with pytest.raises(Conflict):
        real = replace(house, demonstration=False)
        issuing.demonstration_account(person.id, PIN, Secret.PIN, clock(), real)
    issuing.demonstration_account(person.id, PIN, Secret.PIN, clock(), house)
