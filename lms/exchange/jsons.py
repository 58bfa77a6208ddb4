"""Reads questions from JSON of any shape: lists, objects by type, Chinese or English keys."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.bank.rules import LETTERS, QuestionType
from lms.errors import Invalid
from lms.exchange.columns import told_type
from lms.exchange.judging import judge, without_options
from lms.exchange.option_cells import options_in, options_of
from lms.exchange.records import Record, written
from lms.exchange.rules import Place, Read, refuse_too_many
from lms.exchange.vocabulary import FACTS, Column, Named, column_of, knows, type_of
from lms.exchange.workbooks import ANSWERS_ALONE, LETTERS_ALONE, MANY
from lms.words import N_

BROKEN = N_("“{file}”不是完整的 JSON：{why}（第 {line} 行）。请检查后重新上传。")
NO_QUESTIONS = N_("“{file}”是 JSON，但里面没有读到题目。每道题至少要有“题干”（question）和“答案”。")
DEEPEST = 60
START = re.compile(r"\s*[\[{]")
ASSIGNED = re.compile(
    r"\s*(?:(?:var|let|const|export default)\s+)?[\w.$]{1,40}\s{0,3}=\s{0,3}(?=[\[{])"
)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
NUMBER = re.compile(r"-?\d{400,}")
PARTS = ("subquestions", "children", "parts", "小题", "子题", "questions", "items", "subs")
SHORTEST_STEM = 6
WINDOW = 100_000  # characters in which the next stem is looked for


def is_json(name: str, text: str) -> bool:
    """Whether a text is JSON, by its name or by how it begins and ends."""
    if name.lower().endswith((".json", ".jsonl")):
        return True
    text = _bare(text)
    return bool(START.match(text)) and text[-1:] in "]}" and '"' in text


def _bare(text: str) -> str:
    """Without the name of a variable before it, as a program has it."""
    text = text.removeprefix("\ufeff").strip()
    assigned = ASSIGNED.match(text[:100])
    return text[assigned.end() :].rstrip("; \n") if assigned else text


def read_json(name: str, text: str) -> Read:
    """The questions of a JSON file. Raises Invalid where it is broken or holds none."""
    value = _loaded(name, text)
    walk = _Walk(name, _Lines(text))
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


def _loaded(name: str, text: str) -> Any:
    plain = _bare(text)
    if _depth(plain) > DEEPEST:
        raise Invalid("“{file}”的 JSON 层次过深，不予读取。", file=name)
    if NUMBER.search(plain):
        raise Invalid("“{file}”里有过长的数字，不予读取。", file=name)
    try:
        return json.loads(plain)
    except RecursionError:
        raise Invalid("“{file}”的 JSON 层次过深，不予读取。", file=name) from None
    except ValueError as wrong:
        by_lines = _by_lines(plain)
        if by_lines is not None:
            return by_lines
        line = getattr(wrong, "lineno", 1)
        why = getattr(wrong, "msg", str(wrong))
        raise Invalid(BROKEN, file=name, why=why[:80], line=line) from None


def _by_lines(text: str) -> list[Any] | None:
    """An object a line, as programs write long lists."""
    lines = [line.strip().rstrip(",") for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line[:1] == "{" and line[-1:] == "}" for line in lines[:20]):
        return None
    try:
        return [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        return None


def _depth(text: str) -> int:
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", STRING.sub("", text)):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


@dataclass
class _Lines:
    """Finds the line on which a stem stands."""

    text: str
    at: int = 0
    line: int = 1

    def of(self, stem: str) -> int | None:
        """The line of the next place with this text; None where it is not found."""
        shown = json.dumps(stem, ensure_ascii=self.text.isascii())[1:-1]
        found = self.text.find(shown, self.at, self.at + WINDOW) if shown else -1
        if found < 0:
            return None
        self.line += self.text.count("\n", self.at, found)
        self.at = found + 1
        return self.line


@dataclass
class _Walk:
    """Goes through all values in their order and takes what is a question."""

    name: str
    lines: _Lines
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
                    self.through(_with_stem(str(key), one), (*keys, str(key)))
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


def rows_in(value: Any) -> list[dict[str, Any]] | None:
    """A table as JSON: rows below a head, or each column as a list or an object of its cells."""
    if isinstance(value, list) and len(value) > 1 and all(isinstance(row, list) for row in value):
        head = [str(cell) for cell in value[0]]
        if sum(map(knows, head)) >= 2:
            return [dict(zip(head, row, strict=False)) for row in value[1:]]
    if not isinstance(value, dict) or len(value) < 2 or sum(map(knows, map(str, value))) < 2:
        return None
    columns = [one for one in value.values() if isinstance(one, list | dict)]
    if len(columns) < len(value) or len({len(one) for one in columns}) != 1:
        return None
    stems = [one for key, one in value.items() if _is_stem(str(key))]
    if not stems or not all(isinstance(cell, str) for cell in _cells(stems[0])):
        return None
    cells = [_cells(one) for one in columns]
    return [dict(zip(value, row, strict=True)) for row in zip(*cells, strict=True)]


def _cells(column: list[Any] | dict[str, Any]) -> list[Any]:
    return list(column.values()) if isinstance(column, dict) else column


def _is_stem(key: str) -> bool:
    named = column_of(key)
    return named is not None and named.column is Column.STEM


def _with_stem(key: str, value: Any) -> Any:
    """{"哪件事？": {"A": …, "答案": …}}: the key is the stem."""
    if not isinstance(value, dict) or len(key) < SHORTEST_STEM or column_of(key):
        return value
    columns = {named.column for name in value if (named := column_of(str(name)))}
    if Column.ANSWER in columns and Column.STEM not in columns and not type_of(key):
        return {"题干": key, **value}
    return value


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
