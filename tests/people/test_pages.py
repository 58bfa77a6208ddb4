"""The pages of persons: what an officer sees, does, and is told."""

import re
from datetime import date

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.db import find
from lms.orgs.models import OrgUnit
from lms.people import services
from lms.people.models import Person, Posting, RoleHeld, Transfer
from lms.people.rules import Post, TransferState
from tests.people.conftest import WANG


@pytest.fixture
def wang(city, within, keys, clock, make):
    with within(city.officer):
        village = find(OrgUnit, city.upper.id)
        person = services.add_person(WANG, village, clock(), keys)
        services.post_person(person, village, Post.VPS, date(2021, 3, 1), clock())
        person_id = person.id
    return make.session.get(Person, person_id)


@pytest.fixture
def officer(city, sign_in):
    return sign_in(city.officer)


@pytest.fixture
def stranger(city, sign_in):
    return sign_in(city.stranger)


def newcomer(**changes):
    form = {
        "name": "李新",
        "sex": "女",
        "born": "1980-05",
        "phone": "12055555555",
        "unit": "上王村",
        "post": "VCM",
        "from_on": "2026-11-01",
    }
    return {**form, **changes}


# ── finding ────────────────────────────────────────────────────────────────────────────────────


def test_what_is_looked_for_stands_in_no_address(wang, officer):
    sent = officer.post("/people/", {"q": "王建国"})
    assert sent.status_code == 302
    assert sent.location == "/people/found"
    page = officer.get("/people/found").text
    assert "王建国" in page and "村党组织书记" in page


def test_what_is_looked_for_lies_sealed_in_the_cookie(wang, officer):
    officer.post("/people/", {"q": WANG.id_number})
    with officer.client.session_transaction() as cookie:
        assert WANG.id_number not in cookie["sought"]


def test_a_list_shows_the_name_whole_and_the_phone_in_part(wang, officer):
    page = officer.get("/people/").text
    assert "王建国" in page and "120****5678" in page
    assert WANG.phone not in page and WANG.id_number not in page


def test_a_list_of_another_countys_unit_does_not_exist(city, stranger):
    assert stranger.get(f"/people/?unit={city.upper.id}").status_code == 404


def test_an_odd_address_shows_the_first_page(officer):
    assert officer.get("/people/?page=x&post=king&unit=").status_code == 200


def test_the_statements_do_not_grow_with_the_list(city, make, officer, statements):
    def asked():
        with statements() as seen:
            officer.get("/people/")
        return len(seen)

    make.person(city.upper, name="王一")
    few = asked()
    for n in range(12):
        make.person(city.lower if n % 2 else city.upper, name=f"王{n}")
    assert asked() == few


# ── one person ─────────────────────────────────────────────────────────────────────────────────


def test_the_page_of_a_person_masks_the_numbers(wang, officer):
    page = officer.get(f"/people/{wang.id}").text
    assert "120****5678" in page and "990827********0017" in page
    assert WANG.phone not in page and WANG.id_number not in page


def test_a_press_shows_the_numbers_and_is_written_down(wang, officer, city, make):
    page = officer.post(f"/people/{wang.id}/numbers", {}).text
    assert WANG.phone in page and WANG.id_number in page
    look = make.all(AuditEntry)[-1]
    assert (look.act, look.whom, look.person_id) == (
        "see numbers",
        f"person {wang.id}",
        city.officer.id,
    )


def test_a_stranger_neither_sees_nor_unmasks(wang, stranger):
    assert stranger.get(f"/people/{wang.id}").status_code == 404
    assert stranger.post(f"/people/{wang.id}/numbers", {}).status_code == 404


def test_the_head_of_a_unit_reads_and_changes_nothing(wang, city, make, sign_in):
    head = sign_in(make.officer(city.township, Role.HEAD, name="吴长"))
    page = head.get(f"/people/{wang.id}")
    assert page.status_code == 200 and "更正资料" not in page.text
    assert head.get(f"/people/{wang.id}/correct").status_code == 403


def test_a_merged_record_leads_to_the_one_that_stayed(wang, city, make, officer):
    gone = make.person(city.upper, name="王旧", post=None, merged_into_id=wang.id)
    assert "王建国" in officer.get(f"/people/{gone.id}").text


# ── adding and correcting ──────────────────────────────────────────────────────────────────────


def test_a_new_person_is_added_with_a_first_posting(city, officer, make):
    done = officer.post("/people/add", newcomer())
    assert done.status_code == 302
    new = make.all(Person)[-1]
    assert done.location == f"/people/{new.id}"
    assert (new.name, new.sex, new.born) == ("李新", "女", "1980-05")
    (held,) = [one for one in make.all(Posting) if one.person_id == new.id]
    assert (held.org_id, held.post) == (city.upper.id, Post.VCM)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": "李"}, "2 至 30 个字"),
        ({"phone": "123"}, "手机号应为 11 位"),
        ({"id_number": "140827197003051234"}, "校验码"),
        ({"born": "去年"}, "不是可读的日期"),
        ({"unit": "王村"}, "有 2 个单位符合"),
        ({"unit": "远村"}, "没有找到这个单位"),
        ({"unit": ""}, "请填写"),
        ({"from_on": "1821-01-01"}, "请核对年份"),
    ],
)
def test_a_mistake_is_said_beside_the_field_and_nothing_is_lost(city, officer, make, changes, why):
    before = len(make.all(Person))
    page = officer.post("/people/add", newcomer(title="临时负责", **changes))
    assert page.status_code == 422
    assert "临时负责" in page.text and why in page.text
    assert len(make.all(Person)) == before


def test_a_post_that_does_not_exist_is_not_taken(city, officer, make):
    assert officer.post("/people/add", newcomer(post="KING")).status_code == 422
    assert make.all(Posting) == []


def test_of_several_units_the_chosen_one_counts(city, officer, make):
    page = officer.post("/people/add", newcomer(unit="王村"))
    assert "甲县 历山镇 下王村" in page.text
    done = officer.post("/people/add", newcomer(unit="王村", unit_id=city.lower.id))
    assert done.status_code == 302
    assert make.all(Posting)[-1].org_id == city.lower.id


def test_a_unit_that_does_not_fit_the_words_is_not_taken(city, officer, make):
    page = officer.post("/people/add", newcomer(unit="王村", unit_id=city.afar.id))
    assert page.status_code == 422
    assert all(one.org_id != city.afar.id for one in make.all(Posting))


def test_who_is_there_already_is_named_instead_of_added(wang, officer, make):
    before = len(make.all(Person))
    page = officer.post("/people/add", newcomer(id_number=WANG.id_number))
    assert page.status_code == 422
    assert f"/people/{wang.id}" in page.text
    assert len(make.all(Person)) == before


def test_who_stands_in_another_county_is_masked_and_can_be_asked_for(
    wang, city, stranger, make, sign_in
):
    form = newcomer(id_number=WANG.id_number, unit="远村", born="", sex="", phone="")
    page = stranger.post("/people/add", form)
    assert page.status_code == 422
    assert "王*国" in page.text and "王建国" not in page.text
    asked = stranger.post("/people/add/transfer", form)
    (transfer,) = make.all(Transfer)
    assert asked.location == f"/people/transfers/{transfer.id}"
    page = stranger.get(asked.location).text
    assert "王*国" in page and "王建国" not in page and "上王村" not in page


def test_a_transfer_is_not_asked_for_where_nobody_is_found(stranger, make):
    sent = stranger.post("/people/add/transfer", newcomer(unit="远村"))
    assert sent.status_code == 422
    assert make.all(Transfer) == []


def test_a_correction_leaves_numbers_that_were_not_typed(wang, officer, make, keys):
    form = {"name": "王建军", "sex": "男", "born": "1970-03-05", "number": "A-1"}
    done = officer.post(f"/people/{wang.id}/correct", {**form, "phone": "", "id_number": ""})
    assert done.status_code == 302
    now = next(one for one in make.all(Person) if one.id == wang.id)
    assert (now.name, now.phone_digest, now.id_digest) == (
        "王建军",
        wang.phone_digest,
        wang.id_digest,
    )
    officer.post(f"/people/{wang.id}/correct", {**form, "no_phone": "y"})
    assert next(one for one in make.all(Person) if one.id == wang.id).phone_seal is None


# ── postings ───────────────────────────────────────────────────────────────────────────────────


def test_a_posting_is_added_and_ended_with_a_reason(wang, city, officer, make):
    form = {"unit": "上王村", "post": "VCD", "from_on": "2026-01-01", "term_number": "13"}
    assert officer.post(f"/people/{wang.id}/postings/new", form).status_code == 302
    held = make.all(Posting)[-1]
    assert (held.post, held.term_number) == (Post.VCD, 13)
    sent = {"on": "2026-11-30", "why": "换届", "note": "落选"}
    assert officer.post(f"/people/postings/{held.id}/end", sent).status_code == 302
    ended = make.all(Posting)[-1]
    assert (ended.to_on, ended.ended_why) == (date(2026, 11, 30), "换届：落选")
    page = officer.get(f"/people/{wang.id}").text
    assert "2026年11月30日" in re.sub(r"\s", "", page)


def test_an_end_without_a_day_asks_for_it(wang, officer, make):
    held = make.all(Posting)[-1]
    page = officer.post(f"/people/postings/{held.id}/end", {"on": "", "why": "换届"})
    assert page.status_code == 422
    assert make.all(Posting)[-1].to_on is None


def test_a_stranger_ends_nothing(wang, stranger, make):
    held = make.all(Posting)[-1]
    sent = {"on": "2026-11-30", "why": "换届"}
    assert stranger.post(f"/people/postings/{held.id}/end", sent).status_code == 404
    assert make.all(Posting)[-1].to_on is None


def test_moving_within_ones_units_is_done_at_once(wang, city, officer, make):
    form = {"unit": "下王村", "post": "VPS", "from_on": "2026-11-23"}
    assert officer.post(f"/people/{wang.id}/move", form).location == f"/people/{wang.id}"
    assert make.all(Transfer) == []
    assert [(one.org_id, one.to_on) for one in make.all(Posting)] == [
        (city.upper.id, date(2026, 11, 23)),
        (city.lower.id, None),
    ]


def test_moving_beyond_them_is_asked_for_and_confirmed_from_above(
    wang, city, officer, stranger, sign_in, make
):
    form = {"unit": "乙县 远村", "post": "VPS", "from_on": "2026-11-23"}
    where = officer.post(f"/people/{wang.id}/move", form).location
    (transfer,) = make.all(Transfer)
    assert where == f"/people/transfers/{transfer.id}"
    assert "待确认" in officer.get(f"/people/{wang.id}").text
    for nobody in (officer, stranger):
        assert nobody.post(f"{where}/confirm", {}).status_code == 403
    above = sign_in(city.of_city)
    (held,) = make.all(Posting)
    page = above.get(where).text
    assert "确认调动" in page and f'value="{held.id}"' in page
    assert above.post(f"{where}/confirm", {"ending": [held.id]}).status_code == 302
    assert make.all(Transfer)[0].state is TransferState.CONFIRMED
    assert [(one.org_id, one.to_on) for one in make.all(Posting)] == [
        (city.upper.id, date(2026, 11, 23)),
        (city.afar.id, None),
    ]
    assert above.post(f"{where}/confirm", {"ending": []}).status_code == 409


def test_a_refusal_needs_a_reason(wang, city, officer, sign_in, make):
    form = {"unit": "乙县 远村", "post": "VPS", "from_on": "2026-11-23"}
    where = officer.post(f"/people/{wang.id}/move", form).location
    above = sign_in(city.of_city)
    assert above.post(f"{where}/refuse", {"why": ""}).status_code == 422
    assert above.post(f"{where}/refuse", {"why": "换届期间不调动"}).status_code == 302
    assert "换届期间不调动" in officer.get(where).text


def test_who_asked_takes_it_back(wang, officer, make):
    form = {"unit": "乙县 远村", "post": "VPS", "from_on": "2026-11-23"}
    where = officer.post(f"/people/{wang.id}/move", form).location
    assert officer.post(f"{where}/withdraw", {}).status_code == 302
    assert make.all(Transfer)[0].state is TransferState.WITHDRAWN


# ── roles ──────────────────────────────────────────────────────────────────────────────────────


def test_a_role_is_given_to_somebody_who_was_looked_for(wang, city, officer, make):
    assert officer.post("/people/roles/new", {"q": "wjg"}).location == "/people/roles/new?found=1"
    assert f"/people/{wang.id}/roles/new" in officer.get("/people/roles/new?found=1").text
    form = {"role": "trainer", "unit": "甲县", "from_on": "2026-11-23"}
    assert officer.post(f"/people/{wang.id}/roles/new", form).status_code == 302
    held = make.all(RoleHeld)[-1]
    assert (held.role, held.org_id, held.given_by) == (
        Role.TRAINER,
        city.county.id,
        city.officer.id,
    )
    assert "王建国" in officer.get("/people/roles?role=trainer").text
    assert officer.post(f"/people/roles/{held.id}/end", {}).status_code == 302
    assert make.all(RoleHeld)[-1].to_on == date(2026, 11, 23)


def test_a_role_above_ones_own_is_not_among_the_choices(wang, officer, make):
    page = officer.get(f"/people/{wang.id}/roles/new").text
    assert "培训管理员（乡）" in page and "安全管理员" not in page.split("系统、安全")[0]
    form = {"role": "security administrator", "unit": "甲县", "from_on": "2026-11-23"}
    assert officer.post(f"/people/{wang.id}/roles/new", form).status_code == 422
    assert all(one.person_id != wang.id for one in make.all(RoleHeld))


def test_the_security_administrator_gives_roles_and_sees_no_record(wang, city, sign_in):
    security = sign_in(city.security)
    security.post("/people/roles/new", {"q": "wjg"})
    assert "王建国" in security.get("/people/roles/new?found=1").text
    assert security.get("/people/roles").status_code == 200
    assert security.get(f"/people/{wang.id}").status_code == 403


# ── two records ────────────────────────────────────────────────────────────────────────────────


def test_two_records_are_compared_and_merged(wang, city, officer, make):
    twin = make.person(city.lower, name="王建国")
    assert f"/people/{wang.id}/merge/{twin.id}" in officer.get(f"/people/{wang.id}/twins").text
    page = officer.get(f"/people/{wang.id}/merge/{twin.id}").text
    assert "甲县 历山镇 下王村" in page and "任职" in page
    where = f"/people/{wang.id}/merge/{twin.id}"
    assert officer.post(where, {}).status_code == 422
    assert officer.post(where, {"sure": "y"}).location == f"/people/{wang.id}"
    assert {one.person_id for one in make.all(Posting)} == {wang.id}
    assert "王建国" in officer.get(f"/people/{twin.id}").text


def test_a_record_of_another_county_is_not_merged(wang, city, officer, make):
    stranger = make.person(city.afar, name="王建国")
    for method in (officer.get, officer.post):
        assert method(f"/people/{wang.id}/merge/{stranger.id}").status_code == 404
