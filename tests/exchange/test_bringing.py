"""A trainer sends a file, looks at what was understood, and confirms it."""

import pytest

from lms.access.permissions import Role
from lms.audit.models import AuditEntry
from lms.bank.files import read_draft
from lms.bank.models import Bank, Question, QuestionVersion
from lms.bank.rules import Origin, Pool, State
from lms.exchange.models import BankLine
from lms.exchange.standings import Step
from tests.exchange.conftest import PAPER, Desk, counts

NO_ANSWER = PAPER.replace("答案：正确\n", "")


def texts(make) -> list[str]:
    """What the bank's questions ask, in their newest versions."""
    newest = {one.question_id: one for one in make.all(QuestionVersion)}
    return [read_draft(one.text).parts[0].stem for one in newest.values()]


def test_nothing_is_written_before_it_is_confirmed(desk, make):
    one = desk.read()
    assert (one.step, counts(one)) == (Step.READ, {"new": 4})
    assert make.all(Question) == []
    page = desk.page(one)
    assert "认出 4 题，可用 4，待核 0" in page and "村民会议由谁召集？" in page
    assert desk.confirm(one).status_code == 302
    assert desk.last().step is Step.DONE and len(make.all(Question)) == 4


def test_what_was_confirmed_waits_for_review_in_its_pool(desk, make, trainer):
    desk.take(pool="open")
    entries, versions = make.all(Question), make.all(QuestionVersion)
    assert {(one.pool, one.state, one.made_by) for one in entries} == {
        (Pool.OPEN, State.IN_REVIEW, trainer.id)
    }
    assert [one.code for one in entries] == ["yq-S1", "yq-S2", "yq-T1", "yq-T2"]
    first = read_draft(versions[0].text)
    assert (first.points, first.origin) == (2, Origin.BROUGHT)
    assert first.parts[0].right == {"A"} and first.parts[0].explanation == "由村民委员会召集。"


def test_each_question_shows_where_it_stands(desk):
    page = desk.page(desk.read())
    assert "第 3 行" in page and "单选" in page and "2 分" in page


def test_nothing_is_taken_into_a_bank_that_went_out_of_use_meanwhile(desk, make, clock):
    one = desk.read()
    make.all(Bank)[0].retired_at = clock()
    make.session.commit()
    answer = desk.confirm(one)
    assert answer.status_code == 409 and "已停用" in answer.text and make.all(Question) == []


def test_without_an_answer_it_becomes_a_draft(desk, make):
    one = desk.read(NO_ANSWER)
    assert counts(one) == {"new": 3, "unanswered": 1} and "没有答案 1<" in desk.page(one)
    desk.confirm(one)
    assert sorted(entry.state for entry in make.all(Question)) == ["draft", *["in_review"] * 3]


def test_what_is_wrong_stands_first_with_its_reason_and_is_not_taken(desk, make):
    one = desk.read(PAPER.replace("答案：A\n解析", "答案：E\n解析"))
    assert counts(one) == {"check": 1, "new": 3}
    page = desk.page(one)
    assert "超出了选项" in page or "不在选项" in page
    desk.confirm(one)
    assert len(make.all(Question)) == 3


def test_pasted_text_is_read_as_a_file_is(desk):
    assert desk.send(pasted=PAPER).status_code == 302
    desk.work()
    assert counts(desk.last()) == {"new": 4} and desk.last().files[0].name == "粘贴的文字.txt"


def test_nothing_sent_and_an_empty_file_are_told_at_the_form(desk):
    assert "请选择题库文件" in desk.send().text
    assert "空文件" in desk.send(("空.docx", b" ")).text
    assert desk.send().status_code == 422


def test_what_is_no_bank_is_refused_with_a_sentence(desk):
    one = desk.read("<!DOCTYPE html><html><body>判断题</body></html>", name="判断题.txt")
    assert one.step is Step.READ and counts(one) == {}
    page = desk.page(one)
    assert "网页" in page and "重新上传" in page and "确认带入" not in page
    assert desk.confirm(one).status_code == 409


def test_the_file_is_sealed_and_gone_when_the_import_is_over(desk, app):
    one = desk.read()
    folder = app.extensions["settings"].var / "uploads" / "banks"
    assert all("村民".encode() not in file.read_bytes() for file in folder.iterdir())
    desk.confirm(one)
    assert list(folder.iterdir()) == []


def test_an_import_may_be_given_up(desk, make, app):
    one = desk.read()
    assert desk.post(one, "drop").status_code == 302
    assert desk.last().step is Step.DROPPED and make.all(BankLine) == []
    assert "已放弃" in desk.page(one)


def test_an_import_is_its_senders_own_matter(desk, app, make, sign_in, school, bank):
    one = desk.read()
    colleague = Desk(app, make, sign_in(make.officer(school, Role.TRAINER, "李老师")), bank)
    assert colleague.browser.get(f"/banks/imports/{one.id}").status_code == 404
    assert colleague.confirm(one).status_code == 404


def test_who_may_not_write_in_the_bank_brings_nothing(app, make, sign_in, bank):
    other = make.officer(make.unit("平陆县委党校"), Role.TRAINER, "赵老师")
    desk = Desk(app, make, sign_in(other), bank)
    assert desk.browser.get(f"/banks/{bank.id}/bring").status_code in (403, 404)
    assert desk.send(("题库.txt", PAPER.encode())).status_code in (403, 404)


def test_each_act_leaves_one_row_in_the_log(desk, make):
    one = desk.take()
    desk.post(one, "take-back")
    acts = [entry.act for entry in make.all(AuditEntry) if "questions" in entry.act]
    assert acts == ["upload questions", "confirm questions", "add questions", "take questions back"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_reading_that_was_broken_off_begins_anew(desk, make, times):
    one = desk.read()
    for _ in range(times):
        assert desk.post(one, "read").status_code == 302
    assert counts(desk.last()) == {"new": 4} and len(make.all(BankLine)) == 4
