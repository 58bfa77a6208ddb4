"""What was found is compared with the bank and with itself, some hundred questions at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.bank.rules import Question
from lms.exchange import queries
from lms.exchange.becoming import Became, all_doubts, become
from lms.exchange.coding import Coding
from lms.exchange.facts import Names
from lms.exchange.matching import (
    Entry,
    Shelf,
    merged,
    number_key,
    same_choices,
    text_key,
    whole_stem,
)
from lms.exchange.models import BankLine
from lms.exchange.rules import Doubt, Found
from lms.exchange.standings import Case, Choice, Like, Status, status_of
from lms.words import N_

TAKEN = N_("编号“{code}”已经用过；如果确是另一道题，会另编一个号。")


@dataclass
class Staged:
    """A found question and what it is compared with. about: the question of the bank that it is."""

    number: int
    heading: int
    found: Found
    became: Became
    code: str = ""
    key: str = ""
    about: int | None = None
    same: bool = False
    likes: list[Like] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Whether it is neither known to the bank nor the same as one before it."""
        return self.about is None and not self.likes

    @property
    def status(self) -> Status:
        return status_of(case_of(self.found, self.became, self.about, self.same, self.likes))


def case_of(
    found: Found,
    became: Became,
    about: int | None,
    same: bool,
    likes: Sequence[Like],
    line: BankLine | None = None,
) -> Case:
    """All that decides where a question stands. line: what a person said about it."""
    guessed = any("answer" in one.guessed for one in (found, *found.parts))
    return Case(
        faulty=bool(became.faults),
        doubtful=guessed or bool(all_doubts(found)),
        accepted=bool(line and line.accepted),
        answered=became.answered,
        about=about is not None,
        same=same,
        doubled=any(one.number and one.share == 100 for one in likes),
        likes=tuple(likes),
        choice=line.choice if line else None,
        left=bool(line and line.left),
    )


class Comparing:
    """Compares one batch after the other; remembers what the file has had already."""

    def __init__(self, shelf: Shelf, names: Names, coding: Coding) -> None:
        self.shelf = shelf
        self.names = names
        self.coding = coding
        self.seen: dict[tuple[Any, ...], int] = {}  # text and options → number of the first line
        self.matched: set[int] = set()  # entries that a line of this import is

    def stage(self, found: Sequence[Found], headings: Sequence[int], before: int) -> list[Staged]:
        """These questions, compared. before: how many came before them."""
        pairs = zip(found, headings, strict=True)
        staged = [
            Staged(number, heading, one, become(one, self.names))
            for number, (one, heading) in enumerate(pairs, start=before + 1)
        ]
        wanted = {one.number: self._candidates(one) for one in staged}
        known = queries.asked({entry.id for entries in wanted.values() for entry in entries})
        for one in staged:
            self._match(one, wanted[one.number], known)
            self._name(one)
        return staged

    def _candidates(self, one: Staged) -> list[Entry]:
        """The questions of the bank that it may be, the likeliest first."""
        question, found = one.became.question, one.found
        if "id" in one.became.said:
            entry = self.shelf.with_code(question.id)
            return [entry] if entry else []
        one.key = number_key(question.type, found.headings, found.number)
        same_number = self.shelf.with_number(one.key, question) if one.key else None
        same_text = self.shelf.with_stem(question)
        return [*([same_number] if same_number else []), *same_text]

    def _match(self, one: Staged, candidates: list[Entry], known: dict[int, Question]) -> None:
        question = one.became.question
        mark = (question.type, text_key(whole_stem(question)), _options(question))
        first = self.seen.setdefault(mark, one.number)
        if first != one.number and mark[1]:
            one.likes.append(Like(100, number=first))
            return
        named = "id" in one.became.said
        for entry in candidates:
            if entry.id not in known or entry.id in self.matched:
                continue
            by_number = bool(one.key) and entry is candidates[0] and not self._same_text(one, entry)
            if named or by_number or same_choices(known[entry.id], question):
                self._is(one, entry.id, known[entry.id])
                return
            one.likes.append(Like(99, entry_id=entry.id))

    def _same_text(self, one: Staged, entry: Entry) -> bool:
        return entry in self.shelf.with_stem(one.became.question)

    def _is(self, one: Staged, entry_id: int, known: Question) -> None:
        one.about, one.likes = entry_id, []
        one.same = merged(known, one.became) == known
        self.matched.add(entry_id)

    def _name(self, one: Staged) -> None:
        """What it will be called. A name that is in use already is doubted, and another given."""
        question = one.became.question
        if one.about is not None:
            one.code = self.shelf.by_id[one.about].code
            return
        if "id" in one.became.said:
            if self.coding.takes(question.id):
                one.code = question.id
                return
            one.found.doubts.append(Doubt(TAKEN, {"code": question.id}, "id"))
            del one.found.facts["id"]
        one.code = self.coding.code(question, one.found.number)


def _options(question: Question) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(sorted(map(text_key, part.options.values()))) for part in question.parts)


def chosen(line: BankLine) -> int | None:
    """Which question of the bank a line is by what a person decided."""
    if line.choice is Choice.UPDATE:
        return next((entry for _, entry, _ in line.likes if entry), line.about_id)
    return line.about_id
