"""One question as a table or a JSON file has it, cell by cell, before anybody decides anything."""

from dataclasses import dataclass, field

from lms.bank.rules import QuestionType
from lms.exchange.lines import UNSEEN
from lms.exchange.rules import Doubt, Place
from lms.sheets import cells
from lms.sheets.books import Value


@dataclass
class Record:
    """One question, as written. answer_value: the cell itself, for it may be no text.

    told_type: what headings, the name of the sheet or of the file say; it is weaker than a word
    in the row. blanks: answers that stand one a column. ticked: options marked as right.
    shown_letters: the letter printed before an option, where it is another than its column's.
    """

    place: Place
    number: str = ""
    type: str = ""
    told_type: QuestionType | None = None
    headings: tuple[str, ...] = ()
    stem: str = ""
    options: dict[str, str] = field(default_factory=dict)
    answer: str = ""
    answer_value: Value = ""
    blanks: list[str] = field(default_factory=list)
    ticked: set[str] = field(default_factory=set)
    explanation: str = ""
    rubric: str = ""
    points: str = ""
    case: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    parts: list["Record"] = field(default_factory=list)
    shown_letters: dict[str, str] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)
    doubts: list[Doubt] = field(default_factory=list)
    unsure: Doubt | None = None  # why nothing of the answer can be relied upon


def written(value: Value) -> str:
    """A cell as its reader sees it: no unseen signs, no ".0"; spaces and widths stay."""
    if isinstance(value, str):
        if "_x000" in value:
            value = value.replace("_x000D_", "\r").replace("_x000A_", "\n")
        if "\r" in value:
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return UNSEEN.sub("", value).strip() if not value.isprintable() else value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return cells.text(value)
