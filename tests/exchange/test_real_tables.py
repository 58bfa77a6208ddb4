"""Real files of other people, where they are at hand: tables, JSON and exchange formats."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from lms.exchange.contract import printed
from lms.exchange.gift_tree import Item, Kind, Number, Text, parse
from lms.exchange.reading import read_file
from lms.exchange.rules import Read
from tests.exchange.tabled import doubts, is_silent, key, line

REAL = Path(os.environ.get("LMS_REAL_FILES", "../shared/fixtures"))
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not at hand")


def read(path: str) -> Read:
    file = REAL / path
    return read_file(file.name, file.read_bytes())


def bank(start: str) -> Read:
    (file,) = (REAL / "question_files").glob(f"{start}*")
    return read(f"question_files/{file.name}")


def kinds(found: Read) -> Counter:
    return Counter(one.type.value if one.type else None for one in found.found)


def summary(found: Read) -> tuple[int, int]:
    last = printed(found)[-1]["summary"]
    return last["read"], last["with_errors"]


# ── tables ─────────────────────────────────────────────────────────────────────────────────────


def test_01_the_workbook_a_trainer_made():
    found = bank("01_gold")
    assert kinds(found) == {"single": 50, "multiple": 50, "true_false": 50}
    assert all(map(is_silent, found.found)) and summary(found) == (150, 0)
    assert line(found.found[3]).endswith("A=法律 B=法规 C=规章 D=规范性文件 · D")
    assert [key(one) for one in found.found[100:104]] == ["√", "√", "√", "×"]


def test_03_lines_that_hold_the_text_of_the_right_options():
    single, several = bank("03_txt_triple_pipe_单"), bank("03_txt_triple_pipe_多")
    assert (kinds(single), kinds(several)) == ({"single": 50}, {"multiple": 50})
    assert not any(map(is_silent, [*single.found, *several.found]))
    assert single.found[0].options == {"C": "一定职业"} and key(several.found[2]) == "BCDE"
    judged = bank("03_txt_triple_pipe_判")
    assert kinds(judged) == {"true_false": 50} and summary(judged) == (50, 0)


def test_10_a_document_pasted_into_a_sheet():
    found = bank("10_")
    sheets = Counter(one.place.sheet for one in found.found)
    assert sheets == {"Sheet1": 8, "Sheet2": 151}
    assert kinds(found) == {"single": 44, "multiple": 31, "true_false": 84}
    by_row = {one.place.row: one for one in found.found if one.place.sheet == "Sheet2"}
    assert key(by_row[4]) == "B" and by_row[6].options["B"] == "1"
    assert key(by_row[119]) == "ABCD" and "ABCD" not in by_row[119].stem
    assert key(by_row[232]) == "×" and by_row[232].headings == ("四、判断题(错误)",)


def test_12_words_for_right_and_wrong_sources_and_pages():
    found = bank("12_")
    assert kinds(found) == {"single": 70, "multiple": 65, "true_false": 56}
    assert (found.found[1].number, found.found[1].facts["source"]) == ("2", "宗教理论手册")
    assert found.found[1].kept == {"页码": "p35"}
    assert [one.place.row for one in found.found if one.doubts] == [26]


def test_14_nine_subjects_and_options_that_are_numbers():
    found = bank("14_")
    assert len(found.found) == 153 and len({one.place.sheet for one in found.found}) == 9
    assert kinds(found).keys() == {"single", "multiple"}
    last = found.found[-1]
    assert (last.options["A"], last.options["B"], key(last)) == ("9", "27", "D")


def test_16_codes_with_and_without_what_they_mean():
    told, untold = bank("16_excel_coded_types_with"), bank("16_excel_coded_types_json")
    assert summary(told) == (25, 0)
    assert [key(one) for one in told.found[:6]] == ["√", "√", "√", "√", "×", "√"]
    judged = [one for one in untold.found if one.type.value == "true_false"]
    assert len(untold.found) == 197 and not any(map(is_silent, judged))
    assert key(untold.found[-1]) == "ABC" and len(untold.found[-1].options) == 4
    csv = bank("16_txt")
    assert kinds(csv) == {"true_false": 49, None: 40} and not any(map(is_silent, csv.found))


def test_19_letters_without_options_are_refused():
    found = bank("19_")
    assert "没有选项" in found.refused.text and found.found == []


def test_27_json_in_a_txt_with_a_letter_twice():
    found = bank("27_")
    assert [key(one) for one in found.found] == ["A", "AB", "AC", "A", "A", "A"]
    assert all("印的字母是 C" in doubts(one) for one in found.found)
    assert "answer" in found.found[2].guessed


# ── exchange formats ───────────────────────────────────────────────────────────────────────────


def shown(text: Text | None) -> dict | None:
    return text and {"format": text.format, "text": text.text}


def number(found: Number | None) -> dict | None:
    if found is None or found.middle is None:
        return found and {"numberHigh": float(found.high), "numberLow": float(found.low)}
    return {"number": float(found.middle), "range": float(found.within)}


def tree(item: Item) -> dict:
    """An entry in the words of the expected trees."""
    made = {"type": item.kind.value, "title": item.title or None}
    if item.kind is Kind.CATEGORY:
        return made
    made |= {"stem": shown(item.stem), "id": item.id or None, "tags": list(item.tags) or None}
    made |= {"hasEmbeddedAnswers": item.embedded}
    if item.kind is not Kind.DESCRIPTION:
        made |= {"globalFeedback": shown(item.feedback)}
    if item.kind is Kind.MATCHING:
        made["matchPairs"] = [{"subquestion": shown(a), "subanswer": b} for a, b in item.pairs]
    if item.kind is Kind.TRUE_FALSE:
        first, second = map(shown, item.when)
        made |= {"isTrue": item.right, "trueFeedback": first, "falseFeedback": second}
    if item.choices:
        made["choices"] = [
            {
                "isCorrect": one.correct,
                "weight": None if one.weight is None else float(one.weight),
                "text": number(one.text) if item.kind is Kind.NUMERICAL else shown(one.text),
                "feedback": shown(one.feedback),
            }
            for one in item.choices
        ]
    return made


def expected(entry: dict) -> dict:
    entry.pop("location", None)
    if entry["type"] == "Numerical":
        lone = isinstance(entry["choices"], dict)
        told = {"isCorrect": True, "weight": None, "feedback": None}
        entry["choices"] = [{**told, "text": entry["choices"]}] if lone else list(entry["choices"])
        for one in entry["choices"]:
            if one["text"].pop("type") == "simple":
                one["text"]["range"] = 0
    return entry


def test_gift_gives_the_trees_of_another_parser():
    files = sorted((REAL / "gift/peg").glob("*.gift"))
    assert len(files) == 26
    for file in files:
        with file.open(newline="", encoding="utf-8") as stream:
            found = [tree(item) for item in parse(stream.read())]
        wanted = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        assert found == [expected(entry) for entry in wanted], file.name


def test_gift_of_moodle():
    found = read("gift/moodle45_questions.gift.txt")
    assert len(found.found) == 9
    assert [one.kept["name"] for one in found.found[-2:]] == ["2-08 TSL", "2-08 TSL"]
    assert len(read("gift/moodle45_examples.txt").found) == 43
    western = read("gift/moodle45_questions_encoding_windows-1252.gift.txt")
    assert "aödf" in western.found[2].stem


def test_aiken_of_moodle():
    assert summary(read("aiken/moodle45_questions.aiken.txt")) == (2, 0)
    assert summary(read("aiken/moodle45_aiken_errors.txt")) == (6, 3)


READ = {  # questions, and those of them that have no equal here
    "category_with_description": (1, 0),
    "export_category": (1, 0),
    "nested_categories": (1, 0),
    "old_format_file": (2, 0),
    "qtype_ddmarker_testquestion.moodle": (1, 1),
    "qtype_gapselect_testquestion.moodle": (1, 0),
    "qtype_multichoice_testquestion.moodle": (1, 0),
    "qtype_ordering_testexport.moodle": (1, 1),
    "qtype_ordering_testimportlong.moodle": (1, 1),
    "qtype_ordering_testquestion.moodle": (1, 1),
    "qtype_truefalse_testquestion.moodle": (1, 0),
    "truefalse": (2, 0),
}


@pytest.mark.parametrize("name", READ)
def test_moodle_xml(name):
    assert summary(read(f"moodle_xml/moodle45_{name}.xml")) == READ[name]


def test_moodle_xml_with_pictures_and_a_cloze_text():
    (case,) = read("moodle_xml/moodle45_multianswer.xml").found
    assert [key(part) for part in case.parts] == ["A", "B", "A", "B", "Paris"]
    assert len(case.pictures) == 3 and "Marseille" in doubts(case.parts[4])
    first = read("moodle_xml/moodle45_truefalse.xml").found[0]
    assert key(first) == "×" and len(first.pictures) == 4


def test_a_broken_cloze_file_is_refused_and_says_why():
    refused = read("moodle_xml/moodle45_broken_cloze_questions.xml").refused
    assert "没有空" in refused.values["why"]
