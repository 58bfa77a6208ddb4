"""Which rows of an import are about the same person, and whether they agree. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from lms.people.facts import PersonFacts
from lms.rosters.drafts import Draft
from lms.rosters.rows import RosterRow
from lms.rosters.rules import REASONS, Fault, without_numbers
from lms.rosters.vocabulary import FIELD_NAMES, Field
from lms.words import N_

DIFFERS = N_("与第 {row} 行是同一人，{column}却不同，请核对。")
TWICE = N_("与“{sheet}”第 {row} 行的人员、单位和职务相同，请删去一行。")
COMPARED = (Field.NUMBER, Field.ID_NUMBER, Field.PHONE, Field.SEX, Field.BORN)
KEPT_BESIDE = tuple(FIELD_NAMES[one] for one in (Field.POLITICS, Field.EDUCATION, Field.REMARK))
OWN_TEXT, OWN_NAME = 200, 60  # characters kept of a unit's own column


class _Group:
    """Rows of one person, and the numbers they say."""

    def __init__(self) -> None:
        self.lines: list[Draft] = []
        self.numbers: set[str] = set()
        self.ids: set[str] = set()

    def take(self, line: Draft, row: RosterRow) -> None:
        self.lines.append(line)
        if row.number:
            self.numbers.add(row.number)
        if row.id_number:
            self.ids.add(row.id_number)

    def may_be(self, row: RosterRow) -> bool:
        """Whether no number says that this is somebody else."""
        same_id = not row.id_number or not self.ids or row.id_number in self.ids
        return same_id and (not row.number or not self.numbers or row.number in self.numbers)


def together(lines: Iterable[Draft]) -> list[list[Draft]]:
    """The lines of each person: by personnel number, ID number, else name and phone.

    Within one roster, name and phone together are enough, whatever the unit.
    """
    by: dict[Any, _Group] = {}
    groups: list[_Group] = []
    for line in lines:
        row = line.said
        assert row is not None
        sure, same = _sure(row), (row.name, row.phone)
        found = next((by[key] for key in sure if key in by), None)
        shared = by.get(same)
        group = found or (shared if shared and shared.may_be(row) else None)
        if group is None:
            group = _Group()
            groups.append(group)
        group.take(line, row)
        for key in sure:
            by[key] = group
        if row.name and row.phone:
            by.setdefault(same, group)
    return [group.lines for group in groups]


def _sure(row: RosterRow) -> list[tuple[str, str, str]]:
    found = []
    if row.number:
        found.append(("number", row.number, ""))
    if row.id_number:
        found.append(("id", row.id_number, ""))
    return found


def joined(groups: Iterable[list[Draft]]) -> list[list[Draft]]:
    """The same groups, those that turned out to be one person put together."""
    found: dict[int, list[Draft]] = {}
    apart: list[list[Draft]] = []
    for group in groups:
        person_id = next((line.person_id for line in group if line.person_id), None)
        if person_id is None:
            apart.append(group)
        else:
            found.setdefault(person_id, []).extend(group)
    return apart + list(found.values())


def refuse_disagreeing(group: Sequence[Draft], sheets: Sequence[tuple[str, str]]) -> None:
    """Rows of one person say the same of them, and no post twice. sheets: (file, sheet)."""
    said: dict[Field, tuple[str, int]] = {}
    held: dict[tuple[int | None, str], Draft] = {}
    for line in group:
        row = line.said
        if row is None or not line.is_good:
            continue
        for column in COMPARED:
            value = str(getattr(row, column.value) or "")
            before, at = said.setdefault(column, (value, line.row))
            if value and not before:
                said[column] = value, line.row
            elif not _agrees(value, before):
                values = {"row": at, "column": FIELD_NAMES[column]}
                line.faults.append(Fault(FIELD_NAMES[column], DIFFERS, values))
        for post in row.posts:
            first = held.setdefault((line.unit_id, post), line)
            if first is not line and line.is_good:
                values = {"sheet": sheets[first.source][1], "row": first.row}
                line.faults.append(Fault(FIELD_NAMES[Field.NAME], TWICE, values))


def _agrees(value: str, before: str) -> bool:
    """One may be a month and the other a day of it."""
    return value.startswith(before) or before.startswith(value)


def merged(group: Sequence[Draft]) -> PersonFacts:
    """What the rows of one person say together."""
    rows = [line.said for line in group if line.said]
    found = _facts(rows[0])
    for row in rows[1:]:
        more = _facts(row)
        found = PersonFacts(
            name=found.name,
            number=found.number or more.number,
            sex=found.sex or more.sex,
            born=max(found.born, more.born, key=len),
            id_number=found.id_number or more.id_number,
            phone=found.phone or more.phone,
            own_columns={**more.own_columns, **found.own_columns},
        )
    return found


def _facts(row: RosterRow) -> PersonFacts:
    return PersonFacts(
        name=row.name,
        number=row.number,
        sex=row.sex,
        born=str(row.born) if row.born else "",
        id_number=row.id_number,
        phone=row.phone,
        own_columns=_own(row),
    )


def _own(row: RosterRow) -> Mapping[str, str]:
    """The columns that the program does not know, and those it keeps as they are."""
    return _kept_of(row.politics, row.education, row.remark, *row.own.items())


@lru_cache(1000)  # 汉族, 中共党员: what stands beside one person stands beside thousands
def _kept_of(
    politics: str, education: str, remark: str, *own: tuple[str, str]
) -> Mapping[str, str]:
    beside = zip(KEPT_BESIDE, (politics, education, remark), strict=True)
    found = {name: value for name, value in beside if value}
    found |= {name: value for name, value in own if value and name != REASONS}
    return {
        without_numbers(name)[:OWN_NAME]: without_numbers(value)[:OWN_TEXT]
        for name, value in found.items()
    }
