"""Word files are read with what stands in no text: counted numbers, tables, dress, pictures."""

import io

from PIL import Image

from lms.exchange.reading import read_file
from lms.exchange.word_numbering import W
from tests.exchange.papers import (
    DOCUMENT,
    counting,
    doubts,
    members_of,
    read_word,
    runs,
    table,
    told_all,
    with_part,
    word,
)


def picture(document) -> None:
    target = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(target, "PNG")
    document.add_picture(io.BytesIO(target.getvalue()))


def test_numbers_and_letters_that_word_counts_are_read():
    read = read_word(
        counting(),
        "一、单选题",
        *(("甲是什么？（ ）", 0), ("一", 1), ("二", 1), "答案：B"),
        *(("乙是什么？（ ）", 0), ("一", 1), ("二", 1), "答案：A"),
    )
    assert told_all(read) == [
        "1 single 甲是什么？（） | A一 B二 | B",
        "2 single 乙是什么？（） | A一 B二 | A",
    ]
    assert [found.place.paragraph for found in read.found] == [2, 6]


def test_a_counted_number_gives_way_to_one_that_is_typed():
    read = read_word(
        counting(),
        *(("1、甲是什么？", 0), ("A、一", 1), ("B、二", 1), ("答案：B", 1)),
        *(("2、乙是什么？", 0), ("A、一", 1), ("B、二", 1), ("答案：A", 1)),
    )
    assert told_all(read) == [
        "1 single 甲是什么？ | A一 B二 | B",
        "2 single 乙是什么？ | A一 B二 | A",
    ]


def test_counted_chinese_headings_are_headings():
    read = read_word(
        *(counting("chineseCounting", "%1、", 78), "一、判断题", "1、甲是乙。（√）"),
        *(("判断题", 0, 78), ("单选题", 0, 78), "1、丙？（A）", "A、一", "B、二"),
    )
    assert [found.headings for found in read.found] == [("一、判断题",), ("二、单选题",)]
    assert told_all(read)[1] == "1 single 丙？（） | A一 B二 | A"


def test_options_laid_out_in_a_table_are_options():
    read = read_word(
        *("1、甲是什么？", table(["A、一", "B、二"], ["C、三", "D、四"]), "答案：C"),
        *("2、乙是什么？", table(["A、一", "B、二"], ["C、三", "D、四"]), "答案：D"),
    )
    assert told_all(read) == [
        "1 single 甲是什么？ | A一 B二 C三 D四 | C",
        "2 single 乙是什么？ | A一 B二 C三 D四 | D",
    ]


def test_a_key_in_a_table_is_laid_on_its_numbers():
    paper = ["一、单选题", "1、甲？（ ）", "A、一  B、二", "2、乙？（ ）", "A、一  B、二"]
    across = read_word(*paper, "参考答案", table(["题号", "1", "2"], ["答案", "B", "A"]))
    down = read_word(*paper, "参考答案", table(["题号", "答案"], ["1", "B"], ["2", "A"]))
    for read in (across, down):
        assert [found.answer for found in read.found] == [frozenset("B"), frozenset("A")]
    short = read_word(*paper, "参考答案", table(["题号", "1"], ["答案", "B"]))
    assert short.found[1].answer is None and doubts(short.found[1])


def test_a_table_with_a_head_is_a_question_a_row():
    read = read_word(
        "题库",
        table(
            ["序号", "题干", "选项A", "选项B", "答案", "解析"],
            ["1", "甲是什么？", "一", "二", "B", "因为"],
            ["2", "乙是什么？", "一", "二", "A", ""],
        ),
    )
    assert told_all(read) == [
        "1 single 甲是什么？ | A一 B二 | B",
        "2 single 乙是什么？ | A一 B二 | A",
    ]
    assert read.found[0].place.row == 2 and read.found[0].explanation == "因为"


def test_a_table_of_data_stays_a_table_in_its_stem():
    read = read_word(
        "1、根据下表，甲是多少？（ ）",
        table(["年份", "人数"], ["2023", "10"], ["2024", "20|30"]),
        *("A、10", "B、20", "答案：A"),
    )
    found = read.found[0]
    assert "| 年份 | 人数 |\n| --- | --- |\n| 2023 | 10 |\n| 2024 | 20\\|30 |" in found.stem
    assert found.options == {"A": "10", "B": "20"} and found.answer == frozenset("A")


def test_each_question_in_a_table_of_its_own():
    read = read_word(
        table(["1、甲是什么？"], ["A、一\nB、二"], ["答案：A"]),
        table(["2、乙是什么？"], ["A、一\nB、二"], ["答案：B"]),
    )
    assert told_all(read) == [
        "1 single 甲是什么？ | A一 B二 | A",
        "2 single 乙是什么？ | A一 B二 | B",
    ]


def test_pictures_come_along_with_their_question():
    read = read_word(
        "1、图中是什么？", picture, "A、一", "B、二", "答案：A", "2、乙？", "A、一", "B、二"
    )
    found, other = read.found
    (name,) = found.pictures
    assert f"![]({name})" in found.stem and found.pictures[name].startswith(b"\x89PNG")
    assert not other.pictures


def test_underlined_spaces_are_blanks_and_underlined_words_their_answers():
    read = read_word(
        "填空题",
        runs("1、处罚决定书应当在", ("三日", "u"), "内送达，由", ("　当事人 ", "u"), "签收。"),
        runs("2、听证由", ("      ", "u"), "提出。"),
        "答案：当事人",
    )
    assert told_all(read) == [
        "1 blank 处罚决定书应当在____内送达，由____签收。 |  | 三日;当事人",
        "2 blank 听证由____提出。 |  | 当事人",
    ]


def coloured(*right: str) -> list[object]:
    lines: list[object] = []
    for number, letter in enumerate(right, start=1):
        lines.append(f"{number}、甲是什么？（ ）")
        for own in "ABC":
            lines.append(runs((f"{own}、选项{own}", "red" if own == letter else "")))
    return lines


def test_options_in_a_colour_are_the_answer_only_where_all_questions_have_one():
    read = read_word(*coloured("B", "A", "C"))
    assert [found.answer for found in read.found] == [
        frozenset("B"),
        frozenset("A"),
        frozenset("C"),
    ]
    assert all("answer" in found.guessed for found in read.found)
    once = read_word(*coloured("B", "", "", ""))
    assert once.found[0].answer is None and doubts(once.found[0])


def test_labels_and_numbers_in_bold_are_read_as_any():
    read = read_word(
        runs(("1、", "b"), ("甲是什么？", "b")),
        *(runs(("A、", "b"), "一"), runs(("B、", "b"), "二")),
        runs(("答案：", "b"), ("B", "red")),
        runs(("解析", "b"), "：因为。"),
    )
    assert told_all(read) == ["1 single 甲是什么？ | A一 B二 | B"]
    assert read.found[0].explanation == "因为。" and not doubts(read.found[0])


def test_powers_and_ticks_of_other_fonts_are_kept():
    def raised(document) -> None:
        paragraph = document.add_paragraph("1、面积是10m")
        paragraph.add_run("2").font.superscript = True
        paragraph.add_run("。（")
        sign = paragraph.add_run()._r
        sign.append(sign.makeelement(W + "sym", {W + "font": "Wingdings", W + "char": "F0FC"}))
        paragraph.add_run("）")

    read = read_word("判断题", raised, "2、乙。（×）")
    assert told_all(read)[0] == "1 true_false 面积是10m²。（） |  | √"


def test_what_was_deleted_with_marks_is_not_read():
    data = word("1、甲是什么？", "A、一", "B、二", "答案：A")
    document = (
        members_of(data)[DOCUMENT]
        .decode()
        .replace(
            "<w:t>答案：A</w:t>",
            "<w:t>答案：</w:t></w:r><w:del><w:r><w:delText>A</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>B</w:t></w:r></w:ins><w:r><w:t></w:t>",
        )
    )
    read = read_file("试题.docx", with_part(data, DOCUMENT, document.encode()))
    assert told_all(read) == ["1 single 甲是什么？ | A一 B二 | B"]
