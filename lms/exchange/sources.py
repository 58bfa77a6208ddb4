"""Sources as people cite them: 《土地管理法》（2019-08-26）第六十二条, and back into words."""

import re
from datetime import date
from typing import Any

import yaml

from lms.bank.front import LONGEST_FACTS, PlainReader
from lms.bank.rules import Source
from lms.errors import Invalid
from lms.laws.rules import number_of
from lms.sheets.days import read_day

LONGEST = 120  # characters of the name of a law, as its column has it
# data: digits
NUMBER = "[〇零一二三四五六七八九十百千两0-9]{1,9}"
LAW = re.compile(
    r"《([^《》]{1,120})》\s*(?:[（(]\s*([^（）()]{4,20}?)\s*(?:修正|修订|版)?\s*[)）])?\s*"
    rf"(?:第({NUMBER})条(?:之([一二三四五六七八九十]+))?)?"
    r"((?:第[一二三四五六七八九十0-9]{1,3}[款项目])*)\s*(?:[:：]([^《》]*))?[、,，;；。\s]*"
)
ZEROES = str.maketrans("〇两", "零二")
WHOLE_NAME = "中华人民共和国"  # data: before the name of a law


def read_sources(written: str) -> tuple[Source, ...]:
    """The sources of a cell, one or several a line."""
    return tuple(source for line in written.split("\n") for source in _sources(line.strip()))


def _sources(line: str) -> list[Source]:
    """《土地管理法》（2019-08-26）第六十二条：一处宅基地; what is no law is kept by its name."""
    if line.startswith("{") and (exact := _exact(read_yaml(line))):
        return [exact]
    matches = list(LAW.finditer(line))
    if not matches or "".join(match[0] for match in matches) != line:
        return [Source(line[:LONGEST])] if line else []
    return [_law(match) for match in matches]


def _law(match: re.Match[str]) -> Source:
    name, told_edition, article, more, _, key = match.groups()
    number = _digits(article) if article else ""
    return Source(
        law=name.strip().removeprefix(WHOLE_NAME),
        edition=_edition(told_edition),
        article=f"{number}之{more}" if number and more else number,
        key=(key or "").strip(" “”。;；"),
    )


def _edition(written: str | None) -> date | None:
    """The day of an edition; a year alone does not say which day."""
    try:
        found = read_day(written or "")
    except Invalid:
        return None
    return found.first if found and found.day else None


def _digits(written: str) -> str:
    """六十二, 一百零一, 62."""
    words = written.translate(ZEROES)
    return words if words.isascii() else str(number_of(words))


def _exact(found: Any) -> Source | None:
    """A source as the question file has it."""
    if not isinstance(found, dict) or not isinstance(found.get("law"), str):
        return None
    edition, article, key = (found.get(name) for name in ("edition", "article", "key"))
    return Source(
        law=found["law"],
        edition=edition if isinstance(edition, date) else None,
        article="" if article is None else str(article),
        key="" if key is None else str(key),
    )


def written_source(source: Source) -> str:
    """A source in words that read back the same."""
    edition = f"（{source.edition.isoformat()}）" if source.edition else ""
    number, _, more = source.article.partition("之")
    article = f"第{number}条" + (f"之{more}" if more else "") if source.article else ""
    key = f"：{source.key}" if source.key else ""
    plain = f"《{source.law}》{edition}{article}{key}"
    if _sources(plain) == [source]:
        return plain
    facts = {"law": source.law, "edition": source.edition, "article": source.article}
    facts |= {"key": source.key}
    return flow({name: value for name, value in facts.items() if value})


def read_yaml(written: str) -> Any:
    """What a line of YAML says; None where it is none."""
    try:
        return yaml.load(written[:LONGEST_FACTS], PlainReader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def flow(value: Any) -> str:
    """A value in one line of YAML, for what its plain form would lose."""
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=float("inf"), sort_keys=False
    )
    return text.strip()
