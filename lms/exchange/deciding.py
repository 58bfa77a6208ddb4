"""Makes a question of what its lines say: its type, its options, its answer, and every doubt."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lms.bank.rules import BLANK, QuestionType
from lms.exchange.answers import NO_OPTIONS as LETTERS_ALONE
from lms.exchange.answers import USUAL, letters_in
from lms.exchange.blanks import GAP, gaps_in
from lms.exchange.inline import (
    Inline,
    filled_within,
    held_by_last,
    letters_within,
    sign_within,
)
from lms.exchange.leftovers import leftovers
from lms.exchange.lines import bare
from lms.exchange.options import passed_over
from lms.exchange.raw import Raw, Written
from lms.exchange.resolving import Settled, check, settle
from lms.exchange.rubrics import as_rubric
from lms.exchange.rules import Doubt, Found, Place
from lms.exchange.shapes import (
    begins_another,
    numbers_told,
    take_numbered,
    take_truth_lines,
    take_unlettered,
)
from lms.exchange.texts import as_markdown
from lms.exchange.truths import truth_and_rest, truth_options
from lms.words import N_

NO_STEM = N_("没有读到题干。请补上题干，或检查题号。")
JUMPED = N_("选项 {letter} 之前缺了选项。请核对选项，或改正字母。")
TWICE = N_("选项字母 {letter} 出现了两次。请改正字母，再核对答案。")
EMPTY = N_("选项 {letter} 没有文字，可能是公式或图片。请补上。")
NOT_TRUE_FALSE = N_("标题说是判断题，题目却有选项。请核对题型。")
WITH_OPTIONS = N_("标题说的题型不应有选项，题目却有选项。请核对题型。")
TYPES_DIFFER = N_("题目自己写的题型与所在标题不同。请核对题型。")
ONE_OPTION = N_("只读到一个选项。请补上其余选项，一行一个，前面写字母。")
NO_OPTIONS = N_("没有读到选项。请补上选项，一行一个，前面写字母。")
LIKELY = N_("题干括号里的“{held}”可能是答案，但不能确定。请在题后写明“答案：”。")
SEVERAL = N_("这里可能连着几道题，因为有几个答案。请给每道题写上题号。")
DRESSED = N_(
    "选项 {letters} 的颜色或字体与别的不同，可能是答案，但不能确定。请在题后写明“答案：”。"
)
LAST_HELD = N_("最后一个选项后面的“{held}”可能是答案，但不能确定。请在题后写明“答案：”。")

CHOICES = (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.INDEFINITE)
ANSWERS = re.compile(r"\s*答\s*[:：]\s*")  # data: how an answer begins
BULLET = re.compile(r"\s*[●■◆▲◇△•·]\s*")
BY_WORDS = (QuestionType.SHORT, QuestionType.ESSAY)


@dataclass
class Context:
    """What the document says of all its questions.

    named: the type in the name of the file. paragraphs: places are paragraphs, not lines.
    last_holds: the answers stand behind the last options. dress_tells: the right options are in a
    colour or bold.
    """

    file: str = ""
    named: QuestionType | None = None
    paragraphs: bool = False
    last_holds: bool = False
    dress_tells: bool = False
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    def place(self, at: int) -> Place:
        if self.paragraphs:
            return Place(self.file, paragraph=at)
        return Place(self.file, line=at)


def decide(raw: Raw, context: Context) -> Found:
    """The question, with what is guessed and what is doubted."""
    return _Decision(raw, context).made()


class _Decision:
    def __init__(self, raw: Raw, context: Context) -> None:
        self.raw = raw
        self.context = context
        self.found = Found(context.place(raw.at), number=raw.number)
        self.section = raw.block.section
        self.guessed: set[str] = set(raw.guessed)
        self.doubts: list[Doubt] = list(raw.doubts)
        self.kind = self._type()

    def _doubt(self, text: str, what: str, **values: object) -> None:
        self.doubts.append(Doubt(text, values, what))

    def made(self) -> Found:
        raw, found = self.raw, self.found
        self._options()
        settled = self._answer()
        kind = self._kind_of(settled)
        found.type, found.answer = kind, settled.answer
        found.options = {} if kind is QuestionType.TRUE_FALSE else self._texts()
        found.stem = self._stem(kind)
        found.explanation = as_markdown(self._explanation(settled))
        found.points = self._points(kind)
        found.headings = tuple(heading.text for heading in self._headings())
        found.facts, found.kept = dict(raw.facts), dict(raw.kept)
        if not found.stem:
            self._doubt(NO_STEM, "stem")
        raw.guessed |= self.guessed & {"options"}
        self.doubts += [*settled.doubts, *leftovers(raw, found)]
        self.guessed |= settled.guessed
        if kind is not None and self.kind is kind:
            self.guessed -= {"type"} - self._weakly_typed()
        if found.answer is None:
            self.guessed.discard("answer")
        found.guessed, found.doubts = self.guessed, [self._placed(d) for d in self.doubts]
        found.pictures = self._pictures()
        return found

    def _placed(self, doubt: Doubt) -> Doubt:
        return Doubt(doubt.text, doubt.values, doubt.what, doubt.place or self.found.place)

    def _headings(self) -> list:
        return [*self.raw.block.chapters, *([self.section] if self.section else [])]

    def _pictures(self) -> dict[str, bytes]:
        shown = "\n".join([self.found.stem, self.found.explanation, *self.found.options.values()])
        return {n: data for n, data in self.context.pictures.items() if f"]({n})" in shown}

    # ── type ────────────────────────────────────────────────────────────────────────────────────

    def _type(self) -> QuestionType | None:
        """What the question, its heading or the file's name says, in this order."""
        told = self.section.type if self.section else None
        own = self.raw.type
        if own and told and own is not told and QuestionType.CASE not in (own, told):
            self._doubt(TYPES_DIFFER, "type")
        if own or told or (self.section and self.section.typed):
            return own or told
        return self.context.named

    def _weakly_typed(self) -> set[str]:
        """A type that only the file's name says is a guess."""
        firm = self.raw.type or (self.section and self.section.type)
        return set() if firm else {"type"}

    def _kind_of(self, settled: Settled) -> QuestionType | None:
        kind = self.kind
        if kind is None:
            kind = settled.type or self._kind_by_shape(settled)
            if kind:
                self.guessed.add("type")
        elif not (self.raw.type or (self.section and self.section.type)):
            self.guessed.add("type")
        return kind

    def _kind_by_shape(self, settled: Settled) -> QuestionType | None:
        if self.raw.options.texts:
            many = (self.raw.right_count or 0) > 1
            return QuestionType.MULTIPLE if many else None
        if "__" in self.raw.stem:
            return QuestionType.BLANK
        return QuestionType.SHORT if isinstance(settled.answer, str) else None

    # ── options ─────────────────────────────────────────────────────────────────────────────────

    def _options(self) -> None:
        raw = self.raw
        if not raw.options.texts and self.kind in (None, QuestionType.TRUE_FALSE, *CHOICES):
            if take_truth_lines(raw):
                self.kind = self._as_true_false()
            elif take_numbered(raw) or (self._is_choice() and take_unlettered(raw)):
                self.guessed.add("options")
        if len(raw.options.texts) == 1 and self.kind not in CHOICES:
            self._doubt(ONE_OPTION, "options")
        told = truth_options(raw.options.texts)
        if told and self.kind in (None, QuestionType.SINGLE):
            self.kind = self._as_true_false()
        elif raw.options.texts and not told and self.kind is QuestionType.TRUE_FALSE:
            self._doubt(NOT_TRUE_FALSE, "type")
            self.kind = None
        elif len(raw.options.texts) > 1 and self.kind in (QuestionType.BLANK, *BY_WORDS):
            self._doubt(WITH_OPTIONS, "type")
            self.kind = None
        elif raw.options.texts and self.kind is QuestionType.CASE:
            self.kind = None
        if self.kind in CHOICES and len(raw.options.texts) < 2:
            self._doubt(NO_OPTIONS, "options")
            held = letters_within(raw.stem, set(USUAL)) if not raw.options.texts else None
            if held and held.told:
                self._doubt(LETTERS_ALONE, "answer", written=held.told)
        self._faults_of_options(bool(told))

    def _is_choice(self) -> bool:
        """The type is one of choice, or letters are given for an answer."""
        if self.kind in CHOICES:
            return True
        told = [letters_in(written.text) for written in self.raw.answers]
        return self.kind is None and any(told) and all(told)

    def _as_true_false(self) -> QuestionType:
        if self.kind is not QuestionType.TRUE_FALSE:
            self.guessed.add("type")
        return QuestionType.TRUE_FALSE

    def _faults_of_options(self, told: bool) -> None:
        options = self.raw.options
        for letter in options.jumps:
            self._doubt(JUMPED, "options", letter=letter)
        for letter in options.twice:
            self._doubt(TWICE, "options", letter=letter)
        for letter, text in options.texts.items():
            if not bare(text).strip():
                self._doubt(EMPTY, "options", letter=letter)
            if later := passed_over(text, letter, [*options.texts]):
                self._doubt(JUMPED, "options", letter=later)

    def _texts(self) -> dict[str, str]:
        return {letter: as_markdown(text) for letter, text in self.raw.options.texts.items()}

    # ── answer ──────────────────────────────────────────────────────────────────────────────────

    def _answer(self) -> Settled:
        raw = self.raw
        options = raw.options.texts
        written = [w for w in raw.answers if w.how != "before" or self._fits(w.text)]
        written += self._ticked()
        inline = self._inline(bool(written))
        if inline.told:
            raw.stem = inline.stem
            written.append(Written(inline.told, raw.at, "stem"))
            if not inline.sure:
                self.guessed.add("answer")
        elif not written:
            self._suspect(inline)
            written += self._held_by_last() or self._dressed()
        if self.section and self.section.answer is not None and self._no_options():
            word = "√" if self.section.answer else "×"
            written.append(Written(word, raw.at, "heading"))
        if not written and raw.rubric:
            written.append(Written(raw.rubric, raw.at, "rubric"))
        self._several(written)
        kind = self._kind_for_answers()
        blanks = gaps_in(raw.stem) if kind is QuestionType.BLANK else 0
        settled = settle(written, kind, options, blanks)
        if (
            isinstance(settled.answer, str)
            and kind is None
            and numbers_told(settled.answer.split("\n")[0])
        ):
            self._doubt(LETTERS_ALONE, "answer", written=settled.answer)
            settled.answer = None
        if isinstance(settled.answer, str):
            self._by_words(settled)
        check(settled, raw.explanation, raw.right_count)
        return settled

    def _fits(self, word: str) -> bool:
        """Letters before a number are an answer only where there are options for them."""
        return bool(self.raw.options.texts) or not word.strip().isalpha() or len(word.strip()) == 1

    def _no_options(self) -> bool:
        return not self.raw.options.texts or truth_options(self.raw.options.texts) is not None

    def _ticked(self) -> list[Written]:
        options = self.raw.options
        if not options.ticked:
            return []
        return [Written("".join(sorted(options.ticked)), self.raw.at, "tick")]

    def _inline(self, answered: bool) -> Inline:
        raw = self.raw
        if self.kind is QuestionType.TRUE_FALSE or (self.kind is None and self._no_options()):
            return sign_within(raw.stem, self.kind is QuestionType.TRUE_FALSE)
        if raw.options.texts:
            return letters_within(raw.stem, set(raw.options.texts))
        if self.kind is QuestionType.BLANK and not answered:
            return filled_within(raw.stem)
        return Inline(raw.stem)

    def _suspect(self, inline: Inline) -> None:
        if inline.others:
            self._doubt(LIKELY, "answer", held="、".join(inline.others))

    def _held_by_last(self) -> list[Written]:
        """Letters behind the last option: the answer where all questions have them there, and
        otherwise only a doubt."""
        held = held_by_last(self.raw)
        if not held:
            return []
        if not self.context.last_holds:
            self._doubt(LAST_HELD, "answer", held=held.told)
            return []
        options = self.raw.options.texts
        options[next(reversed(options))] = held.stem
        self.guessed.add("answer")
        return [Written(held.told, self.raw.at, "last")]

    def _dressed(self) -> list[Written]:
        """Options that look otherwise: the answer where that is the custom of the whole."""
        shown = "".join(sorted(self.raw.options.shown))
        if not 0 < len(shown) < len(self.raw.options.texts):
            return []
        if not self.context.dress_tells:
            self._doubt(DRESSED, "answer", letters=shown)
            return []
        self.guessed.add("answer")
        return [Written(shown, self.raw.at, "shown")]

    def _several(self, written: list[Written]) -> None:
        labelled = [w for w in written if w.how == "label" and w.text.strip()]
        if len(labelled) > 1 and len({w.text.strip() for w in labelled}) > 1:
            self._doubt(SEVERAL, "")

    def _kind_for_answers(self) -> QuestionType | None:
        """The type to read answers by, as far as the shape of the question shows it."""
        if self.kind is None and not self.raw.options.texts and self._asks_for_words():
            return QuestionType.BLANK
        return None if self.kind is QuestionType.CASE else self.kind

    def _asks_for_words(self) -> bool:
        """The stem has blanks, and the answers are neither letters nor signs."""
        told = [written.text for written in self.raw.answers if written.text.strip()]
        if any(letters_in(text) or truth_and_rest(text)[0] is not None for text in told):
            return False
        return "__" in self.raw.stem or (bool(told) and bool(GAP.search(self.raw.stem)))

    def _by_words(self, settled: Settled) -> None:
        text = as_markdown(ANSWERS.sub("", str(settled.answer), count=1))
        rubric = as_rubric(self.raw.rubric, self.raw.points)
        alone = not self.raw.answers
        settled.answer = text
        if self.kind is None and any(map(begins_another, text.split("\n")[1:])):
            self._doubt(SEVERAL, "")
        if rubric:
            settled.answer = rubric
            settled.rest = "" if alone else text
        elif self.raw.rubric and not alone:
            settled.answer = f"{text}\n\n{as_markdown(self.raw.rubric)}"

    # ── the rest ────────────────────────────────────────────────────────────────────────────────

    def _stem(self, kind: QuestionType | None) -> str:
        stem = BULLET.sub("", self.raw.stem)
        if kind is QuestionType.BLANK:
            stem = GAP.sub(BLANK, bare(stem))
        return as_markdown(stem)

    def _explanation(self, settled: Settled) -> str:
        told = self.raw.explanation
        if self.raw.told_loosely and told:
            self.guessed.add("explanation")
        if settled.rest:
            told = f"{settled.rest}\n\n{told}" if told else settled.rest
        return told

    def _points(self, kind: QuestionType | None) -> Decimal | None:
        if self.raw.points is not None:
            return self.raw.points
        if not self.section or self.section.points is None:
            return None
        if self.section.per_blank and kind is QuestionType.BLANK:
            return self.section.points * max(self.found.stem.count(BLANK), 1)
        return self.section.points
