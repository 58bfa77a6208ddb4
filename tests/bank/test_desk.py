"""A trainer writes a question on plain fields, without scripts; nothing that was typed is lost."""

import re
from datetime import date
from io import BytesIO

import lxml.html
import pytest
from PIL import Image

from lms.access.permissions import Role
from lms.access.scope import seeing_everything
from lms.bank.files import read_draft
from lms.bank.models import Picture, Question, QuestionVersion, VersionPicture
from lms.bank.rules import Pool, Right, State
from lms.competencies.services import load_reference
from lms.laws.models import LawEdition
from lms.laws.rules import Standing
from lms.web.transaction import finish


@pytest.fixture
def bank(app, make, clock):
    with app.app_context(), seeing_everything():
        load_reference(clock())
        finish()
    return make.bank()


@pytest.fixture
def trainer(make, bank):
    """A trainer whose unit the bank belongs to."""
    return make.officer(make.session.get(type(make.unit()), bank.org_id), Role.TRAINER)


@pytest.fixture
def desk(sign_in, trainer, bank):
    return Desk(sign_in(trainer), bank)


class Desk:
    """What a trainer's browser does with the sheet."""

    def __init__(self, browser, bank):
        self.browser, self.bank = browser, bank

    def new(self, act="save", **typed):
        return self.browser.post(f"/banks/{self.bank.id}/questions/new", sheet(act, **typed))

    def edit(self, entry, act="save", **typed):
        return self.browser.post(f"/banks/questions/{entry.id}/edit", sheet(act, **typed))

    def opened(self, entry):
        """The fields of the sheet as the browser would send them back."""
        return fields_of(self.browser.get(f"/banks/questions/{entry.id}/edit").text)


def sheet(act, **typed):
    """A single choice that is well, but for what a test says."""
    data = {
        "act": act,
        "type": "single",
        "points": "2",
        "pool": "practice",
        "origin": "own",
        "parts-0-type": "single",
        "parts-0-stem": "谁召集村民会议？",
        "parts-0-options-0-text": "村民委员会",
        "parts-0-options-0-right": "y",
        "parts-0-options-1-text": "村民小组",
    }
    for name, value in typed.items():
        data[name.replace("__", "-")] = value
    return {name: value for name, value in data.items() if value is not None}


def fields_of(page):
    """What a browser would send: texts, hidden fields, chosen options, ticked boxes."""
    form = lxml.html.fromstring(page).get_element_by_id("write")
    for template in form.iter("template"):
        template.drop_tree()
    found = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value.replace("\r\n", "\n").removeprefix("\n"))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def drawing():
    file = BytesIO()
    Image.new("RGB", (30, 20), "red").save(file, "PNG")
    return file.getvalue()


def asked(make):
    return read_draft(make.all(QuestionVersion)[-1].text)


def test_a_single_choice_is_written_and_opens_as_a_question(desk, make, trainer):
    answer = desk.new(abilities=["LAW", "MAS"], topic="村民会议", difficulty="easy")
    assert answer.status_code == 303
    (entry,) = make.all(Question)
    assert (entry.state, entry.pool, entry.made_by) == (State.DRAFT, Pool.PRACTICE, trainer.id)
    assert asked(make).abilities == ("LAW", "MAS") and asked(make).parts[0].right == {"A"}
    page = desk.browser.get(answer.location).text
    assert "谁召集村民会议？" in page and "已保存。" in page


def test_what_is_not_finished_is_a_draft_and_what_it_lacks_stands_beside_the_fields(desk, make):
    answer = desk.new(parts__0__stem="", **{"parts-0-options-0-right": None})
    (entry,) = make.all(Question)
    assert answer.location.endswith(f"/banks/questions/{entry.id}/edit")
    page = desk.browser.get(answer.location).text
    assert "已存为草稿，还有 2 处要补。" in page
    assert "请写题干。" in page and "请标出正确答案。" in page
    refused = desk.browser.post(f"/banks/questions/{entry.id}/send", {})
    assert refused.status_code == 422 and "请写题干。" in refused.text


def test_a_question_that_is_well_is_sent_to_review(desk, make):
    desk.new()
    (entry,) = make.all(Question)
    assert desk.browser.post(f"/banks/questions/{entry.id}/send", {}).status_code == 303
    assert make.all(Question)[0].state is State.IN_REVIEW


@pytest.mark.parametrize(
    ("act", "name"),
    [
        ("options:0", "parts-0-options-4-text"),
        ("blanks:0", "parts-0-blanks-1-variants"),
        ("rubric:0", "parts-0-rubric-2-text"),
        ("parts", "parts-1-stem"),
        ("sources", "sources-1-law"),
    ],
)
def test_a_row_is_added_without_scripts_and_all_that_was_typed_stays(desk, make, act, name):
    page = desk.new(act, topic="村民会议").text
    found = fields_of(page)
    assert name in found and found["parts-0-stem"] == "谁召集村民会议？"
    assert found["topic"] == "村民会议" and found["parts-0-options-0-right"] == "y"
    assert make.all(Question) == []


def test_another_type_keeps_what_was_typed(desk):
    page = desk.new("type", type="essay").text
    assert 'data-for="short essay" hidden' not in page
    assert fields_of(page)["parts-0-options-0-text"] == "村民委员会"


def test_a_part_is_taken_away(desk):
    typed = {"parts-1-type": "short", "parts-1-stem": "怎样办？"}
    found = fields_of(desk.new("drop:0", type="case", case="某村……", **typed).text)
    assert [text for name, text in found.items() if name.endswith("-stem")] == ["怎样办？"]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"points": "两分"}, "Not a valid decimal value|数"),
        ({"points": "2000"}, "分值要在 0 至 1000 之间"),
        ({"points": "0.125"}, "最多两位小数"),
        ({"points": "NaN"}, "分值要在 0 至 1000 之间"),
        ({"valid_from": "去年"}, "date|日期"),
        ({"parts-0-stem": "长" * 20_001}, "20000"),
        ({"type": "blank", "parts-0-blanks-0-variants": "甲"}, "答案比题干里的空 ____ 多"),
        ({"type": "blank", "parts-0-stem": "____", "parts-0-blanks-0-variants": "{甲}"}, "大括号"),
        (
            {
                "parts-0-explanation": "长" * 19_000,
                "parts-0-stem": "*" * 19_000,
                **{f"parts-0-options-{n}-text": f"{n}" + "*" * 1_990 for n in range(26)},
            },
            "存不下",
        ),
    ],
)
def test_what_cannot_be_kept_is_told_and_stays_on_the_sheet(desk, make, typed, why):
    answer = desk.new(**typed)
    assert answer.status_code == 422 and re.search(why, answer.text)
    found = fields_of(answer.text)
    for name, value in typed.items():
        assert found[name] == value
    assert make.all(Question) == []


def test_a_case_with_blanks_and_a_rubric_comes_back_as_it_was_typed(desk, make):
    typed = {
        "case": "某县……",
        "parts-0-type": "blank",
        "parts-0-points": "2",
        "parts-0-stem": "经____同意。",
        "parts-0-blanks-0-variants": "三分之二\n2/3",
        "parts-1-type": "short",
        "parts-1-points": "",
        "parts-1-stem": "怎样 2*3？",
        "parts-1-rubric-0-points": "1.5",
        "parts-1-rubric-0-text": "回避",
        "sources-0-law": "村组法",
        "sources-0-edition": "2018-12-29",
        "sources-0-article": "第二十一条",
        "sources-0-key": "召集",
    }
    assert desk.new(type="case", **typed).status_code == 303
    question = asked(make)
    assert question.points == 3.5 and question.parts[1].stem == "怎样 2\\*3？"
    assert question.sources[0].article == "21"
    found = desk.opened(make.all(Question)[0])
    again = {**typed, "parts-1-points": "1.5", "sources-0-article": "21"}
    assert {name: found[name] for name in again} == again


def test_a_law_with_one_edition_is_cited_by_its_name(desk, make):
    days = {"from_on": date(2019, 1, 1), "status": Standing.IN_FORCE, "title": "法"}
    for law, edition in (
        ("村组法", "2018-12-29"),
        ("土地法", "2004-08-28"),
        ("土地法", "2019-08-26"),
    ):
        make.keep(LawEdition(law=law, edition=edition, **days))
    desk.new(**{"sources-0-law": "村组法", "sources-1-law": "土地法"})
    assert [one.edition for one in asked(make).sources] == [date(2018, 12, 29), None]


def test_a_new_question_is_compared_with_the_banks_at_once(desk, make):
    stem = "村民会议由谁召集，多久召开一次？"
    assert "/versions/" in desk.new(**{"parts-0-stem": stem}).location
    answer = desk.new(**{"parts-0-stem": "村民会议由谁来召集，多久召开一次？"})
    first, second = make.all(Question)
    assert answer.location == f"/banks/questions/{second.id}/twins"
    page = desk.browser.get(answer.location).text
    assert "已保存。题库里有 1 道相似的题" in page and first.code in page
    assert f'href="/banks/versions/{second.versions[0].id}"' in page
    found = desk.opened(second)
    again = desk.browser.post(
        f"/banks/questions/{second.id}/edit", {**found, "act": "save", "points": "3"}
    )
    assert "/versions/" in again.location  # it asks the same as before: nothing new to compare


def test_a_change_of_a_used_question_waits_and_history_shows_the_words(desk, make, trainer):
    entry = make.question(desk.bank, by=trainer)
    found = desk.opened(entry)
    answer = desk.browser.post(
        f"/banks/questions/{entry.id}/edit",
        {**found, "act": "save", "parts-0-stem": "某事必须怎样办？"},
    )
    assert answer.status_code == 303
    make.session.refresh(entry)
    assert (entry.latest, entry.waiting, entry.waiting_state) == (1, 2, State.DRAFT)
    page = desk.browser.get(f"/banks/questions/{entry.id}/history").text
    assert "<del><small>删</small>应当</del><ins><small>增</small>必须</ins>" in page
    assert desk.browser.get(f"/banks/questions/{entry.id}/history?from=1&to=9").status_code == 404
    used, waiting = (desk.browser.get(f"/banks/versions/{one.id}").text for one in entry.versions)
    assert "有一版改动还没有定稿" in used and "送审" not in used
    assert "在用的是第 1 版" in waiting and "送审" in waiting


def test_who_is_to_review_a_change_answers_before_seeing_what_changed(desk, make, trainer, sign_in):
    entry = make.question(desk.bank, by=trainer)
    changed = {**desk.opened(entry), "act": "save", "parts-0-stem": "某事必须怎样办？"}
    desk.browser.post(f"/banks/questions/{entry.id}/edit", changed)
    reviewer = make.officer(make.unit("乙县"), Role.REVIEWER)
    make.named(desk.bank, Right.REVIEW, person=reviewer)
    browser, url = sign_in(reviewer), f"/banks/questions/{entry.id}/history"
    for _moment in ("a draft", "in review"):
        page = browser.get(url).text
        assert "先作答，再看改了什么" in page and "必须" not in page
        desk.browser.post(f"/banks/questions/{entry.id}/send")
    assert "必须</ins>" in desk.browser.get(url).text


def test_of_two_who_change_at_once_the_second_sees_both_and_loses_nothing(desk, make):
    desk.new()
    (entry,) = make.all(Question)
    mine = {**desk.opened(entry), "act": "save", "parts-0-stem": "我的题干？"}
    theirs = {**mine, "parts-0-stem": "对方的题干？"}
    assert desk.browser.post(f"/banks/questions/{entry.id}/edit", theirs).status_code == 303
    answer = desk.browser.post(f"/banks/questions/{entry.id}/edit", mine)
    assert answer.status_code == 409 and "刚才有人改过" in answer.text
    assert "对方的题干？" in answer.text
    found = fields_of(answer.text)
    assert found["parts-0-stem"] == "我的题干？"
    assert (
        desk.browser.post(f"/banks/questions/{entry.id}/edit", {**found, "act": "save"}).status_code
        == 303
    )
    assert asked(make).parts[0].stem == "我的题干？"


def test_signs_that_nobody_sees_are_let_go(desk, make):
    typed = {"topic": "村\x00民", "parts-0-stem": "谁\x00？", "sources-0-law": "法\x07"}
    assert desk.new(**typed).status_code == 303
    assert (asked(make).topic, asked(make).parts[0].stem) == ("村 民", "谁？")


# ── pictures and pasting ────────────────────────────────────────────────────────────────────────


def test_a_picture_is_put_into_a_text_and_seen_with_its_question(desk, make, sign_in):
    file = (BytesIO(drawing()), "红.png")
    page = desk.new("picture", picture=file, picture_alt="红", picture_at="parts-0-explanation")
    found = fields_of(page.text)
    assert found["parts-0-explanation"] == "【图1】" and found["pictures-0-alt"] == "红"
    assert (
        desk.browser.post(
            f"/banks/{desk.bank.id}/questions/new", {**found, "act": "save"}
        ).status_code
        == 303
    )
    name = re.fullmatch(r"!\[红\]\(pic:(.*)\)", asked(make).parts[0].explanation)[1]
    assert [one.name for one in make.all(VersionPicture)] == [name]
    seen = desk.browser.get(f"/banks/pictures/{name}")
    assert (seen.status_code, seen.mimetype) == (200, "image/png")
    assert seen.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    version = make.all(QuestionVersion)[0]
    shown = f'<img src="/banks/pictures/{name}" alt="红">'
    assert shown in desk.browser.get(f"/banks/versions/{version.id}").text
    stranger = sign_in(make.officer(make.unit("乙县"), Role.TRAINER))
    assert stranger.get(f"/banks/pictures/{name}").status_code == 404
    colleague = make.officer(make.unit("丙县"), Role.TRAINER)
    make.named(desk.bank, Right.PRACTISE, person=colleague)
    assert sign_in(colleague).get(f"/banks/pictures/{name}").status_code == 200


def test_what_is_no_picture_is_told_and_the_sheet_stays(desk):
    answer = desk.new("picture", picture=(BytesIO(b"MZ"), "x.png"), topic="村民会议")
    assert "这不是可以显示的图片" in answer.text
    assert fields_of(answer.text)["topic"] == "村民会议"
    assert "请先选择一张图片" in desk.new("picture").text


def test_a_script_may_send_a_picture_and_a_page(desk, make):
    url = f"/banks/{desk.bank.id}"
    sent = desk.browser.post(f"{url}/pictures", {"picture": (BytesIO(drawing()), "a.png")}).json
    assert re.fullmatch("[0-9a-f]{32}", sent["name"]) and len(make.all(Picture)) == 1
    html = '<p>看<img src="data:image/png;base64,AAAA">表</p><table><tr><td>甲<td>乙<tr><td>1<td>2'
    told = desk.browser.post(f"{url}/paste", json={"html": html, "first": 2}).json
    assert told["text"] == "看表\n\n| 甲 | 乙 |\n| 1 | 2 |" and told["pictures"] == []
    assert "这不是可以显示的图片" in told["notes"][0]
    assert desk.browser.post(f"{url}/paste", json=["x"]).status_code == 422


def test_the_preview_shows_the_question_as_the_phone_does(desk):
    answer = desk.browser.post(f"/banks/{desk.bank.id}/preview", sheet("preview"))
    assert answer.status_code == 200 and 'type="radio"' in answer.text
    assert "村民委员会" in answer.text and "<html" not in answer.text
    odd = [{"points": one} for one in ("NaN", "sNaN", "Infinity", "1e999999", "-1", "0.001")]
    for bad in (
        *odd,
        {"type": "x", "layer": "y", "parts-0-type": "z"},
        {"pictures-0-name": "../x"},
    ):
        assert desk.new("preview", **bad).status_code == 200
        assert (
            desk.browser.post(
                f"/banks/{desk.bank.id}/preview", {**sheet("preview"), **bad}
            ).status_code
            == 200
        )


# ── who may ─────────────────────────────────────────────────────────────────────────────────────


def test_who_is_not_named_as_a_writer_writes_nothing(make, bank, sign_in):
    reader = make.officer(make.unit("乙县"), Role.TRAINER)
    make.named(bank, Right.PRACTISE, person=reader)
    entry = make.question(bank)
    browser = sign_in(reader)
    for url in (f"/banks/{bank.id}/questions/new", f"/banks/questions/{entry.id}/edit"):
        assert browser.get(url).status_code == 403
        assert browser.post(url, sheet("save")).status_code == 403
    assert browser.post(f"/banks/{bank.id}/paste", json={"html": ""}).status_code == 403
    assert browser.get(f"/banks/questions/{entry.id}/history").status_code == 200
    assert len(make.all(Question)) == 1


def test_what_was_typed_outlives_a_session(desk, make, client):
    answer = client.post(f"/banks/{desk.bank.id}/questions/new", sheet("save"))
    assert answer.status_code == 401
    assert 'name="parts-0-stem"' in answer.text and "谁召集村民会议？" in answer.text
    assert make.all(Question) == []


def test_a_file_is_chosen_again_after_signing_in_and_the_words_stay(desk, client):
    typed = sheet("picture", picture=(BytesIO(drawing()), "a.png"), **{"keep-typed": "1"})
    answer = client.post(f"/banks/{desk.bank.id}/questions/new", typed)
    assert "文件需要在登录后重新选择" in answer.text and "谁召集村民会议？" in answer.text
