"""Real question files, which are not part of the project: run where LMS_REAL_FILES names them."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from lms.exchange.reading import read_file
from lms.exchange.rules import Read
from lms.sheets.reading import read_book
from tests.exchange.papers import doubts, word_of

FILES = Path(os.environ.get("LMS_REAL_FILES", "../shared/fixtures")) / "question_files"
pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the real question files are not here")


def read(start: str) -> Read:
    path = next(FILES.glob(f"{start}*"))
    return read_file(path.name, path.read_bytes())


def squeezed(text: object) -> str:
    return "".join(str(text).split())


def test_the_law_enforcement_bank_agrees_with_its_trainers_own_workbook():
    found = [one for one in read("01_word").found if not one.parts]
    path = next(FILES.glob("01_gold*"))
    book = read_book(path.name, path.read_bytes())
    rows = [row for sheet in book.sheets for row in sheet.rows[1:] if any(row)]
    assert len(found) == len(rows) == 150
    for one, row in zip(found, rows, strict=True):
        options = [squeezed(value) for value in row[4:9] if value != ""]
        assert squeezed(one.stem) == squeezed(row[1])
        if isinstance(one.answer, bool):
            assert (row[9], options) == ("对" if one.answer else "错", ["对", "错"])
        else:
            assert [squeezed(text) for text in one.options.values()] == options
            assert word_of(one.answer) == row[9]
        assert not doubts(one) and not one.guessed and one.explanation


def test_its_six_cases_have_their_parts_and_answers():
    cases = [one for one in read("01_word").found if one.parts]
    answers = ["".join(word_of(part.answer) for part in one.parts) for one in cases]
    assert answers == ["CBACB", "CBCAC", "BCCCD", "ACDCC", "CDCAA", "BAACA"]
    assert {len(part.options) for one in cases for part in one.parts} == {4}
    assert not [said for one in cases for said in doubts(one)]


@pytest.mark.parametrize(
    ("start", "kinds", "unanswered"),
    [
        ("03_word", {"true_false": 50, "single": 50, "multiple": 50}, 150),
        ("05_word", {"single": 111, "multiple": 14}, 1),  # cut off in the middle of the last
        ("05_txt", {"single": 90}, 0),
        ("06_word_auto", {"single": 7, "true_false": 2}, 0),
        ("06_word_bracket", {"single": 25, "true_false": 15}, 0),
        ("20_txt", {"single": 155}, 0),
        ("22_txt_unnumbered_判断题", {"true_false": 53}, 0),
        ("22_txt_unnumbered_单选题", {"single": 50}, 0),
        ("22_txt_unnumbered_多选题", {"multiple": 40}, 0),
    ],
)
def test_real_documents_are_read_whole(start, kinds, unanswered):
    found = read(start).found
    assert Counter(one.type and one.type.value for one in found) == kinds
    assert sum(one.answer is None for one in found) == unanswered
    said = [said for one in found for said in doubts(one)]
    assert said == (["选项 A 与 B 相同。请改其中一个。"] if start == "06_word_auto" else [])


def test_page_heads_of_the_pdf_are_in_no_question():
    read_ = read("20_txt")
    texts = [text for one in read_.found for text in (one.stem, *one.options.values())]
    assert not [text for text in texts if "第六批题库" in text]
    assert [note.values.get("count") for note in read_.notes] == [52]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_difficulty_is_no_answer_in_the_old_word_file():
    found = read("08_word97").found
    choices = [one for one in found if one.options]
    assert len(choices) == 60 and all(len(one.options) >= 4 for one in choices)
    assert [word_of(one.answer) for one in choices[:10]] == [*"CDABCBCDAD"]
    assert choices[0].facts["difficulty"] == "C"
    blanks = [one for one in found if one.type == "blank"]
    assert word_of(blanks[1].answer) == "数据结构;数据操作;完整性约束"


def test_a_web_page_is_called_one():
    refused = read("28_saved").refused
    assert refused and "网页" in refused.text
