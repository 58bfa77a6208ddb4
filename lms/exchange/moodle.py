"""Reads Moodle XML: its questions in our types, its pictures; what has no equal is named."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from lxml import etree

from lms.bank.rules import QuestionType
from lms.errors import Invalid
from lms.exchange.clozes import take_cloze
from lms.exchange.gift import MATCHING, headings_of, named, with_pairs
from lms.exchange.rules import Doubt, Found, Place, Read, refuse_too_many
from lms.exchange.webtext import LOOKS_LIKE_HTML, Effort, Pictures, escaped, markdown, unpacked
from lms.exchange.weighing import HINTS, Told, Weighed, choose, explain, fill_in, tolerant
from lms.words import N_

NO_QUESTIONS = N_("“{file}”里没有 Moodle 题目。")
ALL_WRONG = N_("“{file}”里的 {count} 道题都不能读取。第 {line} 行：{why}")
NO_KIND = N_("这是 Moodle 的“{kind}”题，系统没有这种题型。题干已保留，请改写成别的题型，或不导入。")
ORDERING = N_(
    "这是排序题，系统暂时没有这种题型。正确的顺序已放进题干，请改写成别的题型，或不导入。"
)
DESCRIPTION = N_("第 {line} 行的说明“{words}”不是题目，没有带入。")
UNITS = N_("{count} 道数字题的单位系统没有，没有带入。")
ATTACHED = N_("附件“{name}”不是题目里的图片，没有带入。")
LACKING = N_("图片“{name}”不在文件里，请补上。")
WORDS_GIVEN = N_("{count} 道选词填空题改成了填空题，备选的词放在题干后面。")
NOT_TOLD = N_("判断题没有标出“对”或“错”哪个是正确答案，请补上。")
INFO = N_("{count} 个分类的说明没有带入。")

ROOT = re.compile(r"<(?:quiz|question)[\s>]")
DECLARATION = re.compile(r"<\?xml[^>]*\?>")
FORBIDDEN = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
PLACE = re.compile(r"\[\[(\d{1,3})\]\]")
GAP = "____"
MANY_NOTES = 50
PARSER = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_pis": True,
}


def is_moodle(name: str, text: str) -> bool:
    """Whether a text is XML with questions in it."""
    rest = _without_declaration(text[:20_000])
    while rest.startswith("<!--"):
        rest = rest.partition("-->")[2].lstrip()
    return ROOT.match(rest) is not None


def _without_declaration(text: str) -> str:
    text = text.removeprefix("\ufeff").strip()
    told = DECLARATION.match(text)
    return text[told.end() :].lstrip() if told else text


def read_moodle(name: str, text: str) -> Read:
    """All questions of a Moodle XML file. Raises Invalid where it is broken or dangerous."""
    questions = _questions(name, text)
    refuse_too_many(name, len(questions))
    reader = _Reader(name)
    for element in questions:
        reader.take(element)
    read = reader.read
    read.notes = reader.told.notes() + read.notes[:MANY_NOTES]
    if not read.found:
        read.refused = Doubt(NO_QUESTIONS, {"file": name})
    elif all(map(_is_broken, read.found)):
        read.refused = _all_wrong(name, read.found)
    return read


def _questions(name: str, text: str) -> list[etree._Element]:
    if FORBIDDEN.search(text):
        raise Invalid("“{file}”含有不允许的 XML 声明，不予读取。", file=name)
    data = _without_declaration(text).encode()
    try:
        root = etree.fromstring(data, etree.XMLParser(**PARSER))
    except (etree.XMLSyntaxError, ValueError) as wrong:
        line = getattr(wrong, "lineno", None) or 1
        raise Invalid(
            "“{file}”不是完整的 XML（第 {line} 行），请重新导出后再上传。", file=name, line=line
        ) from None
    return [root] if root.tag == "question" else list(root.iterchildren("question"))


def _is_broken(found: Found) -> bool:
    wrong = any(one.what == "answer" for one in found.doubts)
    return wrong and found.answer is None and not found.parts


def _all_wrong(name: str, found: list[Found]) -> Doubt:
    first = found[0]
    why = next(one for one in first.doubts if one.what == "answer")
    values = {"file": name, "count": len(found), "line": first.place.line}
    return Doubt(ALL_WRONG, {**values, "why": why.text.format(**why.values)})


class _Reader:
    def __init__(self, name: str) -> None:
        self.read = Read(name)
        self.told = Told()
        self.effort = Effort()
        self.headings: tuple[str, ...] = ()
        self.pictures = Pictures()
        self.kinds: dict[str, Callable[[Found, etree._Element], None]] = {
            "multichoice": self._choice,
            "truefalse": self._true_or_false,
            "shortanswer": self._words,
            "numerical": self._number,
            "essay": self._essay,
            "matching": self._matching,
            "match": self._matching,
            "ordering": self._ordering,
            "gapselect": self._gaps,
            "ddwtos": self._gaps,
            "cloze": self._cloze,
            "multianswer": self._cloze,
        }

    def take(self, element: etree._Element) -> None:
        kind = (element.get("type") or "").strip()
        if kind == "category":
            self.headings = headings_of(_plain(element, "category/text"))
            if _plain(element, "info/text"):
                self.told.note(INFO)
            return
        place = Place(self.read.file, line=element.sourceline)
        if kind == "description":
            words = self.text(element.find("questiontext"))[:40]
            values = {"line": place.line, "words": words}
            self.read.notes.append(Doubt(DESCRIPTION, values, place=place))
            return
        self.pictures = Pictures(_files(element))
        found = Found(place, headings=self.headings)
        self._about(found, element)
        if kind in self.kinds:
            self.kinds[kind](found, element)
        else:
            found.doubts.append(Doubt(NO_KIND, {"kind": kind[:40]}, "type"))
        self._leave(found, element)
        self.read.found.append(found)

    # ── what every question has ─────────────────────────────────────────────────────────────────

    def text(self, element: etree._Element | None) -> str:
        """The Markdown of an element that has a format and a text."""
        if element is None:
            return ""
        written = (element.findtext("text") or "").strip()
        format = element.get("format") or "html"
        if format == "markdown":
            return written
        html = format in ("html", "moodle_auto_format") and LOOKS_LIKE_HTML.search(written)
        return markdown(written, self.pictures, self.effort) if html else escaped(written)

    def _about(self, found: Found, element: etree._Element) -> None:
        if (element.get("type") or "") not in ("cloze", "multianswer"):
            found.stem = self.text(element.find("questiontext"))
        found.explanation = self.text(element.find("generalfeedback"))
        named(found, _plain(element, "idnumber"))
        if name := _plain(element, "name/text"):
            found.kept["name"] = name
        tags = [tag.strip() for tag in element.xpath("tags/tag/text/text()")]
        if tags:
            found.kept["tags"] = ", ".join(tags)
        points = _number(_plain(element, "defaultgrade") or _plain(element, "defaultmark"))
        if points is not None and points > 0:
            found.points = points.normalize() if points < 1000 else points
        told = ("hint", "correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
        if any(_plain(one, "text") for name in told for one in element.findall(name)):
            self.told.note(HINTS)

    def _leave(self, found: Found, element: etree._Element) -> None:
        """Pictures go with the question; what is lacking or left behind is named."""
        found.pictures = dict(self.pictures.shown)
        for name in dict.fromkeys(self.pictures.lacking):
            found.doubts.append(Doubt(LACKING, {"name": name}, "stem"))
        shown = set(map(bytes, self.pictures.shown.values()))
        for name, data in self.pictures.held.items():
            if data not in shown:
                values = {"name": name[:80]}
                self.read.notes.append(Doubt(ATTACHED, values, place=found.place))

    def _weighed(self, answer: etree._Element) -> Weighed:
        return Weighed(
            self.text(answer),
            _number(answer.get("fraction") or ""),
            self.text(answer.find("feedback")),
        )

    # ── the types ───────────────────────────────────────────────────────────────────────────────

    def _choice(self, found: Found, element: etree._Element) -> None:
        single = _plain(element, "single").lower() not in ("false", "0")
        choices = [self._weighed(answer) for answer in element.findall("answer")]
        choose(found, choices, single, self.told)

    def _true_or_false(self, found: Found, element: etree._Element) -> None:
        found.type = QuestionType.TRUE_FALSE
        right, told = set(), []
        for answer in element.findall("answer"):
            value = {"true": True, "false": False}.get(_plain(answer, "text").lower())
            if value is not None and _number(answer.get("fraction") or "") == 100:
                right.add(value)
            told.append(("√" if value else "×", self.text(answer.find("feedback"))))
        if len(right) == 1:
            found.answer = right.pop()
        else:
            found.doubts.append(Doubt(NOT_TOLD, what="answer"))
        explain(found, told, self.told)

    def _words(self, found: Found, element: etree._Element) -> None:
        fill_in(found, [self._weighed(answer) for answer in element.findall("answer")], self.told)

    def _number(self, found: Found, element: etree._Element) -> None:
        variants = []
        for answer in element.findall("answer"):
            one = self._weighed(answer)
            middle, within = _number(one.text), _number(_plain(answer, "tolerance") or "0")
            if middle is None or within is None:
                variants.append(Weighed(one.text, one.percent if one.text == "*" else None))
            else:
                variants.append(Weighed(tolerant(middle, abs(within)), one.percent, one.feedback))
        fill_in(found, variants, self.told)
        if element.find("units") is not None:
            self.told.note(UNITS)

    def _essay(self, found: Found, element: etree._Element) -> None:
        found.type = QuestionType.ESSAY
        found.answer = self.text(element.find("graderinfo")) or None

    def _matching(self, found: Found, element: etree._Element) -> None:
        pairs = [
            (self.text(one), _plain(one, "answer/text")) for one in element.findall("subquestion")
        ]
        found.stem = with_pairs(found.stem, pairs)
        found.doubts.append(Doubt(MATCHING, what="type"))

    def _ordering(self, found: Found, element: etree._Element) -> None:
        items = [self.text(answer) for answer in element.findall("answer")]
        lines = [f"{number}. {item}" for number, item in enumerate(items, start=1)]
        found.stem = "\n\n".join([found.stem, "\n".join(lines)])
        found.doubts.append(Doubt(ORDERING, what="type"))

    def _gaps(self, found: Found, element: etree._Element) -> None:
        """[[1]] stands for the first of the words given."""
        given = [*element.findall("selectoption"), *element.findall("dragbox")]
        words = [_plain(one, "text") for one in given]
        told = [int(place) for place in PLACE.findall(found.stem)]
        if not told or not all(1 <= place <= len(words) and words[place - 1] for place in told):
            found.doubts.append(Doubt(NO_KIND, {"kind": element.get("type")}, "answer"))
            return
        found.type = QuestionType.BLANK
        found.answer = tuple((words[place - 1],) for place in told)
        found.stem = f"{PLACE.sub(GAP, found.stem)}\n\n（{' / '.join(dict.fromkeys(words))}）"
        self.told.note(WORDS_GIVEN)

    def _cloze(self, found: Found, element: etree._Element) -> None:
        written = element.findtext("questiontext/text") or ""
        take_cloze(found, written, self._html, self.told)

    def _html(self, written: str) -> str:
        if LOOKS_LIKE_HTML.search(written):
            return markdown(written, self.pictures, self.effort)
        return escaped(written.strip())


def _plain(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _number(written: str) -> Decimal | None:
    try:
        found = Decimal(written.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 30 else None


def _files(element: etree._Element) -> dict[str, bytes]:
    """All files of a question by their names."""
    found = {}
    for file in element.iter("file"):
        name = (file.get("name") or "").strip()
        if name and (file.get("encoding") or "base64") == "base64":
            found[name] = unpacked(file.text or "")
    return found
