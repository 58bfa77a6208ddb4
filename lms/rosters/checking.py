"""What is wrong in a row, alone, with others, and with what the city knows. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from lms.rosters.drafts import Draft
from lms.rosters.rows import RosterRow
from lms.rosters.rules import Fault, Status
from lms.rosters.vocabulary import FIELD_NAMES, Field
from lms.words import N_

if TYPE_CHECKING:
    from lms.people.identity import Match

NO_CLUE = N_("人员编号、身份证号、手机号都没有，无法确认是哪一个人。请至少填写一项。")
NO_REAL_POST = N_("“{post}”不是岗位，这一行没有导入。")
IS_OVER = N_("离任时间“{day}”已过。名册只列在任人员，请删去这一行；结束任职请在人员页面办理。")
BACKWARDS = N_("离任时间“{until}”早于任职时间“{since}”，请核对。")
TOO_LATE = N_("任职时间“{day}”比今天晚一年以上，请核对。")
TWO_PEOPLE = N_("人员编号、身份证号指向不同的人员记录，请核对号码。")
NOT_THE_SAME = N_("与第 {row} 行是同一人，系统中却对应不同的人员记录，请核对号码。")
OTHER_NAME = N_("号码属于已在其他单位的“{name}”，姓名不同，请核对号码。")
ELSEWHERE = N_(
    "已在其他单位（{name} {phone}），将提出调动申请，由同时管理两个单位的培训管理员确认。"
)
SAME_PERSON = N_("{column}与系统中的不同，请确认是同一个人。")
YEAR = timedelta(days=366)
SHOWN = 40  # characters of a text that is quoted


def refuse_alone(line: Draft, row: RosterRow, day: date) -> None:
    """What is wrong in a row whatever is known."""
    faults = line.faults
    if not (row.number or row.id_number or row.phone) and line.is_good:
        faults.append(Fault(FIELD_NAMES[Field.PHONE], NO_CLUE))
    if not row.posts and line.is_good:
        values = {"post": row.post_text[:SHOWN]}
        faults.append(Fault(FIELD_NAMES[Field.POST], NO_REAL_POST, values))
    if row.since and row.since.first > day + YEAR:
        faults.append(Fault(FIELD_NAMES[Field.SINCE], TOO_LATE, {"day": str(row.since)}))
    if row.until and row.since and row.until.first < row.since.first:
        values = {"until": str(row.until), "since": str(row.since)}
        faults.append(Fault(FIELD_NAMES[Field.UNTIL], BACKWARDS, values))
    elif row.until and row.until.first <= day:
        faults.append(Fault(FIELD_NAMES[Field.UNTIL], IS_OVER, {"day": str(row.until)}))


def meet(line: Draft, match: "Match | None", ours: Collection[int]) -> None:
    """Note whom a line means. ours: those of the city whom the import may change."""
    if match is None:
        return
    line.person_id, line.differs = match.person_id, match.differs
    if match.others:
        line.faults.append(Fault(FIELD_NAMES[Field.NUMBER], TWO_PEOPLE))
    if match.person_id in ours:
        for fact, column in (("name", Field.NAME), ("id_number", Field.ID_NUMBER)):
            if fact in match.differs:
                values = {"column": FIELD_NAMES[column]}
                line.notes.append(Fault(FIELD_NAMES[column], SAME_PERSON, values))
    elif "name" in match.differs:
        line.faults.append(Fault(FIELD_NAMES[Field.NAME], OTHER_NAME, {"name": match.name}))
    else:
        line.status = Status.TRANSFER
        values = {"name": match.name, "phone": match.phone or ""}
        line.notes.append(Fault(FIELD_NAMES[Field.UNIT], ELSEWHERE, values))


def refuse_two(group: Sequence[Draft]) -> None:
    """Rows of one person must lead to one record."""
    first = next((line for line in group if line.person_id), None)
    for line in group:
        if first and line.person_id and line.person_id != first.person_id:
            values = {"row": first.row}
            line.faults.append(Fault(FIELD_NAMES[Field.ID_NUMBER], NOT_THE_SAME, values))
