"""Which question of the bank a found one is: by id, by text, by its number; and what changes."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from hashlib import sha256

from rapidfuzz.fuzz import ratio

from lms.bank.rules import Part, Question, QuestionType
from lms.exchange.becoming import Became

SAME_STEM = 75  # of 100: what has the same number and so much of the same words was mended
LOOKED_AT = 400  # characters of a stem that are compared
MARKS = re.compile(r"[\W_]+")
Key = str


def text_key(text: str) -> Key:
    """A text without what nobody means: width, case, spaces, marks, blanks."""
    return MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def stem_key(stem: str) -> Key:
    """By which a question is looked for; of a long one its beginning alone."""
    return text_key(stem)[:LOOKED_AT]


def whole_stem(question: Question) -> str:
    """Case and stems, as a version keeps their beginning."""
    return "\n".join([question.case, *(part.stem for part in question.parts)]).strip()


def same_choices(one: Question, other: Question) -> bool:
    """Whether two offer the same options, in any order."""
    return [_choices(part) for part in one.parts] == [_choices(part) for part in other.parts]


def _choices(part: Part) -> frozenset[Key]:
    if part.type is QuestionType.TRUE_FALSE:
        return frozenset()
    return frozenset(map(text_key, part.options.values()))


@dataclass(frozen=True)
class Entry:
    """A question of the bank, as it is looked for."""

    id: int
    code: str
    stem: str


@dataclass
class Shelf:
    """What the bank has, by code, by text, and by the number it had in an earlier file."""

    entries: Sequence[Entry]
    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)  # number_key → entries

    def __post_init__(self) -> None:
        self.by_id = {one.id: one for one in self.entries}
        self.by_code = {one.code: one for one in self.entries}
        self.by_stem: dict[Key, list[Entry]] = {}
        for one in self.entries:
            self.by_stem.setdefault(stem_key(one.stem), []).append(one)

    def with_code(self, code: str) -> Entry | None:
        return self.by_code.get(code)

    def with_stem(self, question: Question) -> list[Entry]:
        """Those whose text begins the same; whether their options are the same is not yet said."""
        return self.by_stem.get(stem_key(whole_stem(question)), [])

    def with_number(self, number: str, question: Question) -> Entry | None:
        """The one that came with the same number, if its words are nearly the same."""
        stem = stem_key(whole_stem(question))
        known = (self.by_id[key] for key in self.numbers.get(number, ()) if key in self.by_id)
        rated = [(ratio(stem, stem_key(one.stem)), one) for one in known]
        best = max(rated, key=lambda pair: pair[0], default=(0.0, None))
        return best[1] if best[0] >= SAME_STEM else None


def number_key(kind: QuestionType, headings: Iterable[str], number: str) -> str:
    """A number counts within its type and its section: every section begins with 1.

    As a digest; "" where there is no number.
    """
    words = "\n".join([kind.value, *map(text_key, headings), number])
    return sha256(words.encode()).hexdigest() if number else ""


def merged(known: Question, became: Became) -> Question:
    """The known question with what the file says of it; what it does not say stays.

    An answer is never taken away by a file that has none.
    """
    new = became.question
    kept = {
        one.name: getattr(known, one.name)
        for one in fields(Question)
        if one.name not in {*became.said, "id", "type", "parts", "case", "points"}
    }
    parts = new.parts
    if len(known.parts) == len(parts) and new.type is known.type:
        pairs = zip(known.parts, parts, strict=True)
        parts = tuple(_part(old, part, became) for old, part in pairs)
    points = sum((part.points for part in parts), known.points * 0)
    case = _or_known(new.case, known.case)
    return replace(new, **kept, id=known.id, case=case, parts=parts, points=points)


def _or_known(new: str, known: str) -> str:
    """The known text where the new one differs in nothing but spaces and line ends."""
    return known if _bare(new) == _bare(known) else new


def _bare(text: str) -> str:
    return "".join(text.split())


def _part(known: Part, new: Part, became: Became) -> Part:
    options = {
        letter: _or_known(text, known.options.get(letter, ""))
        for letter, text in new.options.items()
    }
    part = replace(
        new,
        stem=_or_known(new.stem, known.stem),
        options=options,
        explanation=_or_known(new.explanation, known.explanation) or known.explanation,
    )
    alike = new.type is known.type and options == known.options
    if not (new.right or new.blanks or new.rubric) and alike:
        answered = replace(part, right=known.right, blanks=known.blanks, rubric=known.rubric)
        return replace(answered, points=known.points)
    if "points" in became.said:
        return part
    if len(part.rubric) == 1:  # one text, which the points of the whole pay
        part = replace(part, rubric=(replace(part.rubric[0], points=known.points),))
    return part if len(part.rubric) > 1 else replace(part, points=known.points)
