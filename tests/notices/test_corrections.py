"""信息有误: one line to those who keep the roster, and what they answer."""

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.notices.models import Correction

LINE = "职务应为村委会主任"


@pytest.fixture
def places(make):
    county = make.unit("垣曲县", under=make.unit("某市"))
    township = make.unit("历山镇", under=county)
    return township, make.unit("上王村", under=township), make.unit("蒲掌乡", under=county)


@pytest.fixture
def cadre(make, places):
    return make.person(places[1], name="王建国")


@pytest.fixture
def line(sign_in, cadre, make):
    assert sign_in(cadre).post("/corrections/new", {"said": LINE}).status_code == 303
    return make.all(Correction)[0]


def test_a_line_reaches_the_officer_of_the_township(make, sign_in, places, line):
    page = sign_in(make.officer(places[0], Role.TOWNSHIP_OFFICER)).get("/corrections")
    assert LINE in page.text and "王建国" in page.text and "上王村" in page.text


def test_a_line_reaches_no_other_township(make, sign_in, places, line):
    desk = sign_in(make.officer(places[2], Role.TOWNSHIP_OFFICER))
    assert LINE not in desk.get("/corrections").text
    answer = desk.post(f"/corrections/{line.id}/answer", {"mended": "yes", "answer": ""})
    assert answer.status_code == 404 and make.all(Correction)[0].answered_at is None


def test_the_cadre_finds_the_answer_on_the_own_page(make, sign_in, places, line, cadre):
    officer = make.officer(places[0], Role.TOWNSHIP_OFFICER)
    data = {"mended": "yes", "answer": "已按任命文件改正"}
    assert sign_in(officer).post(f"/corrections/{line.id}/answer", data).status_code == 303
    page = sign_in(cadre).get("/own").text
    assert LINE in page and "已改正" in page and "已按任命文件改正" in page
    kept = make.all(Correction)[0]
    assert (kept.mended, kept.answered_by) == (True, officer.id)


def test_a_line_is_answered_once(make, sign_in, places, line):
    desk = sign_in(make.officer(places[0], Role.TOWNSHIP_OFFICER))
    data = {"mended": "no", "answer": "与文件一致"}
    assert desk.post(f"/corrections/{line.id}/answer", data).status_code == 303
    assert desk.post(f"/corrections/{line.id}/answer", data).status_code == 409


def test_nobody_answers_the_own_line(make, sign_in, cadre, line):
    data = {"mended": "yes", "answer": ""}
    assert sign_in(cadre).post(f"/corrections/{line.id}/answer", data).status_code == 403


@pytest.mark.parametrize("said", ["", "   ", "长" * 201])
def test_a_line_is_neither_empty_nor_long(sign_in, cadre, make, said):
    answer = sign_in(cadre).post("/corrections/new", {"said": said})
    assert answer.status_code == 422 and make.all(Correction) == []


def test_five_lines_wait_at_most(sign_in, cadre, make):
    phone = sign_in(cadre)
    answers = [phone.post("/corrections/new", {"said": LINE}) for _ in range(6)]
    assert [one.status_code for one in answers] == [303] * 5 + [429]
    assert f'value="{LINE}"' in answers[-1].text and "还在等答复" in answers[-1].text


def test_what_was_typed_is_never_run(sign_in, make, places, cadre):
    sign_in(cadre).post("/corrections/new", {"said": "<script>alert(1)</script>"})
    page = sign_in(make.officer(places[0], Role.TOWNSHIP_OFFICER)).get("/corrections").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_asking_and_answering_are_written_down(make, sign_in, places, line):
    desk = sign_in(make.officer(places[0], Role.TOWNSHIP_OFFICER))
    desk.post(f"/corrections/{line.id}/answer", {"mended": "yes", "answer": ""})
    acts = [row.act for row in make.all(AuditEntry)]
    assert acts == ["ask for correction", "answer correction"]
