"""The register of laws and their editions, and finding an article in the text of one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import yaml

from lms.bank.rules import numeral
from lms.errors import Invalid

FIELDS = ("law", "title", "edition", "from", "to", "status")
NEXT = re.compile(r"\n(?=第[零一二三四五六七八九十百千]+条|#)")


class Standing(StrEnum):
    """Whether questions may rest on an edition."""

    IN_FORCE = "in_force"
    COMING = "coming"  # published, not yet in force
    ENDED = "ended"  # amended or replaced


@dataclass(frozen=True)
class Edition:
    """One edition of a law: its name as sources cite it, its full title, and when it holds."""

    law: str
    title: str
    edition: date
    in_force_from: date
    in_force_to: date | None = None
    status: Standing = Standing.IN_FORCE


def read_register(text: str) -> tuple[Edition, ...]:
    """The editions in `laws.yaml`. Raises Invalid, naming the entry that is wrong."""
    try:
        rows = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as why:
        raise Invalid("法规登记表的写法有误，请按 YAML 列表填写。") from why
    if not isinstance(rows, list):
        raise Invalid("法规登记表的写法有误，请按 YAML 列表填写。")
    return tuple(_edition(number, row) for number, row in enumerate(rows, start=1))


def write_register(editions: Iterable[Edition]) -> str:
    """`laws.yaml`, one edition an entry, in the order given."""
    rows: list[dict[str, Any]] = [
        {
            "law": one.law,
            "title": one.title,
            "edition": one.edition,
            "from": one.in_force_from,
            **({"to": one.in_force_to} if one.in_force_to else {}),
            "status": str(one.status),
        }
        for one in editions
    ]
    texts = (yaml.safe_dump([row], allow_unicode=True, sort_keys=False) for row in rows)
    return "".join(texts)


def article_name(article: str) -> str:
    """60 as 第六十条, 120之一 as 第一百二十条之一."""
    number, _, more = article.partition("之")
    return f"第{numeral(int(number))}条" + (f"之{more}" if more else "")


def article_text(law_text: str, article: str) -> str:
    """The whole article, from its number to the next; empty where the text has none such."""
    name = re.escape(article_name(article))
    found = re.search(rf"^{name}(?!之)\s*", law_text, re.MULTILINE)
    if not found:
        return ""
    return NEXT.split(law_text[found.start() :], maxsplit=1)[0].strip()


def _edition(number: int, row: Any) -> Edition:
    if not isinstance(row, dict) or not set(row) <= set(FIELDS):
        raise Invalid(
            "法规登记表第 {number} 条：只能有 {fields} 这些项。",
            number=number,
            fields="、".join(FIELDS),
        )
    days: list[Any] = [row.get("edition"), row.get("from"), row.get("to")]
    right = (
        all(isinstance(row.get(name), str) and row[name] for name in ("law", "title"))
        and all(type(day) is date for day in days[:2])
        and (days[2] is None or type(days[2]) is date)
        and row.get("status", Standing.IN_FORCE) in list(Standing)
    )
    if not right:
        raise Invalid(
            "法规登记表第 {number} 条：名称、版本、施行日期或状态缺少或写错。", number=number
        )
    standing = Standing(row.get("status", Standing.IN_FORCE))
    return Edition(row["law"], row["title"], days[0], days[1], days[2], standing)
