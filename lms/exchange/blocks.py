"""Reads the lines of one block: stem, options, answer, explanation, facts, each where it is."""

import re
from decimal import Decimal

from lms.exchange.answers import letters_in
from lms.exchange.labels import PAID, Piece, asides, pieces
from lms.exchange.leftovers import TOGETHER
from lms.exchange.lines import Line, bare, flat, joined, tidy
from lms.exchange.looking import Look, is_sign
from lms.exchange.options import boxed, cuts, letter_at_start, loose_letter
from lms.exchange.raw import Raw, Written
from lms.exchange.rules import Doubt
from lms.exchange.sections import NAMES, type_named
from lms.exchange.splitting import Block

# data: a type within brackets, how many are right, a fact that nobody knows
TYPE_TAG = re.compile(
    rf"[(\[【<《]\s*(?P<type>{NAMES})\s*(?:[,、;:\s/|-]*(?P<points>\d{{1,3}}(?:\.\d{{1,2}})?)\s*分|[^()\[\]【】]{{0,12}})?\s*[)\]】>》]\s*"
)
CHOOSE = re.compile(
    r"[(\[【]\s*(?:请|限|只|任)?\s*选\s*(?:择|出)?\s*([一二两三四五六七八\d])\s*[项个]\s*[)\]】]"
)
COUNT = re.compile(r"([一二两三四五六七八九\d])")
COUNTS = {sign: n for n, sign in enumerate("一二三四五六七八九", start=1)} | {"两": 2}
LETTERS_ALONE = re.compile(r"\s*[(\[【]?\s*[A-Z](?:[\s,、]*[A-Z])*\s*[)\]】]?\s*[。.]?\s*")
OWN_WORD = re.compile(r"([\u4e00-\u9fff]{2,8})\s*[:：]\s*(\S.{0,60}|)")
FACTS = (
    "difficulty",
    "topic",
    "abilities",
    "level",
    "layer",
    "projects",
    "id",
    "source",
    "audience",
)
NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})?")
NOTHING_TOLD = ("无", "无。", "略", "略。", "暂无", "暂无解析")
MOST_ANSWERS = 20  # of one question; more is no question


def read_block(block: Block, wrap: int) -> Raw:
    """What the lines of a block say. wrap: where a page broke lines, 0 for nowhere."""
    return _Reader(block, wrap).read()


class _Reader:
    def __init__(self, block: Block, wrap: int) -> None:
        number = block.number
        self.raw = Raw(block, str(number.value) if number else "", block.at)
        self.wrap = wrap
        self.state = "stem"
        self.loose = _has_loose_letters(block.looks)
        self.lettered_from = min(
            (look.line.at for look in block.looks[1:] if look.letter == "A"), default=0
        )

    def read(self) -> Raw:
        number = self.raw.block.number
        for place, look in enumerate(self.raw.block.looks):
            if look.blank:
                continue
            if look.separator:
                self.state = "done"
                continue
            text = look.line.text
            if place == 0 and number:
                text = text[number.rest_at :]
                if number.before:
                    self._before(number.before)
            if look.line.fixed:
                self._plain(text, look.line)
            else:
                self._line(text, look)
        self.raw.stem = self.raw.stem.strip()
        return self.raw

    def _before(self, word: str) -> None:
        if kind := type_named(word):
            self.raw.type = kind
        else:
            self.raw.answers.append(Written(word, self.raw.at, "before"))

    def _line(self, text: str, look: Look) -> None:
        line = look.line
        if self.state in ("stem", "options") and (box := boxed(text)):
            self.raw.options.add(self.raw.options.expected, box[0], line.at, box[1])
            self.state = "options"
            return
        text, found = asides(text)
        for name, value in found:
            if name == "answer":
                self._answer(name, value, line)
            else:
                self._fact(Piece(name, value))
        if self._is_bare_answer(text):
            self.raw.answers.append(Written(text.strip(), line.at, "label"))
            self.raw.guessed.add("answer")
            self.state = "answer"
            return
        if self.state == "stem" and not look.labelled:
            text = self._tags(text)
        if not text.strip():
            return
        if self.state == "done":
            self.state = "stem"
        for piece in look.pieces if text is line.text else pieces(text):
            if piece.field:
                self._labelled(piece, line)
            else:
                self._plain(piece.text, line)

    def _is_bare_answer(self, text: str) -> bool:
        """A line （C） or C alone, behind the options, with nothing to say what it is."""
        options = self.raw.options.texts
        if self.state != "options" or len(options) < 2 or self.raw.answers:
            return False
        letters = re.findall("[A-Z]", flat(text)) if LETTERS_ALONE.fullmatch(flat(text)) else []
        return bool(letters) and set(letters) <= set(options) and letters == sorted(set(letters))

    def _tags(self, text: str) -> str:
        """Without [单选题], （2分）, （选两项）, which are noted."""
        plain = flat(text)
        if (tag := TYPE_TAG.search(plain)) and self._is_tag(plain, tag):
            self.raw.type = type_named(tag["type"]) or self.raw.type
            if tag["points"]:
                self.raw.points = Decimal(tag["points"])
            text = text[: tag.start()] + text[tag.end() :].lstrip("*")
            plain = flat(text)
        paid = PAID.search(plain)
        if paid and (not plain[paid.end() :].strip() or not plain[: paid.start()].strip()):
            self.raw.points = Decimal(paid[1])
            text = (text[: paid.start()] + " " + text[paid.end() :]).strip()
            plain = flat(text)
        if chosen := CHOOSE.search(plain):
            self.raw.right_count = _count(chosen[1])
        return text

    def _is_tag(self, plain: str, tag: re.Match[str]) -> bool:
        """At the start, or at the end, of the first line; never within."""
        before, after = plain[: tag.start()].strip(), plain[tag.end() :].strip(" 。.*")
        if self.raw.stem:
            return not before and not after
        return not before or not after or letter_at_start(after) == "A"

    def _plain(self, text: str, line: Line) -> None:
        if not bare(text).strip():
            return
        if self._takes_options(text, line):
            return
        if self.state == "stem":
            self.raw.stem_lines.append((text, line.at))
            self.raw.stem = joined(self.raw.stem, text.strip(), self.wrap)
        elif self.state == "options":
            if letter_at_start(text) == "A" or self._starts_again(text):
                self.raw.doubts.append(Doubt(TOGETHER, {}, "options"))
            last = next(reversed(self.raw.options.texts))
            texts = self.raw.options.texts
            texts[last] = joined(texts[last], text.strip(), self.wrap, "\n")
        elif self.state == "answer" and self._goes_on(text):
            self._more_answer(text, line)
        else:
            self._more_told(text)

    def _takes_options(self, text: str, line: Line) -> bool:
        """Whether options stand in a text; what is before the first belongs to what was before."""
        options = self.raw.options
        if self.state not in ("stem", "options") and not (self.state == "answer" and self._early()):
            return False
        if line.fixed:
            return False
        found = cuts(text, options.expected, self.loose, [*options.texts])
        if found and not options.texts and line.at < self.lettered_from:
            found = []  # letters within a stem are names where the options have lines of their own
        if found and not options.texts and len(found) == 1 and found[0].start > 0:
            found = found if self._is_announced(text, found[0].start) else []
        if not found:
            return False
        lead = text[: found[0].start]
        if lead.strip():
            self.state = "options" if options.texts else "stem"
            self._plain_lead(lead, line)
        ends = [cut.start for cut in found[1:]] + [len(text)]
        for cut, end in zip(found, ends, strict=True):
            options.add(cut.letter, text[cut.text_at : end], line.at, cut.ticked, not self.loose)
        self.state = "options"
        return True

    def _starts_again(self, text: str) -> bool:
        """A letter without a mark that is there already."""
        return self.loose and loose_letter(text) in self.raw.options.texts

    def _early(self) -> bool:
        """An answer that stands before its options."""
        return len(self.raw.options.texts) == 0 and not self.raw.answer_open

    def _plain_lead(self, lead: str, line: Line) -> None:
        if self.raw.options.texts:
            last = next(reversed(self.raw.options.texts))
            texts = self.raw.options.texts
            texts[last] = joined(texts[last], lead.strip(), self.wrap, "\n")
        else:
            self.raw.stem_lines.append((lead, line.at))
            self.raw.stem = joined(self.raw.stem, lead.strip(), self.wrap)

    def _is_announced(self, text: str, start: int) -> bool:
        """A lone A. within the stem begins the options if a stop is before it and B. comes next."""
        stops = flat(text)[:start].rstrip().endswith((")", "】", "?", ":", "。", "_", "]", ","))
        return stops and any(look.letter == "B" for look in self.raw.block.looks)

    # ── what is labelled ────────────────────────────────────────────────────────────────────────

    def _labelled(self, piece: Piece, line: Line) -> None:
        name, text = piece.field, bare(piece.text).strip()
        if name in ("answer", "rubric"):
            self._answer(name, text, line)
        elif name == "explanation":
            text = "" if text in NOTHING_TOLD else text
            self.raw.explanation = joined(self.raw.explanation, text, self.wrap)
            self.state = "explanation"
        elif name == "stem":
            self.state = "stem"
            self._plain(text, line)
        elif name == "kept":
            self.raw.kept[piece.label] = tidy(text)
            self.state = "aside" if self.state != "stem" else "stem"
        elif name == "choices":
            self.state = "options" if self.raw.options.texts else "stem"
            self._plain(text, line)
        elif name in ("mine", "nothing"):
            self.state = "aside" if self.state != "stem" else "stem"
        else:
            self._fact(piece)

    def _answer(self, name: str, text: str, line: Line) -> None:
        if name == "rubric":
            self.raw.rubric = joined(self.raw.rubric, text, self.wrap, "\n")
            self.state = "rubric"
            return
        if len(self.raw.answers) >= MOST_ANSWERS:
            return
        labelled = self.raw.answered_by("label")
        if text or not labelled or labelled[-1].text:
            self.raw.answers.append(Written(text, line.at, "label"))
        self.state = "answer"
        self.raw.answer_open = not text

    def _fact(self, piece: Piece) -> None:
        name, text = piece.field, tidy(piece.text)
        if name == "points":
            if found := NUMBER.search(text):
                self.raw.points = Decimal(found[0])
        elif name == "count":
            if found := COUNT.search(text):
                self.raw.right_count = _count(found[1])
        elif name == "type":
            self.raw.type = type_named(text) or self.raw.type
        elif name in FACTS and text:
            self.raw.facts[name] = text
        if self.state in ("answer", "explanation", "rubric", "aside"):
            self.state = "aside"

    # ── what goes on ────────────────────────────────────────────────────────────────────────────

    def _goes_on(self, text: str) -> bool:
        """Whether a line after an answer is more of it, and no remark on it."""
        last = self.raw.answers[-1].text
        if not last.strip():
            return True
        if letters_in(last) or is_sign(last):
            return False
        return self.raw.answer_open or not self.raw.options.texts

    def _more_answer(self, text: str, line: Line) -> None:
        last = self.raw.answers.pop()
        shown = text.strip()
        first = not last.text
        written = shown if first else joined(last.text, shown, self.wrap, "\n")
        self.raw.answers.append(Written(written, line.at if first else last.at, "label"))
        if first and (letters_in(shown) or is_sign(shown)):
            self.raw.answer_open = False

    def _more_told(self, text: str) -> None:
        options = self.raw.options
        again = letter_at_start(text) in (options.expected, "A") if options.texts else False
        if again and self.state == "answer":
            self.raw.doubts.append(Doubt(TOGETHER, {}, "options"))
        if self.state == "answer" and letters_in(text):
            self.raw.doubts.append(Doubt(TOGETHER, {}, "answer"))
        own = OWN_WORD.fullmatch(bare(text).strip())
        if self.state == "rubric":
            self.raw.rubric = joined(self.raw.rubric, text.strip(), self.wrap, "\n")
        elif own and self.state in ("answer", "aside") and len(own[1]) <= 6:
            self.raw.kept[own[1]] = own[2].strip()
            self.state = "aside"
        else:
            if not self.raw.explanation:
                self.raw.told_loosely = True
            self.raw.explanation = joined(self.raw.explanation, text.strip(), self.wrap)
            self.state = "explanation"


def _count(sign: str) -> int:
    return COUNTS[sign] if sign in COUNTS else int(sign)


def _has_loose_letters(looks: list[Look]) -> bool:
    """Options whose letters have no mark: A北京, B上海, each at the start of a line or after it."""
    if any(look.letter for look in looks if look.letter != "-"):
        return False
    found = [loose_letter(look.text) for look in looks if look.plain]
    if "A" in found and "B" in found[found.index("A") :]:
        return True
    return any(len(cuts(look.text, "A", True)) > 2 for look in looks if look.plain)
