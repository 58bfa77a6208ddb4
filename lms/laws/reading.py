"""Reads the text of a law as people have it, and says how its articles were understood. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from lxml import etree

from lms.errors import Invalid, Refusal
from lms.laws.rules import article_name, number_of
from lms.sheets.guards import BYTES, MIB, OLE, UTF16_BOMS, ZIP
from lms.sheets.packages import parse_xml, unpack

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY = "word/document.xml"
LONGEST = 600_000  # characters: the longest of our laws has 110,000
SPACES = " \t\u3000\xa0"
ARTICLE = re.compile(
    r"\**第([零〇一二三四五六七八九十百千]+)条((?:之[一二三四五六七八九十]+(?![一-龥]))?)\**"
    r"([\s\u3000]*)(.*)"
)
HEADING = re.compile(
    r"(第[零一二三四五六七八九十百]+(?:分编|编|章|节)|附\s*则|总\s*则|附\s*件)[\s\u3000]*(.*)"
)
LEVELS = ("编", "分编", "章", "节")
CONTENTS = re.compile(r"目\s*[录次]")
# 第三条规定的… goes on with a sentence: the line was broken there.
GOES_ON = re.compile(r"[第的、，和与或至所规]")
GAPS = 5  # named one by one


@dataclass
class Article:
    """One article: its number as sources cite it, the headings above it, its paragraphs."""

    number: str
    headings: tuple[str, ...]
    paragraphs: list[str]


@dataclass
class Law:
    """What was understood of a file. doubts: what its reader should look at."""

    title: str
    articles: list[Article] = field(default_factory=list)
    doubts: list[Refusal] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text in the form the house keeps: headings, then articles, a blank line between."""
        pieces = [f"# {self.title}"]
        above: tuple[str, ...] = ()
        for one in self.articles:
            pieces += [head for head in one.headings if head not in above]
            above = one.headings
            pieces += one.paragraphs
        return "\n\n".join(pieces) + "\n"


def read_file(name: str, data: bytes) -> Law:
    """The law in a .txt, .md or .docx file. Raises Invalid where it is no such file."""
    if len(data) > BYTES:
        raise Invalid(
            "“{file}”超过 {limit} MB，不会是一部法规的文本。", file=name, limit=BYTES // MIB
        )
    if not data.strip():
        raise Invalid("“{file}”是空文件，请检查后重新上传。", file=name)
    extension = PurePath(name).suffix.lower()
    if extension == ".docx":
        return read_text(name, "\n".join(_paragraphs(name, data)))
    if extension in (".txt", ".md"):
        return read_text(name, _decoded(name, data))
    raise Invalid(
        "“{file}”不能读取：法规文本请用 .docx、.txt 或 .md 文件（.doc、.wps 请另存为 .docx）。",
        file=name,
    )


def read_text(name: str, text: str) -> Law:
    """The law in a text. Raises Invalid where it has no articles. name: for refusals."""
    if len(text) > LONGEST:
        raise Invalid("“{file}”太长，不会是一部法规的文本。", file=name)
    lines = [line for line in (_clean(raw) for raw in text.splitlines()) if line]
    law = Law(title=_title(lines))
    above: list[tuple[int, str]] = []
    for line in lines:
        heading, article = HEADING.fullmatch(line), ARTICLE.fullmatch(line)
        if heading and len(line) <= 60 and "。" not in line:
            level = _level(heading[1])
            above = [one for one in above if one[0] < level] + [(level, _heading(level, heading))]
        elif article and _begins(article, law.articles):
            law.articles.append(_article(article, tuple(words for _, words in above)))
        elif law.articles and not CONTENTS.fullmatch(line):
            law.articles[-1].paragraphs.append(line)
    if not law.articles:
        raise Invalid(
            "“{file}”里没有找到条文：每条应另起一行，以“第一条”这样的字样开头。", file=name
        )
    law.doubts = list(_doubts(law.articles))
    return law


def _clean(raw: str) -> str:
    """A line without what only lays it out."""
    line = raw.strip(SPACES + "\ufeff\r").removeprefix(">").strip(SPACES)
    return "" if line.startswith("<!--") else re.sub(r"^#+\s*", "", line)


def _title(lines: list[str]) -> str:
    return next((line for line in lines if not ARTICLE.fullmatch(line)), "")[:120]


def _level(words: str) -> int:
    """An 分编 stands under an 编, a 章 under both, a 节 under a 章."""
    kind = next((end for end in ("分编", *LEVELS) if words.endswith(end)), "章")
    return LEVELS.index(kind)


def _heading(level: int, found: re.Match[str]) -> str:
    marks = "###" if LEVELS[level] == "节" else "##"
    return f"{marks} {' '.join(part for part in (found[1], *found[2].split()) if part)}"


def _begins(found: re.Match[str], before: list[Article]) -> bool:
    """Whether a line begins an article, or goes on with a sentence that cites one."""
    if found[3]:
        return True
    follows = not before or number_of(_plain(found[1])) > number_of_last(before)
    return follows and not GOES_ON.match(found[4])


def number_of_last(before: list[Article]) -> int:
    """The number of the last article, without its 之一."""
    return int(before[-1].number.partition("之")[0])


def _plain(words: str) -> str:
    return words.replace("〇", "零")


def _article(found: re.Match[str], headings: tuple[str, ...]) -> Article:
    number = f"{number_of(_plain(found[1]))}{found[2]}"
    return Article(number, headings, [f"{article_name(number)} {found[4].strip()}".strip()])


def _doubts(found: list[Article]) -> Iterator[Refusal]:
    """Numbers that are missing, come twice or go back; articles without words."""
    numbers = [one.number for one in found]
    for twice in sorted({one for one in numbers if numbers.count(one) > 1}, key=numbers.index):
        yield Invalid("{article}出现了不止一次。", article=article_name(twice))
    whole = [int(one.partition("之")[0]) for one in numbers]
    if whole[0] > 1:
        yield Invalid("条文从{article}开始，前面的没有。", article=article_name(str(whole[0])))
    gaps = [(a, b) for a, b in zip(whole, whole[1:], strict=False) if b > a + 1]
    for before, after in gaps[:GAPS]:
        yield Invalid(
            "{before}之后是{after}，中间缺 {n} 条。",
            before=article_name(str(before)),
            after=article_name(str(after)),
            n=after - before - 1,
        )
    if len(gaps) > GAPS:
        yield Invalid("另有 {n} 处条号不连续。", n=len(gaps) - GAPS)
    for before, after in zip(whole, whole[1:], strict=False):
        if after < before:
            yield Invalid(
                "{article}排在{other}之后。",
                article=article_name(str(after)),
                other=article_name(str(before)),
            )
    for one in found:
        if "".join(one.paragraphs) == article_name(one.number):
            yield Invalid("{article}没有正文。", article=article_name(one.number))


def _decoded(name: str, data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith(UTF16_BOMS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid(
        "“{file}”不是文本文件，或编码无法识别。请用记事本另存为 UTF-8 后再上传。", file=name
    )


def _paragraphs(name: str, data: bytes) -> Iterator[str]:
    """The paragraphs of a Word file, tables and text boxes among them."""
    if data.startswith(OLE):
        raise Invalid("“{file}”是旧版 Word 文件或设有密码，请另存为 .docx 后再上传。", file=name)
    if not data.startswith(ZIP):
        raise Invalid("“{file}”不是 Word 文件（.docx），请打开后另存为 .docx。", file=name)
    body = unpack(name, data, keep=lambda part: part == BODY).get(BODY)
    if body is None:
        raise Invalid("“{file}”不是 Word 文件（.docx），请打开后另存为 .docx。", file=name)
    for paragraph in parse_xml(name, body).iter(f"{WORD}p"):
        yield from "".join(_runs(paragraph.iter())).split("\n")


def _runs(parts: Iterable[etree._Element]) -> Iterator[str]:
    for part in parts:
        if part.tag == f"{WORD}t":
            yield part.text or ""
        elif part.tag in (f"{WORD}br", f"{WORD}cr"):
            yield "\n"
        elif part.tag == f"{WORD}tab":
            yield "\u3000"
