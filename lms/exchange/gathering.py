"""Brings rows together that belong together: a type written once, questions on one text."""

import re

from lms.bank.rules import QuestionType
from lms.exchange.records import Record
from lms.exchange.vocabulary import type_of

IN_PARTS = re.compile(r"[(（]?(\d{1,4})[)）]?[.\-—－_、](\d{1,3})")
SPARSE = 0.3  # of the rows have a type: it is written once for those below


def carry_types(records: list[Record]) -> None:
    """A type that is written once for all below it."""
    typed = [record for record in records if record.type]
    if not typed or len(typed) > SPARSE * len(records) or not records[0].type:
        return
    kind = None
    for record in records:
        kind = type_of(record.type) if record.type else kind
        record.told_type = kind


def gather_cases(records: list[Record]) -> None:
    """Questions on one text become parts of a case: by a column, or by numbers like 3.1."""
    gathered: list[Record] = []
    for record in records:
        head = gathered[-1] if gathered else None
        if head is not None and _belongs(record, head):
            if record.case and not head.parts:
                gathered[-1] = head = _case_of(head)
            head.parts.append(record)
        else:
            gathered.append(record)
    for place, record in enumerate(gathered):
        if record.case and not record.parts:
            gathered[place] = _case_of(record)
    records[:] = gathered


def _belongs(record: Record, head: Record) -> bool:
    if record.case or head.case:
        return record.case == head.case
    if type_of(head.type) is not QuestionType.CASE or head.options or head.answer:
        return False
    part = IN_PARTS.fullmatch(record.number)
    return bool(part and part[1] == head.number) or not record.number


def _case_of(first: Record) -> Record:
    """The case that begins with this question."""
    whole = Record(first.place, number=first.number, stem=first.case, headings=first.headings)
    whole.facts, whole.case = dict(first.facts), first.case
    first.facts = {}
    whole.parts = [first]
    return whole
