"""A set of questions as the page shows it, with their keys: these are not secret."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lms.bank.models import QuestionVersion
from lms.bank.rules import Part, Question
from lms.exams.questions import Asked, Slot, dealt, known_question
from lms.practice.models import PracticeAnswer
from lms.scoring.choice import Credit


@dataclass(frozen=True)
class Shown:
    """One thing to answer. said: what was answered to it today, if it was."""

    asked: Asked
    question_id: int
    version_id: int
    part: int
    key: Part
    starred: bool
    said: PracticeAnswer | None

    @property
    def right(self) -> str:
        """The right letters as the page shows them, and not as the file has them."""
        shown = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        places = [n for n, (letter, _) in enumerate(self.asked.options) if letter in self.key.right]
        return "".join(shown[n] for n in places)


def sheet(
    versions: Sequence[QuestionVersion],
    seed: int,
    starred: Collection[int],
    said: Mapping[tuple[int, int], PracticeAnswer],
) -> list[Shown]:
    """The questions in their order, their options in that of the seed."""
    places = [(one, part) for one in versions for part in range(len(_read(one).parts))]
    slots = [
        Slot(
            number=number,
            version_id=one.id,
            part=part,
            points=_read(one).parts[part].points,
            credit=_read(one).credit or Credit.ALL_OR_NOTHING,
            question=_read(one),
        )
        for number, (one, part) in enumerate(places, start=1)
    ]
    entries = {one.id: one.question_id for one in versions}
    return [
        Shown(
            asked=slot.plain.in_order(letters),
            question_id=entries[slot.version_id],
            version_id=slot.version_id,
            part=slot.part,
            key=slot.asks,
            starred=entries[slot.version_id] in starred,
            said=said.get((entries[slot.version_id], slot.part)),
        )
        for slot, letters in dealt(slots, seed, shuffle=False, options=True)
    ]


def _read(version: QuestionVersion) -> Question:
    return known_question(version.text)
