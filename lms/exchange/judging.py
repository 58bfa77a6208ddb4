"""Decides what the records of a file mean: type, options, key; what conflicts is a doubt."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from lms.bank.rules import QuestionType
from lms.exchange.agreeing import compare
from lms.exchange.answers import NO_OPTIONS, Meant, bare, letters_in, read_answer
from lms.exchange.blanks import gaps_in
from lms.exchange.coded import by_number, coded
from lms.exchange.evidence import Codes, codes_of, is_coded_truth, is_numbered
from lms.exchange.inline import letters_within, sign_within
from lms.exchange.lines import Line
from lms.exchange.numbers import number_of
from lms.exchange.option_cells import lettered, without_prefixes
from lms.exchange.records import Record
from lms.exchange.rules import Doubt, Found
from lms.exchange.stems import Asked, asked_in, options_behind
from lms.exchange.texts import as_markdown
from lms.exchange.truths import truth_options
from lms.exchange.vocabulary import type_of
from lms.words import N_

A_DATE = N_("答案被 Excel 变成了日期“{written}”，看不出原来是什么。请把单元格设为文本，重新填写。")
STEM_DIFFERS = N_("题干里写的是“{inside}”，答案栏里写的是“{written}”，请核对。")
TICKS_DIFFER = N_("标为正确的选项是 {ticked}，答案栏里写的是“{written}”，请核对。")
OTHER_TYPE = N_("题型写的是“{type}”，题干却说选 {count} 项，请核对。")
ONLY_RIGHT = N_("文件里只有正确选项的文字，没有其他选项。请补上选项，或与有选项的文件合在一起。")
NO_POINTS = N_("分值“{written}”不是数字，请改正。")
UNKNOWN_TYPE = N_("不认识题型“{written}”，请选择题型。")
SEVERAL_INSIDE = N_("题干的括号里有几处字母，看不出哪一处是答案，请核对。")

OPEN_TYPES = (QuestionType.BLANK, QuestionType.SHORT, QuestionType.ESSAY)
LONGEST_NUMBER = 60  # characters in which a number ends
MARKS_OF_NUMBERS = "、.．:：,， \t"
NUMBERED_STEMS = 0.6  # of all, before numbers are taken off stems


def judge(
    records: Sequence[Record], legends: Iterable[str] = (), first: int | None = 1
) -> list[Found]:
    """What the records of one file mean. legends: lines around them; first: the number that the
    first option usually has in such a file, None where there is no custom."""
    whole = [*records, *(part for record in records for part in record.parts)]
    judge = _Judge(codes_of(whole, legends), first, _stems_numbered(records))
    return [judge.found(record) for record in records]


def _stems_numbered(records: Sequence[Record]) -> bool:
    """Whether the stems themselves begin with numbers."""
    looked = [record for record in records[:200] if record.stem]
    count = sum(_number(record.stem) is not None for record in looked)
    return bool(looked) and count >= NUMBERED_STEMS * len(looked)


def _number(stem: str) -> tuple[str, str] | None:
    """The number that a stem begins with, and the stem without it."""
    if not stem[:1].isdecimal() and stem[:1] not in "第（(【":
        return None
    number = number_of(Line(stem[:LONGEST_NUMBER], 1))
    if not number or not number.firm or number.before:
        return None
    if stem[:1] == "第" and stem[number.rest_at - 1] not in MARKS_OF_NUMBERS:
        return None  # 第一道工序…
    return str(number.value), stem[number.rest_at :].strip()


class _Judge:
    def __init__(self, codes: Codes, first: int | None, stems_numbered: bool) -> None:
        self.codes = codes
        self.first = first
        self.stems_numbered = stems_numbered

    def found(self, record: Record) -> Found:
        found = Found(
            record.place,
            number=record.number,
            stem=record.stem,
            options=dict(sorted(record.options.items())),
            explanation=as_markdown(record.explanation),
            headings=record.headings,
            facts=record.facts,
            kept=record.kept,
            guessed=set(record.guessed),
            doubts=list(record.doubts),
        )
        self._points(found, record)
        self._take_number(found, record)
        asked = asked_in(found.stem)
        kind = self._type(found, record, asked)
        if record.parts:
            found.type = QuestionType.CASE
            found.parts = [self.found(part) for part in record.parts]
            found.stem = as_markdown(found.stem)
            return found
        self._options(found, record, kind)
        self._answer(found, record, kind)
        compare(found, record, asked)
        found.stem = as_markdown(found.stem)
        found.options = {letter: as_markdown(text) for letter, text in found.options.items()}
        if found.type is QuestionType.TRUE_FALSE and isinstance(found.answer, bool):
            found.options = {}
        return found

    # ── beside the key ──────────────────────────────────────────────────────────────────────────

    def _points(self, found: Found, record: Record) -> None:
        if not record.points:
            return
        try:
            found.points = Decimal(record.points.removesuffix("分").strip())
        except InvalidOperation:
            found.points = None
        if found.points is None or not found.points.is_finite() or len(record.points) > 12:
            found.points = None
            found.doubts.append(Doubt(NO_POINTS, {"written": record.points[:20]}, "points"))

    def _take_number(self, found: Found, record: Record) -> None:
        told = _number(found.stem)
        if told and (told[0] == record.number or (self.stems_numbered and not record.number)):
            found.number, found.stem = told

    def _type(self, found: Found, record: Record, asked: Asked) -> QuestionType | None:
        """The type that the file says, the row before its heading; guesses are marked."""
        kind = type_of(record.type) if record.type else None
        if kind is None and record.type in self.codes.types:
            kind = self.codes.types[record.type]
            found.guessed.add("type")
        if kind is None and record.type and not _leaves_open(record.type, self.codes):
            values = {"written": record.type[:20]}
            found.doubts.append(Doubt(UNKNOWN_TYPE, values, "type"))
        if kind is QuestionType.CASE and not record.parts and record.options:
            kind = None  # a question on a case that stands in its own stem
        kind = kind or record.told_type
        if asked.count and kind is QuestionType.SINGLE and asked.count > 1:
            values = {"type": record.type or kind.value, "count": str(asked.count)}
            found.doubts.append(Doubt(OTHER_TYPE, values, "type"))
        return kind or asked.type

    def _options(self, found: Found, record: Record, kind: QuestionType | None) -> None:
        if not found.options and kind not in (*OPEN_TYPES, QuestionType.TRUE_FALSE):
            behind = options_behind(found.stem)
            if behind:
                found.stem, found.options = behind
        plain, shown = without_prefixes(found.options)
        found.options = plain
        record.shown_letters = shown
        if not plain and record.answer and kind not in OPEN_TYPES:
            self._only_right(found, record)

    def _only_right(self, found: Found, record: Record) -> None:
        """C，一定职业: the file holds the text of the right options alone."""
        texts = lettered(record.answer)
        if texts:
            found.options = texts
            record.answer = "".join(texts)
            found.doubts.append(Doubt(ONLY_RIGHT, what="options"))

    # ── the key ─────────────────────────────────────────────────────────────────────────────────

    def _answer(self, found: Found, record: Record, kind: QuestionType | None) -> None:
        whole = found.stem
        inside = self._inside(found, kind)
        text = record.answer
        if record.unsure:
            found.type = kind
            found.doubts.append(record.unsure)
            return
        if isinstance(record.answer_value, date | datetime | time):
            found.type = kind
            found.doubts.append(Doubt(A_DATE, {"written": text[:40]}, "answer"))
            return
        if record.ticked:
            ticked = "".join(sorted(record.ticked))
            if text and set(letters_in(text) or ()) != record.ticked:
                values = {"ticked": ticked, "written": text[:40]}
                found.doubts.append(Doubt(TICKS_DIFFER, values, "answer"))
                found.type = kind
                return
            text = ticked
        meant = self._meant(text or inside, record, found, kind)
        found.answer, found.type = meant.answer, kind or meant.type
        found.guessed |= meant.guessed
        found.doubts += meant.doubts
        if meant.rest and not found.explanation:
            found.explanation = as_markdown(meant.rest)
        self._settle(found, record)
        if text and inside and not _same(found, inside, kind):
            values = {"inside": inside, "written": text[:40]}
            found.doubts.append(Doubt(STEM_DIFFERS, values, "answer"))
            found.guessed.add("answer")
            found.stem = whole

    def _inside(self, found: Found, kind: QuestionType | None) -> str:
        """The answer that stands within the stem, which is taken out of it."""
        if found.options and not truth_options(found.options):
            held = letters_within(found.stem, set(found.options))
            if held.others:
                found.doubts.append(Doubt(SEVERAL_INSIDE, what="stem"))
        elif kind in (None, QuestionType.TRUE_FALSE):
            held = sign_within(found.stem, kind is QuestionType.TRUE_FALSE)
        else:
            return ""
        found.stem = held.stem
        return held.told

    def _meant(self, text: str, record: Record, found: Found, kind: QuestionType | None) -> Meant:
        if record.blanks and kind in (None, QuestionType.BLANK):
            return Meant(tuple((one,) for one in record.blanks), QuestionType.BLANK)
        if kind in (QuestionType.SHORT, QuestionType.ESSAY) and not text:
            text = record.rubric
        plain = replace(record, answer=text, options=found.options)
        if is_coded_truth(plain, self.codes.types):
            return coded(text, found.options, kind, self.codes)
        choice = found.options and not truth_options(found.options)
        if choice and is_numbered(plain.answer) and text not in map(bare, found.options.values()):
            return by_number(text, found.options, kind, self.codes.first, self.first)
        if kind is None and not found.options and _is_prose(text):
            return Meant(text, None)
        gaps = gaps_in(found.stem) if kind is QuestionType.BLANK else 0
        return read_answer(text, kind, found.options, gaps)

    def _settle(self, found: Found, record: Record) -> None:
        """The type of what nobody named: by the stem's blanks, else a text to be marked."""
        if found.type is not None or found.options or not isinstance(found.answer, str):
            return
        found.guessed.add("type")
        gaps = gaps_in(found.stem)
        if gaps:
            meant = read_answer(found.answer, QuestionType.BLANK, {}, gaps)
            found.type, found.answer = QuestionType.BLANK, meant.answer
            found.guessed |= meant.guessed
            found.doubts += meant.doubts
        else:
            found.type = QuestionType.SHORT


def _leaves_open(written: str, codes: Codes) -> bool:
    """Whether a word of the column of types is known, and says only that it is a choice."""
    return "选择" in written or "choice" in written.casefold() or "题" in written


def _is_prose(text: str) -> bool:
    """A text that is no letters and no sign, however short."""
    return len(text) > 30 and not letters_in(text)


def _same(found: Found, inside: str, kind: QuestionType | None) -> bool:
    meant = read_answer(inside, kind or found.type, found.options)
    return meant.answer is None or meant.answer == found.answer


def without_options(found: Sequence[Found]) -> int:
    """How many have a letter for an answer and no options at all."""
    return sum(any(doubt.text == NO_OPTIONS for doubt in one.doubts) for one in found)
