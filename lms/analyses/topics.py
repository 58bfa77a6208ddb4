"""What people know, by ability, topic and article: shares right, with the numbers behind them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from lms.analyses.answered import Answered, AskedAt, Gathered, Paper
from lms.competencies.queries import abilities as known_abilities
from lms.psychometrics.items import FEW
from lms.reports.measures import share
from lms.reports.services import fitting
from lms.reports.tables import REST, REST_NAMES

MOST = 20  # topics, articles, questions that are listed
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Known:
    """How a group did with some questions. persons: those who sat, once for each assessment."""

    right: int = 0
    asked: int = 0
    persons: int = 0
    questions: int = 0

    def __add__(self, other: "Known") -> "Known":
        return Known(*(one + two for one, two in zip(self._all, other._all, strict=True)))

    @property
    def _all(self) -> tuple[int, int, int, int]:
        return self.right, self.asked, self.persons, self.questions

    @property
    def missed(self) -> int:
        return self.asked - self.right

    @property
    def told(self) -> bool:
        """Whether so many were asked that a share tells what nobody in particular knows."""
        return self.persons >= FEW

    @property
    def share(self) -> Decimal | None:
        return share(self.right, self.asked)


def known(
    gathered: Gathered, answered: Answered, by: Callable[[AskedAt], Iterable[Key]]
) -> dict[Key, Known]:
    """By ability, topic, article or question: what was answered. by: what a place is about."""
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    sat: dict[Key, set[Paper]] = defaultdict(set)
    asked: dict[Key, set[tuple[int, int]]] = defaultdict(set)
    for key, right in answered.right.items():
        for place, many in zip(gathered.places[key[1]], right.tolist(), strict=True):
            for one in by(place):
                sums[one][0] += many
                sums[one][1] += answered.persons[key]
                sat[one].add(key)
                asked[one].add(place.question)
    return {
        one: Known(right, of, sum(answered.persons[key] for key in sat[one]), len(asked[one]))
        for one, (right, of) in sums.items()
    }


@dataclass(frozen=True)
class AbilityLine:
    """An ability. weakest: the topic of which least was right, where there are several."""

    code: str
    name: str
    known: Known
    weakest: tuple[str, Known] | None


def by_ability(gathered: Gathered) -> list[AbilityLine]:
    """Every ability that was asked, in the order of its framework."""
    whole = known(gathered, gathered.whole, lambda place: place.abilities)
    parts = known(
        gathered,
        gathered.whole,
        lambda place: [(code, place.topic) for code in place.abilities if place.topic],
    )
    found = []
    for code, ability in known_abilities().items():
        if code in whole:
            topics = [(topic, one) for (of, topic), one in parts.items() if of == code]
            found.append(AbilityLine(code, ability.name, whole[code], _weakest(topics)))
    return found


def _weakest(topics: Sequence[tuple[str, Known]]) -> tuple[str, Known] | None:
    told = [(topic, one) for topic, one in topics if one.told]
    if len(told) < 2:
        return None
    topic, one = min(told, key=lambda each: (each[1].share, each[0]))
    return (topic, one) if one.missed else None


def by_unit(gathered: Gathered) -> list[tuple[str, str, dict[str, Known]]]:
    """The lines below the unit in administrative order: key, name, by ability."""
    level = fitting(gathered.root.kind)
    order = [one for one in gathered.tree.lines(level, gathered.root.id).values() if one != REST]
    named = [(one, gathered.tree.name(one)) for one in dict.fromkeys(order)]
    return [
        (str(one), name, known(gathered, gathered.lines[one], lambda place: place.abilities))
        for one, name in [*named, (REST, REST_NAMES[level])]
        if one in gathered.lines
    ]


@dataclass(frozen=True)
class Missed:
    """What was missed most, the most first. secret: questions whose text is not told."""

    topics: Sequence[tuple[str, Known]]
    articles: Sequence[tuple[tuple[str, str], Known]]
    questions: Sequence[tuple[str, Known]]
    secret: int
    whole: Known


def missed(gathered: Gathered) -> Missed:
    """The topics, articles and questions with the greatest share of answers that were not right."""
    topics = known(gathered, gathered.whole, lambda place: [place.topic] if place.topic else [])
    articles = known(gathered, gathered.whole, lambda place: place.articles)
    questions = known(gathered, gathered.whole, lambda place: [(place.question, place.stem)])
    told = {key: one for key, one in questions.items() if key[1]}
    everything = known(gathered, gathered.whole, lambda _place: [""])
    return Missed(
        _most(topics),
        _most(articles),
        [(stem, one) for (_question, stem), one in _most(told)],
        len(questions) - len(told),
        everything.get("", Known()),
    )


def _most(found: Mapping[Key, Known]) -> list[tuple[Key, Known]]:
    told = [(key, one) for key, one in found.items() if one.told and one.missed]
    return sorted(told, key=lambda each: (each[1].share, str(each[0])))[:MOST]
