"""A trainer mends what was found, sets facts for many at once, and answers what was asked."""

from lms.bank.files import read_draft
from lms.bank.models import Question, QuestionVersion
from lms.bank.rules import Pool
from lms.exchange.standings import Status
from tests.exchange.conftest import PAPER, counts

WRONG = PAPER.replace("答案：A\n解析", "答案：E\n解析")


def fields(**part) -> dict[str, str]:
    """What the small form sends for a question of one part."""
    typed = {
        "type": "single",
        "stem": "村民会议由谁召集？",
        "options": "A. 村民委员会\nB. 乡镇人民政府",
        "answer": "A",
        "explanation": "",
        "points": "2",
    } | part
    return {f"parts-0-{name}": value for name, value in typed.items()}


def checked(desk):
    """The line that waits to be mended."""
    (line,) = [one for one in desk.lines() if one.status is Status.CHECK]
    return line


def mend(desk, one, line, **part):
    return desk.post(one, f"lines/{line.id}", **fields(**part))


def test_what_is_mended_is_checked_anew_at_once(desk):
    one = desk.read(WRONG)
    line = checked(desk)
    page = desk.browser.get(f"/banks/imports/{one.id}/lines/{line.id}").text
    assert "A. 村民委员会\nB. 乡镇人民政府\nC. 县人民政府" in page
    answer = mend(desk, one, line)
    assert answer.status_code == 302 and "lines" not in answer.location
    assert counts(desk.last()) == {"new": 4}


def test_the_next_one_is_a_press_away_until_none_is_left(desk):
    one = desk.read(WRONG.replace("答案：A", "答案：F"))
    first, second = [line for line in desk.lines() if line.status is Status.CHECK]
    page = desk.browser.get(f"/banks/imports/{one.id}/lines/{first.id}").text
    assert "保存，改下一题" in page and "保存并返回" in page
    after = desk.post(one, f"lines/{second.id}", **fields(answer="B"), further="1").location
    assert f"lines/{first.id}" in after  # from the last it goes on with the first
    answer = desk.post(one, f"lines/{first.id}", **fields(), further="1")
    assert answer.status_code == 302 and "lines" not in answer.location
    assert counts(desk.last()) == {"new": 4}


def test_what_is_still_wrong_is_said_and_nothing_typed_is_lost(desk):
    one = desk.read(WRONG)
    line = checked(desk)
    answer = mend(desk, one, line, answer="D", stem="由谁召集？")
    assert answer.status_code == 302 and f"lines/{line.id}" in answer.location
    page = desk.browser.get(answer.location).text
    assert "还有需要核对的地方" in page and "由谁召集？" in page and "超出了选项" in page
    assert counts(desk.last()) == {"check": 1, "new": 3}


def test_points_that_are_no_number_are_told_at_the_field(desk):
    one = desk.read(WRONG)
    answer = mend(desk, one, checked(desk), points="两分")
    assert answer.status_code == 422 and "分值要是数字" in answer.text and "两分" in answer.text


def test_another_type_may_be_chosen(desk, make):
    one = desk.read(WRONG)
    mend(desk, one, checked(desk), type="true_false", stem="村委会召集。", options="", answer="对")
    desk.confirm(desk.last())
    question = read_draft(make.all(QuestionVersion)[0].text)
    assert question.type == "true_false" and question.parts[0].right == {"A"}


def test_options_may_be_typed_without_letters_and_marks_are_no_markdown(desk, make):
    one = desk.read(WRONG)
    mend(desk, one, checked(desk), options="* 一处\n两处", answer="b")
    desk.confirm(desk.last())
    part = read_draft(make.all(QuestionVersion)[0].text).parts[0]
    assert part.options == {"A": r"\* 一处", "B": "两处"} and part.right == {"B"}


def test_a_doubt_is_let_go_by_who_has_looked_and_a_fault_is_not(desk):
    jumping = PAPER.replace("2. 村民小组长", "5. 村民小组长")
    one = desk.read(jumping)
    assert counts(one) == {"check": 1, "new": 3}
    assert "确认无误" in desk.page(one)
    desk.post(one, "accept", line=checked(desk).id, show="check", page="1")
    assert counts(desk.last()) == {"new": 4}
    one = desk.read(WRONG.replace("A. 村民委员会\n", ""))
    desk.post(one, "accept", line=checked(desk).id)
    assert counts(desk.last())["check"] == 1


def test_a_question_may_be_left_and_taken_again(desk, make):
    one = desk.read()
    line = desk.lines()[0]
    desk.post(one, "leave", line=line.id)
    assert counts(desk.last()) == {"new": 3, "left": 1}
    desk.post(one, "leave", line=line.id)
    assert counts(desk.last()) == {"new": 4}
    desk.post(one, "leave", line=line.id)
    desk.confirm(desk.last())
    assert len(make.all(Question)) == 3


def test_each_chapter_gets_its_ability_in_one_act(desk, make):
    one = desk.read()
    page = desk.page(one)
    assert "第一章 村民自治" in page and "第二章 信访工作" in page
    desk.post(one, "groups", **{"groups-0-ability": "MAS", "groups-1-ability": "RSK"})
    assert "群众工作本领（不改）" in desk.page(desk.last())
    desk.confirm(desk.last())
    asked = [read_draft(one.text).abilities for one in make.all(QuestionVersion)]
    assert asked == [("MAS",), ("MAS",), ("RSK",), ("RSK",)]


def test_facts_are_set_by_words_by_type_and_for_all(desk, make):
    one = desk.read()
    desk.post(one, "set", ability="LAW", topic="", difficulty="", pool="")
    desk.post(one, "set", words="信访人", topic="信访", difficulty="hard", pool="exam")
    desk.post(one, "set", type="single", difficulty="easy")
    desk.confirm(desk.last())
    asked = [read_draft(one.text) for one in make.all(QuestionVersion)]
    assert {one.abilities for one in asked} == {("LAW",)}
    assert [one.difficulty for one in asked] == ["easy", "easy", None, "hard"]
    assert [one.topic for one in asked] == ["", "", "", "信访"]
    assert [one.pool for one in make.all(Question)] == [*[Pool.PRACTICE] * 3, Pool.EXAM]


def test_a_name_nobody_knows_is_asked_and_never_made(desk, make):
    table = "题型,题干,选项A,选项B,答案,本领\n"
    table += "单选题,谁召集村民会议？,村委会,乡政府,A,沟通协调\n"
    table += "单选题,谁推选村民小组长？,小组会议,党组织,A,沟通协调\n"
    one = desk.read(table, name="题库.csv")
    assert counts(one) == {"new": 2}
    page = desk.page(one)
    assert "本领“沟通协调” · 2 题" in page
    said = {"asks-0-fact": "abilities", "asks-0-word": "沟通协调", "asks-0-value": "MAS"}
    desk.post(one, "answers", **said)
    assert "沟通协调" not in desk.page(desk.last())
    desk.confirm(desk.last())
    asked = [read_draft(one.text).abilities for one in make.all(QuestionVersion)]
    assert asked == [("MAS",), ("MAS",)]


def test_after_the_confirmation_nothing_is_mended_any_more(desk):
    one = desk.take()
    line = desk.lines()[0]
    assert desk.post(one, "set", ability="LAW").status_code == 409
    assert mend(desk, one, line).status_code == 409
    assert desk.post(one, "leave", line=line.id).status_code == 409
