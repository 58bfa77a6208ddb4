"""Answers on a sheet of their own: laid to their questions by number, where that is certain."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.bank.rules import QuestionType
from lms.exchange.columns import Layout, told_type, value_at
from lms.exchange.records import Record, written
from lms.exchange.rules import Doubt
from lms.exchange.vocabulary import Column, type_of
from lms.sheets.books import Sheet, Value
from lms.words import N_

UNCLEAR = N_(
    "答案在另一张工作表上，题号 {number} 却不止一处，看不出是哪道题的。请把答案写在题目旁边。"
)
MISSING = N_("答案在另一张工作表上，那里没有题号 {number}。请补上答案。")

Number = tuple[QuestionType | None, str]


@dataclass
class KeySheet:
    """The answers by the numbers of their questions, and by type where the sheet says it."""

    answers: dict[Number, list[Value]] = field(default_factory=dict)

    def take(self, sheet: Sheet, layout: Layout, head_row: int) -> None:
        """Take in the rows of a sheet that has numbers and answers alone."""
        whole = told_type(sheet.name)
        for row in sheet.rows[head_row:]:
            number = written(value_at(row, layout.places[Column.NUMBER]))
            answer = value_at(row, layout.places[Column.ANSWER])
            kind = type_of(written(value_at(row, layout.places.get(Column.TYPE)))) or whole
            if number and answer != "":
                self.answers.setdefault((kind, number), []).append(answer)

    def lay(self, records: Sequence[Record]) -> None:
        """Give the answers to the questions that have none of their own."""
        waiting = [one for one in records if not (one.answer or one.ticked or one.blanks)]
        if not self.answers or not waiting:
            return
        typed = any(kind for kind, _ in self.answers)
        asked = Counter(_number(one, typed) for one in waiting)
        for record in waiting:
            number = _number(record, typed)
            told = self.answers.get(number, [])
            if len(told) == 1 and asked[number] == 1 and record.number:
                record.answer, record.answer_value = written(told[0]), told[0]
                record.guessed.add("answer")
            else:
                text = UNCLEAR if told else MISSING
                record.unsure = Doubt(text, {"number": record.number or "?"}, "answer")


def _number(record: Record, typed: bool) -> Number:
    kind = type_of(record.type) or record.told_type
    return (kind if typed else None, record.number)
