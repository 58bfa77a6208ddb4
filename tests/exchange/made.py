"""Banks as trainers keep them, of any size: a Word document, a workbook. All of it is invented."""

from io import BytesIO
from random import Random
from xml.sax.saxutils import escape

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from lms.sheets.pages import Column, Page
from lms.sheets.writing import workbook_bytes

WHO = ("村民会议", "村民代表会议", "村务监督委员会", "乡镇人民政府", "县级人民政府", "村党组织")
WHAT = ("财务收支", "宅基地申请", "征地补偿", "信访事项", "安全检查", "低保评议", "防汛值守")
SIGNS = "财务收支宅基地申请征补偿信访事项安全检查低保评议防汛值守养老教育卫生道路水利林业民政"
HOW = ("公布", "审核", "批准", "报告", "登记", "复查", "备案", "调解", "表决")
CHAPTERS = 8
HEADS = [
    "序号",
    "题型",
    "题目",
    "选项A",
    "选项B",
    "选项C",
    "选项D",
    "答案",
    "解析",
    "难度",
    "知识点",
]
KINDS = (
    ("一、单项选择题（每题2分）", 5),
    ("二、多项选择题（每题3分）", 3),
    ("三、判断题（每题1分）", 2),
)


def question(dice: Random, kind: int) -> tuple[str, list[str], str]:
    """Stem, options and answer. kind: a place in KINDS."""
    who, how = dice.choice(WHO), dice.choice(HOW)
    stem = (
        f"{who}对{_words(dice, 5)}中的{_words(dice, 3)}，应当在{dice.randint(3, 90)}日内怎样{how}"
    )
    if kind == 2:
        return f"{stem}由{dice.choice(WHO)}规定。", [], dice.choice(["正确", "错误"])
    options = [f"{one}{dice.choice(HOW)}{_words(dice, 3)}" for one in dice.sample(WHO, 4)]
    answer = dice.sample("ABCD", 1 if kind == 0 else dice.randint(2, 3))
    return f"{stem}？（　　）", options, "".join(sorted(answer))


def _words(dice: Random, count: int) -> str:
    """So many words of two signs: no two questions are alike by chance."""
    return "".join(dice.choice(SIGNS) for _ in range(2 * count))


def word(count: int, seed: int = 1, faulty: int = 0) -> bytes:
    """A Word bank: chapters, sections, numbers and options typed, answers after each question.

    faulty: so many chapters begin with a question whose answer is none of its options.
    """
    dice, lines = Random(seed), ["某县委党校题库"]
    parts = sum(share for _, share in KINDS)
    for chapter in range(CHAPTERS):
        lines.append(f"第{'一二三四五六七八'[chapter]}章 {WHAT[chapter % len(WHAT)]}")
        here = count // CHAPTERS + (chapter < count % CHAPTERS)
        shares = [here * share // parts for _, share in KINDS]
        shares[0] += here - sum(shares)
        for kind, ((heading, _), many) in enumerate(zip(KINDS, shares, strict=True)):
            lines.append(heading)
            for number in range(1, many + 1):
                stem, options, answer = question(dice, kind)
                spoilt = chapter < faulty and kind == 0 and number == 1
                lines += _lines(number, stem, options, "E" if spoilt else answer)
    document = Document()
    end = document.element.body.sectPr
    for line in lines:
        end.addprevious(
            parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{escape(line)}</w:t></w:r></w:p>")
        )
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _lines(number: int, stem: str, options: list[str], answer: str) -> list[str]:
    lettered = [f"{letter}、{text}" for letter, text in zip("ABCD", options, strict=False)]
    return [f"{number}、{stem}", *lettered, f"参考答案：{answer}", "答案说明：见有关规定。"]


def book(count: int, seed: int = 2) -> bytes:
    """A workbook: a row a question, options in columns."""
    dice, names = Random(seed), ("单选题", "多选题", "判断题")
    rows = []
    for number in range(1, count + 1):
        kind = dice.choices(range(3), [share for _, share in KINDS])[0]
        stem, options, answer = question(dice, kind)
        told = [*options, *[""] * (4 - len(options)), answer, "见有关规定。", "中", "村务"]
        rows.append([str(number), names[kind], stem, *told])
    return workbook_bytes([Page("题库", list(map(Column, HEADS)), rows)])
