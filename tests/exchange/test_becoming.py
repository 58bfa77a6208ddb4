"""What was found becomes a question; what is missing or doubtful is said, and nothing is lost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from lms.bank.files import read_question, write_question
from lms.bank.rules import (
    TRUE_FALSE,
    Difficulty,
    Line,
    Origin,
    QuestionType,
    Source,
    Thinking,
    faults,
)
from lms.exchange import becoming, single
from lms.exchange.becoming import become, to_found
from lms.exchange.drafts import packed, unpacked
from lms.exchange.facts import AS_TOPIC, LEFT_OUT, SHIPPED_NAMES, Names, read_facts
from lms.exchange.rules import Doubt, Found, Place
from tests.bank.test_files import questions

HERE = Place("题库.docx", paragraph=7)
NAMES = SHIPPED_NAMES


def choice(**changes) -> Found:
    """A plain question with one right answer."""
    given = {
        "type": QuestionType.SINGLE,
        "stem": "村民会议由谁召集？",
        "options": {"A": "村民委员会", "B": "乡政府", "C": "县政府"},
        "answer": frozenset("A"),
    }
    return Found(HERE, **given | changes)


def wrong(found: Found) -> list[str]:
    return [one.text for one in become(found, NAMES).faults]


def known(question):
    """The same, with codes that the program has."""
    codes = {"abilities": {"LAW"}, "projects": {"P3"}}
    kept = {
        name: tuple(dict.fromkeys(code for code in getattr(question, name) if code in some))
        for name, some in codes.items()
    }
    return replace(question, **kept)


@given(questions().map(known))
def test_a_question_of_the_bank_is_found_again_as_it_was(question):
    found = unpacked(packed(to_found(question, HERE)))
    became = become(found, NAMES)
    assert became.question == question
    assert became.answered and not became.asks
    assert bool(became.faults) == bool(faults(question))
    assert found.place == HERE


def test_a_plain_question_is_brought_with_points_by_its_type():
    became = become(choice(), NAMES, "yq-1")
    question = became.question
    assert (question.id, question.origin, question.points) == ("yq-1", Origin.BROUGHT, 1)
    assert question.parts[0].right == {"A"} and became.faults == ()
    assert (
        become(choice(type=QuestionType.MULTIPLE, answer=frozenset("AB")), NAMES).question.points
        == 2
    )


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (choice(type=None), single.NO_TYPE),
        (choice(stem=" "), single.NO_STEM),
        (choice(options={"A": "村民委员会"}), single.FEW_OPTIONS),
        (choice(options={"A": "甲", "C": "乙"}), single.NOT_IN_ORDER),
        (choice(options={"A": "甲", "B": " "}), single.EMPTY_OPTION),
        (choice(options={"A": "甲", "B": "甲"}), single.SAME_OPTIONS),
        (choice(answer=frozenset("E")), single.BEYOND),
        (choice(answer=frozenset("AB")), single.ONE_RIGHT),
        (choice(type=QuestionType.MULTIPLE), single.MORE_RIGHT),
        (choice(answer=True), single.NO_LETTERS),
        (choice(answer="村民委员会"), single.NO_LETTERS),
        (choice(type=QuestionType.TRUE_FALSE), single.NO_TRUTH),
        (choice(points=Decimal(0)), single.UNPAYABLE),
        (Found(HERE, QuestionType.BLANK, stem="三分之二", answer=(("甲",),)), single.NO_GAP),
        (
            Found(HERE, QuestionType.BLANK, stem="____和____", answer=(("甲",),)),
            single.BLANKS_DIFFER,
        ),
        (Found(HERE, QuestionType.BLANK, stem="{a}____", answer=(("甲",),)), single.BRACES),
        (Found(HERE, QuestionType.SHORT, stem="问", answer=frozenset("A")), single.NO_TEXT),
        (Found(HERE, QuestionType.CASE, stem="", parts=[choice()]), becoming.NO_CASE),
        (Found(HERE, QuestionType.CASE, stem="材料"), becoming.NO_PARTS),
        (
            Found(
                HERE,
                QuestionType.CASE,
                stem="材料",
                points=Decimal(3),
                parts=[choice(points=Decimal(2))],
            ),
            single.POINTS_DIFFER,
        ),
        (
            Found(HERE, QuestionType.CASE, stem="材料", parts=[choice(parts=[choice()])]),
            single.PART_IN_PART,
        ),
        (Found(HERE, QuestionType.BLANK, stem="____", answer=(("{甲}",),)), becoming.OTHERWISE),
        (choice(explanation="长" * 60_000), becoming.TOO_LONG),
    ],
)
def test_what_keeps_it_from_being_a_question_is_said(found, text):
    assert text in wrong(found)


def test_signs_that_nobody_sees_are_left_out():
    became = become(choice(stem="谁\x00召集\ufeff？", explanation="甲 \n乙\x0b"), NAMES, "yq-1")
    part = became.question.parts[0]
    assert (part.stem, part.explanation) == ("谁召集？", "甲\n乙")
    assert read_question(write_question(became.question)) == became.question


def test_a_number_that_cannot_be_a_name_is_none():
    became = become(choice(facts={"id": "1号"}), NAMES, "yq-1")
    assert became.question.id == "yq-1" and "id" not in became.said


def test_without_an_answer_it_is_no_fault_and_not_answered():
    for found in (choice(answer=None), Found(HERE, QuestionType.SHORT, stem="问", answer=" ")):
        became = become(found, NAMES)
        assert (became.faults, became.answered) == ((), False)


def test_a_fault_of_a_part_says_in_which_part():
    case = Found(HERE, QuestionType.CASE, stem="材料", parts=[choice(), choice(stem="")])
    (fault,) = become(case, NAMES).faults
    assert (fault.text, fault.what) == (single.NO_STEM, "2.stem")


def test_empty_brackets_are_blanks_where_nothing_else_is():
    found = Found(HERE, QuestionType.BLANK, stem="经（　）以上同意", answer=(("半数",),))
    part = become(found, NAMES).question.parts[0]
    assert (part.stem, part.blanks) == ("经____以上同意", (("半数",),))


def test_true_and_false_are_the_two_options_of_the_house():
    found = Found(HERE, QuestionType.TRUE_FALSE, stem="对吗？", answer=False)
    part = become(found, NAMES).question.parts[0]
    assert (part.options, part.right) == (TRUE_FALSE, {"B"})


def test_a_rubric_in_brackets_pays_line_by_line():
    text = "[2] 应当回避\n[3] 机关审查后\n  作出决定"
    part = become(Found(HERE, QuestionType.ESSAY, stem="问", answer=text), NAMES).question.parts[0]
    assert part.rubric == (Line(Decimal(2), "应当回避"), Line(Decimal(3), "机关审查后\n作出决定"))
    assert part.points == 5


# ── facts ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("易", Difficulty.EASY),
        ("较难", Difficulty.HARD),
        ("3", Difficulty.MEDIUM),
        ("难度系数：0.85", Difficulty.EASY),
        ("0.55", Difficulty.MEDIUM),
        ("0.2", Difficulty.HARD),
        ("★★★", Difficulty.MEDIUM),
    ],
)
def test_difficulty_is_read_as_teachers_write_it(written, meant):
    assert read_facts({"difficulty": written}, NAMES).values == {"difficulty": meant}


def test_names_and_codes_are_known_with_and_without_their_endings():
    facts = {"abilities": "群众工作、依法执政本领，rsk", "projects": "基层干部能力；P1"}
    told = read_facts(facts | {"level": "掌握", "audience": "村党组织书记"}, NAMES)
    assert told.values["abilities"] == ("MAS", "LAW", "RSK")
    assert told.values["projects"] == ("P3", "P1") and told.values["level"] is Thinking.APPLY
    assert told.values["audience"] == ("VPS",) and told.asks == []


def test_a_name_nobody_knows_is_asked_and_not_made():
    told = read_facts({"abilities": "沟通协调、群众工作", "difficulty": "C"}, NAMES)
    assert told.asks == [("abilities", "沟通协调"), ("difficulty", "C")]
    assert told.values == {"abilities": ("MAS",)}


def test_what_a_person_answered_is_kept_to():
    said = {"abilities:沟通协调": "MAS", "abilities:党建": AS_TOPIC, "difficulty:C": LEFT_OUT}
    names = Names(NAMES.abilities, NAMES.projects, said)
    told = read_facts({"abilities": "沟通协调、党建", "difficulty": "C"}, names)
    assert told.values == {"abilities": ("MAS",), "topic": "党建"} and told.asks == []


@pytest.mark.parametrize(
    ("written", "sources"),
    [
        ("《公务员法》第六十条", [Source("公务员法", None, "60")]),
        (
            "《中华人民共和国刑法》第一百二十条之一第二款：资助恐怖活动",
            [Source("刑法", None, "120之一", "资助恐怖活动")],
        ),
        (
            "《土地管理法》（2019年8月26日）第62条、《民法典》第一千零四十二条。",
            [
                Source("土地管理法", date(2019, 8, 26), "62"),
                Source("民法典", None, "1042"),
            ],
        ),
        ("教材第三章", [Source("教材第三章")]),
        ("《村民委员会组织法》", [Source("村民委员会组织法")]),
    ],
)
def test_a_source_is_read_as_it_is_cited(written, sources):
    assert read_facts({"source": written}, NAMES).values["sources"] == tuple(sources)


def test_a_day_that_is_none_is_doubted():
    told = read_facts({"valid_from": "明年"}, NAMES)
    assert [one.what for one in told.doubts] == ["valid_from"] and "valid_from" not in told.values


def test_what_waits_keeps_its_doubts_and_guesses():
    doubt = Doubt(single.BEYOND, {"written": "E", "letters": "A、B"}, "answer", HERE)
    found = choice(guessed={"type"}, doubts=[doubt], kept={"页码": "35"}, headings=("第一章",))
    assert unpacked(packed(found)) == found
