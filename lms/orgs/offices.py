"""Reads a list of what stands beside the territory: offices, firms, Party organizations. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.errors import Invalid
from lms.orgs.files import LONGEST_NAME, SIGNS, read_columns
from lms.orgs.rules import KIND_NAMES, TERRITORY, UnitKind
from lms.orgs.systems import System, named

COLUMNS = ("code", "name", "parent_code", "kind", "system")
KINDS = {KIND_NAMES[kind]: kind for kind in UnitKind if kind not in TERRITORY}


@dataclass(frozen=True)
class Office:
    """One row of the list. system: none, where the cell is empty: by kind and name."""

    row: int
    code: str
    name: str
    parent_code: str
    kind: UnitKind
    system: System | None


def read_offices(content: bytes, known: Mapping[str, UnitKind]) -> list[Office]:
    """The rows as they stand. known: code → kind of the units there are. Raises Invalid.

    content: csv in UTF-8 or GB18030.
    """
    found = [_office(number, *cells) for number, cells in read_columns(content, COLUMNS)]
    if not found:
        raise Invalid("名单中没有单位。")
    codes = {**known, **{one.code: one.kind for one in found}}
    seen: set[str] = set()
    for one in found:
        if one.code in seen:
            raise Invalid("第 {row} 行：编码与前面的行重复，请只保留一行。", row=one.row)
        if known.get(one.code) in TERRITORY:
            raise Invalid("第 {row} 行：编码是县、乡镇或村的，请核对。", row=one.row)
        if one.parent_code not in codes or one.parent_code == one.code:
            raise Invalid(
                "第 {row} 行：上级编码在名单和系统中都没有，请补上上级的行。", row=one.row
            )
        seen.add(one.code)
    return found


def _office(row: int, code: str, name: str, parent: str, kind: str, system: str) -> Office:
    if not SIGNS.fullmatch(code):
        raise Invalid("第 {row} 行：编码为空或含有其他字符，请核对。", row=row)
    if not name or len(name) > LONGEST_NAME or name[0] in "=+-@":
        raise Invalid("第 {row} 行：名称为空、过长或像是公式，请核对。", row=row)
    if kind not in KINDS:
        names = "、".join(KINDS)
        raise Invalid("第 {row} 行：类别应为下列之一：{names}。", row=row, names=names)
    if system and named(system) is None:
        raise Invalid(
            "第 {row} 行：没有“{system}”这个系统（条线），请照统计表中的名称填写，或留空。",
            row=row,
            system=system,
        )
    return Office(row, code, name, parent, KINDS[kind], named(system))
