"""What was understood is printed as the contract has it, doubts and refusals among it."""

from decimal import Decimal

from lms.bank.files import read_draft
from lms.bank.rules import QuestionType
from lms.exchange.becoming import to_found
from lms.exchange.contract import as_json, printed
from lms.exchange.reading import read_file
from lms.exchange.rules import Doubt, Found, Place, Read
from tests.bank.test_files import BLANKS, CASE, SINGLE, TRUE


def of(text: str):
    return as_json(to_found(read_draft(text)))


def test_a_question_file_is_printed_by_the_contract():
    one, summary = printed(read_file("one.md", SINGLE.encode()))
    assert one["type"] == "single" and one["number"] == "law-0042" and one["points"] == 2
    assert one["answer"] == ["B"] and one["options"]["B"] == "上级" and one["errors"] == []
    assert one["source"] == {"line": 1} and one["guessed"] == []
    assert summary == {"summary": {"read": 1, "with_errors": 0, "refused": None}}


def test_each_type_has_its_answer():
    assert of(TRUE)["answer"] is False and of(TRUE)["options"] == {}
    assert of(BLANKS)["answer"] == [["三分之二", "2/3"], ["3.14 ± 0.01"]]
    assert of(BLANKS.replace(" 或 2/3", ""))["answer"] == ["三分之二", "3.14 ± 0.01"]
    case = of(CASE)
    assert case["answer"] is None and case["stem"].startswith("某县住建局")
    assert [part["answer"] for part in case["parts"]][:2] == [["B"], ["A"]]
    assert case["parts"][2]["answer"] == "[2.5] 应当回避\n[3.5] 机关审查后\n  作出决定"


def test_what_the_file_has_not_is_null_and_said():
    found = Found(Place(sheet="表一", row=3), None, "7", "问什么？", points=Decimal("0.5"))
    one = as_json(found)
    assert (one["type"], one["answer"], one["points"]) == ("short", None, 0.5)
    assert one["guessed"] == ["type"]
    assert one["source"] == {"sheet": "表一", "row": 3}
    assert one["errors"] == ["看不出题型，请选择题型。", "没有答案，只能作为草稿带入。"]


def test_a_part_of_a_case_is_printed_as_any_question_with_its_own_errors():
    wrong = Found(Place(line=5), QuestionType.SINGLE, "2", "选哪个？", {"A": "甲"}, frozenset("A"))
    right = Found(Place(), QuestionType.TRUE_FALSE, "1", "对吗？", answer=True)
    case = Found(Place(line=3), QuestionType.CASE, "7", "某村……", parts=[right, wrong])
    one = as_json(case)
    first, second = one["parts"]
    assert set(first) == set(one)
    assert (first["source"], second["source"]) == ({"line": 3}, {"line": 5})
    assert first["errors"] == [] and second["errors"] == one["errors"] != []


def test_doubts_of_the_reader_stand_among_the_errors_once():
    doubt = Doubt("答案“{written}”看不懂。", {"written": "甲"}, "answer")
    found = Found(Place(line=9), QuestionType.SINGLE, stem="问", options={"A": "甲", "B": "乙"})
    found.doubts = [doubt, doubt]
    assert as_json(found)["errors"] == ["答案“甲”看不懂。"]


def test_a_name_nobody_knows_makes_its_fact_unsure_and_the_question_no_worse():
    found = Found(Place(line=1), QuestionType.TRUE_FALSE, stem="对吗", answer=True)
    found.facts = {"abilities": "沟通协调"}
    one = as_json(found)
    assert (one["guessed"], one["errors"]) == (["abilities"], [])


def test_a_refusal_is_the_only_line():
    refused = Read("x.txt", refused=Doubt("“{file}”是网页。", {"file": "x.txt"}))
    why = "“x.txt”是网页。"
    assert printed(refused) == [{"summary": {"read": 0, "with_errors": 0, "refused": why}}]
