"""Reads questions from JSON of any shape: lists, objects by type, Chinese or English keys."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.bank.rules import LETTERS, QuestionType
from lms.errors import Invalid
from lms.exchange.columns import told_type
from lms.exchange.json_text import Lines, loaded, rows_in, with_stem
from lms.exchange.judging import judge, without_options
from lms.exchange.option_cells import options_in, options_of
from lms.exchange.records import Record, written
from lms.exchange.rules import Place, Read, refuse_too_many
from lms.exchange.vocabulary import FACTS, Column, Named, column_of, type_of
from lms.exchange.workbooks import ANSWERS_ALONE, LETTERS_ALONE, MANY
from lms.words import N_

NO_QUESTIONS = N_("“{file}”是 JSON，但里面没有读到题目。每道题至少要有“题干”（question）和“答案”。")
PARTS = ("subquestions", "children", "parts", "小题", "子题", "questions", "items", "subs")


def read_json(name: str, text: str) -> Read:
    """The questions of a JSON file. Raises Invalid where it is broken or holds none."""
    value = loaded(name, text)
    walk = _Walk(name, Lines(text))
    walk.through(value, ())
    for record in walk.records:
        record.told_type = record.told_type or told_type(name)
    read = Read(name, judge(walk.records, walk.legends, first=None))
    if not read.found:
        refusal = ANSWERS_ALONE if walk.answers_alone else NO_QUESTIONS
        raise Invalid(refusal, file=name)
    if without_options(read.found) >= MANY * len(read.found):
        raise Invalid(LETTERS_ALONE, file=name)
    return read


@dataclass
class _Walk:
    """Goes through all values in their order and takes what is a question."""

    name: str
    lines: Lines
    records: list[Record] = field(default_factory=list)
    legends: list[str] = field(default_factory=list)
    answers_alone: bool = False

    def through(self, value: Any, keys: tuple[str, ...]) -> None:
        if rows := rows_in(value):
            value = rows
        if isinstance(value, list):
            for one in value:
                self.through(one, keys)
        elif isinstance(value, dict):
            record = self._record(value, keys)
            if record is not None:
                self._add(record)
                return
            if not self._by_stems(value, keys):
                for key, one in value.items():
                    self.through(with_stem(str(key), one), (*keys, str(key)))
        elif isinstance(value, str) and len(value) < 300:
            self.legends.append(f"{keys[-1]}: {value}" if keys else value)

    def _add(self, record: Record) -> None:
        refuse_too_many(self.name, len(self.records) + 1)
        self.records.append(record)

    def _by_stems(self, value: dict[str, Any], keys: tuple[str, ...]) -> bool:
        """{"题干": "答案", …}: an object whose keys are the stems themselves."""
        pairs = [(key, one) for key, one in value.items() if isinstance(one, str | list | bool)]
        long = [key for key, _ in pairs if len(key) >= 8 and column_of(key) is None]
        if len(pairs) < 3 or len(pairs) < len(value) or len(long) < 0.8 * len(pairs):
            self.answers_alone = self.answers_alone or _is_key(value)
            return False
        for key, one in pairs:
            record = self._begun(key, keys)
            record.answer = record.answer_value = _plain_answer(one)
            record.guessed.add("answer")
            self._add(record)
        return True

    def _begun(self, stem: str, keys: tuple[str, ...]) -> Record:
        record = Record(Place(self.name, line=self.lines.of(stem)), stem=written(stem))
        kinds = [kind for key in keys if (kind := type_of(key))]
        record.told_type = kinds[-1] if kinds else None
        record.headings = tuple(key for key in keys if not key.isascii() or type_of(key))
        return record

    def _record(self, value: dict[str, Any], keys: tuple[str, ...]) -> Record | None:
        """The question that an object is, or None where it is none."""
        named = _named(value)
        stem = next((one for one, name in named if name.column is Column.STEM), None)
        text = value.get(stem) if stem else None
        if not isinstance(text, str) or not text.strip():
            return None
        if not any(name.column in BESIDE for _, name in named):
            return None
        record = self._begun(text, keys)
        taken = {stem}
        for key, name in named:
            if name.column is not Column.STEM and self._take(record, name, key, value[key]):
                taken.add(key)
        for key, one in value.items():
            if key not in taken and (shown := _shown(one)):
                record.kept[str(key)] = shown
        self._parts(record, value, keys)
        return record

    def _parts(self, record: Record, value: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        for key, one in value.items():
            if str(key).casefold().replace("_", "") not in PARTS or not isinstance(one, list):
                continue
            parts = [self._record(part, keys) for part in one if isinstance(part, dict)]
            record.parts += [part for part in parts if part is not None]
            if record.parts:
                record.kept.pop(str(key), None)

    def _take(self, record: Record, name: Named, key: str, value: Any) -> bool:
        """Put one value where it belongs; whether it was taken."""
        column = name.column
        if column is Column.OPTION:
            text = _shown(value)
            if text:
                record.options[name.letter] = text
        elif column is Column.OPTIONS:
            return self._options(record, value)
        elif column is Column.ANSWER:
            self._answer(record, key, value)
        elif column in FACTS:
            if text := _shown(value):
                record.facts[column.value] = text
        elif column in PLAIN:
            setattr(record, PLAIN[column], _shown(value))
        elif column is Column.HEADING:
            self._heading(record, _shown(value))
        else:
            return False
        return True

    def _heading(self, record: Record, text: str) -> None:
        if text and not record.type and type_of(text):
            record.type = text  # "category": "单选题"
        elif text:
            record.headings = (*record.headings, text)

    def _options(self, record: Record, value: Any) -> bool:
        found = options_of(value) if not isinstance(value, str) else options_in(value)
        if not found:
            return value in (None, "", [], {})
        if not record.options:
            record.options, record.ticked = dict(found), set(found.right)
        return True

    def _answer(self, record: Record, key: str, value: Any) -> None:
        if isinstance(value, dict):
            several = [letter for letter, one in value.items() if one is True]
            value = several or list(value.values())
        if isinstance(value, list) and len(value) > 1 and _are_blanks(record, value):
            record.blanks = [_plain_answer(one) for one in value]
        record.answer = record.answer_value = _plain_answer(value)
        if isinstance(value, int) and not isinstance(value, bool):
            record.answer_value = value


PLAIN: dict[Column, str] = {
    Column.NUMBER: "number",
    Column.TYPE: "type",
    Column.EXPLANATION: "explanation",
    Column.POINTS: "points",
    Column.CASE: "case",
    Column.RUBRIC: "rubric",
}
BESIDE = (Column.ANSWER, Column.OPTION, Column.OPTIONS, Column.TYPE, Column.EXPLANATION)


def _named(value: Mapping[str, Any]) -> list[tuple[str, Named]]:
    """The keys that are known, one for each column: the clearest word for it."""
    best: dict[object, tuple[str, Named]] = {}
    for key in value:
        name = column_of(str(key))
        if name is None:
            continue
        if name.answer_or_option:
            name = Named(Column.OPTION, 0, name.letter)
        place = (name.column, name.letter)
        if place not in best or name.rank < best[place][1].rank:
            best[place] = (key, name)
    options = best.pop((Column.ANSWER, ""), None) if _answers_are_options(value, best) else None
    if options:
        best[Column.OPTIONS, ""] = (options[0], Named(Column.OPTIONS))
    return list(best.values())


def _answers_are_options(value: Mapping[str, Any], best: Mapping[object, object]) -> bool:
    """The key `answers` holds the options, with a mark at the right ones."""
    told = value.get("answer", value.get("answers"))
    objects = isinstance(told, list) and bool(told) and all(isinstance(one, dict) for one in told)
    return objects and (Column.OPTIONS, "") not in best


def _are_blanks(record: Record, value: list[Any]) -> bool:
    """A list is one answer a blank where there are no options and the texts are no letters."""
    kind = type_of(record.type) or record.told_type
    if kind is QuestionType.BLANK:
        return True
    texts = [_plain_answer(one) for one in value]
    return not record.options and kind is None and not all(text in LETTERS for text in texts)


def _plain_answer(value: Any) -> str:
    """An answer as text: a list of letters becomes one."""
    if isinstance(value, list):
        texts = [_plain_answer(one) for one in value]
        return ("\n" if any(len(text) > 2 for text in texts) else ",").join(texts)
    return _shown(value)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int | float | bool):
        return written(value)
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return "、".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)[:2000] if value else ""


def _is_key(value: Mapping[str, Any]) -> bool:
    """{"1": "A", "2": "B"}: answers alone."""
    pairs = [(str(key), one) for key, one in value.items() if isinstance(one, str)]
    short = [key for key, one in pairs if key.isdecimal() and len(one) < 9]
    return len(short) > 2 and len(short) == len(value)
