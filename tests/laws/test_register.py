"""The register is loaded and dumped as files, and kept in the browser by the city."""

from datetime import date
from io import BytesIO

import pytest

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.laws.models import LawEdition
from lms.laws.rules import Standing
from lms.laws.services import dump_register, load_register
from lms.settings import HOME
from lms.web.transaction import finish

TEXT = "某法\n第一条　应当公开。\n第二条　不得收费。\n"
SENT = TEXT.encode()
REGISTER = """- law: 某法
  title: 中华人民共和国某法
  edition: 2020-01-01
  from: 2020-06-01
  status: in_force
- law: 旧法
  title: 中华人民共和国旧法
  edition: 2008-12-01
  from: 2009-01-01
  to: 2025-12-31
  status: ended
"""
SHIPPED = HOME / "question_banks"


@pytest.fixture
def folder(tmp_path):
    """A register of two editions, one of them with a text."""
    folder = tmp_path / "laws in"
    (folder / "laws/某法").mkdir(parents=True)
    (folder / "laws.yaml").write_text(REGISTER)
    (folder / "laws/某法/2020-01-01.md").write_text("# 某法\n\n第一条 应当公开。\n")
    return folder


@pytest.fixture
def load(app, clock):
    """load(folder) → what came of it, in a transaction of its own."""

    def now(folder):
        with app.app_context(), seeing_everything():
            loaded = load_register(folder, clock())
            finish()
            return loaded

    return now


def files(folder):
    found = [file for file in folder.rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_text() for file in found}


def test_load_and_dump_give_back_what_was_there(app, load, folder, tmp_path):
    load(folder)
    with app.app_context(), seeing_everything():
        assert dump_register(tmp_path / "out") == 2
    assert files(tmp_path / "out") == files(folder)


def test_the_shipped_register_comes_back_as_it_was(app, load, tmp_path):
    load(SHIPPED)
    with app.app_context(), seeing_everything():
        dump_register(tmp_path / "out")
    out, shipped = files(tmp_path / "out"), SHIPPED / "laws.yaml"
    assert out["laws.yaml"] == shipped.read_text()
    assert all((SHIPPED / name).read_text() == text for name, text in out.items())


def test_loading_again_changes_nothing_and_overwrites_nothing(make, load, folder):
    assert (load(folder).new, load(folder).same) == (2, 2)
    (one, _) = make.all(LawEdition)
    one.to_on, one.text, one.text_at = date(2026, 12, 31), "# 某法\n\n第一条 全文。\n", make.clock()
    make.keep(one)
    assert load(folder).texts == 0
    kept = make.all(LawEdition)[0]
    assert kept.to_on == date(2026, 12, 31) and "全文" in kept.text


@pytest.fixture
def city(make):
    return make.unit("某市")


@pytest.fixture
def edition(make):
    return make.edition()


@pytest.fixture
def keeper(make, sign_in, city):
    return sign_in(make.officer(city, Role.TRAINER))


def upload(browser, edition, name="某法.txt", data=SENT, **more):
    sent = {"file": (BytesIO(data), name)} | more
    return browser.post(f"/laws/{edition.id}/text", sent, content_type="multipart/form-data")


def test_what_was_understood_is_shown_before_it_is_kept(make, keeper, edition):
    answer = upload(keeper, edition)
    assert "条号从头到尾连续" in answer.text and "不得收费" in answer.text
    assert make.all(LawEdition)[0].text is None
    keeper.post(f"/laws/{edition.id}/text", {"text": TEXT, "act": "confirm"})
    kept = make.all(LawEdition)[0]
    assert "第二条 不得收费。" in kept.text and kept.text_at is not None


def test_what_is_odd_is_mended_in_place(keeper, edition):
    answer = upload(keeper, edition, data=TEXT.replace("第二条", "第四条").encode())
    assert "第一条之后是第四条，中间缺 2 条" in answer.text
    again = keeper.post(f"/laws/{edition.id}/text", {"text": TEXT, "act": "look"})
    assert "条号从头到尾连续" in again.text


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("某法.txt", b"", "空文件"),
        ("某法.doc", b"x", "不能读取"),
        ("某法.txt", "没有条文".encode(), "没有找到条文"),
        ("某法.docx", b"PK\x03\x04", "已损坏"),
    ],
)
def test_a_file_that_is_no_law_is_refused_on_the_page(keeper, edition, name, data, told):
    answer = upload(keeper, edition, name, data)
    assert answer.status_code == 422 and told in answer.text


def test_an_edition_is_entered_and_ended(make, keeper, edition):
    new = {"law": "某法", "title": "某法", "edition": "2026-10-01", "from_on": "2027-01-01"}
    assert keeper.post("/laws/new", new).status_code == 303
    follower = make.all(LawEdition)[-1]
    ended = {"to_on": "2026-12-31", "successor": f"{follower.id}"}
    assert keeper.post(f"/laws/{edition.id}/end", ended).status_code == 303
    kept = make.all(LawEdition)[0]
    assert (kept.to_on, kept.successor_id) == (date(2026, 12, 31), follower.id)
    assert keeper.post(f"/laws/{edition.id}/end", ended | {"to_on": "2026-11-30"}).status_code < 400


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"law": "../某法"}, "简称"),
        ({"from_on": "2026-09-01"}, "施行日期早于"),
        ({"edition": "2020-01-01"}, "已经登记"),
    ],
)
def test_a_wrong_edition_is_refused_in_words(make, keeper, edition, sent, told):
    new = {"law": "某法", "title": "某法", "edition": "2026-10-01", "from_on": "2027-01-01"}
    answer = keeper.post("/laws/new", new | sent)
    assert answer.status_code in (409, 422) and told in answer.text
    assert len(make.all(LawEdition)) == 1


def test_an_edition_does_not_end_before_it_began(make, keeper, edition):
    answer = keeper.post(f"/laws/{edition.id}/end", {"to_on": "1999-01-01", "successor": "0"})
    assert answer.status_code == 422 and make.all(LawEdition)[0].to_on is None


def test_only_the_city_keeps_the_register(make, sign_in, city, edition):
    county = make.unit("某县", under=city)
    browser = sign_in(make.officer(county, Role.TRAINER))
    assert browser.get("/laws/").status_code == 200
    assert browser.get(f"/laws/{edition.id}").status_code == 200
    assert "登记法规" not in browser.get("/laws/").text
    assert browser.get("/laws/new").status_code == 403
    assert browser.post(f"/laws/{edition.id}/end", {}).status_code == 403
    assert upload(browser, edition).status_code == 403
    assert sign_in(make.officer(county, Role.SYSTEM_ADMIN)).get("/laws/new").status_code == 200


def test_the_register_is_narrowed_by_words_and_standing(make, keeper, edition):
    make.edition(law="旧法", status=Standing.ENDED)
    assert "旧法" not in keeper.get("/laws/?standing=in_force").text
    found = keeper.get("/laws/?words=旧法").text
    assert "旧法" in found and "中华人民共和国某法" not in found
    assert keeper.get("/laws/?standing=odd").status_code == 422
