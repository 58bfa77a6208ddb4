"""What the lines of one question say, field by field, before anyone decides what it means."""

from dataclasses import dataclass, field
from decimal import Decimal

from lms.bank.rules import QuestionType
from lms.exchange.options import Options
from lms.exchange.rules import Doubt
from lms.exchange.splitting import Block


@dataclass(frozen=True)
class Written:
    """An answer as it is written. how: label, stem, before, heading, key, tick, last, shown."""

    text: str
    at: int
    how: str


@dataclass
class Raw:
    """One question, or one part of a case. lines: of the stem, each with its line in the file."""

    block: Block
    number: str = ""
    at: int = 0
    stem: str = ""
    stem_lines: list[tuple[str, int]] = field(default_factory=list)
    options: Options = field(default_factory=Options)
    answers: list[Written] = field(default_factory=list)
    answer_open: bool = False  # an answer of several lines
    explanation: str = ""
    told_loosely: bool = False  # the explanation has no word before it
    rubric: str = ""
    points: Decimal | None = None
    type: QuestionType | None = None
    type_doubts: list[Doubt] = field(default_factory=list)
    right_count: int | None = None  # 正确答案个数：3个
    facts: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    parts: list["Raw"] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    guessed: set[str] = field(default_factory=set)

    def answered_by(self, *hows: str) -> list[Written]:
        return [written for written in self.answers if written.how in hows]
