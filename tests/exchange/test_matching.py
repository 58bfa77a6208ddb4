"""Names, headings and numbers: what a question is called, under what it stands, which one it is."""

from dataclasses import replace

import pytest

from lms.bank.files import read_question
from lms.bank.rules import Question, QuestionType
from lms.exchange.becoming import Became, become, to_found
from lms.exchange.coding import Coding
from lms.exchange.facts import SHIPPED_NAMES
from lms.exchange.grouping import groups
from lms.exchange.matching import Entry, Shelf, merged, number_key, text_key
from lms.exchange.rules import Found, Place
from lms.exchange.standings import Case, Choice, Like, Status, status_of
from tests.bank.test_files import CASE, SINGLE

ASKED = read_question(SINGLE)


def under(*headings, sheet="", file=""):
    return Found(Place(sheet=sheet, file=file), headings=headings)


# ── names ──────────────────────────────────────────────────────────────────────────────────────


def test_a_number_gives_a_name_that_the_same_file_gives_again():
    names = [Coding("yq.law", set()).code(ASKED, "12") for _ in range(2)]
    assert names == ["yq.law-S12", "yq.law-S12"]


def test_a_name_that_is_taken_is_told_apart_by_the_text():
    coding = Coding("yq", {"yq-S12"})
    first, second = coding.code(ASKED, "12"), coding.code(ASKED, "12")
    assert first.startswith("yq-S12-") and second not in (first, "yq-S12")


@pytest.mark.parametrize("code", ["2026年题库", "---", "一", "a" * 40])
def test_a_name_can_always_be_the_name_of_a_question(code):
    from lms.bank.rules import ID

    coding = Coding(code, set())
    assert all(ID.fullmatch(coding.code(ASKED, number)) for number in ("", "1", "（一）", "9" * 60))


# ── headings ───────────────────────────────────────────────────────────────────────────────────


def test_chapters_are_the_groups_where_there_are_some():
    found = [under("第一章", "单选"), under("第一章", "多选"), under("第二章", "单选")]
    assert groups(found) == (["第一章", "第二章"], [0, 0, 1])


def test_below_a_title_that_stands_over_all_the_sections_are_the_groups():
    found = [under("题库", "单选"), under("题库", "多选")]
    assert groups(found) == (["题库 / 单选", "题库 / 多选"], [0, 1])


def test_without_headings_the_sheets_are_the_groups_and_else_there_is_one():
    assert groups([under(sheet="甲"), under(sheet="乙")]) == (["甲", "乙"], [0, 1])
    assert groups([under(), under()]) == ([""], [0, 0])
    assert groups([under(str(n)) for n in range(200)])[0] == [""]


# ── which one it is ────────────────────────────────────────────────────────────────────────────


def test_width_marks_and_spaces_do_not_count():
    assert text_key("村民会议（　），由谁 召集?") == text_key("村民会议()由谁召集？")


def test_a_number_counts_within_its_type_and_section():
    keys = {
        number_key(kind, headings, "1")
        for kind in (QuestionType.SINGLE, QuestionType.MULTIPLE)
        for headings in (["一"], ["二"])
    }
    assert len(keys) == 4 and number_key(QuestionType.SINGLE, [], "") == ""


def test_a_number_finds_what_was_mended_and_not_another():
    shelf = Shelf([Entry(7, "x-1", ASKED.parts[0].stem)], {"key": [7]})
    mended = replace(ASKED.parts[0], stem=ASKED.parts[0].stem.replace("后果", "其后果"))
    assert shelf.with_number("key", replace(ASKED, parts=(mended,))).id == 7
    other = replace(ASKED.parts[0], stem="村民会议由谁召集？")
    assert shelf.with_number("key", replace(ASKED, parts=(other,))) is None


def brought(question: Question, **changes) -> Became:
    """What a reader that knows no facts finds of the question."""
    found = to_found(question)
    found.facts = {}
    for name, value in changes.items():
        setattr(found, name, value)
    return become(found, SHIPPED_NAMES)


def test_what_a_file_does_not_say_stays():
    assert merged(ASKED, brought(ASKED)) == ASKED
    assert merged(ASKED, brought(ASKED, explanation="", points=None, answer=None)) == ASKED
    case = read_question(CASE)
    assert merged(case, brought(case)) == case


def test_what_a_file_says_counts():
    other = merged(ASKED, brought(ASKED, answer=frozenset("A"), explanation="见该条。"))
    assert other.parts[0].right == {"A"} and other.parts[0].explanation == "见该条。"
    assert other.topic == ASKED.topic and other.id == ASKED.id


def test_line_ends_alone_change_nothing():
    told = ASKED.parts[0].explanation.replace("\n\n", "\n")
    assert merged(ASKED, brought(ASKED, explanation=told)) == ASKED


# ── where it stands ────────────────────────────────────────────────────────────────────────────

LIKE = Like(90, entry_id=3)


@pytest.mark.parametrize(
    ("case", "status"),
    [
        (Case(), Status.NEW),
        (Case(answered=False), Status.UNANSWERED),
        (Case(faulty=True, accepted=True), Status.CHECK),
        (Case(doubtful=True), Status.CHECK),
        (Case(doubtful=True, accepted=True), Status.NEW),
        (Case(about=True), Status.CHANGED),
        (Case(about=True, same=True), Status.SAME),
        (Case(about=True, same=True, doubtful=True), Status.CHECK),
        (Case(doubled=True), Status.SAME),
        (Case(likes=(LIKE,)), Status.ALIKE),
        (Case(likes=(LIKE,), choice=Choice.NEW), Status.NEW),
        (Case(likes=(LIKE,), choice=Choice.SKIP), Status.LEFT),
        (Case(left=True, faulty=True), Status.LEFT),
    ],
)
def test_what_is_wrong_comes_before_what_it_is_compared_with(case, status):
    assert status_of(case) is status
