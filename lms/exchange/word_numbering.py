"""The numbers and letters that Word counts by itself, which stand in no paragraph's text."""

from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HAN = "〇一二三四五六七八九"  # data: how Word counts in Chinese
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
LEVELS = 9
LATIN = ("upperLetter", "lowerLetter")
SILENT = ("bullet", "none")


@dataclass
class Level:
    """How one level of a list is counted and written, as %1. or （%1）."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    restarts: bool = True


@dataclass
class _List:
    levels: dict[int, Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts as Word does. A document is gone through once, from its beginning."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self.abstract: dict[str, _List] = {}
        self.lists: dict[str, str] = {}
        self.overrides: dict[tuple[str, int], int] = {}
        self.begun: set[tuple[str, int]] = set()
        self.by_style: dict[str, tuple[str, int]] = {}
        if numbering is not None:
            self._read(numbering)
        if styles is not None:
            self._read_styles(styles)

    def _read(self, root: etree._Element) -> None:
        links: dict[str, str] = {}
        named: dict[str, str] = {}
        for one in root.iterfind(f"{W}abstractNum"):
            id = one.get(f"{W}abstractNumId", "")
            self.abstract[id] = _List(dict(map(_level, one.iterfind(f"{W}lvl"))))
            if (link := one.find(f"{W}numStyleLink")) is not None:
                links[id] = _value(link)
            if (name := one.find(f"{W}styleLink")) is not None:
                named[_value(name)] = id
        for id, style in links.items():
            if style in named:
                self.abstract[id] = self.abstract[named[style]]
        for one in root.iterfind(f"{W}num"):
            id = one.get(f"{W}numId", "")
            of = one.find(f"{W}abstractNumId")
            self.lists[id] = _value(of) if of is not None else ""
            for override in one.iterfind(f"{W}lvlOverride"):
                start = override.find(f"{W}startOverride")
                if start is not None:
                    at = _number(override.get(f"{W}ilvl"), 0)
                    self.overrides[id, at] = _number(_value(start), 1)

    def _read_styles(self, root: etree._Element) -> None:
        based: dict[str, str] = {}
        for style in root.iterfind(f"{W}style"):
            id = style.get(f"{W}styleId", "")
            if (parent := style.find(f"{W}basedOn")) is not None:
                based[id] = _value(parent)
            found = style.find(f"{W}pPr/{W}numPr")
            if found is not None:
                self.by_style[id] = _list_of(found)
        for id in based:
            seen = {id}
            parent = based[id]
            while id not in self.by_style and parent and parent not in seen:
                if parent in self.by_style:
                    self.by_style[id] = self.by_style[parent]
                seen.add(parent)
                parent = based.get(parent, "")

    def label(self, properties: etree._Element | None, style: str) -> str:
        """The number of the next paragraph as it is shown; "" where it has none."""
        own = properties.find(f"{W}numPr") if properties is not None else None
        id, at = _list_of(own) if own is not None else self.by_style.get(style, ("", 0))
        if own is not None and own.find(f"{W}numId") is None and style in self.by_style:
            id = self.by_style[style][0]
        one = self.abstract.get(self.lists.get(id, ""))
        if id in ("", "0") or one is None or at not in one.levels:
            return ""
        self._count(one, id, at)
        level = one.levels[at]
        if level.format in SILENT:
            return ""
        text = level.text
        for n in range(LEVELS):
            if f"%{n + 1}" in text:
                other = one.levels.get(n, level)
                shown = _written(other.format, one.counts.get(n, other.start))
                text = text.replace(f"%{n + 1}", shown)
        return text.strip()

    def _count(self, one: _List, id: str, at: int) -> None:
        if (id, at) in self.overrides and (id, at) not in self.begun:
            one.counts[at] = self.overrides[id, at]
        else:
            one.counts[at] = one.counts.get(at, one.levels[at].start - 1) + 1
        self.begun.add((id, at))
        for deeper in range(at + 1, LEVELS):
            if deeper in one.levels and one.levels[deeper].restarts:
                one.counts.pop(deeper, None)


def _level(one: etree._Element) -> tuple[int, Level]:
    def said(name: str, otherwise: str) -> str:
        found = one.find(f"{W}{name}")
        return _value(found) if found is not None else otherwise

    level = Level(
        said("numFmt", "decimal"),
        said("lvlText", ""),
        _number(said("start", "1"), 1),
        said("lvlRestart", "1") != "0",
    )
    return _number(one.get(f"{W}ilvl"), 0), level


def _list_of(properties: etree._Element) -> tuple[str, int]:
    id, at = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
    level = _number(_value(at), 0) if at is not None else 0
    return (_value(id) if id is not None else ""), level


def _value(one: etree._Element) -> str:
    return one.get(f"{W}val") or ""


def _number(written: str | None, otherwise: int) -> int:
    return int(written) if written and written.isascii() and written.isdecimal() else otherwise


def _written(format: str, number: int) -> str:
    """A number in the dress of its level."""
    if format in LATIN:
        letter = chr(ord("A") + (number - 1) % 26) * min((number - 1) // 26 + 1, 9)
        return letter.lower() if format == "lowerLetter" else letter
    if format in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman.lower() if format == "lowerRoman" else roman
    if "Circle" in format and 1 <= number <= len(CIRCLED):
        return CIRCLED[number - 1]
    if any(word in format.lower() for word in ("chinese", "japanese", "ideograph", "taiwanese")):
        return _han(number)
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in ROMAN:
        while number >= value and len(text) < 20:
            text += sign
            number -= value
    return text


def _han(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    first = "" if tens == 0 else "十" if tens == 1 else HAN[tens] + "十"
    return first + (HAN[ones] if ones or not tens else "")
