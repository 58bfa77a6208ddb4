"""JSON as text: what is JSON at all, its value, its lines, and tables that are written in it."""

import json
import re
from dataclasses import dataclass
from typing import Any

from lms.errors import Invalid
from lms.exchange.vocabulary import Column, column_of, knows, type_of
from lms.words import N_

BROKEN = N_("“{file}”不是完整的 JSON：{why}（第 {line} 行）。请检查后重新上传。")
DEEPEST = 60
START = re.compile(r"\s*[\[{]")
ASSIGNED = re.compile(
    r"\s*(?:(?:var|let|const|export default)\s+)?[\w.$]{1,40}\s{0,3}=\s{0,3}(?=[\[{])"
)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
NUMBER = re.compile(r"-?\d{400,}")
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


def loaded(name: str, text: str) -> Any:
    """The value of a text. Raises Invalid where it is broken, bottomless or monstrous."""
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
class Lines:
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


def with_stem(key: str, value: Any) -> Any:
    """{"哪件事？": {"A": …, "答案": …}}: the key is the stem."""
    if not isinstance(value, dict) or len(key) < SHORTEST_STEM or column_of(key):
        return value
    columns = {named.column for name in value if (named := column_of(str(name)))}
    if Column.ANSWER in columns and Column.STEM not in columns and not type_of(key):
        return {"题干": key, **value}
    return value
