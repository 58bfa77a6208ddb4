"""Reads GIFT files: entries become questions; what has no equal here is named."""

from collections.abc import Sequence
from decimal import Decimal

from lms.bank.rules import ID, QuestionType
from lms.exchange import gift_tree
from lms.exchange.gift_tree import Choice, Item, Kind, Number, Text
from lms.exchange.rules import Doubt, Found, Place, Read, refuse_too_many
from lms.exchange.webtext import LOOKS_LIKE_HTML, Effort, Pictures, escaped, markdown
from lms.exchange.weighing import WHOLE, Told, Weighed, choose, explain, fill_in, tolerant
from lms.words import N_

MATCHING = N_("这是连线题，系统暂时没有这种题型。左右两栏已放进题干，请改写成别的题型，或不导入。")
DESCRIPTION = N_("第 {line} 行的说明“{words}”不是题目，没有带入。")
NO_QUESTIONS = N_("“{file}”里没有 GIFT 题目。")
TAIL = '";'  # left over where a file was cut out of a program
GAP = "____"
MANY_NOTES = 50


def is_gift(name: str, text: str) -> bool:
    """Whether a text is GIFT: its name says so, or most entries have answers in braces."""
    if name.lower().endswith(".gift") or ".gift." in name.lower():
        return True
    if "{" not in text or not any(mark in text for mark in "=~#TF"):
        return False
    items = [item for item in gift_tree.parse(text) if item.kind is not Kind.CATEGORY]
    read = sum(item.kind is not Kind.DESCRIPTION and _is_sure(item) for item in items)
    return read > 0 and read * 2 >= len(items)


def _is_sure(item: Item) -> bool:
    """An entry that nothing else than GIFT has: {} alone is code as well."""
    return not item.fault and (item.kind is not Kind.ESSAY or bool(item.title))


def read_gift(name: str, text: str) -> Read:
    """All questions of a GIFT file. name: of the file."""
    refuse_too_many(name, text.count("{"))
    reader = _Reader(name)
    for item in gift_tree.parse(text):
        reader.take(item)
    read = reader.read
    read.notes = reader.told.notes() + read.notes[:MANY_NOTES]
    if not read.found:
        read.refused = Doubt(NO_QUESTIONS, {"file": name})
    return read


class _Reader:
    def __init__(self, name: str) -> None:
        self.read = Read(name)
        self.told = Told()
        self.effort = Effort()
        self.headings: tuple[str, ...] = ()

    def take(self, item: Item) -> None:
        if item.kind is Kind.CATEGORY:
            self.headings = headings_of(item.title)
            return
        stem = self._markdown(item.stem)
        if item.kind is Kind.DESCRIPTION and not item.fault:
            values = {"line": item.line, "words": stem[:40]}
            self.read.notes.append(Doubt(DESCRIPTION, values, place=self._place(item)))
            return
        found = Found(self._place(item), stem=stem, headings=self.headings)
        if item.embedded:
            found.stem = _with_gap(stem)
        named(found, item.id)
        found.kept = {"name": item.title} if item.title else {}
        if item.tags:
            found.kept["tags"] = ", ".join(item.tags)
        found.explanation = self._markdown(item.feedback)
        self._answers(found, item)
        self.read.found.append(found)

    def _place(self, item: Item) -> Place:
        return Place(self.read.file, line=item.line)

    def _markdown(self, text: Text | None) -> str:
        if text is None:
            return ""
        html = text.format == "html" or (
            text.format == "moodle" and LOOKS_LIKE_HTML.search(text.text)
        )
        if html:
            return markdown(text.text, Pictures(), self.effort)
        return text.text if text.format == "markdown" else escaped(text.text)

    def _answers(self, found: Found, item: Item) -> None:
        if item.fault:
            found.doubts.append(Doubt(*item.fault, "answer"))
        elif item.kind is Kind.CHOICE:
            choices = [self._weighed(choice) for choice in item.choices]
            choose(found, choices, any(one.percent == WHOLE for one in choices), self.told)
        elif item.kind in (Kind.SHORT, Kind.NUMERICAL):
            fill_in(found, [self._weighed(choice) for choice in item.choices], self.told)
        elif item.kind is Kind.TRUE_FALSE:
            self._true_or_false(found, item)
        elif item.kind is Kind.ESSAY:
            found.type = QuestionType.ESSAY
        else:
            found.stem = with_pairs(found.stem, [(self._markdown(a), b) for a, b in item.pairs])
            found.doubts.append(Doubt(MATCHING, what="type"))

    def _weighed(self, choice: Choice) -> Weighed:
        percent = choice.weight
        if percent is None:
            percent = WHOLE if choice.correct else Decimal(0)
        return Weighed(self._written(choice), percent, self._markdown(choice.feedback))

    def _written(self, choice: Choice) -> str:
        if isinstance(choice.text, Number):
            low, high = choice.text.low, choice.text.high
            middle = choice.text.middle
            return tolerant((low + high) / 2 if middle is None else middle, choice.text.within)
        return "*" if choice.text is None else self._markdown(choice.text)

    def _true_or_false(self, found: Found, item: Item) -> None:
        found.type, found.answer = QuestionType.TRUE_FALSE, item.right
        names = ("×", "√")  # the first is told to who answered wrongly
        told = zip(names, map(self._markdown, item.when), strict=True)
        explain(found, told, self.told)


def _with_gap(stem: str) -> str:
    """The place of the answers as a blank; what is left of a program behind it is none."""
    if stem.endswith(TAIL):
        return stem.removesuffix(TAIL).rstrip(" _")
    return stem.replace(gift_tree.BLANK.strip(), GAP)


def headings_of(category: str) -> tuple[str, ...]:
    """The names on the way to a category, without the context that Moodle puts before them."""
    names = [part.strip().replace("\0", "/") for part in category.replace("//", "\0").split("/")]
    if names and names[0].startswith("$"):
        names = names[1:]
    return tuple(name for name in names if name and name != "top")


def named(found: Found, code: str) -> None:
    """Give a question its id or, where the bank could not call it so, its number."""
    if ID.fullmatch(code):
        found.facts["id"] = code
    else:
        found.number = code


def with_pairs(stem: str, pairs: Sequence[tuple[str, str]]) -> str:
    """A stem with the two sides of a matching question below it."""
    lines = [f"- {left or '…'} → {right}" for left, right in pairs]
    return "\n\n".join([stem, "\n".join(lines)])
