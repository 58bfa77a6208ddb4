"""Reads a list of divisions, finds its faults, and what it changes. Pure."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lms.errors import Conflict, Invalid
from lms.orgs.rules import LEVELS, UnitKind, is_virtual, kind_of
from lms.words import N_

COLUMNS = ("code", "name", "parent_code", "level")
MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
LONGEST_NAME = 120
SIGNS = re.compile(r"[0-9A-Za-z-]{1,40}")


@dataclass(frozen=True)
class Division:
    """One row of a list of divisions. row: where it stands in the file; name: as listed."""

    row: int
    code: str
    name: str
    parent_code: str
    level: str

    @property
    def kind(self) -> UnitKind:
        return kind_of(self.level, self.name)


@dataclass(frozen=True)
class Standing:
    """A unit of the territory as the database has it."""

    code: str
    listed: str
    parent_code: str
    level: str
    is_open: bool = True


@dataclass(frozen=True)
class Change:
    """What a newer list changes. `opened` has superiors first; `closed` are codes."""

    opened: list[Division]
    renamed: list[Division]
    moved: list[Division]
    closed: list[str]
    same: int
    virtual: int  # rows left out
    reach: int  # how many open units the list speaks of


def read_divisions(content: bytes) -> list[Division]:
    """The rows of the file as they stand; `row` counts from 1, the head included.

    content: csv in UTF-8 (with or without BOM) or GB18030. Raises Invalid where it is not that.
    """
    return [Division(number, *cells) for number, cells in read_columns(content, COLUMNS)]


def read_columns(content: bytes, columns: Sequence[str]) -> list[tuple[int, list[str]]]:
    """The cells of these columns, row by row, with the number of the row; empty rows are none.

    content: as for `read_divisions`.
    """
    try:
        rows = list(csv.reader(io.StringIO(_decoded(content), newline=""), strict=True))
    except csv.Error as error:
        raise Invalid("文件不是规范的 csv，请用表格软件另存为 csv 后重试。") from error
    if len(rows) > MOST_ROWS:
        raise Invalid("文件超过 {most} 行，不像是区划名单，请核对后分次载入。", most=MOST_ROWS)
    places = _places(rows, columns)
    return [
        (number, _cells(row, places, number))
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]


def _decoded(content: bytes) -> str:
    if not content.strip():
        raise Invalid("文件是空的，请选择区划名单。")
    if len(content) > MOST_BYTES:
        raise Invalid("文件超过 {most} MB，不像是区划名单。", most=MOST_BYTES // 1_000_000)
    if b"\0" in content or content[:2] == b"PK":
        raise Invalid("文件不是 csv（可能是 Excel 工作簿），请另存为 csv 后重试。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("文件的文字编码不是 UTF-8，也不是 GB18030，请另存为 UTF-8 的 csv。")


def _places(rows: list[list[str]], columns: Sequence[str]) -> list[int]:
    """Where each column stands; other columns are not read."""
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    missing = [column for column in columns if column not in head]
    if missing:
        raise Invalid("第 1 行缺少列：{missing}。", missing="、".join(missing))
    return [head.index(column) for column in columns]


def _cells(row: list[str], places: list[int], number: int) -> list[str]:
    if len(row) <= max(places):
        raise Invalid("第 {row} 行：列数不足，请照第 1 行补齐。", row=number)
    return [row[place].strip() for place in places]


def refuse_bad(divisions: list[Division], known: Mapping[str, str]) -> None:
    """Raise Invalid for the first kind of fault, naming its rows. known: code → level."""
    if not divisions:
        raise Invalid("名单中没有单位。")
    for text, wrong in _faults(divisions, known):
        rows = [division.row for division in divisions if wrong(division)]
        if rows:
            raise Invalid(text, rows="、".join(map(str, rows[:10])), total=len(rows))


def _faults(
    divisions: list[Division], known: Mapping[str, str]
) -> list[tuple[str, Callable[[Division], bool]]]:
    """Every fault a row can have; a later one may rely on the absence of those before it."""
    first: dict[str, Division] = {}
    for division in divisions:
        first.setdefault(division.code, division)
    levels = {**known, **{code: division.level for code, division in first.items()}}
    tops = {division.code for division in divisions if division.level == "city"}
    tops |= {code for code, level in known.items() if level == "city"}

    def above(division: Division) -> str:
        return LEVELS[LEVELS.index(division.level) - 1]

    def has_superior(division: Division) -> bool:
        return division.level not in ("province", "city")

    return [
        (
            N_("第 {rows} 行（共 {total} 处）：编码为空或含有其他字符，请核对。"),
            lambda d: not SIGNS.fullmatch(d.code),
        ),
        (N_("第 {rows} 行（共 {total} 处）：名称为空，请填写。"), lambda d: not d.name),
        (
            N_("第 {rows} 行（共 {total} 处）：名称像是公式，请改为文字。"),
            lambda d: d.name[0] in "=+-@",
        ),
        (
            N_("第 {rows} 行（共 {total} 处）：名称过长，请核对。"),
            lambda d: len(d.name) > LONGEST_NAME,
        ),
        (
            N_("第 {rows} 行（共 {total} 处）：级别应为 city、county、township 或 village。"),
            lambda d: d.level not in LEVELS,
        ),
        (
            N_("第 {rows} 行（共 {total} 处）：编码与前面的行重复，请只保留一行。"),
            lambda d: first[d.code] is not d,
        ),
        (
            N_("第 {rows} 行（共 {total} 处）：上级编码在名单和系统中都没有，请补上上级的行。"),
            lambda d: has_superior(d) and d.parent_code not in levels,
        ),
        (
            N_("第 {rows} 行（共 {total} 处）：上级不是上一级单位（村的上级应为乡镇），请核对。"),
            lambda d: has_superior(d) and levels[d.parent_code] != above(d),
        ),
        (
            N_("第 {rows} 行（共 {total} 处）：系统只管理一个市，名单中有另一个市。"),
            lambda d: d.level == "city" and len(tops) > 1,
        ),
        (
            N_("第 {rows} 行（共 {total} 处）：与系统中该编码的级别不同，请核对。"),
            lambda d: known.get(d.code, d.level) != d.level,
        ),
    ]


def compare(divisions: list[Division], standing: Mapping[str, Standing]) -> Change:
    """What the list changes. It is complete below its topmost units, and silent elsewhere."""
    wanted = {
        division.code: division
        for division in sorted(divisions, key=lambda division: LEVELS.index(division.level))
        if division.level != "province" and not is_virtual(division.name)
    }
    there = {code: unit for code, unit in standing.items() if unit.is_open}
    spoken_of = _below(wanted, there)
    kept = [division for code, division in wanted.items() if code in there]
    renamed = [division for division in kept if there[division.code].listed != division.name]
    moved = [
        division for division in kept if _superior(division) != there[division.code].parent_code
    ]
    changed = {division.code for division in renamed + moved}
    return Change(
        opened=[division for code, division in wanted.items() if code not in there],
        renamed=renamed,
        moved=moved,
        closed=[code for code in spoken_of if code not in wanted],
        same=len(kept) - len(changed),
        virtual=sum(is_virtual(division.name) for division in divisions),
        reach=len(spoken_of),
    )


def _superior(division: Division) -> str:
    """Above a city stands nothing of ours."""
    return "" if division.level == "city" else division.parent_code


def _below(wanted: Mapping[str, Division], there: Mapping[str, Standing]) -> list[str]:
    """Codes of the open units at and below the topmost rows of the list."""
    tops = {code for code, division in wanted.items() if division.parent_code not in wanted}

    def inside(code: str) -> bool:
        return code in tops or (code in there and inside(there[code].parent_code))

    return [code for code in there if inside(code)]


def refuse_half_a_list(change: Change) -> None:
    """A list that lacks more than half of what stands is more likely cut off than new."""
    if len(change.closed) * 2 > change.reach:
        raise Conflict(
            "名单缺少 {gone} 个现有单位（共 {of} 个），超过一半，可能不完整，未载入。",
            gone=len(change.closed),
            of=change.reach,
        )
