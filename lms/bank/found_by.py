"""What a question is found by: its words in one form, its facts as tokens. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from lms.bank.rules import (
    Difficulty,
    Layer,
    Origin,
    Pool,
    Question,
    QuestionType,
    State,
    Thinking,
)

NOTHING = "-"  # stands for an ability or a project where a question has none
BITS, MIX = 63, 2654435761  # bits of a number that every database keeps; Knuth's multiplier
ABILITY, PROJECT = "a", "P"
LAWS = "\nlaws:"  # before the laws, which stand last
ABILITIES = re.compile(rf"\n{ABILITY}(\d+)(?=\n)")
COUNTRY = "中华人民共和国"  # data: left out where a source names a law
MARKS = re.compile(r"!\[[^\]]*\]\([^)]*\)|[*`\\]+")  # of Markdown: pictures, bold, escapes
GAPS = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")  # between Chinese signs


@dataclass(frozen=True)
class Sought:
    """What a list of questions is narrowed to. Empty: anything.

    words: all of them must stand in the text. ability_id 0, project "-": those without any.
    """

    words: str = ""
    ability_id: int | None = None
    project: str = ""
    type: QuestionType | None = None
    pool: Pool | None = None
    state: State | None = None
    difficulty: Difficulty | None = None
    layer: Layer | None = None
    level: Thinking | None = None
    origin: Origin | None = None
    topic: str = ""
    law: str = ""
    newest_first: bool = False


def folded(text: str) -> str:
    """One form for what reads alike: full and half width, large and small, no marks, no gaps."""
    plain = MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(GAPS.sub("", plain).split())


def words_of(asked: Question) -> str:
    """All that is asked, a line each: number, text, stems, options. Nothing of the key.

    Who is to review a question blind searches the same words as everybody.
    """
    lines = [asked.id, asked.case]
    for part in asked.parts:
        lines += [part.stem, *part.options.values()]
    return "\n".join(filter(None, map(folded, lines)))


def signs_of(text: str) -> tuple[int, int]:
    """Which signs stand in a text, each as one of 126 bits, in two numbers.

    A text can hold a word only where it has all bits of the word (a signature file: Faloutsos
    1985). To compare two numbers costs a tenth of what it costs to go through the text, and a
    question has less than half of the bits.
    """
    found = [0, 0]
    for sign in set(text):
        bit = (ord(sign) * MIX >> 7) % (2 * BITS)
        found[bit // BITS] |= 1 << bit % BITS
    return found[0], found[1]


def facets_of(asked: Question, ability_ids: Iterable[int]) -> str:
    """The facts of which there are few kinds, a line each, between line breaks.

    No two kinds of fact share a word, so a word stands alone: single, easy, own, P3.
    """
    plain = (asked.type, asked.origin, asked.difficulty, asked.layer, asked.level)
    lines = [str(one) for one in plain if one]
    lines += [f"{ABILITY}{one}" for one in list(ability_ids) or (NOTHING,)]
    lines += asked.projects or (f"{PROJECT}{NOTHING}",)
    return "\n" + "\n".join(lines) + "\n"


def subjects_of(asked: Question) -> str:
    """What it is about: its topic, and the laws it cites after their mark."""
    laws = "".join(f"\n{_law(one.law)}" for one in asked.sources)
    return folded(asked.topic) + LAWS + laws


def ability_ids(facets: str) -> list[int]:
    """The abilities of a question, from its facts."""
    return [int(one) for one in ABILITIES.findall(facets)]


def _law(name: str) -> str:
    return folded(name).removeprefix(COUNTRY)


def words(sought: Sought) -> list[str]:
    """The words that must all stand in the text, in its form."""
    return list(dict.fromkeys(filter(None, map(folded, sought.words.split()))))


def tokens(sought: Sought) -> list[str]:
    """The lines that must all stand among the facts."""
    asked = [
        sought.type,
        sought.difficulty,
        sought.layer,
        sought.level,
        sought.origin,
        f"{PROJECT}{NOTHING}" if sought.project == NOTHING else sought.project,
    ]
    if sought.ability_id is not None:
        asked.append(f"{ABILITY}{sought.ability_id or NOTHING}")
    return [f"\n{one}\n" for one in asked if one]


def pieces(sought: Sought) -> list[tuple[str, ...]]:
    """Texts that must stand among the subjects in this order: a part of the topic, of a law."""
    asked: list[tuple[str, ...]] = []
    if topic := folded(sought.topic):
        asked.append((topic, LAWS))
    if law := _law(sought.law):
        asked.append((LAWS, law))
    return asked
