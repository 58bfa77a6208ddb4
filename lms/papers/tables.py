"""双向细目表: a blueprint as a table of abilities by types. Pure."""

from dataclasses import dataclass, field
from decimal import Decimal

from lms.bank.rules import QuestionType
from lms.papers.rules import Cell, Rule


@dataclass
class Line:
    """An ability ("": any) with its questions by type, and what they are worth together."""

    ability: str
    counts: dict[QuestionType, int] = field(default_factory=dict)
    points: Decimal = Decimal(0)

    @property
    def questions(self) -> int:
        return sum(self.counts.values())

    def add(self, cell: Cell) -> None:
        self.counts[cell.type] = self.counts.get(cell.type, 0) + cell.count
        self.points += cell.points * cell.count


@dataclass(frozen=True)
class Matrix:
    """The types that a blueprint asks for, a line an ability, and the sum of all lines."""

    types: list[QuestionType]
    lines: list[Line]
    whole: Line


def matrix(rule: Rule) -> Matrix:
    """A blueprint's questions, by ability and type."""
    types = [kind for kind in QuestionType if any(cell.type is kind for cell in rule.cells)]
    lines: dict[str, Line] = {}
    whole = Line("")
    for cell in rule.cells:
        lines.setdefault(cell.ability, Line(cell.ability)).add(cell)
        whole.add(cell)
    return Matrix(types, list(lines.values()), whole)
