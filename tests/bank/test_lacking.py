"""What a question lacks is told beside the field that mends it, in words without marks."""

import ast
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from lms.bank.lacking import NOT_BY_FORM, OF_PART, OF_WHOLE, lacks
from lms.bank.rules import Line, Part, Question, QuestionType, Source

TWO = Decimal(2)
EMPTY = Part(QuestionType.SINGLE, "", TWO)


def asked(part=EMPTY, **more):
    return Question("q-1", part.type, (part,), part.points, **more)


def told(question):
    return {(place, str(lack)) for place, lack in lacks(question)}


def test_every_fault_that_rules_know_has_its_field():
    tree = ast.parse(Path("lms/bank/rules.py").read_text())
    known = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Invalid"
    }
    assert {one for one in known if one.startswith("{id}")} == (
        OF_WHOLE.keys() | OF_PART.keys() | NOT_BY_FORM
    )


def test_an_empty_sheet_lacks_its_stem_and_its_options():
    assert told(asked()) == {
        ("parts-0-stem", "请写题干。"),
        ("parts-0-options", "至少写两个选项。"),
        ("parts-0-options", "请标出正确答案。"),
    }


def test_points_are_lacking_once_and_where_they_are_written():
    part = replace(EMPTY, stem="谁？", options={"A": "甲", "B": "乙"}, right=frozenset("A"))
    assert told(asked(replace(part, points=Decimal(0)))) == {
        ("points", "分值要大于 0、不超过 1000，最多两位小数。")
    }
    case = Question("q-1", QuestionType.CASE, (replace(part, points=Decimal(0)),) * 2, Decimal(0))
    assert told(case) == {
        ("case", "请写材料。"),
        ("parts-0-points", "分值要大于 0、不超过 1000，最多两位小数。"),
        ("parts-1-points", "分值要大于 0、不超过 1000，最多两位小数。"),
    }


def test_facts_and_rubrics_are_looked_at_too():
    essay = Part(QuestionType.ESSAY, "怎样办？", TWO, rubric=(Line(Decimal(1), "依据"),))
    days = {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}
    assert told(asked(essay, sources=(Source("法", None, "附件"),), **days)) == {
        ("valid_to", "有效期的止日早于起日。"),
        ("sources", "条号“附件”应写成第几条，如 60 或 120之一。"),
    }


def test_a_question_that_is_well_lacks_nothing():
    part = replace(EMPTY, stem="谁？", options={"A": "甲", "B": "乙"}, right=frozenset("A"))
    assert lacks(asked(part)) == []
