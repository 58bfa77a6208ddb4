"""The register of laws as a file, `laws.yaml`: read and written. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import yaml

from lms.errors import Invalid
from lms.laws.rules import FIT_NAME, Edition, Standing

FIELDS = ("law", "title", "edition", "from", "to", "status")


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
        and FIT_NAME.fullmatch(row["law"])
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
