"""The facts at the head of a question file: YAML in, plain values out, and back."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

import yaml

from lms.bank.rules import Difficulty, Layer, Origin, Question, QuestionType, Source, Thinking
from lms.errors import Invalid
from lms.scoring.choice import Credit
from lms.words import N_

LONGEST, LONGEST_FACTS = 100_000, 10_000  # characters; a question is rarely over 2,000
FIELDS = (
    *("id", "type", "abilities", "projects", "layer", "level", "difficulty", "points", "credit"),
    *("topic", "valid", "audience", "origin", "sources"),
)
HEAD = re.compile(r"---\n(.*?\n)---[ \t]*(?:\n|$)", re.DOTALL)
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
# Words that YAML writes as they are, and those that look so and mean something else.
PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fa5][A-Za-z0-9\u4e00-\u9fa5]*(?:-[A-Za-z0-9\u4e00-\u9fa5]+)*")
NO_WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
NO_FILE = N_("不是题目文件：开头应是两行 --- 之间的题目信息。")
Facts = dict[str, Any]
Word = TypeVar("Word", bound=StrEnum)


class PlainReader(yaml.CSafeLoader):
    """YAML without merging (a merge can be made to grow without bound) and without doublets."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        names = [str(key.value) for key, _ in node.value]
        if len(names) != len(set(names)) or "<<" in names:
            raise yaml.YAMLError("a field stands twice")


class _Writer(yaml.SafeDumper):
    """YAML without anchors: the same day twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def split_file(text: str) -> tuple[Facts, str]:
    """The facts and the body of a file. Raises Invalid for what is no question file."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST:
        raise Invalid("文件过大：一道题不超过 {n} 字。", n=LONGEST)
    if bad := CONTROLS.search(text):
        row = text.count("\n", 0, bad.start()) + 1
        raise Invalid("第 {row} 行有看不见的控制字符，请删去。", row=row)
    head = HEAD.match(text)
    if not head or len(head[1]) > LONGEST_FACTS:
        raise Invalid(NO_FILE)
    facts = _load(head[1])
    if not isinstance(facts, dict):
        raise Invalid(NO_FILE)
    for name in facts:
        if name not in FIELDS:
            raise Invalid("{id}：不认识“{name}”这一项。", id=name_of(facts), name=name)
    return facts, text[head.end() :]


def _load(text: str) -> Any:
    try:
        return yaml.load(text, PlainReader)
    except yaml.MarkedYAMLError as why:
        row = why.problem_mark.line + 2 if why.problem_mark else 1
        raise Invalid("第 {row} 行：题目信息的写法有误。", row=row) from why
    except (yaml.YAMLError, ValueError, RecursionError) as why:
        raise Invalid("题目信息有误：有重复的项，或有不存在的日期。") from why


def kind_and_points(facts: Facts) -> tuple[QuestionType, Decimal]:
    """What decides how the body is read."""
    kind = _one_of(QuestionType, facts, "type") or _refuse(facts, "type")
    points = facts.get("points")
    if isinstance(points, bool) or not isinstance(points, int | float) or not abs(points) < 10_000:
        _refuse(facts, "points")
    return kind, Decimal(str(points))


def read_facts(facts: Facts) -> dict[str, Any]:
    """All other facts, as `Question` takes them. Raises Invalid, naming the field."""
    valid = _fields(facts, "valid", {"from", "to"}, facts.get("valid", {}))
    return {
        "id": _text(facts, "id") or _refuse(facts, "id"),
        "abilities": _list(facts, "abilities"),
        "projects": _list(facts, "projects"),
        "layer": _one_of(Layer, facts, "layer"),
        "level": _one_of(Thinking, facts, "level"),
        "difficulty": _one_of(Difficulty, facts, "difficulty"),
        "credit": _one_of(Credit, facts, "credit"),
        "topic": _text(facts, "topic"),
        "valid_from": _day(facts, "valid", valid.get("from")),
        "valid_to": _day(facts, "valid", valid.get("to")),
        "audience": _list(facts, "audience"),
        "origin": _one_of(Origin, facts, "origin") or Origin.OWN,
        "sources": tuple(_sources(facts)),
    }


def name_of(facts: Facts) -> str:
    """How a message calls the question: by its id where it has one."""
    return facts["id"] if isinstance(facts.get("id"), str) else "题目文件"


def _refuse(facts: Facts, field: str) -> NoReturn:
    raise Invalid("{id}：“{field}”这一项缺少，或写法有误。", id=name_of(facts), field=field)


def _text(facts: Facts, field: str, value: Any = None) -> str:
    value = facts.get(field, "") if value is None else value
    return value if isinstance(value, str) else _refuse(facts, field)


def _list(facts: Facts, field: str) -> tuple[str, ...]:
    value = facts.get(field, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        _refuse(facts, field)
    return tuple(value)


def _one_of(kind: type[Word], facts: Facts, field: str) -> Word | None:
    value = facts.get(field)
    if value is None:
        return None
    if value not in list(kind):
        words = "、".join(kind)
        raise Invalid(
            "{id}：“{field}”只能是 {words} 之一。", id=name_of(facts), field=field, words=words
        )
    return kind(value)


def _fields(facts: Facts, field: str, known: set[str], value: Any) -> Facts:
    if not isinstance(value, dict) or not set(value) <= known:
        _refuse(facts, field)
    return value


def _day(facts: Facts, field: str, value: Any) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    return _refuse(facts, field)


def _sources(facts: Facts) -> Iterator[Source]:
    sources = facts.get("sources", [])
    if not isinstance(sources, list):
        _refuse(facts, "sources")
    for source in sources:
        one = _fields(facts, "sources", {"law", "edition", "article", "key"}, source)
        number = one.get("article", "")
        yield Source(
            law=_text(facts, "sources", one.get("law", "")) or _refuse(facts, "sources"),
            edition=_day(facts, "sources", one.get("edition")),
            article=_text(facts, "sources", str(number) if type(number) is int else number),
            key=_text(facts, "sources", one.get("key", "")),
        )


def write_facts(question: Question) -> str:
    """The facts of a question as YAML, those that are empty left out, in the order of FIELDS."""
    points = question.points
    valid = {"from": question.valid_from, "to": question.valid_to}
    facts: Facts = {
        **{name: getattr(question, name) for name in FIELDS if hasattr(question, name)},
        "points": int(points) if points % 1 == 0 else float(points),
        "valid": {name: day for name, day in valid.items() if day},
        "sources": (),
    }
    there = [name for name in FIELDS if facts[name] or name == "points"]
    lines = [f"{name}: {_flow(facts[name])}\n" for name in there]
    if question.sources:
        lines += ["sources:\n", *(f"  - {_flow(_source(one))}\n" for one in question.sources)]
    return "".join(lines)


def _source(source: Source) -> Facts:
    article = int(source.article) if source.article.isdigit() else source.article
    facts = {"law": source.law, "edition": source.edition, "article": article, "key": source.key}
    return {name: value for name, value in facts.items() if value}


def _flow(value: Any) -> str:
    """A value in one line of YAML."""
    if (quick := _quick(value)) is not None:
        return quick
    if isinstance(value, StrEnum | tuple):
        value = [*value] if isinstance(value, tuple) else str(value)
    text = yaml.dump(
        value,
        Dumper=_Writer,
        default_flow_style=True,
        allow_unicode=True,
        width=float("inf"),
        sort_keys=False,
    )
    return text.removesuffix("\n").removesuffix("\n...")


def _quick(value: Any) -> str | None:
    """The same for what needs no quotes, twenty times as fast; None where YAML must be asked."""
    if isinstance(value, str):
        return str(value) if PLAIN.fullmatch(value) and value.casefold() not in NO_WORDS else None
    if isinstance(value, date) or type(value) is int:
        return str(value)
    if isinstance(value, tuple):
        several = [_quick(one) for one in value]
        return None if None in several else f"[{', '.join(filter(None, several))}]"
    if isinstance(value, dict):
        pairs = {name: _quick(one) for name, one in value.items()}
        if None not in pairs.values():
            return "{" + ", ".join(f"{name}: {one}" for name, one in pairs.items()) + "}"
    return None
