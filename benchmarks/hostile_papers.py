"""Papers as people write them, with their lines spoilt; Word files that mean harm."""

import random
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO

from docx import Document

PAPER = """2024年知识试卷
一、单项选择题（每题2分，共4分）
1．行政处罚由（  ）的行政机关管辖。
A．违法行为发生地   B．当事人住所地
C．处罚决定地       D．上级指定地
2．听证由（B）提出。
A．证人
B．当事人
C．鉴定人
二、判断题
1．罚款一律当场收缴。（×）
三、填空题（每空1分）
1．村委会每届任期____年。
答案：五 或 5
四、案例分析题
案例一：某镇强拆王某房屋。
（1）该行为违反了（ ）。
A．行政强制法 B．刑法
（2）王某可以怎样？
答案：（1）A（2）复议或诉讼。
五、简答题
1. 简述要点。
参考答案：1. 一是；
2. 二是。
评分要点：一是（2分）
参考答案
一、单项选择题
1-2 AB
"""
MARKS = (
    "答案：",
    "A、",
    "1、",
    "一、单选题",
    "参考答案",
    "（A）",
    "@@@",
    "1-5 ABCDA",
    "√",
    "案例二：",
    "",
)
LONG_SIGNS = (
    *("（", "（ ", "A、", "(A)", "答案：", "_", "\t", " ", "1、", "1-5 ABC ", "【", "√", "[多选,"),
    *("{{", "案例", "根据材料回答1-", "每题2分", "故选A", "**", "|", "a.b.", "机密★"),
)
MANY_LINES = (
    *("答案：A", "A、一", "1、x", "（", "一、单选题", "参考答案", "案例一：x", "√", "（1）x？"),
    *("@@@\nx", "- [x] a", "解析：", "1-5 ABCDE", "根据材料，回答1-39题。", "某题库页眉"),
)
# Pages that are pasted: how one of so many parts is made, and how many are a burden.
HOSTILE_PAGES: dict[str, tuple[Callable[[int], str], int]] = {
    "deep": (lambda parts: "<div>" * parts + "甲", 5_000),
    "tables": (lambda parts: "<table>" * parts + "<tr><td>甲", 2_000),
    "spans": (
        lambda parts: f"<table><tr>{'<td colspan=9999 rowspan=9999>甲</td>' * parts}</tr></table>",
        500,
    ),
    "lists": (lambda parts: "<ol>" * parts + "<li>甲", 3_000),
    "long": (lambda parts: "<p>甲</p>" * parts, 50_000),
    "picture": (lambda parts: f'<img src="data:image/png;base64,{"A" * parts}">', 4_000_000),
}
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = f'<?xml version="1.0"?><w:document xmlns:w="{NAMESPACE}"><w:body>'
TAIL = "</w:body></w:document>"
Case = tuple[str, str, bytes]  # what it is, name, contents


def paper() -> bytes:
    """The paper as a Word file."""
    document = Document()
    for line in PAPER.split("\n"):
        document.add_paragraph(line)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def spoilt_lines(dice: random.Random) -> bytes:
    """The paper as a text, some of its lines moved, doubled, joined, cut or put in."""
    lines = PAPER.split("\n")
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(lines))
        way = dice.randrange(6)
        if way == 0:
            del lines[at]
        elif way == 1:
            lines.insert(dice.randrange(len(lines)), lines[at])
        elif way == 2:
            lines[at] = dice.choice(MARKS) + lines[at]
        elif way == 3:
            lines[at] = lines[at][dice.randrange(len(lines[at]) + 1) :]
        elif way == 4:
            lines[at : at + 2] = ["".join(lines[at : at + 2])]
        else:
            lines.insert(at, dice.choice(MARKS) * dice.choice((1, 2, 40)))
        lines = lines or [""]
    return "\n".join(lines).encode()


def hostile_papers() -> Iterator[Case]:
    """Word files that are enormous, deep, looped or not what they say."""
    paragraph = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    yield "paragraphs without end", "a.docx", _document("<w:p/>" * 1_000_000)
    yield "many real paragraphs", "a.docx", _document(paragraph.format("1、x（ ）") * 50_000)
    yield "one line without end", "a.docx", _document(paragraph.format("（A" * 2_000_000))
    yield (
        "runs without end",
        "a.docx",
        _document(f"<w:p>{'<w:r><w:t>A、</w:t></w:r>' * 300_000}</w:p>"),
    )
    yield "a depth without end", "a.docx", _document("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000)
    rows = "<w:tr><w:tc><w:p/></w:tc></w:tr>" * 50_000
    yield "a table without end", "a.docx", _document(f"<w:tbl>{rows}</w:tbl>")
    span = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr>'
    yield "a cell without end", "a.docx", _document(f"<w:tbl>{span * 100}</w:tbl>")
    yield "a laugh in Word", "a.docx", _document(paragraph.format("&b;"), LAUGHS)
    numbering = (
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="99999999999999"/>'
    )
    numbering += '<w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1%1%1"/></w:lvl></w:abstractNum>'
    numbering += '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    counted = (
        '<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
    )
    part = f'<w:numbering xmlns:w="{NAMESPACE}">{numbering}</w:numbering>'
    yield (
        "numbers without end",
        "a.docx",
        _document(counted * 500, parts={"word/numbering.xml": part}),
    )


def long_lines(sign: str, signs: int) -> list[str]:
    """Papers in which one line is this sign again and again: a stem, an answer, one alone."""
    long = sign * (signs // len(sign))
    return [f"1、甲（{long}。\nA、一\nB、二\n答案：A", f"答案：{long}", f"一、单选题\n{long}"]


def burdens() -> Iterator[Case]:
    """Texts of one enormous line, and of thousands of lines of one kind."""
    for sign in LONG_SIGNS:
        for paper in long_lines(sign, 15_000):
            yield f"a long line of {sign!r}", "a.txt", paper.encode()
    for line in MANY_LINES:
        yield f"thousands of {line!r}", "a.txt", f"{line}\n".encode() * 5000


LAUGHS = (
    "<!DOCTYPE a [<!ENTITY a 'ha'>"
    + "".join(
        f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def _document(inner: str, declared: str = "", parts: dict[str, str] | None = None) -> bytes:
    """Stored, so that no ratio gives it away before its parts are looked at."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        head, _, rest = HEAD.partition("?>")
        package.writestr("word/document.xml", f"{head}?>{declared}{rest}{inner}{TAIL}")
        for name, content in (parts or {}).items():
            package.writestr(name, content)
    return target.getvalue()
