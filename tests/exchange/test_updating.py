"""The same file again is an update, not a second copy; what is unclear is asked."""

from dataclasses import replace

from lms.audit.models import AuditEntry
from lms.bank.files import read_draft, read_question, write_question
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import State
from lms.exchange.standings import Step
from tests.exchange.conftest import PAPER, counts
from tests.exchange.test_bringing import texts


def asked(make, code):
    """The newest version of a question."""
    (entry,) = [one for one in make.all(Question) if one.code == code]
    newest = [one for one in make.all(QuestionVersion) if one.question_id == entry.id][-1]
    return read_draft(newest.text)


def test_the_same_file_again_changes_nothing(desk, make):
    desk.take()
    again = desk.read()
    assert counts(again) == {"same": 4} and "不用再带入" in desk.page(again)
    assert desk.confirm(again).status_code == 409
    assert len(make.all(Question)) == 4


def test_a_mended_answer_is_a_change_of_that_question(desk, make):
    desk.take()
    one = desk.read(PAPER.replace("答案：A\n第二章", "答案：B\n第二章"))
    assert counts(one) == {"changed": 1, "same": 3}
    page = desk.page(one)
    assert "<del><small>删</small>A</del><ins><small>增</small>B</ins>" in page
    desk.confirm(one)
    assert len(make.all(Question)) == 4
    assert asked(make, "yq-S2").parts[0].right == {"B"}


def test_a_mended_stem_with_the_same_number_is_a_change(desk, make):
    desk.take()
    one = desk.read(PAPER.replace("村民小组长由谁推选？", "村民小组的组长由谁推选产生？"))
    assert counts(one) == {"changed": 1, "same": 3}
    desk.confirm(one)
    assert "村民小组的组长由谁推选产生？" in texts(make) and len(make.all(Question)) == 4


def test_another_question_with_the_same_number_is_new(desk):
    desk.take()
    one = desk.read(PAPER.replace("村民小组长由谁推选？", "财务收支情况应当多久公布一次？"))
    assert counts(one) == {"new": 1, "same": 3}


def test_spaces_and_marks_alone_are_no_change(desk):
    desk.take()
    assert counts(desk.read(PAPER.replace("1. 村民", "1、村民"))) == {"same": 4}


def test_what_was_set_here_is_not_lost_by_a_file_that_does_not_say_it(desk, make):
    one = desk.read()
    desk.post(one, "set", ability="MAS", topic="自治")
    desk.confirm(desk.last())
    one = desk.read(PAPER.replace("答案：A\n第二章", "答案：B\n第二章"))
    assert counts(one) == {"changed": 1, "same": 3}
    desk.confirm(one)
    question = asked(make, "yq-S2")
    assert question.abilities == ("MAS",) and question.topic == "自治"


def test_an_answer_is_not_taken_away_by_a_file_that_has_none(desk):
    desk.take()
    assert counts(desk.read(PAPER.replace("答案：正确\n", ""))) == {"same": 4}


def test_a_change_of_what_is_final_waits_for_review_beside_it(desk, make):
    desk.take()
    for entry in make.all(Question):
        entry.state = State.FINAL
    make.session.commit()
    desk.take(PAPER.replace("答案：A\n第二章", "答案：B\n第二章"))
    (entry,) = [one for one in make.all(Question) if one.code == "yq-S2"]
    assert (entry.state, entry.latest, entry.waiting) == (State.FINAL, 1, 2)
    assert entry.waiting_state is State.IN_REVIEW


def test_many_changes_are_made_and_sent_together(desk, make):
    desk.take()
    other = PAPER.replace("答案：A", "答案：B").replace("答案：错误", "答案：正确")
    desk.take(other.replace("答案：正确", "答案：错误", 1))
    assert {one.state for one in make.all(Question)} == {State.IN_REVIEW}
    assert len([one for one in make.all(QuestionVersion) if one.number == 2]) == 4
    acts = [row.act for row in make.all(AuditEntry)]
    assert acts.count("change questions") == acts.count("send questions") == 1


def test_of_two_changes_of_one_question_the_second_comes_after(desk, make):
    desk.take()
    line = "A. 村务监督委员会\nB. 村民\n"
    paper = f"一、单项选择题\n1. 村民会议由谁召集？\n{line}答案：B\n"
    one = desk.read(paper + f"2. 村民会议由谁召集？\n{line}C. 谁都可以\n答案：A\n")
    for each in desk.lines():
        desk.post(one, "choose", line=each.id, choice="update")
    desk.confirm(desk.last())
    assert all(each.written_at for each in desk.lines())
    assert len(asked(make, "yq-S1").parts[0].options) == 3
    desk.post(desk.last(), "take-back")
    assert asked(make, "yq-S1").parts[0].right == {"A"}


def test_a_name_in_the_file_says_which_question_it_is(desk, make):
    desk.take()
    question = replace(asked(make, "yq-S1"), topic="村民会议")
    one = desk.read(write_question(question), name="一题.md")
    assert counts(one) == {"changed": 1}
    desk.confirm(one)
    assert asked(make, "yq-S1").topic == "村民会议"


def test_a_name_that_stands_twice_is_doubted(desk, make):
    desk.take()
    question = read_question(write_question(asked(make, "yq-S1")))
    other = replace(question, parts=(replace(question.parts[0], stem="另一道题？"),))
    files = [("a.md", write_question(replace(question, id="new-1")).encode())]
    files.append(("b.md", write_question(replace(other, id="new-1")).encode()))
    desk.send(*files)
    desk.work()
    assert counts(desk.last()) == {"same": 0, "check": 1} or desk.last().counts["check"] == 1


def test_the_same_twice_in_one_file_is_taken_once(desk):
    twice = PAPER + "3. 信访事项应当按照属地管理、分级负责的原则办理。\n答案：正确\n"
    one = desk.read(twice)
    assert counts(one) == {"new": 4, "same": 1}
    page = desk.page(one, show="same")
    assert "本次带入 第 " in page


def test_the_same_stem_with_other_options_is_asked(desk, make):
    desk.take()
    paper = "一、单项选择题\n1. 村民会议由谁召集？\nA. 村务监督委员会\nB. 村民\n答案：B\n"
    one = desk.read(paper)
    assert counts(one) == {"alike": 1}
    assert "yq-S1" in desk.page(one)
    (line,) = desk.lines()
    desk.post(one, "choose", line=line.id, choice="update")
    assert counts(desk.last()) == {"changed": 1}
    desk.post(one, "choose", line=line.id, choice="new")
    assert counts(desk.last()) == {"new": 1}
    desk.confirm(desk.last())
    assert len(make.all(Question)) == 5


# ── taking back ────────────────────────────────────────────────────────────────────────────────


def test_an_import_is_taken_back_as_a_whole(desk, make):
    one = desk.take()
    assert desk.post(one, "take-back").status_code == 302
    assert desk.last().step is Step.RETURNED
    assert make.all(Question) == [] and make.all(QuestionVersion) == []


def test_what_it_changed_is_again_as_it_was(desk, make):
    desk.take()
    before = [(one.latest, one.waiting, one.state) for one in make.all(Question)]
    was = [asked(make, code) for code in ("yq-S1", "yq-S2")]
    one = desk.take(PAPER.replace("答案：A\n第二章", "答案：B\n第二章"))
    desk.post(one, "take-back")
    assert [(one.latest, one.waiting, one.state) for one in make.all(Question)] == before
    assert [asked(make, code) for code in ("yq-S1", "yq-S2")] == was


def test_a_draft_that_was_written_over_says_again_what_it_said(desk, make):
    desk.take(PAPER.replace("答案：正确\n", ""))
    before = asked(make, "yq-T1")
    one = desk.take()
    assert asked(make, "yq-T1").parts[0].right == {"A"}
    desk.post(one, "take-back")
    assert asked(make, "yq-T1") == before
    (entry,) = [one for one in make.all(Question) if one.code == "yq-T1"]
    assert entry.state is State.DRAFT


def test_what_has_been_reviewed_cannot_be_taken_back(desk, make):
    one = desk.take()
    make.all(Question)[0].state = State.FINAL
    make.session.commit()
    answer = desk.post(one, "take-back")
    assert answer.status_code == 409 and "yq-S1" in answer.text
    assert len(make.all(Question)) == 4


def test_what_a_paper_uses_cannot_be_taken_back(desk, make, bank):
    one = desk.take()
    make.paper(bank, make.all(QuestionVersion)[:1])
    answer = desk.post(one, "take-back")
    assert answer.status_code == 409 and "使用" in answer.text


# ── what looks alike ───────────────────────────────────────────────────────────────────────────

REWORDED = """一、单项选择题（每题2分，共1题）
1. 村民会议应当由谁负责召集？
A. 村民委员会
B. 乡镇人民政府
C. 县人民政府
答案：B
"""


def test_a_rewording_is_laid_beside_the_banks_question_and_asked(desk, make):
    desk.take()
    one = desk.read(REWORDED)
    assert counts(one) == {"alike": 1}
    page = desk.page(one)
    assert "题库中 yq-S1" in page and "答案不同" in page and "<mark>应当</mark>" in page
    assert desk.confirm(one).status_code == 409
    desk.post(one, "choose", choice="skip", every="1")
    assert counts(desk.last()) == {"left": 1}


def test_a_rewording_within_the_file_is_asked_and_all_may_be_taken_at_once(desk, make):
    one = desk.read(PAPER + REWORDED)
    assert counts(one) == {"new": 4, "alike": 1}
    desk.post(one, "choose", choice="new", every="1")
    assert counts(desk.last()) == {"new": 5}
