"""A paper as Word documents: what is asked, what is filled in, and what is right, each apart."""

from decimal import Decimal
from io import BytesIO

from docx import Document
from PIL import Image

from lms.bank.files import read_question
from lms.papers.models import PaperSlot
from lms.papers.printing import sections
from lms.papers.printing_word import paper_document
from lms.scoring.choice import Credit
from tests.exams.build import BLANK, MULTIPLE, SHORT, SINGLE, TRUE_FALSE, question
from tests.papers.test_papers import CASE

NAME = "0123456789abcdef0123456789abcdef"
TABLE = "| 年 | 数 |\n| --- | --- |\n| 2025 | 7 |"
PICTURED = f"看图。\n\n![图](pic:{NAME})\n\n{TABLE}\n\n- [x] 七\n- [ ] 八\n"
QUESTIONS = (
    question("q-1", "single", SINGLE, points=3),
    question("q-2", "single", PICTURED, points=3),
    question("q-3", "multiple", MULTIPLE, points=4),
    question("q-4", "true_false", TRUE_FALSE, points=1),
    question("q-5", "blank", BLANK + "\n> 见村民委员会组织法。\n", points=2),
    question("q-6", "short", SHORT, points=2),
    CASE,
)


def slots():
    number = 0
    for version, text in enumerate(QUESTIONS, start=1):
        asked = read_question(text)
        for place, part in enumerate(asked.parts):
            number += 1
            credit = Credit.HALF_IF_INCOMPLETE
            facts = {"number": number, "version_id": version, "part": place, "credit": credit}
            yield PaperSlot(points=part.points, **facts), asked


def picture(name):
    assert name == NAME
    made = BytesIO()
    Image.new("RGB", (2000, 500), "white").save(made, "PNG")
    return made.getvalue()


def printed(part, pictures=picture):
    whole = sections(list(slots()))
    data = paper_document("村干部测评卷", 60, Decimal(18), whole, part, pictures, "演示数据")
    return Document(BytesIO(data))


def words(document):
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_the_paper_asks_by_types_with_its_rules_in_the_heads_and_holds_no_key():
    text = words(printed("paper"))
    assert "村干部测评卷" in text and "时间 60 分钟" in text and "满分 18 分" in text
    assert "一、单项选择题（每题 3 分，共 6 分）" in text
    assert "二、多项选择题（每题 4 分，共 4 分。少选得一半分、错选不得分）" in text
    assert "三、判断题" in text and "六、材料题（每题 3 分，共 3 分）" in text
    assert "1. 甲乙丙丁中哪一个对？\nA. 甲\tB. 乙\tC. 丙\tD. 丁" in text
    assert "4. 天是蓝的。（　　）" in text and "正确" not in text
    assert "5. 村民会议须有____的村民参加" in text
    assert "7. 应当由谁主持清点？（1 分）" in text
    assert "过半数" not in text and "说清了" not in text and "见村民委员会" not in text


def test_pictures_and_tables_stand_in_the_paper_within_its_margins():
    document = printed("paper")
    [shown] = document.inline_shapes
    assert shown.width.cm <= 12.01 and abs(shown.width / shown.height - 4) < 0.01
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["年", "数"],
        ["2025", "7"],
    ]


def test_a_picture_that_is_gone_is_named():
    assert "〔图〕" in words(printed("paper", lambda _name: None))


def test_the_answer_sheet_has_a_place_for_every_answer_and_no_question():
    document = printed("sheet")
    grids = [table for table in document.tables if len(table.columns) > 1]
    numbers = [cell.text for grid in grids for cell in grid.rows[0].cells]
    assert [one for one in numbers if one.isdigit()] == ["1", "2", "3", "4", "7", "8"]
    text = words(document)
    assert "5. ________________　________________" in text and "6. " in text
    assert "哪一个对" not in text and "少选" not in text


def test_the_key_answers_every_question_with_its_explanation():
    text = words(printed("key"))
    assert "请妥善保管" in text and "姓名" not in text
    for line in (
        "1. B",
        "2. A",
        "3. AC",
        "4. 正确",
        "5. 过半数；过半数 或 半数以上",
        "7. A",
        "8. A",
    ):
        assert f"\n{line}" in text, line
    assert "见村民委员会组织法。" in text and "1 分　说清了" in text
