"""What a question is found by: one form for what reads alike, facts as lines."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lms.bank import found_by
from lms.bank.found_by import Sought
from lms.bank.rules import Difficulty, Origin, Part, Question, QuestionType, Source


def asked(**facts):
    part = Part(
        QuestionType.SINGLE,
        "ＡＢＣ 与 **村民** 会议（ ）",
        Decimal(2),
        {"A": "应当 召集", "B": "Excel 2019"},
        frozenset("A"),
        explanation="解析里的话",
    )
    return Question("Q-1", QuestionType.SINGLE, (part,), Decimal(2), **facts)


def test_widths_cases_marks_and_gaps_between_chinese_signs_are_folded():
    assert found_by.words_of(asked()) == "q-1\nabc与村民会议( )\n应当召集\nexcel 2019"


def test_words_that_are_sought_take_the_same_form_and_all_must_stand():
    assert found_by.words(Sought(words="ＡＢＣ　村民  abc")) == ["abc", "村民"]
    assert found_by.words(Sought()) == []


def test_facts_are_lines_of_their_own():
    sources = (Source("中华人民共和国公务员法", date(2018, 12, 29), "60", "由上级负责"),)
    question = asked(
        difficulty=Difficulty.EASY, projects=("P3",), topic="公务员 义务", sources=sources
    )
    facets = found_by.facets_of(question, [4, 11])
    assert facets.strip("\n").split("\n") == ["single", "own", "easy", "a4", "a11", "P3"]
    assert found_by.ability_ids(facets) == [4, 11]
    assert found_by.subjects_of(question) == "公务员义务\nlaws:\n公务员法"


def test_what_has_no_ability_and_no_project_is_found_as_such():
    facets = found_by.facets_of(asked(), [])
    for token in found_by.tokens(Sought(ability_id=0, project="-", origin=Origin.OWN)):
        assert token in facets
    assert found_by.ability_ids(facets) == []


def test_no_two_kinds_of_fact_share_a_word():
    from lms.bank.rules import Layer, Thinking
    from lms.competencies.rules import PROJECT_NAMES

    kinds = (QuestionType, Origin, Difficulty, Layer, Thinking)
    words = [str(one) for kind in kinds for one in kind] + list(PROJECT_NAMES)
    assert len(words) == len(set(words))


def test_a_law_is_sought_by_its_name_with_or_without_the_country():
    assert found_by.pieces(Sought(law="中华人民共和国公务员法")) == [("\nlaws:", "公务员法")]


@given(text=st.text(max_size=60), at=st.integers(0, 59), length=st.integers(1, 12))
def test_a_text_has_the_bits_of_every_part_of_it(text, at, length):
    whole, part = found_by.signs_of(text), found_by.signs_of(text[at : at + length])
    assert all(a & b == b for a, b in zip(whole, part, strict=True))
    assert all(0 <= bits < 2**63 for bits in whole)


def test_a_question_has_less_than_half_of_the_bits():
    """Else looking at them first would be of no use."""
    words = "村民委员会每届任期五年，届满应当及时举行换届选举；由乡镇政府指导，村民会议推选产生。"
    assert sum(bits.bit_count() for bits in found_by.signs_of(words)) < found_by.BITS
