"""What was understood of a file: questions with their places, what is sure, and what is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lms.bank.rules import QuestionType
from lms.errors import Invalid
from lms.words import N_

Answer = frozenset[str] | bool | tuple[tuple[str, ...], ...] | str
"""Letters · right or wrong · for each blank its variants · a text, for what a person marks."""


MOST = 30_000  # questions of one file


@dataclass(frozen=True)
class Place:
    """Where a question stands in its file, counted from 1; what a format has not is left out."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    paragraph: int | None = None
    line: int | None = None


@dataclass(frozen=True)
class Doubt:
    """What is wrong or unsure. text: a constant sentence that says how to mend it (N_).

    what: the field of Found that it is about, "" for the whole.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    what: str = ""
    place: Place | None = None


@dataclass
class Found:
    """One question as the file has it; a case holds its parts. All texts are Markdown.

    type None: nothing shows it. answer None: the file has none. guessed: names of fields that
    follow from something weaker than the file's own word. headings: the sections it stands under,
    outermost first. facts: what the file says beside (difficulty, ability, topic …), as written,
    by the names in KNOWN_FACTS. kept: columns that nobody knows, by their heads.
    """

    place: Place
    type: QuestionType | None = None
    number: str = ""
    stem: str = ""
    options: dict[str, str] = field(default_factory=dict)
    answer: Answer | None = None
    explanation: str = ""
    points: Decimal | None = None
    parts: list["Found"] = field(default_factory=list)
    headings: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)  # by the name the Markdown has
    guessed: set[str] = field(default_factory=set)
    doubts: list[Doubt] = field(default_factory=list)


def texts_of(found: Found) -> list[str]:
    """Every text of a question in which a picture may stand."""
    mine = [found.stem, *found.options.values(), found.explanation]
    return [*mine, *(text for part in found.parts for text in texts_of(part))]


STILL_FAULTY = N_("文件里还写着上次的错误原因：{why} 改好以后请删去这句话。")

KNOWN_FACTS = (
    *("id", "difficulty", "abilities", "projects", "layer", "level", "topic", "credit"),
    *("audience", "source", "origin", "valid_from", "valid_to"),
)


def refuse_too_many(file: str, count: int) -> None:
    """Refuse a file with more questions than anybody has written."""
    if count > MOST:
        raise Invalid("“{file}”超过 {limit} 题，请分成几个文件。", file=file, limit=MOST)


@dataclass
class Read:
    """A file as it was read. refused: why nothing of it can be taken, or None.

    notes: what the reader wishes to say of the whole, and what a format holds that we do not.
    """

    file: str
    found: list[Found] = field(default_factory=list)
    refused: Doubt | None = None
    notes: list[Doubt] = field(default_factory=list)
